//! A small run made by hand, for the tests of all formats: clean ids, hostile ids, a loose finding, and a
//! finding of a rule and a fault the catalogue does not have.

use proptest::prelude::*;

use crate::finding::{Arg, Basis, Finding, RuleId, Severity, Waived};
use crate::position::{ElementRef, Position, Tag};
use crate::report::aside::{BaselineTotal, WaiverStatus, WaiverTotal, WaiversTotal};
use crate::report::mark::{Fingerprint, Mark};
use crate::risk::{self, Risk};
use crate::rules::rule::{Denial, Fault, Interest, RuleMeta};
use crate::x12::code::{Code, Modifier, Modifiers};
use crate::x12::value::{Cents, Date, Quantity};

use super::{
    Bytes, ClaimInfo, Claims, Entry, Equation, Files, Input, InputStatus, Lines, Location, MinutesTotal,
    Money, NotChecked, Redaction, Report, RuleTotal, Rules, Segments, SidecarTotal, Summary, TableTotal,
    UnitsTotal,
};

/// Ids as an attacker would choose them.
pub(crate) const HOSTILE: [&[u8]; 8] = [
    b"=cmd|'/c calc'!A0",
    b"\x1b[2J\x1b]52;c;aGk=\x07",
    b"A\r\n1,2,3",
    b"<script>alert(1)</script>",
    b"\xff\xfe\"A\",=1",
    "\u{202e}+1\u{2028}".as_bytes(),
    b"\t@SUM(1)",
    &[b'9'; 300],
];

const CO4: Denial = Denial { group: "CO", carc: "4", rarc: &[("N822", 20_200_101), ("N519", 0)] };

/// Three rules: two faults, one fault, none that costs money.
pub(crate) static RULES: Rules = &[
    &RuleMeta {
        code: "MOD001",
        name: "missing-plan-modifier",
        severity: Severity::Critical,
        since: "0.1.0",
        summary: "A therapy line without GP, GO or GN.",
        explanation: "",
        faults: &[
            Fault {
                text: "{0} carries none of GP, GO, GN",
                fix: "add the modifier of the plan of care",
                denial: Some(CO4),
            },
            Fault {
                text: "{0} carries modifiers of several plans of care, which no payer can assign to one discipline",
                fix: "keep the one of the discipline that treated",
                denial: Some(CO4),
            },
        ],
        interest: Interest::TherapyClaim,
    },
    &RuleMeta {
        code: "TIM001",
        name: "units-exceed-minutes",
        severity: Severity::High,
        since: "0.1.0",
        summary: "More units than the documented minutes support.",
        explanation: "",
        faults: &[Fault {
            text: "{1} minutes support less than {2} charged",
            fix: "bill what {1} minutes support",
            denial: Some(Denial { group: "CO", carc: "151", rarc: &[] }),
        }],
        interest: Interest::TherapyClaim,
    },
    &RuleMeta {
        code: "X12-T002",
        name: "segment-count",
        severity: Severity::Low,
        since: "0.1.0",
        summary: "SE01 is not the number of segments.",
        explanation: "",
        faults: &[Fault {
            text: "SE01 says {0}, {1} segments stand there",
            fix: "correct SE01",
            denial: None,
        }],
        interest: Interest::Syntax,
    },
];

/// What is said of the first finding of each entry.
static MARKS: [Mark<'_>; 1] =
    [Mark { fingerprint: Some(Fingerprint { key: None, bits: [0x0f; 16] }), waiver: None }];

/// A run: what a report is called with.
pub(crate) struct Batch {
    pub(crate) rows: Vec<(Location, Option<ClaimInfo>, Vec<Finding>)>,
    pub(crate) summary: Summary,
}

impl Batch {
    pub(crate) fn entries(&self) -> Vec<Entry<'_>> {
        let risk = |claim: &Option<ClaimInfo>, findings: &[Finding]| match claim {
            Some(claim) => risk::of_claim(claim.charge, findings),
            None => Risk::default(),
        };
        self.rows
            .iter()
            .map(|(location, claim, findings)| Entry {
                location,
                claim: claim.as_ref(),
                findings,
                marks: &MARKS,
                risk: risk(claim, findings),
            })
            .collect()
    }

    /// Runs a format over everything.
    pub(crate) fn run(&self, report: &mut dyn Report) {
        report.begin().unwrap();
        for entry in self.entries() {
            report.entry(&entry).unwrap();
        }
        report.finish(&self.summary).unwrap();
    }
}

