//! `claimlint split` as a user meets it: what is written where, exit codes, control numbers, and what must never be
//! printed or replaced. What stands in the halves is held by `split.rs`.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at what it did not expect")]

#[path = "support/archive.rs"]
mod archive;
#[path = "support/batches.rs"]
mod batches;
#[path = "support/desk.rs"]
mod desk;
#[path = "support/halves.rs"]
mod naive;
mod support;

use std::collections::BTreeMap;
use std::fs;

use archive::{Packed, Zip};
use batches::generate::{Kind, Minutes, Options, Size, batch as generated};
use batches::seeds;
use batches::watch::Watch;
use desk::{Desk, batch};
use support::Ran;

/// A claim that nothing is found in.
const CLEAN: &str = "CLM*GOOD*140***11:B:1*Y*A*Y*Y~HI*ABK:M5450~NM1*DN*1*TESTDOCTOR*BETA****XX*1000000053~LX*1~\
    SV1*HC:97161:GP*140*UN*1***1~DTP*472*D8*20260302~";

/// One without a plan-of-care modifier, on another day.
const FAULTY: &str = "CLM*FAULTY*140***11:B:1*Y*A*Y*Y~HI*ABK:M5450~NM1*DN*1*TESTDOCTOR*BETA****XX*1000000053~LX*1~\
    SV1*HC:97110*140*UN*1***1~DTP*472*D8*20260304~";

fn both() -> String {
    batch(&[CLEAN, FAULTY].concat())
}

/// As it is for another patient, so that no claim is the other's duplicate.
fn of(patient: usize, text: &str) -> String {
    text.replace("TESTMEMBER01", &format!("TESTMEMBER{patient:02}"))
}

#[track_caller]
fn expect(ran: &Ran, code: i32, said: &[&str]) {
    let all = format!("{}{}", ran.out, ran.err);
    let words = all.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in said {
        assert!(words.contains(part), "{part:?} is not said\n{all}");
    }
    assert_eq!(ran.code, Some(code), "{all}");
}

