//! Same bytes out for any number of threads, any window and any order of files; and no input at all, however
//! broken, that stops the engine, loses a claim or unbalances its account.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use claimlint::disk::System;
use claimlint::finding::Finding;
use claimlint::position::Tag;
use claimlint::scan::Setup;
use claimlint::scan::group::store::Spill;
use claimlint::scan::results::Results;
use claimlint::scan::split::Limits;
use proptest::prelude::*;

use support::edit::{Edit, edited, every};
use support::generate::{Batch, Beside, Count, Kind, Minutes, Options, Size, batch};
use support::run::{RULES, findings_csv, input, run, setup, setup_of, written};

#[path = "support/batches.rs"]
mod support;

const THREADS: [usize; 3] = [1, 2, 8];
const WINDOWS: [usize; 6] = [1, 37, 512, 4096, 65_536, 1 << 20];

/// Input as files, and a minutes file.
struct Case {
    name: &'static str,
    files: Vec<Vec<u8>>,
    minutes: String,
    limits: Limits,
}

impl Case {
    fn new(name: &'static str, files: Vec<Vec<u8>>) -> Case {
        Case { name, files, minutes: String::new(), limits: Limits::default() }
    }
}

fn small(kind: Kind, claims: u64) -> Options {
    Options { faulty: 40, ..Options::new(kind, Size::Claims(claims)) }
}

fn one_set(kind: Kind, claims: u64) -> Options {
    Options { transactions: Count::One, providers: Count::One, ..small(kind, claims) }
}

/// Envelopes, hierarchy and ids with something wrong every so often.
fn with_faults(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (n, from, to) in [
        (1, "~SE*", "~SE*9"),
        (2, "~ST*837*00", "~ST*837*01"),
        (3, "~HL*", "~HL*1"),
        (5, "~CLM*", "~clm*"),
        (7, "~LX*", "~  lx *"),
        (11, "~DTP*472", "~~~DTP*472"),
        (13, "~REF*6R", "~ZZZ*1~REF*6R"),
        (17, "~SV1*HC:", "~SV1*"),
        (19, "~DTP*472*D8*2026", "~DTP*472*D8*2O26"),
        (23, "~SBR*P", "~\r\nSBR*P"),
        (1, "~GE*", "~GE*7*"),
        (1, "~IEA*", "~IEA*2"),
    ] {
        bytes = every(n, &bytes, from, to);
    }
    bytes
}

/// Several interchanges, each in its own delimiters, with what mail and disks put around them.
fn mixed() -> Vec<u8> {
    let part = |n: u64, kind, delimiters, line_end| {
        batch(&Options { first_claim: n * 1000, delimiters, line_end, ..small(kind, 60) }).bytes
    };
    let mut all = b"\xef\xbb\xbf\r\n".to_vec();
    all.extend(part(1, Kind::P, *b"*:^~", "\r\n"));
    all.extend(b"\r\n\r\nFrom: ISABEL\r\n");
    all.extend(part(2, Kind::I, *b"|>!\x1c", ""));
    all.extend(part(3, Kind::P, *b"\x1d\x1f\x1e\n", ""));
    let whole = part(4, Kind::I, *b"*:^~", "\n");
    all.extend(&whole[..whole.len() / 2]);
    all.extend(part(5, Kind::P, *b"*:^'", "\n"));
    all.extend([0; 300]);
    all
}

/// Hierarchies that a guess from the last HL of each level gets wrong: patients below a billing provider
/// that has no subscriber yet, and levels that there are not.
fn odd_hierarchy() -> Vec<u8> {
    let bytes = batch(&one_set(Kind::P, 400)).bytes;
    let mut out = Vec::new();
    for (n, segment) in bytes.split_inclusive(|b| *b == b'~').enumerate() {
        let text = String::from_utf8_lossy(segment).into_owned();
        let is_claim = text.starts_with("CLM*");
        if is_claim && n % 5 == 0 {
            out.extend(b"HL*7**20*1~NM1*85*2*ODD*****XX*1679576722~HL*8*7*23*0~NM1*QC*1*ODD*ORDER~");
        }
        if is_claim && n % 7 == 0 {
            out.extend(b"HL*9*1*21*1~HL*A*B*22~HL~");
        }
        out.extend(segment);
    }
    out
}

fn find(bytes: &[u8], text: &str, nth: usize) -> usize {
    memchr::memmem::find_iter(bytes, text).nth(nth).unwrap()
}

