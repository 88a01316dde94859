//! The plan-of-care modifiers GP, GO and GN: which a line carries, and whether it needs one.

use crate::claim::claim::{Claim, Form};
use crate::claim::line::ServiceLine;
use crate::rules::codes::codes;
use crate::rules::rule::Cx;
use crate::tables::therapy::{Discipline, GN, GO, GP, TherapyStatus};
use crate::x12::code::{Code, Modifiers};

/// Types of bill whose stay pays for therapy: hospital inpatient Part A and SNF inpatient Part A.
const INPATIENT: [Code; 2] = codes(["11", "21"]);

/// The slots, 1 to 4, that hold a plan-of-care modifier, with the discipline it names.
pub(super) fn slots(modifiers: &Modifiers) -> impl Iterator<Item = (u8, Discipline)> + '_ {
    modifiers.slots().filter_map(|(slot, m)| Discipline::of_modifier(m).map(|d| (slot, d)))
}

/// Whether the line needs a plan-of-care modifier and carries none.
pub(super) fn is_lacking(cx: &Cx<'_, '_>, line: &ServiceLine<'_>) -> bool {
    let Some(facts) = line.facts else { return false };
    if is_named(&line.modifiers) {
        return false;
    }
    if cx.claim.form == Form::Institutional && INPATIENT.contains(&cx.claim.facility) {
        return false;
    }
    match facts.status {
        TherapyStatus::Always => true,
        TherapyStatus::Sometimes => is_under_plan(cx, line),
        TherapyStatus::Never => false,
    }
}

/// The lines of a claim on the date of one of them, that one included.
pub(super) fn same_day<'c, 'a>(
    claim: &'c Claim<'a>,
    line: &ServiceLine<'_>,
) -> impl Iterator<Item = &'c ServiceLine<'a>> + use<'c, 'a> {
    let date = line.date;
    claim.lines.iter().filter(move |l| date.is_some() && l.date == date)
}

/// Whether a line whose code is sometimes therapy was given under a therapy plan of care.
fn is_under_plan(cx: &Cx<'_, '_>, line: &ServiceLine<'_>) -> bool {
    if Discipline::of_revenue(line.revenue).is_some() {
        return true;
    }
    let rendering = cx.claim.rendering_of(line);
    let taxonomy = if rendering.named { rendering.taxonomy } else { cx.context.billing.taxonomy };
    if Discipline::of_taxonomy(taxonomy).is_some() {
        return true;
    }
    // A rendering provider who is somebody else than a therapist needs none, whatever the day's other lines.
    let somebody_else = rendering.named && !taxonomy.is_none();
    !somebody_else && same_day(cx.claim, line).any(|l| is_named(&l.modifiers))
}

fn is_named(modifiers: &Modifiers) -> bool {
    modifiers.any(&[GP, GO, GN])
}
