//! Headers, rows and their faults; what a row keeps; that the order of reading does not matter.

use proptest::prelude::*;

use super::*;

fn load(text: impl AsRef<[u8]>) -> (Sidecar, Vec<String>) {
    let (sidecar, errors) = Sidecar::from_reader(Path::new("m.csv"), text.as_ref());
    (sidecar, errors.iter().map(ToString::to_string).collect())
}

fn rows(sidecar: &Sidecar) -> Vec<String> {
    (0..sidecar.len() as u32)
        .map(|r| {
            let e = sidecar.entry(r).unwrap();
            let key = String::from_utf8_lossy(e.row.key(e.bytes)).into_owned();
            let control = match e.key() {
                Key::Control(c) => String::from_utf8_lossy(c).into_owned(),
                _ => String::new(),
            };
            let times: Vec<(u16, u16)> = sidecar.intervals(e.id).collect();
            format!(
                "{key}|{control}|{}|{:?}|{}|{:?}|{:?}|{:?}|{:?}|{:?}|{:?}|{:?}|{:?}|{:?}|{:?}",
                e.rest().line_no(),
                e.dos(),
                e.code(),
                e.modifiers().sorted(),
                e.minutes(),
                e.assisted().0,
                e.assisted().1,
                e.timed(),
                e.treatment(),
                e.group(),
                sidecar.details(e.id),
                times,
                sidecar.note_id(e.id)
            )
        })
        .collect()
}

#[test]
fn a_row_keeps_what_it_says() {
    let text = "\u{feff} Claim_ID ,LINE_CONTROL,line_no,dos,code,mods,patient_id,minutes,start_time,end_time,discipline,\
        assistant_minutes,concurrent_minutes,group,body_region,total_timed_minutes,total_treatment_minutes,\
        therapist_id,source\r\n\
        \"C,1\",L1,1,2026-01-05,97110,GP:59,P1,23,09:00-09:15;9:40-9:55,,pt,8,5,y,Lumbar,38,53,1234567893,N-17\r\n\
        \r\n\
        ,,,20260106, g0283 ,gp-59 kx,P2,,23:00,23:59,SLP,,,N,ext,,,,\r\n\
        C3,,,2026-01-07,,,,,,,,,,,,38,,,";
    let (sidecar, errors) = load(text);
    assert_eq!(errors, Vec::<String>::new());
    assert_eq!(
        rows(&sidecar),
        [
            "C,1|L1|1|Some(Date(2026-01-05))|97110|[Modifier(), Modifier(), Modifier(59), Modifier(GP)]|Some(23)|\
             Some(8)|Some(5)|Some(38)|Some(53)|Some(true)|Details { region: Some(Lumbar), therapist: \
             Some(Npi(1234567893)), discipline: Some(Pt) }|[(540, 555), (580, 595)]|Some(\"N-17\")",
            "P2||0|Some(Date(2026-01-06))|G0283|[Modifier(), Modifier(59), Modifier(GP), Modifier(KX)]|Some(59)|\
             None|None|None|None|Some(false)|Details { region: Some(Extremity), therapist: None, discipline: \
             Some(Slp) }|[(1380, 1439)]|None",
            "C3||0|Some(Date(2026-01-07))||[Modifier(), Modifier(), Modifier(), Modifier()]|None|None|None|Some(38)|\
             None|None|Details { region: None, therapist: None, discipline: None }|[]|None",
        ]
    );
    assert_eq!(sidecar.place(RowId(0)), (Path::new("m.csv"), 2));
    assert_eq!(sidecar.place(RowId(2)), (Path::new("m.csv"), 5));
    assert_eq!(sidecar.place(RowId(3)).1, 0);
    assert!(sidecar.is_visit(RowId(2)) && !sidecar.is_visit(RowId(1)));
    assert_eq!(format!("{sidecar:?}"), "Sidecar { files: 1, rows: 3 }");
}

