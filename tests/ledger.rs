//! `--state-dir`: a run that knows its inputs from an earlier one gives the bytes of a run that reads them, whatever
//! happened to the earlier run or to what it left.

#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at what it did not expect")]

#[path = "support/archive.rs"]
mod archive;
#[path = "support/batches.rs"]
mod batches;
#[path = "support/desk.rs"]
mod desk;
#[path = "support/sets.rs"]
mod sets;
mod support;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use archive::{Packed, Zip, gz};
use batches::generate::{self, Beside, Kind, Minutes, Options, Random, Size};
use desk::{Desk, many};
use serde_json::Value;
use sets::Set;

/// Flags of every run.
const FLAGS: &str = "--format none --log json --minutes minutes.csv --plans plans.csv --spend spend.csv \
    --fees fees.csv";

/// What a run came to.
struct Came {
    code: Option<i32>,
    set: Set,
    /// Inputs taken from the ledger, and inputs whose bytes it knew, by name.
    reused: Vec<String>,
    seen: Vec<String>,
    log: String,
}

fn scan(desk: &Desk, inputs: &str, flags: &str) -> Came {
    // Small windows, so that inputs have several chunks.
    let window = if flags.contains("--window") { "" } else { "--window 3000" };
    let ran = desk.run(&format!("scan {inputs} {FLAGS} {window} --out out {flags}"));
    let lines = || ran.err.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let named = |what: &str| {
        let files = lines().filter(|line| line[what] == Value::Bool(true));
        files.map(|line| line["file"].as_str().unwrap().to_owned()).collect()
    };
    let set = sets::read(&desk.path().join("out")).unwrap_or_default();
    Came { code: ran.code, set, reused: named("reused"), seen: named("seen_before"), log: ran.err.clone() }
}

/// A batch with an ISA13 of its own: what two of one number come to is another question.
fn batch(claims: &str) -> String {
    let number = claims.bytes().fold(7u32, |n, b| n.wrapping_mul(31).wrapping_add(b.into())) % 1_000_000_000;
    numbered(claims, number)
}

fn numbered(claims: &str, number: u32) -> String {
    desk::batch(claims).replace("*000000001", &format!("*{number:09}"))
}

/// What a run without a ledger gives.
fn undisturbed(desk: &Desk, inputs: &str, flags: &str) -> Set {
    let came = scan(desk, inputs, flags);
    assert!(!came.set.is_empty() && came.seen.is_empty(), "{}", came.log);
    fs::remove_dir_all(desk.path().join("out")).unwrap();
    came.set
}

#[track_caller]
fn same(case: &str, found: &Set, want: &Set) {
    for (name, bytes) in want {
        let other = found.get(name).map_or(&[][..], Vec::as_slice);
        let at = bytes.iter().zip(other).position(|(a, b)| a != b);
        assert!(other == bytes, "{case}: {name} differs, first at {at:?}");
    }
    assert_eq!(found.len(), want.len(), "{case}");
}

/// Six inputs: claims of both forms with findings and documents, and claims of one patient on one day in two of
/// them, which only show when files are put side by side.
fn stock() -> Desk {
    let mut desk = Desk::new();
    let mut minutes = String::new();
    for (n, kind) in [Kind::P, Kind::I, Kind::P, Kind::I].into_iter().enumerate() {
        let options = Options {
            seed: n as u64,
            faulty: 40,
            traps: 20,
            minutes: Minutes::Sidecar,
            beside: Beside::Files,
            first_claim: 1 + 1000 * n as u64,
            ..Options::new(kind, Size::Claims(40))
        };
        let made = generate::batch(&options);
        let rows = if n == 0 { &made.minutes } else { made.minutes.split_once('\n').unwrap().1 };
        minutes.push_str(rows);
        if n == 0 {
            // Of one input: those of several would contradict each other.
            desk = desk.with("plans.csv", &made.plans).with("spend.csv", &made.spend);
            desk = desk.with("fees.csv", &made.fees);
        }
        desk = desk.with(&format!("in/{n}.837"), made.bytes);
    }
    desk = desk.with("in/shared-a.837", batch(&many("A", 3))).with("in/shared-b.837", batch(&many("B", 2)));
    desk.with("minutes.csv", minutes)
}

/// The files of the ledger.
fn ledger(desk: &Desk) -> Vec<(PathBuf, Vec<u8>)> {
    desk.files("state").into_iter().map(|(name, bytes)| (desk.path().join(name), bytes)).collect()
}