fn cases() -> Vec<Case> {
    let professional = batch(&Options { minutes: Minutes::Sidecar, ..small(Kind::P, 300) });
    let institutional = batch(&Options { first_claim: 5000, minutes: Minutes::Notes, ..small(Kind::I, 300) });
    let one = batch(&one_set(Kind::P, 300)).bytes;
    let long_claim = batch(&Options { first_claim: 900, ..one_set(Kind::I, 30) }).bytes;
    // Loops of 70 further lines, and in the last case a segment longer than a claim may be.
    let lines: String = (2..72).map(|n| format!("~LX*{n}~SV2*0420*HC:97116:GP*40*UN*1")).collect();
    let long_claim = every(3, &long_claim, "~LX*2", &format!("{lines}~LX*72"));
    let huge = every(9, &long_claim, "~NTE*ADD*", &format!("~NTE*ADD*{}", "X".repeat(20_000)));
    vec![
        Case {
            minutes: professional.minutes,
            ..Case::new("a clean envelope", vec![professional.bytes.clone(), institutional.bytes.clone()])
        },
        Case::new("faults", vec![with_faults(&professional.bytes), with_faults(&institutional.bytes)]),
        Case::new("one set", vec![one.clone()]),
        Case::new("one set with faults", vec![with_faults(&one)]),
        Case::new("mixed", vec![mixed()]),
        Case::new("odd hierarchy", vec![odd_hierarchy()]),
        Case::new("long claims", vec![long_claim.clone()]),
        // What begins with a GS is an interchange, also where an ISA follows; a CLM that is cut off is not
        // the end of the claim before it.
        Case::new("no ISA before an ISA", vec![[&long_claim[106..], &long_claim].concat()]),
        Case::new(
            "cut off in a CLM",
            (0..24).map(|n| [&one[..find(&one, "~CLM*", n) + 5], &one[..9000]].concat()).collect(),
        ),
        Case::new("no claims", vec![b"%PDF-1.7 no claims".to_vec(), Vec::new(), one[..60].to_vec()]),
        // Windows up to the size of a claim; a larger window is a larger limit.
        Case { limits: Limits { claim: 4096, ..Limits::default() }, ..Case::new("too large", vec![huge]) },
    ]
}

#[test]
fn threads_and_windows_change_nothing() {
    for case in cases() {
        let inputs: Vec<_> =
            case.files.into_iter().enumerate().map(|(n, bytes)| input(&format!("{n}.837"), bytes)).collect();
        let windows = WINDOWS.iter().filter(|w| **w <= case.limits.claim);
        let mut first: Option<String> = None;
        let mut reread = 0;
        for (window, threads) in windows.flat_map(|w| THREADS.map(|t| (*w, t))) {
            let setup = setup(threads, Limits { window, ..case.limits }, &case.minutes);
            let results = run(&setup, &inputs);
            assert_eq!(results.imbalances, [""; 0], "{}", case.name);
            reread += results.reread;
            let written = written(&setup, &results);
            let first = first.get_or_insert_with(|| written.clone());
            assert!(
                *first == written,
                "{}, {threads} threads, window {window}: {}",
                case.name,
                difference(first, &written)
            );
        }
        if case.name == "odd hierarchy" {
            assert!(reread > 0, "every context was guessed right, so that reading again was not tried");
        }
    }
}

#[test]
fn the_order_of_files_changes_nothing_but_the_order() {
    let files: Vec<_> = (1..=4)
        .map(|n| {
            let kind = if n % 2 == 0 { Kind::P } else { Kind::I };
            let bytes = batch(&Options { first_claim: n * 1000, seed: n, ..small(kind, 80) }).bytes;
            input(&format!("{n}.837"), if n > 2 { with_faults(&bytes) } else { bytes })
        })
        .collect();
    let by_file = |order: [usize; 4]| {
        let inputs = order.map(|n| files[n].clone());
        let setup = setup(2, Limits { window: 8192, ..Limits::default() }, "");
        let csv = findings_csv(&setup, &run(&setup, &inputs));
        let mut rows: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in csv.lines().skip(1) {
            let file = row.split(',').next().unwrap();
            rows.entry(file.to_owned()).or_default().push(row.to_owned());
        }
        rows
    };
    let first = by_file([0, 1, 2, 3]);
    assert_eq!(first.len(), 4);
    for order in [[3, 2, 1, 0], [1, 3, 0, 2], [2, 0, 3, 1]] {
        assert!(first == by_file(order), "{order:?}");
    }
}