#[test]
fn a_wrong_header_leaves_the_file_out() {
    let known = "claim_id, line_control, line_no, dos, code, mods, patient_id, minutes, start_time, end_time, \
        discipline, assistant_minutes, concurrent_minutes, group, body_region, total_timed_minutes, \
        total_treatment_minutes, therapist_id, source";
    for (header, want) in [
        ("", "m.csv: the file is empty; write a header and a row a service line"),
        ("\n \n", "m.csv: the file is empty; write a header and a row a service line"),
        (
            "DOE JOHN,1EG4TE5MK73,23",
            &format!("m.csv:1: the first line names no known column; write a header of {known}"),
        ),
        (
            "claim_id;line_no;minutes",
            &format!("m.csv:1: the first line names no known column; write a header of {known}"),
        ),
        (
            "\n\nclaim_id,line_no,minuten",
            &format!("m.csv:3, column 3: unknown column; the known ones are {known}"),
        ),
        (
            "claim_id,minutes,line_no,SMITH",
            &format!("m.csv:1, column 4: unknown column; the known ones are {known}"),
        ),
        (
            "claim_id,minutes,line_no,1EG4TE5MK73",
            &format!("m.csv:1, column 4: unknown column; the known ones are {known}"),
        ),
        (
            "claim_id,line_no,minutes,",
            &format!("m.csv:1, column 4: unknown column; the known ones are {known}"),
        ),
        (
            "claim_id,line_no,minutes,Claim_Id",
            "m.csv:1, column claim_id: the column stands twice; take one away",
        ),
        ("claim_id,dos,minutes", "m.csv:1: the header names no way to find a line; give claim_id"),
        ("line_no,dos,minutes", "m.csv:1: the header names no way to find a line; give claim_id"),
        ("patient_id,line_no,minutes", "m.csv:1: the header names no way to find a line; give claim_id"),
        ("claim_id,line_no,code", "m.csv:1: the header names no minutes; give minutes, total_timed_minutes"),
        ("claim_id,line_no,end_time", "m.csv:1, column end_time: there is no column start_time; add it"),
    ] {
        let (sidecar, errors) = load(format!("{header}\nC1,1,23\n"));
        assert!(sidecar.is_empty(), "{header:?}");
        let empty = header.trim().is_empty();
        let (_, errors) = if empty { load(header) } else { (sidecar, errors) };
        assert_eq!(errors.len(), 1, "{header:?}: {errors:?}");
        assert!(errors[0].starts_with(want), "{header:?}: {}", errors[0]);
    }
}