const INPUTS: usize = 6;

#[test]
fn a_rerun_reads_nothing_again_and_gives_the_same_bytes() {
    let desk = stock();
    let want = undisturbed(&desk, "in", "--threads 1");
    assert!(want["findings.csv"].iter().filter(|b| **b == b'\n').count() > 50, "there is much to keep");
    for (state, first, again) in [
        ("state1", "--threads 1", "--threads 1"),
        ("state2", "--threads 4", "--threads 4 --memory-bytes 0"),
        ("state3", "--threads 3 --window 100000", "--threads 1 --window 700"),
    ] {
        let fresh = scan(&desk, "in", &format!("--state-dir {state} {first}"));
        same(first, &fresh.set, &want);
        for _ in 0..2 {
            let rerun = scan(&desk, "in", &format!("--state-dir {state} {again}"));
            same(again, &rerun.set, &want);
            assert_eq!((rerun.code, rerun.reused.len(), rerun.seen.len()), (Some(0), INPUTS, INPUTS));
        }
    }
    let text = desk.run(
        "scan in --state-dir state1 --minutes minutes.csv --plans plans.csv \
        --spend spend.csv --fees fees.csv",
    );
    assert!(text.out.contains("  reused         6 files: "), "{}", text.out);
}

#[test]
fn days_that_reused_and_fresh_inputs_share_are_found_as_in_one_run() {
    let desk = stock();
    let some = "in/shared-b.837 in/1.837";
    let all = format!("in/shared-a.837 in/0.837 {some} in/2.837");
    let want = undisturbed(&desk, &all, "");
    let alone = undisturbed(&desk, some, "");
    let of_b = |set: &Set| {
        let lines = String::from_utf8_lossy(&set["findings.csv"]).into_owned();
        lines.lines().filter(|line| line.contains("shared-b")).count()
    };
    assert_ne!(of_b(&want), of_b(&alone), "something shows only when both are there");
    same("some", &scan(&desk, some, "--state-dir state").set, &alone);
    for threads in ["1", "3"] {
        let came = scan(&desk, &all, &format!("--state-dir state --threads {threads}"));
        same("all", &came.set, &want);
        let reused = if threads == "1" { 2 } else { 5 };
        assert_eq!(came.reused.len(), reused, "{}", came.log);
    }
    same("some again", &scan(&desk, some, "--state-dir state").set, &alone);
}

#[test]
fn what_has_changed_is_read_again() {
    let desk = stock();
    assert_eq!(scan(&desk, "in", "--state-dir state").seen.len(), 0);
    // Other settings: the bytes were seen, the results do not hold.
    let flags = "--ignore MOD,CLM";
    let want = undisturbed(&desk, "in", flags);
    let came = scan(&desk, "in", &format!("{flags} --state-dir state"));
    same(flags, &came.set, &want);
    assert_eq!((came.reused.len(), came.seen.len()), (0, INPUTS));
    assert_eq!(scan(&desk, "in", &format!("{flags} --state-dir state")).reused.len(), INPUTS);
    // The first settings are still known; asked to, the run reads all the same.
    assert_eq!(scan(&desk, "in", "--state-dir state").reused.len(), INPUTS);
    let came = scan(&desk, "in", "--state-dir state --no-resume");
    assert_eq!((came.reused.len(), came.seen.len()), (0, INPUTS));
    // Another byte in a file of the same length.
    let path = desk.path().join("in/shared-a.837");
    fs::write(&path, batch(&many("A", 3).replace("CLM*A1*140*", "CLM*A1*940*"))).unwrap();
    let want = undisturbed(&desk, "in", "");
    let came = scan(&desk, "in", "--state-dir state");
    same("a byte", &came.set, &want);
    assert_eq!(came.reused.len(), INPUTS - 1);
    assert!(!came.seen.iter().any(|name| name.contains("shared-a")), "{:?}", came.seen);
    // Another row of a sidecar file.
    let path = desk.path().join("minutes.csv");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.trim_end().rsplit_once('\n').unwrap().0).unwrap();
    let came = scan(&desk, "in", "--state-dir state");
    assert_eq!((came.reused.len(), came.seen.len()), (0, INPUTS));
}

