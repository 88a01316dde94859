//! The splitter held to what it promises: each claim stands in exactly one half, with all that stood above it and with
//! its bytes; counts and numbers around it are right; money ties out; a second split changes nothing; nothing is wrong
//! with a half, as this program and another one see it, that was not wrong with the file.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test stops at what it did not expect, and says what it cannot try"
)]

#[path = "support/batches.rs"]
mod batches;
#[path = "support/halves.rs"]
mod naive;
#[path = "support/splitting.rs"]
mod splitting;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use batches::generate::{Kind, Minutes, Options, Random, Size, batch};
use batches::{run, seeds};
use claimlint::finding::Severity;
use claimlint::halves::verdict::Verdicts;
use claimlint::halves::{Plan, Side};
use claimlint::rules::CATALOGUE;
use claimlint::rules::plan::Plan as Rules;
use claimlint::scan::Setup;
use claimlint::scan::split::Limits;
use splitting::split;

fn setup(window: usize) -> Setup {
    Setup { limits: Limits { window, ..Limits::default() }, ..Setup::new() }
}

/// Codes of family X12 that are found in a file.
fn faults(bytes: &[u8]) -> BTreeSet<&'static str> {
    let plan = Rules::new(|code| code.starts_with("X12"), |_| None);
    let setup = Setup { plan, ..Setup::new() };
    let results = run::run(&setup, &[run::input("a.837", bytes.to_vec())]);
    assert!(results.imbalances.is_empty(), "{:?}", results.imbalances);
    let mut codes = BTreeSet::new();
    let done: std::io::Result<()> = results.each(|item| {
        let codes_of = item.findings.iter().map(|f| CATALOGUE[usize::from(f.rule.0)].meta().code);
        codes.extend(codes_of.filter(|code| code.starts_with("X12")));
        Ok(())
    });
    done.unwrap();
    codes
}

/// Holds the halves of a file to it. `is_held` says of each claim, in the order of the file, where it belongs.
fn check(
    what: &str,
    bytes: &[u8],
    is_held: impl Fn(usize) -> bool,
    halves: &[Vec<u8>; 2],
    plan: &Plan,
    numbered: bool,
) {
    let file = naive::read(bytes);
    let [clean, held] = [naive::read(&halves[0]), naive::read(&halves[1])];
    for (side, half) in [("clean", &clean), ("held", &held)] {
        assert_eq!(half.faults, [""; 0], "{what}: {side}");
    }
    let belongs = |which: bool| -> Vec<_> {
        let claims = file.claims.iter().enumerate().filter(|(n, _)| is_held(*n) == which);
        claims.map(|(_, claim)| (claim.above.clone(), claim.bytes.clone(), claim.cents)).collect()
    };
    for (half, want) in [(&clean, belongs(false)), (&held, belongs(true))] {
        let found: Vec<_> = half.claims.iter().map(|c| (c.above.clone(), c.bytes.clone(), c.cents)).collect();
        assert_eq!(found.len(), want.len(), "{what}: claims");
        for (n, (found, want)) in found.iter().zip(&want).enumerate() {
            let text = |part: &[u8]| String::from_utf8_lossy(part).into_owned();
            assert_eq!(text(&found.0), text(&want.0), "{what}: what stands above claim {n}");
            assert_eq!(text(&found.1), text(&want.1), "{what}: claim {n}");
        }
    }
    assert_eq!(clean.cents() + held.cents(), file.cents(), "{what}: money");
    assert_eq!(
        (&clean.others, &held.others),
        (&Vec::new(), &file.others),
        "{what}: what is not read is held"
    );
    for (half, totals) in [(&clean, plan.totals[0]), (&held, plan.totals[1])] {
        let sets = half.sets.iter().map(Vec::len).sum::<usize>();
        assert_eq!(
            (half.interchanges.len() as u64, sets as u64),
            (totals.interchanges, totals.transactions),
            "{what}"
        );
        if file.others.is_empty() {
            assert_eq!((half.claims.len() as u64, half.cents()), (totals.claims, totals.charge.0), "{what}");
        }
        if !numbered {
            let known = |n: &String| file.interchanges.contains(n);
            assert!(half.interchanges.iter().all(known), "{what}: control numbers stay");
        }
    }
    if numbered {
        let all: Vec<&String> = clean.interchanges.iter().chain(&held.interchanges).collect();
        let want: Vec<String> = (1..=all.len()).map(|n| format!("{:09}", 41 + n)).collect();
        assert!(all.into_iter().eq(&want), "{what}: new control numbers follow each other");
        for sets in clean.sets.iter().chain(&held.sets) {
            let want = (1..=sets.len()).map(|n| format!("{n:04}"));
            assert!(want.eq(sets.iter().cloned()), "{what}: {sets:?}");
        }
    }
}