#[test]
fn a_faulty_row_is_left_out_and_told_with_line_and_column() {
    let header = "claim_id,line_control,line_no,dos,code,mods,patient_id,minutes,start_time,end_time,discipline,\
        assistant_minutes,concurrent_minutes,group,body_region,total_timed_minutes,total_treatment_minutes,therapist_id";
    let columns: Vec<&str> = header.split(',').collect();
    for (cells, want) in [
        ("claim_id=C1 line_no=1 minutes=-5", "minutes: `-5` is not whole minutes of 0 to 1440"),
        ("claim_id=C1 line_no=1 minutes=1441", "minutes: `1441` is not whole minutes of 0 to 1440"),
        ("claim_id=C1 line_no=1 minutes=12.5", "minutes: `12.5` is not whole minutes of 0 to 1440"),
        ("claim_id=C1 line_no=1 minutes=DOE", "minutes: the value is not whole minutes of 0 to 1440"),
        ("claim_id=C1 line_no=1 minutes=123456789", "minutes: the value is not whole minutes of 0 to 1440"),
        ("claim_id=C1 line_no=0 minutes=5", "line_no: `0` is not a line number of 1 to 999999 (LX01)"),
        (
            "claim_id=C1 line_no=1 minutes=5 dos=2026-02-30",
            "dos: not a date; write it as CCYY-MM-DD or CCYYMMDD",
        ),
        (
            "claim_id=C1 line_no=1 minutes=5 dos=1/5/2026",
            "dos: not a date; write it as CCYY-MM-DD or CCYYMMDD",
        ),
        ("claim_id=C1 line_no=1 minutes=5 code=97110-GP", "code: not a procedure code"),
        ("claim_id=C1 line_no=1 minutes=5 mods=GPX", "mods: not a modifier"),
        ("claim_id=C1 line_no=1 minutes=5 mods=GP:59:KX:CQ:XE", "mods: more than four modifiers"),
        (
            "claim_id=C1 line_no=1 minutes=5 discipline=CHIRO",
            "discipline: not a discipline; write PT, OT or SLP",
        ),
        ("claim_id=C1 line_no=1 minutes=5 group=MAYBE", "group: neither Y nor N"),
        ("claim_id=C1 line_no=1 minutes=5 body_region=head", "body_region: not a body region"),
        ("claim_id=C1 line_no=1 minutes=5 therapist_id=1234567890", "therapist_id: not an NPI"),
        (
            "claim_id=C1 line_no=1 minutes=5 assistant_minutes=6",
            "assistant_minutes: more than the minutes of the line",
        ),
        (
            "claim_id=C1 line_no=1 minutes=5 assistant_minutes=3 concurrent_minutes=3",
            "concurrent_minutes: with assistant_minutes more than the minutes of the line",
        ),
        (
            "claim_id=C1 line_no=1 start_time=09:00 end_time=09:15 assistant_minutes=16",
            "assistant_minutes: more than the minutes of the line",
        ),
        ("claim_id=C1 line_no=1 start_time=09:15 end_time=09:00", "end_time: the end is not after the start"),
        ("claim_id=C1 line_no=1 start_time=09:15 end_time=09:15", "end_time: the end is not after the start"),
        ("claim_id=C1 line_no=1 start_time=09:15", "end_time: a start without an end; give both"),
        ("claim_id=C1 line_no=1 end_time=09:15", "start_time: an end without a start; give both"),
        ("claim_id=C1 line_no=1 start_time=24:00 end_time=09:15", "start_time: `24:00` is not a time of day"),
        ("claim_id=C1 line_no=1 start_time=0900 end_time=09:15", "start_time: `0900` is not a time of day"),
        ("claim_id=C1 line_no=1 start_time=9:00-9:15;9:10-9:20", "start_time: intervals overlap"),
        ("claim_id=C1 line_no=1 start_time=9:00-9:15;9:40", "start_time: an interval without an end"),
        (
            "claim_id=C1 line_no=1 start_time=9:00-9:15 end_time=9:15",
            "end_time: start_time already holds intervals",
        ),
        (
            "claim_id=C1 line_no=1",
            "minutes: no minutes; give minutes, total_timed_minutes or start_time and end_time",
        ),
        ("claim_id=C1 minutes=5", "dos: the row names no line; give line_control, line_no or dos and code"),
        ("claim_id=C1 code=97110 minutes=5", "dos: the row names no line"),
        ("claim_id=C1 dos=20260105 minutes=5", "code: minutes of a line, but no line"),
        ("claim_id=C1 dos=20260105 mods=GP total_timed_minutes=5", "code: modifiers without a code"),
        (
            "claim_id=C1 dos=20260105 start_time=9:00 end_time=9:30",
            "total_timed_minutes: a row for a whole visit",
        ),
        ("patient_id=P1 code=97110 minutes=5", "dos: a row found by its patient needs the date of service"),
        ("patient_id=P1 line_no=1 minutes=5", "claim_id: line_control and line_no need a claim"),
        ("line_no=1 minutes=5", "claim_id: no claim and no patient"),
    ] {
        let mut values = vec![""; columns.len()];
        for cell in cells.split(' ') {
            let (name, value) = cell.split_once('=').unwrap();
            values[columns.iter().position(|c| *c == name).unwrap()] = value;
        }
        let mut good = vec![""; columns.len()];
        (good[0], good[2], good[7]) = ("GOOD", "1", "15");
        let text = format!("{header}\n{}\n{}\n", values.join(","), good.join(","));
        let (sidecar, errors) = load(text);
        assert_eq!((sidecar.len(), errors.len()), (1, 1), "{cells}: {errors:?}");
        let want = format!("m.csv:2, column {want}");
        assert!(errors[0].starts_with(&want), "{cells}\n got {}\nwant {want}", errors[0]);
        assert!(sidecar.of_claim(b"GOOD").next().is_some());
    }
}

