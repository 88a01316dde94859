//! X12: faults of syntax, envelope, hierarchy and values, as the reader reports them.
//!
//! Comes in: the closed list of [`FaultCode`]. Goes out: for each its page in the catalogue. Deliberately
//! absent: any checking. These rules look at nothing themselves.
//!
//! What a fault's two figures say: counts and sequence numbers have what the element says and what it should
//! say; [`FaultCode::IsaWidth`] the element and its width; [`FaultCode::TooManyLines`] the lines and the
//! limit; [`FaultCode::HlChild`] whether a level was to follow (1) or not (0); bytes passed over and things tolerated
//! how many there are. All others have none. One fault has a second message: [`FaultCode::DuplicateInterchange`], where
//! the interchange before is one of another file.

use crate::x12::fault::FaultCode;

use super::CHECKS;
use super::rule::Rule;
use crate::finding::RuleId;

pub mod contents;
pub mod file;
pub mod hierarchy;
pub mod interchange;
pub mod line;
pub mod segment;
pub mod source;
pub mod transaction;
pub mod value;

use contents::{
    BrokenContainer, ContainerLimit, Ebcdic, EbcdicText, Encrypted, ForeignFormat, NoClaims, Utf16Text,
    WideCharacters,
};
use file::{
    ByteOrderMark, ClaimTooLarge, LeadingJunk, LeadingSpace, LineBreaks, ServiceSegments,
    SeveralInterchanges, TooManyClaims, TrailingPadding, UnusualDelimiters, UsageIndicator, WrappedLines,
};
use hierarchy::{ClaimOutsideHl, HlChild, HlLevel, HlNumber, HlParent};
use interchange::{
    BadDelimiters, DuplicateInterchange, GroupCount, InterchangeControl, IsaTruncated, IsaWidth, MissingIea,
    MissingIsa, RepetitionSeparator, StrayBytes, StrayTrailer,
};
use line::{ClaimWithoutLines, LineNumber, LineWithoutService, ServiceWithoutLine, TooManyLines};
use segment::{
    BrokenElement, ControlCharacters, CutOffSegment, EmptySegment, LowerCaseId, NonAscii, OversizeSegment,
    PaddedElement, PaddedId, RepeatedElement, SegmentOrder, TooManyElements, TrailingSeparators,
    UnknownSegment,
};
use source::{
    BlankFile, BrokenLink, ChangedWhileRead, DuplicateFile, EmptyFile, FileVanished, InternalError, NotAFile,
    PermissionDenied, ReadError,
};
use transaction::{
    ClaimInOtherSet, DuplicateGroup, DuplicateTransaction, GroupControl, GroupType, GuideConflict,
    GuideNotCovered, MissingGe, MissingGs, MissingSe, OutsideTransaction, SegmentCount, SetIdentifier,
    TransactionControl, TransactionCount, UnknownGuide,
};
use value::{BadNpi, FutureDate, NotADate, NotANumber};

