//! What a minutes file says of one line alone: clock times, the region treated. Refuses rows of a visit or of another
//! line, which a line may have for its totals.

use crate::minutes::{Intervals, Region, RowId, Source};
use crate::rules::day::{DayLine, PatientDay};

/// A quarter hour, which one unit of a timed code stands for.
const QUARTER_HOUR: u16 = 15;

/// Whether a line is documented to have been given while any of others was.
pub(super) fn overlaps<'d>(
    day: &PatientDay<'d>,
    line: &DayLine<'_>,
    others: impl Iterator<Item = &'d DayLine<'d>>,
) -> bool {
    any(day, line, others, |a, b| a.0 < b.1 && b.0 < a.1)
}

/// Whether a line is documented to share a quarter hour with any of others: their times overlap, or begin less than
/// 15 minutes apart.
pub(super) fn shares_quarter_hour<'d>(
    day: &PatientDay<'d>,
    line: &DayLine<'_>,
    others: impl Iterator<Item = &'d DayLine<'d>>,
) -> bool {
    any(day, line, others, |a, b| a.0 < b.1 && b.0 < a.1 || a.0.abs_diff(b.0) < QUARTER_HOUR)
}

/// The region of the body a line is documented for.
pub(super) fn region(day: &PatientDay<'_>, line: &DayLine<'_>) -> Option<Region> {
    day.sidecar.details(own_row(line)?).region
}

fn any<'d>(
    day: &PatientDay<'d>,
    line: &DayLine<'_>,
    mut others: impl Iterator<Item = &'d DayLine<'d>>,
    is: impl Fn((u16, u16), (u16, u16)) -> bool,
) -> bool {
    let mine = times(day, line);
    let of = |other: &DayLine<'_>| times(day, other).any(|b| mine.clone().any(|a| is(a, b)));
    !mine.is_empty() && others.any(of)
}

/// The clock times of a line, start and end in minutes after midnight; empty if none are documented.
fn times<'d>(day: &PatientDay<'d>, line: &DayLine<'_>) -> Intervals<'d> {
    own_row(line).map_or_else(Intervals::default, |row| day.sidecar.intervals(row))
}

/// The row of a line. One that is the source of the line's minutes is about this line; another may be of the visit, or
/// of a line whose totals this one got.
fn own_row(line: &DayLine<'_>) -> Option<RowId> {
    line.known.row.filter(|_| line.known.source == Some(Source::SidecarLine))
}
