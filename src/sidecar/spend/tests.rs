//! What was spent, looked up; rows that speak of the same thing; every fault a spend file can have.

use super::*;

const HEADER: &str = "patient_id,year,bucket,allowed_to_date,as_of";

fn load(text: impl AsRef<[u8]>) -> (Spend, Vec<String>) {
    let (spend, errors) = Spend::from_reader(Path::new("s.csv"), text.as_ref());
    (spend, errors.iter().map(ToString::to_string).collect())
}

fn cents(spend: &Spend, patient: &str, year: u32, bucket: Bucket) -> Option<i64> {
    spend.find(patient.as_bytes(), year, bucket).map(|spent| spent.allowed.0)
}

#[test]
fn an_amount_is_of_one_patient_year_and_bucket() {
    let (spend, errors) = load(format!(
        "{HEADER}\nP1,2026,PTSLP,1800.5,2026-03-31\nP1,2026,ot,0,\nP1,2025,PTSLP,2410.00,20251231\nP2,2026,OT,.07,\n"
    ));
    assert_eq!(errors, Vec::<String>::new());
    for (patient, year, bucket, want) in [
        ("P1", 2026, Bucket::PtSlp, Some(180_050)),
        ("P1", 2026, Bucket::Ot, Some(0)),
        ("P1", 2025, Bucket::PtSlp, Some(241_000)),
        ("P1", 2025, Bucket::Ot, None),
        ("P1", 2027, Bucket::PtSlp, None),
        ("P2", 2026, Bucket::Ot, Some(7)),
        (" P2", 2026, Bucket::Ot, Some(7)),
        ("p2", 2026, Bucket::Ot, None),
        ("P3", 2026, Bucket::Ot, None),
        ("P1", 202_600, Bucket::Ot, None),
    ] {
        assert_eq!(cents(&spend, patient, year, bucket), want, "{patient} {year} {bucket:?}");
    }
    let spent = spend.find(b"P1", 2026, Bucket::PtSlp).unwrap();
    assert_eq!((spent.as_of, spent.row), (Date::new(2026, 3, 31), RowPlace { file: 0, line: 2 }));
    assert_eq!(spend.path(spent.row), Path::new("s.csv"));
    assert_eq!(format!("{spend:?}"), "Spend { files: 1, rows: 4 }");
    assert!(Spend::default().find(b"P1", 2026, Bucket::Ot).is_none());
}

#[test]
fn physical_and_speech_therapy_share_a_bucket() {
    let of = Discipline::ALL.map(|d| Bucket::of(d).as_str());
    assert_eq!(of, ["PTSLP", "OT", "PTSLP"]);
}

#[test]
fn of_two_rows_that_speak_of_the_same_thing_neither_is_used() {
    let (spend, errors) = load(format!(
        "{HEADER}\nP2,2026,OT,5,\nP1,2026,OT,10,\nP1,2026,PTSLP,11,\nP1,2026,OT,12,\nP1,2026,ot,10,\nP1,2025,OT,13,\n"
    ));
    assert_eq!(
        errors,
        [
            "s.csv:5: patient, year and bucket are those of line 3; keep one of the two, neither is used",
            "s.csv:6: patient, year and bucket are those of line 3; keep one of the two, neither is used",
        ]
    );
    assert_eq!(cents(&spend, "P1", 2026, Bucket::Ot), None);
    assert_eq!(cents(&spend, "P1", 2026, Bucket::PtSlp), Some(1100));
    assert_eq!(cents(&spend, "P1", 2025, Bucket::Ot), Some(1300));
    assert_eq!(cents(&spend, "P2", 2026, Bucket::Ot), Some(500));
    assert_eq!(spend.tally().counts(), (1, 3, 3));
}

