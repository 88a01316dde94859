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
    /// No segment of the guides comes near the limit. One that passes it is not kept in memory; reading
    /// goes on after the next terminator.
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
