//! What the note grammar takes and what it refuses.

use proptest::prelude::*;

use super::*;

/// The statements of a note, one a word; `unparsed` and `nothing` for the rest.
fn told(words: &NoteWords, note: &str) -> String {
    let at = |m: u16| format!("{:02}{:02}", m / 60, m % 60);
    match read(words, note.as_bytes()) {
        Reading::Unparsed => "unparsed".to_owned(),
        Reading::Nothing => "nothing".to_owned(),
        Reading::Minutes(statements) => statements
            .map(|s| match s {
                Statement::Minutes(n) => format!("line={n}"),
                Statement::Timed(n) => format!("timed={n}"),
                Statement::Treatment(n) => format!("treatment={n}"),
                Statement::Clock { start, end } => format!("{}-{}", at(start), at(end)),
                Statement::Code { code, modifiers, minutes } => {
                    let modifiers: String = modifiers.slots().map(|(_, m)| format!("-{m}")).collect();
                    format!("{code}{modifiers}={minutes}")
                }
            })
            .collect::<Vec<_>>()
            .join(" "),
    }
}

fn check(cases: &[(&str, &str)]) {
    let words = NoteWords::default();
    for (note, want) in cases {
        assert_eq!(told(&words, note), *want, "{note:?}");
        assert_eq!(told(&words, &note.to_lowercase()), *want, "{note:?} in lower case");
    }
}

#[test]
fn the_grammar_is_read() {
    check(&[
        ("97110=23", "97110=23"),
        ("97110:23", "97110=23"),
        ("97110 = 23 MIN", "97110=23"),
        ("97112 15 MIN", "97112=15"),
        ("97110 23MIN 97112 15MIN", "97110=23 97112=15"),
        ("97110 23M; 97112 15 MINS.", "97110=23 97112=15"),
        ("97110=23/97112=15|97140=8, G0283=10", "97110=23 97112=15 97140=8 G0283=10"),
        ("97110-GP-59=23", "97110-GP-59=23"),
        ("97530 GO CO 8 MINUTES", "97530-GO-CO=8"),
        ("97110 59 23 MIN", "97110-59=23"),
        ("97110 59 MIN", "97110=59"),
        ("0552T=20", "0552T=20"),
        ("23 MIN", "line=23"),
        ("23MIN", "line=23"),
        ("480 MINUTES", "line=480"),
        ("TT 53", "treatment=53"),
        ("TTT=53", "treatment=53"),
        ("TX TIME: 53 MIN", "treatment=53"),
        ("TOTAL  TREATMENT TIME 53 MIN", "treatment=53"),
        ("TOTAL TREATMENT 53", "treatment=53"),
        ("TREAT TIME 53", "treatment=53"),
        ("TTM 38; TT 53", "timed=38 treatment=53"),
        ("TIMED 38", "timed=38"),
        ("TIMED MIN 38", "timed=38"),
        ("TOTAL TIMED MINUTES: 38", "timed=38"),
        ("START 0900 STOP 0938", "0900-0938"),
        ("IN 9:00 OUT 9:38", "0900-0938"),
        ("TIME 0900-0938", "0900-0938"),
        ("TIME: 9:00 - 9:38", "0900-0938"),
        ("FROM 9:00 AM TO 9:38AM", "0900-0938"),
        ("FROM 11:45 AM THRU 12:15 PM", "1145-1215"),
        ("IN 12:05 AM OUT 1:00 AM", "0005-0100"),
        ("START 0900; END 0938; 97110=23", "0900-0938 97110=23"),
    ]);
}

#[test]
fn what_is_not_certain_is_not_read() {
    let refused = [
        "8 MINUTE RULE",
        "8-MINUTE RULE MET",
        "15-20 MIN",
        "97110 15-20 MIN",
        "97110=15-20",
        "97110 10 15 MIN",
        "97110=23.5",
        "23.5 MIN",
        "-5 MIN",
        "0 MIN",
        "97110=0",
        "481 MIN",
        "97110=1000",
        "72 YO 23 MIN",
        "PT SEEN 23 MIN",
        "97110 23 MIN OF EXERCISE",
        "23 MINUTES WITH PT",
        "97110 X2 Y3 Z4 W5 V6 15 MIN",
        "TT 38/53",
        "TT ABOUT 53",
        "TOTAL TIMED WAS 38",
        "TIMED CODES 97110",
        "START 0938 STOP 0900",
        "START 0900 STOP 0900",
        "START 2330 STOP 0015",
        "START 0900 STOP 1801",
        "IN 0960 OUT 1010",
        "IN 2400 OUT 2410",
        "TIME 9:00-9:38 PM",
        "FROM 9:00 AM TO 9:38",
        "FROM 13:00 PM TO 13:38 PM",
        "START 0900",
        "FROM 555-123-4567",
        "MINUTES: TWENTY 3, MIN 23",
    ];
    check(&refused.map(|note| (note, "unparsed")));
}

#[test]
fn a_note_about_something_else_is_nobodys_fault() {
    let other = [
        "",
        ";;;",
        "CALL 555-123-4567",
        "72 YO MALE",
        "45 M",
        "97110 23",
        "97110 59",
        "97110",
        "MIN ASSIST X2",
        "SEEN IN CLINIC 20260105",
        "AUTH 12345678",
        "RETURN TO MD IN 2 WEEKS",
        "MINUTES NOT KEPT",
        "\u{e9}\u{4e2d} 5",
    ];
    check(&other.map(|note| (note, "nothing")));
}

#[test]
fn a_site_sets_its_own_words() {
    let words: NoteWords = toml::from_str("timed = [\"one on one\"]\nstop = []").unwrap();
    assert_eq!(told(&words, "ONE  ON ONE 38 MIN"), "timed=38");
    assert_eq!(told(&words, "TIMED 38"), "nothing", "the list replaces the default");
    assert_eq!(told(&words, "IN 0900 OUT 0938"), "unparsed");
    assert_eq!(told(&words, "IN 0900-0938"), "0900-0938", "a dash always stands for a stop");
    assert_eq!(toml::from_str::<NoteWords>("").unwrap(), NoteWords::default());
    for bad in ["tmied = []", "timed = [\"\"]", "timed = [\"A  B\"]", "timed = [\"MIN 5\"]", "timed = \"X\""]
    {
        assert!(toml::from_str::<NoteWords>(bad).is_err(), "{bad}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_and_every_figure_is_in_range(note in proptest::collection::vec(any::<u8>(), 0..120)) {
        figures_in_range(&note)?;
    }

    #[test]
    fn likely_bytes_too(note in "(97110|97112|GP|59|MIN|M|TT|TIMED|START|STOP|AM|PM|[0-9]{1,5}|[-=: ;./]){0,12}") {
        figures_in_range(note.as_bytes())?;
    }
}

fn figures_in_range(note: &[u8]) -> Result<(), TestCaseError> {
    let words = NoteWords::default();
    if let Reading::Minutes(statements) = read(&words, note) {
        for statement in statements {
            match statement {
                Statement::Minutes(n) | Statement::Timed(n) | Statement::Treatment(n) => {
                    prop_assert!((1..=480).contains(&n));
                }
                Statement::Code { minutes, code, .. } => {
                    prop_assert!((1..=480).contains(&minutes) && code != Code::MALFORMED);
                }
                Statement::Clock { start, end } => {
                    prop_assert!(start < end && end < 1440 && end - start <= 480)
                }
            }
        }
    }
    Ok(())
}