#[test]
fn rows_of_two_files_are_held_against_each_other() {
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let a = file("a.csv", "patient_id,year,bucket,allowed_to_date\nP1,2026,OT,10\nP2,2026,OT,20\n");
    let b = file("b.tsv", "bucket\tyear\tpatient_id\tallowed_to_date\nOT\t2026\tP3\t30\nOT\t2026\tP1\t10\n");
    let c = file("c.csv", "patient_id,year,bucket,allowed_to_date\nP2,2026,OT,40\nP4,2026,OT,40\n\"");
    let missing = dir.path().join("none.csv");
    let (spend, errors) = Spend::load(&[&a, &missing, &b, &c]);
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(errors.len(), 3, "{errors:?}");
    assert!(errors[0].starts_with("cannot read ") && errors[0].contains("none.csv"), "{}", errors[0]);
    assert!(errors[1].contains("c.csv:4: a quoted value is never closed"), "{}", errors[1]);
    let name = crate::error::display_path(&a);
    let want = format!("b.tsv:3: patient, year and bucket are those of line 2 of {name}; keep one");
    assert!(errors[2].contains(&want), "{}\n{want}", errors[2]);
    // The row of the file that is not used does not count against another.
    assert_eq!(cents(&spend, "P2", 2026, Bucket::Ot), Some(2000));
    assert_eq!(cents(&spend, "P3", 2026, Bucket::Ot), Some(3000));
    assert_eq!((cents(&spend, "P1", 2026, Bucket::Ot), cents(&spend, "P4", 2026, Bucket::Ot)), (None, None));
    assert_eq!(spend.path(spend.find(b"P3", 2026, Bucket::Ot).unwrap().row), b.as_path());
    assert_eq!(spend.tally().counts(), (4, 2, 2));
}

#[test]
fn many_doubles_are_counted_and_not_told_one_by_one() {
    let (spend, errors) = load(format!("{HEADER}\n{}", "P1,2026,OT,10,\n".repeat(251)));
    assert_eq!(errors.len(), 101);
    assert_eq!(errors[100], "s.csv: 150 more rows are faulty and left out; mend those above first");
    assert_eq!(spend.tally().counts(), (1, 0, 251));
}

#[test]
fn a_faulty_row_is_left_out_and_told_with_line_and_column() {
    for (row, want) in [
        (",2026,OT,10,", "column patient_id: no patient; give the member id"),
        ("P1,,OT,10,", "column year: no year; write it as 2026"),
        ("P1,26,OT,10,", "column year: `26` is not a year of 2000 to 2099"),
        ("P1,1999,OT,10,", "column year: `1999` is not a year"),
        ("P1,this,OT,10,", "column year: the value is not a year"),
        ("P1,2026,,10,", "column bucket: no bucket; write PTSLP or OT"),
        ("P1,2026,PT,10,", "column bucket: not a bucket; write PTSLP or OT"),
        ("P1,2026,OT,,", "column allowed_to_date: no amount; write 0 where nothing was spent"),
        (
            "P1,2026,OT,-10,",
            "column allowed_to_date: `-10` is not an amount of 0 or more, written as 1234.50",
        ),
        ("P1,2026,OT,-0,", "column allowed_to_date: `-0` is not an amount"),
        ("P1,2026,OT,1.005,", "column allowed_to_date: `1.005` is not an amount"),
        ("P1,2026,OT,$10,", "column allowed_to_date: the value is not an amount"),
        ("P1,2026,OT,\"1,800.00\",", "column allowed_to_date: the value is not an amount"),
        ("P1,2026,OT,ten,", "column allowed_to_date: the value is not an amount"),
        ("P1,2026,OT,10,2026-02-29", "column as_of: not a date; write it as CCYY-MM-DD or CCYYMMDD"),
        ("P1,2026,OT", " the row has 3 values, the header 5"),
    ] {
        let (spend, errors) = load(format!("{HEADER}\nP0,2026,OT,1,\n\n{row}\n"));
        assert_eq!(errors.len(), 1, "{row}: {errors:?}");
        let want = if want.starts_with(' ') { format!("s.csv:4:{want}") } else { format!("s.csv:4, {want}") };
        assert!(errors[0].starts_with(&want), "{row}: {}", errors[0]);
        assert_eq!(spend.tally().counts(), (1, 1, 1));
        assert_eq!(cents(&spend, "P0", 2026, Bucket::Ot), Some(100));
    }
}
