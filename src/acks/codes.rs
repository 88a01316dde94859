//! The status of a rejected claim, by the rule that found most against it.
//!
//! Codes are those of the lists that X12 publishes: claim status category codes (external code source 507) and claim status
//! codes (508), entity identifier codes (data element 98), as of 2026-07. What they mean stands in those lists. A rule that
//! nothing fits better has the general one: more information is wanted or wrong, and STC12 says which.

/// STC01.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Status {
    /// Category (507).
    pub category: &'static str,
    /// Status (508).
    pub status: &'static str,
    /// Whom it is about (98), where the status wants one.
    pub entity: &'static str,
}

const fn of(category: &'static str, status: &'static str) -> Status {
    Status { category, status, entity: "" }
}

const fn about(category: &'static str, status: &'static str, entity: &'static str) -> Status {
    Status { category, status, entity }
}

/// Received; not more, for what accepts a claim into adjudication is the payer's system. 40 is the receiver of the 837.
pub(super) const RECEIVED: Status = about("A1", "19", "40");

/// What was not checked, and what has no line below.
pub(super) const UNPROCESSABLE: Status = of("A3", "21");

/// By rule, else by family.
const BY_RULE: [(&str, Status); 31] = [
    ("CLM001", of("A8", "455")),
    ("CLM002", of("A7", "454")),
    ("CLM003", about("A6", "562", "DN")),
    ("CLM004", of("A6", "252")),
    ("CLM005", about("A8", "145", "82")),
    ("CLM006", of("A7", "476")),
    ("CLM007", of("A6", "21")),
    ("CLM008", of("A3", "718")),
    ("CLM009", of("A7", "249")),
    ("CLM010", of("A3", "78")),
    ("CLM011", of("A7", "400")),
    ("LIM", of("A7", "476")),
    ("LIM004", of("A8", "454")),
    ("MOD", of("A7", "453")),
    ("MOD001", of("A6", "453")),
    ("MOD005", of("A6", "453")),
    ("NEC001", of("A8", "255")),
    ("NEC002", of("A8", "255")),
    ("PTP", of("A8", "454")),
    ("TIM", of("A7", "476")),
    ("TIM005", of("A6", "21")),
    ("X12", of("A3", "481")),
    ("X12-H004", of("A3", "481")),
    ("X12-L002", of("A6", "247")),
    ("X12-L004", of("A3", "121")),
    ("X12-L005", of("A6", "247")),
    ("X12-N001", of("A7", "21")),
    ("X12-N002", of("A7", "187")),
    ("X12-N003", about("A7", "562", "85")),
    ("X12-N004", of("A7", "187")),
    ("X12-C001", of("A3", "21")),
];

/// The status that a rule rejects with.
pub(super) fn status_of(rule: &str) -> Status {
    let find = |code: &str| BY_RULE.iter().find(|(known, _)| *known == code).map(|(_, status)| *status);
    find(rule).or_else(|| find(rule.get(..3)?)).unwrap_or(UNPROCESSABLE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::CATALOGUE;

    #[test]
    fn every_line_is_of_a_rule_or_a_family_and_every_status_is_a_rejection() {
        for (code, status) in BY_RULE {
            let of_this = |known: &str| known == code || (code.len() == 3 && known.starts_with(code));
            assert!(CATALOGUE.iter().any(|rule| of_this(rule.meta().code)), "{code}");
            assert!(["A3", "A6", "A7", "A8"].contains(&status.category), "{code}");
            // Those whose entry in the list asks for an entity.
            let wants = ["19", "145", "562"].contains(&status.status);
            assert_eq!(wants, !status.entity.is_empty(), "{code}");
        }
    }

    #[test]
    fn a_rule_has_its_own_status_or_that_of_its_family_or_the_general_one() {
        for (rule, want) in [
            ("MOD001", of("A6", "453")),
            ("MOD004", of("A7", "453")),
            ("X12-S008", of("A3", "481")),
            ("NEC003", UNPROCESSABLE),
            ("NEW001", UNPROCESSABLE),
            ("", UNPROCESSABLE),
        ] {
            assert_eq!(status_of(rule), want, "{rule}");
        }
    }
}
