//! Acknowledgements as a user meets them: which files are written, exit codes, what is left out and said, tokens, waivers, and
//! what must never stand in them. What stands in them otherwise is held by `acknowledgements.rs`.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at what it did not expect")]

#[path = "support/desk.rs"]
mod desk;
mod support;

use std::fs;

use desk::{Desk, FAULTY, batch, many};
use support::Ran;

/// A claim that nothing is found in.
const CLEAN: &str = "CLM*GOOD*140***11:B:1*Y*A*Y*Y~HI*ABK:M5450~NM1*DN*1*TESTDOCTOR*BETA****XX*1000000053~LX*1~\
    SV1*HC:97110:GP*140*UN*1***1~DTP*472*D8*20260304~";

const BOTH: &str = "--format none,277ca,999 --out out";

fn both() -> String {
    batch(&[CLEAN, FAULTY].concat())
}

/// As it is for another patient, so that no claim is the other's duplicate.
fn of_other(text: &str) -> String {
    text.replace("TESTMEMBER01", "TESTMEMBER02")
}

fn read(desk: &Desk, name: &str) -> String {
    fs::read_to_string(desk.path().join("out").join(name)).unwrap()
}

/// The claims of the 277CA: id, status and what is said.
fn statuses(desk: &Desk) -> Vec<String> {
    let text = read(desk, "277ca.x12");
    let (mut id, mut all) = ("", Vec::new());
    for line in text.lines().map(|line| line.trim_end_matches('~')) {
        match line.split('*').collect::<Vec<_>>()[..] {
            ["TRN", "2", claim] => id = claim,
            ["STC", status, _, action @ ("U" | "WQ"), ref rest @ ..] if !status.ends_with("AY") => {
                all.push(format!("{id} {action} {status} {}", rest.last().unwrap()));
            }
            _ => {}
        }
    }
    all
}

#[track_caller]
fn expect(ran: &Ran, code: i32, said: &[&str]) {
    let all = format!("{}{}", ran.out, ran.err);
    for part in said {
        assert!(all.contains(part), "{part:?} is not said\n{all}");
    }
    assert_eq!(ran.code, Some(code), "{all}");
}

const GOOD: &str = "GOOD WQ A1:19:40 140";
const BAD: &str = "FAULTY U A6:453 MOD001 97161 carries none of GP, GO, GN (claimlint pre-check)";

#[test]
fn files_are_written_where_they_are_asked_for_and_of_what_is_rejected() {
    let desk = Desk::new().with("a.837", both());
    expect(&desk.run(&format!("scan a.837 {BOTH}")), 0, &[]);
    assert_eq!(statuses(&desk), [GOOD, BAD]);
    assert!(read(&desk, "999.x12").contains("AK9*A*1*1*1~"));
    let manifest = read(&desk, "manifest.json");
    assert!(manifest.contains("\"277ca.x12\"") && manifest.contains("\"reject_if\": \"critical\""));
    expect(&desk.run("verify out"), 0, &[]);
    expect(&desk.run("scan a.837 --format none,999 --out out"), 0, &[]);
    assert!(!desk.files("out").contains_key("out/277ca.x12"));
    // The rule is made less than what rejects, and then what rejects is made less.
    expect(&desk.run(&format!("scan a.837 {BOTH} --severity MOD001=medium")), 0, &[]);
    assert_eq!(statuses(&desk), [GOOD, "FAULTY WQ A1:19:40 140"]);
    expect(&desk.run(&format!("scan a.837 {BOTH} --severity MOD001=medium --reject-if medium")), 0, &[]);
    assert_eq!(statuses(&desk), [GOOD, BAD]);
    expect(&desk.run(&format!("scan a.837 {BOTH} --fail-on high")), 1, &[]);
    expect(&desk.run("scan a.837 --reject-if high"), 2, &["give --format 277ca with it"]);
    expect(&desk.run("scan a.837 --format 277ca"), 2, &["give --out DIR for it"]);
}

#[test]
fn a_waiver_lets_a_claim_pass_and_the_baseline_does_not() {
    let waivers = "[[waiver]]\nid = \"w\"\nrule = \"MOD001\"\nscope = { payer = \"EXMB1\" }\nreason = \"contract\"\n\
        approver = \"compliance\"\ncreated = \"2026-01-01\"\nexpires = \"2026-06-30\"\n";
    let desk = Desk::new().with("a.837", both()).with("w.toml", waivers);
    let ran = desk.run(&format!("scan a.837 {BOTH} --waivers w.toml --as-of 2026-05-02"));
    expect(&ran, 0, &[]);
    assert_eq!(statuses(&desk), [GOOD, "FAULTY WQ A1:19:40 140"]);
    let text = read(&desk, "277ca.x12");
    assert!(text.contains("*260502*0000*") && text.contains("DTP*009*D8*20260502~"), "{text}");
    desk.run("scan a.837 --out known");
    expect(&desk.run(&format!("scan a.837 {BOTH} --baseline known/findings.jsonl")), 0, &[]);
    assert_eq!(statuses(&desk), [GOOD, BAD], "what is known is rejected all the same");
}