/// Claims to hold, by their number in the file: several choices, of a file with many claims one.
fn choices(claims: usize, random: &mut Random) -> Vec<Vec<usize>> {
    let all: Vec<usize> = (0..claims).collect();
    if claims > 200 {
        return vec![all.into_iter().filter(|_| random.percent(40)).collect()];
    }
    let mut some = |percent| all.iter().copied().filter(|_| random.percent(percent)).collect();
    let (half, few) = (some(50), some(10));
    let one = vec![random.below(claims as u64) as usize];
    vec![half, few, one, all, Vec::new()]
}

#[test]
fn each_claim_stands_in_one_half_with_all_that_stood_above_it() {
    let mut random = Random(11);
    let mut splits = 0;
    for seed in seeds::all() {
        let file = naive::read(&seed.bytes);
        assert_eq!(file.faults, [""; 0], "{}: the test can read it", seed.name);
        if file.claims.is_empty() {
            continue;
        }
        let in_file = faults(&seed.bytes);
        for (n, held) in choices(file.claims.len(), &mut random).into_iter().enumerate() {
            let verdicts = Verdicts::at(held.iter().map(|n| file.claims[*n].offset).collect());
            let held: BTreeSet<usize> = held.into_iter().collect();
            let what = format!("{}, choice {n}", seed.name);
            let setup = setup(if n % 2 == 1 { 1 } else { 1 << 20 });
            let (halves, plan) = split(&seed.bytes, &verdicts, &setup, None).unwrap();
            let is_held = |n: usize| held.contains(&n);
            check(&what, &seed.bytes, is_held, &halves, &plan, false);
            assert_eq!((plan.claims(), plan.found), (seed.claims, held.len() as u64), "{what}");

            let first = [42, 42 + plan.totals[0].interchanges];
            let (numbered, plan) = split(&seed.bytes, &verdicts, &setup, Some(first)).unwrap();
            check(&what, &seed.bytes, is_held, &numbered, &plan, true);
            splits += 1;

            let halves =
                Side::ALL.into_iter().zip(&halves).filter(|(_, half)| !half.is_empty() && n % 3 == 0);
            for (side, half) in halves {
                let of_half = naive::read(half).claims;
                let verdicts = match side {
                    Side::Clean => Verdicts::at(Vec::new()),
                    Side::Held => Verdicts::at(of_half.iter().map(|c| c.offset).collect()),
                };
                let (again, _) = split(half, &verdicts, &setup, None).unwrap();
                assert!(again[side.index()] == *half, "{what}: a second split changes the {side:?} half");
                assert!(again[1 - side.index()].is_empty(), "{what}");
                let mut new = faults(half);
                // The held half of a file may be nothing but a set that is not read.
                if of_half.is_empty() {
                    new.remove("X12-I090");
                }
                let new: Vec<_> = new.difference(&in_file).copied().collect();
                assert_eq!(new, [""; 0], "{what}: {side:?}");
            }
        }
    }
    assert!(splits > 250, "{splits}");
}