/// The rows of `index.csv`, each by its columns.
fn index(desk: &Desk, out: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(desk.path().join(out).join("index.csv")).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

fn read(desk: &Desk, name: &str) -> Vec<u8> {
    fs::read(desk.path().join(name)).unwrap()
}

#[test]
fn clean_claims_and_held_ones_stand_in_directories_with_an_index() {
    let desk = Desk::new().with("both.837", both()).with("clean.837", of(2, &batch(CLEAN)));
    let ran = desk.run("split both.837 clean.837 --hold-if high --out sorted");
    let said = [
        "both.837 clean 1 claim, $140.00: clean/0001.837 held 1 claim, $140.00: held/0001.837",
        "clean.837 clean 1 claim, $140.00: clean/0002.837 held 0 claims, $0.00",
        "together, 2 files clean 2 claims, $280.00 held 1 claim, $140.00",
        "Next: send what is in sorted/clean; correct what is in sorted/held",
        "give --control-file or --control-from before both are sent",
    ];
    expect(&ran, 0, &said);
    let files: Vec<String> = desk.files("sorted").into_keys().collect();
    let names =
        ["clean/0001.837", "clean/0002.837", "findings.csv", "held/0001.837", "index.csv", "manifest.json"];
    assert_eq!(files, names.map(|name| format!("sorted/{name}")));
    assert_eq!(read(&desk, "sorted/clean/0001.837"), batch(CLEAN).as_bytes());
    assert_eq!(read(&desk, "sorted/held/0001.837"), batch(FAULTY).as_bytes());
    assert_eq!(read(&desk, "sorted/clean/0002.837"), read(&desk, "clean.837"));
    let rows = index(&desk, "sorted");
    let columns = |n: usize| {
        ["file", "status", "half", "output", "claims", "charge", "isa13_first"].map(|c| rows[n][c].as_str())
    };
    assert_eq!(columns(0), ["both.837", "split", "clean", "clean/0001.837", "1", "140.00", "000000001"]);
    assert_eq!(columns(1), ["both.837", "split", "held", "held/0001.837", "1", "140.00", "000000001"]);
    assert_eq!(columns(3), ["clean.837", "split", "held", "", "0", "0.00", ""]);
    assert!(String::from_utf8(read(&desk, "sorted/findings.csv")).unwrap().contains("FAULTY,1,97110"));
    expect(&desk.run("verify sorted --inputs"), 0, &["sorted: whole, 5 outputs and 2 inputs"]);
    expect(&desk.run("split both.837 --hold-if high --out sorted --fail-on high --quiet"), 1, &[]);
    assert!(!desk.path().join("sorted/clean/0002.837").exists(), "the set is replaced as a whole");
    fs::write(desk.path().join("sorted/held/0001.837"), "x").unwrap();
    fs::write(desk.path().join("sorted/held/0007.837"), "x").unwrap();
    let said = [
        "sorted/held/0001.837: 1 bytes, the manifest says",
        "sorted/held/0007.837: not named in the manifest",
    ];
    expect(&desk.run("verify sorted"), 2, &said);
}

/// What somebody answers for holds no claim, also where claims are joined to what is held.
#[test]
fn waived_findings_hold_nothing() {
    let waiver = "[[waiver]]\nid = 'exm-1'\nrule = 'MOD001'\nscope = { claim = 'FAULTY' }\nreason = 'r'\n\
        approver = 'a'\ncreated = '2026-01-01'\nexpires = '2026-12-31'\n";
    let desk = Desk::new().with("both.837", both()).with("w.toml", waiver);
    let command = "split both.837 --hold-if high --out sorted --waivers w.toml --as-of 2026-03-31";
    expect(&desk.run(command), 0, &["clean 2 claims, $280.00", "held 0 claims, $0.00"]);
    assert_eq!(read(&desk, "sorted/clean/0001.837"), both().as_bytes());
    assert!(String::from_utf8(read(&desk, "sorted/findings.csv")).unwrap().contains("exm-1"));
    let late = command.replace("2026-03-31", "2027-01-01");
    expect(&desk.run(&late), 0, &["expired on 2026-12-31", "held 1 claim, $140.00"]);
}

#[test]
fn what_was_not_read_whole_is_not_split_and_the_rest_is() {
    let whole = both();
    let no_se = whole.replace("SE*", "ZZ*");
    let dental = whole.replace("X222A1", "X224A2");
    let desk = Desk::new()
        .with("cut.837", &whole[..whole.len() - 30])
        .with("dental.837", &dental)
        .with("text.txt", "Dear colleague,\nplease find the claims attached.\n")
        .with("unnested.837", of(2, &no_se))
        .with("whole.837", of(3, &whole));
    let ran = desk.run("split cut.837 dental.837 text.txt unnested.837 whole.837 --hold-if low --out sorted");
    let said = [
        "cut.837: it was not read whole: ends before its last trailer",
        "dental.837: X12, but none of its transaction sets is an 837P or 837I",
        "unnested.837: at byte",
        "whole.837 clean 1 claim",
        "nothing of the files that were not split is in either",
    ];
    expect(&ran, 2, &said);
    let status: Vec<String> =
        index(&desk, "sorted").into_iter().map(|row| format!("{} {}", row["file"], row["status"])).collect();
    let want = [
        "cut.837 not-split",
        "dental.837 not-split",
        "text.txt not-split",
        "unnested.837 not-split",
        "whole.837 split",
        "whole.837 split",
    ];
    assert_eq!(status, want);
    assert!(
        desk.path().join("sorted/clean/0005.837").exists()
            && !desk.path().join("sorted/clean/0001.837").exists()
    );
    let remittance = whole
        .replace("ST*837", "ST*835")
        .replace("*HC*", "*HP*")
        .replace("X222A1", "X221A1")
        .replace("CLM*", "CLP*");
    let desk = desk.with("remittance.835", remittance);
    let ran = desk.run("split remittance.835 whole.837 --hold-if low --out sorted --allow-no-837");
    expect(&ran, 0, &["remittance.835: it holds no 837P or 837I"]);
}

#[test]
fn archives_and_encodings_are_split_as_what_is_in_them() {
    let text = both();
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(of(4, &text).bytes().flat_map(|b| [b, 0])).collect();
    let zip = Zip::default()
        .with(b"x/one.837", of(2, &text).as_bytes(), Packed::Stored)
        .with(b"two.837", of(3, &batch(CLEAN)).as_bytes(), Packed::Deflated)
        .done();
    let desk =
        Desk::new().with("a.837.gz", archive::gz(text.as_bytes())).with("b.zip", zip).with("c.837", utf16);
    let ran = desk.run("split a.837.gz b.zip c.837 --hold-if high --out sorted --on-duplicate-file read");
    expect(&ran, 0, &["a.837.gz clean 1 claim", "b.zip!x/one.837 clean 1 claim", "c.837 clean 1 claim"]);
    for (n, patient) in [(1, 1), (2, 2), (4, 4)] {
        let written =
            |half: &str| String::from_utf8(read(&desk, &format!("sorted/{half}/000{n}.837"))).unwrap();
        assert_eq!(written("clean"), of(patient, &batch(CLEAN)), "{n}");
        assert_eq!(written("held"), of(patient, &batch(FAULTY)), "{n}");
    }
    assert_eq!(read(&desk, "sorted/clean/0003.837"), of(3, &batch(CLEAN)).as_bytes());
}

#[test]
fn control_numbers_are_given_anew_and_never_twice() {
    let desk = Desk::new()
        .with("a.837", both())
        .with("b.837", of(2, &batch(CLEAN)))
        .with("c.837", of(3, &batch(FAULTY)));
    let numbers = |desk: &Desk| -> Vec<String> {
        let rows = index(desk, "sorted").into_iter().filter(|row| !row["output"].is_empty());
        rows.map(|row| format!("{} {}", row["output"], row["isa13_first"])).collect()
    };
    let line = "split a.837 b.837 c.837 --hold-if high --out sorted --quiet";
    expect(&desk.run(&format!("{line} --control-from 900")), 0, &[]);
    let want = |first: usize| -> Vec<String> {
        let names = ["clean/0001.837", "held/0001.837", "clean/0002.837", "held/0003.837"];
        names.iter().zip(first..).map(|(name, n)| format!("{name} {n:09}")).collect()
    };
    assert_eq!(numbers(&desk), want(900));
    let held = String::from_utf8(read(&desk, "sorted/held/0003.837")).unwrap();
    assert!(held.contains("*000000903*0*T*") && held.ends_with("IEA*1*000000903~"), "{held}");
    for first in [1, 5, 9] {
        expect(&desk.run(&format!("{line} --control-file isa13.txt")), 0, &[]);
        assert_eq!(numbers(&desk), want(first));
    }
    assert_eq!(read(&desk, "isa13.txt"), b"13\n");
    expect(&desk.run(&format!("{line} --control-from 999999998")), 2, &["go beyond 999999999"]);
    assert_eq!(numbers(&desk), want(9), "the old set stands");
    let lock = fs::File::open(desk.path().join(".isa13.txt.claimlint.lock")).unwrap();
    lock.try_lock().unwrap();
    expect(
        &desk.run(&format!("{line} --control-file isa13.txt")),
        75,
        &["takes control numbers from isa13.txt"],
    );
    drop(lock);
    expect(&desk.run(&format!("{line} --control-file a.837")), 2, &["a.837 holds no number"]);
    expect(&desk.run(&format!("{line} --control-file sorted/n.txt")), 2, &["sorted holds sorted/n.txt"]);
    expect(&desk.run(&format!("{line} --control-file n.txt --control-from 1")), 2, &["cannot be used with"]);
    assert_eq!(read(&desk, "a.837"), both().as_bytes());
}

#[test]
fn what_is_not_a_split_is_never_replaced_and_inputs_lie_apart() {
    let desk =
        Desk::new().with("in/a.837", both()).with("mine/letter.txt", "x").with("near/clean/letter.txt", "x");
    let split = |out: &str| desk.run(&format!("split in/a.837 --hold-if high --out {out} --quiet"));
    expect(&split("mine"), 2, &["mine holds letter.txt, which is no file of claimlint split"]);
    expect(&split("near"), 2, &["near holds clean/letter.txt"]);
    expect(&desk.run("scan in/a.837 --out report --format none"), 0, &[]);
    expect(&split("report"), 2, &["report holds claims.csv, which is no file of claimlint split"]);
    expect(&split("sorted"), 0, &[]);
    expect(
        &desk.run("scan in/a.837 --out sorted --format none"),
        2,
        &["sorted holds clean, which is no file of a report"],
    );
    expect(&desk.run("split in --hold-if high --out in/sorted"), 2, &["lies inside in, which is read"]);
    expect(
        &desk.run("split sorted/clean --hold-if high --out sorted"),
        2,
        &["sorted holds sorted/clean, which is read"],
    );
    expect(&desk.run("split - --hold-if high --out sorted"), 2, &["standard input cannot be read again"]);
    expect(&desk.run("split in --hold-if none --out sorted"), 2, &["info, low, medium, high, critical"]);
    expect(&desk.run("split in --out sorted"), 2, &["--hold-if"]);
    expect(&desk.run("split in --hold-if high"), 2, &["--out"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        for (name, mode) in [
            ("sorted", 0o700),
            ("sorted/clean", 0o700),
            ("sorted/held/0001.837", 0o600),
            ("sorted/index.csv", 0o600),
        ] {
            let found = fs::metadata(desk.path().join(name)).unwrap().permissions().mode();
            assert_eq!(found & 0o777, mode, "{name}");
        }
    }
}

/// Also where findings speak of several claims: what is found once others are held is held too.
#[test]
fn splitting_what_is_clean_changes_nothing() {
    let options = Options {
        seed: 3,
        faulty: 35,
        traps: 10,
        minutes: Minutes::Sidecar,
        ..Options::new(Kind::P, Size::Claims(700))
    };
    let generated = generated(&options);
    let desk = Desk::new().with("a.837", &generated.bytes).with("minutes.csv", &generated.minutes);
    let mut joined = 0;
    for level in ["low", "medium", "critical"] {
        let line = |input: &str, out: &str| {
            format!("split {input} --minutes minutes.csv --hold-if {level} --out {out} --color never")
        };
        let ran = desk.run(&line("a.837", "sorted"));
        expect(&ran, 0, &["a.837 clean"]);
        joined += usize::from(ran.out.contains("held for what is found once the others are held"));
        let [clean, held] =
            ["clean", "held"].map(|half| naive::read(&read(&desk, &format!("sorted/{half}/0001.837"))));
        let of_file = naive::read(&generated.bytes);
        assert_eq!(
            (clean.claims.len() + held.claims.len(), clean.cents() + held.cents()),
            (of_file.claims.len(), of_file.cents())
        );
        let ids = |file: &naive::File| {
            file.claims
                .iter()
                .map(|c| c.bytes.split(|b| *b == b'*').nth(1).unwrap().to_vec())
                .collect::<std::collections::BTreeSet<_>>()
        };
        let findings = read(&desk, "sorted/findings.csv");
        for id in ids(&held).difference(&ids(&clean)) {
            assert!(memchr::memmem::find(&findings, id).is_some(), "{level}: a held claim has a finding");
        }
        expect(&desk.run(&line("sorted/clean/0001.837", "again")), 0, &["held 0 claims, $0.00"]);
        assert!(read(&desk, "again/clean/0001.837") == read(&desk, "sorted/clean/0001.837"), "{level}");
        assert!(!desk.path().join("again/held/0001.837").exists());
    }
    assert!(joined > 0, "a finding of several claims came up");
}

/// Nothing that a file holds names a file or steers what is said; persons stand in the halves and nowhere else.
#[test]
fn nothing_of_a_file_is_a_path_or_is_printed() {
    let hostile = both()
        .replace("*000000001*0*T", "*../../../x*0*T")
        .replace("IEA*1*000000001", "IEA*1*../../../x")
        .replace("*0930*1*X", "*0930*=1+1*X")
        .replace("GE*1*1", "GE*1*=1+1")
        .replace("*0001", "*/etc/\u{1b}[2J");
    let desk = Desk::new().with("=\u{1b}[31m.837", &hostile);
    let ran = desk.run("split =\u{1b}[31m.837 --hold-if critical --out sorted");
    expect(&ran, 0, &["clean 1 claim"]);
    assert!(!ran.out.contains('\u{1b}') && !ran.err.contains('\u{1b}'));
    let below: Vec<String> = desk.files("").into_keys().filter(|name| !name.starts_with('=')).collect();
    assert_eq!(below.len(), 5, "{below:?}");
    assert!(below.iter().all(|name| name.starts_with("sorted/")), "{below:?}");
    let rows = index(&desk, "sorted");
    assert_eq!(
        (rows[0]["file"].as_str(), rows[0]["isa13_first"].as_str()),
        ("'=\\u{1b}[31m.837", "../../../x")
    );

    for shape in ["everything, I", "notes, P"] {
        let seed = seeds::all().into_iter().find(|seed| seed.name == shape).unwrap();
        let desk = Desk::new().with("a.837", &seed.bytes);
        let ran = desk.run("split a.837 --hold-if critical --out sorted --log json");
        expect(&ran, 0, &["a.837 clean"]);
        let watch = Watch::default().beginning(seeds::MARK).values(&seed.canaries);
        let said = [ran.out.into_bytes(), ran.err.into_bytes()];
        let written = desk
            .files("sorted")
            .into_iter()
            .filter(|(name, _)| !name.ends_with(".837"))
            .map(|(_, bytes)| bytes);
        for output in said.into_iter().chain(written) {
            assert_eq!(watch.finds(&output), None, "{shape}");
        }
        assert!(
            watch.finds(&read(&desk, "sorted/held/0001.837")).is_some(),
            "the watch finds what it should"
        );
    }
    let desk = Desk::new().with("doe.837", both());
    let ran = desk.run("split doe.837 --hold-if high --out sorted --redact-filenames");
    expect(&ran, 0, &["input-1 clean 1 claim"]);
    for name in ["index.csv", "findings.csv", "manifest.json"] {
        assert!(
            !String::from_utf8(read(&desk, &format!("sorted/{name}"))).unwrap().contains("doe"),
            "{name}"
        );
    }
}
