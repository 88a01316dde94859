//! The real command killed at random moments: an output directory is not there, or old, or new as a whole, and a
//! plain run afterwards gives the bytes it always gives and leaves nothing beside them.
//!
//! `KILLS=500 cargo test --release --test kill` kills 500 runs; `SEED` draws other moments. A moment is a part of the
//! time a run takes on this machine, so that one seed gives the same parts everywhere. What happens at each call
//! on the disk, and not by chance, is in `faults.rs`.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
#![expect(clippy::print_stderr, reason = "figures for who reads along")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use support::generate::{Kind, Options, Size, batch};
use tempfile::TempDir;

use draw::{Draw, number};
use sets::Set;

#[path = "support/draw.rs"]
mod draw;
#[path = "support/sets.rs"]
mod sets;
#[path = "support/batches.rs"]
mod support;

/// A place to run in, and what runs give that nobody kills.
struct Stand {
    directory: TempDir,
    old: Set,
    new: Set,
    /// How long one takes.
    takes: Duration,
}

impl Stand {
    /// Runs are made to take some 100 ms.
    fn new() -> Stand {
        let directory = TempDir::new().unwrap();
        let mut stand = Stand { directory, old: Set::new(), new: Set::new(), takes: Duration::ZERO };
        fs::write(stand.path("claimlint.toml"), "").unwrap();
        let options = |claims| Options { faulty: 60, ..Options::new(Kind::P, Size::Claims(claims)) };
        fs::write(stand.path("old.837"), batch(&Options { seed: 8, ..options(100) }).bytes).unwrap();
        stand.old = stand.whole("old.837");
        let mut claims = 200;
        while stand.takes < Duration::from_millis(100) && claims < 50_000 {
            claims *= 2;
            fs::write(stand.path("in.837"), batch(&options(claims)).bytes).unwrap();
            // The shortest of three: what else the machine does is no part of it.
            stand.takes = Duration::MAX;
            for _ in 0..3 {
                let begun = Instant::now();
                stand.new = stand.whole("in.837");
                stand.takes = stand.takes.min(begun.elapsed());
            }
        }
        stand
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_claimlint"));
        command.current_dir(self.directory.path()).args(args);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    fn begin(&self, input: &str) -> Child {
        let args =
            ["scan", input, "--out", "out", "--format", "none", "--threads", "2", "--memory-bytes", "65536"];
        self.command(&args).spawn().unwrap()
    }

    /// The set of a run that ends by itself.
    fn whole(&self, input: &str) -> Set {
        assert!(self.begin(input).wait().unwrap().success(), "{input}");
        sets::read(&self.path("out")).unwrap()
    }

    /// Begins a run and kills it at a moment.
    fn kill(&self, moment: Moment) {
        let mut child = self.begin("in.837");
        match moment {
            Moment::After(time) => sleep(time),
            Moment::Ending(time) => {
                // Until the last file of the set is begun, or nothing is left to be killed.
                while !self.is_ending() && child.try_wait().unwrap().is_none() {
                    sleep(Duration::from_micros(50));
                }
                sleep(time);
            }
        }
        let _ = child.kill();
        child.wait().unwrap();
    }

    fn is_ending(&self) -> bool {
        let beside = sets::temporaries(self.directory.path());
        beside.iter().any(|name| self.path(name).join("manifest.json").exists())
    }

    /// What is in the output directory, and that `verify` says the same.
    fn state(&self, case: &str) -> &'static str {
        let found = sets::read(&self.path("out"));
        let known = [("nothing", None), ("old", Some(&self.old)), ("new", Some(&self.new))];
        let state = sets::named(found.as_ref(), &known);
        assert_ne!(state, "TORN", "{case}: {:?}", found.map(|set| set.into_keys().collect::<Vec<_>>()));
        let verified = self.command(&["verify", "out"]).status().unwrap();
        assert_eq!(verified.code(), Some(if state == "nothing" { 2 } else { 0 }), "{case}: {state}");
        state
    }
}

/// When a run is killed.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// So long after it was begun.
    After(Duration),
    /// So long after it began to write the manifest.
    Ending(Duration),
}

#[test]
fn a_run_may_be_killed_at_any_moment() {
    let (kills, seed) = (number("KILLS", 60), number("SEED", 20_260_401));
    let stand = Stand::new();
    eprintln!("{kills} kills, seed {seed}, a run takes {:?}", stand.takes);
    let mut draw = Draw(seed);
    let mut moment = || {
        let part = |whole: Duration, draw: &mut Draw| whole * draw.below(1001) as u32 / 1000;
        match draw.below(4) {
            0 => Moment::Ending(part(stand.takes / 20, &mut draw)),
            _ => Moment::After(part(stand.takes * 11 / 10, &mut draw)),
        }
    };
    let mut found: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    let (mut killed, mut round) = (0, 0);
    while killed < kills {
        let before = if round % 3 == 0 { None } else { Some(&stand.old) };
        sets::put(&stand.path("out"), before);
        // Every third time the run that is to mend it is killed as well.
        for _ in 0..if round % 3 == 1 { 2 } else { 1 } {
            let moment = moment();
            stand.kill(moment);
            let state = stand.state(&format!("round {round}, {moment:?}"));
            let before = if before.is_some() { "old" } else { "nothing" };
            assert!(state == before || state == "new", "round {round}, {moment:?}: {before} became {state}");
            *found.entry((before, state)).or_default() += 1;
            killed += 1;
        }
        assert!(stand.whole("in.837") == stand.new, "round {round}: another run gives other bytes");
        assert_eq!(sets::temporaries(stand.directory.path()), [""; 0], "round {round}");
        round += 1;
    }
    for ((before, after), count) in &found {
        eprintln!("  {count:>5} times {before} before, {after} after");
    }
    assert!(
        found.keys().any(|(before, after)| before == after),
        "some were killed before their end: {found:?}"
    );
}

/// A killed run holds no lock: the next one is never turned away.
#[test]
fn a_killed_run_locks_nobody_out() {
    let directory = TempDir::new().unwrap();
    let scan = |input: Stdio| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_claimlint"));
        command.current_dir(directory.path()).args(["scan", "-", "--out", "out", "--format", "none"]);
        command.stdin(input).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().unwrap()
    };
    for _ in 0..3 {
        // It waits for input that never comes.
        let mut waiting = scan(Stdio::piped());
        wait_for(&directory.path().join(".out.claimlint.lock"));
        while sets::temporaries(directory.path()).is_empty() {
            sleep(Duration::from_millis(1));
        }
        assert_eq!(scan(Stdio::null()).wait().unwrap().code(), Some(75), "while it runs");
        waiting.kill().unwrap();
        waiting.wait().unwrap();
        assert_eq!(scan(Stdio::null()).wait().unwrap().code(), Some(2), "an empty input, and no lock");
        assert_eq!(sets::temporaries(directory.path()), [""; 0]);
    }
}

fn wait_for(path: &Path) {
    while !path.exists() {
        sleep(Duration::from_millis(1));
    }
}