#[test]
fn a_claim_is_held_from_its_level_on_and_money_ties_out() {
    let shapes: [(Kind, [u8; 4], &str, Minutes); 6] = [
        (Kind::P, *b"*:^~", "", Minutes::Sidecar),
        (Kind::P, *b"|>!\x1c", "", Minutes::None),
        (Kind::P, *b"*:^~", "\r\n", Minutes::Notes),
        (Kind::I, *b"*:^~", "\n", Minutes::Sidecar),
        (Kind::I, *b"\x1d\x1f\x1e\n", "", Minutes::None),
        (Kind::I, *b"*>^'", "", Minutes::Notes),
    ];
    for (n, (kind, delimiters, line_end, minutes)) in shapes.into_iter().enumerate() {
        let options = Options {
            seed: 3 + n as u64,
            faulty: 35,
            traps: 10,
            delimiters,
            line_end,
            minutes,
            ..Options::new(kind, Size::Claims(250))
        };
        let generated = batch(&options);
        let file = naive::read(&generated.bytes);
        assert_eq!((file.claims.len() as u64, &file.faults[..]), (generated.claims, &[][..]));
        let setup = run::setup_of(1, Limits::default(), &generated);
        let results = run::run(&setup, &[run::input("a.837", generated.bytes.clone())]);
        let in_file = faults(&generated.bytes);
        let mut before = usize::MAX;
        for level in Severity::ALL {
            let what = format!("{kind:?} {n}, {level}");
            // The worst finding of each claim, and whether something around claims holds them all.
            let (mut worst, mut all) = (std::collections::BTreeMap::new(), false);
            let done: std::io::Result<()> = results.each(|item| {
                let most = item.findings.iter().map(|f| f.severity).max();
                match item.claim {
                    Some((row, _)) => drop(worst.insert(row.byte, most)),
                    None => all |= most >= Some(level),
                }
                Ok(())
            });
            done.unwrap();
            assert!(!all || level == Severity::Info, "line breaks are for information");
            let verdicts = &Verdicts::of(&results, level).unwrap()[0];
            let (halves, plan) = split(&generated.bytes, verdicts, &setup, None).unwrap();
            let is_held =
                |n: usize| all || worst.get(&file.claims[n].offset).is_some_and(|most| *most >= Some(level));
            check(&what, &generated.bytes, is_held, &halves, &plan, false);
            let sum = plan.totals.iter().map(|t| t.charge.0).sum::<i64>();
            assert_eq!(sum, results.totals.stats.charged.0, "{what}");
            let held = (0..file.claims.len()).filter(|n| is_held(*n)).count();
            assert!(held <= before, "{what}: a higher level holds fewer");
            before = held;
            for half in halves.iter().filter(|half| !half.is_empty() && level == Severity::High) {
                let new: Vec<_> = faults(half).difference(&in_file).copied().collect();
                assert_eq!(new, [""; 0], "{what}");
            }
        }
        assert!(before > 0 && before < file.claims.len(), "some are held and some are not: {before}");
    }
}

/// An 837P around a body, which begins after the header; `|` in a case stands for nothing and shows where levels end.
const ISA: &str = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260101*1200*^*00501*000000007*0*T*:~";
const GS: &str = "GS*HC*A*B*20260101*1200*3*X*005010X222A1~";
const ST: &str = "ST*837*0009*005010X222A1~BHT*0019*00*X*20260101*1200*CH~";

fn around(body: &str) -> String {
    let body = format!("{ST}{body}");
    let count = body.matches('~').count() + 1;
    format!("{ISA}{GS}{body}SE*{count}*0009~GE*1*3~IEA*1*000000007~")
}

