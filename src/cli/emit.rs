//! Results of the engine handed to the reports: the one place where both are known.

use std::collections::HashSet;
use std::io;
use std::path::Path;

use crate::finding::Finding;
use crate::position::ElementRef;
use crate::report::mark::{Fingerprint, Mark};
use crate::report::{ClaimInfo, Entry, Location, Report, Summary};
use crate::risk::{self, Risk};
use crate::rules::time::minutes_not_documented;
use crate::rules::waiver::Subject;
use crate::scan::commit::RowUse;
use crate::scan::results::{Item, Results};
use crate::scan::row::ClaimRow;
use crate::scan::worker::syntax_finding;
use crate::x12::envelope::Standing;
use crate::x12::fault::{Fault, FaultCode};
use crate::x12::value::Cents;

use super::baseline::{Again, Baseline};
use super::config::Config;
use super::fingerprint::{self, Fingerprints};
use super::summary::Sums;
use super::waivers::Uses;

/// What is found out once about the findings of a run, for all who are handed them.
pub(crate) struct Known(HashSet<u64>);

impl Known {
    /// Looks through everything found.
    pub(crate) fn of(results: &Results) -> io::Result<Known> {
        fingerprint::repeated(results).map(Known)
    }
}

/// Hands everything found to a report but what is known from the baseline, then the summary. Returns the summary and what
/// the findings come to.
pub(crate) fn emit(
    config: &Config,
    results: &Results,
    known: &Known,
    mut summary: Summary,
    to: &mut dyn Report,
) -> io::Result<Summary> {
    to.begin()?;
    let mut desk = Desk::new(config, known);
    desk.prints_wanted = to.shows_marks() || config.baseline.is_some();
    let (mut location, mut info) = (Location::default(), ClaimInfo::default());
    let mut stood: Option<(Standing, usize)> = None;
    let setup = &config.setup;
    results.each(|item| {
        setup.stop.check()?;
        let at = (*item.standing, item.number);
        if stood != Some(at) {
            fill_location(&mut location, item, config);
            stood = Some(at);
        }
        let claim = item.claim.map(|(row, texts)| {
            fill_claim(&mut info, row, texts, config);
            (&info, row.id.of(texts), row.worth.unwrap_or(row.charge))
        });
        desk.entry(&location, claim, item.findings, to)
    })?;
    location = Location::default();
    let mut named = None;
    // One at a time: rows are many where a file of minutes is of other claims than these.
    for (mut finding, path) in stray_rows(config, results).chain(unlisted(config)) {
        if named.replace(path) != Some(path) {
            location.file = config.names.path(path);
        }
        let nowhere = Subject { day: setup.as_of, ..Subject::default() };
        setup.plan.waivers().mark(&nowhere, &mut finding);
        desk.entry(&location, None, &[finding], to)?;
    }
    desk.into_summary(&mut summary);
    to.finish(&summary)?;
    Ok(summary)
}

/// Findings on their way to a report: what is known is taken out, what is waived is not counted.
pub(crate) struct Desk<'c> {
    config: &'c Config,
    sums: Sums,
    uses: Uses,
    again: Again,
    prints: Fingerprints<'c>,
    /// Whether anybody looks at the fingerprints.
    prints_wanted: bool,
    /// Of the entry at hand: fingerprints, what is reported, what is said of it beside, and what counts.
    printed: Vec<Fingerprint>,
    reported: Vec<Finding>,
    marks: Vec<Mark<'c>>,
    counted: Vec<Finding>,
}

