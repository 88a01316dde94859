//! What is read as a whole: files, archives, encodings.

use super::fault_rule;

fault_rule! {
    /// ## What it checks
    ///
    /// A file of no bytes holds no claims. It is named, and the run ends with exit code 2.
    ///
    /// ## Why payers deny it
    ///
    /// There is nothing to process. A transfer or an export has failed without a word.
    ///
    /// ## Example
    ///
    /// An upload that broke off before its first byte.
    ///
    /// ## How to fix
    ///
    /// Get the file again and compare its size with that at the sender.
    ///
    /// ## Sources
    ///
    /// - `[I]` No code of X12 answers this; the wording is the project's own.
    pub struct EmptyFile {
        code: "X12-F001",
        name: "empty-file",
        severity: Critical,
        summary: "The file is empty.",
        text: "file is empty",
        fix: "get the file again, or find out why nothing was written to it",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// A file of blanks and line ends holds no claims. It is named, and the run ends with exit code 2.
    ///
    /// ## Why payers deny it
    ///
    /// There is nothing to process.
    ///
    /// ## Example
    ///
    /// A file of one empty line.
    ///
    /// ## How to fix
    ///
    /// Look at the step that writes the file.
    ///
    /// ## Sources
    ///
    /// - `[I]` No code of X12 answers this; the wording is the project's own.
    pub struct BlankFile {
        code: "X12-F002",
        name: "blank-file",
        severity: Critical,
        summary: "The file holds nothing but white space.",
        text: "file holds nothing but white space",
        fix: "get the file again, or find out why no claims were written to it",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// A symbolic link whose target is not there cannot be read. Links inside directories are not followed; a
    /// broken one is said all the same, for a file may be missing.
    ///
    /// ## Why payers deny it
    ///
    /// The claims behind the link are not checked.
    ///
    /// ## Example
    ///
    /// A link into a directory that was cleaned up.
    ///
    /// ## How to fix
    ///
    /// Restore the target or remove the link.
    ///
    /// ## Sources
    ///
    /// - `[I]` No code of X12 answers this; the wording is the project's own.
    pub struct BrokenLink {
        code: "X12-F003",
        name: "broken-link",
        severity: Critical,
        summary: "A link points to nothing.",
        text: "link points to nothing",
        fix: "name the file itself, or restore what the link points to",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// Devices, named pipes and sockets are not opened: reading one may never end. Standard input is read where
    /// `-` is given.
    ///
    /// ## Why payers deny it
    ///
    /// What cannot be read is not checked.
    ///
    /// ## Example
    ///
    /// `/dev/zero`, or a pipe left in a drop folder.
    ///
    /// ## How to fix
    ///
    /// Name a file, or feed the pipe to standard input.
    ///
    /// ## Sources
    ///
    /// - `[I]` No code of X12 answers this; the wording is the project's own.
    pub struct NotAFile {
        code: "X12-F004",
        name: "not-a-file",
        severity: Critical,
        summary: "Not a regular file: a device, a pipe or a socket.",
        text: "not a regular file, so it was not opened",
        fix: "give a file, a directory, or `-` for standard input",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// The system refuses to open the file or directory. The other inputs are processed; the run ends with exit
    /// code 2.
    ///
    /// ## Why payers deny it
    ///
    /// What cannot be read is not checked.
    ///
    /// ## Example
    ///
    /// A file of mode 0600 that another user wrote.
    ///
    /// ## How to fix
    ///
    /// Change owner, group or mode of the file, or run as a user who may read it.
    ///
    /// ## Sources
    ///
    /// - `[I]` No code of X12 answers this; the wording is the project's own.
    pub struct PermissionDenied {
        code: "X12-F005",
        name: "permission-denied",
        severity: Critical,
        summary: "The file may not be read.",
        text: "file may not be read by this user",
        fix: "allow the user of the run to read it",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// A file that is named or was listed is no longer there when it is to be opened. The other inputs are
    /// processed; the run ends with exit code 2.
    ///
    /// ## Why payers deny it
    ///
    /// What cannot be read is not checked.
    ///
    /// ## Example
    ///
    /// Another job moves files out of the folder while it is scanned.
    ///
    /// ## How to fix
    ///
    /// Let one job at a time work on a folder.
    ///
    /// ## Sources
    ///
    /// - `[I]` No code of X12 answers this; the wording is the project's own.
    pub struct FileVanished {
        code: "X12-F006",
        name: "file-vanished",
        severity: Critical,
        summary: "The file is gone.",
        text: "file is not there",
        fix: "check the name; if it was listed before, find out who moved it",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// Size, times and identity of a file are compared before and after it is read. If they differ, the bytes
    /// read may be half of one version and half of another: the claims are counted as not evaluated and nothing
    /// found in them is reported.
    ///
    /// ## Why payers deny it
    ///
    /// Nothing follows for a payer; results of such bytes would be about a batch that nobody sent.
    ///
    /// ## Example
    ///
    /// A file that is still being uploaded.
    ///
    /// ## How to fix
    ///
    /// Scan again later. In drop folders use `--settle`.
    ///
    /// ## Sources
    ///
    /// - `[I]` No code of X12 answers this; the wording is the project's own.
    pub struct ChangedWhileRead {
        code: "X12-F010",
        name: "changed-while-read",
        severity: Critical,
        summary: "The file changed while it was read.",
        text: "file changed while it was read, its results are withheld",
        fix: "scan it again when nobody writes to it; --settle waits for uploads to end",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// The system reports an error when the file is opened or read. What was read before is checked and
    /// accounted for; the rest is not.
    ///
    /// ## Why payers deny it
    ///
    /// What cannot be read is not checked.
    ///
    /// ## Example
    ///
    /// An input or output error of a failing disk.
    ///
    /// ## How to fix
    ///
    /// Copy the file to a sound disk and scan it again.
    ///
    /// ## Sources
    ///
    /// - `[I]` No code of X12 answers this; the wording is the project's own.
    pub struct ReadError {
        code: "X12-F011",
        name: "read-error",
        severity: Critical,
        summary: "The file could not be opened, or not read to its end.",
        text: "reading failed at byte {0}",
        fix: "look for faults of disk or network and scan the file again",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// A fault of this program ended the work on the file. Nothing found in it is reported, none of its claims is
    /// counted, and it is not remembered in a state directory; the other files are checked, and the run ends with
    /// exit code 3. The message of the run says where in the program it was.
    ///
    /// ## Why payers deny it
    ///
    /// Nothing follows for a payer: the file may be as it should be. Its claims are not checked.
    ///
    /// ## Example
    ///
    /// A combination of elements that a rule was not written for.
    ///
    /// ## How to fix
    ///
    /// Report the place that the message names, without the file. Until it is mended, check the file by other
    /// means; `--ignore` of a rule may get past the fault, where the place names one.
    ///
    /// ## Sources
    ///
    /// - `[I]` No code of X12 answers this; the wording is the project's own.
    pub struct InternalError {
        code: "X12-F012",
        name: "internal-error",
        severity: Critical,
        summary: "The program itself failed over the file.",
        text: "program failed over this file, its results are withheld",
        fix: "report the place in the program that the message of the run names; check the file by other means",
    }
}

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
    /// Inputs of equal size are compared by their SHA-256. The second of two equal ones is not read again: its
    /// claims would be duplicates of themselves. The reason in the list of inputs names the first.
    ///
    /// ## Why payers deny it
    ///
    /// A batch that is sent twice is denied as duplicate, claim by claim.
    ///
    /// ## Example
    ///
    /// An export that ran twice.
    ///
    /// ## How to fix
    ///
    /// Find out which of the two was sent. `--on-duplicate-file` decides what the run does.
    ///
    /// ## Sources
    ///
    /// - `[R]` CARC 18, exact duplicate claim or service, is what payers answer.
    /// - `[I]` No code of X12 answers this; the wording is the project's own.
    pub struct DuplicateFile {
        code: "X12-W010",
        name: "duplicate-file",
        severity: Low,
        summary: "Two inputs have the same bytes.",
        text: "same content as another input, read once",
        fix: "send it once; remove the copy",
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