/// What becomes of small bodies, to the byte. Claims whose id begins with H are held.
#[test]
fn levels_are_written_where_they_are_needed_and_numbered_anew() {
    let same = |body: &'static str| (body, [body, ""]);
    for (body, [clean, held]) in [
        same("HL*1**20*1~NM1*85~HL*2*1*22*0~NM1*IL~CLM*A*1~LX*1~"),
        (
            "HL*1**20*1~NM1*85~HL*2*1*22*0~NM1*IL*1~CLM*A*1~HL*3*1*22*0~NM1*IL*2~CLM*H*2~LX*1~HL*4*1*22*0~NM1*IL*3~CLM*B*3~",
            [
                "HL*1**20*1~NM1*85~HL*2*1*22*0~NM1*IL*1~CLM*A*1~HL*3*1*22*0~NM1*IL*3~CLM*B*3~",
                "HL*1**20*1~NM1*85~HL*2*1*22*0~NM1*IL*2~CLM*H*2~LX*1~",
            ],
        ),
        // Two claims of one subscriber, one for each half.
        (
            "HL*1**20*1~CUR*85*USD~HL*2*1*22*0~SBR*P~CLM*H*1~LX*1~CLM*A*2~LX*1~",
            [
                "HL*1**20*1~CUR*85*USD~HL*2*1*22*0~SBR*P~CLM*A*2~LX*1~",
                "HL*1**20*1~CUR*85*USD~HL*2*1*22*0~SBR*P~CLM*H*1~LX*1~",
            ],
        ),
        // A subscriber's own claim, and a dependent's: HL04 says what stands below in the half.
        (
            "HL*1**20*1~HL*2*1*22*1~CLM*A*1~HL*3*2*23*0~PAT*19~CLM*H*2~",
            ["HL*1**20*1~HL*2*1*22*0~CLM*A*1~", "HL*1**20*1~HL*2*1*22*1~HL*3*2*23*0~PAT*19~CLM*H*2~"],
        ),
        (
            "HL*1**20*1~HL*2*1*22*1~HL*3*2*23*0~CLM*H*1~HL*4*2*23*0~CLM*A*2~",
            ["HL*1**20*1~HL*2*1*22*1~HL*3*2*23*0~CLM*A*2~", "HL*1**20*1~HL*2*1*22*1~HL*3*2*23*0~CLM*H*1~"],
        ),
        // The second billing provider has no claim in the clean half, the first has none at all.
        (
            "HL*1**20*1~HL*2*1*22*0~HL*3**20*1~HL*4*3*22*0~CLM*H*1~HL*5**20*1~HL*6*5*22*0~CLM*A*1~",
            ["HL*1**20*1~HL*2*1*22*0~CLM*A*1~", "HL*1**20*1~HL*2*1*22*0~CLM*H*1~"],
        ),
        // Numbers that are wrong and parents that are clear; HL04 that is missing or wrong; ids in small letters.
        (
            "HL*7**20~HL*8*7*22*1~CLM*A*1~HL*9*7*22~CLM*B*1~",
            ["HL*1**20*1~HL*2*1*22*0~CLM*A*1~HL*3*1*22*0~CLM*B*1~", ""],
        ),
        same("hl*1**20*1~\r\n\r\nHL*2*1*22*0~\n clm*A*1~\n~lx*1~~\n"),
        // Segments that no guide has go with what they stand in.
        (
            "HL*1**20*1~ZZZ*1~HL*2*1*22*0~CLM*H*1~ZZ9*2~CLM*A*1~ZZ9*3~",
            ["HL*1**20*1~ZZZ*1~HL*2*1*22*0~CLM*A*1~ZZ9*3~", "HL*1**20*1~ZZZ*1~HL*2*1*22*0~CLM*H*1~ZZ9*2~"],
        ),
    ] {
        let text = around(body);
        let held_at = text.match_indices("CLM*H").map(|(at, _)| at as u64).collect();
        let (halves, plan) = split(text.as_bytes(), &Verdicts::at(held_at), &setup(1 << 20), None).unwrap();
        for (half, want) in halves.iter().zip([clean, held]) {
            let want = if want.is_empty() { String::new() } else { around(want) };
            assert_eq!(String::from_utf8_lossy(half), want, "{body}");
        }
        assert_eq!(plan.claims() as usize, text.to_ascii_uppercase().matches("CLM*").count(), "{body}");
    }
}

