use super::*;
use crate::claim::claim::Note;
use crate::rules::sample::{claim, found, line, policy};
use crate::tables::Tables;

/// What is found on a line with this text as its description, then as its note, which is the same.
fn check(code: &str, text: &str) -> Vec<String> {
    let t = Tables::builtin();
    let mut described = claim(vec![line(&t, code, 1, 48)]);
    described.lines[0].description = text.as_bytes();
    let mut noted = claim(vec![line(&t, code, 1, 48)]);
    noted.notes.push(Note { line: 1, text: text.as_bytes() });
    let [one, other] = [described, noted].map(|c| found(&PassiveModalityNoted, &c, &policy("MB"), &[]));
    assert_eq!(one, other, "{code} {text}");
    one
}

#[test]
fn the_kind_of_word_is_said_and_no_text() {
    for (text, kind) in [
        ("ULTRASOUND TO LEFT SHOULDER OF JANE", "ultrasound"),
        ("HOT PACK", "heat"),
        ("ICE AFTER", "ice"),
        ("E-STIM", "electrical stimulation"),
        ("UNATTENDED", "unattended treatment"),
        ("PASSIVE ROM", "passive treatment"),
    ] {
        let want =
            format!("line 1 SV101-2 medium 48.00: the text of 97112 names {kind} and no skilled activity");
        assert_eq!(check("97112:GP", text), [want], "{text}");
    }
}

#[test]
fn what_was_done_beside_it_and_what_is_passive_by_nature_is_left_alone() {
    for (code, text, count) in [
        ("97112:GP", "HEAT, THEN BALANCE BOARD", 0),
        ("97112:GP", "HEAT, THEN STRETCHING", 1),
        ("97110:GP", "HEAT, THEN STRETCHING", 0),
        ("97110:GP", "HEAT", 1),
        ("97110:GP", "PASSIVE ROM", 0),
        ("97140:GP", "PASSIVE", 0),
        ("97140:GP", "PASSIVE, ICE", 1),
        ("97035:GP", "ULTRASOUND", 0),
        ("97010:GP", "HOT PACK", 0),
        ("97112:GP:GY", "HEAT", 0),
        ("97112:GP", "", 0),
    ] {
        assert_eq!(check(code, text).len(), count, "{code} {text}");
    }
}

#[test]
fn the_notes_of_other_lines_and_of_the_claim_are_not_this_lines() {
    let t = Tables::builtin();
    let mut claim = claim(vec![line(&t, "97112:GP", 1, 48), line(&t, "97110:GP", 1, 45)]);
    claim.notes.push(Note { line: 0, text: b"HEAT" });
    claim.notes.push(Note { line: 2, text: b"ICE" });
    let found = found(&PassiveModalityNoted, &claim, &policy("MB"), &[]);
    assert_eq!(found, ["line 2 SV101-2 medium 45.00: the text of 97110 names ice and no skilled activity"]);
}
