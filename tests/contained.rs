//! A panic over one input: the command withholds that input and finishes the others; whoever calls the library gets
//! the panic, so that no fuzzer misses one.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at what it did not expect")]
// Only builds for tests can be made to panic.
#![cfg(debug_assertions)]

#[path = "support/desk.rs"]
mod desk;
mod support;

use std::fs;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use claimlint::scan::commit::Status;
use claimlint::scan::panics::Panics;
use claimlint::scan::{Setup, scan};
use claimlint::source::Reading;
use claimlint::source::handle::{Handle, Open};
use claimlint::source::input::Input;
use claimlint::source::stat::Stat;
use claimlint::x12::fault::FaultCode;
use desk::{Desk, batch, many};
use serde_json::Value;

const CLAIMS: usize = 60;

/// A batch with an ISA13 of its own, so that no ledger takes one for another's duplicate.
fn numbered(prefix: &str, claims: usize, number: u32) -> String {
    batch(&many(prefix, claims)).replace("*000000001", &format!("*{number:09}"))
}

/// Three files with claims of one patient and day, so that each shows in what is found in the others, and minutes
/// for claims of all.
fn stock() -> Desk {
    let rows = ["A", "CANARY", "C"].map(|prefix| {
        let row = |n: usize| format!("{prefix}{n},1,90\n");
        (0..CLAIMS).map(row).collect::<String>()
    });
    Desk::new()
        .with("in/a.837", numbered("A", 2, 1))
        .with("in/b.837", numbered("CANARY", CLAIMS, 2))
        .with("in/c.837", numbered("C", CLAIMS, 3))
        .with("minutes.csv", format!("claim_id,line_no,minutes\n{}", rows.concat()))
}

/// Runs a command that panics at claims whose ids begin so.
fn run(desk: &Desk, line: &str, panics_at: &str) -> (Option<i32>, String, String) {
    let args: Vec<_> = line.split(' ').filter(|word| !word.is_empty()).collect();
    let output =
        support::command(desk.path(), &args).env("CLAIMLINT_TEST_PANIC", panics_at).output().unwrap();
    let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert!(!out.contains("CANARY") && !err.contains("CANARY"), "{out}{err}");
    (output.status.code(), out, err)
}

/// The lines of a file of a set that do not speak of an input.
fn without(desk: &Desk, set: &str, name: &str, input: &str) -> Vec<String> {
    let text = fs::read_to_string(desk.path().join(set).join(name)).unwrap();
    text.lines().filter(|line| !line.contains(input)).map(str::to_owned).collect()
}