/// A finding on a line, or with line 0 on none.
pub(crate) fn finding(rule: u16, fault: u8, severity: Severity, line: u32, cents: i64) -> Finding {
    let tag = Tag::of(if rule == 2 { b"SE" } else { b"SV1" });
    let modifiers = [Modifier::of("GP"), Modifier::of("59"), Modifier::NONE, Modifier::NONE];
    let at = if rule == 2 { ElementRef::element(tag, 1) } else { ElementRef::component(tag, 1, 3) };
    Finding {
        procedure: if line == 0 { Code::NONE } else { Code::of("97110") },
        modifiers: if line == 0 { Modifiers::default() } else { Modifiers(modifiers) },
        units: Some(Quantity::whole(4)).filter(|_| line > 0),
        rule: RuleId(rule),
        fault,
        severity,
        whole_claim: false,
        line,
        order: line,
        position: Position { byte: 1000 + u64::from(line), segment: 20 + line, at },
        control: 0,
        date: None,
        at_risk: Cents(cents),
        basis: Basis::Charge,
        waived: Waived::No,
        args: [Code::of("97110").into(), 38u32.into(), Arg::Money(Cents(cents)), Arg::None],
    }
}

/// A claim with that id and charge.
pub(crate) fn claim(id: &[u8], charge: i64) -> ClaimInfo {
    ClaimInfo {
        id: id.to_vec(),
        form: "837P",
        charge: Cents(charge),
        lines: 3,
        date: Date::new(2025, 3, 1),
        payer_id: b"60054".to_vec(),
        payer_name: b"EXAMPLE HEALTH".to_vec(),
        policy: "commercial-default".to_owned(),
        payer_class: "commercial",
        billing_npi: "1234567893".to_owned(),
        byte: 512,
        hierarchy_suspect: false,
    }
}

pub(crate) fn location() -> Location {
    Location {
        file: "samples/faulty.837".to_owned(),
        interchange: 1,
        group: 1,
        transaction: 2,
        isa13: b"000000001".to_vec(),
        gs06: b"1".to_vec(),
        st02: b"0002".to_vec(),
    }
}

/// The run: a plain claim, one claim for each hostile id, a loose finding, and one nobody can name.
pub(crate) fn batch() -> Batch {
    use Severity::*;
    let mut rows = vec![(
        location(),
        Some(claim(b"CLM-0001", 123_456)),
        vec![finding(0, 0, Critical, 1, 5000), finding(1, 0, High, 2, 4000), finding(0, 1, Medium, 3, 3000)],
    )];
    for id in HOSTILE {
        let mut at = location();
        (at.isa13, at.gs06, at.st02) = (id.to_vec(), id.to_vec(), id.to_vec());
        at.file = String::from_utf8_lossy(id).into_owned();
        let mut info = claim(id, 10_000);
        (info.payer_id, info.payer_name) = (id.to_vec(), id.to_vec());
        rows.push((at, Some(info), vec![finding(1, 0, High, 1, -500)]));
    }
    rows.push((location(), None, vec![finding(2, 0, Low, 0, 0), finding(2, 0, Low, 0, 0)]));
    rows.push((
        location(),
        Some(claim(b"UNKNOWN", 100)),
        vec![finding(99, 0, Low, 1, 0), finding(0, 99, Low, 1, 0)],
    ));
    Batch { rows, summary: summary() }
}

