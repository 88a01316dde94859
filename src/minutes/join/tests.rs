//! Which row and which note gives a line its minutes, told as tables: a sidecar, a claim, and what is known
//! of each line afterwards.

use std::path::Path;

use super::*;
use crate::minutes::FileKind;
use crate::x12::code::Modifier;

mod random;

const HEADER: &str = "claim_id,line_control,line_no,dos,code,mods,patient_id,minutes,discipline,assistant_minutes,\
    concurrent_minutes,group,total_timed_minutes,total_treatment_minutes,start_time";

const VISITS: &str =
    "claim_id,patient_id,dos,discipline,total_timed_minutes,total_treatment_minutes,start_time,end_time";

/// A line as text, `CONTROL NUMBER DATE CODE MODS | note | note`; `-` for none.
struct Line<'a> {
    control: &'a str,
    number: u32,
    date: Option<Date>,
    code: Code,
    modifiers: Modifiers,
    notes: Vec<&'a [u8]>,
}

fn line(text: &str) -> Line<'_> {
    let mut parts = text.split('|').map(str::trim);
    let mut words = parts.next().unwrap().split(' ');
    let mut word = || words.next().unwrap();
    let mut line = Line {
        control: word().trim_matches('-'),
        number: word().parse().unwrap(),
        date: Date::parse_iso(word()),
        code: Code::of(word()),
        modifiers: Modifiers::default(),
        notes: parts.map(str::as_bytes).collect(),
    };
    for (slot, text) in line.modifiers.0.iter_mut().zip(words) {
        *slot = Modifier::of(text);
    }
    line
}

/// Cells by name, `minutes=5 code=97110`, as rows of a file.
fn file(header: &str, rows: &[&str]) -> String {
    let names: Vec<&str> = header.split(',').collect();
    let mut text = header.to_owned();
    for row in rows {
        let mut cells = vec![""; names.len()];
        for cell in row.split(' ') {
            let (name, value) = cell.split_once('=').unwrap();
            cells[names.iter().position(|n| *n == name).unwrap()] = value;
        }
        text = format!("{text}\n{}", cells.join(","));
    }
    text
}

/// Rows of a minutes file and, where they begin with `visit`, of a visits file.
fn sidecar(rows: &[&str]) -> Sidecar {
    let visits: Vec<&str> = rows.iter().filter_map(|row| row.strip_prefix("visit ")).collect();
    let minutes: Vec<&str> = rows.iter().copied().filter(|row| !row.starts_with("visit ")).collect();
    let (minutes, visits) = (file(HEADER, &minutes), file(VISITS, &visits));
    let (sidecar, errors) = Sidecar::from_bytes(&[
        (FileKind::Minutes, Path::new("m.csv"), minutes.as_bytes()),
        (FileKind::Visits, Path::new("v.csv"), visits.as_bytes()),
    ]);
    assert!(errors.is_empty(), "{errors:?}");
    sidecar
}

fn join(rows: &[&str], lines: &[&str], notes: &[&str]) -> ClaimMinutes {
    let lines: Vec<Line<'_>> = lines.iter().map(|l| line(l)).collect();
    let mut texts: Vec<&[u8]> = notes.iter().map(|n| n.as_bytes()).collect();
    let of_claim = Texts { from: 0, to: texts.len() };
    let borrowed: Vec<JoinLine<'_>> = lines
        .iter()
        .map(|l| {
            let from = texts.len();
            texts.extend(&l.notes);
            JoinLine {
                control: l.control.as_bytes(),
                number: l.number,
                date: l.date,
                code: l.code,
                modifiers: l.modifiers,
                notes: Texts { from, to: texts.len() },
            }
        })
        .collect();
    let minutes = Minutes::new(sidecar(rows), NoteWords::default());
    // What an earlier claim left behind must not show.
    let mut out = ClaimMinutes {
        lines: vec![LineMinutes { conflict: true, minutes: Some(9), ..LineMinutes::default() }; 9],
        matched: vec![RowId(7)],
        ambiguous: vec![RowId(7)],
        unparsed_notes: 7,
    };
    let claim = JoinClaim { id: b"C1", patient_id: b"P1", texts: &texts, notes: of_claim };
    let mut buffers = JoinBuffers::default();
    let other: Vec<JoinLine<'_>> = borrowed.iter().rev().take(2).copied().collect();
    minutes.join(&claim, &other, &mut buffers, &mut out);
    minutes.join(&claim, &borrowed, &mut buffers, &mut out);
    out
}

