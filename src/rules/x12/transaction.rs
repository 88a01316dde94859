//! Functional groups and transaction sets: GS, GE, ST, SE, and the guide they name.

use super::fault_rule;

fault_rule! {
    /// ## What it checks
    ///
    /// Every GS is closed by a GE before the next GS, the IEA or the end of the file.
    ///
    /// ## Why payers deny it
    ///
    /// The group may be cut off; it is rejected whole.
    ///
    /// ## Example
    ///
    /// A GS followed by IEA.
    ///
    /// ## How to fix
    ///
    /// Get the file again if it is cut off; else add the GE.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 999, AK905 code 3, group trailer missing, recalled.
    pub struct MissingGe {
        code: "X12-G001",
        name: "missing-ge",
        severity: High,
        summary: "A functional group has no GE segment.",
        text: "functional group without GE",
        fix: "the file may be cut off: get it again; if it is whole, end the group with a GE",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// GE01 counts the transaction sets of the group.
    ///
    /// ## Why payers deny it
    ///
    /// A wrong count means that claims were lost or added; the group is rejected.
    ///
    /// ## Example
    ///
    /// `GE*2*1~` after one transaction set.
    ///
    /// ## How to fix
    ///
    /// Find out whether a transaction set is missing before you correct the count.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 999, AK905 code 5, number of transaction sets differs, recalled.
    pub struct TransactionCount {
        code: "X12-G002",
        name: "transaction-count",
        severity: High,
        summary: "GE01 is not the number of transaction sets.",
        text: "GE01 says {0} transaction sets, the group has {1}",
        fix: "correct GE01, or restore the transaction set that is missing",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// GE02 repeats the control number of GS06.
    ///
    /// ## Why payers deny it
    ///
    /// Two numbers mean two groups cut together; the group is rejected.
    ///
    /// ## Example
    ///
    /// GS06 `1`, GE02 `2`.
    ///
    /// ## How to fix
    ///
    /// Look whether the tail of another group got here; else correct the number.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 999, AK905 code 4, group control numbers differ, recalled.
    pub struct GroupControl {
        code: "X12-G003",
        name: "group-control",
        severity: High,
        summary: "GE02 is not the control number of the GS.",
        text: "GE02 is not the control number in GS06",
        fix: "use one control number in GS06 and GE02",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// An ST stands between GS and GE.
    ///
    /// ## Why payers deny it
    ///
    /// Without a group nothing names the guide and the receiver; it is rejected.
    ///
    /// ## Example
    ///
    /// ST right after ISA.
    ///
    /// ## How to fix
    ///
    /// Look for a step that strips groups.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 TA1 interchange note code 024, invalid interchange content, recalled.
    pub struct MissingGs {
        code: "X12-G005",
        name: "missing-gs",
        severity: High,
        summary: "A transaction set stands outside any functional group.",
        text: "transaction set outside any functional group",
        fix: "put the transaction set into a GS and GE",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// Every ST is closed by an SE before the next ST, the GE or the end of the file. The claims in it are
    /// read; the last may be cut off.
    ///
    /// ## Why payers deny it
    ///
    /// The transaction set may be cut off; it is rejected with all of its claims.
    ///
    /// ## Example
    ///
    /// An ST followed by another ST.
    ///
    /// ## How to fix
    ///
    /// Get the file again if it is cut off; else add the SE with the number of segments.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 999, IK502 code 2, transaction set trailer missing, recalled.
    pub struct MissingSe {
        code: "X12-T001",
        name: "missing-se",
        severity: High,
        summary: "A transaction set has no SE segment.",
        text: "transaction set without SE",
        fix: "the file may be cut off: get it again; if it is whole, end the transaction set with an SE",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// SE01 counts the segments from ST to SE, both included. A count with or without empty segments is
    /// accepted.
    ///
    /// ## Why payers deny it
    ///
    /// A wrong count means that segments were lost or added; the transaction set is rejected with all of
    /// its claims.
    ///
    /// ## Example
    ///
    /// `SE*40*0001~` after 39 segments.
    ///
    /// ## How to fix
    ///
    /// Look for segments removed or added after the count was made. A terminator inside data makes one
    /// segment two.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 999, IK502 code 4, number of segments differs, recalled.
    pub struct SegmentCount {
        code: "X12-T002",
        name: "segment-count",
        severity: High,
        summary: "SE01 is not the number of segments.",
        text: "SE01 says {0} segments, the transaction set has {1}",
        fix: "correct SE01, or restore the segments that are missing",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// SE02 repeats the control number of ST02.
    ///
    /// ## Why payers deny it
    ///
    /// Two numbers mean two transaction sets cut together; it is rejected.
    ///
    /// ## Example
    ///
    /// ST02 `0001`, SE02 `0002`.
    ///
    /// ## How to fix
    ///
    /// Look whether the tail of another transaction set got here; else correct the number.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 999, IK502 code 3, control numbers differ, recalled.
    pub struct TransactionControl {
        code: "X12-T003",
        name: "transaction-control",
        severity: High,
        summary: "SE02 is not the control number of the ST.",
        text: "SE02 is not the control number in ST02",
        fix: "use one control number in ST02 and SE02",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// Control numbers of transaction sets are unique within a functional group.
    ///
    /// ## Why payers deny it
    ///
    /// Acknowledgements name transaction sets by this number; the second one is rejected.
    ///
    /// ## Example
    ///
    /// Two ST segments with `0001` in one group.
    ///
    /// ## How to fix
    ///
    /// Number transaction sets upwards within the group.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 999, IK502 code 23, control number not unique, recalled.
    pub struct DuplicateTransaction {
        code: "X12-T004",
        name: "duplicate-transaction",
        severity: High,
        summary: "An ST02 is missing or repeats within its group.",
        text: "ST02 is missing, or used before in this group",
        fix: "give each transaction set of a group a control number of its own",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// Between GS and GE all segments stand in a transaction set. These do not; a claim among them is read
    /// as far as its context is known.
    ///
    /// ## Why payers deny it
    ///
    /// The segments belong to nothing the receiver knows; the group is rejected or they are dropped.
    ///
    /// ## Example
    ///
    /// A CLM after an SE.
    ///
    /// ## How to fix
    ///
    /// Look for an ST that was lost.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 999, IK304 code 2, unexpected segment, recalled.
    pub struct OutsideTransaction {
        code: "X12-T005",
        name: "outside-transaction",
        severity: High,
        summary: "Segments stand outside any transaction set.",
        text: "segments outside any transaction set",
        fix: "put the segments into an ST and SE",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// Claims of 837P and 837I guides are read. Dental claims and others are counted and not checked.
    ///
    /// ## Why payers deny it
    ///
    /// Nothing follows for the payer; it is this tool that has not looked at the claims.
    ///
    /// ## Example
    ///
    /// `ST*837*0001*005010X224A2~`, a dental claim.
    ///
    /// ## How to fix
    ///
    /// Check these claims elsewhere, or leave the file out of the run.
    ///
    /// ## Sources
    ///
    /// - `[I]` No code of X12 answers this; the wording is the project's own.
    pub struct GuideNotCovered {
        code: "X12-T010",
        name: "guide-not-covered",
        severity: Low,
        summary: "An 837 follows a guide that is not read here.",
        text: "837 of a guide that is not read, its claims were not checked",
        fix: "send professional and institutional claims of version 005010 or 004010",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// Control numbers of functional groups tell one from another within the interchange. Claims of both are
    /// read.
    ///
    /// ## Why payers deny it
    ///
    /// A receiver that has seen the number takes the second group for a duplicate.
    ///
    /// ## Example
    ///
    /// Two groups with GS06 `1`.
    ///
    /// ## How to fix
    ///
    /// Number groups upwards.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 999, AK905 code 6, group control number violates the syntax or repeats, recalled.
    pub struct DuplicateGroup {
        code: "X12-G004",
        name: "duplicate-group",
        severity: High,
        summary: "A GS06 occurs twice in an interchange.",
        text: "GS06 is used before in this interchange",
        fix: "give each functional group a control number of its own",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// GS01 names what a group holds; for 837 it is `HC`. The claims are read all the same.
    ///
    /// ## Why payers deny it
    ///
    /// Receivers route by GS01: claims of another kind of group reach nobody who takes them.
    ///
    /// ## Example
    ///
    /// `GS*HP*...` (remittances) around an 837.
    ///
    /// ## How to fix
    ///
    /// Correct GS01, or move the transaction set into a group of its own kind.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 data element 479, functional identifier code; X12 999, AK905 code 1, recalled.
    pub struct GroupType {
        code: "X12-G006",
        name: "group-type",
        severity: High,
        summary: "Claims in a functional group that is not one of claims.",
        text: "transaction set 837 in a group whose GS01 is not HC",
        fix: "put HC in GS01",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// GS08 and ST03 both name the implementation guide. Where they differ, the claims are read by ST03.
    ///
    /// ## Why payers deny it
    ///
    /// Receivers choose the map by one or the other and reject what does not fit.
    ///
    /// ## Example
    ///
    /// GS08 `005010X222A1` (professional) with ST03 `005010X223A2` (institutional).
    ///
    /// ## How to fix
    ///
    /// Correct the one that is wrong.
    ///
    /// ## Sources
    ///
    /// - `[R]` Guide 005010X222: ST03 has the value of GS08, recalled.
    /// - `[R]` X12 999, IK502 code I6, implementation convention not supported, recalled.
    pub struct GuideConflict {
        code: "X12-T011",
        name: "guide-conflict",
        severity: High,
        summary: "ST03 names another guide than GS08.",
        text: "ST03 names another guide than GS08",
        fix: "name one guide in ST03 and GS08",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// Claims are read from transaction sets 837. A CLM in any other set is counted and not checked.
    ///
    /// ## Why payers deny it
    ///
    /// The receiver takes the transaction set for what ST01 says and rejects it, or never looks for claims in it.
    ///
    /// ## Example
    ///
    /// A CLM behind `ST*835*0001~`: the ST of the claims was lost.
    ///
    /// ## How to fix
    ///
    /// Correct ST01, or restore the ST that was lost between another set and the claims.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 999, IK502 code 1, transaction set not supported, recalled.
    pub struct ClaimInOtherSet {
        code: "X12-T012",
        name: "claim-in-other-set",
        severity: High,
        summary: "A claim stands in a transaction set that is not an 837.",
        text: "claim stands in a transaction set that is not an 837 and was not checked",
        fix: "correct ST01, or restore the ST that is missing before the claim",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// ST01 names the kind of transaction set. Here it names none, while ST03 or GS08 names a guide of claims: the
    /// transaction set is read as an 837.
    ///
    /// ## Why payers deny it
    ///
    /// The receiver knows no such transaction set and rejects it with all of its claims.
    ///
    /// ## Example
    ///
    /// `ST*87*0001*005010X222A1~`.
    ///
    /// ## How to fix
    ///
    /// Correct ST01, and look whether more of the file was damaged.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 999, IK502 code 1, transaction set not supported, recalled.
    pub struct SetIdentifier {
        code: "X12-T013",
        name: "set-identifier",
        severity: High,
        summary: "ST01 is no transaction set, but the guide is one of claims.",
        text: "ST01 is no transaction set, its guide is one of claims, so they were checked",
        fix: "write 837 in ST01",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// ST03, or GS08 where ST03 is empty, names the guide that the transaction set follows. Here it names one that is
    /// not known. Professional and institutional claims are told apart by their service segments (SV1, SV2), and checked
    /// as those of the guides that are known: whatever is different in the guide that is named was not checked.
    ///
    /// ## Why payers deny it
    ///
    /// A receiver rejects a transaction set of a guide that it does not take.
    ///
    /// ## Example
    ///
    /// `ST*837*0001*005010X999~`.
    ///
    /// ## How to fix
    ///
    /// Name the guide: 005010X222A1 for professional, 005010X223A2 or 005010X223A3 for institutional claims.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 999, IK502 code I6, implementation convention not supported, recalled.
    pub struct UnknownGuide {
        code: "X12-T014",
        name: "unknown-guide",
        severity: Low,
        summary: "Neither ST03 nor GS08 names a guide that is known.",
        text: "guide is not known, claims were read as those of 005010X222A1 or 005010X223A2 by their service segments",
        fix: "name the guide in ST03 and GS08",
    }
}
