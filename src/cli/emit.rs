//! Results of the engine handed to the reports: the one place where both are known.

use std::io;
use std::path::Path;

use crate::claim::claim::Form;
use crate::finding::Finding;
use crate::position::ElementRef;
use crate::report::{ClaimInfo, Entry, Location, Report, Summary};
use crate::risk::{self, Risk};
use crate::rules::time::minutes_not_documented;
use crate::scan::commit::RowUse;
use crate::scan::results::{Item, Results};
use crate::scan::row::ClaimRow;
use crate::scan::worker::syntax_finding;
use crate::x12::envelope::Standing;
use crate::x12::fault::{Fault, FaultCode};

use super::config::Config;
use super::summary::Sums;

/// Hands everything found to a report, then the summary. Returns the summary and what the findings come to.
pub(crate) fn emit(
    config: &Config,
    results: &Results,
    mut summary: Summary,
    to: &mut dyn Report,
) -> io::Result<Summary> {
    to.begin()?;
    let mut sums = Sums::new();
    let (mut location, mut info) = (Location::default(), ClaimInfo::default());
    let mut stood: Option<(Standing, usize)> = None;
    let setup = &config.setup;
    results.each(|item| {
        setup.stop.check()?;
        let at = (*item.standing, std::ptr::from_ref(item.file).addr());
        if stood != Some(at) {
            fill_location(&mut location, item, config);
            stood = Some(at);
        }
        let mut risk = Risk::default();
        let claim = match item.claim {
            Some((row, texts)) => {
                risk = risk::of_claim(row.worth.unwrap_or(row.charge), item.findings);
                fill_claim(&mut info, row, texts, config);
                Some(&info)
            }
            None => None,
        };
        sums.add(claim.is_some(), item.findings, &risk);
        to.entry(&Entry { location: &location, claim, findings: item.findings, risk })
    })?;
    for (finding, file) in stray_rows(config, results).into_iter().chain(unlisted(config)) {
        location = Location { file, ..Location::default() };
        sums.add(false, &[finding], &Risk::default());
        to.entry(&Entry { location: &location, claim: None, findings: &[finding], risk: Risk::default() })?;
    }
    sums.into_summary(&mut summary);
    to.finish(&summary)?;
    Ok(summary)
}

/// Hands some findings of a claim to a report, as findings of another file.
pub(crate) fn claim_as_of(
    config: &Config,
    item: &Item<'_>,
    file: &str,
    findings: &[Finding],
    to: &mut dyn Report,
) -> io::Result<()> {
    let Some((row, texts)) = item.claim else { return Ok(()) };
    let (mut location, mut info) = (Location::default(), ClaimInfo::default());
    fill_location(&mut location, item, config);
    location.file = config.names.name(file).into_owned();
    fill_claim(&mut info, row, texts, config);
    let risk = risk::of_claim(row.worth.unwrap_or(row.charge), findings);
    to.entry(&Entry { location: &location, claim: Some(&info), findings, risk })
}

fn fill_location(location: &mut Location, item: &Item<'_>, config: &Config) {
    let Standing { interchange, group, transaction, isa13, gs06, st02, .. } = item.standing;
    location.file.clear();
    location.file.push_str(&config.names.name(&item.file.name));
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
    info.form = match row.form {
        Form::Professional => "837P",
        Form::Institutional => "837I",
    };
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
fn unlisted(config: &Config) -> Vec<(Finding, String)> {
    let listing = &config.listing;
    let unread = listing.unread.iter().filter(|unread| !unread.earlier);
    let unread = unread.filter_map(|unread| Some((unread.code?, unread.path.as_path())));
    let twins = listing.duplicates.iter().map(|twin| (FaultCode::DuplicateFile, twin.path.as_path()));
    let finding = |(code, path): (FaultCode, &Path)| {
        let fault = Fault { code, byte: 0, at: ElementRef::default(), segment: 0, figures: [0, 0] };
        Some((syntax_finding(&config.setup, &fault)?, config.names.path(path)))
    };
    twins.chain(unread).filter_map(finding).collect()
}

/// Sidecar rows that were used for no line, each as a finding at its file and line.
fn stray_rows(config: &Config, results: &Results) -> Vec<(Finding, String)> {
    let setup = &config.setup;
    let sidecar = setup.minutes.sidecar();
    let finding = |(row, used): &(_, RowUse)| {
        let (path, line) = sidecar.place(*row);
        let several = *used == RowUse::Ambiguous;
        let finding = minutes_not_documented::stray_row(&setup.plan, sidecar.kind(*row), line, several)?;
        Some((finding, config.names.path(path)))
    };
    results.stray_rows.iter().filter_map(finding).collect()
}
