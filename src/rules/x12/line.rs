//! The service lines of a claim: LX with SV1 or SV2.

use super::fault_rule;

fault_rule! {
    /// ## What it checks
    ///
    /// LX01 counts the service lines of a claim, upwards from 1 without gaps. The line is read.
    ///
    /// ## Why payers deny it
    ///
    /// Payers answer by line number; the guides ask for the count and edits hold claims to it.
    ///
    /// ## Example
    ///
    /// `LX*3~` after `LX*1~`.
    ///
    /// ## How to fix
    ///
    /// Number again after lines were added or removed, and look whether one was lost.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 837 guides, LX01; pyx12 reports it as LX.
    /// - `[R]` X12 999, IK403 code 7, invalid code value, recalled.
    pub struct LineNumber {
        code: "X12-L001",
        name: "line-number",
        severity: High,
        summary: "LX01 does not count 1, 2, 3.",
        text: "LX01 is {0}, the line is number {1} of the claim",
        fix: "number the lines of a claim 1, 2, 3",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// Each LX is followed by SV1 (837P) or SV2 (837I).
    ///
    /// ## Why payers deny it
    ///
    /// The line bills nothing; the transaction set is rejected for the missing segment.
    ///
    /// ## Example
    ///
    /// `LX*2~` followed by `LX*3~`.
    ///
    /// ## How to fix
    ///
    /// Look for a service segment that was lost.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 999, IK304 code 3, required segment missing, recalled.
    pub struct LineWithoutService {
        code: "X12-L002",
        name: "line-without-service",
        severity: High,
        summary: "An LX has no service segment.",
        text: "line has no service segment",
        fix: "add the SV1 or SV2, or remove the LX",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// Each SV1 or SV2 follows an LX of its own. The line is read as the next one of the claim.
    ///
    /// ## Why payers deny it
    ///
    /// Receivers take it for a second service of the line before, or reject the transaction set.
    ///
    /// ## Example
    ///
    /// Two SV1 after one LX.
    ///
    /// ## How to fix
    ///
    /// Give each service a line of its own.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 999, IK304 code 2, unexpected segment; 5, used more often than allowed, recalled.
    pub struct ServiceWithoutLine {
        code: "X12-L003",
        name: "service-without-line",
        severity: High,
        summary: "A service segment has no LX.",
        text: "service segment without LX",
        fix: "put an LX before the service segment",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// A professional claim has at most 50 service lines, an institutional claim 999. All lines are
    /// checked.
    ///
    /// ## Why payers deny it
    ///
    /// Lines beyond the limit are rejected, often with the whole claim.
    ///
    /// ## Example
    ///
    /// An 837P claim with 51 lines.
    ///
    /// ## How to fix
    ///
    /// Split the claim by dates of service.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 837 guides, loop 2400 repeat.
    /// - `[R]` X12 999, IK304 code 4, loop occurs too often, recalled.
    pub struct TooManyLines {
        code: "X12-L004",
        name: "too-many-lines",
        severity: High,
        summary: "More service lines than the guide allows.",
        text: "claim has {0} service lines, its guide allows {1}",
        fix: "split the claim",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// A claim has at least one LX with its service segment.
    ///
    /// ## Why payers deny it
    ///
    /// There is nothing to pay; the transaction set is rejected.
    ///
    /// ## Example
    ///
    /// A CLM followed by an SE.
    ///
    /// ## How to fix
    ///
    /// Look for lines that were lost.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 999, IK304 code 3, required segment missing, recalled.
    pub struct ClaimWithoutLines {
        code: "X12-L005",
        name: "claim-without-lines",
        severity: High,
        summary: "A claim has no service line.",
        text: "claim has no service line",
        fix: "add the service lines, or remove the claim",
    }
}
