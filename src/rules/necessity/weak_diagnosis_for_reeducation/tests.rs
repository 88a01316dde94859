use super::*;
use crate::rules::policy::{Policies, Policy};
use crate::rules::sample::{claim, found, line, policy};
use crate::tables::Tables;
use crate::x12::value::Date;

/// What is found on a line of 97112 with these pointers, on a claim with these diagnoses.
fn check(policy: &Policy, diagnoses: &[&str], pointers: [u8; 4]) -> Vec<String> {
    let t = Tables::builtin();
    let mut claim = claim(vec![line(&t, "97112:GP", 1, 48)]);
    claim.diagnoses = diagnoses.iter().map(|c| Code::of(c)).collect();
    claim.lines[0].pointers = pointers;
    found(&WeakDiagnosisForReeducation, &claim, policy, &[])
}

fn weak(codes: &str) -> String {
    format!("line 1 SV107 medium 48.00: 97112 has no diagnosis beyond pain or a worn joint: {codes}")
}

fn none(severity: &str, codes: &str) -> String {
    format!("line 1 SV107 {severity} 48.00: 97112 has no diagnosis that is known to need it: {codes}")
}

#[test]
fn the_best_diagnosis_pointed_to_decides() {
    let commercial = policy("CI");
    for (diagnoses, pointers, want) in [
        (&["M5450"][..], [1, 0, 0, 0], Some(weak("M5450"))),
        (&["M5450", "M542", "M25511"], [3, 1, 0, 0], Some(weak("M25511 M5450"))),
        (&["M5450", "I10"], [1, 2, 0, 0], Some(weak("M5450 I10"))),
        (&["I10", "M5450"], [1, 0, 0, 0], Some(none("low", "I10"))),
        (&["I10", "E785"], [0, 0, 0, 0], Some(none("low", "I10 E785"))),
        (&["I10", "E785", "E039", "K219", "J449"], [0; 4], Some(none("low", "I10 E785 E039 K219"))),
        (&["M5450", "R2689"], [1, 2, 0, 0], None),
        (&["M5450", "I69354"], [2, 0, 0, 0], None),
        // On the claim, and not pointed to.
        (&["M5450", "R2689"], [1, 0, 0, 0], None),
        // A pointer to nothing, to a blank, to itself twice.
        (&["M5450"], [7, 0, 0, 0], Some(weak("M5450"))),
        (&["", "M5450"], [1, 0, 0, 0], Some(weak("M5450"))),
        (&["M5450"], [1, 1, 0, 0], Some(weak("M5450 M5450"))),
        // ICD-9, and what is no code: nothing to judge by.
        (&["7242"], [1, 0, 0, 0], None),
        (&["?"], [1, 0, 0, 0], None),
    ] {
        let want: Vec<_> = want.into_iter().collect();
        assert_eq!(check(&commercial, diagnoses, pointers), want, "{diagnoses:?} {pointers:?}");
    }
}

#[test]
fn who_holds_97112_to_its_diagnosis_is_medium() {
    let policies = Policies::builtin();
    let aetna = policies.named().map(|(_, policy)| policy).find(|p| p.name == "aetna").unwrap();
    for (policy, severity) in [
        (&policy("MB"), "medium"),
        (&policy("MA"), "medium"),
        (aetna, "medium"),
        (&policy("CI"), "low"),
        (&policy("MC"), "low"),
        (&policy("16"), "low"),
        (&policy("WC"), "low"),
    ] {
        assert_eq!(check(policy, &["I10"], [1, 0, 0, 0]), [none(severity, "I10")], "{}", policy.name);
        assert_eq!(check(policy, &["M542"], [1, 0, 0, 0]), [weak("M542")], "{}", policy.name);
        let missing = format!("line 1 SV107 {severity} 48.00: 97112 on a claim without any diagnosis");
        assert_eq!(check(policy, &[], [1, 0, 0, 0]), [missing], "{}", policy.name);
    }
}

#[test]
fn other_codes_no_service_and_excluded_lines_are_left_alone() {
    let t = Tables::builtin();
    for (text, units) in [("97112:GP:GY", 1), ("97112:GP", 0), ("97110:GP", 1), ("97161:GP", 1)] {
        let mut claim = claim(vec![line(&t, text, units, 48)]);
        claim.diagnoses = vec![Code::of("M5450")];
        assert!(found(&WeakDiagnosisForReeducation, &claim, &policy("MB"), &[]).is_empty(), "{text} {units}");
    }
    let mut claim = claim(vec![line(&t, "97112:GP", 1, 48)]);
    claim.diagnoses = vec![Code::of("M5450")];
    for (year, month, day, count) in [(2015, 9, 30, 0), (2015, 10, 1, 1)] {
        claim.lines[0].date = Date::new(year, month, day);
        assert_eq!(found(&WeakDiagnosisForReeducation, &claim, &policy("MB"), &[]).len(), count);
    }
}
