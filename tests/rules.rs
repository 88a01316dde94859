//! Each rule against its fixture, `rules/CODE.md`: claims in fenced blocks, what is found below them.
//!
//! A block ` ```837p ` or ` ```837i ` holds CLM and LX loops; the envelope is put around it. Its head goes on
//! with `fires` or `clean`, which is checked, or with a word of its own, and with `payer=FILING:ID:NAME` for
//! another payer than Medicare Part B. Blocks ` ```minutes `, ` ```visits `, ` ```plans `, ` ```spend ` and ` ```fees `
//! after it are sidecar files, ` ```history ` holds claims of an earlier file, and a block ` ```findings ` lists what
//! the rule finds, and what the reader finds wrong with the syntax. Findings of
//! other rules are left out: a fixture is about one rule.
//!
//! `BLESS=1 cargo test --test rules` writes the blocks of findings. Read the difference before you keep it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at what it did not expect")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use claimlint::finding::{Finding, fill};
use claimlint::minutes::{FileKind, Minutes, NoteWords, Sidecar};
use claimlint::rules::CATALOGUE;
use claimlint::rules::rule::RuleMeta;
use claimlint::scan::{Setup, scan};
use claimlint::sidecar::{Fees, Plans, Spend};
use claimlint::source::input::Input;
use claimlint::x12::value::Npi;

const BILLING_NPI: &str = "1679576722";

#[test]
fn fixtures() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut wrong = Vec::new();
    for path in fixture_files() {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let rule = rule_of(&path);
        let heading = format!("# {} {}\n", rule.code, rule.name);
        if !text.starts_with(&heading) {
            wrong.push(format!("{name}: begins with {:?}", heading.trim_end()));
        }
        let mut parts = parse(&name, &text);
        for part in &mut parts {
            if let Part::Case(case) = part {
                let found = check(&name, rule, case);
                wrong.extend(
                    case.disagreement(rule, &found).map(|why| format!("{name}:{}: {why}", case.line)),
                );
                if !bless && found != case.findings {
                    wrong.push(format!("{name}:{}: {}", case.line, difference(&case.findings, &found)));
                }
                case.findings = found;
            }
        }
        if bless {
            fs::write(&path, render(&parts)).unwrap();
        }
    }
    assert!(
        wrong.is_empty(),
        "\n{}\n\nBLESS=1 writes the findings, not the words fires and clean",
        wrong.join("\n")
    );
}

/// Every rule that checks anything has a fixture with a block that fires and one that is clean, and a fixture
/// has a rule.
#[test]
fn every_rule_fires_and_keeps_silent() {
    let fixtures = fixture_files();
    let has: BTreeSet<&str> = fixtures.iter().map(|path| rule_of(path).code).collect();
    let missing: Vec<&str> =
        metas().map(|m| m.code).filter(|c| !c.starts_with("X12") && !has.contains(c)).collect();
    assert!(missing.is_empty(), "no fixture for {missing:?}");
    for path in &fixtures {
        let name = path.file_name().unwrap().to_string_lossy();
        let parts = parse(&name, &fs::read_to_string(path).unwrap());
        for word in ["fires", "clean"] {
            let any = parts.iter().any(|p| matches!(p, Part::Case(case) if case.word == word));
            assert!(any, "{name}: no block that {word}");
        }
    }
}

