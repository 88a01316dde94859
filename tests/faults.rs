//! Every call on the disk made to fail, one after the other: whatever fails, an output directory is as it was or
//! new as a whole, nothing is left beside it that could be removed, one error says why, and a plain run afterwards
//! gives the bytes it always gives.
//!
//! The real command runs in this process, over a disk that counts calls. Each fault is tried at the first call, the
//! second, and so on, until a run ends without having met it. `FAULTS=all cargo test --release --test faults` tries
//! every error of every kind of call in every situation; plainly, every call is tried, but not all of that.

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::unwrap_in_result,
    clippy::panic,
    reason = "a test stops at what it did not expect"
)]
#![expect(clippy::print_stderr, reason = "figures for who reads along")]

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use claimlint::cli::{Outcome, run_on};
use claimlint::disk::System;
use claimlint::error::Error;
use rustix::io::Errno;
use support::generate::{Kind, Options, Size, batch};
use tempfile::TempDir;

use faulty::{Call, Fault, Faulty};
use sets::Set;

#[path = "support/faulty.rs"]
mod faulty;
#[path = "support/halves.rs"]
mod naive;
#[path = "support/sets.rs"]
mod sets;
#[path = "support/batches.rs"]
mod support;

/// What a kind of call may fail with.
fn errors(call: Call) -> &'static [Errno] {
    match call {
        Call::Open => &[Errno::MFILE, Errno::IO, Errno::ACCESS],
        Call::Facts | Call::MountPoint => &[Errno::IO, Errno::ACCESS],
        Call::List => &[Errno::IO, Errno::MFILE],
        Call::Create => &[Errno::NOSPC, Errno::DQUOT, Errno::ROFS, Errno::ACCESS, Errno::MFILE],
        Call::Nameless => &[Errno::NOSPC, Errno::ROFS, Errno::MFILE],
        Call::Lock => &[Errno::NOSPC, Errno::ROFS, Errno::ACCESS, Errno::MFILE],
        Call::MakeDirectory => &[Errno::NOSPC, Errno::DQUOT, Errno::ROFS, Errno::ACCESS],
        Call::SyncDirectory => &[Errno::IO, Errno::NOSPC],
        Call::Rename | Call::Exchange => &[Errno::NOSPC, Errno::IO, Errno::ROFS, Errno::ACCESS],
        Call::RemoveFile | Call::RemoveDirectory => &[Errno::IO, Errno::ROFS, Errno::ACCESS],
        Call::Read | Call::Seek => &[Errno::IO],
        Call::Write => &[Errno::NOSPC, Errno::DQUOT, Errno::IO],
        Call::Sync => &[Errno::NOSPC, Errno::DQUOT, Errno::IO],
    }
}

/// What a run finds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Before {
    /// No output directory.
    Nothing,
    /// An older set.
    Old,
    /// An older set, and what a killed run left beside it.
    OldAndLeftover,
    /// No output directory; an older set beside it that a killed run had taken away.
    Aside,
}

/// Which command runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Does {
    Scan,
    /// A scan that writes the files of other formats too, for some of which the input is read again.
    Formats,
    Split,
}

/// A place to run in, and what the run gives when nothing fails.
struct Stand {
    does: Does,
    directory: TempDir,
    old: Set,
    new: Set,
}