/// The number of a version stays while the program changes from build to build.
#[test]
fn another_build_reads_again() {
    let desk = stock();
    scan(&desk, "in", "--state-dir state");
    let build = desk.path().join("another-build");
    fs::copy(env!("CARGO_BIN_EXE_claimlint"), &build).unwrap();
    let run = || {
        let mut command = Command::new(&build);
        command.current_dir(desk.path()).args(["scan", "in", "--state-dir", "state"]);
        command.args(FLAGS.split_whitespace());
        String::from_utf8(command.output().unwrap().stderr).unwrap()
    };
    let (first, second) = (run(), run());
    let count = |log: &str, what: &str| log.matches(what).count();
    assert_eq!(
        (count(&first, "\"reused\":true"), count(&first, "\"seen_before\":true")),
        (0, INPUTS),
        "{first}"
    );
    assert_eq!(count(&second, "\"reused\":true"), INPUTS, "{second}");
}

#[test]
fn another_name_for_the_same_bytes_is_that_in_all_outputs() {
    let desk = stock();
    scan(&desk, "in", "--state-dir state");
    fs::rename(desk.path().join("in"), desk.path().join("moved")).unwrap();
    let want = undisturbed(&desk, "moved", "");
    let came = scan(&desk, "moved", "--state-dir state");
    same("moved", &came.set, &want);
    assert_eq!(came.reused.len(), INPUTS);
}

#[test]
fn only_inputs_that_were_read_whole_are_kept() {
    let whole = batch(&many("W", 30));
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(whole.bytes().flat_map(|b| [b, 0])).collect();
    let zip = Zip::default().with(b"m.837", batch(&many("M", 4)).as_bytes(), Packed::Deflated).done();
    let desk = stock()
        .with("odd/a-cut.837", &whole[..whole.len() - 40])
        .with("odd/b-none.837", "nothing of ours\n")
        .with("odd/c-empty.837", "")
        .with("odd/d.837.gz", gz(batch(&many("G", 20)).as_bytes()))
        .with("odd/e-wide.837", utf16)
        .with("odd/f.zip", zip)
        .with("odd/g-835.837", batch("").replace("ST*837", "ST*835"))
        .with("odd/h.837", batch(&many("H", 20)));
    let want = undisturbed(&desk, "odd in", "");
    let first = scan(&desk, "odd in", "--state-dir state");
    same("first", &first.set, &want);
    let rerun = scan(&desk, "odd in", "--state-dir state");
    same("again", &rerun.set, &want);
    assert_eq!(rerun.code, first.code);
    let odd: Vec<_> = rerun.reused.iter().filter_map(|name| name.strip_prefix("odd/")).collect();
    assert_eq!(odd, ["d.837.gz", "e-wide.837", "g-835.837", "h.837"]);
    assert_eq!(rerun.reused.len(), 4 + INPUTS);
}

#[test]
fn what_is_torn_damaged_or_foreign_is_passed_over() {
    let desk = stock();
    let want = undisturbed(&desk, "in", "");
    scan(&desk, "in", "--state-dir state");
    let (file, good) = ledger(&desk).pop().unwrap();
    let mut random = Random(5);
    let mut cases: Vec<(String, Vec<u8>)> = vec![
        ("empty".to_owned(), Vec::new()),
        ("foreign".to_owned(), b"a file of somebody else, long enough to be looked at".to_vec()),
        ("another version".to_owned(), [b"claimlint led 9\n", &good[16..]].concat()),
        ("doubled".to_owned(), [&good[..], &good[16..]].concat()),
        ("with something behind".to_owned(), [&good[..], &[b'c', 255, 255, 255, 255, 1, 2]].concat()),
    ];
    for _ in 0..8 {
        let at = random.below(good.len() as u64) as usize;
        cases.push((format!("torn at {at}"), good[..at].to_vec()));
        let (at, bit) = (random.below(good.len() as u64) as usize, 1 << random.below(8));
        let mut flipped = good.clone();
        flipped[at] ^= bit;
        cases.push((format!("bit {bit} flipped at {at}"), flipped));
    }
    let mut reused = Vec::new();
    for (case, bytes) in cases {
        fs::remove_dir_all(desk.path().join("state")).unwrap();
        fs::create_dir(desk.path().join("state")).unwrap();
        fs::write(&file, bytes).unwrap();
        let came = scan(&desk, "in", "--state-dir state");
        same(&case, &came.set, &want);
        assert_eq!(came.code, Some(0), "{case}: {}", came.log);
        reused.push((case, came.reused.len()));
        // What was lost was put down again.
        assert_eq!(scan(&desk, "in", "--state-dir state").reused.len(), INPUTS);
    }
    let count = |case: &str| reused.iter().find(|(name, _)| name == case).unwrap().1;
    assert_eq!(
        ["empty", "foreign", "another version", "doubled", "with something behind"].map(count),
        // A record that does not stand where it was written is none.
        [0, 0, 0, 0, INPUTS]
    );
    let whole = |(case, n): &&(String, usize)| case.starts_with("bit") && *n == INPUTS;
    assert_eq!(reused.iter().find(whole), None, "no flipped bit goes unseen");
    assert!(reused.iter().any(|(case, n)| case.starts_with("torn") && (1..INPUTS).contains(n)), "{reused:?}");
}

