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

fault_rule! {
    /// ## What it checks
    ///
    /// The first interchange is looked for in the first 64 KiB. What stands before is passed over and counted.
    ///
    /// ## Why payers deny it
    ///
    /// Most receivers expect `ISA` as the first bytes and reject the file.
    ///
    /// ## Example
    ///
    /// The banner of a mail or transfer program.
    ///
    /// ## How to fix
    ///
    /// Look at the bytes before the ISA and at the step that puts them there.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 TA1 interchange note code 022, invalid control structure, recalled.
    pub struct LeadingJunk {
        code: "X12-W004",
        name: "leading-junk",
        severity: Low,
        summary: "Bytes other than white space before the first interchange.",
        text: "{0} bytes before the first interchange belong to none",
        fix: "begin the file with ISA",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// Some systems break every 80th or 128th character, also inside elements and inside the ISA. The line ends
    /// are taken out and the segments read whole.
    ///
    /// ## Why payers deny it
    ///
    /// Most receivers take the line end for data and reject the segment.
    ///
    /// ## Example
    ///
    /// A file that went through a mainframe dataset of record length 80.
    ///
    /// ## How to fix
    ///
    /// Transfer files as binary, or as records of variable length.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 answers a request for interpretation (RFI 28) that this depends on the implementation,
    ///   recalled.
    /// - `[I]` No code of X12 answers this; the wording is the project's own.
    pub struct WrappedLines {
        code: "X12-W006",
        name: "wrapped-lines",
        severity: Low,
        summary: "The file is broken into lines of one length.",
        text: "{0} segments are broken by line ends of a fixed line length",
        fix: "write one segment a line, or no line ends at all",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// ISA15 is `P` for production and `T` for test. Where the settings or `--expect-usage` name the one
    /// expected, each interchange is held to it; without, those of one file to the first.
    ///
    /// ## Why payers deny it
    ///
    /// Test claims are never paid; production claims in a test system are lost.
    ///
    /// ## Example
    ///
    /// A batch of a test run in the folder of production.
    ///
    /// ## How to fix
    ///
    /// Correct ISA15, or take the file out.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12.5: ISA15, interchange usage indicator.
    /// - `[R]` X12 TA1 interchange note code 020, invalid test indicator, recalled.
    pub struct UsageIndicator {
        code: "X12-W012",
        name: "usage-indicator",
        severity: Low,
        summary: "ISA15 is not what was expected, or differs within a file.",
        text: "ISA15 says test in place of production, or production in place of test",
        fix: "send test and production interchanges apart; correct ISA15",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// Any byte may delimit that occurs in no data. Control characters other than line ends, and bytes beyond
    /// ASCII, are read as declared.
    ///
    /// ## Why payers deny it
    ///
    /// Some receivers cannot read them.
    ///
    /// ## Example
    ///
    /// A segment terminator of 0x1C.
    ///
    /// ## How to fix
    ///
    /// Ask the receiver which delimiters it takes.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12.5: delimiters are declared by the ISA.
    pub struct UnusualDelimiters {
        code: "X12-W013",
        name: "unusual-delimiters",
        severity: Info,
        summary: "Delimiters that are legal and rare: control characters or bytes beyond ASCII.",
        text: "a delimiter is a control character or beyond ASCII",
        fix: "use `*`, `:`, `^` and `~` unless the receiver asks for others",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// Each interchange has delimiters of its own and is read by them.
    ///
    /// ## Why payers deny it
    ///
    /// Some receivers take one interchange a file, and reject or lose the others.
    ///
    /// ## Example
    ///
    /// Two batches appended to one file.
    ///
    /// ## How to fix
    ///
    /// Put each interchange into a file of its own. The settings can make this a fault: `[[submission]]`,
    /// `interchanges`.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 answers a request for interpretation that several interchanges may stand in one file,
    ///   recalled.
    /// - `[R]` Companion guides of single payers reject them with TA1 note code 022, recalled.
    pub struct SeveralInterchanges {
        code: "X12-W014",
        name: "several-interchanges",
        severity: Info,
        summary: "A file with more than one interchange.",
        text: "file has {0} interchanges",
        fix: "send one interchange a file if the receiver asks for it",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// TA1, TA3, ISB and ISE speak of the interchange itself. They are counted and never taken for claim data.
    ///
    /// ## Why payers deny it
    ///
    /// None: they are part of the standard.
    ///
    /// ## Example
    ///
    /// An acknowledgement in the same interchange as claims.
    ///
    /// ## How to fix
    ///
    /// Nothing, unless they are not meant to be there.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12.5 and X12.6: interchange control segments.
    pub struct ServiceSegments {
        code: "X12-W015",
        name: "service-segments",
        severity: Info,
        summary: "Service segments between the interchange header and its groups.",
        text: "{0} service segments, such as TA1",
        fix: "nothing to do, if acknowledgements are expected in this file",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// Receivers limit how many claims a transaction set may have; many take 5,000. The settings say how many:
    /// `[[submission]]`, `claims_per_transaction`. Without it nothing is checked.
    ///
    /// ## Why payers deny it
    ///
    /// The receiver rejects the whole transaction set.
    ///
    /// ## Example
    ///
    /// 7,000 claims in one ST.
    ///
    /// ## How to fix
    ///
    /// Begin a new transaction set after the limit.
    ///
    /// ## Sources
    ///
    /// - `[R]` Guide 005010X222: note on the size of ST to SE (5,000 CLM), recalled.
    pub struct TooManyClaims {
        code: "X12-W020",
        name: "too-many-claims",
        severity: High,
        summary: "A transaction set has more claims than the receiver takes.",
        text: "transaction set has {0} claims, the receiver takes {1}",
        fix: "split the batch into transaction sets of at most that many claims",
    }
}