impl Stand {
    fn new(does: Does) -> Stand {
        let stand = Stand { does, directory: TempDir::new().unwrap(), old: Set::new(), new: Set::new() };
        let options = Options { faulty: 60, ..Options::new(Kind::P, Size::Claims(12)) };
        fs::write(stand.path("in.837"), batch(&options).bytes).unwrap();
        fs::write(stand.path("old.837"), batch(&Options { seed: 8, ..options }).bytes).unwrap();
        fs::write(stand.path("claimlint.toml"), "").unwrap();
        let set_of = |input: &str| {
            stand.scan(input, Arc::new(System)).unwrap();
            let set = sets::read(&stand.path("out")).unwrap();
            sets::put(&stand.path("out"), None);
            set
        };
        let (old, new) = (set_of("old.837"), set_of("in.837"));
        let files = match does {
            Does::Scan => 6,
            Does::Formats => 9,
            Does::Split => 7,
        };
        assert!(old != new && new.len() == files, "{:?}", new.keys());
        Stand { old, new, ..stand }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// A run that spills all its rows.
    fn scan(&self, input: &str, disk: Arc<dyn claimlint::disk::Disk>) -> Result<Outcome, Error> {
        let of_command: &[&str] = match self.does {
            Does::Scan => &["scan", "--format", "none"],
            Does::Formats => &["scan", "--format", "none,xlsx,277ca,999"],
            Does::Split => &["split", "--hold-if", "high"],
        };
        let mut args: Vec<OsString> = ["claimlint"]
            .iter()
            .chain(of_command)
            .copied()
            .chain(["--quiet", "--threads", "1", "--memory-bytes", "0", "--window", "4096", "--config"])
            .map(OsString::from)
            .collect();
        args.push(self.path("claimlint.toml").into());
        args.push(self.path(input).into());
        args.push("--out".into());
        args.push(self.path("out").into());
        run_on(disk, args)
    }

    fn prepare(&self, before: Before) {
        sets::sweep(self.directory.path());
        let old = matches!(before, Before::Old | Before::OldAndLeftover).then_some(&self.old);
        sets::put(&self.path("out"), old);
        match before {
            Before::Nothing | Before::Old => {}
            Before::OldAndLeftover => {
                sets::put(&self.path(".out.00000000deadbeef.tmp"), Some(&self.new));
                fs::write(self.path(".out.00000000deadbeef.tmp/.tmpAbC123"), "rows").unwrap();
            }
            Before::Aside => sets::put(&self.path(".out.00000000deadbeef.old"), Some(&self.old)),
        }
    }

    /// What the output directory holds: nothing, the old set or the new one.
    fn state(&self) -> &'static str {
        let found = sets::read(&self.path("out"));
        let known = [("nothing", None), ("old", Some(&self.old)), ("new", Some(&self.new))];
        sets::named(found.as_ref(), &known)
    }

    /// Runs with a fault, and after it plainly. Whether the fault came to pass.
    fn check(&self, before: Before, fault: Fault, exchanges: bool) -> bool {
        self.prepare(before);
        let disk = Faulty::new(fault, exchanges);
        let came_to = self.scan("in.837", Arc::new(disk.clone()));
        let case = format!("{before:?}, {fault:?}, exchange {exchanges}: {came_to:?}");
        let state = self.state();
        // A set that was taken aside may have been put back, or not yet.
        let untouched: &[&str] = match before {
            Before::Nothing => &["nothing"],
            Before::Old | Before::OldAndLeftover => &["old"],
            Before::Aside => &["nothing", "old"],
        };
        let dead = matches!(fault, Fault::Death(_));
        match &came_to {
            Ok(Outcome::Done) => assert_eq!(state, "new", "{case}"),
            // The input is on that disk too: where it cannot be read, a whole new set says so.
            Ok(Outcome::NotDone) if is_of_reading(fault) => self.says_unread(&case),
            Ok(outcome) => panic!("{case}: {outcome:?}"),
            // Killed anywhere, or unable to undo what it could not vouch for: whole all the same.
            Err(_) if dead || matches!(fault, Fault::ForGood(..)) => {
                let between = !exchanges && state == "nothing";
                assert!(state == "new" || between || untouched.contains(&state), "{case}: {state}");
            }
            Err(_) => assert!(untouched.contains(&state), "{case}: {state}"),
        }
        if let Err(error) = &came_to {
            self.check_message(error, fault, &case);
        }
        let removes = match fault {
            Fault::Death(_) => false,
            Fault::Once(call, ..) | Fault::ForGood(call, ..) => {
                !matches!(call, Call::RemoveFile | Call::RemoveDirectory | Call::List | Call::Facts)
            }
            _ => true,
        };
        let begun = came_to.is_ok() || !matches!(before, Before::OldAndLeftover | Before::Aside);
        if removes && begun {
            let left = sets::temporaries(self.directory.path());
            // Names that could not be changed back are left to the next run.
            let aside = !exchanges && matches!(fault, Fault::ForGood(Call::Rename, ..));
            assert!(left.is_empty() || aside, "{case}: {left:?}");
        }
        if disk.was_hit() {
            let again = self.scan("in.837", Arc::new(System));
            assert!(matches!(again, Ok(Outcome::Done)), "{case}, again: {again:?}");
            assert_eq!(self.state(), "new", "{case}, again");
            assert_eq!(sets::temporaries(self.directory.path()), [""; 0], "{case}, again");
        } else {
            assert!(came_to.is_ok(), "{case}");
        }
        disk.was_hit()
    }