#[test]
fn a_ragged_row_goes_and_a_file_that_is_not_csv_goes_whole() {
    let head = "claim_id,line_no,minutes\n";
    for (body, left, want) in [
        ("C1,1\nC2,1,5\n", 1, "m.csv:2: the row has 2 values, the header 3"),
        ("C1,1,5,6\nC2,1,5\n", 1, "m.csv:2: the row has 4 values, the header 3"),
        ("C1,1,5\n\"C2\"x,1,5\n", 0, "m.csv:3: text follows a closing quote"),
        ("C1,1,5\nC\"2,1,5\n", 0, "m.csv:3: a quote stands inside a value"),
        ("C1,1,5\n\"C2,1,5\nC3,1,5\n", 0, "m.csv:3: a quoted value is never closed"),
        ("\"C\n1\",1,5\nC2,1,5\n", 1, "m.csv:2, column claim_id: holds a control character or line break"),
        ("\"C\n1\",1,5\nC2,1,-\n", 0, "m.csv:2, column claim_id: holds a control character or line break"),
    ] {
        let (sidecar, errors) = load(format!("{head}{body}"));
        assert_eq!(sidecar.len(), left, "{body:?}: {errors:?}");
        assert!(errors[0].starts_with(want), "{body:?}: {errors:?}");
    }
    let (sidecar, errors) = load([head.as_bytes(), b"C1,1,-\n\nC\xff2,1,5\nC3,1,5\n"].concat());
    assert!(sidecar.is_empty());
    assert_eq!(errors, ["m.csv:4: not UTF-8 text; save the file as CSV UTF-8"]);
}

#[test]
fn lines_are_those_of_the_text() {
    for end in ["\n", "\r\n"] {
        for (last, quote) in [("", ""), (end, ""), (end, "\"")] {
            let text = [
                "claim_id,line_no,minutes",
                "C1,1,1",
                "",
                "",
                "Q3Q,1,-",
                "  ",
                "\"C2\",\"2\",\"2\"",
                ",,",
                "C4,1,-",
            ];
            let (sidecar, errors) = load(format!("{end}{}{last}", text.join(end).replace('Q', quote)));
            let at: Vec<u64> = (0..2).map(|r| sidecar.place(RowId(r)).1).collect();
            assert_eq!(at, [3, 8], "{end:?} {last:?}: {errors:?}");
            let told: Vec<&str> = errors.iter().map(|e| &e[..8]).collect();
            assert_eq!(told, ["m.csv:6,", "m.csv:10"]);
        }
    }
}

#[test]
fn many_faults_are_counted_and_not_told_one_by_one() {
    let (_, errors) = load(format!("claim_id,line_no,minutes\n{}", "C1,1,x\n".repeat(250)));
    assert_eq!(errors.len(), 101);
    assert!(errors[100].starts_with("m.csv: 150 more rows are faulty"), "{}", errors[100]);
}

#[test]
fn files_follow_one_another_and_a_bad_one_leaves_no_trace() {
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let a = file(
        "a.csv",
        "claim_id,line_no,minutes,start_time,source,therapist_id\nC1,1,5,9:00-9:10,n1,1234567893\n",
    );
    let b = file("b.csv", "claim_id,line_no,minutes,start_time,source\nC1,2,6,9:00-9:10,n2\nC1,3,x,,\n\"");
    let c = file("c.tsv", "claim_id\tline_no\tminutes\tstart_time\nC1\t3\t7\t9:00-9:20\n");
    let missing = dir.path().join("none.csv");
    let (sidecar, errors) = Sidecar::load(&[&a, &b, &missing, &c], &[]);
    assert_eq!(sidecar.len(), 2);
    assert_eq!(sidecar.place(RowId(0)), (a.as_path(), 2));
    assert_eq!(sidecar.place(RowId(1)), (c.as_path(), 2));
    assert!(sidecar.intervals(RowId(1)).eq([(540, 560)]));
    assert_eq!((sidecar.note_id(RowId(0)), sidecar.note_id(RowId(1))), (Some("n1"), None));
    let chain: Vec<u32> = sidecar.of_claim(b"C1").map(|e| e.id.0).collect();
    assert_eq!(chain, [0, 1], "rows of one claim in load order");
    assert_eq!(errors.len(), 2, "{errors:?}");
    assert!(errors[0].to_string().contains("b.csv:4: a quoted value is never closed"), "{}", errors[0]);
    assert!(errors[1].to_string().contains("cannot read"), "{}", errors[1]);
}

