//! The HL tree: billing provider, subscriber, patient.

use super::fault_rule;

fault_rule! {
    /// ## What it checks
    ///
    /// HL01 counts the HL segments of a transaction set, upwards from 1 without gaps.
    ///
    /// ## Why payers deny it
    ///
    /// The hierarchy cannot be followed with certainty; the transaction set is rejected.
    ///
    /// ## Example
    ///
    /// HL01 `3` after HL01 `1`.
    ///
    /// ## How to fix
    ///
    /// Number again after loops were added or removed.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 837 guides, HL01; pyx12 reports it as HL1.
    pub struct HlNumber {
        code: "X12-H001",
        name: "hl-number",
        severity: High,
        summary: "HL01 does not count 1, 2, 3.",
        text: "HL01 is {0}, its place in the transaction set makes it {1}",
        fix: "number HL segments 1, 2, 3 within the transaction set",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// HL02 of a subscriber names the billing provider above it, HL02 of a patient the subscriber. Here it
    /// names another or none; the claim is read under the loop it stands in.
    ///
    /// ## Why payers deny it
    ///
    /// The claim may belong to another provider or subscriber; the transaction set is rejected.
    ///
    /// ## Example
    ///
    /// A subscriber whose HL02 names a subscriber.
    ///
    /// ## How to fix
    ///
    /// Correct HL02 after loops were added, removed or moved.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 837 guides, HL02; pyx12 reports it as HL2.
    pub struct HlParent {
        code: "X12-H002",
        name: "hl-parent",
        severity: High,
        summary: "HL02 does not name the open parent of the right level.",
        text: "HL02 names {0}, the open parent is {1}",
        fix: "name the HL01 of the billing provider or subscriber above",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// HL03 names the level of the loop. A loop of another level is read through, and what stands in it
    /// belongs to nobody.
    ///
    /// ## Why payers deny it
    ///
    /// The guides have no such level; the transaction set is rejected.
    ///
    /// ## Example
    ///
    /// `HL*2*1*21*1~`.
    ///
    /// ## How to fix
    ///
    /// Correct the level code.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 999, IK403 code 7, invalid code value, recalled.
    pub struct HlLevel {
        code: "X12-H003",
        name: "hl-level",
        severity: High,
        summary: "HL03 is none of 20, 22, 23.",
        text: "HL03 is none of 20, 22, 23",
        fix: "use 20 for the billing provider, 22 for the subscriber, 23 for the patient",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// A CLM stands in a loop of level 22 or 23. Without one nothing says whose claim it is, so rules that
    /// ask for payer or patient know nothing.
    ///
    /// ## Why payers deny it
    ///
    /// The claim has no patient; the transaction set is rejected.
    ///
    /// ## Example
    ///
    /// A CLM right below the billing provider.
    ///
    /// ## How to fix
    ///
    /// Look for a subscriber loop that was lost.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 999, IK304 code 2, unexpected segment, recalled.
    pub struct ClaimOutsideHl {
        code: "X12-H004",
        name: "claim-outside-hl",
        severity: High,
        summary: "A claim stands outside a subscriber or patient loop.",
        text: "claim stands outside a subscriber or patient loop",
        fix: "put the claim below the HL of its subscriber or patient",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// HL04 is 1 where a level below follows, and 0 where none does. It is looked at where the next HL stands, or
    /// the SE: what is said there is about the HL before. The claims are read where they stand, whatever HL04 says.
    ///
    /// ## Why payers deny it
    ///
    /// A translator that builds the tree by HL04 looks for a level that is not there, or takes a dependent's claim
    /// for the subscriber's; some reject the transaction set.
    ///
    /// ## Example
    ///
    /// `HL*2*1*22*0~`, and the HL after it is a patient's (23).
    ///
    /// ## How to fix
    ///
    /// Write 1 in HL04 of the level above if there are levels below it, else 0.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 837 guides, HL04, hierarchical child code, recalled.
    pub struct HlChild {
        code: "X12-H005",
        name: "hl-child",
        severity: Low,
        summary: "HL04 and the levels that follow do not agree.",
        text: "HL04 of the level before is {0}, which is not what follows",
        fix: "write 1 in HL04 where a level below follows, else 0",
    }
}