    /// The set is whole, and the input stands in it as not read, or not to its end, or is in no acknowledgement.
    fn says_unread(&self, case: &str) {
        let set = sets::read(&self.path("out")).unwrap();
        if self.does == Does::Split {
            let index = String::from_utf8_lossy(&set["index.csv"]);
            return assert!(index.contains(",not-split,"), "{case}: {index}");
        }
        assert!(set.keys().eq(self.new.keys()), "{case}: {:?}", set.keys());
        let summary: serde_json::Value = serde_json::from_slice(&set["summary.json"]).unwrap();
        let input = &summary["inputs"][0];
        if input["status"] == "read" {
            // It could not be read again: nothing of it is acknowledged, and the exit code says that something is missing.
            let manifest: serde_json::Value = serde_json::from_slice(&set["manifest.json"]).unwrap();
            assert!(set["277ca.x12"].is_empty() && set["999.x12"].is_empty(), "{case}");
            return assert_eq!(manifest["exit_code"], 2, "{case}");
        }
        assert!(input["code"].as_str().is_some_and(|code| code.starts_with("X12-F0")), "{case}: {input}");
        assert_eq!(summary["accounting"]["balanced"], true, "{case}");
    }

    /// One error that names a path and the system's reason.
    fn check_message(&self, error: &Error, fault: Fault, case: &str) {
        let (Fault::Once(_, _, number) | Fault::ForGood(_, _, number)) = fault else { return };
        let said = error.to_string();
        let reason = std::io::Error::from_raw_os_error(number).to_string();
        let path = self.directory.path().to_str().unwrap();
        assert!(
            said.starts_with("cannot ") && said.contains(path) && said.contains(&reason),
            "{case}: {said}"
        );
        assert_eq!(said.lines().count(), 1, "{case}");
    }

    /// Tries a fault at the first call, the second, until none is hit. How often it was.
    fn at_every_call(&self, before: Before, exchanges: bool, fault: impl Fn(u64) -> Fault) -> u64 {
        (1..).take_while(|at| self.check(before, fault(*at), exchanges)).count() as u64
    }
}

/// Whether a fault may strike an input: opening it, reading it, looking at it again.
fn is_of_reading(fault: Fault) -> bool {
    let (Fault::Once(call, ..) | Fault::ForGood(call, ..)) = fault else { return false };
    matches!(call, Call::Open | Call::Read | Call::Seek | Call::Facts)
}

/// Whether every error is to be tried in every situation.
fn everything() -> bool {
    std::env::var_os("FAULTS").is_some_and(|which| which == "all")
}

#[test]
fn every_call_may_fail_once_or_for_good() {
    let stand = Stand::new(Does::Scan);
    let all = everything();
    let (mut points, mut tried) = (0, 0);
    for call in Call::ALL {
        // What is there before makes no difference to how rows are kept and read back.
        let spills = matches!(call, Call::Nameless | Call::Seek | Call::Read | Call::Write);
        for (n, error) in errors(call).iter().map(|e| e.raw_os_error()).enumerate() {
            for before in [Before::Old, Before::Nothing, Before::OldAndLeftover, Before::Aside] {
                if before != Before::Old && (n > 0 || spills) && !all {
                    continue;
                }
                let once = stand.at_every_call(before, true, |at| Fault::Once(call, at, error));
                points += if n == 0 { once } else { 0 };
                tried += once;
                if n == 0 || all {
                    tried += stand.at_every_call(before, true, |at| Fault::ForGood(call, at, error));
                }
                let renames = matches!(call, Call::Rename | Call::SyncDirectory | Call::Facts);
                if (n == 0 && renames) || all {
                    tried += stand.at_every_call(before, false, |at| Fault::Once(call, at, error));
                    tried += stand.at_every_call(before, false, |at| Fault::ForGood(call, at, error));
                }
            }
        }
    }
    eprintln!("{points} points, {tried} faults");
    assert!(points > 150 && tried > 500, "{points} points, {tried} faults");
}