/// What is spilled to disk is read back as it was, with all that days, courses, therapists and providers are put
/// together from.
#[test]
fn rows_on_disk_change_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let years: &[u32] = &[2026, 2019];
    for kind in [Kind::P, Kind::I] {
        let (minutes, beside) = (Minutes::Sidecar, Beside::FilesAndHistory);
        let batch = batch(&Options { minutes, beside, years, traps: 30, faulty: 60, ..small(kind, 1200) });
        let inputs = [input("batch.837", batch.bytes.clone())];
        let mut first: Option<String> = None;
        for budget in [None, Some(0), Some(4096), Some(Spill::BUDGET)] {
            let spill = budget.map(|budget| spill(directory.path(), budget));
            for (threads, window) in [(1, 1 << 20), (2, 4096), (8, 65_536)] {
                let limits = Limits { window, ..Limits::default() };
                let setup = Setup { spill: spill.clone(), ..setup_of(threads, limits, &batch) };
                let results = run(&setup, &inputs);
                assert_eq!(results.imbalances, [""; 0]);
                let written = written(&setup, &results);
                let first = first.get_or_insert_with(|| written.clone());
                let case = format!("{kind:?}, {budget:?}, {threads} threads, window {window}");
                assert!(*first == written, "{case}: {}", difference(first, &written));
            }
        }
    }
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0, "no file is left behind");
}

fn spill(directory: &Path, budget: usize) -> Spill {
    Spill { disk: Arc::new(System), directory: directory.to_owned(), budget }
}

/// Two files with the same patients; of each patient's claims every second one stands in the other file.
fn halves(bytes: &[u8]) -> [Vec<u8>; 2] {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let mut halves = [Vec::new(), Vec::new()];
    let (mut number, mut at) = (0, None);
    let (mut counts, mut patient) = ([0, 0], 0);
    for segment in text.split_terminator('~') {
        match segment.split('*').next().unwrap() {
            "CLM" => (at, number) = (Some((number + patient) % 2), number + 1),
            "HL" | "SE" => (at, number, patient) = (None, 0, patient + 1),
            "ST" => counts = [0, 0],
            _ => {}
        }
        for (n, half) in halves.iter_mut().enumerate().filter(|(n, _)| at.is_none_or(|at| at == *n)) {
            counts[n] += 1;
            let number = segment.strip_prefix("SE*").map(|rest| rest.split_once('*').unwrap().1);
            let segment = number.map_or(segment.to_owned(), |number| format!("SE*{}*{number}", counts[n]));
            half.extend(format!("{segment}~").into_bytes());
        }
    }
    halves
}

#[test]
fn days_over_two_files_do_not_hang_on_their_order() {
    // These name one of several alike by where it stands: the second of two, the first of a day or provider.
    const BY_PLACE: [&str; 3] = ["CLM010", "TIM009", "TIM010"];
    for kind in [Kind::P, Kind::I] {
        let (minutes, beside) = (Minutes::Sidecar, Beside::FilesAndHistory);
        let batch = batch(&Options { minutes, beside, faulty: 70, ..small(kind, 2500) });
        let files: Vec<_> = ["one.837", "two.837"]
            .into_iter()
            .zip(halves(&batch.bytes))
            .map(|(name, bytes)| input(name, bytes))
            .collect();
        let found = |order: [usize; 2]| {
            let setup = setup_of(2, Limits { window: 30_000, ..Limits::default() }, &batch);
            let results = run(&setup, &order.map(|n| files[n].clone()));
            let csv = findings_csv(&setup, &results);
            let mut by_claim: Vec<String> = Vec::new();
            let mut by_place: BTreeMap<String, usize> = BTreeMap::new();
            for row in csv.lines().skip(1) {
                match BY_PLACE.iter().find(|rule| row.contains(&format!(",{rule},"))) {
                    Some(rule) => *by_place.entry((*rule).to_owned()).or_default() += 1,
                    None => by_claim.push(row.to_owned()),
                }
            }
            by_claim.sort();
            (by_claim, by_place)
        };
        let (one, other) = (found([0, 1]), found([1, 0]));
        assert!(one.0.len() > 500 && one.1.len() == 3, "{} {:?}", one.0.len(), one.1);
        assert_eq!(one.1, other.1, "{kind:?}");
        assert!(one.0 == other.0, "{kind:?}: {}", difference(&one.0.join("\n"), &other.0.join("\n")));
        // What was planted is found over files as it is in one.
        let planted = batch.planted.iter().filter(|p| !BY_PLACE.contains(&p.rule) && !p.claim.is_empty());
        assert_eq!(one.0.len(), planted.count(), "{kind:?}");
    }
}