#[test]
fn a_row_is_twenty_eight_bytes() {
    assert_eq!(size_of::<Row>(), 28);
}

/// A value for a column, mostly right.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "C[0-9]",
        "[0-9]{1,3}",
        "2026-01-0[1-9]",
        Just("97110".to_owned()),
        "[a-zA-Z0-9 ,:\"-]{0,8}"
    ]
}

fn written(records: &[Vec<String>], delimiter: u8) -> Vec<u8> {
    let mut out = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    out.write_record(["claim_id", "line_control", "line_no", "dos", "code", "minutes"]).unwrap();
    records.iter().for_each(|r| out.write_record(r).unwrap());
    out.into_inner().unwrap()
}

proptest! {
    #[test]
    fn comma_and_tab_load_alike(records in proptest::collection::vec(proptest::collection::vec(cell(), 6), 0..20)) {
        let (comma, tab) = (load(written(&records, b',')), load(written(&records, b'\t')));
        prop_assert_eq!(rows(&comma.0), rows(&tab.0));
        prop_assert_eq!(comma.1, tab.1);
    }

    #[test]
    fn every_row_is_found_once_by_its_key(ids in proptest::collection::vec((0u32..40, 0u32..3), 0..200)) {
        let mut text = "claim_id,patient_id,dos,code,minutes\n".to_owned();
        for (id, day) in &ids {
            let (claim, patient) = if id % 2 == 0 { (id.to_string(), String::new()) } else { (String::new(), id.to_string()) };
            text += &format!("{claim},{patient},2026-01-0{},97110,5\n", day + 1);
        }
        let (sidecar, errors) = load(text);
        prop_assert!(errors.is_empty(), "{:?}", errors);
        for (id, day) in &ids {
            let key = id.to_string();
            let date = Date::new(2026, 1, day + 1).unwrap();
            let found: Vec<u32> = if id % 2 == 0 {
                sidecar.of_claim(key.as_bytes()).map(|e| e.id.0).collect()
            } else {
                sidecar.of_patient(key.as_bytes(), date).map(|e| e.id.0).collect()
            };
            let want: Vec<u32> = (0u32..).zip(&ids)
                .filter(|(_, (i, d))| i == id && (id % 2 == 0 || d == day)).map(|(r, _)| r).collect();
            prop_assert_eq!(found, want);
        }
        prop_assert_eq!(sidecar.of_claim(b"absent").count(), 0);
    }

    #[test]
    fn any_bytes_load_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        load(&bytes);
        load([&b"claim_id,line_no,minutes,start_time,source\n"[..], &bytes].concat());
    }

    #[test]
    fn no_error_repeats_a_value(value in "[A-Z]{3}[A-Z0-9]{3,12}", at in 0usize..19) {
        let names = "claim_id,line_control,line_no,dos,code,mods,patient_id,minutes,start_time,end_time,discipline,\
            assistant_minutes,concurrent_minutes,group,body_region,total_timed_minutes,total_treatment_minutes,\
            therapist_id,source";
        let mut cells = vec![""; 19];
        cells[at] = &value;
        for text in [format!("{names}\n{}\n", cells.join(",")), format!("{value},{value}\n1,2\n"), format!("{names}\n{value}\n")] {
            for error in load(&text).1 {
                prop_assert!(!error.contains(&value), "{}", error);
            }
        }
    }
}