/// Rows are of persons: where nobody named a directory they stay in memory, and where one is named they go there.
#[test]
fn rows_go_to_a_directory_that_was_named_or_nowhere() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    fs::write(path("in.837"), batch(&Options::new(Kind::P, Size::Claims(60))).bytes).unwrap();
    fs::write(path("claimlint.toml"), "").unwrap();
    for name in ["rows", "state"] {
        fs::create_dir(path(name)).unwrap();
    }
    let run = |flags: &[&str], disk: Arc<dyn claimlint::disk::Disk>| {
        let fixed = "claimlint scan --format none --quiet --memory-bytes 0 --window 4096 --config claimlint.toml in.837";
        let is_path = |word: &&str| {
            matches!(*word, "claimlint.toml" | "in.837" | "rows" | "state" | "out" | "none/such")
        };
        let word = |word: &str| if is_path(&word) { path(word).into_os_string() } else { word.into() };
        run_on(disk, fixed.split(' ').chain(flags.iter().copied()).map(word).collect::<Vec<_>>())
    };
    for (flags, kept_in) in [
        (&[][..], None),
        (&["--spill-dir", "rows"], Some("rows")),
        (&["--state-dir", "state"], Some("state")),
        (&["--out", "out", "--spill-dir", "rows"], Some("rows")),
        (&["--state-dir", "state", "--spill-dir", "rows"], Some("rows")),
        (&["--state-dir", "state", "--out", "out"], Some(".out.")),
    ] {
        let full = Faulty::new(Fault::ForGood(Call::Nameless, 1, Errno::NOSPC.raw_os_error()), true);
        let came_to = run(flags, Arc::new(full.clone()));
        assert_eq!(full.was_hit(), kept_in.is_some(), "{flags:?}: {came_to:?}");
        match (kept_in, came_to) {
            (None, came_to) => assert!(matches!(came_to, Ok(Outcome::Done)), "{came_to:?}"),
            (Some(name), came_to) => {
                let said = came_to.unwrap_err().to_string();
                assert!(said.starts_with("cannot keep rows in ") && said.contains(name), "{flags:?}: {said}");
            }
        }
        let came_to = run(flags, Arc::new(System));
        assert!(matches!(came_to, Ok(Outcome::Done)), "{flags:?}: {came_to:?}");
        assert_eq!(fs::read_dir(path("rows")).unwrap().count(), 0, "{flags:?}: something was left behind");
    }
    // What cannot be kept or read back is said to lie where it lies.
    let faulty = Options { faulty: 60, ..Options::new(Kind::P, Size::Claims(60)) };
    fs::write(path("in.837"), batch(&faulty).bytes).unwrap();
    for flags in [
        &["--spill-dir", "rows"][..],
        &["--state-dir", "state", "--spill-dir", "rows", "--no-resume"],
        &["--out", "out", "--spill-dir", "rows"],
        &["--out", "out", "--spill-dir", "rows", "--format", "277ca,999,xlsx"],
    ] {
        let mut of_rows = 0;
        let wrong = Errno::IO.raw_os_error();
        let mut met = |fault| {
            let disk = Faulty::new(fault, true);
            if let Err(error) = run(flags, Arc::new(disk.clone())) {
                let said = error.to_string();
                // A file of the set, such as the manifest of the one before.
                let of_output = said.contains(&format!("{}/", path("out").display()));
                let of_state = flags.contains(&"state") && said.contains(path("state").to_str().unwrap());
                let is_of_rows = said.contains(path("rows").to_str().unwrap());
                assert!(is_of_rows || of_output || of_state, "{flags:?}, {fault:?}: {said}");
                of_rows += u32::from(is_of_rows);
            }
            disk.was_hit()
        };
        // Thousands of calls, most of them alike: some of them, and the last ones, by which what was found is read back.
        let mut tried = |call: Call| {
            let mut fails_at = |at| met(Fault::Once(call, at, wrong));
            let (mut last, mut beyond) = (1, 2);
            while fails_at(beyond) {
                (last, beyond) = (beyond, 2 * beyond);
            }
            while beyond - last > 1 {
                let middle = last.midpoint(beyond);
                if fails_at(middle) { last = middle } else { beyond = middle }
            }
            for at in last.saturating_sub(40).max(1)..=last {
                assert!(fails_at(at), "{call:?} {at}");
            }
            last
        };
        let (reads, writes) = (tried(Call::Read), tried(Call::Write));
        assert!(reads > 40 && writes > 40 && of_rows > 40, "{flags:?}: {reads}, {writes}, {of_rows}");
    }
    let said = run(&["--spill-dir", "none/such"], Arc::new(System)).unwrap_err().to_string();
    assert!(said.contains("none/such"), "{said}");
}

