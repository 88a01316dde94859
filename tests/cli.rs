//! The command as a user meets it: exit codes, messages, outputs, and what must never be printed.
//!
//! Each case runs the built binary on files made here. What the reports look like is held by `golden.rs`.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at what it did not expect"
)]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Stdio;

use sha2::Digest as _;
use support::{Ran, command, run_with};
use tempfile::TempDir;

/// What a run locks beside `out`.
const LOCK: &str = ".out.claimlint.lock";

/// A set of outputs.
const SET: [&str; 6] =
    ["claims.csv", "findings.csv", "findings.jsonl", "manifest.json", "report.html", "summary.json"];

/// A directory to work in.
struct Desk(TempDir);

impl Desk {
    fn new() -> Desk {
        Desk(TempDir::new().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Puts a file there.
    fn with(self, name: &str, bytes: impl AsRef<[u8]>) -> Desk {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }

    fn run(&self, line: &str) -> Ran {
        self.run_with(line, b"")
    }

    /// Runs a command line, split at blanks.
    fn run_with(&self, line: &str, input: &[u8]) -> Ran {
        run_with(self.path(), &line.split(' ').filter(|w| !w.is_empty()).collect::<Vec<_>>(), input)
    }

    /// Names of all files of a directory.
    fn files(&self, below: &str) -> BTreeSet<String> {
        fs::read_dir(self.path().join(below))
            .unwrap()
            .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
            .collect()
    }
}

#[track_caller]
fn expect(ran: &Ran, code: i32, said: &[&str], what: &str) {
    let all = format!("{}{}", ran.out, ran.err);
    // A message is wrapped on the page; compare the words.
    let words = all.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in said {
        assert!(words.contains(part), "{what}: {part:?} is not said\n{all}");
    }
    assert_eq!(ran.code, Some(code), "{what}\n{all}");
}

/// A claim for Medicare that nothing is found in, and one without a plan-of-care modifier.
const CLEAN: &str = "CLM*GOOD*140***11:B:1*Y*A*Y*Y~HI*ABK:M5450~NM1*DN*1*TESTDOCTOR*BETA****XX*1000000053~LX*1~\
    SV1*HC:97161:GP*140*UN*1***1~DTP*472*D8*20260302~";
const FAULTY: &str = "CLM*FAULTY*140***11:B:1*Y*A*Y*Y~HI*ABK:M5450~NM1*DN*1*TESTDOCTOR*BETA****XX*1000000053~LX*1~\
    SV1*HC:97161*140*UN*1***1~DTP*472*D8*20260302~";

/// An 837P around claims, its counts right.
fn batch(claims: &str) -> String {
    let head = "ISA*00*          *00*          *ZZ*EXAMPLESENDER  *ZZ*EXAMPLERECEIVER*260406*0930*^*00501*000000001*0*T*:~\
        GS*HC*EXAMPLESENDER*EXAMPLERECEIVER*20260406*0930*1*X*005010X222A1~";
    let body = format!(
        "ST*837*0001*005010X222A1~BHT*0019*00*TEST*20260406*0930*CH~NM1*41*2*EXAMPLE*****46*EXAMPLE~\
         NM1*40*2*EXAMPLE*****46*EXAMPLE~HL*1**20*1~NM1*85*2*EXAMPLE CLINIC*****XX*1000000012~HL*2*1*22*0~\
         SBR*P*18*******MB~NM1*IL*1*TESTPATIENT*ALPHA****MI*TESTMEMBER01~NM1*PR*2*EXAMPLE*****PI*EXMB1~{claims}"
    );
    let count = body.matches('~').count() + 1;
    format!("{head}{body}SE*{count}*0001~GE*1*1~IEA*1*000000001~")
}

fn desk() -> Desk {
    Desk::new().with("clean.edi", batch(CLEAN)).with("faulty.edi", batch(FAULTY))
}

#[test]
fn the_exit_code_is_1_from_the_threshold_up() {
    const LEVELS: [&str; 5] = ["info", "low", "medium", "high", "critical"];
    let mut desk = desk();
    for level in LEVELS {
        let settings = format!("[rules.severity]\nMOD001 = \"{level}\"\n");
        desk = desk.with(&format!("{level}.toml"), settings);
    }
    for (found, severity) in LEVELS.iter().enumerate() {
        for (asked, threshold) in ["none"].iter().chain(&LEVELS).enumerate() {
            let line =
                format!("scan faulty.edi --config {severity}.toml --fail-on {threshold} --format none");
            let want = i32::from(asked > 0 && found + 1 >= asked);
            expect(&desk.run(&line), want, &[], &line);
        }
    }
    for threshold in LEVELS {
        let line = format!("scan clean.edi --fail-on {threshold}");
        expect(&desk.run(&line), 0, &["Nothing found in 1 evaluated claim"], &line);
    }
    expect(&desk.run("scan faulty.edi"), 0, &["MOD001"], "without a threshold findings are no failure");
    let line = "scan faulty.edi missing.edi --fail-on low";
    expect(&desk.run(line), 2, &["MOD001", "missing.edi"], "what was not done outweighs what was found");
}

#[test]
fn an_input_that_cannot_be_read_is_said_and_the_others_are_processed() {
    let remittance = batch("").replace("*HC*", "*HP*").replace("005010X222A1", "005010X221A1");
    let remittance = remittance.replace("ST*837", "ST*835");
    let desk = desk()
        .with("empty.edi", "")
        .with("blank.edi", " \r\n\n")
        .with("document.pdf", "%PDF-1.7\n1 0 obj\n")
        .with("batch.gz", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x73\xf4")
        .with("archive.zip", b"PK\x03\x04....")
        .with("words.txt", "Dear colleague,\nplease find the claims attached.\n")
        .with("isa.edi", &batch(CLEAN)[..60])
        .with("remit.edi", remittance)
        .with("folder/.hidden", "x")
        .with("tables/list.csv", "a,b\n");
    for (input, said) in [
        ("missing.edi", "cannot read missing.edi"),
        ("empty.edi", "empty.edi: empty file"),
        ("blank.edi", "blank.edi: nothing but white space"),
        ("document.pdf", "document.pdf: a PDF document; give the 837 file it was made from"),
        ("batch.gz", "batch.gz: a gzip archive that is cut off; get the archive again"),
        ("archive.zip", "archive.zip: a zip archive that is damaged or cut off"),
        ("words.txt", "words.txt: no X12 interchange in the first 64 KiB; give an 837 file"),
        ("isa.edi", "isa.edi: an ISA that cannot be read"),
        (
            "remit.edi",
            "remit.edi: X12, but none of its transaction sets is an 837P or 837I; give claim files",
        ),
        ("folder", "folder: no files to read here; `--recursive` also enters its directories"),
        ("folder --recursive", "folder: no files to read here or below"),
        ("tables", "tables: no files to read here"),
    ] {
        expect(&desk.run(&format!("scan {input}")), 2, &["PROBLEMS", said], input);
        let ran = desk.run(&format!("scan {input} faulty.edi --format csv"));
        expect(&ran, 2, &["MOD001"], input);
        assert!(ran.err.contains(said), "{input}: on standard error\n{}", ran.err);
        assert_eq!(ran.err.lines().count(), 1, "{input}: one message\n{}", ran.err);
    }
    let ran = desk.run("scan folder tables document.pdf clean.edi");
    expect(&ran, 2, &["folder: ", "tables: ", "document.pdf: ", "1 claim: 1 evaluated"], "all are said");
}

#[test]
fn a_directory_is_read_and_only_with_recursive_the_ones_below() {
    let desk = Desk::new()
        .with("in/a.edi", batch(CLEAN))
        .with("in/notes.md", "x")
        .with("in/below/b.edi", batch(FAULTY))
        .with("in/upload.part", "ISA");
    let ran = desk.run("scan in");
    expect(&ran, 0, &["4 files: 1 read, 3 left out", "1 claim: 1 evaluated"], "flat");
    let ran = desk.run("scan in --recursive");
    expect(&ran, 0, &["4 files: 2 read, 2 left out", "2 claims: 2 evaluated", "in/below/b.edi"], "all");
}

#[test]
fn a_file_without_its_end_is_never_taken_for_whole() {
    let whole = batch(&format!("{CLEAN}{CLEAN}")).replacen("GOOD", "FIRST", 1);
    let cut = |at: &str, more: usize| whole[..whole.rfind(at).unwrap() + more].to_owned();
    let desk = Desk::new()
        .with("trailer.edi", cut("SE*", 5))
        .with("between.edi", cut("CLM*", 0))
        .with("last.edi", cut("IEA*", 15));
    // A second interchange of which only a part of the header came through; and a guide that is not read.
    let desk = desk
        .with("header.edi", format!("{whole}ISA*00*      "))
        .with("dental.edi", whole.replace("005010X222A1", "005010X224A2"));
    let header = desk.run("scan header.edi");
    expect(&header, 2, &["X12-I003", "it may be cut off"], "a header that is cut off");
    assert!(desk.run("scan dental.edi").out.contains("X12-T010"), "a guide that is not read");
    let ends = "ends before its last trailer (SE, GE, IEA); it may be cut off, get it again";
    for (file, code, findings) in [
        ("trailer.edi", 2, &["X12-S012", "X12-G001", "X12-I011", "it may be cut off"][..]),
        ("between.edi", 2, &["X12-T001", "X12-G001", "X12-I011", "it may be cut off"]),
        // Only the very last terminator is missing: nothing can be lost.
        ("last.edi", 0, &["X12-S012"]),
    ] {
        let ran = desk.run(&format!("scan {file}"));
        expect(&ran, code, findings, file);
        expect(&ran, code, &["fix: the file may be cut off: get it again; if it is whole, end"], file);
        let ran = desk.run(&format!("scan {file} --fail-on high --format none"));
        let said = if code == 2 { format!("claimlint: {file}: {ends}\n") } else { String::new() };
        assert_eq!((ran.code, ran.err), (Some(if code == 2 { 2 } else { 1 }), said), "{file}");
    }
}

#[test]
fn a_minutes_file_with_faults_is_said_by_line_and_column_and_claims_are_still_checked() {
    let desk = desk()
        .with("timed.edi", batch(&CLEAN.replace("97161", "97110")))
        .with("headless.csv", "GOOD,1,15\n")
        .with("unknown.csv", "claim_id,line_no,minuts\nGOOD,1,15\n")
        .with("no_key.csv", "claim_id,minutes\nGOOD,15\n")
        .with("number.csv", "claim_id,line_no,minutes\nGOOD,1,15\nGOOD,1,-5\n")
        .with("date.csv", "claim_id,dos,code,minutes\nGOOD,2026-02-30,97161,15\n")
        .with("empty.csv", "")
        .with("latin.csv", b"claim_id,line_no,minutes\nG\xd6\xd6D,1,15\n");
    for (file, said) in [
        ("headless.csv", "headless.csv:1: the first line names no known column; write a header of claim_id"),
        ("unknown.csv", "unknown.csv:1, column 3: unknown column; the known ones are claim_id"),
        ("no_key.csv", "no_key.csv:1: the header names no way to find a line"),
        ("number.csv", "number.csv:3, column minutes: `-5` is not whole minutes of 0 to 1440"),
        ("date.csv", "date.csv:2, column dos: not a date; write it as CCYY-MM-DD or CCYYMMDD"),
        ("empty.csv", "empty.csv: the file is empty"),
        ("latin.csv", "latin.csv:2: not UTF-8 text; save the file as CSV UTF-8"),
        ("missing.csv", "cannot read missing.csv"),
    ] {
        let ran = desk.run(&format!("scan faulty.edi --minutes {file} --format csv"));
        expect(&ran, 2, &[said, "MOD001"], file);
        expect(&desk.run(&format!("scan faulty.edi --minutes {file}")), 2, &["PROBLEMS", said], file);
    }
    let ran = desk.run("scan timed.edi --minutes missing.csv");
    let said = "1 line: units not held against minutes: no row of --minutes could be used";
    expect(&ran, 2, &["NOT CHECKED", said], "the only minutes file is not there");
    assert!(!ran.out.contains("give --minutes"), "it was given: {}", ran.out);
    let said = "none documented; give --minutes FILE";
    expect(&desk.run("scan timed.edi"), 0, &["NOT CHECKED", said], "none was given");
    let ran = desk.run("scan clean.edi --minutes number.csv --minutes date.csv");
    expect(&ran, 2, &["1 row", "number.csv:3", "date.csv:2"], "good rows are used, all files are said");
}

#[test]
fn what_cannot_be_asked_is_refused_before_anything_is_read() {
    let desk = desk().with("file", "").with("inside/clean.edi", batch(CLEAN));
    for (line, said) in [
        ("", "Usage: claimlint"),
        ("scan", "required"),
        ("scan clean.edi --no-such-flag", "--no-such-flag"),
        ("scan clean.edi --fail-on bad", "give one of none, info, low, medium, high, critical"),
        ("scan clean.edi --format xml", "text, csv, json, summary, none"),
        ("scan clean.edi --threads 0", "1..=1024"),
        ("scan clean.edi --select MOD001 --ignore MOD001", "MOD001 is both selected and ignored"),
        ("scan clean.edi --select mod --ignore MOD", "mod is both selected and ignored"),
        (
            "scan clean.edi --select MOD999",
            "there is no rule or family \"MOD999\"; `claimlint rules` lists them",
        ),
        ("scan clean.edi --ignore XYZ", "there is no rule or family \"XYZ\"; `claimlint rules` lists them"),
        (
            "scan clean.edi --severity MOD999=low",
            "--severity \"MOD999=low\": there is no rule \"MOD999\"; `claimlint rules` lists them",
        ),
        ("scan clean.edi --severity MOD=low", "there is no rule \"MOD\""),
        (
            "scan clean.edi --severity MOD001=none",
            "\"none\" is no severity; give one of info, low, medium, high, critical",
        ),
        ("scan clean.edi --severity MOD001", "--severity \"MOD001\": give CODE=LEVEL, as MOD001=low"),
        (
            "scan clean.edi --severity MOD001=low --severity mod001=high",
            "--severity gives MOD001 both low and high; name it once",
        ),
        ("completions", "required"),
        ("completions tcsh", "bash, elvish, fish, powershell, zsh"),
        ("man --out file", "cannot create the directory file"),
        ("verify", "required"),
        ("diff", "required"),
        ("diff clean.edi", "required"),
        ("scan clean.edi --waivers missing.toml", "cannot read missing.toml"),
        ("scan clean.edi --baseline missing.jsonl", "cannot read missing.jsonl"),
        ("scan - clean.edi -", "standard input (`-`) can be read only once; name it once"),
        ("scan clean.edi --config missing.toml", "cannot read missing.toml"),
        ("scan clean.edi --out file", "the output directory file is a file; name a directory"),
        ("scan clean.edi --out file/deeper", "cannot create the output directory file/deeper"),
        ("scan clean.edi --out clean.edi", "choose one outside the inputs"),
        ("rule", "required"),
        ("rule MOD999", "there is no rule \"MOD999\"; `claimlint rules` lists them"),
    ] {
        let ran = desk.run(line);
        expect(&ran, 2, &[said], line);
        assert_eq!(ran.out, "", "{line}: nothing on standard output");
    }
    assert_eq!(desk.files("inside").len(), 1, "nothing was written beside the inputs");
}

#[test]
fn settings_are_found_and_what_they_do_not_know_is_refused_with_file_and_line() {
    let desk = desk()
        .with("key.toml", "[rules]\n# a slip\nselct = [\"MOD\"]\n")
        .with("payer.toml", "\n[[payer]]\nname = \"x\"\nids = [\"1\"]\nunits = \"cms\"\n")
        .with("syntax.toml", "[rules\n")
        .with("type.toml", "[rules]\nselect = \"MOD\"\n")
        .with("rule.toml", "[rules]\nignore = [\"MOD999\"]\n")
        .with("rules.toml", "[rules]\nselect = [\"MOD\",\n\"NOPE\"]\n")
        .with("severity.toml", "[rules.severity]\nMOD001 = \"low\"\nMOD999 = \"low\"\n")
        .with("level.toml", "[rules.severity]\nMOD001 = \"hihg\"\n")
        .with("method.toml", "[[payer]]\nname = \"x\"\nids = [\"1\"]\nunit_method = \"cms8\"\n")
        .with("class.toml", "[[payer]]\nname = \"x\"\nids = [\"1\"]\nclass = \"medcare\"\n")
        .with("pair.toml", "[[payer]]\nname = \"x\"\nids = [\"1\"]\npair_59 = \"on\"\n")
.with("twice.toml", "[[payer]]\nname = \"x\"\nids = [\"1\", \"A1\"]\n\n[[payer]]\nname = \"y\"\nids = [\"a1\"]\n")
        .with("code.toml", "[[payer]]\nname = \"x\"\nids = [\"1\"]\nsame_day_refused = [[\"97112\", \"9711\"]]\n")
        .with("since.toml", "[[payer]]\nname = \"x\"\nids = [\"1\"]\nauthorisation = { codes = [\"971\"], since = \"2025-02-30\" }\n")
        .with("timely.toml", "[[payer]]\nname = \"x\"\nids = [\"1\"]\ntimely_days = 0\n")
        .with("cap.toml", "[[payer]]\nname = \"x\"\nids = [\"1\"]\ndaily_cap = { unit = 4 }\n")
        .with("nobody.toml", "[[payer]]\nname = \"x\"\n")
        .with("claimlint.toml", "[rules]\nignore = [\"MOD001\"]\n");
    for (file, said) in [
        ("key.toml", "key.toml:3: unknown field `selct`"),
        ("payer.toml", "payer.toml:5: unknown field `units`"),
        ("syntax.toml", "syntax.toml:1: "),
        ("type.toml", "type.toml:2: "),
        ("rule.toml", "rule.toml:2: there is no rule or family \"MOD999\"; `claimlint rules` lists them"),
        ("rules.toml", "rules.toml:3: there is no rule or family \"NOPE\"; `claimlint rules` lists them"),
        ("severity.toml", "severity.toml:3: there is no rule \"MOD999\"; `claimlint rules` lists them"),
        (
            "level.toml",
            "level.toml:2: \"hihg\" is not known here; give one of info, low, medium, high, critical",
        ),
        ("method.toml", "method.toml:4: \"cms8\" is not known here; give one of cms, ama, strict, unknown"),
        ("class.toml", "class.toml:4: \"medcare\" is not known here; give one of medicare, "),
        ("pair.toml", "pair.toml:4: \"on\" is not known here; give one of required, advised, off"),
        (
            "twice.toml",
            "twice.toml:7: payer \"y\" is known by the id \"a1\", as payer \"x\" at line 3 is; name it once",
        ),
        ("code.toml", "code.toml:4: \"9711\" is no procedure code; give five characters, as 97110"),
        ("since.toml", "since.toml:4: \"2025-02-30\" is no date; write it as CCYY-MM-DD"),
        ("timely.toml", "timely.toml:4: give a number of at least 1, or leave the key out"),
        ("cap.toml", "cap.toml:4: unknown field `unit`"),
        ("nobody.toml", "nobody.toml:1: payer \"x\" says no payer: give ids, names or filings"),
    ] {
        expect(&desk.run(&format!("scan faulty.edi --config {file}")), 2, &[said], file);
    }
    let quiet = desk.run("scan faulty.edi --fail-on low");
    expect(&quiet, 0, &["switched off by --select, --ignore or the settings"], "claimlint.toml is found");
    fs::create_dir_all(desk.path().join("a/b")).unwrap();
    let below = run_with(&desk.path().join("a/b"), &["scan", "../../faulty.edi", "--fail-on", "low"], b"");
    expect(&below, 0, &["switched off by --select, --ignore or the settings"], "and from directories below");
    let named = desk.run("scan faulty.edi --fail-on low --ignore X12");
    expect(&named, 1, &["MOD001"], "a flag replaces the list of the settings");
}

#[test]
fn outputs_are_whole_or_not_there_and_private() {
    let desk = desk().with("out/findings.csv", "old\n".repeat(1000)).with("out/.claimlint.lock", "");
    let ran = desk.run("scan faulty.edi --out out");
    expect(&ran, 0, &["Written to out."], "over a set of an older version");
    assert_eq!(desk.files("out"), BTreeSet::from(SET.map(str::to_owned)), "replaced as a whole");
    let findings = fs::read_to_string(desk.path().join("out/findings.csv")).unwrap();
    assert!(!findings.contains("old") && findings.lines().count() == 2, "replaced whole: {findings}");
    expect(&desk.run("scan clean.edi --out out --format none"), 0, &[], "over a set");
    expect(&desk.run("verify out"), 0, &["out: whole, 5 outputs and 1 input"], "which is whole");
    let beside: Vec<_> = desk.files(".").into_iter().filter(|name| name.starts_with('.')).collect();
    assert_eq!(beside, [LOCK], "nothing temporary is left");

    expect(&desk.run("scan faulty.edi --out new/deep --format none"), 0, &[], "made as needed");
    expect(&desk.run("scan faulty.edi --out new/deep/ --format none"), 0, &[], "with a separator at its end");
    fs::create_dir(desk.path().join("empty")).unwrap();
    expect(&desk.run("scan faulty.edi --out empty"), 0, &[], "into an empty directory");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // Whatever a shell lets others do.
        let script = "umask 000; exec \"$0\" scan faulty.edi --out open/deep --format none";
        let shell = std::process::Command::new("sh")
            .args(["-c", script, env!("CARGO_BIN_EXE_claimlint")])
            .current_dir(desk.path())
            .status();
        assert!(shell.unwrap().success());
        let mode = |path: &str| fs::metadata(desk.path().join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode("empty"), 0o700);
        for above in ["new", "open"] {
            assert_eq!((mode(above), mode(&format!("{above}/deep"))), (0o700, 0o700), "{above}");
            assert_eq!(mode(&format!("{above}/.deep.claimlint.lock")), 0o600, "{above}");
            for name in SET {
                assert_eq!(mode(&format!("{above}/deep/{name}")), 0o600, "{above}/deep/{name}");
            }
        }
    }
}

/// What is put in the place of a directory puts away what was in it, so nothing may be but a set of ours.
#[test]
fn only_an_older_set_is_replaced() {
    let ours = r#"{"schema_version": 9, "tool": {"name": "claimlint", "version": "9.0.0"}}"#;
    let desk = desk()
        .with("own/findings.csv", "old")
        .with("own/own.txt", "mine")
        .with("below/findings.csv/x", "")
        .with("hidden/.notes", "mine")
        .with("theirs/manifest.json", "{\"name\": \"an app\"}")
        .with("broken/manifest.json", "{")
        .with("newer/manifest.json", ours)
        .with("file", "mine");
    let mut cases = vec![
        (
            "own",
            "the output directory own holds own.txt, which is no file of claimlint; the directory is replaced",
        ),
        ("below", "the output directory below holds findings.csv, which is no file of claimlint"),
        ("hidden", "the output directory hidden holds .notes, which is no file of claimlint"),
        ("theirs", "theirs/manifest.json was not written by claimlint"),
        ("broken", "broken/manifest.json was not written by claimlint"),
        ("file", "the output directory file is a file; name a directory"),
        (".", "--out .: a set of outputs is put in place as a whole directory"),
        ("..", "--out ..: a set of outputs is put in place as a whole directory"),
    ];
    #[cfg(unix)]
    {
        let link = |to: &str, from: &str| std::os::unix::fs::symlink(to, desk.path().join(from)).unwrap();
        fs::create_dir(desk.path().join("planted")).unwrap();
        for name in SET {
            link("../file", &format!("planted/{name}"));
        }
        link("newer", "link");
        link("nowhere", "dangling");
        cases.push((
            "planted",
            "the output directory planted holds claims.csv, which is no file of claimlint",
        ));
        cases.push(("link", "the output directory link is a link; name the directory itself"));
        cases.push(("dangling", "the output directory dangling is a link; name the directory itself"));
    }
    for (out, said) in cases {
        let before = (desk.path().join(out).is_dir()).then(|| desk.files(out));
        // Said before anything is read: nothing stands on standard input, and that is not said.
        let ran = desk.run(&format!("scan - --out {out}"));
        expect(&ran, 2, &[said], out);
        assert_eq!((ran.out.as_str(), ran.err.lines().count()), ("", 1), "{out}: {}", ran.err);
        if out != "." {
            assert_eq!(before, (desk.path().join(out).is_dir()).then(|| desk.files(out)), "{out}");
        }
    }
    for name in ["file", "own/own.txt", "hidden/.notes"] {
        assert_eq!(fs::read_to_string(desk.path().join(name)).unwrap(), "mine", "{name}");
    }
    assert!(!desk.path().join("nowhere").exists());
    assert!(!desk.files(".").iter().any(|name| name.ends_with(".tmp")), "{:?}", desk.files("."));
    expect(&desk.run("scan clean.edi --out newer"), 0, &["Written to newer."], "a set of another version");
}

#[cfg(target_os = "linux")]
#[test]
fn a_place_that_cannot_be_replaced_is_said_before_anything_is_read() {
    let desk = Desk::new();
    let said = "the output directory /proc is a mount point and cannot be replaced as a whole; name a directory inside";
    expect(&desk.run("scan - --out /proc"), 2, &[said], "a mount point");
    assert!(!Path::new("/.proc.claimlint.lock").exists(), "nothing is made beside it");
    // Nobody may make anything there, not even root.
    let said = "so it needs to write in the directory that holds /sys/report";
    expect(&desk.run("scan - --out /sys/report"), 2, &["cannot ", said], "beside it nothing can be made");
}

#[test]
fn outputs_and_whatever_is_read_lie_apart() {
    let desk = desk()
        .with("in/a.edi", batch(CLEAN))
        .with("out/findings.csv", "claim_id,line_no,minutes\n")
        .with("set/claimlint.toml", "");
    for flag in ["--minutes", "--visits", "--plans", "--spend", "--fees", "--history", "--tables"] {
        for (out, said) in [
            ("in/a.edi", "is or lies inside in/a.edi"),
            ("in", "the output directory in holds in/a.edi, which is read"),
        ] {
            let line = format!("scan clean.edi {flag} in/a.edi --out {out}");
            // A table file that is none is said first, which is as well.
            let said = if flag == "--tables" { "" } else { said };
            expect(&desk.run(&line), 2, &[said], &line);
        }
        let line = format!("scan clean.edi {flag} out/findings.csv --out out");
        expect(&desk.run(&line), 2, &[], &line);
        assert!(
            fs::read_to_string(desk.path().join("out/findings.csv")).unwrap().starts_with("claim_id"),
            "{line}"
        );
    }
    for (line, said) in [
        ("scan in --out in", "is or lies inside in"),
        ("scan in --out in/out", "is or lies inside in"),
        ("scan in/a.edi --out in", "holds in/a.edi"),
        ("scan clean.edi --history in --out in/out", "is or lies inside in"),
        ("scan clean.edi --config set/claimlint.toml --out set", "holds set/claimlint.toml"),
    ] {
        expect(&desk.run(line), 2, &[said, "choose one outside the inputs"], line);
    }
    assert_eq!(desk.files("in").len(), 1);
}

#[test]
fn one_run_at_a_time_has_an_output_directory() {
    let desk = desk().with("out/findings.csv", "old").with(LOCK, "4711\n");
    let held = fs::File::open(desk.path().join(LOCK)).unwrap();
    held.try_lock().unwrap();
    let said = "claimlint: another run (process 4711) writes to out; wait for it or choose another --out\n";
    for line in ["scan faulty.edi --out out --fail-on low", "scan missing.edi --out out"] {
        let ran = desk.run(line);
        assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (Some(75), "", said), "{line}");
    }
    fs::write(desk.path().join(LOCK), "who knows").unwrap();
    let said = "claimlint: another run writes to out; wait for it or choose another --out\n";
    assert_eq!(desk.run("scan faulty.edi --out out").err, said, "a lock without a number");
    assert_eq!(fs::read_to_string(desk.path().join("out/findings.csv")).unwrap(), "old");
    expect(&desk.run("scan faulty.edi --out other --fail-on low"), 1, &["Written to other."], "elsewhere");
    expect(&desk.run("scan faulty.edi --fail-on low"), 1, &["MOD001"], "nothing to write, nothing to lock");
    drop(held);
    expect(&desk.run("scan faulty.edi --out out --fail-on low"), 1, &["Written to out."], "afterwards");
}

#[cfg(unix)]
#[test]
fn a_lock_that_is_not_a_file_of_its_own_is_not_touched() {
    let desk = desk().with("own.txt", "mine").with("out/findings.csv", "old");
    let lock = desk.path().join(LOCK);
    let said =
        "cannot lock ./.out.claimlint.lock: not a regular file of its own; remove it or choose another --out";
    for (what, plant) in [
        (
            "a link to a file",
            &(|| std::os::unix::fs::symlink("own.txt", &lock)) as &dyn Fn() -> std::io::Result<()>,
        ),
        ("a link to nothing", &|| std::os::unix::fs::symlink("elsewhere", &lock)),
        ("another name of a file", &|| fs::hard_link(desk.path().join("own.txt"), &lock)),
        ("a directory", &|| fs::create_dir(&lock)),
    ] {
        plant().unwrap();
        expect(&desk.run("scan faulty.edi --out out"), 2, &[said], what);
        assert_eq!(fs::read_to_string(desk.path().join("own.txt")).unwrap(), "mine", "{what}");
        assert!(!desk.path().join("elsewhere").exists());
        fs::remove_file(&lock).or_else(|_| fs::remove_dir(&lock)).unwrap();
    }
}

#[test]
fn what_killed_runs_left_is_removed_and_nothing_else() {
    const KEPT: [&str; 6] = [
        ".out.tmp/findings.csv",
        ".out.0123456789abcde.tmp/findings.csv",
        ".out.0123456789abcdeX.tmp/findings.csv",
        ".other.0123456789abcdef.tmp/findings.csv",
        "out.0123456789abcdef.tmp/findings.csv",
        ".out.1111111111111111.tmp/own.txt",
    ];
    let mut desk = desk()
        .with("out/findings.csv", "old")
        .with(".out.0123456789abcdef.tmp/findings.csv", "half-writ")
        .with(".out.0123456789abcdef.tmp/.tmpA1b2C3", "rows")
        .with(".out.00000000000000ff.old/summary.json", "{}")
        .with(".out.interrupted.json.0123456789abcdef.tmp", "{")
        .with(".out.1111111111111111.tmp/findings.csv", "half-writ")
        .with(".out.2222222222222222.tmp", "a file is not ours");
    for name in KEPT {
        desk = desk.with(name, "mine");
    }
    expect(&desk.run("scan faulty.edi --out out"), 0, &["Written to out."], "beside leftovers");
    for name in KEPT {
        assert_eq!(fs::read_to_string(desk.path().join(name)).unwrap(), "mine", "{name}");
    }
    let beside: BTreeSet<String> =
        desk.files(".").into_iter().filter(|name| name.starts_with(".out.")).collect();
    let kept = [
        ".out.0123456789abcde.tmp",
        ".out.0123456789abcdeX.tmp",
        ".out.1111111111111111.tmp",
        ".out.2222222222222222.tmp",
        ".out.claimlint.lock",
        ".out.tmp",
    ];
    assert_eq!(beside, kept.map(str::to_owned).into());
    assert_eq!(desk.files(".out.1111111111111111.tmp"), BTreeSet::from(["own.txt".to_owned()]));
}

/// A run that is killed has put no file in place, and holds no lock that would keep the next one out. What becomes
/// of one that is asked to end is held by `signals.rs`.
#[cfg(unix)]
#[test]
fn a_run_that_is_killed_leaves_old_files_as_they_were() {
    use std::io::Write as _;
    use std::os::unix::process::ExitStatusExt as _;
    let whole = batch(&FAULTY.repeat(20_000));
    let desk = desk().with("out/findings.csv", "old");
    let mut scan = command(desk.path(), &["scan", "-", "--out", "out"]);
    let piped = scan.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    // A pipe holds far less, so the run has the lock and reads; it waits for more, for the pipe stays open.
    input.write_all(&whole.as_bytes()[..whole.len() - 40]).unwrap();
    child.kill().unwrap();
    let output = child.wait_with_output().unwrap();
    drop(input);
    assert_eq!(output.status.signal(), Some(9), "{output:?}");
    assert_eq!(desk.files("out"), BTreeSet::from(["findings.csv".to_owned()]), "nothing new");
    let left = |desk: &Desk| desk.files(".").iter().filter(|name| name.ends_with(".tmp")).count();
    assert_eq!(left(&desk), 1, "what it wrote lies beside");
    assert_eq!(fs::read_to_string(desk.path().join("out/findings.csv")).unwrap(), "old");
    expect(&desk.run("scan faulty.edi --out out"), 0, &["Written to out."], "the next run");
    assert_eq!((desk.files("out").len(), left(&desk)), (SET.len(), 0));
}

#[test]
fn the_same_input_gives_the_same_bytes_however_it_is_read() {
    let many: String = (0..200).map(|n| FAULTY.replace("FAULTY", &format!("C{n}"))).collect();
    let desk = Desk::new().with("many.edi", batch(&many));
    let wanted = desk.run("scan many.edi --threads 1 --format csv").out;
    // All are of one patient and day, so that each claim's own fault is not the only one.
    assert_eq!(wanted.matches(",MOD001,").count(), 200);
    assert!(wanted.lines().count() > 201);
    for how in ["--threads 2", "--threads 8", "--threads 2 --window 1000", "--threads 1 --window 700"] {
        assert!(desk.run(&format!("scan many.edi --format csv {how}")).out == wanted, "{how}");
    }
    // Files are shared out among threads, in another way with each number of them up to three.
    let set = |threads: u8| {
        let how = format!("scan many.edi --out {threads} --format none --threads {threads}");
        expect(&desk.run(&how), 0, &[], &how);
        let bytes = |name: &&str| fs::read(desk.path().join(threads.to_string()).join(name)).unwrap();
        SET.iter().filter(|name| **name != "manifest.json").map(bytes).collect::<Vec<_>>()
    };
    let wanted = set(1);
    assert!(wanted.iter().all(|file| !file.is_empty()));
    for threads in [2, 3] {
        assert!(set(threads) == wanted, "{threads} threads");
    }
}

#[test]
fn standard_input_is_read_where_a_dash_stands() {
    let desk = desk();
    let ran = desk.run_with("scan - --format csv", batch(FAULTY).as_bytes());
    expect(&ran, 0, &["(standard input)", "FAULTY", "MOD001"], "a batch");
    let ran = desk.run_with("scan clean.edi - --fail-on high", batch(FAULTY).as_bytes());
    expect(&ran, 1, &["2 claims: 2 evaluated"], "beside a file");
    expect(&desk.run("scan -"), 2, &["(standard input): empty file"], "nothing on it");
}

#[test]
fn each_format_reads_back() {
    let desk = desk();
    let csv = desk.run("scan faulty.edi --format csv").out;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let headers = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let cell = |name: &str| &rows[0][headers.iter().position(|h| h == name).unwrap()];
    assert_eq!((rows.len(), cell("claim_id"), cell("rule"), cell("line")), (1, "FAULTY", "MOD001", "1"));

    let jsonl = desk.run("scan faulty.edi --format json").out;
    let objects: Vec<serde_json::Value> = jsonl.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!((objects.len(), &objects[0]["claim_id"]), (1, &"FAULTY".into()));
    assert_eq!(objects[0]["findings"][0]["rule"], "MOD001");

    let summary: serde_json::Value =
        serde_json::from_str(&desk.run("scan faulty.edi --format summary").out).unwrap();
    assert_eq!((&summary["claims"]["seen"], &summary["accounting"]["balanced"]), (&1.into(), &true.into()));

    expect(&desk.run("scan faulty.edi --out out --format none"), 0, &[], "to files");
    let read = |name: &str| fs::read_to_string(desk.path().join("out").join(name)).unwrap();
    assert_eq!(read("findings.csv"), csv);
    assert_eq!(read("findings.jsonl"), jsonl);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&read("summary.json")).unwrap(), summary);
    assert_eq!(csv::Reader::from_reader(read("claims.csv").as_bytes()).records().count(), 1);
}

