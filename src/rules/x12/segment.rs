//! Segments as such: their ids and their ends.

use super::fault_rule;

fault_rule! {
    /// ## What it checks
    ///
    /// Two terminators in a row make an empty segment. They are passed over and counted.
    ///
    /// ## Why payers deny it
    ///
    /// Some receivers reject the transaction set for them, others pass them over.
    ///
    /// ## Example
    ///
    /// `SV1*HC:97110*50*UN*1***1~~`.
    ///
    /// ## How to fix
    ///
    /// Look for a step that ends segments twice.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 999, IK304 code 8, segment has errors, recalled.
    pub struct EmptySegment {
        code: "X12-S001",
        name: "empty-segment",
        severity: Low,
        summary: "Segments without content.",
        text: "{0} empty segments",
        fix: "remove the extra terminators",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// Segment ids are those of the guides. Others are counted and not read.
    ///
    /// ## Why payers deny it
    ///
    /// The receiver cannot read it either, and rejects the transaction set.
    ///
    /// ## Example
    ///
    /// Note text with a `~` in it: the rest of the text becomes a segment.
    ///
    /// ## How to fix
    ///
    /// Look at the bytes at the offset named. Keep delimiters out of text.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 999, IK304 code 1, unrecognised segment id, recalled.
    pub struct UnknownSegment {
        code: "X12-S002",
        name: "unknown-segment",
        severity: High,
        summary: "A segment id that the guides do not have.",
        text: "segment id is not one of the guides",
        fix: "remove the segment, or correct its id; a terminator inside data makes such segments",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// Segment ids are capital letters and digits. Ids in lower case are read as if they were capital.
    ///
    /// ## Why payers deny it
    ///
    /// Many receivers do not know the segment and drop it in silence: a service line is lost.
    ///
    /// ## Example
    ///
    /// `lx*2~`.
    ///
    /// ## How to fix
    ///
    /// Correct the program that writes the segment.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 999, IK304 code 1, unrecognised segment id, recalled.
    pub struct LowerCaseId {
        code: "X12-S003",
        name: "lower-case-id",
        severity: High,
        summary: "Segment ids in lower case.",
        text: "{0} segment ids in lower case",
        fix: "write segment ids in capital letters",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// A segment id follows the terminator (and a line break) at once. Blanks and tabs there are passed
    /// over.
    ///
    /// ## Why payers deny it
    ///
    /// Some receivers do not know such a segment and drop it or reject the transaction set.
    ///
    /// ## Example
    ///
    /// A blank between `~` and `SV1`.
    ///
    /// ## How to fix
    ///
    /// Look for a step that indents or wraps the file.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 999, IK304 code 1, unrecognised segment id, recalled.
    pub struct PaddedId {
        code: "X12-S004",
        name: "padded-id",
        severity: Low,
        summary: "White space before or inside segment ids.",
        text: "{0} segment ids with white space",
        fix: "remove white space before segment ids",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// No segment of the guides comes near the limit, 1 MiB unless `segment_bytes` of `[limits]` in the settings says
    /// otherwise. One that passes it is passed over; reading goes on after its terminator.
    ///
    /// ## Why payers deny it
    ///
    /// The data is damaged, or it is not X12.
    ///
    /// ## Example
    ///
    /// A file whose terminators were lost on the way.
    ///
    /// ## How to fix
    ///
    /// Compare the file with that at the sender.
    ///
    /// ## Sources
    ///
    /// - `[I]` No code of X12 answers this; the wording is the project's own.
    pub struct OversizeSegment {
        code: "X12-S010",
        name: "oversize-segment",
        severity: High,
        summary: "A segment is longer than any can be.",
        text: "segment of {0} bytes was passed over",
        fix: "look for a missing terminator, and get the file again",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// The last segment has no terminator. It is not read, and the claim it belongs to is not checked.
    ///
    /// ## Why payers deny it
    ///
    /// The interchange is not complete and is rejected.
    ///
    /// ## Example
    ///
    /// A file that ends with `SV1*HC:97110*5`.
    ///
    /// ## How to fix
    ///
    /// Get the file again, and compare its size with that at the sender.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 TA1 interchange note code 023, improper end of file, recalled.
    pub struct CutOffSegment {
        code: "X12-S012",
        name: "cut-off-segment",
        severity: High,
        summary: "The file ends inside a segment.",
        text: "file ends inside a segment of {0} bytes",
        fix: "the file may be cut off: get it again; if it is whole, end its last segment with a terminator",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// Separators at the end of a segment or of a composite separate nothing. They are passed over.
    ///
    /// ## Why payers deny it
    ///
    /// Most receivers pass over them too; some reject the segment.
    ///
    /// ## Example
    ///
    /// `REF*G1*123**~`.
    ///
    /// ## How to fix
    ///
    /// Correct the program that writes the segment, if the receiver refuses it.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12.6: trailing separators are suppressed.
    /// - `[R]` X12 999, IK304 code 8, segment has errors, recalled.
    pub struct TrailingSeparators {
        code: "X12-S005",
        name: "trailing-separators",
        severity: Info,
        summary: "Segments or elements that end with separators.",
        text: "{0} segments or elements end with separators and nothing between",
        fix: "leave out separators that separate nothing",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// Bytes below 0x20 and 0x7F are no data of any character set of X12, unless they delimit. The first of an
    /// interchange is shown with its place; they are never printed.
    ///
    /// ## Why payers deny it
    ///
    /// Receivers reject the segment.
    ///
    /// ## Example
    ///
    /// A NUL in a name.
    ///
    /// ## How to fix
    ///
    /// Look at the byte at the offset named and at the program that puts it there.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 999, IK403 code 6, invalid character in data element, recalled.
    pub struct ControlCharacters {
        code: "X12-S006",
        name: "control-characters",
        severity: High,
        summary: "Control characters in data.",
        text: "{0} control characters in data",
        fix: "remove the control characters",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// The character sets of X12 are parts of ASCII, whatever the encoding. Bytes are compared as they are.
    ///
    /// ## Why payers deny it
    ///
    /// Many receivers reject the segment; the settings can make it a fault: `[[submission]]`, `non_ascii`.
    ///
    /// ## Example
    ///
    /// A name with an accent, in UTF-8 or Latin-1.
    ///
    /// ## How to fix
    ///
    /// Transcribe such characters.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12.6: basic and extended character set.
    /// - `[R]` X12 999, IK403 code 6, invalid character in data element, recalled.
    pub struct NonAscii {
        code: "X12-S007",
        name: "non-ascii",
        severity: Low,
        summary: "Bytes beyond ASCII in data.",
        text: "{0} bytes beyond ASCII in data",
        fix: "write names and texts in the basic or extended character set of X12",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// The standard fixes how many elements a segment has. More of them come from a separator inside data,
    /// which shifts everything behind it. Nothing is joined again: the elements are read where they stand.
    ///
    /// ## Why payers deny it
    ///
    /// What stands behind the separator is read as something else: a charge as a unit, an id as a name.
    ///
    /// ## Example
    ///
    /// A name with a `*` in it.
    ///
    /// ## How to fix
    ///
    /// Look at the segment at the offset named. Keep delimiters out of data, or declare others.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 999, IK403 code 3, too many data elements, recalled.
    /// - `[R]` X12.3: segment directory of version 005010.
    pub struct TooManyElements {
        code: "X12-S008",
        name: "too-many-elements",
        severity: High,
        summary: "A segment has more elements than its definition.",
        text: "{0} elements or components where at most {1} may stand",
        fix: "look for a separator inside data, and remove it",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// A line end that is no terminator has no place in a segment. It is taken out before the segment is read;
    /// offsets stay those of the file.
    ///
    /// ## Why payers deny it
    ///
    /// Most receivers take it for data: a code with a line end in it is not a code.
    ///
    /// ## Example
    ///
    /// Text copied into a note together with its line end.
    ///
    /// ## How to fix
    ///
    /// Clean texts before they are written into elements.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 999, IK403 code 6, invalid character in data element, recalled.
    pub struct BrokenElement {
        code: "X12-S009",
        name: "broken-element",
        severity: Low,
        summary: "Line ends inside elements.",
        text: "{0} segments have line ends inside",
        fix: "take line ends out of elements",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// The elements of claims and service lines do not repeat. A repetition separator there is data to some
    /// readers and cuts the element for others; the element is kept as it stands.
    ///
    /// ## Why payers deny it
    ///
    /// A code with a separator in it is not a code.
    ///
    /// ## Example
    ///
    /// `SV1*HC:97110^97112*...`.
    ///
    /// ## How to fix
    ///
    /// Write one service line for each code.
    ///
    /// ## Sources
    ///
    /// - `[R]` Guide 005010X222: elements that repeat are marked in their definition, recalled.
    /// - `[R]` X12 999, IK403 code 3, recalled.
    pub struct RepeatedElement {
        code: "X12-S011",
        name: "repeated-element",
        severity: Low,
        summary: "Repetitions where the guide has none.",
        text: "{0} repetition separators in data",
        fix: "remove the repetition, or declare another separator",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// Elements outside the ISA are of variable length and need no blanks around them. They are taken off
    /// before the element is compared.
    ///
    /// ## Why payers deny it
    ///
    /// Some receivers compare with the blanks and find no match: a member id, a control number.
    ///
    /// ## Example
    ///
    /// `CLM*A1 *50*...`.
    ///
    /// ## How to fix
    ///
    /// Trim elements when they are written.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12.6: trailing spaces are suppressed in elements of variable length.
    pub struct PaddedElement {
        code: "X12-S013",
        name: "padded-element",
        severity: Low,
        summary: "Blanks at the ends of elements.",
        text: "{0} elements have blanks at an end",
        fix: "write elements without blanks around them",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// Within a claim and within a line the order of segments does not matter here: diagnoses after the first
    /// line, or a date before the service segment, are read all the same.
    ///
    /// ## Why payers deny it
    ///
    /// Receivers that go by the order of the guide reject the transaction set or take the segment for another
    /// loop.
    ///
    /// ## Example
    ///
    /// An HI after the first LX.
    ///
    /// ## How to fix
    ///
    /// Write the segments in the order of the guide.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 999, IK304 code 7, segment not in proper sequence, recalled.
    pub struct SegmentOrder {
        code: "X12-S020",
        name: "segment-order",
        severity: Low,
        summary: "A segment stands out of the order of its loop.",
        text: "segment stands out of the order of its loop",
        fix: "write segments in the order of the guide",
    }
}