/// A file of one Medicare patient's claims: id, CLM05-3, day, and modifiers of 97012 and 97140, which are a pair.
fn file_of(number: u32, claims: &[(&str, u8, &str, [&str; 2])]) -> Vec<u8> {
    let mut body = String::from(
        "ST*837*0001*005010X222A1~BHT*0019*00*TEST*20260701*0930*CH~NM1*41*2*EXAMPLE*****46*EXAMPLE~\
         NM1*40*2*EXAMPLE*****46*EXAMPLE~HL*1**20*1~NM1*85*2*EXAMPLE CLINIC*****XX*1000000012~HL*2*1*22*0~\
         SBR*P*18*******MB~NM1*IL*1*TESTPATIENT*ALPHA****MI*TESTMEMBER01~DMG*D8*19410101*F~\
         NM1*PR*2*EXAMPLE*****PI*EXMB1~",
    );
    for (id, frequency, day, [traction, manual]) in claims {
        body += &format!(
            "CLM*{id}*69***11:B:{frequency}*Y*A*Y*Y~HI*ABK:M6281~NM1*DN*1*EXAMPLE*BETA****XX*1000000053~LX*1~\
             SV1*HC:97012:{traction}*25*UN*1***1~DTP*472*D8*{day}~LX*2~SV1*HC:97140:{manual}*44*UN*1***1~\
             DTP*472*D8*{day}~"
        );
    }
    let count = body.matches('~').count() + 1;
    format!(
        "ISA*00*          *00*          *ZZ*EXAMPLESENDER  *ZZ*EXAMPLERECEIVER*260701*0930*^*00501*{number:09}*0*T*:~\
         GS*HC*EXAMPLESENDER*EXAMPLERECEIVER*20260701*0930*1*X*005010X222A1~{body}SE*{count}*0001~GE*1*1~\
         IEA*1*{number:09}~"
    )
    .into_bytes()
}

/// A replacement or void claim takes back what was found on the days of the claim it follows, whatever day it is of
/// itself and whichever file it stands in.
#[test]
fn what_is_replaced_or_void_is_not_held_to_its_days() {
    const BARE: [&str; 2] = ["GP", "GP"];
    const APART: [&str; 2] = ["GP", "GP:59"];
    let directory = tempfile::tempdir().unwrap();
    let (day, other) = ("20260302", "20260303");
    for (name, first, second, want) in [
        ("alone", &[("A", 1, day, BARE)][..], &[][..], &["A"][..]),
        ("replaced", &[("A", 1, day, BARE)], &[("A", 7, day, APART)], &[]),
        ("replaced on another day", &[("A", 1, day, BARE)], &[("A", 7, other, APART)], &[]),
        ("replaced as wrongly", &[("A", 1, day, BARE)], &[("A", 7, other, BARE)], &["A"]),
        ("void", &[("A", 1, day, BARE)], &[("A", 8, day, BARE)], &[]),
        ("void on another day", &[("A", 1, day, BARE)], &[("A", 8, other, BARE)], &[]),
        (
            "void, then billed anew",
            &[("A", 1, day, BARE)],
            &[("A", 8, day, BARE), ("A", 1, day, BARE)],
            &["A"],
        ),
        ("another claim void", &[("A", 1, day, BARE)], &[("B", 8, day, BARE)], &["A"]),
        ("replaced twice", &[("A", 1, day, BARE), ("A", 7, day, BARE)], &[("A", 7, other, APART)], &[]),
        ("the replacement void", &[("A", 1, day, APART), ("A", 7, day, BARE)], &[("A", 8, day, BARE)], &[]),
    ] {
        let inputs = |files: &[&[_]]| -> Vec<_> {
            let some = (1u32..).zip(files).filter(|(_, claims)| !claims.is_empty());
            some.map(|(n, claims)| input(&format!("{n}.837"), file_of(n, claims))).collect()
        };
        let together: Vec<_> = first.iter().chain(second).copied().collect();
        let mut ways = vec![inputs(&[first, second]), inputs(&[&together])];
        // Of two replacements made on one day the order of the files decides; of all else it does not.
        if name != "replaced twice" {
            ways.push(inputs(&[first, second]).into_iter().rev().collect());
        }
        for inputs in ways {
            for (threads, window) in [(1, 1 << 20), (2, 100), (8, 700)] {
                for budget in [None, Some(0)] {
                    let spill = budget.map(|budget| spill(directory.path(), budget));
                    let limits = Limits { window, ..Limits::default() };
                    let setup = Setup { spill, ..setup(threads, limits, "") };
                    let csv = findings_csv(&setup, &run(&setup, &inputs));
                    let cells = csv.lines().skip(1).map(|row| row.split(',').collect::<Vec<_>>());
                    let found: Vec<_> = cells.map(|c| (c[4].to_owned(), c[11].to_owned())).collect();
                    let want: Vec<_> =
                        want.iter().map(|id| ((*id).to_owned(), "PTP003".to_owned())).collect();
                    assert_eq!(found, want, "{name}, {threads} threads, window {window}, {budget:?}");
                }
            }
        }
    }
}