#[test]
fn the_catalogue_is_there_to_be_read() {
    let desk = Desk::new();
    let list = desk.run("rules");
    let json: serde_json::Value = serde_json::from_str(&desk.run("rules --format json").out).unwrap();
    let codes: Vec<&str> = json.as_array().unwrap().iter().map(|r| r["code"].as_str().unwrap()).collect();
    assert_eq!(list.out.lines().count(), codes.len());
    for (code, line) in codes.iter().zip(list.out.lines()) {
        assert!(line.starts_with(code), "{line}");
        expect(&desk.run(&format!("rule {code}")), 0, &["## What it checks", "## Sources"], code);
    }
    let page = desk.run("rule MOD001");
    expect(
        &page,
        0,
        &["# MOD001 missing-plan-modifier", "Severity: critical", "Fix: add GP", "CO-4"],
        "page",
    );
    assert_eq!(desk.run("rule missing-plan-modifier").out, page.out, "by its name");
    assert_eq!(desk.run("rule mod001").out, page.out, "in lower case");
}

#[test]
fn help_teaches_by_example() {
    let desk = Desk::new();
    expect(&desk.run("--help"), 0, &["Example", "claimlint scan", "claimlint rule MOD001"], "all");
    for command in ["scan", "diff", "verify", "rules", "rule", "show", "completions", "man"] {
        let ran = desk.run(&format!("{command} --help"));
        expect(&ran, 0, &["Example", &format!("claimlint {command}")], command);
        assert_eq!(ran.err, "");
    }
    expect(&desk.run("scan --help"), 0, &["Exit codes:", "--minutes", "--fail-on"], "scan");
    expect(&desk.run("--version"), 0, &[concat!("claimlint ", env!("CARGO_PKG_VERSION"))], "version");
}