/// `lines; matched; ambiguous; unparsed`, a line as `minutes source row timed/treatment ~span !`, parts left out
/// where there is nothing; the span is that of the visit.
fn told(out: &ClaimMinutes) -> String {
    let ids = |ids: &[RowId]| ids.iter().map(|r| r.0.to_string()).collect::<Vec<_>>().join(" ");
    let one = |l: &LineMinutes| {
        let mut parts = Vec::new();
        parts.extend(l.minutes.map(|m| m.to_string()));
        parts.extend(l.source.map(|s| match s {
            Source::SidecarLine => "row".to_owned(),
            Source::SidecarVisit => "visit".to_owned(),
            Source::LineNote => "note".to_owned(),
            Source::ClaimNote => "claim".to_owned(),
        }));
        parts.extend(l.row.map(|r| format!("#{}", r.0)));
        let total = |t: Option<u32>| t.map_or("-".to_owned(), |t| t.to_string());
        if l.visit_timed.or(l.visit_treatment).is_some() {
            parts.push(format!("{}/{}", total(l.visit_timed), total(l.visit_treatment)));
        }
        parts.extend(l.visit_span.map(|span| format!("~{span}")));
        parts.extend(l.conflict.then(|| "!".to_owned()));
        let disputed = l.disputed.or(l.timed_disputed).or(l.treatment_disputed).is_some();
        assert_eq!(l.conflict, disputed, "a conflict says what it is about");
        parts.join(" ")
    };
    let lines: Vec<String> = out.lines.iter().map(one).collect();
    format!("{}; {}; {}; {}", lines.join(", "), ids(&out.matched), ids(&out.ambiguous), out.unparsed_notes)
}

