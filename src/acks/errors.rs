//! What a fault of syntax is called in a 999: codes of data elements 620 (IK304), 621 (IK403), 618 (IK502) and 716 (AK905)
//! as 005010X231A1 has them.
//!
//! A fault that these lists have no word for is in the reports and not here: what is passed over beside interchanges, what
//! is told once for an interchange with how often it was met, and what ISA and IEA say, which a TA1 would answer.

use crate::position::{ElementRef, Tag};
use crate::x12::fault::FaultCode;

/// What is in error.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Error {
    /// The functional group: AK905.
    Group(&'static str),
    /// The transaction set: IK502.
    Set(&'static str),
    /// A segment: IK304.
    Segment(&'static str),
    /// A segment that is not there: its id, and IK304.
    Missing(Tag, &'static str),
    /// An element: IK403.
    Element(&'static str),
}

/// What a fault is in a 999; `None` if nothing there says it. `at` is where it stands.
pub(super) fn error_of(code: FaultCode, at: ElementRef) -> Option<Error> {
    use Error::{Element, Group, Missing, Segment, Set};
    use FaultCode as F;
    let sv1 = Tag::of(b"SV1");
    Some(match code {
        F::MissingGe => Group("3"),
        F::GroupControl => Group("4"),
        F::TransactionCount => Group("5"),
        F::DuplicateGroup => Group("6"),
        F::ClaimInOtherSet => Set("1"),
        F::MissingSe => Set("2"),
        F::TransactionControl => Set("3"),
        F::SegmentCount => Set("4"),
        F::SetIdentifier => Set("6"),
        F::DuplicateTransaction => Set("23"),
        F::GuideConflict | F::GuideNotCovered => Set("I6"),
        F::UnknownSegment => Segment("1"),
        F::SegmentOrder | F::ClaimOutsideHl => Segment("7"),
        F::CutOffSegment | F::OversizeSegment => Segment("8"),
        F::TooManyLines => Segment("4"),
        F::LineWithoutService => Missing(sv1, "3"),
        F::ServiceWithoutLine | F::ClaimWithoutLines => Missing(Tag::of(b"LX"), "3"),
        F::TooManyElements => Element("3"),
        F::NotANumber => Element("6"),
        F::NotADate => Element("8"),
        F::HlLevel => Element("7"),
        // Numbers that do not count on, parents that are none, a check digit: the shape is right and the content is not.
        F::HlNumber | F::HlParent | F::HlChild | F::LineNumber | F::BadNpi => Element("I12"),
        _ => return None,
    })
    .map(|error| match error {
        // Without a place in the segment it is the segment that has data element errors.
        Element(_) if at.element == 0 => Segment("8"),
        error => error,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_place_in_a_segment_is_an_error_of_the_segment() {
        let lx = Tag::of(b"LX");
        assert_eq!(error_of(FaultCode::LineNumber, ElementRef::element(lx, 1)), Some(Error::Element("I12")));
        assert_eq!(error_of(FaultCode::LineNumber, ElementRef::segment(lx)), Some(Error::Segment("8")));
        assert_eq!(error_of(FaultCode::GroupCount, ElementRef::default()), None, "that of IEA01 is a TA1's");
    }
}