#[test]
fn one_claim_is_shown_with_its_findings_beside_its_segments() {
    const REMINDER: &str =
        "claimlint: what follows is protected health information, as it stands in the file\n";
    // On days of their own, for what one patient has twice on a day is a fault of its own.
    let [one, other] =
        ["20260309", "20260316"].map(|day| CLEAN.replace("97161", "97150").replace("20260302", day));
    let twice = batch(&[&one, FAULTY, &other].concat());
    let cut = twice[..twice.rfind("SV1*").unwrap() + 9].to_owned();
    let desk = desk().with("twice.edi", &twice).with("cut.edi", cut).with("folder/x.edi", &twice);
    let ran = desk.run("show twice.edi --claim FAULTY");
    let byte = |part: &str| twice.find(part).unwrap();
    let (clm, sv1) = (byte("CLM*FAULTY"), byte("SV1*HC:97161*"));
    let head = format!(
        "twice.edi, ISA13 000000001, GS06 1, ST02 0001, byte {clm}, 837P, payer class medicare\n{clm}  2300  claim                CLM*FAULTY*140*"
    );
    assert!(ran.out.starts_with(&head), "{}", ran.out);
    let indent = " ".repeat(sv1.to_string().len() + 2 + 6 + 21);
    let beside = format!(
        "{sv1}  2400  service              SV1*HC:97161*140*UN*1***1\n\
         {indent}            ^ SV101-3 modifier 1: critical MOD001: 97161 carries none of GP, GO, GN\n\
         {indent}              fix: add GP\n"
    );
    assert!(ran.out.contains(&beside), "{}", ran.out);
    assert_eq!((ran.code, ran.err.as_str(), ran.out.contains("GOOD")), (Some(0), REMINDER, false));
    let piped = desk.run_with("show - --claim FAULTY", twice.as_bytes());
    assert_eq!(piped.out, ran.out.replacen("twice.edi", "(standard input)", 1), "{}", piped.err);

    // By a byte of it: here of the charge, which nothing is found in.
    let at = sv1 + "SV1*HC:97161*1".len();
    let by_place = desk.run(&format!("show twice.edi --at {at}"));
    let pointed = format!("{indent}             --- SV102 charge: byte {at}\n");
    assert_eq!(by_place.out.replace(&pointed, ""), ran.out, "{}", by_place.err);
    assert!(by_place.out.contains(&pointed), "{}", by_place.out);

    let ran = desk.run("show twice.edi --claim GOOD");
    expect(&ran, 0, &["1 of 2: twice.edi", "2 of 2: twice.edi", "no findings"], "all with the id");
    let ran = desk.run("show twice.edi --claim GOOD --nth 2");
    expect(&ran, 0, &["2 of 2: twice.edi"], "one of them");
    assert!(!ran.out.contains("1 of 2"), "{}", ran.out);
    let ran = desk.run("show cut.edi --claim GOOD --nth 2");
    expect(&ran, 2, &["X12-S012", "not checked: the file ends inside the claim"], "a claim cut off");
    for (line, said) in [
        ("show twice.edi --claim good", "there is no claim good in twice.edi; ids are case-sensitive"),
        ("show twice.edi --claim GOOD --nth 3", "claims GOOD in twice.edi: 2; give --nth from 1 to 2"),
        ("show missing.edi --claim GOOD", "cannot read missing.edi"),
        ("show folder --claim GOOD", "folder is a directory; name the file the claim is in"),
        ("show twice.edi", "--claim"),
        ("show twice.edi --claim=", "--claim is empty"),
        ("show twice.edi --at 0", "byte 0 of twice.edi is in no claim"),
        ("show twice.edi --at 999999", "byte 999999 of twice.edi is in no claim"),
        ("show twice.edi --at 1 --claim GOOD", "cannot be used with"),
        ("show twice.edi --at x", "invalid digit"),
        ("show twice.edi --claim GOOD --nth 0", "0 is not in 1.."),
        ("show - --claim GOOD", "(standard input): empty file"),
    ] {
        let ran = desk.run(line);
        expect(&ran, 2, &[said], line);
        assert_eq!(ran.out, "", "{line}");
    }
    let bad = desk.with("bad.csv", "claim_id,line_no,minutes\nGOOD,1,x\n");
    expect(&bad.run("show twice.edi --claim GOOD --minutes bad.csv"), 2, &["bad.csv:2", "2 of 2"], "sidecar");
    let ran = with_closed_pipe(&bad, &["show", "twice.edi", "--claim", "GOOD"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), REMINDER), "a reader that goes away");
}