#[test]
fn claims_of_a_file_that_was_not_read_whole_are_in_no_claim_acknowledgement() {
    let whole = both();
    let cut = &whole[..whole.find("SE*").unwrap()];
    let desk =
        Desk::new().with("a.837", cut).with("b.837", of_other(&batch(CLEAN))).with("c.837", "no claims");
    let ran = desk.run(&format!("scan a.837 b.837 c.837 {BOTH}"));
    expect(
        &ran,
        2,
        &["a.837: its claims are not acknowledged: it was not read whole", "c.837: its claims are not"],
    );
    assert_eq!(statuses(&desk), [GOOD]);
    let sets = read(&desk, "999.x12");
    let codes: Vec<&str> = sets.lines().filter(|l| l.starts_with("IK5") || l.starts_with("AK9")).collect();
    assert_eq!(codes, ["IK5*R*2~", "AK9*R*1*1*0*3~", "IK5*A~", "AK9*A*1*1*1~"]);
    let ran = desk.run("scan a.837 b.837 --format none,999 --out out");
    assert!(!ran.err.contains("not acknowledged"), "{}", ran.err);
}

#[test]
fn interchanges_with_one_number_have_two_in_the_answer() {
    let other = of_other(&batch(CLEAN)).replace("GOOD", "OTHER");
    let desk = Desk::new().with("a.837", format!("{}{other}", both())).with("b.837", batch(&many("B", 1)));
    expect(&desk.run(&format!("scan a.837 b.837 {BOTH}")), 0, &[]);
    for name in ["277ca.x12", "999.x12"] {
        let text = read(&desk, name);
        let of = |tag: &str, at: usize| -> Vec<String> {
            let lines = text.lines().filter(|line| line.starts_with(tag));
            lines.map(|line| line.trim_end_matches('~').split('*').nth(at).unwrap().to_owned()).collect()
        };
        assert_eq!(of("ISA", 13), ["000000001", "000000002", "000000003"], "{name}");
        assert_eq!(of("ISA", 13), of("IEA", 2), "{name}");
        assert_eq!(of("ISA", 6), ["EXAMPLERECEIVER"; 3], "{name}");
    }
    assert_eq!(statuses(&desk).len(), 4);
}

/// Ids become tokens, persons a word, and no value can end an element or a segment.
#[test]
fn nothing_of_a_person_and_no_delimiter_gets_in() {
    let hostile = batch(&[CLEAN.replace("GOOD", "90817"), FAULTY.to_owned()].concat())
        .replace("NM1*41*2*EXAMPLE*", "NM1*41*1*SURNAME*")
        .replace("NM1*85*2*EXAMPLE CLINIC*****XX*1000000012", "NM1*85*1*PRIVATE*GIVEN****34*123456789")
        .replace("CLM*FAULTY*", "CLM*ST>IE^E\u{1b}[31m!\u{e9}*")
        .replace("HI*ABK", "REF*D9*TRACE90817~HI*ABK")
        .replace(':', "\u{1}")
        .replace('~', "\n");
    // Now that nothing else is a delimiter, ours may stand in data.
    let hostile = hostile.replace("NM1*40*2*EXAMPLE*", "NM1*40*2*A~B:C^D*").replace("ST>IE^E", "A~STC:U");
    let desk = Desk::new().with("a.837", hostile).with("key", "0123456789abcdef");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(desk.path().join("key"), fs::Permissions::from_mode(0o600)).unwrap();
    }
    for redact in ["", " --redact key"] {
        let ran = desk.run(&format!("scan a.837 {BOTH}{redact}"));
        expect(&ran, 0, &[]);
        let text = read(&desk, "277ca.x12");
        for secret in
            ["SURNAME", "PRIVATE", "GIVEN", "123456789", "TESTPATIENT", "TESTMEMBER", "\u{1b}", "\u{e9}"]
        {
            assert!(!text.contains(secret), "{secret:?}\n{text}");
        }
        assert!(text.contains("NM1*41*1*WITHHELD*****46*WITHHELD~"), "{text}");
        assert!(text.contains("NM1*85*1*WITHHELD*****SV*WITHHELD~"), "{text}");
        assert!(text.contains("NM1*AY*2*A?B;C?D*"), "{text}");
        assert_eq!(text.contains("90817"), redact.is_empty(), "{text}");
        assert_eq!(text.contains("REF*D9*TRACE90817~"), redact.is_empty(), "{text}");
        let all = statuses(&desk);
        assert_eq!(all.len(), 2, "{all:?}");
        if redact.is_empty() {
            assert!(all[1].starts_with("A?STC;U?[31m!? U A6:453 MOD001"), "{all:?}");
        } else {
            assert!(all.iter().all(|status| status.starts_with("c-")), "{all:?}");
        }
    }
}
