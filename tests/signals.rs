//! Runs that are asked to end: SIGHUP, SIGINT, SIGTERM, at any moment.
//!
//! `SIGNALS=300 cargo test --release --test signals` sends each signal that many times. The seed is printed, and
//! `SEED=` repeats it.

#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test stops at what it did not expect, and says with which seed"
)]

#[path = "support/desk.rs"]
mod desk;
mod support;

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use desk::{Desk, batch, many};
use serde_json::Value;

const SIGNALS: [(&str, i32); 3] = [("HUP", 129), ("INT", 130), ("TERM", 143)];

/// The record that a stopped run leaves.
const RECORD: &str = "out.interrupted.json";

/// The command, with no signal ignored: what runs this test may ignore some, and children inherit that.
fn command(directory: &Path, line: &str) -> Command {
    let binary = env!("CARGO_BIN_EXE_claimlint");
    let reset = "--default-signal=HUP,INT,TERM";
    let knows = Command::new("env").args([reset, "true"]).stderr(Stdio::null()).status();
    let mut command = if knows.is_ok_and(|status| status.success()) {
        let mut command = Command::new("env");
        command.args([reset, binary]);
        command
    } else {
        Command::new(binary)
    };
    command.current_dir(directory).args(line.split(' ')).stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn send(child: &Child, signal: &str) {
    // One that has ended meanwhile cannot be told; that is no fault.
    let kill =
        Command::new("kill").args(["-s", signal, &child.id().to_string()]).stderr(Stdio::null()).status();
    kill.expect("there is a kill command");
}

/// Starts a run that logs as JSON and waits until it listens: its first line says that it has begun.
fn started(command: &mut Command) -> (Child, BufReader<std::process::ChildStderr>) {
    let mut child = command.spawn().unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    log.read_line(&mut line).unwrap();
    assert!(line.contains("run-started"), "{line}");
    (child, log)
}

/// Waits for the end: the exit code, and what was logged.
fn ended(mut child: Child, mut log: BufReader<std::process::ChildStderr>) -> (Option<i32>, String) {
    let mut said = String::new();
    log.read_to_string(&mut said).unwrap();
    (child.wait().unwrap().code(), said)
}

/// A small generator: moments need not be good, only repeatable.
struct Moments(u64);

impl Moments {
    fn new() -> Moments {
        let seed = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_260_302);
        println!("SEED={seed}");
        Moments(seed)
    }

    /// A share of a whole, in thousandths.
    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % 1000) as u32
    }
}

#[test]
fn a_run_stopped_at_any_moment_leaves_the_old_set_and_a_record() {
    let rounds: u32 = std::env::var("SIGNALS").ok().and_then(|n| n.parse().ok()).unwrap_or(30);
    let claims = if cfg!(debug_assertions) { 400 } else { 10_000 };
    let inputs = ["a.edi", "b.edi", "c.edi"];
    let mut desk = Desk::new().with("old.edi", batch(&many("OLD", 3)));
    for input in inputs {
        desk = desk.with(input, batch(&many(&input[..1], claims)));
    }
    let scan = "scan a.edi b.edi c.edi --out out --format none,277ca,999 --log json --window 20000 \
        --threads 2";
    let begun = Instant::now();
    let ran = desk.run(&scan.replace("--out out", "--out whole"));
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""), "{}", ran.err);
    let whole_run = begun.elapsed();
    let whole = desk.files("whole");
    assert_eq!(desk.run("scan old.edi --out out --format none").code, Some(0));
    let old = desk.files("out");
    let mut moments = Moments::new();
    let mut stopped = 0;
    for round in 0..rounds {
        for (signal, code) in SIGNALS {
            let (child, log) = started(&mut command(desk.path(), scan));
            sleep(whole_run * moments.next() / 1000);
            send(&child, signal);
            let (ended, said) = ended(child, log);
            let what = format!("round {round}, {signal}: exit code {ended:?}\n{said}");
            let everything = desk.files("");
            assert!(!everything.keys().any(|name| name.contains(".tmp")), "{what}: {:?}", everything.keys());
            let last: Value = serde_json::from_str(said.lines().last().expect("a last line")).unwrap();
            assert_eq!(last["exit_code"], ended.expect("it exits by itself"), "{what}");
            if ended == Some(0) {
                // It was done before the signal came. The next round begins as this one did.
                let new: Vec<_> = desk.files("out").into_values().collect();
                assert!(new == whole.values().cloned().collect::<Vec<_>>(), "{what}: the new set is whole");
                assert!(!everything.contains_key(RECORD), "{what}: the record of an earlier run is gone");
                assert_eq!(desk.run("scan old.edi --out out --format none").code, Some(0));
                continue;
            }
            stopped += 1;
            assert_eq!(ended, Some(code), "{what}");
            assert!(desk.files("out") == old, "{what}: the old set is as it was");
            check_record(&desk, &everything[RECORD], signal, code, &inputs);
        }
    }
    println!("{stopped} of {} runs stopped", rounds * 3);
    assert!(stopped >= rounds, "most moments lie before the end: {stopped}");
    assert_eq!(desk.run("scan old.edi --out out --format none").code, Some(0));
    assert!(!desk.path().join(RECORD).exists(), "a run that ends well removes the record");
}