/// What stands around levels.
#[test]
fn envelopes_are_made_right_and_other_sets_are_held() {
    let body = "HL*1**20*1~HL*2*1*22*0~CLM*A*1~";
    let right = around(body);
    let with = |from: &str, to: &str| right.replace(from, to);
    let only = |text: String| [text, String::new()];
    let other = "ST*835*0010*005010X221A1~BPR*I*45~CLM*X*1~SE*4*0010~";
    let other_alone = format!("{ISA}{GS}{other}GE*1*3~IEA*1*000000007~");
    for (text, want) in [
        // Counts and control numbers.
        (with("SE*6*0009", "SE*99*9"), only(right.clone())),
        (with("GE*1*3", "GE*2*4"), only(right.clone())),
        (with("IEA*1*000000007", "IEA*1*7"), only(right.clone())),
        (with("SE*6*", "SE*006*"), only(with("SE*6*", "SE*006*"))),
        // Empty segments may be counted, or not.
        (with("CLM*A*1~", "CLM*A*1~~~"), only(with("CLM*A*1~", "CLM*A*1~~~"))),
        (
            with("CLM*A*1~", "CLM*A*1~~~").replace("SE*6*", "SE*8*"),
            only(with("CLM*A*1~", "CLM*A*1~~~").replace("SE*6*", "SE*8*")),
        ),
        // What stands around interchanges.
        (format!("\u{feff} \r\n{right}"), only(right.clone())),
        (format!("{right}\r\n\u{1a}\0\0"), only(format!("{right}\r\n"))),
        (format!("{right}\r\n\r\n{right}"), only(format!("{right}\r\n\r\n{right}"))),
        (right.trim_end_matches('~').to_owned(), only(right.clone())),
        (format!("{}\r\n", right.trim_end_matches('~')), only(right.clone())),
        (
            with("GS*HC", "TA1*000000001*260101*1200*A*000~GS*HC"),
            only(with("GS*HC", "TA1*000000001*260101*1200*A*000~GS*HC")),
        ),
        // A set that is not read, beside one that is, alone in its group, and first.
        (with("GE*1", &format!("{other}GE*2")), [right.clone(), other_alone.clone()]),
        (with(ST, &format!("{other}{ST}")).replace("GE*1", "GE*2"), [right.clone(), other_alone.clone()]),
        // An empty set, group and interchange are in neither.
        (
            with(ST, &format!("ST*837*0010*005010X222A1~SE*2*0010~{ST}")).replace("GE*1", "GE*2"),
            only(right.clone()),
        ),
        (format!("{ISA}{GS}GE*0*3~IEA*1*000000007~{right}"), only(right.clone())),
    ] {
        let (halves, _) = split(text.as_bytes(), &Verdicts::default(), &setup(1 << 20), None).unwrap();
        for (half, want) in halves.iter().zip(&want) {
            assert_eq!(String::from_utf8_lossy(half), *want, "{text}");
        }
    }
    // Lines of one length are no lines of the segments that are left.
    let lines: Vec<String> =
        right.as_bytes().chunks(80).map(|l| String::from_utf8_lossy(l).into_owned()).collect();
    let (halves, _) =
        split(lines.join("\r\n").as_bytes(), &Verdicts::default(), &setup(1 << 20), None).unwrap();
    assert_eq!(String::from_utf8_lossy(&halves[0]), right);
    // A line end inside an element stays where it is.
    let broken = with("CLM*A*1", "CLM*A\r\n*1");
    let (halves, _) = split(broken.as_bytes(), &Verdicts::default(), &setup(1 << 20), None).unwrap();
    assert_eq!(String::from_utf8_lossy(&halves[0]), broken);
}

/// Something wrong around claims holds those it is around, and no others.
#[test]
fn what_is_wrong_around_claims_holds_them() {
    // Two interchanges of two groups of two sets of a claim each; places in the text are named by these numbers.
    let set = |n: usize| {
        format!(
            "ST*837*{n:04}*005010X222A1~BHT*0019*00*X{n}*20260101*1200*CH~HL*1**20*1~NM1*85*2*CLINIC{n}~HL*2*1*22*0~CLM*A{n}*1~SE*7*{n:04}~"
        )
    };
    let group = |n: usize| {
        format!("GS*HC*A*B*20260101*1200*{n}*X*005010X222A1~{}{}GE*2*{n}~", set(2 * n - 1), set(2 * n))
    };
    let interchange = |n: usize| {
        format!(
            "{}{}{}IEA*2*00000000{n}~",
            ISA.replace("000000007", &format!("00000000{n}")),
            group(2 * n - 1),
            group(2 * n)
        )
    };
    let right = format!("{}{}", interchange(1), interchange(2));
    for (from, to, level, held) in [
        ("", "", Severity::High, &[][..]),
        ("SE*7*0003", "SE*8*0003", Severity::High, &[3]),
        ("SE*7*0003", "SE*8*0003", Severity::Critical, &[]),
        ("GE*2*2~", "GE*3*2~", Severity::High, &[3, 4]),
        ("IEA*2*000000001", "IEA*1*000000001", Severity::High, &[1, 2, 3, 4]),
        ("IEA*2*000000002", "IEA*2*000000003", Severity::High, &[5, 6, 7, 8]),
        ("CLINIC6~HL*2", "CLINIC6~HL*3", Severity::High, &[6]),
        // Told once for the interchange, with the place of the first.
        ("CLINIC6", "CLIN\u{1}C6", Severity::High, &[5, 6, 7, 8]),
        ("CLM*A7*1", "CLM*A7*ONE", Severity::High, &[7]),
        // A file of several interchanges.
        ("", "", Severity::Info, &[1, 2, 3, 4, 5, 6, 7, 8]),
    ] {
        let text = right.replacen(from, to, 1);
        // A claim without lines is a finding by itself here.
        let own = ["X12-L005", "X12-H005"];
        let setup = Setup {
            plan: Rules::new(|code| code.starts_with("X12") && !own.contains(&code), |_| None),
            ..Setup::new()
        };
        let results = run::run(&setup, &[run::input("a.837", text.clone().into_bytes())]);
        let verdicts = &Verdicts::of(&results, level).unwrap()[0];
        let (halves, _) = split(text.as_bytes(), verdicts, &setup, None).unwrap();
        let ids = |half: &[u8]| -> Vec<usize> {
            let claims = naive::read(half).claims.into_iter();
            claims
                .map(|c| String::from_utf8(c.bytes).unwrap().split('*').nth(1).unwrap()[1..].parse().unwrap())
                .collect()
        };
        assert_eq!(ids(&halves[1]), held, "{from} {to} {level}");
        assert_eq!(ids(&halves[0]).len() + held.len(), 8, "{from} {to} {level}");
    }
}