/// A summary in which no two figures of a section are equal, so that a swap is seen.
pub(crate) fn summary() -> Summary {
    Summary {
        files: Files { listed: 6, processed: 3, skipped: 1, unreadable: 2, ..Files::default() },
        bytes: Bytes {
            read: 75_312_345,
            segments: 70_000_000,
            terminators: 5_312_000,
            blanks: 200,
            padding: 25,
            skipped: 120,
        },
        segments: Segments {
            read: 1_234_567,
            envelope: 58,
            service: 2,
            context: 200_000,
            claim: 300_000,
            line: 700_000,
            unrecognised: 7,
            empty: 3,
            out_of_scope: 34_497,
        },
        interchanges: 4,
        groups: 5,
        transactions: 12,
        claim_transactions: 10,
        out_of_scope: vec![("835".to_owned(), 2)],
        claims: Claims {
            seen: 12_345,
            evaluated: 12_000,
            not_evaluated: vec![("guide not covered", 300), ("too large", 45)],
            clean: 11_900,
            set_aside: 17,
            at_risk: 80,
            hierarchy_suspect: 3,
            envelope_suspect: 0,
        },
        lines: Lines {
            seen: 40_000,
            therapy: 30_000,
            other: 9_000,
            not_evaluated: 1_000,
            timed: 20_000,
            documented: 1_500,
        },
        waivers: Some(WaiversTotal {
            sha256: [0xb6; 32],
            findings: 21,
            amount: Cents(2_100),
            list: vec![waiver()],
        }),
        baseline: Some(BaselineTotal {
            sha256: [0xc7; 32],
            findings: 70,
            known: 61,
            gone: 9,
            amount: Cents(6_100),
        }),
        claims_by_worst: [1, 2, 3, 4, 90],
        findings: [11, 12, 13, 14, 1_234],
        money: Money {
            charged: Cents(123_456_789),
            lines: Cents(123_456_700),
            sure: Cents(5_000_000),
            possible: Cents(1_000_050),
        },
        rules: vec![
            RuleTotal {
                rule: RuleId(0),
                findings: 1_234,
                claims: 1_000,
                worst: Severity::Critical,
                at_risk: Cents(5_000_000),
            },
            RuleTotal {
                rule: RuleId(2),
                findings: 50,
                claims: 0,
                worst: Severity::Medium,
                at_risk: Cents(0),
            },
            RuleTotal { rule: RuleId(77), findings: 1, claims: 1, worst: Severity::Low, at_risk: Cents(-7) },
        ],
        not_checked: vec![NotChecked {
            what: "TIM001".to_owned(),
            reason: "no documented minutes for the line, so units cannot be held against time".to_owned(),
            count: 18_500,
            unit: "lines",
        }],
        units: vec![UnitsTotal { procedure: Code::of("97110"), lines: 7, billed: 21, supported: 13 }],
        minutes: MinutesTotal { rows: 1_600, matched: 1_500, unmatched: 99, ambiguous: 1 },
        tables: vec![
            TableTotal { name: "pairs", setting: "practitioner", table: quarter(), files: Vec::new() },
            TableTotal {
                name: "mue",
                setting: "hospital",
                table: quarter(),
                files: vec!["a\u{1b}[2J.csv".to_owned()],
            },
        ],
        sidecars: vec![
            SidecarTotal { kind: "minutes", files: 2, rows: 1_600, faulty_rows: 8 },
            SidecarTotal { kind: "plans", files: 1, rows: 700, faulty_rows: 0 },
            SidecarTotal { kind: "fees", files: 3, rows: 0, faulty_rows: 9 },
        ],
        inputs: vec![
            Input {
                file: "samples/faulty.837".to_owned(),
                bytes: 75_312_345,
                file_bytes: Some(7_000_000),
                container: vec!["gzip", "utf-16le"],
                offsets: Some("2 + 2 * offset, in the unpacked content".to_owned()),
                link: Some("b\u{1b}[2J.837".to_owned()),
                sha256: Some([0xa5; 32]),
                status: InputStatus::Read,
                code: None,
                reason: None,
            },
            Input {
                file: "b\u{1b}[2J.csv".to_owned(),
                status: InputStatus::Skipped,
                code: Some("X12-W010"),
                reason: Some("a table; give it elsewhere".to_owned()),
                ..Input::default()
            },
        ],
        problems: vec!["cannot read a\u{1b}[2J.837: permission denied".to_owned()],
        account: vec![Equation {
            name: "claims",
            total: 12_345,
            parts: vec![("evaluated", 12_000), ("out-of-scope", 300), ("too-large", 45)],
            holds: true,
        }],
        account_held: [12, 5, 4, 3],
        imbalances: Vec::new(),
        redaction: Some(Redaction { key_id: Some("0badcafe".to_owned()), file_names: true }),
    }
}

/// A waiver that has ended for some of what it fits.
pub(crate) fn waiver() -> WaiverTotal {
    WaiverTotal {
        id: "w1".to_owned(),
        line: 8,
        rule: "MOD001".to_owned(),
        scope: vec!["payer", "procedure"],
        created: "2026-01-01".to_owned(),
        expires: "2026-03-31".to_owned(),
        status: WaiverStatus::Expired,
        fault: None,
        waived: 21,
        expired: 4,
        undated: 5,
        amount: Cents(2_100),
    }
}

/// Bytes rich in what hurts, so that properties are tried and not just true.
pub(crate) fn hostile() -> impl Strategy<Value = Vec<u8>> {
    const PIECES: [&str; 34] = [
        "<script>",
        "</script>",
        "<!--",
        "<img src=x onerror=alert(1)>",
        "&lt;",
        "{{7*7}}",
        "=",
        "+",
        "-",
        "@",
        "＝",
        "＋",
        "－",
        "＠",
        " ",
        "\"",
        "'",
        ",",
        ";",
        "|",
        "\t",
        "\r",
        "\n",
        "\u{0}",
        "\u{7f}",
        "\u{1b}[31m",
        "\u{1b}]52;c;aGk=\u{7}",
        "\u{202e}",
        "\u{2028}",
        "\u{200b}",
        "\u{9b}",
        "\u{a0}",
        "5",
        ".",
    ];
    let piece = prop_oneof![
        prop::sample::select(PIECES.to_vec()).prop_map(|s| s.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..4),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn quarter() -> Date {
    Date::new(2024, 7, 1).unwrap()
}