#[test]
fn the_file_at_hand_is_withheld_and_the_others_are_as_if_it_were_not_there() {
    let desk = stock();
    let alone = desk.run("scan in/a.837 in/c.837 --minutes minutes.csv --out alone --format none");
    assert_eq!(alone.code, Some(0), "{}", alone.err);
    for (at, threads, window) in
        [("0", "1", "700"), ("0", "4", "700"), ("", "2", "700"), ("31", "4", "700"), ("59", "2", "1048576")]
    {
        let line = format!("--threads {threads} --window {window}");
        let (code, _, err) = run(
            &desk,
            &format!("scan in --minutes minutes.csv --out out --format none {line}"),
            &format!("CANARY{at}"),
        );
        assert_eq!(code, Some(3), "{line}: {err}");
        assert_eq!(err.lines().count(), 1, "one message for one fault: {err}");
        let said = "claimlint: in/b.837: internal error at src";
        assert!(err.starts_with(said) && err.contains("please report it"), "{err}");
        for name in ["findings.csv", "claims.csv", "findings.jsonl"] {
            // The last line of findings.jsonl is the summary.
            let said = |set: &str| {
                let lines = without(&desk, set, name, "in/b.837");
                lines.into_iter().filter(|line| !line.contains(r#""kind":"summary""#)).collect::<Vec<_>>()
            };
            assert!(said("out") == said("alone"), "{line}: {name}");
            assert!(said("alone").len() > CLAIMS, "{line}: {name}");
        }
        let text = fs::read_to_string(desk.path().join("out/findings.csv")).unwrap();
        let own: Vec<_> = text.lines().filter(|line| line.contains("in/b.837")).collect();
        assert!(own.len() == 1 && own[0].contains("X12-F012"), "{own:?}");
        let of = |set: &str, name: &str| -> Value {
            serde_json::from_slice(&fs::read(desk.path().join(set).join(name)).unwrap()).unwrap()
        };
        let (summary, want) = (of("out", "summary.json"), of("alone", "summary.json"));
        for sums in ["claims", "lines", "money", "bytes", "minutes", "transactions"] {
            assert!(!want[sums].is_null(), "{sums}");
            assert_eq!(summary[sums], want[sums], "{line}: {sums}");
        }
        let input = &summary["inputs"][1];
        assert_eq!((&input["status"], &input["code"]), (&"failed".into(), &"X12-F012".into()), "{input}");
        let manifest = of("out", "manifest.json");
        assert_eq!(manifest["exit_code"], 3);
        assert_eq!(manifest["accounting"]["balanced"], true, "{manifest}");
        let files = summary["accounting"]["equations"].as_array().unwrap();
        let files = files.iter().find(|e| e["name"] == "files").unwrap();
        assert_eq!((&files["total"], &files["parts"]["failed"]), (&3.into(), &1.into()), "{files}");
        let verified = desk.run("verify out --inputs");
        assert_eq!(verified.code, Some(0), "{}", verified.out);
    }
}

#[test]
fn it_is_said_in_every_format_and_under_the_name_that_may_be_printed() {
    let desk = stock();
    for format in ["text", "csv", "json", "summary", "none"] {
        for log in ["text", "json"] {
            let line = format!("scan in --format {format} --log {log} --redact-filenames");
            let (code, out, err) = run(&desk, &line, "CANARY5");
            assert_eq!(code, Some(3), "{line}: {err}");
            assert_eq!(err.matches("input-2: internal error at src").count(), 1, "{line}: {err}");
            assert!(!err.contains("b.837") && !out.contains("b.837"), "{line}: {out}{err}");
            if log == "json" {
                let lines: Vec<Value> = err.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
                let done: Vec<_> = lines.iter().filter(|line| line["event"] == "file-done").collect();
                let said: Vec<_> = done.iter().map(|done| done["status"].as_str().unwrap()).collect();
                assert_eq!(said, ["read", "failed", "read"], "{err}");
                assert_eq!(lines.last().unwrap()["outcome"], "internal-error");
            }
        }
    }
}

/// An earlier file is read for comparison only: then nothing is compared with it.
#[test]
fn an_earlier_file_is_withheld_too() {
    let desk = stock();
    desk.run("scan in/a.837 --out alone --format none");
    let (code, _, err) = run(&desk, "scan in/a.837 --history in/b.837 --out out --format none", "CANARY");
    assert_eq!(code, Some(3), "{err}");
    assert!(err.contains("in/b.837: internal error at src"), "{err}");
    for name in ["findings.csv", "claims.csv"] {
        assert_eq!(without(&desk, "out", name, " "), without(&desk, "alone", name, " "));
    }
}

#[test]
fn a_ledger_does_not_take_it_for_done() {
    let desk = stock();
    let line = "scan in --minutes minutes.csv --log json --format none --out out";
    assert_eq!(desk.run(line).code, Some(0));
    let want = desk.files("out");
    let with = format!("{line} --state-dir state --window 700");
    assert_eq!(run(&desk, &with, "CANARY40").0, Some(3));
    let again = desk.run(&with);
    assert_eq!((again.code, again.err.matches(r#""reused":true"#).count()), (Some(0), 2), "{}", again.err);
    assert!(desk.files("out") == want);
    assert_eq!(desk.run(&with).err.matches(r#""reused":true"#).count(), 3);
}

/// Files that cannot be read without a panic, from a byte on.
struct Breaks(u64);

struct Broken {
    bytes: Cursor<Vec<u8>>,
    from: u64,
    stat: Stat,
}

impl Open for Breaks {
    fn open(&self, path: &Path) -> io::Result<Box<dyn Handle>> {
        let stat = Stat::of(&fs::metadata(path)?);
        let is_broken = path.ends_with("b.837");
        let from = if is_broken { self.0 } else { u64::MAX };
        Ok(Box::new(Broken { bytes: Cursor::new(fs::read(path)?), from, stat }))
    }
}

impl Read for Broken {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        assert!(self.bytes.position() < self.from, "no more");
        let most = usize::try_from(self.from).unwrap_or(buffer.len()).min(buffer.len());
        self.bytes.read(&mut buffer[..most])
    }
}

impl Seek for Broken {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.bytes.seek(to)
    }
}

impl Handle for Broken {
    fn stat(&self) -> io::Result<Stat> {
        Ok(self.stat)
    }
}

fn catch(work: &mut dyn FnMut()) -> Result<(), String> {
    panic::catch_unwind(AssertUnwindSafe(work)).map_err(|_| "HERE".to_owned())
}

/// Opening, unpacking and cutting go on before anybody reads a claim.
#[test]
fn a_file_that_cannot_even_be_cut_is_withheld() {
    let desk = stock();
    let inputs: Vec<Input> = ["a", "b", "c"]
        .map(|name| Input::Path(PathBuf::from(desk.path()).join(format!("in/{name}.837"))))
        .into();
    for (byte, threads) in [(0, 1), (0, 2), (1000, 1), (1000, 3), (5000, 2)] {
        let reading = Reading { open: Arc::new(Breaks(byte)), ..Reading::default() };
        let mut setup = Setup { reading, threads, panics: Panics::Contained(catch), ..Setup::new() };
        setup.limits.window = 700;
        let results = scan(&setup, &inputs, &|_| {}).unwrap();
        assert_eq!(results.imbalances, [""; 0]);
        assert_eq!(results.totals.stats.evaluated, 2 + CLAIMS as u64, "{byte}");
        let [a, b, c] = &results.files[..] else { panic!("{} files", results.files.len()) };
        assert_eq!((&a.status, &c.status), (&Status::Whole, &Status::Whole));
        let Status::Failed(why) = &b.status else { panic!("{:?}", b.status) };
        assert!(why.code == FaultCode::InternalError && why.message.contains("at HERE"), "{why}");
        assert!(b.sha256.is_none());
    }
}

#[test]
fn the_library_passes_a_panic_on() {
    let desk = stock();
    let inputs = [Input::Path(desk.path().join("in/a.837")), Input::Path(desk.path().join("in/c.837"))];
    for threads in [1, 2, 4] {
        let mut setup = Setup { threads, panic_at: Some("C1".to_owned()), ..Setup::new() };
        setup.limits.window = 700;
        let ended = panic::catch_unwind(AssertUnwindSafe(|| scan(&setup, &inputs, &|_| {}).is_ok()));
        let said = ended.unwrap_err();
        assert!(said.downcast_ref::<String>().is_some_and(|said| said.starts_with("claim C1")), "{threads}");
    }
}
