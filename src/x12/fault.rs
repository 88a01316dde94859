//! What can be wrong with the syntax of a file: one closed list, each entry with a place and two numbers.
//!
//! A fault never carries element content, so it can be printed wherever it ends up. What each one means
//! to a person stands in the catalogue (`rules/x12`).

use serde::{Deserialize, Serialize};

use crate::position::ElementRef;

/// The faults of syntax, envelope and hierarchy. The codes are those of family X12 in the catalogue.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[repr(u8)]
pub enum FaultCode {
    /// I001: the data begins without an ISA; delimiters were inferred.
    MissingIsa,
    /// I002: an ISA element is not as wide as the standard fixes it.
    IsaWidth,
    /// I003: the file ends inside an ISA.
    IsaTruncated,
    /// I004: the delimiters the ISA declares cannot be used.
    BadDelimiters,
    /// I010: bytes between interchanges, or before the first, that belong to none.
    StrayBytes,
    /// I011: an interchange without IEA.
    MissingIea,
    /// I012: IEA01 is not the number of functional groups.
    GroupCount,
    /// I013: IEA02 is not ISA13.
    InterchangeControl,
    /// I014: a trailer that closes nothing.
    StrayTrailer,
    /// I015: an ISA13 used twice in a file, or by another file of the same parties.
    DuplicateInterchange,
    /// G001: a functional group without GE.
    MissingGe,
    /// G002: GE01 is not the number of transaction sets.
    TransactionCount,
    /// G003: GE02 is not GS06.
    GroupControl,
    /// G005: a transaction set outside a functional group.
    MissingGs,
    /// T001: a transaction set without SE.
    MissingSe,
    /// T002: SE01 is not the number of segments.
    SegmentCount,
    /// T003: SE02 is not ST02.
    TransactionControl,
    /// T004: an ST02 that is missing or repeats within its functional group.
    DuplicateTransaction,
    /// T005: segments outside any transaction set.
    OutsideTransaction,
    /// T010: an 837 of a version or guide that is not read.
    GuideNotCovered,
    /// H001: HL01 does not count 1, 2, 3.
    HlNumber,
    /// H002: HL02 names no open parent of the right level.
    HlParent,
    /// H003: HL03 is not 20, 22 or 23.
    HlLevel,
    /// H004: a claim outside a subscriber or patient loop.
    ClaimOutsideHl,
    /// S001: an empty segment.
    EmptySegment,
    /// S002: a segment id the guides do not have.
    UnknownSegment,
    /// S003: a segment id in lower case.
    LowerCaseId,
    /// S004: white space before a segment id, or inside it.
    PaddedId,
    /// S010: a segment longer than any can be.
    OversizeSegment,
    /// S012: the file ends inside a segment.
    CutOffSegment,
    /// L001: LX01 does not count 1, 2, 3.
    LineNumber,
    /// L002: an LX without a service segment.
    LineWithoutService,
    /// L003: a service segment without LX.
    ServiceWithoutLine,
    /// L004: more service lines than the guide allows (50 professional, 999 institutional).
    TooManyLines,
    /// L005: a claim without a service line.
    ClaimWithoutLines,
    /// N001: not a number.
    NotANumber,
    /// N002: not a date, or not of the form its qualifier names.
    NotADate,
    /// N003: a national provider identifier that fails its check digit.
    BadNpi,
    /// C001: a claim larger than the limit; it is not evaluated.
    ClaimTooLarge,
    /// W001: a UTF-8 byte order mark.
    ByteOrderMark,
    /// W003: white space before the first interchange.
    LeadingSpace,
    /// W005: padding after the last interchange.
    TrailingPadding,
    /// W011: line breaks after segment terminators.
    LineBreaks,
    /// F001: the file is empty.
    EmptyFile,
    /// F002: the file holds nothing but white space.
    BlankFile,
    /// F003: a link points to nothing.
    BrokenLink,
    /// F004: not a regular file: a device, a pipe or a socket.
    NotAFile,
    /// F005: the file may not be read.
    PermissionDenied,
    /// F006: the file is gone.
    FileVanished,
    /// F010: the file changed while it was read.
    ChangedWhileRead,
    /// F011: the file could not be opened, or not read to its end.
    ReadError,
    /// F012: the program came to grief over the file.
    InternalError,
    /// F020: an archive unpacks to more than the limits allow.
    ContainerLimit,
    /// F021: the file is encrypted.
    Encrypted,
    /// F022: the file is of another format than X12.
    ForeignFormat,
    /// F023: a file in UTF-16 has characters beyond Latin-1.
    WideCharacters,
    /// F024: the file is in EBCDIC.
    Ebcdic,
    /// F025: an archive is damaged or cut off.
    BrokenContainer,
    /// G004: a GS06 occurs twice in an interchange.
    DuplicateGroup,
    /// G006: claims in a functional group that is not one of claims.
    GroupType,
    /// I016: ISA11 or ISA12 do not declare a usable repetition separator.
    RepetitionSeparator,
    /// I090: X12, but no transaction set of it is an 837.
    NoClaims,
    /// S005: segments or elements that end with separators.
    TrailingSeparators,
    /// S006: control characters in data.
    ControlCharacters,
    /// S007: bytes beyond ASCII in data.
    NonAscii,
    /// S008: a segment has more elements than its definition.
    TooManyElements,
    /// S009: line ends inside elements.
    BrokenElement,
    /// S011: repetitions where the guide has none.
    RepeatedElement,
    /// S013: blanks at the ends of elements.
    PaddedElement,
    /// S020: a segment stands out of the order of its loop.
    SegmentOrder,
    /// T011: ST03 names another guide than GS08.
    GuideConflict,
    /// T012: a claim in a transaction set that is not an 837.
    ClaimInOtherSet,
    /// T013: ST01 is no transaction set, the guide is one of claims.
    SetIdentifier,
    /// W002: the file is in UTF-16.
    Utf16Text,
    /// W004: bytes other than white space before the first interchange.
    LeadingJunk,
    /// W006: the file is broken into lines of one length.
    WrappedLines,
    /// W007: the file is in EBCDIC and was converted.
    EbcdicText,
    /// W010: two inputs have the same bytes.
    DuplicateFile,
    /// W012: ISA15 is not what was expected, or differs within a file.
    UsageIndicator,
    /// W013: delimiters that are legal and rare: control characters or bytes beyond ASCII.
    UnusualDelimiters,
    /// W014: a file with more than one interchange.
    SeveralInterchanges,
    /// W015: service segments between the interchange header and its groups.
    ServiceSegments,
    /// W020: a transaction set has more claims than the receiver takes.
    TooManyClaims,
    /// H005: HL04 and the levels that follow do not agree.
    HlChild,
    /// N004: a service date after the day the transaction set was made.
    FutureDate,
    /// T014: neither ST03 nor GS08 names a guide that is known.
    UnknownGuide,
}

