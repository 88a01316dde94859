//! The acknowledgements held to what they promise: each claim has one status, totals are what stands below them, counts and
//! numbers are right, a 999 says of an envelope what pyx12 says, and pyx12 finds nothing wrong with either.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test stops at what it did not expect, and says what it cannot try"
)]

#[path = "support/batches.rs"]
mod batches;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use batches::generate::{Count, Kind, Options, Size, batch};
use batches::{run, seeds};
use claimlint::acks::claims::ClaimAcknowledgement;
use claimlint::acks::rejects::Rejects;
use claimlint::acks::sets::SetAcknowledgement;
use claimlint::acks::walk::{Ids, walk};
use claimlint::acks::{Acknowledge, Draft};
use claimlint::claim::claim::NotEvaluated;
use claimlint::finding::Severity;
use claimlint::rules::CATALOGUE;
use claimlint::rules::rule::RuleMeta;
use claimlint::scan::Setup;
use claimlint::scan::results::Results;
use claimlint::scan::split::Limits;

/// What is written of a file: its 277CA and its 999, and what the scan found.
struct Answer {
    claims: String,
    sets: String,
    results: Results,
}

/// How it is read where nothing else is said; the tables are made once.
static SETUP: LazyLock<Setup> = LazyLock::new(Setup::new);

fn answer(bytes: &[u8], level: Severity) -> Answer {
    answer_by(&SETUP, bytes, level)
}

fn answer_by(setup: &Setup, bytes: &[u8], level: Severity) -> Answer {
    let results = run::run(setup, &[run::input("a.837", bytes.to_vec())]);
    let rules: Vec<&RuleMeta> = CATALOGUE.iter().map(|rule| rule.meta()).collect();
    let rejects = Rejects::of(&results, &rules, level).unwrap();
    let mut claims = ClaimAcknowledgement::new(&rejects, None);
    let mut sets = SetAcknowledgement::new(None);
    claims.begin(0, None);
    sets.begin(None);
    let mut to: [&mut dyn Acknowledge; 2] = [&mut claims, &mut sets];
    walk(bytes, setup, Ids::default(), &mut to).unwrap();
    let text = |mut draft: Draft| {
        let mut text = Vec::new();
        draft.copy_to(&mut text).unwrap();
        String::from_utf8(text).unwrap()
    };
    let (draft, _, found) = claims.take();
    assert_eq!(found, rejects.in_claims(0), "every claim that is rejected is met");
    Answer { claims: text(draft), sets: text(sets.take()), results }
}

type Segments = Vec<Vec<String>>;

/// An acknowledgement cut into segments and elements, by its own delimiters.
fn segments(text: &str) -> Segments {
    assert!(text.is_empty() || text.ends_with("~\n"), "{text}");
    let split = |segment: &str| segment.split('*').map(str::to_owned).collect();
    text.split_terminator("~\n").map(split).collect()
}

/// A claim file likewise, each interchange by its own.
fn read(bytes: &[u8]) -> Segments {
    let mut all = Vec::new();
    let mut rest = bytes;
    while let Some(at) = memchr::memmem::find(rest, b"ISA") {
        let (element, terminator) = (rest[at + 3], rest[at + 105]);
        rest = &rest[at..];
        let trim = |segment: &[u8]| String::from_utf8_lossy(segment.trim_ascii()).into_owned();
        while let Some(end) = memchr::memchr(terminator, rest) {
            let segment: Vec<String> = rest[..end].split(|b| *b == element).map(trim).collect();
            rest = &rest[end + 1..];
            let is_last = segment[0] == "IEA";
            all.push(segment);
            if is_last {
                break;
            }
        }
    }
    all
}

fn cents(text: &str) -> i64 {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{part:0<2}").parse().unwrap()
}

/// Claims and money below a level.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
struct Sums {
    claims: [i64; 2],
    cents: [i64; 2],
}

