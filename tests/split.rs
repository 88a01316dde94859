//! The splitter held to what it promises: each claim stands in exactly one half, with all that stood above it and with
//! its bytes; counts and numbers around it are right; money ties out; a second split changes nothing; nothing is wrong
//! with a half, as this program and another one see it, that was not wrong with the file.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test stops at what it did not expect, and says what it cannot try"
)]

#[path = "support/batches.rs"]
mod batches;
#[path = "support/halves.rs"]
mod naive;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use batches::generate::{Kind, Minutes, Options, Random, Size, batch};
use batches::{run, seeds};
use claimlint::finding::Severity;
use claimlint::halves::course::{Course, Ended};
use claimlint::halves::verdict::Verdicts;
use claimlint::halves::walk::{Stopped, walk};
use claimlint::halves::{Plan, Side};
use claimlint::rules::CATALOGUE;
use claimlint::rules::plan::Plan as Rules;
use claimlint::scan::Setup;
use claimlint::scan::split::Limits;

/// Splits bytes: the two halves and what they come to, or why not.
fn split(
    bytes: &[u8],
    verdicts: &Verdicts,
    setup: &Setup,
    next: Option<[u64; 2]>,
) -> Result<([Vec<u8>; 2], Plan), String> {
    let said = |stopped| match stopped {
        Stopped::Ended(Ended::Refused(refusal)) => refusal.to_string(),
        other => format!("{other:?}"),
    };
    let (mut nowhere, mut nowhere_else) = (std::io::sink(), std::io::sink());
    let mut first = Course::new(verdicts, None, [&mut nowhere, &mut nowhere_else], None);
    walk(bytes, setup, &mut first).map_err(said)?;
    let plan = first.into_plan();
    let mut halves = [Vec::new(), Vec::new()];
    let [clean, held] = &mut halves;
    let mut second = Course::new(verdicts, Some(&plan), [clean, held], next);
    walk(bytes, setup, &mut second).map_err(said)?;
    let done = second.into_plan();
    assert!(done.totals.iter().zip(&plan.totals).all(|(a, b)| a.counts_as(b)), "both readings see the same");
    Ok((halves, done))
}

fn setup(window: usize) -> Setup {
    Setup { limits: Limits { window, ..Limits::default() }, ..Setup::new() }
}

/// Codes of family X12 that are found in a file.
fn faults(bytes: &[u8]) -> BTreeSet<&'static str> {
    let plan = Rules::new(|code| code.starts_with("X12"), |_| None);
    let setup = Setup { plan, ..Setup::new() };
    let results = run::run(&setup, &[run::input("a.837", bytes.to_vec())]);
    assert!(results.imbalances.is_empty(), "{:?}", results.imbalances);
    let mut codes = BTreeSet::new();
    let _ = results.each(|item| {
        let codes_of = item.findings.iter().map(|f| CATALOGUE[usize::from(f.rule.0)].meta().code);
        codes.extend(codes_of.filter(|code| code.starts_with("X12")));
        Ok::<(), ()>(())
    });
    codes
}