#[test]
fn what_is_shown_of_a_file_cannot_steer_a_terminal() {
    let hostile = FAULTY
        .replace("HI*ABK:M5450~", "NTE*ADD*\u{1b}]0;x\u{7}\u{1b}[2J\r\nclaimlint: \u{202e}~HI*ABK:M5450~");
    let mut bytes = batch(&hostile.replace("FAULTY", "-A\u{1b}[1mB")).into_bytes();
    let at = bytes.windows(7).position(|w| w == b"NTE*ADD").unwrap() + 8;
    bytes.insert(at, 0xd6);
    let desk = Desk::new().with("hostile.edi", bytes);
    let args = ["show", "hostile.edi", "--claim", "-A\u{1b}[1mB"];
    let ran = run_with(desk.path(), &args, b"");
    let note = "NTE*ADD*\\x{d6}\\u{1b}]0;x\\u{7}\\u{1b}[2Jclaimlint: \\u{202e}\n";
    assert!(ran.out.contains(note) && ran.out.contains("CLM*-A\\u{1b}[1mB*140"), "{}{}", ran.out, ran.err);
    let missing = run_with(desk.path(), &["show", "hostile.edi", "--claim", "\u{1b}[2J"], b"");
    for text in [ran.out, ran.err, missing.out, missing.err] {
        assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
    }
}