#[test]
fn a_run_that_was_killed_goes_on_where_it_was() {
    let mut desk = stock();
    let files = 24;
    for n in 0..files {
        desk = desk.with(&format!("in/many-{n:02}.837"), batch(&many(&format!("K{n:02}"), 150)));
    }
    let want = undisturbed(&desk, "in", "");
    for (done, threads) in [(1, "1"), (5, "2"), (11, "2"), (17, "1")] {
        let _ = fs::remove_dir_all(desk.path().join("state"));
        let line = format!("scan in {FLAGS} --out out --state-dir state --threads {threads}");
        let args: Vec<_> = line.split(' ').filter(|word| !word.is_empty()).collect();
        let mut child = support::command(desk.path(), &args)
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let told = log.by_ref().filter(|line| line.contains("\"file-done\"")).take(done).count();
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(told, done);
        let came = scan(&desk, "in", &format!("--state-dir state --threads {threads}"));
        same(&format!("killed after {done}"), &came.set, &want);
        assert!(came.reused.len() >= done, "killed after {done}: {:?}", came.reused);
        assert_eq!(scan(&desk, "in", "--state-dir state").reused.len(), INPUTS + files);
    }
}

#[test]
fn one_run_at_a_time_has_the_directory() {
    let desk = stock();
    scan(&desk, "in", "--state-dir state");
    fs::remove_dir_all(desk.path().join("out")).unwrap();
    let lock = fs::File::open(desk.path().join("state/.claimlint.lock")).unwrap();
    lock.lock().unwrap();
    let came = scan(&desk, "in", "--state-dir state");
    assert_eq!((came.code, came.set.len()), (Some(75), 0), "{}", came.log);
    assert!(came.log.contains("choose another --state-dir"), "{}", came.log);
    drop(lock);
    assert_eq!(scan(&desk, "in", "--state-dir state").reused.len(), INPUTS);
}

#[test]
fn it_lies_apart_from_inputs_and_outputs() {
    let desk = stock().with("file", "");
    for (line, code) in [
        ("--state-dir in/state", 2),
        ("--state-dir in", 2),
        ("--state-dir out", 2),
        ("--state-dir out/state", 2),
        ("--state-dir .", 2),
        ("--state-dir file", 2),
        ("--no-resume", 2),
        ("--state-dir deep/er/state", 0),
    ] {
        let came = scan(&desk, "in", line);
        assert_eq!(came.code, Some(code), "{line}: {}", came.log);
    }
    assert!(!desk.path().join("in/state").exists());
}

#[test]
fn it_holds_nothing_of_a_person_and_is_for_its_owner() {
    let canaries = ["CANARYLAST", "CANARYFIRST", "CANARYMEMBER7", "19770707", "CANARYNOTE", "CANARYSTREET"];
    let claims = many("SEEN", 20).replace("SV1*", "NTE*ADD*CANARYNOTE 38 MINUTES~SV1*");
    let bytes = batch(&claims).replace(
        "NM1*IL*1*TESTPATIENT*ALPHA****MI*TESTMEMBER01~",
        "NM1*IL*1*CANARYLAST*CANARYFIRST****MI*CANARYMEMBER7~N3*CANARYSTREET~DMG*D8*19770707*F~",
    );
    let desk = Desk::new().with("a.837", bytes);
    assert_eq!(desk.run("scan a.837 --state-dir state --format none").code, Some(0));
    let [(file, bytes)] = ledger(&desk).try_into().unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    assert!(text.contains("SEEN7"), "claim ids are there, so a search finds what is");
    for canary in canaries {
        assert!(!text.contains(canary), "{canary}");
    }
    assert!(!text.contains("a.837"), "nor names of inputs");
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&file), mode(&desk.path().join("state"))), (0o600, 0o700));
}