/// Of formats that read the input again each file is part of the set too.
#[test]
fn formats_are_of_the_old_set_or_the_new_one_whatever_fails() {
    let tried = each_call_once(&Stand::new(Does::Formats), &[Before::Old]);
    eprintln!("{tried} faults of formats");
    assert!(tried > 300, "{tried} faults");
}

/// A split writes into two directories, reads its input three times and its clean half once.
#[test]
fn a_split_is_old_or_new_whatever_fails() {
    let tried = each_call_once(&Stand::new(Does::Split), &[Before::Old, Before::Nothing]);
    eprintln!("{tried} faults of a split");
    assert!(tried > 300, "{tried} faults");
}

/// Has each call fail once, those that write for good, and the run die at each. How many faults that were.
fn each_call_once(stand: &Stand, deaths: &[Before]) -> u64 {
    let mut tried = 0;
    for call in Call::ALL {
        for (n, error) in errors(call).iter().map(|e| e.raw_os_error()).enumerate() {
            for before in [Before::Old, Before::Nothing, Before::OldAndLeftover, Before::Aside] {
                if (before != Before::Old || n > 0) && !everything() {
                    continue;
                }
                tried += stand.at_every_call(before, true, |at| Fault::Once(call, at, error));
                if matches!(call, Call::Write | Call::Create | Call::Sync | Call::SyncDirectory)
                    || everything()
                {
                    tried += stand.at_every_call(before, true, |at| Fault::ForGood(call, at, error));
                }
            }
        }
    }
    for before in deaths {
        tried += stand.at_every_call(*before, true, Fault::Death);
    }
    tried
}

/// A file that is another one when it is read again is not split, whichever reading it is.
#[test]
fn a_file_that_changes_between_two_readings_is_not_split() {
    let stand = Stand::new(Does::Split);
    let input = naive::read(&fs::read(stand.path("in.837")).unwrap());
    let claims = |out: &Set| {
        let halves = out.iter().filter(|(name, _)| name.ends_with(".837"));
        let mut claims: Vec<_> =
            halves.flat_map(|(_, bytes)| naive::read(bytes).claims).map(|c| c.bytes).collect();
        claims.sort();
        claims
    };
    let mut whole: Vec<_> = input.claims.into_iter().map(|claim| claim.bytes).collect();
    whole.sort();
    let (mut unsplit, mut split) = (0, 0);
    for at in 1.. {
        sets::put(&stand.path("out"), None);
        let disk = Faulty::new(Fault::Changed(at), true);
        let args =
            ["claimlint", "split", "--hold-if", "high", "--quiet", "--threads", "1", "--window", "4096"];
        let mut args: Vec<OsString> = args.into_iter().map(OsString::from).collect();
        for (flag, name) in [("--config", "claimlint.toml"), ("--out", "out")] {
            args.extend([OsString::from(flag), stand.path(name).into()]);
        }
        args.push(stand.path("in.837").into());
        let came_to = run_on(Arc::new(disk.clone()), args);
        if !disk.was_hit() {
            break;
        }
        match sets::read(&stand.path("out")) {
            Some(out) if String::from_utf8_lossy(&out["index.csv"]).contains(",not-split,") => {
                assert!(matches!(came_to, Ok(Outcome::NotDone)), "{at}: {came_to:?}");
                assert!(claims(&out).is_empty(), "{at}: nothing of it is in a half");
                unsplit += 1;
            }
            // A read that gave nothing, or one of the clean half when it was checked by itself.
            Some(out) => {
                assert!(claims(&out) == whole, "{at}: {came_to:?}");
                split += 1;
            }
            None => assert!(matches!(came_to, Ok(Outcome::Internal) | Err(_)), "{at}: {came_to:?}"),
        }
    }
    eprintln!("not split {unsplit} times, split {split} times");
    assert!(unsplit > 9, "three readings of several windows");
}

