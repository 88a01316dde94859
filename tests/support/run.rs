//! The engine over bytes in memory, and its results through the five report files, in memory too.

use std::io::{self, Write};
use std::path::Path;
use std::sync::LazyLock;

use claimlint::claim::claim::Form;
use claimlint::minutes::{Minutes, NoteWords, Sidecar};
use claimlint::report::tee::Reports;
use claimlint::report::{ClaimInfo, Entry, Location, Report, Summary, csv, html, json};
use claimlint::risk::{self, Risk};
use claimlint::rules::CATALOGUE;
use claimlint::rules::rule::RuleMeta;
use claimlint::scan::results::{Item, Results};
use claimlint::scan::split::Limits;
use claimlint::scan::{Setup, scan};
use claimlint::sidecar::{Fees, Plans, Spend};
use claimlint::source::input::Input;

use super::generate::Batch;

/// The catalogue as reports want it.
pub static RULES: LazyLock<Vec<&'static RuleMeta>> =
    LazyLock::new(|| CATALOGUE.iter().map(|r| r.meta()).collect());

/// All rules and the rows of a minutes file, if there is one.
pub fn setup(threads: usize, limits: Limits, minutes: &str) -> Setup {
    let minutes = if minutes.is_empty() {
        Minutes::none()
    } else {
        let (sidecar, errors) = Sidecar::from_reader(Path::new("minutes.csv"), minutes.as_bytes());
        assert!(errors.is_empty(), "{errors:?}");
        Minutes::new(sidecar, NoteWords::default())
    };
    Setup { threads, limits, minutes, ..Setup::new() }
}

/// As [`setup`], with everything a batch has beside its claims.
pub fn setup_of(threads: usize, limits: Limits, batch: &Batch) -> Setup {
    let mut setup = setup(threads, limits, &batch.minutes);
    if !batch.fees.is_empty() {
        let (plans, of_plans) = Plans::from_reader(Path::new("plans.csv"), batch.plans.as_bytes());
        let (spend, of_spend) = Spend::from_reader(Path::new("spend.csv"), batch.spend.as_bytes());
        let (fees, of_fees) = Fees::from_reader(Path::new("fees.csv"), batch.fees.as_bytes());
        assert!(of_plans.is_empty() && of_spend.is_empty() && of_fees.is_empty());
        (setup.plans, setup.spend, setup.fees) = (plans, spend, fees);
    }
    if !batch.history.is_empty() {
        setup.history = vec![input("earlier.837", batch.history.clone())];
    }
    setup
}

/// An input over bytes that are never freed: a test has few of them.
pub fn input(name: &str, bytes: Vec<u8>) -> Input {
    Input::Bytes(name.to_owned(), bytes.leak())
}

/// Scans.
pub fn run(setup: &Setup, inputs: &[Input]) -> Results {
    scan(setup, inputs, &|_| {}).unwrap()
}

/// What the run writes into its five files, one after the other, and
/// every count and sum the summary is made from.
pub fn written(setup: &Setup, results: &Results) -> String {
    let mut files = [Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new()];
    report(setup, results, files.each_mut()).unwrap();
    let mut all = String::from_utf8(files.concat()).unwrap();
    for part in [
        format!("{:#?}", results.files),
        format!("{:#?}", results.totals),
        format!("{:?}", results.stray_rows),
        format!("{:?}", results.imbalances),
    ] {
        all.push_str(&part);
        all.push('\n');
    }
    all
}

/// `findings.csv` of the run.
pub fn findings_csv(setup: &Setup, results: &Results) -> String {
    let mut file = Vec::new();
    report(setup, results, [&mut file]).unwrap();
    String::from_utf8(file).unwrap()
}

/// Writes `findings.csv`, `claims.csv`, `findings.jsonl`, `summary.json` and `report.html` as `--out` does, as many
/// of them as there are writers: with more than one thread the first three beside the others.
pub fn report<W: Write + Send, const N: usize>(
    setup: &Setup,
    results: &Results,
    files: [W; N],
) -> io::Result<()> {
    let mut files: Vec<(usize, W)> = files.into_iter().enumerate().collect();
    if setup.threads <= 1 {
        return emit(setup, results, files);
    }
    let others = files.split_off(N.min(3));
    std::thread::scope(|scope| {
        let beside = scope.spawn(move || emit(setup, results, files));
        emit(setup, results, others).and(beside.join().unwrap())
    })
}

/// Writes `findings.csv` and `summary.json`, and no other file.
pub fn findings_and_totals<W: Write>(setup: &Setup, results: &Results, files: [W; 2]) -> io::Result<()> {
    emit(setup, results, [0, 3].into_iter().zip(files).collect())
}

/// Writes some of them, each with its place among all.
fn emit<W: Write>(setup: &Setup, results: &Results, files: Vec<(usize, W)>) -> io::Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    let mut reports = Reports::default();
    for (n, file) in files {
        match n {
            0 => reports.push(csv::Findings::new(file, &RULES)),
            1 => reports.push(csv::Claims::new(file, &RULES)),
            2 => reports.push(json::Lines::new(file, &RULES)),
            3 => reports.push(json::Totals::new(file, &RULES)),
            _ => reports.push(html::Html::new(file, &RULES)),
        }
    }
    reports.begin()?;
    let mut summary = Summary::default();
    let (mut location, mut info) = (Location::default(), ClaimInfo::default());
    results.each(|item| {
        locate(&mut location, item);
        let mut risk = Risk::default();
        if let Some((row, _)) = item.claim {
            risk = risk::of_claim(row.charge, item.findings);
            describe(&mut info, item, setup);
        }
        for finding in item.findings {
            summary.findings[finding.severity as usize] += 1;
        }
        let claim = item.claim.map(|_| &info);
        reports.entry(&Entry { location: &location, claim, findings: item.findings, marks: &[], risk })
    })?;
    reports.finish(&summary)
}

fn locate(location: &mut Location, item: &Item<'_>) {
    let standing = item.standing;
    location.file.clone_from(&item.file.name);
    location.interchange = standing.interchange;
    (location.group, location.transaction) = (standing.group, standing.transaction);
    for (slot, control) in [
        (&mut location.isa13, standing.isa13),
        (&mut location.gs06, standing.gs06),
        (&mut location.st02, standing.st02),
    ] {
        slot.clear();
        slot.extend_from_slice(control.as_bytes());
    }
}

fn describe(info: &mut ClaimInfo, item: &Item<'_>, setup: &Setup) {
    let Some((row, texts)) = item.claim else { return };
    for (slot, text) in
        [(&mut info.id, row.id), (&mut info.payer_id, row.payer_id), (&mut info.payer_name, row.payer_name)]
    {
        slot.clear();
        slot.extend_from_slice(text.of(texts));
    }
    let policy = setup.policies.get(row.policy);
    info.hierarchy_suspect = row.hierarchy_suspect;
    info.form = if row.form == Form::Professional { "837P" } else { "837I" };
    (info.charge, info.lines, info.date, info.byte) = (row.charge, row.lines, row.date, row.byte);
    info.policy.clone_from(&policy.name);
    info.payer_class = policy.class.as_str();
    info.billing_npi = row.billing.map(|npi| npi.to_string()).unwrap_or_default();
}

/// An input over a file.
pub fn file(path: &Path) -> Input {
    Input::Path(path.to_owned())
}
