//! What a file is as a file: empty, not to be read, changed while it is read, there twice.

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