#[test]
fn a_run_may_die_at_every_call() {
    let stand = Stand::new(Does::Scan);
    let mut deaths = 0;
    for before in [Before::Nothing, Before::Old, Before::OldAndLeftover, Before::Aside] {
        deaths += stand.at_every_call(before, true, Fault::Death);
        if matches!(before, Before::Old | Before::Aside) || everything() {
            deaths += stand.at_every_call(before, false, Fault::Death);
        }
    }
    eprintln!("{deaths} deaths");
    assert!(deaths > 500, "{deaths} deaths");
}

#[test]
fn interrupted_calls_and_short_writes_are_no_failure() {
    let stand = Stand::new(Does::Scan);
    let interrupted = Errno::INTR.raw_os_error();
    let mut tried = 0;
    let mut passes = |fault: Fault, exchanges| {
        stand.prepare(Before::OldAndLeftover);
        let disk = Faulty::new(fault, exchanges);
        let came_to = stand.scan("in.837", Arc::new(disk.clone()));
        assert!(matches!(came_to, Ok(Outcome::Done)), "{fault:?}: {came_to:?}");
        assert_eq!(stand.state(), "new", "{fault:?}");
        assert_eq!(sets::temporaries(stand.directory.path()), [""; 0], "{fault:?}");
        tried += u64::from(disk.was_hit());
        disk.was_hit()
    };
    for call in Call::ALL {
        let at_all =
            (1..).take_while(|at| passes(Fault::Once(call, *at, interrupted), call != Call::Rename)).count();
        assert!(at_all > 0, "{call:?} is never called");
    }
    assert!((1..).take_while(|at| passes(Fault::Short(*at), true)).count() > 10);
    assert!(passes(Fault::AlwaysShort(1), true));
    eprintln!("{tried} interruptions and short writes");
}

/// The other commands that write files: each file is old or new, and nothing lies beside it.
#[test]
fn a_single_file_is_old_or_new_whatever_fails() {
    let directory = TempDir::new().unwrap();
    let out = directory.path().join("man1");
    let man =
        |disk| run_on(disk, [OsString::from("claimlint"), "man".into(), "--out".into(), out.clone().into()]);
    assert!(matches!(man(Arc::new(System)), Ok(Outcome::Done)));
    let new = sets::read(&out).unwrap();
    let old: Set = new.keys().map(|name| (name.clone(), b"old".to_vec())).collect();
    let mut tried = 0;
    for call in Call::ALL {
        let Some(error) = errors(call).first().map(|e| e.raw_os_error()) else { continue };
        for fault in [Fault::Once, Fault::ForGood] {
            for at in 1.. {
                sets::put(&out, Some(&old));
                let disk = Faulty::new(fault(call, at, error), true);
                let came_to = man(Arc::new(disk.clone()));
                for (name, bytes) in sets::read(&out).unwrap() {
                    assert!(bytes == old[&name] || bytes == new[&name], "{call:?} {at}: {name} is torn");
                }
                if !disk.was_hit() {
                    break;
                }
                let said = came_to.unwrap_err().to_string();
                assert!(
                    said.starts_with("cannot ") && said.contains(out.to_str().unwrap()),
                    "{call:?}: {said}"
                );
                tried += 1;
            }
        }
    }
    assert!(tried > 20, "{tried} faults");
}