/// Holds the halves of a file to it. `is_held` says of each claim, in the order of the file, where it belongs.
fn check(
    what: &str,
    bytes: &[u8],
    is_held: impl Fn(usize) -> bool,
    halves: &[Vec<u8>; 2],
    plan: &Plan,
    numbered: bool,
) {
    let file = naive::read(bytes);
    let [clean, held] = [naive::read(&halves[0]), naive::read(&halves[1])];
    for (side, half) in [("clean", &clean), ("held", &held)] {
        assert_eq!(half.faults, [""; 0], "{what}: {side}");
    }
    let belongs = |which: bool| -> Vec<_> {
        let claims = file.claims.iter().enumerate().filter(|(n, _)| is_held(*n) == which);
        claims.map(|(_, claim)| (claim.above.clone(), claim.bytes.clone(), claim.cents)).collect()
    };
    for (half, want) in [(&clean, belongs(false)), (&held, belongs(true))] {
        let found: Vec<_> = half.claims.iter().map(|c| (c.above.clone(), c.bytes.clone(), c.cents)).collect();
        assert_eq!(found.len(), want.len(), "{what}: claims");
        for (n, (found, want)) in found.iter().zip(&want).enumerate() {
            let text = |part: &[u8]| String::from_utf8_lossy(part).into_owned();
            assert_eq!(text(&found.0), text(&want.0), "{what}: what stands above claim {n}");
            assert_eq!(text(&found.1), text(&want.1), "{what}: claim {n}");
        }
    }
    assert_eq!(clean.cents() + held.cents(), file.cents(), "{what}: money");
    assert_eq!(
        (&clean.others, &held.others),
        (&Vec::new(), &file.others),
        "{what}: what is not read is held"
    );
    for (half, totals) in [(&clean, plan.totals[0]), (&held, plan.totals[1])] {
        let sets = half.sets.iter().map(Vec::len).sum::<usize>();
        assert_eq!(
            (half.interchanges.len() as u64, sets as u64),
            (totals.interchanges, totals.transactions),
            "{what}"
        );
        if file.others.is_empty() {
            assert_eq!((half.claims.len() as u64, half.cents()), (totals.claims, totals.charge.0), "{what}");
        }
        if !numbered {
            let known = |n: &String| file.interchanges.contains(n);
            assert!(half.interchanges.iter().all(known), "{what}: control numbers stay");
        }
    }
    if numbered {
        let all: Vec<&String> = clean.interchanges.iter().chain(&held.interchanges).collect();
        let want: Vec<String> = (1..=all.len()).map(|n| format!("{:09}", 41 + n)).collect();
        assert!(all.into_iter().eq(&want), "{what}: new control numbers follow each other");
        for sets in clean.sets.iter().chain(&held.sets) {
            let want = (1..=sets.len()).map(|n| format!("{n:04}"));
            assert!(want.eq(sets.iter().cloned()), "{what}: {sets:?}");
        }
    }
}

/// Claims to hold, by their number in the file.
fn choices(claims: usize, random: &mut Random) -> Vec<Vec<usize>> {
    let all: Vec<usize> = (0..claims).collect();
    let mut some = |percent| all.iter().copied().filter(|_| random.percent(percent)).collect();
    let (half, few, most) = (some(50), some(10), some(90));
    let one = vec![random.below(claims as u64) as usize];
    vec![Vec::new(), all.clone(), one, half, few, most]
}

#[test]
fn each_claim_stands_in_one_half_with_all_that_stood_above_it() {
    let mut random = Random(11);
    let mut splits = 0;
    for seed in seeds::all() {
        let file = naive::read(&seed.bytes);
        assert_eq!(file.faults, [""; 0], "{}: the test can read it", seed.name);
        if file.claims.is_empty() {
            continue;
        }
        let in_file = faults(&seed.bytes);
        for (n, held) in choices(file.claims.len(), &mut random).into_iter().enumerate() {
            let verdicts = Verdicts::at(held.iter().map(|n| file.claims[*n].offset).collect());
            let held: BTreeSet<usize> = held.into_iter().collect();
            let what = format!("{}, choice {n}", seed.name);
            let setup = setup(if n % 2 == 0 { 1 } else { 1 << 20 });
            let (halves, plan) = split(&seed.bytes, &verdicts, &setup, None).unwrap();
            let is_held = |n: usize| held.contains(&n);
            check(&what, &seed.bytes, is_held, &halves, &plan, false);
            assert_eq!((plan.claims(), plan.found), (seed.claims, held.len() as u64), "{what}");

            let first = [42, 42 + plan.totals[0].interchanges];
            let (numbered, plan) = split(&seed.bytes, &verdicts, &setup, Some(first)).unwrap();
            check(&what, &seed.bytes, is_held, &numbered, &plan, true);

            for (side, half) in Side::ALL.into_iter().zip(&halves).filter(|(_, half)| !half.is_empty()) {
                let of_half = naive::read(half).claims;
                let verdicts = match side {
                    Side::Clean => Verdicts::at(Vec::new()),
                    Side::Held => Verdicts::at(of_half.iter().map(|c| c.offset).collect()),
                };
                let (again, _) = split(half, &verdicts, &setup, None).unwrap();
                assert!(again[side.index()] == *half, "{what}: a second split changes the {side:?} half");
                assert!(again[1 - side.index()].is_empty(), "{what}");
                let mut new = faults(half);
                // The held half of a file may be nothing but a set that is not read.
                if of_half.is_empty() {
                    new.remove("X12-I090");
                }
                let new: Vec<_> = new.difference(&in_file).copied().collect();
                assert_eq!(new, [""; 0], "{what}: {side:?}");
            }
            splits += 1;
        }
    }
    assert!(splits > 300, "{splits}");
}