/// Whatever is not clearly nested is refused, with the byte of the segment at which that shows.
#[test]
fn a_file_in_doubt_is_refused_with_its_place() {
    let right = around("HL*1**20*1~HL*2*1*22*1~HL*3*2*23*0~CLM*A*1~LX*1~");
    for (from, to, at, why) in [
        ("SE*8*0009~", "", "GE*1", "out of its order"),
        ("SE*8*0009~GE*1*3~", "", "IEA*1", "out of its order"),
        ("IEA*1*000000007~", "", "", "before its last trailer"),
        ("GE*1*3~IEA*1*000000007~", "", "", "before its last trailer"),
        ("LX*1~", "LX*1~ST*837*0010~", "ST*837*0010", "out of its order"),
        ("LX*1~", &format!("LX*1~{ISA}"), &ISA[..20], "before the one before it has its IEA"),
        ("GS*HC", "TA1*1~LX*9~GS*HC", "LX*9", "outside any transaction set"),
        ("ST*837", "LX*9~ST*837", "LX*9", "outside any transaction set"),
        ("GE*1", "LX*9~GE*1", "LX*9", "outside any transaction set"),
        ("IEA*1", "TA1*1~IEA*1", "TA1*1", "outside any transaction set"),
        ("IEA*1*000000007~", "IEA*1*000000007~LX*9~", "LX*9", "outside any transaction set"),
        ("IEA*1*000000007~", "IEA*1*000000007~stray", "stray", "without its terminator"),
        ("ISA*00*", "junk ISA*00*", "junk", "belong to no interchange"),
        (ISA, "", "GS*HC", "without an ISA"),
        ("HL*3*2*23", "HL*3*1*23", "HL*3", "HL02 names another level"),
        ("HL*1**20", "HL*1*9*20", "HL*1", "HL02 names another level"),
        ("HL*2*1*22", "HL*2**22", "HL*2", "HL02 names another level"),
        ("HL*1**20*1~", "", "HL*2", "without the one above it"),
        ("HL*2*1*22*1~", "", "HL*3", "without the one above it"),
        ("HL*3*2*23", "HL*3*2*24", "HL*3", "HL03 is not"),
        ("HL*3*2*23", "HL*x*2*23", "HL*x", "HL01 is no number"),
        ("HL*2*1*22*1~HL*3*2*23*0~", "", "CLM*A", "outside a subscriber or patient"),
    ] {
        let text = right.replacen(from, to, 1);
        assert_ne!(text, right, "{from}");
        let byte = if at.is_empty() { text.len() } else { text.rfind(at).unwrap() };
        for window in [1, 1 << 20] {
            let refused = split(text.as_bytes(), &Verdicts::default(), &setup(window), None).unwrap_err();
            assert!(
                refused.starts_with(&format!("at byte {byte}: ")) && refused.contains(why),
                "{to}: {refused}"
            );
        }
    }
    let huge = right.replace(
        "HL*2",
        &format!("{}HL*2", "NM1*85*AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA~".repeat(310_000)),
    );
    let refused = split(huge.as_bytes(), &Verdicts::default(), &setup(1 << 20), None).unwrap_err();
    assert!(refused.contains("more than 16 MiB of one loop"), "{refused}");
}

