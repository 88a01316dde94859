//! What a file turns out to hold: archives, encodings, other formats.

use super::fault_rule;

fault_rule! {
    /// ## What it checks
    ///
    /// Compressed files are unpacked while they are read, within limits: how much larger the content may be
    /// than the archive, how many bytes, how many members, and no archive inside an archive. What was read
    /// before a limit is met is checked and accounted for.
    ///
    /// ## Why payers deny it
    ///
    /// Nothing follows for a payer; the limits keep a hostile archive from filling memory and time.
    ///
    /// ## Example
    ///
    /// Ten gigabytes of zeros in ten megabytes of gzip.
    ///
    /// ## How to fix
    ///
    /// Find out where the archive comes from. `[limits]` in `claimlint.toml` raises the limits.
    ///
    /// ## Sources
    ///
    /// - `[I]` No code of X12 answers this; the wording is the project's own.
    pub struct ContainerLimit {
        code: "X12-F020",
        name: "container-limit",
        severity: Critical,
        summary: "An archive unpacks to more than the limits allow.",
        text: "archive goes beyond the limits, what follows is not read",
        fix: "unpack it by other means if it is trusted, or raise [limits] in the settings",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// Files encrypted with PGP, S/MIME, age or OpenSSL, and encrypted members of zip archives, are recognised
    /// by their first bytes.
    ///
    /// ## Why payers deny it
    ///
    /// What cannot be read is not checked.
    ///
    /// ## Example
    ///
    /// A file that begins with `-----BEGIN PGP MESSAGE-----`.
    ///
    /// ## How to fix
    ///
    /// Decrypt the file and scan the result.
    ///
    /// ## Sources
    ///
    /// - `[I]` No code of X12 answers this; the wording is the project's own.
    pub struct Encrypted {
        code: "X12-F021",
        name: "encrypted",
        severity: Critical,
        summary: "The file is encrypted.",
        text: "file is encrypted",
        fix: "decrypt it first",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// Formats that end up among claim files are recognised by their first bytes and named: EDIFACT, HL7, XML,
    /// PDF, office documents and others.
    ///
    /// ## Why payers deny it
    ///
    /// A receiver of X12 rejects it.
    ///
    /// ## Example
    ///
    /// A remittance exported as PDF.
    ///
    /// ## How to fix
    ///
    /// Export the claims as X12 837.
    ///
    /// ## Sources
    ///
    /// - `[I]` No code of X12 answers this; the wording is the project's own.
    pub struct ForeignFormat {
        code: "X12-F022",
        name: "foreign-format",
        severity: Critical,
        summary: "The file is of another format than X12.",
        text: "no X12 interchange: the file is of another format",
        fix: "give an 837 file; the message of the run names the format",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// A file in UTF-16 is read as long as each of its characters fits one byte. At the first that does not,
    /// reading stops: what it should be as a byte is not known. What stands before is checked.
    ///
    /// ## Why payers deny it
    ///
    /// 837 files are in the basic or extended character set of X12; anything else is rejected.
    ///
    /// ## Example
    ///
    /// A typographic dash that an editor put in place of a hyphen.
    ///
    /// ## How to fix
    ///
    /// Save the file as ASCII and replace such characters.
    ///
    /// ## Sources
    ///
    /// - `[I]` No code of X12 answers this; the wording is the project's own.
    /// - `[R]` X12 999, IK403 code 6, invalid character in data element, recalled.
    pub struct WideCharacters {
        code: "X12-F023",
        name: "wide-characters",
        severity: Critical,
        summary: "A file in UTF-16 has characters beyond Latin-1.",
        text: "character of UTF-16 at offset {0} has no byte in Latin-1, what follows is not read",
        fix: "save the file as plain text in ASCII",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// Files that begin with `ISA` in EBCDIC come from mainframes. They are named, and read if their code page
    /// is given.
    ///
    /// ## Why payers deny it
    ///
    /// Most receivers expect ASCII.
    ///
    /// ## Example
    ///
    /// A binary transfer from a mainframe.
    ///
    /// ## How to fix
    ///
    /// Transfer in text mode, convert the file, or give `--encoding`.
    ///
    /// ## Sources
    ///
    /// - `[I]` No code of X12 answers this; the wording is the project's own.
    pub struct Ebcdic {
        code: "X12-F024",
        name: "ebcdic",
        severity: Critical,
        summary: "The file is in EBCDIC.",
        text: "file is in EBCDIC",
        fix: "convert it to ASCII, or give --encoding cp037 or cp1047",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// The check sums and ends of gzip and zip archives are held against what was unpacked. What was unpacked
    /// before the damage is checked and accounted for.
    ///
    /// ## Why payers deny it
    ///
    /// What cannot be read is not checked.
    ///
    /// ## Example
    ///
    /// A gzip file whose transfer broke off.
    ///
    /// ## How to fix
    ///
    /// Get the archive again and compare its size with that at the sender.
    ///
    /// ## Sources
    ///
    /// - `[I]` No code of X12 answers this; the wording is the project's own.
    pub struct BrokenContainer {
        code: "X12-F025",
        name: "broken-container",
        severity: Critical,
        summary: "An archive is damaged or cut off.",
        text: "archive is damaged or cut off at byte {0} of its content",
        fix: "get the archive again",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// A file in UTF-16 is read as the bytes its characters stand for. Offsets count characters; the summary
    /// says how they relate to the file.
    ///
    /// ## Why payers deny it
    ///
    /// Most receivers expect one byte a character and reject the file.
    ///
    /// ## Example
    ///
    /// A file saved as "Unicode" by an editor.
    ///
    /// ## How to fix
    ///
    /// Do not pass claim files through text editors.
    ///
    /// ## Sources
    ///
    /// - `[I]` No code of X12 answers this; the wording is the project's own.
    pub struct Utf16Text {
        code: "X12-W002",
        name: "utf16-text",
        severity: Low,
        summary: "The file is in UTF-16.",
        text: "file is in UTF-16",
        fix: "save the file as ASCII",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// With `--encoding` a file in EBCDIC is converted byte by byte, so that offsets are those of the file.
    ///
    /// ## Why payers deny it
    ///
    /// Most receivers expect ASCII.
    ///
    /// ## Example
    ///
    /// A file from a mainframe.
    ///
    /// ## How to fix
    ///
    /// Convert the file before it is sent.
    ///
    /// ## Sources
    ///
    /// - `[I]` No code of X12 answers this; the wording is the project's own.
    pub struct EbcdicText {
        code: "X12-W007",
        name: "ebcdic-text",
        severity: Low,
        summary: "The file is in EBCDIC and was converted.",
        text: "file is in EBCDIC, read as --encoding says",
        fix: "send ASCII unless the receiver wants EBCDIC",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// Remittances, acknowledgements and other transaction sets are X12 too, and hold no claims to check. They
    /// are counted by their transaction set id.
    ///
    /// ## Why payers deny it
    ///
    /// Nothing follows for a payer; but somebody expected claims here.
    ///
    /// ## Example
    ///
    /// An 835 among the outgoing files.
    ///
    /// ## How to fix
    ///
    /// Take the file out of the batch. `--allow-no-837` accepts such files.
    ///
    /// ## Sources
    ///
    /// - `[I]` No code of X12 answers this; the wording is the project's own.
    pub struct NoClaims {
        code: "X12-I090",
        name: "no-claims",
        severity: High,
        summary: "X12, but no transaction set of it is an 837.",
        text: "none of {0} transaction sets is an 837",
        fix: "give claim files, or --allow-no-837",
    }
}
