//! The command as a nightly job meets it: exit codes, the log, the unit files.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test stops at what it did not expect, and says what it cannot try"
)]

#[path = "support/desk.rs"]
mod desk;
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use desk::{Desk, batch, many};
use serde_json::Value;

fn project(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Makes an exit code happen and says which it was.
type Happening = fn() -> Option<i32>;

/// A way to make each exit code happen.
const HAPPENINGS: [(i32, Happening); 8] = [
    (0, || desk().run("scan a.edi").code),
    (1, || desk().run("scan a.edi --fail-on low").code),
    (2, || desk().run("scan a.edi missing.edi --fail-on low").code),
    (3, internal_error),
    (75, || {
        let desk = desk();
        assert_eq!(desk.run("scan a.edi --out out --format none").code, Some(0));
        let locks: Vec<_> = [".out.claimlint.lock", "out/.claimlint.lock"]
            .into_iter()
            .filter_map(|lock| fs::File::open(desk.path().join(lock)).ok())
            .collect();
        let lock = locks.first().expect("a run leaves its lock file");
        lock.try_lock().unwrap();
        desk.run("scan a.edi --out out --fail-on low").code
    }),
    (129, || stopped_by("HUP")),
    (130, || stopped_by("INT")),
    (143, || stopped_by("TERM")),
];

fn desk() -> Desk {
    Desk::new().with("a.edi", batch(&many("A", 1)))
}

/// Only a build for tests can be made to fail inside.
fn internal_error() -> Option<i32> {
    if !cfg!(debug_assertions) {
        println!("exit code 3 is not tried in a release build");
        return Some(3);
    }
    let desk = desk();
    let mut scan = support::command(desk.path(), &["scan", "a.edi"]);
    scan.env("CLAIMLINT_TEST_PANIC", "A").output().unwrap().status.code()
}

fn stopped_by(signal: &str) -> Option<i32> {
    if !cfg!(unix) {
        println!("signals are not tried where there are none");
        return HAPPENINGS.iter().map(|(code, _)| *code).find(|code| match signal {
            "HUP" => *code == 129,
            "INT" => *code == 130,
            _ => *code == 143,
        });
    }
    let desk = desk();
    // A signal that this test was started to ignore is made one that ends again.
    let mut scan = Command::new("env");
    scan.arg("--default-signal=HUP,INT,TERM").arg(env!("CARGO_BIN_EXE_claimlint"));
    scan.current_dir(desk.path()).args(["scan", "-", "--log", "json"]).stdin(Stdio::piped());
    let mut child = scan.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut log = std::io::BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    std::io::BufRead::read_line(&mut log, &mut line).unwrap();
    assert!(line.contains("run-started"), "{line}");
    let kill = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status();
    assert!(kill.unwrap().success());
    // Standard input stays open, so that the run can only end by the signal.
    let input = child.stdin.take();
    let code = child.wait().unwrap().code();
    drop(input);
    code
}

#[test]
fn each_exit_code_happens_and_stands_in_readme_and_help_with_the_same_words() {
    let readme = project("README.md");
    let table = readme.split("### Exit codes").nth(1).expect("the README has the table");
    let rows =
        table.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | "));
    let in_readme: BTreeMap<i32, String> = rows
        .take_while(|(code, _)| *code == "Code" || code.parse::<i32>().is_ok())
        .filter_map(|(code, words)| Some((code.parse().ok()?, words.replace('`', ""))))
        .collect();
    let help = desk().run("scan --help").out;
    let list = help.split("Exit codes:").nth(1).expect("the help has the list");
    let rows = list.lines().filter_map(|line| line.trim().split_once(' '));
    let in_help: BTreeMap<i32, String> =
        rows.filter_map(|(code, words)| Some((code.parse().ok()?, words.trim().to_owned()))).collect();
    assert_eq!(in_readme, in_help);
    let codes: Vec<i32> = in_readme.into_keys().collect();
    let happening: Vec<i32> = HAPPENINGS.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, happening, "each code of the table has its test, and each test its row");
    for (code, happens) in HAPPENINGS {
        assert_eq!(happens(), Some(code));
    }
}

fn events(err: &str) -> Vec<Value> {
    err.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect()
}

