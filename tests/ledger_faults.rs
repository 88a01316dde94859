//! Every call on the disk made to fail while there is a state directory: the outputs are absent or right as a whole,
//! and the next run, with whatever the ledger holds by then, gives the bytes of a run without one.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at what it did not expect")]

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use claimlint::cli::{Outcome, run_on};
use claimlint::disk::{Disk, System};
use claimlint::error::Error;
use rustix::io::Errno;
use support::generate::{Kind, Options, Size, batch};
use tempfile::TempDir;

use faulty::{Call, Fault, Faulty};
use sets::Set;

#[path = "support/faulty.rs"]
mod faulty;
#[path = "support/sets.rs"]
mod sets;
#[path = "support/batches.rs"]
mod support;

/// What the state directory holds before a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Before {
    /// It is not there.
    Nothing,
    /// What there is to know of one of the two inputs.
    OneInput,
}

struct Stand {
    directory: TempDir,
    /// What a run gives that has no state directory.
    new: Set,
    /// What a state directory holds that knows the first input.
    known: Set,
}

impl Stand {
    fn new() -> Stand {
        let mut stand = Stand { directory: TempDir::new().unwrap(), new: Set::new(), known: Set::new() };
        // The number of the first claim is that of the interchange as well.
        let options =
            |seed| Options { seed, first_claim: seed, faulty: 60, ..Options::new(Kind::P, Size::Claims(8)) };
        fs::create_dir(stand.path("in")).unwrap();
        fs::write(stand.path("in/a.837"), batch(&options(1)).bytes).unwrap();
        fs::write(stand.path("in/b.837"), batch(&options(2)).bytes).unwrap();
        fs::write(stand.path("claimlint.toml"), "").unwrap();
        stand.scan("in/a.837", true, Arc::new(System)).unwrap();
        stand.known = sets::read(&stand.path("state")).unwrap();
        stand.scan("in", false, Arc::new(System)).unwrap();
        stand.new = sets::read(&stand.path("out")).unwrap();
        stand
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn scan(&self, input: &str, keeps: bool, disk: Arc<dyn Disk>) -> Result<Outcome, Error> {
        let mut args: Vec<OsString> = ["claimlint", "scan", "--format", "none", "--quiet", "--threads", "1"]
            .into_iter()
            .chain(["--window", "4096", "--config"])
            .map(OsString::from)
            .collect();
        args.extend([self.path("claimlint.toml").into(), self.path(input).into()]);
        args.extend(["--out".into(), self.path("out").into()]);
        if keeps {
            args.extend(["--state-dir".into(), self.path("state").into()]);
        }
        run_on(disk, args)
    }

    /// Runs with a fault, and after it plainly. Whether the fault came to pass, and whether the run was right but
    /// could not keep what it found.
    fn check(&self, before: Before, fault: Fault) -> (bool, bool) {
        sets::sweep(self.directory.path());
        sets::put(&self.path("out"), None);
        sets::put(&self.path("state"), (before == Before::OneInput).then_some(&self.known));
        let disk = Faulty::new(fault, true);
        let came_to = self.scan("in", true, Arc::new(disk.clone()));
        let case = format!("{before:?}, {fault:?}: {came_to:?}");
        let found = sets::read(&self.path("out"));
        match &came_to {
            Ok(Outcome::Done) => self.is_right(found, false, &case),
            // The inputs are on that disk too: where one cannot be read, a whole set says so. What was found in the
            // other is kept, and what is said of the one must not be.
            Ok(Outcome::NotDone) if is_of_reading(fault) => {
                assert!(found.is_some_and(|set| set.keys().eq(self.new.keys())), "{case}");
            }
            // What cannot be kept is said, and costs the reports nothing.
            Ok(Outcome::NotDone) => self.is_right(found, true, &case),
            Ok(outcome) => panic!("{case}: {outcome:?}"),
            Err(_) => assert!(found.is_none_or(|set| set == self.new), "{case}"),
        }
        let again = self.scan("in", true, Arc::new(System));
        assert!(matches!(again, Ok(Outcome::Done)), "{case}, again: {again:?}");
        self.is_right(sets::read(&self.path("out")), false, &format!("{case}, again"));
        (disk.was_hit(), matches!(came_to, Ok(Outcome::NotDone)))
    }

    /// Holds a set to what it must be; the manifest of a run that has not done all it should says so.
    fn is_right(&self, found: Option<Set>, not_done: bool, case: &str) {
        let mut found = found.unwrap_or_default();
        let mut want = self.new.clone();
        if not_done {
            let manifest = [&mut found, &mut want].map(|set| set.remove("manifest.json").unwrap_or_default());
            assert!(String::from_utf8_lossy(&manifest[0]).contains("\"exit_code\": 2"), "{case}");
        }
        assert!(found == want, "{case}: {:?}", found.keys());
    }

    /// Tries a fault at the first call, the second, until none is hit: how often it was, and how often the run was
    /// right but could not keep what it found.
    fn at_every_call(&self, before: Before, fault: impl Fn(u64) -> Fault) -> (usize, usize) {
        let mut found = (0, 0);
        for at in 1.. {
            let (hit, kept_nothing) = self.check(before, fault(at));
            if !hit {
                break;
            }
            found = (found.0 + 1, found.1 + usize::from(kept_nothing));
        }
        found
    }
}

/// Whether a fault may strike an input: opening it, reading it, looking at it again.
fn is_of_reading(fault: Fault) -> bool {
    let (Fault::Once(call, ..) | Fault::ForGood(call, ..)) = fault else { return false };
    matches!(call, Call::Open | Call::Read | Call::Seek | Call::Facts)
}

#[test]
fn whatever_call_fails_the_next_run_is_right() {
    let stand = Stand::new();
    let error = Errno::IO.raw_os_error();
    let (mut tried, mut unkept) = (0, 0);
    for before in [Before::Nothing, Before::OneInput] {
        for call in Call::ALL {
            for fault in [Fault::Once, Fault::ForGood] {
                let (hit, not_kept) = stand.at_every_call(before, |at| fault(call, at, error));
                (tried, unkept) = (tried + hit, unkept + not_kept);
            }
        }
    }
    assert!(tried > 100 && unkept > 4, "{tried} faults, {unkept} runs kept nothing");
}

#[test]
fn a_run_may_die_at_every_call() {
    let stand = Stand::new();
    let deaths: usize = [Before::Nothing, Before::OneInput]
        .map(|before| stand.at_every_call(before, Fault::Death).0)
        .iter()
        .sum();
    assert!(deaths > 100, "{deaths} deaths");
}

#[test]
fn short_writes_are_no_failure() {
    let stand = Stand::new();
    let (hit, unkept) = stand.at_every_call(Before::OneInput, Fault::Short);
    assert!(hit > 4 && unkept == 0, "{hit} short writes");
    assert_eq!(stand.check(Before::Nothing, Fault::AlwaysShort(1)), (true, false));
}