impl FaultCode {
    /// Those that are told once for an interchange or a file, with how often they were met: where the first of them
    /// stands says nothing of where the others do.
    pub const COUNTED: [FaultCode; 16] = [
        FaultCode::EmptySegment,
        FaultCode::LowerCaseId,
        FaultCode::PaddedId,
        FaultCode::ByteOrderMark,
        FaultCode::LeadingSpace,
        FaultCode::TrailingPadding,
        FaultCode::LineBreaks,
        FaultCode::TrailingSeparators,
        FaultCode::ControlCharacters,
        FaultCode::NonAscii,
        FaultCode::BrokenElement,
        FaultCode::RepeatedElement,
        FaultCode::PaddedElement,
        FaultCode::WrappedLines,
        FaultCode::ServiceSegments,
        FaultCode::SeveralInterchanges,
    ];
}

/// One fault: what, where, and up to two numbers (usually what was found and what was expected).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fault {
    /// What is wrong.
    pub code: FaultCode,
    /// Offset of the segment's first byte in the file.
    pub byte: u64,
    /// Where in the segment.
    pub at: ElementRef,
    /// The segment's number since the start of the piece that reported it, counted from 1; made a number
    /// within the transaction set when the pieces are put together.
    pub segment: u32,
    /// The figures the message speaks of.
    pub figures: [u64; 2],
}
