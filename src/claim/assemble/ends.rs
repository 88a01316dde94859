//! How a claim ends: whole, cut off, or too large to be checked; and what can only be known then.

use crate::position::{ElementRef, Tag};
use crate::tables::therapy::{Discipline, TherapyStatus};
use crate::x12::code::Taxonomy;
use crate::x12::fault::FaultCode;
use crate::x12::segment::Segment;

use super::super::claim::{Form, NotEvaluated};
use super::super::kind::Kind;
use super::super::line::ServiceLine;
use super::{CLM, Claims, PieceEnd};

const SV2: Tag = Tag::of(b"SV2");

/// Lines of a claim beyond which it is not checked: twice what any guide allows, so that what compares lines with each
/// other stays cheap whatever a file holds.
pub(super) const MOST_LINES: usize = 2000;

impl<'a> Claims<'a> {
    /// Whether another service segment would begin one line too many.
    pub(super) fn has_most_lines(&self) -> bool {
        self.claim.lines.len() == MOST_LINES
            && self.claim.lines.last().is_some_and(|l| l.service != Tag::UNKNOWN)
    }

    /// The rest of a claim of too many lines, from a segment on: counted, not read. Whether another segment ends it.
    #[cold]
    pub(super) fn pass_over_lines(&mut self, first: (Kind, Segment<'a>)) -> bool {
        self.too_large();
        let mut next = Some(first);
        while let Some((kind, segment)) = next.take().or_else(|| self.next_segment()) {
            if kind.ends_claim() {
                self.pending = Some((kind, segment));
                return true;
            }
            if kind.is_service_line() {
                self.record.counts.lines_seen += 1;
                self.record.counts.lines_not_evaluated += 1;
            }
        }
        false
    }

    /// Says of the claim at hand, once, that it is not checked.
    pub(super) fn too_large(&mut self) {
        if self.claim.not_evaluated.is_none() {
            self.claim.not_evaluated = Some(NotEvaluated::TooLarge);
            let place = self.claim.place;
            self.record.in_claim(FaultCode::ClaimTooLarge, place, ElementRef::segment(CLM), [0, 0]);
        }
    }

    /// The piece ends inside the claim.
    pub(super) fn end_of_piece_in_claim(&mut self) {
        match self.end {
            PieceEnd::AtBoundary => {}
            PieceEnd::InClaim => {
                self.context.in_oversize_claim = true;
                self.too_large();
            }
            PieceEnd::Final => {
                if self.close_tail(true) {
                    self.claim.not_evaluated = Some(NotEvaluated::CutOff);
                }
            }
        }
    }

    /// The rest of a claim that was too large: counted, not read.
    pub(super) fn pass_over_oversize(&mut self) {
        while let Some((kind, segment)) = self.next_segment() {
            if kind.ends_claim() {
                self.pending = Some((kind, segment));
                self.context.in_oversize_claim = false;
                return;
            }
            self.record.counts.segments.line += 1;
            if kind.is_service_line() {
                self.record.counts.lines_seen += 1;
                self.record.counts.lines_not_evaluated += 1;
            }
        }
    }

    /// What can only be known when the whole claim has been read.
    pub(super) fn finish_claim(&mut self) {
        // Of a claim that was not read to its end nothing can be said to be missing.
        if self.claim.not_evaluated.is_none() {
            self.line_without_service();
        }
        let claim = &mut self.claim;
        claim.form = self.context.guide.form().unwrap_or_else(|| {
            let institutional = claim.lines.iter().any(|l| l.service == SV2);
            if institutional { Form::Institutional } else { Form::Professional }
        });
        let (limit, lines) =
            (if claim.form == Form::Professional { 50 } else { 999 }, claim.lines.len() as u64);
        if lines > limit {
            self.record.in_claim(
                FaultCode::TooManyLines,
                claim.place,
                ElementRef::segment(CLM),
                [lines, limit],
            );
        }
        if lines == 0 && claim.not_evaluated.is_none() {
            self.record.in_claim(FaultCode::ClaimWithoutLines, claim.place, ElementRef::segment(CLM), [0, 0]);
        }
        // A line without a date is of the claim's day, if the claim has just one.
        let claim_date = claim.statement.and_then(|(from, to)| (from == to).then_some(from));
        let (rendering, billing) = (claim.rendering, self.context.billing);
        for line in &mut claim.lines {
            line.facts = self.codes.get(line.procedure);
            if line.date.is_none() {
                (line.date, line.date_to) = (claim_date, claim_date);
            }
            let Some(facts) = line.facts else { continue };
            let taxonomy = if line.rendering.named { line.rendering.taxonomy } else { rendering.taxonomy };
            line.discipline = discipline(line, facts.only, facts.status, taxonomy, billing.taxonomy);
        }
        if let Some(reason) = claim.not_evaluated {
            self.record.counts.claims_not_evaluated[reason as usize] += 1;
            self.record.counts.lines_not_evaluated +=
                claim.lines.iter().filter(|l| l.service != Tag::UNKNOWN).count() as u64;
        }
    }
}

/// The discipline of a therapy line: its modifier, else the only one its code allows, else its revenue code,
/// else the taxonomy of who renders or bills it.
fn discipline(
    line: &ServiceLine<'_>,
    only: Option<Discipline>,
    status: TherapyStatus,
    rendering: Taxonomy,
    billing: Taxonomy,
) -> Option<Discipline> {
    if status == TherapyStatus::Never {
        return None;
    }
    if let Some(one) = Discipline::of_modifiers(&line.modifiers) {
        return Some(one);
    }
    only.or_else(|| Discipline::of_revenue(line.revenue))
        .or_else(|| Discipline::of_taxonomy(rendering))
        .or_else(|| if rendering.is_none() { Discipline::of_taxonomy(billing) } else { None })
}