/// Where pyx12 is: the directory of CI's, or that of a person.
fn pyx12() -> Option<PathBuf> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    ["target/peers", ".peers"]
        .iter()
        .map(|at| project.join(at).join("bin/x12valid"))
        .find(|path| path.exists())
}

/// The kinds of errors that pyx12 has of a file: segment or element, and code.
fn errors(validator: &Path, file: &Path) -> BTreeSet<String> {
    // Its exit code says no more than its list.
    let ran = Command::new(validator).args(["--json-output", "--quiet"]).arg(file).output().unwrap();
    let json = fs::read(format!("{}.json", file.display()));
    let json = json.unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&ran.stderr)));
    let mut found = BTreeSet::new();
    collect(&serde_json::from_slice(&json).unwrap(), "", &mut found);
    found
}

fn collect(value: &serde_json::Value, within: &str, into: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::Array(list) => list.iter().for_each(|v| collect(v, within, into)),
        serde_json::Value::Object(map) => {
            let name = ["refdes", "ele_ref_num", "seg_id", "trn_set_id", "fic"]
                .iter()
                .find_map(|k| map.get(*k)?.as_str());
            let within = name.unwrap_or(within);
            if let Some(code) = map.get("err_cde") {
                into.insert(format!("{within} {code}"));
            }
            map.values().for_each(|v| collect(v, within, into));
        }
        _ => {}
    }
}

/// A parser that shares nothing with this program finds nothing in a half that it does not find in the file.
#[test]
fn pyx12_finds_nothing_new_in_either_half() {
    let Some(validator) = pyx12() else {
        println!(
            "pyx12 is not at hand, so it is not asked: python3 -m venv target/peers && target/peers/bin/pip install pyx12"
        );
        return;
    };
    let desk = tempfile::tempdir().unwrap();
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for name in ["clean_837p", "clean_837i", "faulty_837p", "faulty_837i"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("samples/{name}.edi"));
        files.push((name.to_owned(), fs::read(path).unwrap()));
    }
    for (kind, delimiters, line_end) in [(Kind::P, *b"*:^~", "\r\n"), (Kind::I, *b"|>^!", "")] {
        let options = Options { faulty: 30, delimiters, line_end, ..Options::new(kind, Size::Claims(40)) };
        files.push((format!("{kind:?}"), batch(&options).bytes));
    }
    for shape in [
        "100 claims by turns, P",
        "several groups, P and I",
        "interchanges with line ends, I",
        "837D beside P",
    ] {
        let seed = seeds::all().into_iter().find(|seed| seed.name == shape).unwrap();
        files.push((shape.to_owned(), seed.bytes));
    }
    let (mut random, mut asked, mut silent) = (Random(5), 0, 0);
    for (n, (name, bytes)) in files.iter().enumerate() {
        let put = |part: &str, bytes: &[u8]| {
            let path = desk.path().join(format!("{n}-{part}.837"));
            fs::write(&path, bytes).unwrap();
            path
        };
        let in_file = errors(&validator, &put("file", bytes));
        silent += usize::from(in_file.is_empty());
        let file = naive::read(bytes);
        let held = file.claims.iter().filter(|_| random.percent(50)).map(|claim| claim.offset).collect();
        let next = (n % 2 == 0).then_some([1, 100]);
        let (halves, _) = split(bytes, &Verdicts::at(held), &setup(1 << 20), next).unwrap();
        for (side, half) in Side::ALL.into_iter().zip(&halves).filter(|(_, half)| !half.is_empty()) {
            let of_half = errors(&validator, &put(side.as_str(), half));
            let new: Vec<_> = of_half.difference(&in_file).collect();
            assert!(new.is_empty(), "{name}, {side:?}: {new:?}");
            asked += 1;
        }
    }
    println!("{asked} halves of {} files, {silent} of them without an error", files.len());
    assert!(asked > files.len() && silent >= 2);
}
