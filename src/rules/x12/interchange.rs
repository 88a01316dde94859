//! Envelope of the interchange: ISA, IEA, and bytes outside of both.

use super::fault_rule;

fault_rule! {
    /// ## What it checks
    ///
    /// An interchange begins with an ISA. Where data begins with GS, ST or another segment, the delimiters
    /// are inferred from the bytes and the claims are read all the same.
    ///
    /// ## Why payers deny it
    ///
    /// Without an ISA nobody can tell who sent the data to whom; it is not accepted at all.
    ///
    /// ## Example
    ///
    /// A file that begins with `GS*HC*...`.
    ///
    /// ## How to fix
    ///
    /// Send the interchange again from its first byte. Look for a step that strips or splits envelopes.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12.5, interchange control structures: ISA is the first segment.
    /// - `[I]` No code of X12 answers this; the wording is the project's own.
    pub struct MissingIsa {
        code: "X12-I001",
        name: "missing-isa",
        severity: High,
        summary: "The data begins without an ISA segment.",
        text: "data begins without an ISA, its delimiters were inferred",
        fix: "send the interchange whole, from ISA to IEA",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// Every element of the ISA has a fixed width. It is read by its separators, so a wrong width does no
    /// harm here; others read it by position.
    ///
    /// ## Why payers deny it
    ///
    /// A reader that goes by position takes the wrong bytes for delimiters and rejects the interchange.
    ///
    /// ## Example
    ///
    /// ISA06 with 14 characters in place of 15.
    ///
    /// ## How to fix
    ///
    /// Pad identifiers with blanks on the right to 15 characters, control numbers with zeros on the left to
    /// 9 digits.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12.5: widths of ISA01 to ISA16.
    /// - `[R]` X12 TA1 interchange note code 022, invalid control structure, recalled.
    pub struct IsaWidth {
        code: "X12-I002",
        name: "isa-width",
        severity: High,
        summary: "An ISA element does not have its fixed width.",
        text: "ISA element {0} is {1} characters wide",
        fix: "pad or cut the element to its fixed width",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// The ISA is 106 bytes with its terminator. Here the file ends before that, so the delimiters are not
    /// known and nothing after can be read.
    ///
    /// ## Why payers deny it
    ///
    /// There is no interchange to accept.
    ///
    /// ## Example
    ///
    /// A transfer that broke off after 60 bytes.
    ///
    /// ## How to fix
    ///
    /// Get the file again, and compare its size with that at the sender.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 TA1 interchange note code 023, improper end of file, recalled.
    pub struct IsaTruncated {
        code: "X12-I003",
        name: "isa-truncated",
        severity: Critical,
        summary: "The file ends inside an ISA segment.",
        text: "file ends inside an ISA, the interchange cannot be read",
        fix: "get the whole file and scan it again",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// The ISA declares four delimiters. Letters, digits, blanks, or one byte for two of them cannot
    /// separate data.
    ///
    /// ## Why payers deny it
    ///
    /// The interchange cannot be cut into segments with certainty and is rejected.
    ///
    /// ## Example
    ///
    /// The same `*` as element and as component separator.
    ///
    /// ## How to fix
    ///
    /// Use delimiters such as `*`, `:`, `^` and `~`.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 TA1 interchange note code 026 and 027, invalid separators; 004, invalid terminator,
    ///   recalled.
    pub struct BadDelimiters {
        code: "X12-I004",
        name: "bad-delimiters",
        severity: High,
        summary: "The delimiters an ISA declares cannot be used.",
        text: "delimiters of the ISA cannot be used",
        fix: "declare four different delimiters that occur in no data",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// Between an IEA and the next ISA there is nothing but white space. Other bytes are passed over and
    /// counted.
    ///
    /// ## Why payers deny it
    ///
    /// Receivers reject the file or drop what follows in silence. If the bytes were claims, they are lost.
    ///
    /// ## Example
    ///
    /// A banner of a mail program before the ISA.
    ///
    /// ## How to fix
    ///
    /// Look at the bytes at the offset named. Send them again in an envelope of their own if they are
    /// claims.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 TA1 interchange note code 022, invalid control structure, recalled.
    /// - `[I]` No code of X12 answers this; the wording is the project's own.
    pub struct StrayBytes {
        code: "X12-I010",
        name: "stray-bytes",
        severity: High,
        summary: "Bytes before, between or after interchanges belong to none.",
        text: "{0} bytes belong to no interchange",
        fix: "remove the bytes, or restore the envelope they belong to",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// Every ISA is closed by an IEA before the next ISA or the end of the file.
    ///
    /// ## Why payers deny it
    ///
    /// An interchange that is not closed may be cut off; receivers reject it whole.
    ///
    /// ## Example
    ///
    /// A file that ends with `GE*1*1~`.
    ///
    /// ## How to fix
    ///
    /// Get the file again if it is cut off; else add the IEA with the number of groups and the control
    /// number of the ISA.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 TA1 interchange note code 023, improper end of file, recalled.
    pub struct MissingIea {
        code: "X12-I011",
        name: "missing-iea",
        severity: High,
        summary: "An interchange has no IEA segment.",
        text: "interchange without IEA",
        fix: "the file may be cut off: get it again; if it is whole, end the interchange with an IEA",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// IEA01 counts the functional groups of the interchange.
    ///
    /// ## Why payers deny it
    ///
    /// A wrong count means that a group was lost or added; the interchange is rejected.
    ///
    /// ## Example
    ///
    /// `IEA*2*000000001~` after one group.
    ///
    /// ## How to fix
    ///
    /// Find out whether a group is missing before you correct the count.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 TA1 interchange note code 021, invalid number of groups, recalled.
    pub struct GroupCount {
        code: "X12-I012",
        name: "group-count",
        severity: High,
        summary: "IEA01 is not the number of functional groups.",
        text: "IEA01 says {0} functional groups, the interchange has {1}",
        fix: "correct IEA01, or restore the group that is missing",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// IEA02 repeats the control number of ISA13.
    ///
    /// ## Why payers deny it
    ///
    /// Two numbers mean two interchanges cut together; receivers reject it.
    ///
    /// ## Example
    ///
    /// ISA13 `000000001`, IEA02 `000000002`.
    ///
    /// ## How to fix
    ///
    /// Look whether the tail of another interchange got here; else correct the number.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 TA1 interchange note code 001, control numbers differ, recalled.
    pub struct InterchangeControl {
        code: "X12-I013",
        name: "interchange-control",
        severity: High,
        summary: "IEA02 is not the control number of the ISA.",
        text: "IEA02 is not the control number in ISA13",
        fix: "use one control number in ISA13 and IEA02",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// SE closes an ST, GE a GS, IEA an ISA. Here nothing of the kind is open.
    ///
    /// ## Why payers deny it
    ///
    /// The header it belongs to is missing, and with it what the header said; receivers reject the level it
    /// closes.
    ///
    /// ## Example
    ///
    /// `GE*1*1~` right after another GE.
    ///
    /// ## How to fix
    ///
    /// Look for the header that was lost.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 TA1 interchange note code 022, invalid control structure, recalled.
    /// - `[R]` X12 999, IK304 code 2, unexpected segment, recalled.
    pub struct StrayTrailer {
        code: "X12-I014",
        name: "stray-trailer",
        severity: High,
        summary: "A trailer closes nothing that is open.",
        text: "trailer closes nothing that is open",
        fix: "remove the trailer, or restore the header it belongs to",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// Control numbers of interchanges (ISA13) tell one from another. Claims of both are read. Within a file the
    /// number alone must not come again. With `--state-dir`, and for receivers whose `[[submission]]` says
    /// `duplicate_interchange = "refused"`, sender, receiver and number together must not have been in another file
    /// of other content before: in this run, in the order of its inputs, or, with `--state-dir`, in an earlier one.
    /// `duplicate_days` says how long a receiver remembers. Where it is refused, the severity is high.
    ///
    /// ## Why payers deny it
    ///
    /// A receiver that has seen the number takes the second interchange for a duplicate and rejects or
    /// drops it.
    ///
    /// ## Example
    ///
    /// Two interchanges with ISA13 `000000001`; or a file that was corrected and given the number of the one it is
    /// to replace.
    ///
    /// ## How to fix
    ///
    /// Number interchanges upwards. If the two are the same data, send one.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 TA1 interchange note code 025, duplicate control number, recalled.
    pub struct DuplicateInterchange {
        code: "X12-I015",
        name: "duplicate-interchange",
        severity: Low,
        summary: "An ISA13 is used a second time.",
        text: "ISA13 is used before in this file",
        fix: "give each interchange a control number of its own",
        also: {
            text: "ISA13 is used before in another file of this sender and receiver, of this run or an earlier one",
            fix: "give each interchange a control number of its own, also one that is sent again after a correction",
        },
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// From version 00402 on, ISA11 is the repetition separator. A letter or digit there, or the byte of
    /// another delimiter, cannot separate: repetitions are not split. A version in ISA12 that is not known is
    /// read as it stands.
    ///
    /// ## Why payers deny it
    ///
    /// Receivers that check ISA11 and ISA12 reject the interchange.
    ///
    /// ## Example
    ///
    /// `U` in ISA11, as in version 00401, with 00501 in ISA12.
    ///
    /// ## How to fix
    ///
    /// Correct the element.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12.5: ISA11 and ISA12.
    /// - `[R]` X12 TA1 interchange note code 026 and 017, recalled.
    pub struct RepetitionSeparator {
        code: "X12-I016",
        name: "repetition-separator",
        severity: Low,
        summary: "ISA11 or ISA12 do not declare a usable repetition separator.",
        text: "ISA11 does not hold a repetition separator, or ISA12 names no known version",
        fix: "put `^` in ISA11 and 00501 in ISA12",
    }
}