impl<'c> Desk<'c> {
    pub(crate) fn new(config: &'c Config, known: &'c Known) -> Desk<'c> {
        Desk {
            config,
            sums: Sums::new(),
            uses: Uses::default(),
            again: Again::default(),
            prints: Fingerprints::new(config.key.as_ref(), &known.0),
            prints_wanted: true,
            printed: Vec::new(),
            reported: Vec::new(),
            marks: Vec::new(),
            counted: Vec::new(),
        }
    }

    /// An entry. Of a claim its id as it stands in the file, and what it is worth.
    fn entry(
        &mut self,
        location: &Location,
        claim: Option<(&ClaimInfo, &[u8], Cents)>,
        findings: &[Finding],
        to: &mut dyn Report,
    ) -> io::Result<()> {
        let Desk { config, .. } = *self;
        let Desk { prints, printed, reported, marks, counted, .. } = self;
        printed.clear();
        if self.prints_wanted {
            prints.of_entry(location, claim.map(|(info, id, _)| (info, id)), findings, printed);
        }
        reported.clear();
        marks.clear();
        counted.clear();
        // Where all are reported and count, none has to be copied.
        let some_aside = config.baseline.is_some() || findings.iter().any(Finding::is_waived);
        let prints = printed.iter().copied().map(Some).chain(std::iter::repeat(None));
        for (finding, fingerprint) in findings.iter().zip(prints) {
            self.uses.add(finding);
            if some_aside {
                let has = |baseline: &Baseline| fingerprint.is_some_and(|print| baseline.has(&print));
                if config.baseline.as_ref().is_some_and(has) {
                    self.again.add(finding);
                    if !finding.is_waived() {
                        continue;
                    }
                }
                if !finding.is_waived() {
                    counted.push(*finding);
                }
                reported.push(*finding);
            }
            let waiver = config.waivers.as_ref().and_then(|file| file.name_of(finding));
            marks.push(Mark { fingerprint, waiver });
        }
        let (reported, counted) = if some_aside { (&**reported, &**counted) } else { (findings, findings) };
        let risk = claim.map_or_else(Risk::default, |(_, _, worth)| risk::of_claim(worth, counted));
        self.sums.add(claim.is_some(), counted, &risk);
        if reported.is_empty() {
            return Ok(());
        }
        let claim = claim.map(|(info, ..)| info);
        to.entry(&Entry { location, claim, findings: reported, marks, risk })
    }

    /// Hands some findings of a claim to a report, as findings of another file.
    pub(crate) fn claim_as_of(
        &mut self,
        item: &Item<'_>,
        file: &str,
        findings: &[Finding],
        to: &mut dyn Report,
    ) -> io::Result<()> {
        let Some((row, texts)) = item.claim else { return Ok(()) };
        let (mut location, mut info) = (Location::default(), ClaimInfo::default());
        fill_location(&mut location, item, self.config);
        location.file = self.config.names.name(file).into_owned();
        fill_claim(&mut info, row, texts, self.config);
        let claim = (&info, row.id.of(texts), row.worth.unwrap_or(row.charge));
        self.entry(&location, Some(claim), findings, to)
    }

    fn into_summary(self, summary: &mut Summary) {
        let Config { waivers, baseline, setup, .. } = self.config;
        summary.waivers = waivers.as_ref().map(|file| file.total(&self.uses, setup.as_of));
        summary.baseline = baseline.as_ref().map(|baseline| baseline.total(&self.again));
        self.sums.into_summary(summary);
    }
}

fn fill_location(location: &mut Location, item: &Item<'_>, config: &Config) {
    location.file.clear();
    location.file.push_str(&config.names.name(&item.file.name));
    stand(location, item.standing);
}

/// Says of a place in a file which envelopes it is in.
pub(super) fn stand(location: &mut Location, standing: &Standing) {
    let Standing { interchange, group, transaction, isa13, gs06, st02, .. } = standing;
    (location.interchange, location.group, location.transaction) = (*interchange, *group, *transaction);
    for (slot, control) in
        [(&mut location.isa13, isa13), (&mut location.gs06, gs06), (&mut location.st02, st02)]
    {
        slot.clear();
        slot.extend_from_slice(control.as_bytes());
    }
}

fn fill_claim(info: &mut ClaimInfo, row: &ClaimRow, texts: &[u8], config: &Config) {
    for (slot, text) in
        [(&mut info.id, row.id), (&mut info.payer_id, row.payer_id), (&mut info.payer_name, row.payer_name)]
    {
        slot.clear();
        slot.extend_from_slice(text.of(texts));
    }
    if let Some(key) = &config.key {
        key.token(row.id.of(texts), &mut info.id);
    }
    info.hierarchy_suspect = row.hierarchy_suspect;
    let policy = config.setup.policies.get(row.policy);
    info.form = row.form.as_str();
    (info.charge, info.lines, info.date, info.byte) = (row.charge, row.lines, row.date, row.byte);
    info.policy.clone_from(&policy.name);
    info.payer_class = policy.class.as_str();
    info.billing_npi.clear();
    if let Some(npi) = row.billing {
        use std::fmt::Write as _;
        // Writing to a String cannot fail.
        let _ = write!(info.billing_npi, "{npi}");
    }
}

/// Findings about files that were listed and never opened.
fn unlisted(config: &Config) -> impl Iterator<Item = (Finding, &Path)> {
    let listing = &config.listing;
    let unread = listing.unread.iter().filter(|unread| !unread.earlier);
    let unread = unread.filter_map(|unread| Some((unread.code?, unread.path.as_path())));
    let twins = listing.duplicates.iter().map(|twin| (FaultCode::DuplicateFile, twin.path.as_path()));
    let finding = |(code, path): (FaultCode, _)| {
        let fault = Fault { code, byte: 0, at: ElementRef::default(), segment: 0, figures: [0, 0] };
        Some((syntax_finding(&config.setup, &fault)?, path))
    };
    twins.chain(unread).filter_map(finding)
}

/// Sidecar rows that were used for no line, each as a finding at its file and line.
fn stray_rows<'r>(config: &'r Config, results: &'r Results) -> impl Iterator<Item = (Finding, &'r Path)> {
    let sidecar = config.setup.minutes.sidecar();
    let finding = minutes_not_documented::stray_rows(&config.setup.plan);
    finding.into_iter().flat_map(move |finding| {
        results.stray_rows.iter().map(move |(row, used)| {
            let (path, line) = sidecar.place(row);
            (finding(sidecar.kind(row), line, used == RowUse::Ambiguous), path)
        })
    })
}