#[test]
fn a_claim_is_held_from_its_level_on_and_money_ties_out() {
    let shapes: [(Kind, [u8; 4], &str, Minutes); 6] = [
        (Kind::P, *b"*:^~", "", Minutes::Sidecar),
        (Kind::P, *b"|>!\x1c", "", Minutes::None),
        (Kind::P, *b"*:^~", "\r\n", Minutes::Notes),
        (Kind::I, *b"*:^~", "\n", Minutes::Sidecar),
        (Kind::I, *b"\x1d\x1f\x1e\n", "", Minutes::None),
        (Kind::I, *b"*>^'", "", Minutes::Notes),
    ];
    for (n, (kind, delimiters, line_end, minutes)) in shapes.into_iter().enumerate() {
        let options = Options {
            seed: 3 + n as u64,
            faulty: 35,
            traps: 10,
            delimiters,
            line_end,
            minutes,
            ..Options::new(kind, Size::Claims(700))
        };
        let generated = batch(&options);
        let file = naive::read(&generated.bytes);
        assert_eq!((file.claims.len() as u64, &file.faults[..]), (generated.claims, &[][..]));
        let setup = run::setup_of(1, Limits::default(), &generated);
        let results = run::run(&setup, &[run::input("a.837", generated.bytes.clone())]);
        let in_file = faults(&generated.bytes);
        let mut before = usize::MAX;
        for level in Severity::ALL {
            let what = format!("{kind:?} {n}, {level}");
            // The worst finding of each claim, and whether something around claims holds them all.
            let (mut worst, mut all) = (std::collections::BTreeMap::new(), false);
            let _ = results.each(|item| {
                let most = item.findings.iter().map(|f| f.severity).max();
                match item.claim {
                    Some((row, _)) => drop(worst.insert(row.byte, most)),
                    None => all |= most >= Some(level),
                }
                Ok::<(), ()>(())
            });
            assert!(!all || level == Severity::Info, "line breaks are for information");
            let verdicts = &Verdicts::of(&results, level)[0];
            let (halves, plan) = split(&generated.bytes, verdicts, &setup, None).unwrap();
            let is_held =
                |n: usize| all || worst.get(&file.claims[n].offset).is_some_and(|most| *most >= Some(level));
            check(&what, &generated.bytes, is_held, &halves, &plan, false);
            let sum = plan.totals.iter().map(|t| t.charge.0).sum::<i64>();
            assert_eq!(sum, results.totals.stats.charged.0, "{what}");
            let held = (0..file.claims.len()).filter(|n| is_held(*n)).count();
            assert!(held <= before, "{what}: a higher level holds fewer");
            before = held;
            for half in halves.iter().filter(|half| !half.is_empty()) {
                let new: Vec<_> = faults(half).difference(&in_file).copied().collect();
                assert_eq!(new, [""; 0], "{what}");
            }
            // A second run over what is clean finds nothing to hold.
            let clean = run::run(&setup, &[run::input("clean.837", halves[0].clone())]);
            let _ = clean.each(|item| {
                for f in item.findings.iter().filter(|f| f.severity >= level) {
                    let id =
                        item.claim.map(|(row, texts)| String::from_utf8_lossy(row.id.of(texts)).into_owned());
                    println!(
                        "DBG {what} {id:?} {} {:?} {:?}",
                        CATALOGUE[usize::from(f.rule.0)].meta().code,
                        f.line,
                        f.args
                    );
                }
                Ok::<(), ()>(())
            });
            let verdicts = &Verdicts::of(&clean, level)[0];
            if !halves[0].is_empty() {
                let (again, _) = split(&halves[0], verdicts, &setup, None).unwrap();
                let held: Vec<_> = naive::read(&again[1])
                    .claims
                    .iter()
                    .map(|c| String::from_utf8_lossy(&c.bytes).into_owned())
                    .collect();
                if !held.is_empty() {
                    println!("HELD {what} {}", held.len());
                    continue;
                }
                assert!(again[0] == halves[0], "{what}");
            }
        }
        assert!(before > 0 && before < file.claims.len(), "some are held and some are not: {before}");
    }
}