impl Sums {
    /// Those that a level says, by its segments from STC to AMT.
    fn said(level: &[Vec<String>], quantities: [&str; 2]) -> Sums {
        let mut sums = Sums::default();
        for segment in level {
            let of = |words: [&str; 2]| words.iter().position(|w| *w == segment[1]);
            match segment[0].as_str() {
                "QTY" => sums.claims[of(quantities).unwrap()] = segment[2].parse().unwrap(),
                "AMT" => sums.cents[of(["YU", "YY"]).unwrap()] = cents(&segment[2]),
                _ => {}
            }
        }
        let all = level.iter().find(|s| s[0] == "STC").map(|s| cents(&s[4]));
        assert_eq!(all, Some(sums.cents[0] + sums.cents[1]), "{level:?}");
        sums
    }
}

/// Holds counts and numbers of envelopes and levels to what they should be, and returns each claim's segments.
fn claims_of(all: &Segments) -> Segments {
    let (mut set, mut group, mut interchange) = (0, 0, 0);
    for (n, segment) in all.iter().enumerate() {
        match segment[0].as_str() {
            "ISA" => (interchange, group) = (n, 0),
            "GS" => {
                group += 1;
                assert_eq!(segment[6], group.to_string());
            }
            "ST" => set = n,
            "SE" => assert_eq!(segment[1..], [(n - set + 1).to_string(), all[set][2].clone()]),
            "IEA" => assert_eq!(segment[1..], [group.to_string(), all[interchange][13].clone()]),
            _ => {}
        }
    }
    let mut claims = Vec::new();
    for set in all.split(|s| s[0] == "ST").skip(1) {
        let [mut of_set, mut of_provider]: [Option<(Sums, Sums)>; 2] = [None, None];
        let (mut hl, mut provider) = (0, 0);
        let levels: Vec<_> = set.split(|s| s[0] == "SE").next().unwrap().split(|s| s[0] == "HL").collect();
        let heads = set.iter().filter(|s| s[0] == "HL");
        for (head, level) in heads.zip(&levels[1..]) {
            hl += 1;
            assert_eq!(head[1], hl.to_string());
            match head[3].as_str() {
                "20" => assert_eq!(head[2], ""),
                "21" => {
                    assert_eq!(head[2], "1");
                    of_set = Some((Sums::said(level, ["90", "AA"]), Sums::default()));
                }
                "19" => {
                    assert_eq!(head[2], "2");
                    if let Some((said, sum)) = of_provider {
                        assert_eq!(said, sum);
                    }
                    of_provider = Some((Sums::said(level, ["QA", "QC"]), Sums::default()));
                    provider = hl;
                }
                _ => {
                    assert_eq!((head[2].as_str(), head[3].as_str()), (provider.to_string().as_str(), "PT"));
                    let one = |id: &str| level.iter().filter(|s| s[0] == id).count();
                    assert_eq!((one("STC"), one("TRN"), one("NM1"), one("DTP")), (1, 1, 1, 1), "{level:?}");
                    let stc = level.iter().find(|s| s[0] == "STC").unwrap();
                    let side = usize::from(stc[3] == "U");
                    assert_eq!(stc[1].starts_with("A1"), side == 0, "{stc:?}");
                    assert_eq!(stc.len() == 13, side == 1, "who is rejected is told why: {stc:?}");
                    for (_, sum) in [&mut of_set, &mut of_provider].into_iter().flatten() {
                        sum.claims[side] += 1;
                        sum.cents[side] += cents(&stc[4]);
                    }
                    let id = level.iter().find(|s| s[0] == "TRN").unwrap()[2].clone();
                    claims.push(vec![id, stc[4].clone(), stc[3].clone()]);
                }
            }
        }
        for (said, sum) in [of_set, of_provider].into_iter().flatten() {
            assert_eq!(said, sum);
        }
    }
    claims
}

/// Ids of claims that something of a level or worse was found in, and whether something around claims is as bad.
fn rejected(results: &Results, level: Severity) -> (BTreeSet<String>, bool) {
    let (mut ids, mut around) = (BTreeSet::new(), false);
    let done: std::io::Result<()> = results.each(|item| {
        if item.findings.iter().any(|f| f.severity >= level) {
            match item.claim {
                Some((row, texts)) => {
                    ids.insert(String::from_utf8_lossy(row.id.of(texts)).into_owned());
                }
                None => around = true,
            }
        }
        Ok(())
    });
    done.unwrap();
    (ids, around)
}

