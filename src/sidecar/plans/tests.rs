//! Which plan covers a day, told as a table; and every fault a plans file can have.

use super::*;
use crate::sidecar::value::ID;

const HEADER: &str = "patient_id,discipline,start,certified_date,expires,physician_npi,last_progress_note";

fn load(text: impl AsRef<[u8]>) -> (Plans, Vec<String>) {
    let (plans, errors) = Plans::from_reader(Path::new("p.csv"), text.as_ref());
    (plans, errors.iter().map(ToString::to_string).collect())
}

fn day(text: &str) -> Date {
    Date::parse_iso(text).unwrap()
}

/// What is answered, as a word and the line of the plan.
fn told(answer: PlanAnswer<'_>) -> String {
    match answer {
        PlanAnswer::NoFile => "no file".to_owned(),
        PlanAnswer::Unknown => "unknown".to_owned(),
        PlanAnswer::NotCovered { nearest: None } => "not covered".to_owned(),
        PlanAnswer::NotCovered { nearest: Some(plan) } => format!("not covered, nearest {}", plan.row.line),
        PlanAnswer::Covered(plan) => format!("covered {}", plan.row.line),
    }
}

#[test]
fn the_plan_of_a_day_is_the_last_begun_that_covers_it() {
    let (plans, errors) = load(format!(
        "{HEADER}\n\
         P1,PT,2026-01-10,,2026-03-31,,\n\
         P1,PT,2026-04-10,2026-04-12,2026-06-30,1234567893,2026-05-01\n\
         P1,OT,2026-02-01,,,,\n\
         P1,OT,2026-03-01,,2026-03-31,,\n\
         P2,slp,20260101,,20260101,,\n\
         P1,PT,2026-06-15,,2026-07-15,,\n"
    ));
    assert_eq!(errors, Vec::<String>::new());
    for (patient, discipline, date, want) in [
        ("P1", Discipline::Pt, "2026-01-09", "not covered, nearest 2"),
        ("P1", Discipline::Pt, "2026-01-10", "covered 2"),
        ("P1", Discipline::Pt, "2026-03-31", "covered 2"),
        ("P1", Discipline::Pt, "2026-04-01", "not covered, nearest 2"),
        ("P1", Discipline::Pt, "2026-04-10", "covered 3"),
        ("P1", Discipline::Pt, "2026-06-15", "covered 7"),
        ("P1", Discipline::Pt, "2026-07-16", "not covered, nearest 7"),
        ("P1", Discipline::Ot, "2026-02-20", "covered 4"),
        ("P1", Discipline::Ot, "2026-03-20", "covered 5"),
        // A plan without an end goes on after a later one has ended.
        ("P1", Discipline::Ot, "2027-01-01", "covered 4"),
        ("P1", Discipline::Slp, "2026-02-20", "not covered"),
        ("P2", Discipline::Slp, "2026-01-01", "covered 6"),
        ("P2", Discipline::Slp, "2026-01-02", "not covered, nearest 6"),
        (" P2 ", Discipline::Slp, "2026-01-01", "covered 6"),
        ("p2", Discipline::Slp, "2026-01-01", "unknown"),
        ("P", Discipline::Pt, "2026-02-01", "unknown"),
        ("", Discipline::Pt, "2026-02-01", "unknown"),
    ] {
        let answer = plans.find(patient.as_bytes(), discipline, day(date));
        assert_eq!(told(answer), want, "{patient} {discipline:?} {date}");
    }
    let PlanAnswer::Covered(plan) = plans.find(b"P1", Discipline::Pt, day("2026-05-05")) else { panic!() };
    assert_eq!(
        *plan,
        Plan {
            discipline: Discipline::Pt,
            start: day("2026-04-10"),
            certified: Some(day("2026-04-12")),
            expires: Some(day("2026-06-30")),
            physician: Npi::parse(b"1234567893"),
            last_progress_note: Some(day("2026-05-01")),
            row: RowPlace { file: 0, line: 3 },
        }
    );
    assert_eq!(plans.path(plan.row), Path::new("p.csv"));
    assert_eq!(plans.tally().counts(), (1, 6, 0));
    assert_eq!(format!("{plans:?}"), "Plans { files: 1, rows: 6 }");
}

#[test]
fn without_a_row_nothing_is_known_of_anybody() {
    let plans = Plans::default();
    assert!(plans.is_empty() && !plans.is_given());
    assert_eq!(told(plans.find(b"P1", Discipline::Pt, day("2026-01-01"))), "no file");
    let (plans, errors) = load("patient_id,start\nP1,2026-01-01\n");
    assert_eq!(errors, ["p.csv:1, column discipline: the header lacks this column; add it"]);
    assert!(plans.is_empty() && plans.is_given() && plans.tally().counts() == (1, 0, 0));
    assert_eq!(told(plans.find(b"P1", Discipline::Pt, day("2026-01-01"))), "no file");
}

#[test]
fn a_faulty_plan_is_left_out_and_told_with_line_and_column() {
    let long = "9".repeat(ID + 1);
    for (row, want) in [
        (",PT,2026-01-10,,,,", "patient_id: no patient; give the member id"),
        (&format!("{long},PT,2026-01-10,,,,"), "patient_id: longer than 80 bytes"),
        ("\"P\t1\",PT,2026-01-10,,,,", "patient_id: holds a control character"),
        ("P1,,2026-01-10,,,,", "discipline: no discipline; write PT, OT or SLP"),
        ("P1,GP,2026-01-10,,,,", "discipline: not a discipline; write PT, OT or SLP"),
        ("P1,PT,,,,,", "start: no date; give the plan's first day as CCYY-MM-DD"),
        ("P1,PT,2026-02-30,,,,", "start: not a date; write it as CCYY-MM-DD or CCYYMMDD"),
        ("P1,PT,1/10/2026,,,,", "start: not a date"),
        ("P1,PT,2026-01-10,soon,,,", "certified_date: not a date"),
        ("P1,PT,2026-01-10,,2026-13-01,,", "expires: not a date"),
        ("P1,PT,2026-01-10,,2026-01-09,,", "expires: before start; a plan ends on its first day or later"),
        ("P1,PT,2026-01-10,,,1234567890,", "physician_npi: not an NPI; write the ten digits"),
        ("P1,PT,2026-01-10,,,,yesterday", "last_progress_note: not a date"),
    ] {
        let (plans, errors) = load(format!("{HEADER}\nP0,PT,2026-01-01,,,,\n{row}\n"));
        assert_eq!(errors.len(), 1, "{row}: {errors:?}");
        assert!(errors[0].starts_with(&format!("p.csv:3, column {want}")), "{row}: {}", errors[0]);
        assert_eq!(plans.tally().counts(), (1, 1, 1));
        assert_eq!(told(plans.find(b"P0", Discipline::Pt, day("2026-01-01"))), "covered 2");
    }
}
