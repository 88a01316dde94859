//! The file around the interchanges, and claims too large to hold.

use super::fault_rule;

fault_rule! {
    /// ## What it checks
    ///
    /// A claim is held in memory as a whole. One beyond the limit is counted and not checked.
    ///
    /// ## Why payers deny it
    ///
    /// Nothing follows for the payer at this size alone; it is this tool that has not looked at the claim.
    ///
    /// ## Example
    ///
    /// A claim of many megabytes, usually the sign of a missing CLM.
    ///
    /// ## How to fix
    ///
    /// Look whether claims have run together.
    ///
    /// ## Sources
    ///
    /// - `[I]` No code of X12 answers this; the wording is the project's own.
    pub struct ClaimTooLarge {
        code: "X12-C001",
        name: "claim-too-large",
        severity: High,
        summary: "A claim is larger than the limit and was not checked.",
        text: "claim is larger than the limit and was not checked",
        fix: "split the claim, or raise the limit",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// A byte order mark before the ISA is passed over.
    ///
    /// ## Why payers deny it
    ///
    /// Most receivers expect `ISA` as the first bytes and reject the file.
    ///
    /// ## Example
    ///
    /// A file saved by a text editor.
    ///
    /// ## How to fix
    ///
    /// Do not pass claim files through text editors.
    ///
    /// ## Sources
    ///
    /// - `[I]` No code of X12 answers this; the wording is the project's own.
    pub struct ByteOrderMark {
        code: "X12-W001",
        name: "byte-order-mark",
        severity: Low,
        summary: "The file begins with a UTF-8 byte order mark.",
        text: "file begins with a byte order mark",
        fix: "save the file without a byte order mark",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// White space before the first ISA is passed over.
    ///
    /// ## Why payers deny it
    ///
    /// Some receivers expect `ISA` as the first bytes and reject the file.
    ///
    /// ## Example
    ///
    /// An empty line at the head of a file.
    ///
    /// ## How to fix
    ///
    /// Look for a step that adds lines.
    ///
    /// ## Sources
    ///
    /// - `[I]` No code of X12 answers this; the wording is the project's own.
    pub struct LeadingSpace {
        code: "X12-W003",
        name: "leading-space",
        severity: Low,
        summary: "White space before the first interchange.",
        text: "{0} bytes of white space before the first interchange",
        fix: "begin the file with ISA",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// Blanks, NUL and end-of-file bytes after the last IEA are passed over.
    ///
    /// ## Why payers deny it
    ///
    /// Some receivers take the padding for a broken interchange.
    ///
    /// ## Example
    ///
    /// A file filled up to a multiple of 80 bytes.
    ///
    /// ## How to fix
    ///
    /// Look for a transfer in fixed blocks.
    ///
    /// ## Sources
    ///
    /// - `[I]` No code of X12 answers this; the wording is the project's own.
    pub struct TrailingPadding {
        code: "X12-W005",
        name: "trailing-padding",
        severity: Low,
        summary: "Padding after the last interchange.",
        text: "{0} bytes of padding after the last interchange",
        fix: "end the file with the IEA",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// Line breaks after terminators are passed over and reported once for an interchange.
    ///
    /// ## Why payers deny it
    ///
    /// Most receivers pass over them too; some reject the interchange.
    ///
    /// ## Example
    ///
    /// One segment a line.
    ///
    /// ## How to fix
    ///
    /// Send as it is unless the receiver refuses it.
    ///
    /// ## Sources
    ///
    /// - `[R]` A Medicare contractor notice of 2004 rejects such interchanges, recalled.
    pub struct LineBreaks {
        code: "X12-W011",
        name: "line-breaks",
        severity: Info,
        summary: "Line breaks after segment terminators.",
        text: "{0} line breaks after segment terminators",
        fix: "write segments without line breaks if the receiver asks for it",
    }
}