#[test]
fn completions_and_man_pages_know_the_commands() {
    let desk = Desk::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = desk.run(&format!("completions {shell}"));
        expect(&ran, 0, &["scan", "fail-on"], shell);
        assert_eq!(ran.err, "", "{shell}");
    }
    let page = desk.run("man").out;
    assert!(page.starts_with(".TH claimlint 1"), "{page}");
    expect(&desk.run("man --out pages"), 0, &[], "a page for each command");
    assert_eq!(fs::read_to_string(desk.path().join("pages/claimlint.1")).unwrap(), page);
    for command in ["scan", "diff", "verify", "rules", "rule", "show", "completions", "man"] {
        let page = fs::read_to_string(desk.path().join(format!("pages/claimlint-{command}.1"))).unwrap();
        assert!(page.starts_with(&format!(".TH claimlint-{command} 1")), "{page}");
        assert!(page.contains(&format!("claimlint {command}")), "{page}");
    }
}

#[test]
fn a_severity_on_the_command_line_outweighs_settings_and_rules() {
    let desk = desk().with("low.toml", "[rules.severity]\nMOD001 = \"low\"\n");
    for (flags, severity) in [
        ("", "critical"),
        ("--config low.toml", "low"),
        ("--config low.toml --severity mod001=HIGH", "high"),
        ("--severity MOD001=info,CLM011=low", "info"),
        ("--severity MOD001=medium --severity MOD001=medium", "medium"),
    ] {
        let text = desk.run(&format!("scan faulty.edi {flags}"));
        let row = format!("MOD001 missing-plan-modifier {severity} 1 1");
        expect(&text, 0, &["rule name worst findings", &row], flags);
        let summary = json(&desk.run(&format!("scan faulty.edi --format summary {flags}")).out);
        assert_eq!(summary["rules"][0]["worst"], severity, "{flags}");
        assert_eq!(summary["findings"]["by_severity"][severity], 1, "{flags}");
    }
}