/// Findings of X12-I015 as input, byte and severity, in the order of the report.
fn repeated(set: &Set) -> Vec<(String, u64, String)> {
    let lines = String::from_utf8_lossy(&set["findings.jsonl"]).into_owned();
    let objects = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let text = |object: &Value, name: &str| object[name].as_str().unwrap().to_owned();
    let found = objects.filter(|object| object["rule"] == "X12-I015");
    found.map(|o| (text(&o, "file"), o["offset"].as_u64().unwrap(), text(&o, "severity"))).collect()
}

fn low(name: &str, byte: u64) -> (String, u64, String) {
    (name.to_owned(), byte, "low".to_owned())
}

/// Four files, of which two have an interchange with the number of another's; and one with the number and another
/// receiver.
fn numbers() -> Desk {
    let elsewhere = numbered(&many("E", 2), 1).replacen("EXAMPLERECEIVER", "ANOTHERRECEIVER", 1);
    let two = [numbered(&many("B", 3), 7), numbered(&many("C", 40), 1)].concat();
    let zip = Zip::default().with(b"m.837", numbered(&many("Z", 2), 7).as_bytes(), Packed::Deflated).done();
    Desk::new()
        .with("minutes.csv", "claim_id,line_no,minutes\n")
        .with("plans.csv", "patient_id,discipline,start\n")
        .with("spend.csv", "patient_id,year,bucket,allowed_to_date\n")
        .with("fees.csv", "payer,code,allowed\n")
        .with("in/a.837", numbered(&many("A", 30), 1))
        .with("in/b.837", two)
        .with("in/d.837.gz", gz(numbered(&many("D", 2), 3).as_bytes()))
        .with("in/e.837", elsewhere)
        .with("in/z.zip", zip)
}

/// Offset of the second ISA of `b.837`.
fn second(desk: &Desk) -> u64 {
    let text = String::from_utf8(fs::read(desk.path().join("in/b.837")).unwrap()).unwrap();
    text.rfind("~ISA").unwrap() as u64 + 1
}

#[test]
fn an_interchange_that_another_file_had_is_said_and_said_again_by_each_rerun() {
    let desk = numbers();
    let want = [low("in/b.837", second(&desk)), low("in/z.zip!m.837", 0)];
    assert_eq!(repeated(&undisturbed(&desk, "in", "")), [], "without a memory nobody knows");
    let mut sets = Vec::new();
    for (state, flags) in [("s1", "--threads 1"), ("s2", "--threads 4 --window 700")] {
        let first = scan(&desk, "in", &format!("--state-dir {state} {flags}"));
        assert_eq!(repeated(&first.set), want, "{flags}");
        for again in ["", "--no-resume", "--threads 3 --window 900", "--ignore MOD"] {
            let rerun = scan(&desk, "in", &format!("--state-dir {state} {again}"));
            assert_eq!(repeated(&rerun.set), want, "{flags}, then {again}");
            if again != "--ignore MOD" {
                same(again, &rerun.set, &first.set);
            }
        }
        sets.push(first.set);
    }
    same("threads", &sets[1], &sets[0]);
    // Another order of the same files, and one of them under another name: who was first stays first.
    fs::rename(desk.path().join("in/a.837"), desk.path().join("in/x.837")).unwrap();
    let state = "--state-dir s1";
    assert_eq!(repeated(&scan(&desk, "in/z.zip in/b.837 in/x.837", state).set).len(), 2);
    assert_eq!(repeated(&scan(&desk, "in/b.837", state).set), &want[..1]);
    assert_eq!(repeated(&scan(&desk, "in/x.837 in/e.837", state).set), []);
}

#[test]
fn a_later_run_knows_what_an_earlier_one_read() {
    let desk = numbers().with("late/a.837", numbered(&many("AA", 2), 1));
    let stands = "a correction with the number of what it corrects";
    let state = "--state-dir state";
    assert_eq!(repeated(&scan(&desk, "in/a.837", state).set), []);
    let late = scan(&desk, "late", state);
    assert_eq!(repeated(&late.set), [low("late/a.837", 0)], "{stands}");
    let message =
        "ISA13 is used before in another file of this sender and receiver, of this run or an earlier one";
    assert!(String::from_utf8_lossy(&late.set["findings.csv"]).contains(message));
    same("again", &scan(&desk, "late", state).set, &late.set);
    same("read again", &scan(&desk, "late", "--state-dir state --no-resume").set, &late.set);
    // What is read in part takes no part: it comes again as a whole.
    let cut = numbered(&many("CUT", 9), 50);
    let desk = desk.with("cut/a.837", &cut[..cut.len() - 30]).with("whole/a.837", &cut);
    let cut = numbered(&many("CUT", 8), 1);
    let desk = desk.with("cut/b.837", &cut[..cut.len() - 30]);
    assert_eq!(repeated(&scan(&desk, "cut", state).set), []);
    assert_eq!(repeated(&scan(&desk, "whole", state).set), []);
}