#[test]
fn the_log_tells_a_run_from_begin_to_end_and_nothing_else_is_on_standard_error() {
    let whole = batch(&many("A", 3));
    let cut = &whole[..whole.rfind("SV1*").unwrap() + 9];
    let desk = Desk::new()
        .with("a.edi", &whole)
        .with("b.edi", cut)
        .with("c.pdf", "%PDF-1.7\n")
        .with("bad.csv", "claim_id,line_no,minutes\nA1,1,x\n")
        .with("bad.toml", "[rules]\nselct = 1\n");
    for threads in ["1", "3"] {
        for format in ["text", "csv", "json", "summary", "none"] {
            let line = format!(
                "scan a.edi c.pdf b.edi --minutes bad.csv --log json --format {format} --threads {threads} --out out"
            );
            let ran = desk.run(&line);
            assert_eq!(ran.code, Some(2), "{}", ran.err);
            let events = events(&ran.err);
            let names: Vec<&str> = events.iter().map(|e| e["event"].as_str().unwrap()).collect();
            assert_eq!(names[..4], ["run-started", "file-done", "file-done", "file-done"], "{line}");
            let last = events.last().unwrap();
            assert_eq!(last["event"], "run-finished");
            assert_eq!((&last["exit_code"], &last["outcome"]), (&2.into(), &"not-done".into()), "{last}");
            assert_eq!(
                (&last["claims"], &last["files"], &last["files_unreadable"]),
                (&6.into(), &3.into(), &1.into())
            );
            let problems = names.iter().filter(|name| **name == "problem").count();
            assert_eq!(last["problems"], problems, "each problem is an event: {}", ran.err);
            assert_eq!(names.iter().filter(|name| **name == "outputs-written").count(), 1);
            let done: Vec<_> = events[1..4]
                .iter()
                .map(|e| {
                    (
                        e["file"].as_str().unwrap(),
                        e["status"].as_str().unwrap(),
                        e["claims"].as_u64().unwrap(),
                    )
                })
                .collect();
            let want = [("a.edi", "read", 3), ("c.pdf", "unreadable", 0), ("b.edi", "partial", 3)];
            assert_eq!(done, want, "in the order of the inputs");
            assert!(
                events.iter().all(|e| e["run"] == events[0]["run"] && e["level"].is_string()),
                "{}",
                ran.err
            );
        }
    }
    for (line, code) in [
        ("scan a.edi --config bad.toml --log json", 2),
        ("scan a.edi --select NOPE --log json", 2),
        ("show a.edi --claim A1 --log json", 0),
        ("show a.edi --claim NOPE --log=json", 2),
        ("--log json rules", 0),
        ("rule NOPE --log json", 2),
        ("tables import missing.txt --out t --log json", 2),
    ] {
        let ran = desk.run(line);
        let events = events(&ran.err);
        let (first, last) = (&events[0]["event"], &events[events.len() - 1]);
        assert_eq!((ran.code, first), (Some(code), &"run-started".into()), "{line}: {}", ran.err);
        assert_eq!((&last["event"], &last["exit_code"]), (&"run-finished".into(), &code.into()), "{line}");
        let problems = events.iter().filter(|e| e["level"] == "error" && e["event"] == "problem").count();
        assert_eq!(problems, usize::from(code != 0), "{line}: {}", ran.err);
    }
}

/// Units are read by systemd itself, where it is installed.
#[test]
fn the_units_are_ones_that_systemd_takes() {
    let units = ["claimlint.service", "claimlint.timer"];
    if Command::new("systemd-analyze").arg("--version").output().is_err() {
        println!("there is no systemd-analyze here: the units were not verified");
        return;
    }
    let directory = tempfile::TempDir::new().unwrap();
    let paths: Vec<_> = units
        .iter()
        .map(|unit| {
            // The program is not installed where it will be; one that is stands in its place.
            let text = project(&format!("docs/systemd/{unit}"));
            let text = text.replace("/usr/local/bin/claimlint", env!("CARGO_BIN_EXE_claimlint"));
            let path = directory.path().join(unit);
            fs::write(&path, text).unwrap();
            path
        })
        .collect();
    let verify = |paths: &[std::path::PathBuf]| {
        let output =
            Command::new("systemd-analyze").args(["verify", "--man=no"]).args(paths).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        // What other units of this machine have wrong is not ours.
        let ours =
            said.lines().filter(|line| line.contains("claimlint") && !line.contains("claimlint-alert"));
        (output.status.success(), ours.map(str::to_owned).collect::<Vec<_>>(), said)
    };
    let (_, ours, said) = verify(&paths);
    assert!(ours.is_empty(), "{said}");
    // The test itself sees a fault.
    let faulty = directory.path().join("claimlint-faulty.service");
    fs::write(&faulty, project("docs/systemd/claimlint.service").replace("ProtectSystem=", "ProtectSytem="))
        .unwrap();
    let (_, ours, said) = verify(&[faulty]);
    assert!(ours.iter().any(|line| line.contains("ProtectSytem")), "{said}");
}

/// What the unit and the guide run is a command line that the program takes.
#[test]
fn the_commands_of_unit_and_guide_are_taken() {
    let unit = project("docs/systemd/claimlint.service");
    let exec: Vec<&str> =
        unit.lines().filter_map(|line| line.strip_prefix("ExecStart=/usr/local/bin/claimlint ")).collect();
    assert_eq!(exec.len(), 1, "{unit}");
    let guide = project("docs/operations.md");
    let cron = guide
        .lines()
        .find_map(|line| line.trim().split_once("/usr/local/bin/claimlint "))
        .expect("a cron line")
        .1;
    for line in [exec[0], cron] {
        let line = line.split(" >").next().unwrap().split(" 2>").next().unwrap();
        let local = line.replace("/srv/", "srv/").replace("/var/lib/", "var/");
        let desk = Desk::new().with("srv/claims/outbound/a.edi", batch(&many("A", 1)));
        // Written this moment, and said to be whole.
        let desk = desk.with("srv/claims/outbound/a.edi.done", "");
        let desk = desk.with("srv/claims/reports/.keep", "").with("var/claimlint/.keep", "");
        let ran = desk.run(&local);
        assert_eq!(ran.code, Some(1), "{local}: the claim is faulty\n{}{}", ran.out, ran.err);
        assert!(desk.files("srv").contains_key("srv/claims/reports/nightly/summary.json"), "{local}");
        let out = line.split_once("--out ").unwrap().1.split(' ').next().unwrap();
        let writable = unit.lines().find_map(|l| l.strip_prefix("ReadWritePaths=")).unwrap();
        let parent = Path::new(out).parent().unwrap().to_str().unwrap();
        assert!(writable.split(' ').any(|path| path == parent), "{out} must lie in one of {writable}");
    }
}