#[test]
fn minutes_may_be_required_by_flag_or_settings() {
    let timed = FAULTY.replace("97161", "97110:GP");
    let desk = Desk::new()
        .with("timed.edi", batch(&timed))
        .with("required.toml", "[rules]\nrequire_minutes = true\n");
    for (flags, rules) in [
        ("", vec![]),
        ("--require-minutes", vec![("TIM005", "medium")]),
        ("--config required.toml", vec![("TIM005", "medium")]),
        ("--require-minutes --severity TIM005=low", vec![("TIM005", "low")]),
    ] {
        let summary = json(&desk.run(&format!("scan timed.edi --select TIM --format summary {flags}")).out);
        let found = summary["rules"].as_array().unwrap().iter();
        let found: Vec<_> =
            found.map(|r| (r["rule"].as_str().unwrap(), r["worst"].as_str().unwrap())).collect();
        assert_eq!(found, rules, "{flags}");
    }
}

#[test]
fn a_file_named_twice_is_read_once_and_that_is_said() {
    let desk = Desk::new().with("in/a.edi", batch(FAULTY));
    let ran = desk.run("scan in/a.edi in ./in/a.edi");
    let said = "3 files: 1 read, 2 left out left out 2 files: named twice, read once";
    expect(&ran, 0, &[said, "1 claim: 1 evaluated"], "by different names");
    let summary = json(&desk.run("scan in in --format summary").out);
    assert_eq!(summary["inputs"][1]["status"], "skipped");
    assert_eq!(summary["inputs"][1]["reason"], "named twice, read once; it is in/a.edi");
}

