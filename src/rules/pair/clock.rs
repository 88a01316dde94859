//! What a minutes file says of one line alone: clock times, the region treated. Refuses rows of a visit or of another
//! line, which a line may have for its totals.

use crate::minutes::{Region, RowId, Source};
use crate::rules::day::{DayLine, PatientDay};

/// A quarter hour, which one unit of a timed code stands for.
const QUARTER_HOUR: u16 = 15;

/// The clock times of a line, start and end in minutes after midnight; empty if none are documented.
pub(super) fn times<'d>(day: &PatientDay<'d>, line: &DayLine<'_>) -> &'d [(u16, u16)] {
    // Clock times are minutes, so a row that has them is the source of its own line's minutes and of no other's.
    match (line.known.source, line.known.row) {
        (Some(Source::SidecarLine), Some(row)) => day.sidecar.intervals(row),
        _ => &[],
    }
}

/// Whether two lines are documented to have been given at one time.
pub(super) fn overlap(day: &PatientDay<'_>, a: &DayLine<'_>, b: &DayLine<'_>) -> bool {
    any(day, a, b, |a, b| a.0 < b.1 && b.0 < a.1)
}

/// Whether two lines are documented to share a quarter hour: their times overlap, or begin less than 15 minutes
/// apart.
pub(super) fn share_quarter_hour(day: &PatientDay<'_>, a: &DayLine<'_>, b: &DayLine<'_>) -> bool {
    any(day, a, b, |a, b| a.0 < b.1 && b.0 < a.1 || a.0.abs_diff(b.0) < QUARTER_HOUR)
}

fn any(
    day: &PatientDay<'_>,
    a: &DayLine<'_>,
    b: &DayLine<'_>,
    is: impl Fn((u16, u16), (u16, u16)) -> bool,
) -> bool {
    let others = times(day, b);
    times(day, a).iter().any(|a| others.iter().any(|b| is(*a, *b)))
}

/// The region of the body a line is documented for.
pub(super) fn region(day: &PatientDay<'_>, line: &DayLine<'_>) -> Option<Region> {
    day.sidecar.details(own_row(day, line)?).region
}

/// The row of a line, if it is about this line alone.
fn own_row(day: &PatientDay<'_>, line: &DayLine<'_>) -> Option<RowId> {
    let row = line.known.row?;
    // A row that has no minutes of its line has totals, which every line of the visit gets.
    let alone = || day.lines.iter().filter(|l| l.known.row == Some(row)).nth(1).is_none();
    let own = line.known.source == Some(Source::SidecarLine) || !day.sidecar.is_visit(row) && alone();
    own.then_some(row)
}