#[track_caller]
fn check(what: &str, bytes: &[u8], level: Severity) {
    let Answer { claims, results, .. } = answer(bytes, level);
    let claims = claims_of(&segments(&claims));
    let file = read(bytes);
    let input: Vec<&Vec<String>> = file.iter().filter(|s| s[0] == "CLM").collect();
    let counts = &results.totals.counts;
    let unread = [NotEvaluated::OutOfScope, NotEvaluated::OtherSet]
        .map(|why| counts.claims_not_evaluated[why as usize]);
    let want = counts.claims_seen - unread.iter().sum::<u64>();
    assert_eq!(claims.len() as u64, want, "{what}: each claim that is read has one status");
    let mut rest = input.iter();
    for claim in &claims {
        let same = |clm: &&&Vec<String>| clm[1] == claim[0] && cents(&clm[2]) == cents(&claim[1]);
        assert!(rest.any(|clm| same(&clm)), "{what}: {claim:?} is no claim of the file, in its order");
    }
    let (found, around) = rejected(&results, level);
    for claim in &claims {
        let is_rejected = claim[2] == "U";
        assert!(is_rejected || !found.contains(&claim[0]), "{what}: {claim:?}");
        assert!(!is_rejected || around || found.contains(&claim[0]), "{what}: {claim:?}");
    }
}

#[test]
fn every_claim_has_one_status_and_totals_are_what_stands_below() {
    for seed in seeds::all() {
        check(seed.name, &seed.bytes, Severity::High);
    }
    for (n, (kind, count)) in
        [(Kind::P, Count::Many), (Kind::I, Count::One), (Kind::P, Count::One), (Kind::I, Count::Many)]
            .into_iter()
            .enumerate()
    {
        let options = Options {
            seed: n as u64,
            faulty: 40,
            transactions: count,
            providers: count,
            line_end: ["", "\r\n"][n % 2],
            delimiters: [*b"*:^~", *b"|>^!"][n / 2],
            ..Options::new(kind, Size::Claims(300))
        };
        let bytes = batch(&options).bytes;
        for level in [Severity::Critical, Severity::High, Severity::Info] {
            check(&format!("{n} {level}"), &bytes, level);
        }
    }
}

/// Where a file is cut into chunks shows nowhere.
#[test]
fn chunks_make_no_difference() {
    let options = Options { faulty: 30, ..Options::new(Kind::P, Size::Claims(60)) };
    for bytes in [batch(&options).bytes, faulty(&[("SE*", "SE*9"), ("GE*", "GE*7")])] {
        let whole = answer(&bytes, Severity::High);
        for window in [400, 1_000, 4_097] {
            let setup = Setup { limits: Limits { window, ..Limits::default() }, ..Setup::new() };
            let cut = answer_by(&setup, &bytes, Severity::High);
            assert!(whole.claims == cut.claims && whole.sets == cut.sets, "window {window}");
        }
    }
}

const HEAD: &str = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260406*0930*^*00501*000000007*0*T*:~\
    GS*HC*SENDER*RECEIVER*20260406*0930*12*X*005010X222A1~";

/// Two sets of one claim, with texts replaced: the first occurrence, each.
fn faulty(changes: &[(&str, &str)]) -> Vec<u8> {
    let set = |n: usize| {
        format!(
            "ST*837*000{n}*005010X222A1~BHT*0019*00*B{n}*20260406*0930*CH~NM1*41*2*BILLER*****46*SUB~PER*IC*DESK*TE*5555550100~\
             NM1*40*2*PLAN*****46*REC~HL*1**20*1~NM1*85*2*CLINIC*****XX*1000000012~N3*1 ROAD~N4*TOWN*OH*441010000~\
             REF*EI*123456789~HL*2*1*22*0~SBR*P*18*******CI~NM1*IL*1*DOE*JAN****MI*M{n}~N3*2 ROAD~N4*TOWN*OH*44101~\
             DMG*D8*19800101*F~NM1*PR*2*PLAN*****PI*P1~CLM*A{n}*140***11:B:1*Y*A*Y*Y~HI*ABK:M5450~LX*1~\
             SV1*HC:97161:GP*140*UN*1***1~DTP*472*D8*2026030{n}~SE*23*000{n}~"
        )
    };
    let mut text = format!("{HEAD}{}{}GE*2*12~IEA*1*000000007~", set(1), set(2));
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    text.into_bytes()
}

