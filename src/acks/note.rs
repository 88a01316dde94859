//! What the reader makes of a chunk of a file that is read again: envelopes, claims and faults, each with its place.

use crate::claim::claim::{Claim as Lent, Form, NotEvaluated};
use crate::claim::context::Context;
use crate::finding::{Finding, Severity};
use crate::rules::waiver::Subject;
use crate::scan::Setup;
use crate::scan::split::Chunk;
use crate::scan::worker::syntax_finding;
use crate::x12::envelope::{Event, Found, Mark, Standing, Tracker};
use crate::x12::fault::{Fault, FaultCode};
use crate::x12::value::{Cents, Date};

use super::walk::Met;
use super::{Counted, SyntaxFault};

/// What the reader makes of a chunk.
pub(super) struct Noted<'c> {
    /// Envelope segments, each with the standing after it.
    pub events: Vec<(Event, Standing)>,
    /// Faults, each with what brought it to light.
    pub faults: Vec<(u64, SyntaxFault)>,
    pub claims: Vec<Facts<'c>>,
}

/// What the reader says of a claim.
pub(super) struct Facts<'c> {
    pub byte: u64,
    pub id: &'c [u8],
    pub charge: Cents,
    pub dates: Option<(Date, Date)>,
    pub bill: Option<String>,
    pub not_evaluated: Option<NotEvaluated>,
}

impl<'c> Facts<'c> {
    fn of(claim: &Lent<'c>) -> Facts<'c> {
        let from = claim.lines.iter().filter_map(|line| line.date).min();
        let to = claim.lines.iter().filter_map(|line| line.date_to.or(line.date)).max();
        let bill = (claim.form == Form::Institutional && !claim.facility.is_none())
            .then(|| format!("{}{}", claim.facility, claim.frequency));
        Facts {
            byte: claim.place.byte,
            id: claim.id,
            charge: claim.charge.unwrap_or_default(),
            dates: claim.statement.or(from.zip(to)),
            bill,
            not_evaluated: claim.not_evaluated,
        }
    }
}

/// Reads a chunk.
pub(super) fn note<'c>(
    setup: &'c Setup,
    chunk: &'c Chunk,
    context: &mut Context,
    tracker: &mut Tracker<'_>,
    met: &mut Met,
) -> Noted<'c> {
    let (mut facts, mut faults) = (Vec::new(), Vec::new());
    let (codes, longest) = (&setup.tables.therapy, setup.limits.segment);
    let record = chunk.read(codes, longest, context, |_, lent, of_claim| {
        facts.push(Facts::of(lent.claim));
        let subject = Subject::of(lent.claim, lent.context, setup.as_of);
        for fault in of_claim {
            let Some(mut finding) = reported(setup, fault) else { continue };
            setup.plan.waivers().mark(&subject, &mut finding);
            faults.push((lent.events, *fault, finding));
        }
    });
    let (mut standings, mut found) = (Vec::new(), Vec::new());
    tracker.chunk(&record.events, record.passed(), &mut standings, &mut found);
    let loose = record.loose.iter();
    faults.extend(loose.filter_map(|l| Some((l.events, l.fault, reported(setup, &l.fault)?))));
    let nowhere = Standing::default();
    let standing = |events: u32| standings.get(events as usize).unwrap_or(&nowhere);
    let mut faults: Vec<_> = faults
        .iter()
        .filter(|(.., finding)| !finding.is_waived())
        .map(|(events, fault, finding)| {
            let standing = standing(*events);
            (fault.byte, told(fault.code, finding, place(standing), standing.ordinal(fault.segment)))
        })
        .collect();
    faults.extend(found.iter().filter_map(|found| of_envelope(setup, found)));
    faults.sort_by_key(|(trigger, _)| *trigger);
    met.claims += record.counts.claims_seen;
    let unread = [NotEvaluated::OutOfScope, NotEvaluated::OtherSet];
    met.unread += unread.iter().map(|why| record.counts.claims_not_evaluated[*why as usize]).sum::<u64>();
    let events = record.events.iter().copied().zip(standings.into_iter().skip(1));
    let is_envelope =
        |(event, _): &(Event, _)| !matches!(event.mark, Mark::Tolerated { .. } | Mark::Skipped { .. });
    Noted { events: events.filter(is_envelope).collect(), faults, claims: facts }
}

/// The finding of a fault, if it is one that stands where it was met.
fn reported(setup: &Setup, fault: &Fault) -> Option<Finding> {
    if FaultCode::COUNTED.contains(&fault.code) { None } else { syntax_finding(setup, fault) }
}

fn told(code: FaultCode, finding: &Finding, place: Counted, segment: u32) -> SyntaxFault {
    SyntaxFault { code, severity: finding.severity, place, segment, at: finding.position.at }
}

/// A fault of an envelope, with what brought it to light.
pub(super) fn of_envelope(setup: &Setup, found: &Found) -> Option<(u64, SyntaxFault)> {
    let Found { fault, standing, trigger, refused } = found;
    let mut finding = reported(setup, fault).filter(|finding| !finding.is_waived())?;
    if *refused {
        finding.severity = finding.severity.max(Severity::High);
    }
    Some((*trigger, told(fault.code, &finding, place(standing), fault.segment)))
}

/// Where a standing is.
pub(super) fn place(standing: &Standing) -> Counted {
    [standing.interchange, standing.group, standing.transaction]
}