/// Every sum the README promises, computed from what is written, on inputs with something in every bucket.
#[test]
fn the_account_adds_up_for_whoever_reads_the_summary() {
    let whole = batch(&format!("{CLEAN}{CLEAN}")).replacen("GOOD", "FIRST", 1);
    let dental = batch(FAULTY).replace("005010X222A1", "005010X224A2");
    let remittance = batch("").replace("ST*837", "ST*835");
    let odd = batch(&format!("{FAULTY}ZZZZ*1~~{CLEAN}")).replace('~', "~\r\n");
    let desk = desk()
        .with("cut.edi", &whole[..whole.rfind("SV1*").unwrap() + 9])
        .with("dental.edi", dental)
        .with("remit.edi", format!("{remittance}{}", batch(CLEAN)))
        .with("odd.edi", format!("\u{feff}{odd}garbage{}\0\0\0", batch(FAULTY)))
        .with("document.pdf", "%PDF-1.7\n")
        .with("in/list.csv", "")
        .with("in/more.edi", batch(CLEAN));
    let all =
        "clean.edi faulty.edi cut.edi dental.edi remit.edi odd.edi document.pdf missing.edi in clean.edi";
    let ran = desk.run(&format!("scan {all} --format summary"));
    let summary = json(&ran.out);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert_eq!(summary["schema_version"], 1);
    let number = |value: &serde_json::Value| value.as_u64().unwrap_or_else(|| panic!("{value} is no number"));
    let sum = |value: &serde_json::Value| -> u64 {
        value.as_object().map_or_else(|| number(value), |of| of.values().map(number).sum())
    };
    for (object, whole, parts) in [
        ("bytes", "read", &["segments", "terminators", "blanks", "padding", "skipped"][..]),
        (
            "segments",
            "read",
            &["envelope", "context", "claim", "line", "unrecognised", "empty", "out_of_scope"],
        ),
        ("transactions", "seen", &["claims", "out_of_scope"]),
        ("claims", "seen", &["evaluated", "not_evaluated"]),
        ("lines", "seen", &["therapy", "other", "not_evaluated"]),
        ("findings", "total", &["by_severity"]),
        ("findings", "total", &["by_rule"]),
        ("files", "listed", &["processed", "skipped", "unreadable"]),
    ] {
        let account = &summary[object];
        let parts: u64 = parts.iter().map(|part| sum(&account[*part])).sum();
        assert_eq!(number(&account[whole]), parts, "{object}.{whole}: {account}");
    }
    assert_eq!(summary["accounting"]["balanced"], true);
    assert!(sum(&summary["claims"]["not_evaluated"]) >= 2, "cut off and dental: {}", summary["claims"]);
    assert_eq!(summary["transactions"]["out_of_scope"]["835"], 1);
    assert!(number(&summary["interchanges"]["seen"]) >= 8, "{}", summary["interchanges"]);

    let inputs = summary["inputs"].as_array().unwrap();
    assert_eq!(inputs.len() as u64, number(&summary["files"]["listed"]));
    let of = |file: &str, status: &str| {
        let hit = inputs.iter().find(|i| i["file"] == file && i["status"] == status);
        hit.unwrap_or_else(|| panic!("{file} {status}: {}", summary["inputs"])).clone()
    };
    let clean = fs::read(desk.path().join("clean.edi")).unwrap();
    assert_eq!(of("clean.edi", "read")["bytes"], clean.len());
    let digest: String = sha2::Sha256::digest(&clean).iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(of("clean.edi", "read")["sha256"], digest);
    for (file, status) in [
        ("clean.edi", "skipped"),
        ("in/list.csv", "skipped"),
        ("document.pdf", "unreadable"),
        ("missing.edi", "unreadable"),
    ] {
        assert!(of(file, status)["reason"].as_str().is_some_and(|why| !why.is_empty()), "{file}");
    }
}