/// Codes of a 999: of each set those of IK5, at last those of AK9, each after its answer.
fn codes(text: &str) -> Vec<String> {
    let wanted = |s: &&Vec<String>| ["IK3", "IK4", "IK5", "AK9"].contains(&s[0].as_str());
    let all = segments(text);
    all.iter().filter(wanted).map(|s| s.join("*")).collect()
}

#[test]
fn a_999_says_what_is_wrong_in_codes() {
    let twice = ("ST*837*0002", "ST*837*0001");
    for (changes, want) in [
        (&[][..], &["IK5*A", "IK5*A", "AK9*A*2*2*2"][..]),
        (&[("SE*23*0001", "SE*24*0001")], &["IK5*R*4", "IK5*A", "AK9*P*2*2*1"]),
        (&[("SE*23*0001", "SE*23*0009")], &["IK5*R*3", "IK5*A", "AK9*P*2*2*1"]),
        (&[("SE*23*0001~", "")], &["IK5*R*2", "IK5*A", "AK9*P*2*2*1"]),
        (&[("SE*23*0002~", "")], &["IK5*A", "IK5*R*2", "AK9*P*2*2*1"]),
        (&[twice, ("SE*23*0002", "SE*23*0001")], &["IK5*A", "IK5*R*23", "AK9*P*2*2*1"]),
        (&[("GE*2", "GE*3")], &["IK5*A", "IK5*A", "AK9*R*3*2*2*5"]),
        (&[("GE*2*12", "GE*2*13")], &["IK5*A", "IK5*A", "AK9*R*2*2*2*4"]),
        (&[("GE*2*12~", "")], &["IK5*A", "IK5*A", "AK9*R*2*2*2*3"]),
        (&[("SE*23*0002~", ""), ("GE*2", "GE*4")], &["IK5*A", "IK5*R*2", "AK9*R*4*2*1*5"]),
        (
            &[("HI*ABK", "ZQ9*SECRET~HI*ABK"), ("SE*23", "SE*24")],
            &["IK3*ZZZ*19**1", "IK5*R*5", "IK5*A", "AK9*P*2*2*1"],
        ),
        (&[("*140***11", "*14O***11")], &["IK3*CLM*18**8", "IK4*2**6", "IK5*R*5", "IK5*A", "AK9*P*2*2*1"]),
        (
            &[("D8*20260301", "D8*20261301")],
            &["IK3*DTP*22**8", "IK4*3**8", "IK5*R*5", "IK5*A", "AK9*P*2*2*1"],
        ),
        (&[("ST*837*0001*005010X222A1", "ST*837*0001*005010X224A2")], &["IK5*R*I6", "IK5*A", "AK9*P*2*2*1"]),
        (&[("GS*HC", "GS*HP")], &[]),
        (&[("IEA*1", "IEA*5")], &["IK5*A", "IK5*A", "AK9*A*2*2*2"]),
    ] {
        let text = answer(&faulty(changes), Severity::Critical).sets;
        assert_eq!(codes(&text), want, "{changes:?}\n{text}");
        claims_of(&segments(&text));
        assert!(!text.contains("SECRET") && !text.contains("ZQ9"), "{text}");
    }
}

/// The other program: its directory of CI's, or that of a person.
fn pyx12() -> Option<PathBuf> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = ["target/peers", ".peers"]
        .iter()
        .map(|at| project.join(at).join("bin/x12valid"))
        .find(|path| path.exists());
    if found.is_none() {
        println!(
            "pyx12 is not at hand, so it is not asked: python3 -m venv target/peers && target/peers/bin/pip install pyx12"
        );
    }
    found
}

