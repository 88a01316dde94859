//! Two runs on one output directory: one has it and the other is turned away with 75, or they come one after the
//! other. What is there afterwards is the set of one of them, never files of both.
//!
//! `ROUNDS=200 cargo test --release --test concurrent` has 200 rounds; `SEED` draws other delays.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
#![expect(clippy::print_stderr, reason = "figures for who reads along")]

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use support::generate::{Kind, Options, Size, batch};
use tempfile::TempDir;

use draw::{Draw, number};

#[path = "support/draw.rs"]
mod draw;
#[path = "support/sets.rs"]
mod sets;
#[path = "support/batches.rs"]
mod support;

fn claimlint(directory: &Path, args: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_claimlint"));
    command.current_dir(directory).args(args);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn two_runs_never_share_a_directory() {
    let (rounds, seed) = (number("ROUNDS", 30), number("SEED", 20_260_401));
    let directory = TempDir::new().unwrap();
    let out = directory.path().join("out");
    let begin = |input: &str| {
        claimlint(directory.path(), &["scan", input, "--out", "out", "--format", "none", "--threads", "1"])
    };
    let inputs = ["one.837", "other.837"];
    let mut takes = Duration::MAX;
    let known = [(7, inputs[0]), (8, inputs[1])].map(|(seed, name)| {
        let options = Options { seed, faulty: 60, ..Options::new(Kind::P, Size::Claims(300)) };
        fs::write(directory.path().join(name), batch(&options).bytes).unwrap();
        let begun = Instant::now();
        assert!(begin(name).wait().unwrap().success());
        takes = takes.min(begun.elapsed());
        (name, sets::read(&out).unwrap())
    });
    let known = [(known[0].0, Some(&known[0].1)), (known[1].0, Some(&known[1].1))];
    assert_ne!(known[0].1, known[1].1);
    let mut draw = Draw(seed);
    let (mut turned_away, mut in_turn) = (0, 0);
    for round in 0..rounds {
        if draw.below(3) == 0 {
            sets::put(&out, None);
        }
        let first = begin(inputs[0]);
        // Mostly while the first one runs, now and then after it.
        sleep(takes * draw.below(150) as u32 / 100);
        let second = begin(inputs[1]);
        let ended = [first, second].map(|child| child.wait_with_output().unwrap());
        let codes = ended.each_ref().map(|output| output.status.code().unwrap());
        let said = ended.each_ref().map(|output| String::from_utf8_lossy(&output.stderr).into_owned());
        match codes {
            [0, 75] | [75, 0] => {
                let loser = usize::from(codes[1] == 75);
                assert!(said[loser].contains("writes to out; wait for it"), "round {round}: {said:?}");
                let found = sets::named(sets::read(&out).as_ref(), &known);
                assert_eq!(found, inputs[1 - loser], "round {round}");
                turned_away += 1;
            }
            [0, 0] => {
                assert_ne!(sets::named(sets::read(&out).as_ref(), &known), "TORN", "round {round}");
                in_turn += 1;
            }
            _ => assert_eq!(codes, [0, 75], "round {round}: {said:?}"),
        }
        assert_eq!(
            claimlint(directory.path(), &["verify", "out"]).wait().unwrap().code(),
            Some(0),
            "round {round}"
        );
        assert_eq!(sets::temporaries(directory.path()), [""; 0], "round {round}");
    }
    eprintln!("{rounds} rounds, seed {seed}: {turned_away} turned away, {in_turn} one after the other");
    assert!(turned_away > 0, "the runs did not meet");
}