/// Earlier files are read for comparison: with them less or more is found, but never anything of them.
#[test]
fn earlier_files_are_compared_and_not_reported() {
    for kind in [Kind::P, Kind::I] {
        let (minutes, beside) = (Minutes::Sidecar, Beside::FilesAndHistory);
        let batch = batch(&Options { minutes, beside, faulty: 80, traps: 20, ..small(kind, 1500) });
        assert!(memchr::memmem::find_iter(&batch.history, "~CLM*").count() > 20);
        let inputs = [input("batch.837", batch.bytes.clone())];
        let with = setup_of(2, Limits { window: 9000, ..Limits::default() }, &batch);
        let without = Setup { history: Vec::new(), ..setup_of(2, Limits::default(), &batch) };
        let [with, without] = [&with, &without].map(|setup| findings_csv(setup, &run(setup, &inputs)));
        assert!(!with.contains("earlier.837"));
        let count = |csv: &str, rule: &str| csv.matches(&format!(",{rule},")).count();
        let planted = |rule: &str| batch.planted.iter().filter(|p| p.rule == rule).count();
        for rule in ["CLM010", "LIM004", "PTP010"] {
            assert_eq!(count(&with, rule), planted(rule), "{kind:?} {rule}");
        }
        assert!(count(&without, "CLM010") < count(&with, "CLM010"), "{kind:?}");
        assert!(count(&without, "LIM004") < count(&with, "LIM004"), "{kind:?}");
        assert!(count(&without, "PTP010") > count(&with, "PTP010"), "{kind:?}");
    }
}

/// A guess that is always wrong gives the same bytes for twice the work.
#[test]
fn contexts_of_ordinary_batches_are_guessed_right() {
    for (transactions, providers) in [
        (Count::One, Count::One),
        (Count::One, Count::Many),
        (Count::Many, Count::One),
        (Count::Many, Count::Many),
    ] {
        for kind in [Kind::P, Kind::I] {
            let bytes = batch(&Options { transactions, providers, ..small(kind, 1600) }).bytes;
            // Windows that hold several sets, so that a chunk may end in another one than it began in; and some in which
            // the numbers of levels show that it does not.
            for parts in [2, 20] {
                let setup = setup(2, Limits { window: bytes.len() / parts, ..Limits::default() }, "");
                let results = run(&setup, &[input("batch.837", bytes.clone())]);
                assert_eq!(results.reread, 0, "{transactions:?} {providers:?} {parts}");
            }
        }
    }
}

/// Where two texts begin to differ.
fn difference(one: &str, other: &str) -> String {
    let lines = one.lines().zip(other.lines()).enumerate().find(|(_, (a, b))| a != b);
    match lines {
        Some((n, (a, b))) => format!("line {n}\n{a}\n{b}"),
        None => format!("{} lines and {}", one.lines().count(), other.lines().count()),
    }
}