/// What it says of files: standard error and output.
fn asked(validator: &Path, files: &[PathBuf]) -> String {
    let ran = Command::new(validator).args(files).output().unwrap();
    [ran.stdout, ran.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat()
}

#[test]
fn pyx12_finds_nothing_wrong_with_either() {
    let Some(validator) = pyx12() else { return };
    let desk = tempfile::tempdir().unwrap();
    let mut inputs: Vec<(String, Vec<u8>)> =
        seeds::all().into_iter().map(|seed| (seed.name.to_owned(), seed.bytes)).collect();
    let options = Options { faulty: 40, ..Options::new(Kind::I, Size::Claims(60)) };
    inputs.push(("a batch".to_owned(), batch(&options).bytes));
    for changes in [
        &[("ST*837*0001", "ST*837*A:1"), ("CLM*A1", "CLM*^A`\u{e9}1 *"), ("NM1*41*2", "NM1*41*1")][..],
        &[
            ("XX*1000000012", "24*123456789"),
            ("NM1*85*2*CLINIC", "NM1*85*1*DOE"),
            ("GS*HC*SENDER*", "GS*HC**"),
        ],
        &[
            ("*000000007*0*T", "*00000000A*0*X"),
            ("*260406*0930", "*999999*9999"),
            ("*12*X*005010X222A1", "*A*X*"),
        ],
        &[("GE*2*12~", ""), ("SE*23*0001~", ""), ("BHT*0019*00*B1*20260406*0930*CH~", "")],
        &[("*140***11", "*1.4O***11"), ("D8*20260301", "D8*20261301"), ("ST*837*0002", "ST*835*")],
    ] {
        inputs.push((format!("{changes:?}"), faulty(changes)));
    }
    let (mut files, mut names) = (Vec::new(), BTreeMap::new());
    for (n, (name, bytes)) in inputs.iter().enumerate() {
        let Answer { claims, sets, .. } = answer(bytes, Severity::High);
        for (kind, text) in [("277", claims), ("999", sets)].into_iter().filter(|(_, text)| !text.is_empty())
        {
            let path = desk.path().join(format!("{n}.{kind}"));
            fs::write(&path, &text).unwrap();
            names.insert(path.display().to_string(), name);
            files.push(path);
        }
    }
    assert!(files.len() > inputs.len(), "{} files", files.len());
    let said = asked(&validator, &files);
    let ok = said.lines().filter(|line| line.ends_with(": OK")).count();
    let told: Vec<&str> = said.lines().filter(|line| !line.ends_with(": OK")).take(20).collect();
    assert!(ok == files.len() && told.is_empty(), "{ok} of {}: {told:#?}\n{names:#?}", files.len());
}

/// Codes of envelopes in a 999: of sets and of groups, without those of segments and elements.
fn of_envelopes(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    for line in text.split('~').map(str::trim) {
        let elements: Vec<&str> = line.split('*').collect();
        let from = match elements[0] {
            "AK2" => {
                all.push(format!("set {}", elements[2].trim_start_matches('0')));
                continue;
            }
            "IK5" | "AK5" => 2,
            "AK9" => 5,
            _ => continue,
        };
        // 5 of a set says that segments are in error, which is another question; as is which guides and groups are known, and
        // whether elements of the headers are what they should be.
        let others: &[&str] = if from == 2 { &["1", "5", "6", "7", "I5", "I6"] } else { &["1", "2"] };
        let is_other = |code: &&str| others.contains(code);
        let codes: Vec<&str> = elements.iter().skip(from).filter(|code| !is_other(code)).copied().collect();
        // A 997, which it writes of 4010, has them under another name.
        all.push(format!("{} {}", elements[0].replace("AK5", "IK5"), codes.join(" ")));
    }
    all
}

/// Envelope faults have the codes that pyx12 gives them, in files made for this and in those of others where they are at
/// hand. What pyx12 cannot read, or reads as another number of sets, is no comparison. Three things it sees otherwise, so they
/// are not in the list: an SE that is missing before another envelope segment is to it none or a fault of
/// the group, a GE that is missing before an IEA
/// one of the interchange, and control numbers are equal only if they have the same zeros in front.
#[test]
fn a_999_has_the_codes_of_pyx12_for_envelopes() {
    let Some(validator) = pyx12() else { return };
    let desk = tempfile::tempdir().unwrap();
    let again =
        format!("GE*2*12~{}", &String::from_utf8(faulty(&[])).unwrap()[106..].replacen("IEA", "ZZZ", 1));
    let again = again.split("ZZZ").next().unwrap().to_owned();
    let mut inputs: Vec<Vec<u8>> = [
        &[][..],
        &[("SE*23*0001", "SE*24*0001")],
        &[("SE*23*0001", "SE*23*0009")],
        &[("SE*23*0002~GE*2*12~IEA*1*000000007~", "")],
        &[("ST*837*0002", "ST*837*0001"), ("SE*23*0002", "SE*23*0001")],
        &[("GE*2", "GE*3")],
        &[("GE*2*12", "GE*2*13")],
        &[("GE*2*12~", &again)],
    ]
    .iter()
    .map(|changes| faulty(changes))
    .collect();
    let made = inputs.len();
    inputs.extend(corpus());
    let mut files = Vec::new();
    for (n, bytes) in inputs.iter().enumerate() {
        let path = desk.path().join(format!("{n}.837"));
        fs::write(&path, bytes).unwrap();
        files.push(path);
    }
    let ours: Vec<Vec<String>> =
        inputs.iter().map(|bytes| of_envelopes(&answer(bytes, Severity::Critical).sets)).collect();
    let wanted: Vec<usize> = (0..inputs.len())
        .filter(|n| *n < made || !(ours[*n].is_empty() || has_other_zeros(&inputs[*n])))
        .collect();
    let answer_to = |n: usize| fs::read_to_string(files[n].with_extension("837.997"));
    for some in wanted.chunks(24) {
        asked(&validator, &some.iter().map(|n| files[*n].clone()).collect::<Vec<_>>());
        // Some stop it, and those behind them are asked by themselves.
        for n in some.iter().filter(|n| answer_to(**n).is_err()) {
            asked(&validator, std::slice::from_ref(&files[*n]));
        }
    }
    let (mut compared, mut unlike, mut differ) = (0, 0, Vec::new());
    for n in wanted {
        let theirs = answer_to(n).map(|text| of_envelopes(&text)).unwrap_or_default();
        if ours[n].len() == theirs.len() {
            compared += 1;
            if ours[n] != theirs {
                differ.push((n, ours[n].clone(), theirs));
            }
        } else {
            unlike += usize::from(!theirs.is_empty());
            assert!(n >= made, "{n}: {:?} against {theirs:?}", ours[n]);
        }
    }
    println!("codes of envelopes: {compared} files compared, {unlike} that pyx12 reads as other sets");
    assert!(differ.is_empty(), "{differ:#?}");
}

/// Whether an SE02 is the number of its ST02 and not its text.
fn has_other_zeros(bytes: &[u8]) -> bool {
    let mut st02 = String::new();
    read(bytes).iter().any(|segment| {
        let control = segment.get(2).cloned().unwrap_or_default();
        match segment[0].as_str() {
            "ST" => st02 = control,
            "SE" => {
                return control != st02 && control.trim_start_matches('0') == st02.trim_start_matches('0');
            }
            _ => {}
        }
        false
    })
}

/// Claim files of other projects, where they are at hand.
fn corpus() -> Vec<Vec<u8>> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let mut found = Vec::new();
    let mut stack = vec![shared.clone()];
    while let Some(directory) = stack.pop() {
        let Ok(entries) = fs::read_dir(&directory) else { continue };
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                stack.push(path);
            } else if let Ok(bytes) = fs::read(&path)
                && bytes.starts_with(b"ISA")
                && memchr::memmem::find(&bytes, b"837").is_some()
                && bytes.len() < 200_000
            {
                found.push(bytes);
            }
        }
    }
    if found.is_empty() {
        println!("{} is not at hand, so files of others are not compared", shared.display());
    }
    found
}