/// The record says what was read, and those inputs were.
fn check_record(desk: &Desk, record: &[u8], signal: &str, code: i32, inputs: &[&str]) {
    let mode = fs::metadata(desk.path().join(RECORD)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    let record: Value = serde_json::from_slice(record).unwrap();
    assert_eq!((&record["complete"], &record["exit_code"]), (&false.into(), &code.into()), "{record}");
    assert_eq!(record["signal"], format!("SIG{signal}"));
    assert_eq!(record["balanced"], true, "the account is of what was read: {record}");
    let told = record["inputs"].as_array().unwrap();
    assert_eq!(told.iter().map(|i| i["file"].as_str().unwrap()).collect::<Vec<_>>(), inputs);
    let (mut claims, mut done) = (0, 0);
    for input in told {
        let bytes = fs::metadata(desk.path().join(input["file"].as_str().unwrap())).unwrap().len();
        match input["status"].as_str().unwrap() {
            "read" => {
                assert_eq!(
                    (input["bytes"].as_u64(), input["sha256"].is_string()),
                    (Some(bytes), true),
                    "{record}"
                );
                done += 1;
            }
            "not read to its end" => assert!(input["sha256"].is_null(), "{record}"),
            other => panic!("{other}: {record}"),
        }
        claims += input["claims"].as_u64().unwrap();
    }
    assert_eq!((&record["inputs_done"], &record["claims_seen"]), (&done.into(), &claims.into()), "{record}");
}

#[test]
fn a_run_that_waits_for_input_ends_too() {
    for (signal, code) in SIGNALS {
        let desk = Desk::new().with("first.edi", batch(&many("A", 1)));
        let line = "scan first.edi - --out out --log json --redact-filenames";
        let (mut child, log) = started(command(desk.path(), line).stdin(Stdio::piped()));
        let mut input = child.stdin.take().unwrap();
        let claims = batch(&many("B", 200));
        input.write_all(&claims.as_bytes()[..claims.len() - 40]).unwrap();
        // The pipe stays open, so that there is more to wait for.
        sleep(Duration::from_millis(100));
        send(&child, signal);
        let (ended, said) = ended(child, log);
        drop(input);
        assert_eq!(ended, Some(code), "{said}");
        assert!(said.contains(&format!("stopped by SIG{signal}: 1 of 2 inputs")), "{said}");
        let files = desk.files("");
        assert_eq!(files.keys().collect::<Vec<_>>(), ["first.edi", RECORD], "{said}");
        let record: Value = serde_json::from_slice(&files[RECORD]).unwrap();
        let named: Vec<_> =
            record["inputs"].as_array().unwrap().iter().map(|i| i["file"].as_str().unwrap()).collect();
        assert_eq!(named, ["input-1", "(standard input)"]);
    }
}

#[test]
fn a_run_whose_reader_reads_no_further_ends_too() {
    let desk = Desk::new().with("a.edi", batch(&many("A", 2_000)));
    for (signal, code) in SIGNALS {
        let (child, log) = started(&mut command(desk.path(), "scan a.edi --format csv --log json"));
        // More than a pipe holds: the run comes to stand in the middle of its report.
        sleep(Duration::from_millis(1500));
        send(&child, signal);
        let (ended, said) = ended(child, log);
        assert_eq!(ended, Some(code), "{said}");
    }
}

#[test]
fn show_ends_too() {
    let desk = Desk::new();
    for (signal, code) in SIGNALS {
        let (child, log) =
            started(command(desk.path(), "show - --claim A1 --log json").stdin(Stdio::piped()));
        send(&child, signal);
        let (ended, said) = ended(child, log);
        assert_eq!(ended, Some(code), "{said}");
    }
}

/// The first signal lets the chunk at hand be finished; who asks again does not want to wait for that.
#[test]
fn a_second_signal_ends_a_run_at_once() {
    let desk = Desk::new().with("a.edi", batch(&many("A", 40_000)));
    let line = "scan a.edi --out out --log json --threads 1 --window 16777216";
    let (child, log) = started(&mut command(desk.path(), line));
    sleep(Duration::from_millis(200));
    send(&child, "TERM");
    sleep(Duration::from_millis(50));
    send(&child, "INT");
    let (ended, said) = ended(child, log);
    if cfg!(debug_assertions) {
        assert_eq!(ended, Some(130), "by the second signal: {said}");
        assert!(!said.contains("run-finished") && !desk.path().join(RECORD).exists(), "{said}");
    } else {
        // A fast build may be done with the chunk before the second signal comes.
        assert!(matches!(ended, Some(130 | 143)), "{ended:?} {said}");
    }
}

/// What `nohup` and `trap '' HUP` ask for.
#[cfg(target_os = "linux")]
#[test]
fn a_signal_that_was_ignored_from_the_start_stays_ignored() {
    let desk = Desk::new();
    let line =
        format!("trap '' HUP; exec {} scan - --format none --log json", env!("CARGO_BIN_EXE_claimlint"));
    let mut command = Command::new("sh");
    command.current_dir(desk.path()).args(["-c", &line]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let (mut child, log) = started(command.stdin(Stdio::piped()));
    let mut input = child.stdin.take().unwrap();
    send(&child, "HUP");
    sleep(Duration::from_millis(100));
    input.write_all(batch(&many("A", 1)).as_bytes()).unwrap();
    drop(input);
    let (ended, said) = ended(child, log);
    assert_eq!(ended, Some(0), "{said}");
}