#[test]
fn a_finding_reads_the_same_in_csv_and_in_json() {
    let odd = FAULTY.replace("UN*1*", "UN*0.5*").replace("97161", "97150").replace("20260302", "20260309");
    let desk = desk().with("odd.edi", batch(&odd).replace("SE*", "SE*9"));
    let csv = desk.run("scan faulty.edi odd.edi --format csv").out;
    let mut rows = csv::Reader::from_reader(csv.as_bytes());
    let header = rows.headers().unwrap().clone();
    let first = "file,interchange,group,transaction,claim_id,line,procedure,modifiers,units,service_date,payer,rule,\
        name,severity,message,fix,denial_codes,amount_at_risk,offset";
    assert!(csv.starts_with(first), "{csv}");
    let objects: Vec<serde_json::Value> =
        desk.run("scan faulty.edi odd.edi --format json").out.lines().map(json).collect();
    let findings: Vec<&serde_json::Value> = objects
        .iter()
        .flat_map(|o| o["findings"].as_array().map_or_else(|| vec![o], |nested| nested.iter().collect()))
        .collect();
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    assert_eq!((rows.len(), findings.len()), (findings.len(), 4), "{csv}");
    for (row, finding) in rows.iter().zip(findings) {
        assert_eq!(finding["schema_version"], 1);
        for (name, cell) in header.iter().zip(row).take(19) {
            let value = match &finding[name] {
                serde_json::Value::Null => String::new(),
                serde_json::Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            assert_eq!(value, cell, "{name}: {finding}");
        }
    }
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// What a person is known by, each of it once in the inputs below.
const CANARIES: [&str; 24] = [
    "CANARYLAST",
    "CANARYFIRST",
    "CANARYMEMBER",
    "CANARYSTREET",
    "CANARYTOWN",
    "CANARYCHILD",
    "CANARYGROUP",
    "19470413",
    "1947-04-13",
    "CANARYNOTE",
    "CANARYLINENOTE",
    "CANARYPHONE",
    "CANARYRECORD",
    "CANARYTHERAPIST",
    "CANARYPROVIDER",
    "CANARYSSN",
    "CANARYAUTH",
    "CANARYAMOUNT",
    "CANARYDATE",
    "CANARYUNIT",
    "CANARYSEG",
    "CANARYPATIENT",
    "CANARYSOURCE",
    "CANARYCLAIM",
];

#[test]
fn no_person_is_in_any_output() {
    let person = "NM1*IL*1*CANARYLAST*CANARYFIRST****MI*CANARYMEMBER~N3*1 CANARYSTREET~N4*CANARYTOWN*NY*12001~\
        DMG*D8*19470413*F~REF*SY*CANARYSSN~PER*IC*CANARYPHONE~";
    let claims = [
        // Faulty in ways whose messages could be tempted to quote.
        "CLM*K1*CANARYAMOUNT***11:B:1*Y*A*Y*Y~REF*EA*CANARYRECORD~REF*G1*CANARYAUTH~NTE*ADD*97110 CANARYNOTE 38 MIN~\
         HI*ABK:M5450~NM1*82*1*CANARYTHERAPIST*CANARYFIRST****XX*1234567890~LX*X~SV1*HC:97110*CANARYAMOUNT*UN*\
         CANARYUNIT***1~DTP*472*D8*CANARYDATE~NTE*ADD*CANARYLINENOTE 15 MIN~",
        "CLM*K2*90***11:B:1*Y*A*Y*Y~HI*ABK:M5450~LX*1~SV1*HC:97110*45*UN*1***1~DTP*472*D8*20260302~\
         CANARYSEG*CANARYLAST~LX*2~SV1*HC:97112:GP:GO*45*UN*1***1~DTP*472*D8*20260302~",
    ]
    .concat();
    let text = batch(&claims)
        .replace("NM1*IL*1*TESTPATIENT*ALPHA****MI*TESTMEMBER01~", person)
        .replace("SBR*P*18**", "SBR*P*18*CANARYGROUP*")
        .replace("EXAMPLE CLINIC", "CANARYPROVIDER");
    let dependent = text.replace("HL*2*1*22*0~", "HL*2*1*22*1~").replace(
        "NM1*PR*2*EXAMPLE*****PI*EXMB1~",
        "NM1*PR*2*EXAMPLE*****PI*EXMB1~HL*3*2*23*0~PAT*19~NM1*QC*1*CANARYLAST*CANARYCHILD~",
    );
    let cut = text[..text.find("CANARYLINENOTE").unwrap() + 5].to_owned();
    let minutes = "claim_id,patient_id,line_no,dos,code,minutes,source\nK2,,1,,,38,CANARYSOURCE\n\
        ,CANARYPATIENT,,2026-03-02,97110,15,CANARYSOURCE\nCANARYCLAIM,,1,,,15,CANARYSOURCE\n\
        K2,,CANARYLAST,,,15,\nK2,,1,1947-04-13,CANARYNOTE,CANARYAMOUNT,\n";
    let desk = Desk::new()
        .with("text.edi", text)
        .with("dependent.edi", dependent)
        .with("cut.edi", cut)
        .with("CANARY.txt", "CANARYLAST, CANARYFIRST 19470413\n")
        .with("minutes.csv", minutes)
        .with("shifted.csv", "claim_id,line_no,minutes\nCANARYCLAIM,CANARYLAST,CANARYFIRST\n")
        .with("bare.csv", "CANARYLAST,CANARYFIRST,19470413\n");
    let inputs = ["text.edi", "dependent.edi", "cut.edi", "CANARY.txt", "text.edi dependent.edi cut.edi"];
    let mut n = 0;
    for input in inputs {
        for sidecar in ["", "--minutes minutes.csv", "--minutes shifted.csv", "--minutes bare.csv"] {
            for format in ["text", "csv", "json", "summary", "none"] {
                n += 1;
                let ran =
                    desk.run(&format!("scan {input} {sidecar} --format {format} --out out{n} --top 100"));
                clean(&format!("{input} {sidecar} {format}"), &format!("{}{}", ran.out, ran.err));
                for name in desk.files(&format!("out{n}")) {
                    let written =
                        fs::read_to_string(desk.path().join(format!("out{n}")).join(&name)).unwrap();
                    clean(&format!("{name} of {input} {sidecar}"), &written);
                }
            }
        }
    }
    // Only what is asked to print a claim prints persons, and only that claim's.
    let shown = desk.run("show text.edi --claim K1 --minutes minutes.csv");
    assert!(shown.out.contains("CANARYLINENOTE") && shown.out.contains("CANARYRECORD"), "{}", shown.out);
    assert!(!shown.out.contains("CANARYSEG") && !shown.out.contains("CANARYMEMBER"), "{}", shown.out);
    clean("what show says beside it", &shown.err);
    for line in ["--claim K9", "--claim K1 --nth 2", "--claim k1", "--claim K9 --minutes shifted.csv"] {
        let ran = desk.run(&format!("show cut.edi {line}"));
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{line}: {}", ran.err);
        clean(line, &ran.err);
    }
    // The test itself looks where something is found.
    let ran = desk.run("scan text.edi --format csv");
    assert!(ran.out.contains("K1") && ran.out.contains("MOD001"), "{}", ran.out);
}

#[track_caller]
fn clean(what: &str, text: &str) {
    for canary in CANARIES {
        assert!(!text.contains(canary), "{what}: {canary} is printed\n{text}");
    }
}

/// The command with the reading end of its output closed before it writes.
fn with_closed_pipe(desk: &Desk, args: &[&str]) -> Ran {
    let mut command = command(desk.path(), args);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    Ran { code: output.status.code(), out: String::new(), err: String::from_utf8(output.stderr).unwrap() }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let desk = desk();
    expect(&desk.run("scan faulty.edi --out set"), 0, &[], "a set to verify");
    for line in [
        "scan faulty.edi",
        "scan faulty.edi --format csv",
        "scan faulty.edi --format json",
        "scan faulty.edi --format summary",
        "verify set",
        "rules",
        "rules --format json",
        "rule MOD001",
        "completions bash",
        "man",
    ] {
        let ran = with_closed_pipe(&desk, &line.split(' ').collect::<Vec<_>>());
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{line}");
    }
}

#[test]
fn a_reader_that_goes_away_costs_neither_the_files_nor_the_exit_code() {
    let desk = desk();
    for (n, format) in ["text", "csv", "json", "summary"].iter().enumerate() {
        let out = format!("out{n}");
        let args = ["scan", "faulty.edi", "--format", format, "--out", &out, "--fail-on", "high"];
        let ran = with_closed_pipe(&desk, &args);
        assert_eq!((ran.code, ran.err.as_str()), (Some(1), ""), "{format}");
        assert_eq!(desk.files(&out).len(), SET.len(), "{format}: the files are there");
    }
    let ran = with_closed_pipe(&desk, &["scan", "missing.edi", "--format", "csv"]);
    assert_eq!(ran.code, Some(2), "what was not done is still not done: {}", ran.err);
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_cannot_be_written_is_said_and_the_files_are_kept() {
    let desk = desk();
    let full = || fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    for format in ["text", "csv", "json", "summary"] {
        let args = ["scan", "faulty.edi", "--format", format, "--out", format];
        let output = command(desk.path(), &args).stdout(full()).output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(err.starts_with("claimlint: cannot write standard output: "), "{format}: {err}");
        assert_eq!(output.status.code(), Some(2), "{format}");
        assert_eq!(desk.files(format).len(), SET.len(), "{format}");
        let manifest = json(&fs::read_to_string(desk.path().join(format).join("manifest.json")).unwrap());
        assert_eq!(manifest["exit_code"], 2, "{format}");
    }
}

#[test]
fn a_claim_that_was_not_checked_is_said_wherever_the_report_goes() {
    let whole = batch(&format!("{CLEAN}{CLEAN}")).replacen("GOOD", "FIRST", 1);
    let cut = &whole[..whole.rfind("SV1*").unwrap() + 9];
    let large = format!("CLM*LARGE*1***11:B:1*Y*A*Y*Y~LX*1~{}", "NTE*ADD*x~".repeat(1_700_000));
    let desk = desk().with("cut.edi", cut).with("large.edi", batch(&format!("{CLEAN}{large}")));
    let said =
        "1 claim was not checked: the file ends inside the claim; get the whole file and scan it again";
    let ran = desk.run("scan cut.edi");
    expect(&ran, 2, &["2 claims: 1 evaluated, 1 not evaluated", "PROBLEMS", said], "cut.edi");
    for format in ["csv", "json", "summary", "none"] {
        let ran = desk.run(&format!("scan cut.edi faulty.edi --format {format} --fail-on high"));
        assert_eq!(ran.code, Some(2), "{format}");
        assert!(ran.err.contains(&format!("claimlint: {said}\n")), "{format}: {}", ran.err);
    }
    let said = "1 claim was not checked: larger than 16 MiB, or of more than 2,000 lines; \
        split the claim, or look for lost terminators";
    expect(&desk.run("scan large.edi --format none"), 2, &[said], "large.edi");
    let ran = desk.run("scan cut.edi --format csv");
    assert!(ran.out.contains("X12-S012"), "the finding says where: {}", ran.out);
}

#[test]
fn a_finding_without_an_element_names_none() {
    let odd = "CLM*ODD*140***11:B:1*Y*A*Y*Y~HI*ABK:M5450~ZZZZ*1~LX*1~SV1*HC:97161:GP*140*UN*1***1~DTP*472*D8*20260302~";
    let desk =
        desk().with("minutes.csv", "claim_id,line_no,minutes\nNOBODY,1,15\n").with("odd.edi", batch(odd));
    for format in ["text", "csv", "json"] {
        let ran = desk.run(&format!("scan odd.edi --minutes minutes.csv --format {format}"));
        expect(&ran, 0, &["TIM005", "X12-S002"], format);
        assert!(!ran.out.contains("???"), "{format}\n{}", ran.out);
    }
    let ran = desk.run("scan odd.edi --minutes minutes.csv");
    expect(&ran, 0, &["TIM005: the row at line 2 of the minutes file"], "its place is the file");
    assert!(!ran.out.contains("minutes.csv, byte"), "a row has a line, no offset\n{}", ran.out);
}