#[test]
fn a_receiver_may_refuse_it_and_remember_for_some_days() {
    let settings = "[[submission]]\nreceivers = [\"EXAMPLERECEIVER\"]\nduplicate_interchange = \"refused\"\n";
    let desk = numbers().with("refused.toml", settings);
    let desk = desk.with("days.toml", format!("{settings}duplicate_days = 30\n"));
    let desk = desk.with("late/a.837", numbered(&many("AA", 2), 1));
    let high = |(file, byte, _)| (file, byte, "high".to_owned());
    let b = second(&desk);
    // Who asks for it gets it within a run, without a memory too.
    let alone = scan(&desk, "in", "--config refused.toml --fail-on high");
    assert_eq!(repeated(&alone.set), [low("in/b.837", b), low("in/z.zip!m.837", 0)].map(high));
    let state = "--state-dir state --config";
    let on = |day: u64, flags: &str, inputs: &str| {
        let mut args = format!("scan {inputs} {FLAGS} --out out {flags}");
        args = args.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut command = support::command(desk.path(), &args.split(' ').collect::<Vec<_>>());
        command.env("SOURCE_DATE_EPOCH", (day * 86_400 + 5).to_string());
        let output = command.output().unwrap();
        let set = sets::read(&desk.path().join("out")).unwrap();
        (output.status.code(), repeated(&set), set)
    };
    assert_eq!(on(20_000, &format!("{state} days.toml"), "in/a.837").1, []);
    let (code, said, set) = on(20_030, &format!("{state} days.toml --fail-on high --ignore MOD,NEC"), "late");
    assert_eq!((code, &said[..]), (Some(1), &[high(low("late/a.837", 0))][..]));
    // What was said on one day is said on any other.
    let again = on(20_099, &format!("{state} days.toml --fail-on high --ignore MOD,NEC"), "late");
    same("later", &again.2, &set);
    // Another file, too late to be held against the first, and in time for the second.
    fs::write(desk.path().join("late/a.837"), numbered(&many("AAA", 2), 1)).unwrap();
    assert_eq!(on(20_061, &format!("{state} days.toml"), "late").1, []);
    assert_eq!(on(20_999, &format!("{state} refused.toml"), "late").1, [high(low("late/a.837", 0))]);
    // And one of the same file.
    let twice = [numbered(&many("T", 2), 90), numbered(&many("TT", 2), 90)].concat();
    fs::write(desk.path().join("late/a.837"), twice).unwrap();
    let said = on(20_999, &format!("{state} refused.toml"), "late").1;
    assert_eq!(said.len(), 1);
    assert_eq!(said[0].2, "high");
    for (text, what) in [
        ("duplicate_days = 0\n", "from 1"),
        ("duplicate_interchange = \"never\"\n", "give one of refused, accepted"),
    ] {
        fs::write(desk.path().join("wrong.toml"), format!("[[submission]]\n{text}")).unwrap();
        let ran = desk.run("scan in --config wrong.toml");
        assert!(
            ran.code == Some(2) && ran.err.contains(what) && ran.err.contains("wrong.toml:2"),
            "{}",
            ran.err
        );
    }
}

/// A run that was killed at any byte of what it put down goes on to what it would have said.
#[test]
fn a_run_that_was_killed_says_the_same_of_interchanges() {
    let desk = numbers();
    let want = scan(&desk, "in", "--state-dir state");
    let [(file, whole)] = ledger(&desk).try_into().unwrap();
    let mut random = Random(11);
    for _ in 0..24 {
        fs::remove_dir_all(desk.path().join("state")).unwrap();
        fs::create_dir(desk.path().join("state")).unwrap();
        fs::write(&file, &whole[..random.below(whole.len() as u64) as usize]).unwrap();
        same("killed", &scan(&desk, "in", "--state-dir state").set, &want.set);
        same("and again", &scan(&desk, "in", "--state-dir state").set, &want.set);
    }
    let text = String::from_utf8_lossy(&whole).into_owned();
    assert!(!text.contains("EXAMPLESENDER") && !text.contains("EXAMPLERECEIVER"), "parties are digests");
}