/// Defines the catalogue entry of one fault: a rule that is reported by the reader and checks nothing.
macro_rules! fault_rule {
    (
        $(#[doc = $doc:literal])*
        pub struct $type:ident {
            code: $code:literal,
            name: $name:literal,
            severity: $severity:ident,
            summary: $summary:literal,
            text: $text:literal,
            fix: $fix:literal $(, also: { text: $also:literal, fix: $also_fix:literal $(,)? })? $(,)?
        }
    ) => {
        $crate::rule! {
            $(#[doc = $doc])*
            pub struct $type {
                code: $code,
                name: $name,
                severity: $severity,
                since: "0.1.0",
                summary: $summary,
                interest: Syntax,
                faults: [
                    { text: $text, fix: $fix, denial: None }
                    $(, { text: $also, fix: $also_fix, denial: None })?
                ],
            }
        }

        impl $crate::rules::rule::Rule for $type {
            fn meta(&self) -> &'static $crate::rules::rule::RuleMeta {
                &Self::META
            }
        }
    };
}
use fault_rule;

/// The faults with their entries, ascending by code.
pub(super) const FAULTS: [(FaultCode, &dyn Rule); 86] = [
    (FaultCode::ClaimTooLarge, &ClaimTooLarge),
    (FaultCode::EmptyFile, &EmptyFile),
    (FaultCode::BlankFile, &BlankFile),
    (FaultCode::BrokenLink, &BrokenLink),
    (FaultCode::NotAFile, &NotAFile),
    (FaultCode::PermissionDenied, &PermissionDenied),
    (FaultCode::FileVanished, &FileVanished),
    (FaultCode::ChangedWhileRead, &ChangedWhileRead),
    (FaultCode::ReadError, &ReadError),
    (FaultCode::InternalError, &InternalError),
    (FaultCode::ContainerLimit, &ContainerLimit),
    (FaultCode::Encrypted, &Encrypted),
    (FaultCode::ForeignFormat, &ForeignFormat),
    (FaultCode::WideCharacters, &WideCharacters),
    (FaultCode::Ebcdic, &Ebcdic),
    (FaultCode::BrokenContainer, &BrokenContainer),
    (FaultCode::MissingGe, &MissingGe),
    (FaultCode::TransactionCount, &TransactionCount),
    (FaultCode::GroupControl, &GroupControl),
    (FaultCode::DuplicateGroup, &DuplicateGroup),
    (FaultCode::MissingGs, &MissingGs),
    (FaultCode::GroupType, &GroupType),
    (FaultCode::HlNumber, &HlNumber),
    (FaultCode::HlParent, &HlParent),
    (FaultCode::HlLevel, &HlLevel),
    (FaultCode::ClaimOutsideHl, &ClaimOutsideHl),
    (FaultCode::HlChild, &HlChild),
    (FaultCode::MissingIsa, &MissingIsa),
    (FaultCode::IsaWidth, &IsaWidth),
    (FaultCode::IsaTruncated, &IsaTruncated),
    (FaultCode::BadDelimiters, &BadDelimiters),
    (FaultCode::StrayBytes, &StrayBytes),
    (FaultCode::MissingIea, &MissingIea),
    (FaultCode::GroupCount, &GroupCount),
    (FaultCode::InterchangeControl, &InterchangeControl),
    (FaultCode::StrayTrailer, &StrayTrailer),
    (FaultCode::DuplicateInterchange, &DuplicateInterchange),
    (FaultCode::RepetitionSeparator, &RepetitionSeparator),
    (FaultCode::NoClaims, &NoClaims),
    (FaultCode::LineNumber, &LineNumber),
    (FaultCode::LineWithoutService, &LineWithoutService),
    (FaultCode::ServiceWithoutLine, &ServiceWithoutLine),
    (FaultCode::TooManyLines, &TooManyLines),
    (FaultCode::ClaimWithoutLines, &ClaimWithoutLines),
    (FaultCode::NotANumber, &NotANumber),
    (FaultCode::NotADate, &NotADate),
    (FaultCode::BadNpi, &BadNpi),
    (FaultCode::FutureDate, &FutureDate),
    (FaultCode::EmptySegment, &EmptySegment),
    (FaultCode::UnknownSegment, &UnknownSegment),
    (FaultCode::LowerCaseId, &LowerCaseId),
    (FaultCode::PaddedId, &PaddedId),
    (FaultCode::TrailingSeparators, &TrailingSeparators),
    (FaultCode::ControlCharacters, &ControlCharacters),
    (FaultCode::NonAscii, &NonAscii),
    (FaultCode::TooManyElements, &TooManyElements),
    (FaultCode::BrokenElement, &BrokenElement),
    (FaultCode::OversizeSegment, &OversizeSegment),
    (FaultCode::RepeatedElement, &RepeatedElement),
    (FaultCode::CutOffSegment, &CutOffSegment),
    (FaultCode::PaddedElement, &PaddedElement),
    (FaultCode::SegmentOrder, &SegmentOrder),
    (FaultCode::MissingSe, &MissingSe),
    (FaultCode::SegmentCount, &SegmentCount),
    (FaultCode::TransactionControl, &TransactionControl),
    (FaultCode::DuplicateTransaction, &DuplicateTransaction),
    (FaultCode::OutsideTransaction, &OutsideTransaction),
    (FaultCode::GuideNotCovered, &GuideNotCovered),
    (FaultCode::GuideConflict, &GuideConflict),
    (FaultCode::ClaimInOtherSet, &ClaimInOtherSet),
    (FaultCode::SetIdentifier, &SetIdentifier),
    (FaultCode::UnknownGuide, &UnknownGuide),
    (FaultCode::ByteOrderMark, &ByteOrderMark),
    (FaultCode::Utf16Text, &Utf16Text),
    (FaultCode::LeadingSpace, &LeadingSpace),
    (FaultCode::LeadingJunk, &LeadingJunk),
    (FaultCode::TrailingPadding, &TrailingPadding),
    (FaultCode::WrappedLines, &WrappedLines),
    (FaultCode::EbcdicText, &EbcdicText),
    (FaultCode::DuplicateFile, &DuplicateFile),
    (FaultCode::LineBreaks, &LineBreaks),
    (FaultCode::UsageIndicator, &UsageIndicator),
    (FaultCode::UnusualDelimiters, &UnusualDelimiters),
    (FaultCode::SeveralInterchanges, &SeveralInterchanges),
    (FaultCode::ServiceSegments, &ServiceSegments),
    (FaultCode::TooManyClaims, &TooManyClaims),
];

/// The place of a fault's entry in the catalogue.
pub fn rule_of(code: FaultCode) -> RuleId {
    /// Places in [`FAULTS`], by fault.
    const PLACES: [u16; FAULTS.len()] = {
        let mut places = [0; FAULTS.len()];
        let mut n = 0;
        while n < FAULTS.len() {
            places[FAULTS[n].0 as usize] = n as u16;
            n += 1;
        }
        places
    };
    // The family stands behind all other rules: its letters sort last.
    RuleId(CHECKS.len() as u16 + PLACES[code as usize])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::CATALOGUE;

    #[test]
    fn each_fault_has_exactly_one_entry_and_is_found_there() {
        // The list of faults is closed and counts from 0: a code that is missing here leaves a gap.
        let mut seen: Vec<usize> = FAULTS.iter().map(|(code, _)| *code as usize).collect();
        seen.sort_unstable();
        assert_eq!(seen, (0..FAULTS.len()).collect::<Vec<_>>());
        assert_eq!(FaultCode::UnknownGuide as usize + 1, FAULTS.len(), "the last fault of the list");
        for (code, rule) in FAULTS {
            let entry = CATALOGUE[usize::from(rule_of(code).0)].meta();
            assert_eq!((entry.code, entry.name), (rule.meta().code, rule.meta().name));
        }
    }

    /// The numbers stand in the list of faults, before the colon of each doc comment.
    #[test]
    fn codes_are_those_the_list_of_faults_names() {
        let source = include_str!("../../x12/fault.rs");
        for (code, rule) in FAULTS {
            let name = format!("{code:?}");
            assert!(rule.meta().code.starts_with("X12-"), "{name}");
            let doc = format!("/// {}: ", &rule.meta().code[4..]);
            let at = source.find(&format!("\n    {name},\n")).unwrap();
            let before = source[..at].rfind("\n    /// ").map(|n| source[n..at].trim_start()).unwrap();
            assert!(before.starts_with(&doc), "{name} is {before}");
        }
    }
}