/// Batches to be broken, small enough to be read many times.
static SEEDS: LazyLock<Vec<Batch>> = LazyLock::new(|| {
    [
        small(Kind::P, 6),
        small(Kind::I, 6),
        one_set(Kind::P, 8),
        Options { minutes: Minutes::Sidecar, ..one_set(Kind::P, 8) },
        Options { minutes: Minutes::Notes, line_end: "\r\n", ..small(Kind::I, 4) },
        Options { delimiters: *b"|>!\x1c", ..small(Kind::P, 4) },
    ]
    .iter()
    .map(batch)
    .collect()
});

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let at = || any::<prop::sample::Index>();
    let one = prop_oneof![
        4 => at().prop_map(Edit::Delete),
        4 => at().prop_map(Edit::Duplicate),
        4 => (at(), at()).prop_map(|(a, b)| Edit::Swap(a, b)),
        4 => (at(), any::<u8>()).prop_map(|(a, b)| Edit::Overwrite(a, b)),
        4 => (at(), prop::sample::select(&b"~*:\r\n \0ISA"[..])).prop_map(|(a, b)| Edit::Overwrite(a, b)),
        2 => (at(), prop::sample::select(&b"~*: \n"[..])).prop_map(|(a, b)| Edit::Insert(a, b)),
        1 => at().prop_map(Edit::Truncate),
        1 => at().prop_map(Edit::LowerCase),
        1 => (at(), at()).prop_map(|(a, b)| Edit::Move(a, b)),
    ];
    prop::collection::vec(one, 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn broken_batches_are_read_through(
        which in any::<prop::sample::Index>(), edits in edits(), window in 1usize..6000, twice in any::<bool>(),
    ) {
        let seed = &SEEDS[which.index(SEEDS.len())];
        let mut bytes = edited(&seed.bytes, &edits);
        if twice {
            bytes.extend_from_slice(&seed.bytes);
        }
        let inputs = [input("broken.837", bytes.clone())];
        let whole = setup(1, Limits::default(), &seed.minutes);
        let results = run(&whole, &inputs);
        prop_assert!(results.imbalances.is_empty(), "{:?}", results.imbalances);
        let first = written(&whole, &results);
        for (threads, window) in [(2, 1 << 20), (1, window), (2, window)] {
            let other = setup(threads, Limits { window, ..Limits::default() }, &seed.minutes);
            let again = written(&other, &run(&other, &inputs));
            prop_assert!(first == again, "{} threads, window {}: {}", threads, window, difference(&first, &again));
        }
        prop_assert_eq!(misplaced(&results, &bytes), Vec::<String>::new());
        if let Some(claims) = claims_of(&bytes, &seed.bytes) {
            prop_assert_eq!(results.totals.counts.claims_seen, claims);
        }
    }
}

/// Findings whose offset does not rise within their claim, or does not lead to the segment they name.
fn misplaced(results: &Results, bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    let each: std::io::Result<()> = results.each(|item| {
        let from = item.claim.map_or(0, |(row, _)| row.byte);
        let before = std::iter::once(from).chain(item.findings.iter().map(|f| f.position.byte));
        found.extend(before.zip(item.findings.iter().copied()));
        Ok(())
    });
    each.unwrap();
    let code = |finding: &Finding| RULES[usize::from(finding.rule.0)].code;
    // Where there is no ISA, findings of the interchange name it all the same.
    let headless = found.iter().any(|(_, f)| code(f) == "X12-I001");
    found.retain(|(before, finding)| {
        let (byte, tag) = (finding.position.byte, finding.position.at.tag);
        let here = bytes.get(byte as usize..).unwrap_or_default();
        let id: Vec<u8> = here.iter().filter(|b| !b.is_ascii_whitespace()).take(3).copied().collect();
        let there = tag == Tag::UNKNOWN || id.to_ascii_uppercase().starts_with(tag.to_string().as_bytes());
        byte < *before || byte > bytes.len() as u64 || !(there || headless && tag == Tag::of(b"ISA"))
    });
    found.iter().map(|(before, f)| format!("{} after {before}: {f:?}", code(f))).collect()
}

/// CLM segments counted by splitting at the terminator, one whose terminator is missing too, where the
/// envelope is whole enough that all of them are claims of an 837.
fn claims_of(bytes: &[u8], before: &[u8]) -> Option<u64> {
    let (separator, terminator) = (before[3], before[105]);
    let id = |segment: &[u8]| -> Vec<u8> {
        let id = segment.split(|b| *b == separator).next().unwrap_or_default();
        id.iter().filter(|b| !b.is_ascii_whitespace()).map(u8::to_ascii_uppercase).collect()
    };
    let segments =
        |bytes: &[u8]| -> Vec<Vec<u8>> { bytes.split(|b| *b == terminator).map(<[u8]>::to_vec).collect() };
    let headers = |all: &[Vec<u8>]| -> Vec<Vec<u8>> {
        all.iter().filter(|s| matches!(&id(s)[..], b"ISA" | b"GS" | b"ST")).cloned().collect()
    };
    let (now, then) = (segments(bytes), segments(before));
    let same = headers(&now) == headers(&then) && memchr::memmem::find_iter(bytes, b"ISA").count() == 1;
    same.then(|| now.iter().filter(|s| id(s) == b"CLM").count() as u64)
}