/// Sidecar rows, lines, claim notes, and what is told.
type Case<'a> = (&'a [&'a str], &'a [&'a str], &'a [&'a str], &'a str);

fn check(cases: &[Case<'_>]) {
    for (rows, lines, notes, want) in cases {
        assert_eq!(told(&join(rows, lines, notes)), *want, "{rows:?}\n{lines:?}\n{notes:?}");
    }
}

const TWO: &[&str] = &["L1 1 2026-01-05 97110 GP", "L2 2 2026-01-05 97112 GP"];
const TWINS: &[&str] = &["L1 1 2026-01-05 97110 GP", "L2 2 2026-01-05 97110 GP 59"];

#[test]
fn a_row_is_matched_by_the_key_it_gives_and_by_no_other() {
    check(&[
        (&["claim_id=C1 line_control=L2 minutes=15"], TWO, &[], ", 15 row #0; 0; ; 0"),
        (
            &["claim_id=C1 line_control=LX line_no=1 dos=20260105 code=97110 minutes=15"],
            TWO,
            &[],
            ", ; ; ; 0",
        ),
        (&["claim_id=C1 line_control=l1 minutes=15"], TWO, &[], ", ; ; ; 0"),
        (&["claim_id=C1 line_no=2 minutes=15"], TWO, &[], ", 15 row #0; 0; ; 0"),
        (&["claim_id=C1 line_no=3 dos=20260105 code=97110 minutes=15"], TWO, &[], ", ; ; ; 0"),
        (&["claim_id=C1 line_no=2 code=97110 minutes=15"], TWO, &[], ", ; ; ; 0"),
        (&["claim_id=C1 line_no=2 dos=20260106 minutes=15"], TWO, &[], ", ; ; ; 0"),
        (&["claim_id=C1 dos=20260105 code=97112 minutes=15"], TWO, &[], ", 15 row #0; 0; ; 0"),
        (&["claim_id=C1 dos=20260106 code=97112 minutes=15"], TWO, &[], ", ; ; ; 0"),
        (&["claim_id=C1 dos=20260105 code=97112 mods=GP-59 minutes=15"], TWO, &[], ", ; ; ; 0"),
        (&["claim_id=C1 dos=20260105 code=97112 discipline=OT minutes=15"], TWO, &[], ", ; ; ; 0"),
        (&["patient_id=P1 dos=20260105 code=97112 minutes=15"], TWO, &[], ", 15 row #0; 0; ; 0"),
        (&["patient_id=P2 dos=20260105 code=97112 minutes=15"], TWO, &[], ", ; ; ; 0"),
        (&["claim_id=C2 patient_id=P1 dos=20260105 code=97112 minutes=15"], TWO, &[], ", ; ; ; 0"),
        (&["claim_id=c1 line_no=1 minutes=15"], TWO, &[], ", ; ; ; 0"),
    ]);
}

#[test]
fn a_row_that_fits_two_lines_is_used_for_none() {
    check(&[
        (&["claim_id=C1 dos=20260105 code=97110 minutes=15"], TWINS, &[], ", ; ; 0; 0"),
        (&["claim_id=C1 dos=20260105 code=97110 mods=59:GP minutes=15"], TWINS, &[], ", 15 row #0; 0; ; 0"),
        (&["patient_id=P1 dos=20260105 code=97110 minutes=15"], TWINS, &[], ", ; ; 0; 0"),
        (
            &["claim_id=C1 line_control=L1 minutes=15"],
            &["L1 1 2026-01-05 97110", "L1 2 2026-01-05 97112"],
            &[],
            ", ; ; 0; 0",
        ),
        (
            &["claim_id=C1 line_no=1 minutes=15"],
            &["A 1 2026-01-05 97110", "B 1 2026-01-05 97112"],
            &[],
            ", ; ; 0; 0",
        ),
        (
            &["claim_id=C1 dos=20260105 code=97530 discipline=OT minutes=15"],
            &["A 1 2026-01-05 97530 GP", "B 2 2026-01-05 97530 GO"],
            &[],
            ", 15 row #0; 0; ; 0",
        ),
        (
            &["claim_id=C1 dos=20260105 code=97110 minutes=15 total_timed_minutes=38"],
            TWINS,
            &[],
            ", ; ; 0; 0",
        ),
    ]);
}

#[test]
fn of_two_rows_the_more_exact_wins_and_equals_must_agree() {
    let control = "claim_id=C1 line_control=L1 minutes=15";
    let number = "claim_id=C1 line_no=1 minutes=16";
    let modified = "claim_id=C1 dos=20260105 code=97110 mods=GP minutes=17";
    let service = "claim_id=C1 dos=20260105 code=97110 minutes=18";
    let patient = "patient_id=P1 dos=20260105 code=97110 minutes=19";
    let totals = "claim_id=C1 line_control=L1 total_timed_minutes=38";
    check(&[
        (&[patient, service, modified, number, control], TWO, &[], "15 row #4, ; 1 2 3 4 0; ; 0"),
        (&[control, number, modified, service, patient], TWO, &[], "15 row #0, ; 0 1 2 3 4; ; 0"),
        (&[patient, modified, number], TWO, &[], "16 row #2, ; 1 2 0; ; 0"),
        (&[service, modified], TWO, &[], "17 row #1, ; 0 1; ; 0"),
        (&[patient, service], TWO, &[], "18 row #1, ; 1 0; ; 0"),
        (&[control, control], TWO, &[], "15 row #0, ; 0 1; ; 0"),
        (&[control, "claim_id=C1 line_control=L1 minutes=20"], TWO, &[], "15 row #0 !, ; 0 1; ; 0"),
        (&[number, "claim_id=C1 line_no=1 minutes=20", control], TWO, &[], "15 row #2, ; 0 1 2; ; 0"),
        (&[totals, service], TWO, &[], "18 row #1 38/-, visit #0 38/-; 0 1; ; 0"),
    ]);
}

#[test]
fn totals_go_to_all_lines_of_the_visit() {
    let days: &[&str] = &["A 1 2026-01-05 97110 GP", "B 2 2026-01-06 97110 GP", "C 3 2026-01-05 97112 GP"];
    let both: &[&str] = &["A 1 2026-01-05 97110 GP", "B 2 2026-01-05 97530 GO", "C 3 2026-01-05 97112"];
    let visit = "claim_id=C1 dos=20260105 total_timed_minutes=38 total_treatment_minutes=53";
    check(&[
        (&[visit], days, &[], "visit #0 38/53, , visit #0 38/53; 0; ; 0"),
        (&["patient_id=P1 dos=20260106 total_timed_minutes=38"], days, &[], ", visit #0 38/-, ; 0; ; 0"),
        (&["claim_id=C1 dos=20260107 total_timed_minutes=38"], days, &[], ", , ; ; ; 0"),
        (
            &["claim_id=C1 line_no=1 minutes=23 total_timed_minutes=38"],
            days,
            &[],
            "23 row #0 38/-, , visit #0 38/-; 0; ; 0",
        ),
        (
            &["claim_id=C1 dos=20260105 discipline=PT total_timed_minutes=38"],
            both,
            &[],
            "visit #0 38/-, , visit #0 38/-; 0; ; 0",
        ),
        (
            &["claim_id=C1 line_no=2 minutes=30 total_timed_minutes=30"],
            both,
            &[],
            ", 30 row #0 30/-, visit #0 30/-; 0; ; 0",
        ),
        (
            &[
                "claim_id=C1 line_no=1 minutes=23 total_timed_minutes=38",
                "claim_id=C1 line_no=3 minutes=15 total_timed_minutes=38",
            ],
            days,
            &[],
            "23 row #0 38/-, , 15 row #1 38/-; 0 1; ; 0",
        ),
        (
            &[visit, "claim_id=C1 line_no=1 minutes=23 total_timed_minutes=40"],
            days,
            &[],
            "23 row #1 38/53 !, , visit #0 38/53 !; 1 0; ; 0",
        ),
        (
            &["claim_id=C1 line_no=1 minutes=23 total_timed_minutes=38"],
            &["A 1 - 97110", "B 2 - 97112"],
            &[],
            "23 row #0 38/-, ; 0; ; 0",
        ),
    ]);
}

#[test]
fn a_row_of_a_visits_file_is_found_by_claim_or_patient_and_date() {
    let days: &[&str] = &["A 1 2026-01-05 97110 GP", "B 2 2026-01-06 97530 GO", "C 3 2026-01-05 97112 GO"];
    check(&[
        (
            &["visit claim_id=C1 dos=2026-01-05 total_timed_minutes=38 total_treatment_minutes=53"],
            days,
            &[],
            "visit #0 38/53, , visit #0 38/53; 0; ; 0",
        ),
        (
            &["visit patient_id=P1 dos=20260105 discipline=OT total_treatment_minutes=53"],
            days,
            &[],
            ", , visit #0 -/53; 0; ; 0",
        ),
        (
            &["visit claim_id=C1 dos=2026-01-06 discipline=PT total_timed_minutes=38"],
            days,
            &[],
            ", , ; ; ; 0",
        ),
        (&["visit claim_id=C1 dos=2026-01-07 total_timed_minutes=38"], days, &[], ", , ; ; ; 0"),
        (&["visit patient_id=P2 dos=2026-01-05 total_timed_minutes=38"], days, &[], ", , ; ; ; 0"),
        (
            &["visit claim_id=C1 dos=2026-01-06 start_time=9:00-9:20;9:30-9:55"],
            days,
            &[],
            ", #0 ~45, ; 0; ; 0",
        ),
        (
            &[
                "claim_id=C1 line_no=1 minutes=23",
                "visit claim_id=C1 dos=20260105 discipline=PT total_timed_minutes=20 start_time=9:00 end_time=9:25",
                "visit claim_id=C1 dos=20260105 discipline=OT total_timed_minutes=15 start_time=9:30 end_time=9:45",
            ],
            days,
            &[],
            "23 row #0 20/- ~25, , visit #2 15/- ~15; 0 1 2; ; 0",
        ),
        (
            &[
                "visit claim_id=C1 dos=20260106 total_timed_minutes=20",
                "visit patient_id=P1 dos=20260106 total_timed_minutes=21",
            ],
            days,
            &[],
            ", visit #0 20/- !, ; 0 1; ; 0",
        ),
    ]);
}

#[test]
fn visits_of_one_day_that_cannot_be_told_apart_are_used_for_none() {
    let morning = "visit claim_id=C1 dos=20260105 total_timed_minutes=30 start_time=9:00 end_time=9:30";
    let noon = "visit claim_id=C1 dos=20260105 total_timed_minutes=23 start_time=9:30 end_time=10:00";
    let within = "visit claim_id=C1 dos=20260105 total_timed_minutes=30 start_time=9:10 end_time=9:20";
    let other =
        "visit claim_id=C1 dos=20260105 discipline=OT total_timed_minutes=23 start_time=14:00 end_time=15:00";
    let elsewhere = "visit claim_id=C1 dos=20260106 total_timed_minutes=23 start_time=14:00 end_time=15:00";
    let patient = "visit patient_id=P1 dos=20260105 total_timed_minutes=30 start_time=14:00 end_time=15:00";
    let clockless = "visit claim_id=C1 dos=20260105 total_timed_minutes=30";
    check(&[
        (&[morning, noon], TWO, &[], ", ; ; 0 1; 0"),
        (&[noon, elsewhere, morning], TWO, &[], ", ; ; 0 2; 0"),
        (&[morning, within, noon, clockless], TWO, &[], "visit #3 30/-, visit #3 30/-; 3; 0 1 2; 0"),
        (&[morning, noon], &["A 1 2026-01-07 97110"], &[], "; ; ; 0"),
        (&[morning, within], TWO, &[], "visit #0 30/- ~30, visit #0 30/- ~30; 0 1; ; 0"),
        (&[morning, other], TWO, &[], "visit #0 30/- ~30, visit #0 30/- ~30; 0; ; 0"),
        (&[morning, elsewhere], TWO, &[], "visit #0 30/- ~30, visit #0 30/- ~30; 0; ; 0"),
        (&[morning, patient], TWO, &[], "visit #0 30/- ~30, visit #0 30/- ~30; 0 1; ; 0"),
    ]);
}

#[test]
fn a_conflict_says_who_says_otherwise() {
    let said = |minutes, source| Some(Said { minutes, source });
    let one = |rows: &[&str], notes: &str| {
        join(rows, &[&format!("L1 1 2026-01-05 97110 GP | {notes}")], &["TT 50"]).lines[0]
    };
    let row = "claim_id=C1 line_no=1 minutes=23 total_timed_minutes=38";
    let line = one(&[row], "START 0900 STOP 0930, 25 MIN, TIMED 40, TT 53");
    assert_eq!(line.disputed, said(25, Source::LineNote));
    assert_eq!(line.timed_disputed, said(40, Source::LineNote));
    // Notes of the line come before those of the claim.
    assert_eq!(line.visit_treatment, Some(53));
    assert_eq!(line.treatment_disputed, said(50, Source::ClaimNote));
    assert_eq!((line.minutes, line.span), (Some(23), Some(30)));
    let line = one(&[row, "claim_id=C1 line_no=1 minutes=20 total_timed_minutes=39"], "25 MIN");
    assert_eq!(line.disputed, said(20, Source::SidecarLine), "the first that differs");
    assert_eq!(line.timed_disputed, said(39, Source::SidecarVisit));
    let line = one(&["claim_id=C1 line_no=1 minutes=23 start_time=9:00-9:20"], "START 0900 STOP 0930");
    assert_eq!((line.minutes, line.span, line.conflict), (Some(23), Some(20), false), "the row's own times");
    assert_eq!(line.disputed, None);
    assert_eq!(line.row, Some(RowId(0)));
    assert_eq!(line.visit_row, None);
}

#[test]
fn a_sidecar_outweighs_a_line_note_and_that_a_claim_note() {
    let row = "claim_id=C1 line_no=1 minutes=23";
    let note = |text: &str| format!("L1 1 2026-01-05 97110 GP | {text}");
    let cases: &[(&[&str], &str, &[&str], &str)] = &[
        (&[row], "23 MIN", &[], "23 row #0; 0; ; 0"),
        (&[row], "25 MIN", &[], "23 row #0 !; 0; ; 0"),
        (&[row], "", &["97110=25"], "23 row #0 !; 0; ; 0"),
        (&[], "25 MIN", &["97110=25"], "25 note; ; ; 0"),
        (&[], "25 MIN", &["97110=20"], "25 note !; ; ; 0"),
        (&[], "", &["97110=20"], "20 claim; ; ; 0"),
        (&[], "25 MIN; TIMED 38", &["TT 53"], "25 note 38/53; ; ; 0"),
        (
            &["claim_id=C1 dos=20260105 total_timed_minutes=38"],
            "25 MIN; TIMED 40",
            &[],
            "25 note #0 38/- !; 0; ; 0",
        ),
        (&["claim_id=C1 dos=20260105 total_timed_minutes=38"], "", &["TIMED 38"], "visit #0 38/-; 0; ; 0"),
        (&[], "START 0900 STOP 0923", &["97110=20"], "23 note !; ; ; 0"),
        (&[], "START 0900 STOP 0923, 15 MIN", &[], "15 note; ; ; 0"),
        (&[], "IN 0900 OUT 0910, IN 0920 OUT 0935", &[], "25 note; ; ; 0"),
        (&[], "IN 0900 OUT 0910, IN 0905 OUT 0935", &[], "; ; ; 0"),
        (&[row], "START 0900 STOP 1000", &[], "23 row #0; 0; ; 0"),
        (&[], "97110-GP=23", &[], "23 note; ; ; 0"),
        (&[], "97110-KX=23", &[], "; ; ; 0"),
        (&[], "8 MINUTE RULE", &["15-20 MIN", "23 MIN", "SEEN 2X"], "; ; ; 3"),
    ];
    for (rows, text, notes, want) in cases {
        assert_eq!(told(&join(rows, &[&note(text)], notes)), *want, "{rows:?} {text:?} {notes:?}");
    }
}

#[test]
fn a_note_names_its_line_or_is_not_used() {
    let days: &[&str] = &["A 1 2026-01-05 97110 GP", "B 2 2026-01-06 97112 GP"];
    check(&[
        (&[], TWO, &["97110=23; 97112 GP 15 MIN"], "23 claim, 15 claim; ; ; 0"),
        (&[], TWINS, &["97110=23"], ", ; ; ; 0"),
        (&[], TWINS, &["97110-GP=23, 97110-59=8"], "23 claim, 8 claim; ; ; 0"),
        (&[], TWO, &["97140=23"], ", ; ; ; 0"),
        (&[], TWO, &["TIMED 38, TT 53"], "claim 38/53, claim 38/53; ; ; 0"),
        (&[], days, &["TIMED 38, TT 53"], ", ; ; ; 0"),
        (&[], TWO, &["97110=23", "97110=24"], "23 claim !, ; ; ; 0"),
        (
            &[],
            &["A 1 2026-01-05 97110 | 97110=23 97112=15", "B 2 2026-01-05 97112"],
            &[],
            "23 note, 15 claim; ; ; 0",
        ),
        (
            &[],
            &["A 1 2026-01-05 97110 | 97110=23 97112=15", "B 2 2026-01-05 97112 | 16 MIN"],
            &[],
            "23 note, 16 note !; ; ; 0",
        ),
    ]);
}

#[test]
fn a_line_gets_the_other_fields_of_its_row() {
    let row = "claim_id=C1 line_no=1 start_time=9:00-9:15;9:40-9:55 assistant_minutes=8 concurrent_minutes=5 group=Y";
    let out = join(&[row], TWO, &[]);
    let want = LineMinutes {
        minutes: Some(30),
        source: Some(Source::SidecarLine),
        assistant: Some(8),
        concurrent: Some(5),
        group: Some(true),
        span: Some(30),
        row: Some(RowId(0)),
        ..LineMinutes::default()
    };
    assert_eq!(out.lines, [want, LineMinutes::default()]);
}

#[test]
fn nothing_documented_leaves_nothing() {
    let out = join(&[], TWO, &["SEEN AT HOME"]);
    assert_eq!(out, ClaimMinutes { lines: vec![LineMinutes::default(); 2], ..ClaimMinutes::default() });
    let text =
        format!("{:?}", Minutes::new(sidecar(&["claim_id=C1 line_no=1 minutes=5"]), NoteWords::default()));
    assert!(!text.contains("C1"), "{text}");
}