#[test]
fn a_fixture_is_read_and_written_as_it_stands() {
    let text = "# A\n\nText.\n\n```837p fires payer=CI:1:SOME PAYER\nCLM~\n```\n```minutes\na,b\n```\n```findings\nx\n```\n\n\
                ```837i clean\nCLM~\n```\nText.\n";
    let parts = parse("text", text);
    assert_eq!(render(&parts), text);
    let cases: Vec<&Case> =
        parts.iter().filter_map(|p| if let Part::Case(c) = p { Some(c) } else { None }).collect();
    assert_eq!(cases.len(), 2);
    assert_eq!((cases[0].line, cases[0].payer.as_str(), cases[0].findings.len()), (5, "CI:1:SOME PAYER", 1));
    assert_eq!((cases[1].line, cases[1].payer.as_str(), cases[1].form), (15, "MB", Form::Institutional));
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Form {
    Professional,
    Institutional,
}

/// One block of claims with what belongs to it.
#[derive(Debug)]
struct Case {
    line: usize,
    head: String,
    form: Form,
    word: String,
    payer: String,
    claims: String,
    /// Blocks that go with it: sidecar files, earlier claims; what each is, and its text.
    files: Vec<(String, String)>,
    findings: Vec<String>,
}

/// Blocks that go with a case.
const FILES: [&str; 6] = ["minutes", "visits", "plans", "spend", "fees", "history"];

enum Part {
    Prose(String),
    Case(Case),
}

impl Case {
    fn new(line: usize, head: &str, claims: String) -> Option<Case> {
        let (words, payer) = head.split_once(" payer=").unwrap_or((head, "MB"));
        let mut words = words.split(' ');
        let form = match words.next()? {
            "837p" => Form::Professional,
            "837i" => Form::Institutional,
            _ => return None,
        };
        let word = words.next().unwrap_or_default().to_owned();
        let (head, payer) = (head.to_owned(), payer.to_owned());
        Some(Case { line, head, form, word, payer, claims, files: Vec::new(), findings: Vec::new() })
    }

    /// The text of a block that goes with it; empty if there is none.
    fn file(&self, kind: &str) -> &str {
        self.files.iter().find(|(k, _)| k == kind).map_or("", |(_, text)| text.as_str())
    }

    /// What the word of the head says against what was found.
    fn disagreement(&self, rule: &RuleMeta, found: &[String]) -> Option<String> {
        let fires = found.iter().any(|f| f.contains(&format!(" {}: ", rule.code)));
        match self.word.as_str() {
            "fires" if !fires => Some("does not fire".to_owned()),
            "clean" if fires => Some(format!("is not clean: {found:?}")),
            _ => None,
        }
    }
}

fn parse(name: &str, text: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut lines = (1..).zip(text.split_inclusive('\n'));
    while let Some((number, line)) = lines.next() {
        let Some(head) = line.trim_end().strip_prefix("```") else {
            match parts.last_mut() {
                Some(Part::Prose(prose)) => prose.push_str(line),
                _ => parts.push(Part::Prose(line.to_owned())),
            }
            continue;
        };
        let body: String = lines.by_ref().map(|(_, l)| l).take_while(|l| l.trim_end() != "```").collect();
        match (head, parts.last_mut()) {
            (kind, Some(Part::Case(case))) if FILES.contains(&kind) => {
                case.files.push((kind.to_owned(), body))
            }
            ("findings", Some(Part::Case(case))) => case.findings = body.lines().map(str::to_owned).collect(),
            _ => match Case::new(number, head, body) {
                Some(case) => parts.push(Part::Case(case)),
                None => panic!("{name}:{number}: a block {head:?} stands here for nothing"),
            },
        }
    }
    parts
}

fn render(parts: &[Part]) -> String {
    let mut out = String::new();
    for part in parts {
        match part {
            Part::Prose(prose) => out += prose,
            Part::Case(case) => {
                out += &format!("```{}\n{}```\n", case.head, case.claims);
                for (kind, text) in &case.files {
                    out += &format!("```{kind}\n{text}```\n");
                }
                if !case.findings.is_empty() {
                    out += &format!("```findings\n{}\n```\n", case.findings.join("\n"));
                }
            }
        }
    }
    out
}

/// What the rule finds in a case, as lines of a block of findings.
fn check(name: &str, rule: &RuleMeta, case: &Case) -> Vec<String> {
    // A block that is not there would read as an empty file, which is a fault of its own.
    let given = |kind: &str| case.files.iter().any(|(k, _)| k == kind);
    let files = [("minutes", FileKind::Minutes), ("visits", FileKind::Visits)];
    let files: Vec<_> = files
        .into_iter()
        .filter(|(name, _)| given(name))
        .map(|(name, kind)| (kind, Path::new(name), case.file(name).as_bytes()))
        .collect();
    let (minutes, errors) = Sidecar::from_bytes(&files);
    let (plans, no_plans) = Plans::from_reader(Path::new("plans.csv"), case.file("plans").as_bytes());
    let (spend, no_spend) = Spend::from_reader(Path::new("spend.csv"), case.file("spend").as_bytes());
    let (fees, no_fees) = Fees::from_reader(Path::new("fees.csv"), case.file("fees").as_bytes());
    for (kind, faults) in [
        ("minutes", &errors),
        ("visits", &errors),
        ("plans", &no_plans),
        ("spend", &no_spend),
        ("fees", &no_fees),
    ] {
        assert!(!given(kind) || faults.is_empty(), "{name}:{}: {faults:?}", case.line);
    }
    let history = match case.file("history") {
        "" => Vec::new(),
        claims => vec![Input::Bytes("history".to_owned(), interchange(case, claims).leak())],
    };
    // All rules run, so that a rule that looks where its interest does not say stops the test.
    let minutes = Minutes::new(minutes, NoteWords::default());
    let setup = Setup { minutes, plans, spend, fees, history, ..Setup::new() };
    let input = Input::Bytes("fixture".to_owned(), interchange(case, &case.claims).leak());
    let results = scan(&setup, &[input], &|_| {}).unwrap();
    assert!(results.imbalances.is_empty(), "{name}:{}: {:?}", case.line, results.imbalances);
    assert!(results.stray_rows.is_empty(), "{name}:{}: minutes of no line", case.line);
    let mut out = Vec::new();
    let _: std::io::Result<()> = results.each(|item| {
        let id = item.claim.map(|(row, texts)| String::from_utf8_lossy(row.id.of(texts)).into_owned());
        let wanted = |f: &&Finding| {
            let meta = CATALOGUE[usize::from(f.rule.0)].meta();
            meta.code == rule.code || meta.family() == "X12"
        };
        out.extend(item.findings.iter().filter(wanted).map(|f| line(id.as_deref().unwrap_or("-"), f)));
        Ok(())
    });
    out
}

/// `A1 line 1 SV101-3 critical MOD001: 97110 carries none of GP, GO, GN`.
fn line(id: &str, finding: &Finding) -> String {
    let meta = CATALOGUE[usize::from(finding.rule.0)].meta();
    let place = if finding.order == 0 { String::new() } else { format!("line {} ", finding.line) };
    let message = fill(meta.faults[usize::from(finding.fault)].text, &finding.args);
    format!("{id} {place}{} {} {}: {message}", finding.position.at, finding.severity, meta.code)
}

/// The claims of a case in the smallest interchange the guides allow.
fn interchange(case: &Case, claims: &str) -> Vec<u8> {
    assert!(Npi::parse(BILLING_NPI.as_bytes()).is_some());
    let mut payer = case.payer.splitn(3, ':');
    let mut next = |usual| payer.next().unwrap_or(usual);
    let (filing, id, name) = (next("MB"), next("00001"), next("PAYER"));
    let guide = match case.form {
        Form::Professional => "005010X222A1",
        Form::Institutional => "005010X223A2",
    };
    let claims: String = claims.lines().collect();
    let set = format!(
        "ST*837*0001*{guide}~BHT*0019*00*1*20260302*0800*CH~\
         NM1*41*2*SENDER*****46*SENDER~PER*IC*HELP*TE*5555550100~NM1*40*2*RECEIVER*****46*RECEIVER~\
         HL*1**20*1~NM1*85*2*CLINIC*****XX*{BILLING_NPI}~N3*1 MAIN ST~N4*ANYTOWN*OH*432150001~REF*EI*123456789~\
         HL*2*1*22*0~SBR*P*18*******{filing}~NM1*IL*1*DOE*JANE****MI*MEMBER1~N3*2 MAIN ST~N4*ANYTOWN*OH*43215~\
         DMG*D8*19500101*F~NM1*PR*2*{name}*****PI*{id}~{claims}"
    );
    // SE counts itself.
    let count = set.matches('~').count() + 1;
    format!(
        "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260302*0800*^*00501*000000001*0*P*:~\
         GS*HC*SENDER*RECEIVER*20260302*0800*1*X*{guide}~{set}SE*{count}*0001~GE*1*1~IEA*1*000000001~"
    )
    .into_bytes()
}

fn difference(listed: &[String], found: &[String]) -> String {
    let missing = listed.iter().filter(|l| !found.contains(l)).map(|l| format!("\n  listed, not found: {l}"));
    let extra = found.iter().filter(|f| !listed.contains(f)).map(|f| format!("\n  found, not listed: {f}"));
    let text: String = missing.chain(extra).collect();
    if text.is_empty() { "the findings stand in another order".to_owned() } else { text }
}

fn metas() -> impl Iterator<Item = &'static RuleMeta> {
    CATALOGUE.iter().map(|rule| rule.meta())
}

fn fixture_files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn rule_of(path: &Path) -> &'static RuleMeta {
    let stem = path.file_stem().unwrap().to_string_lossy();
    let markdown = path.extension().is_some_and(|e| e == "md");
    let Some(meta) = metas().find(|m| markdown && m.code == stem) else {
        panic!("{} is the fixture of no rule", path.display());
    };
    meta
}
