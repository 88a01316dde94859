use super::*;
use crate::claim::context::{Context, Payer};
use crate::minutes::ClaimMinutes;
use crate::rules::policy::Policy;
use crate::rules::sample::{claim, found_in, line, marks, policy};
use crate::sidecar::Plans;
use crate::tables::Tables;

/// What is found of a service of 2026-03-02 for a payer that takes 90 days.
fn check(sequence: u8, created: Option<&str>, as_of: Option<&str>) -> Vec<String> {
    let (tables, minutes) = (Tables::builtin(), ClaimMinutes::default());
    let claim = claim(vec![line(&tables, "97110:GP", 1, 50), line(&tables, "97140:GP", 0, 0)]);
    let day = |text: Option<&str>| text.map(|t| Date::parse_iso(t).unwrap());
    let payer = Payer { sequence, ..Payer::default() };
    let context = Context { created: day(created), payer, ..Context::default() };
    found_in(
        &FiledTooLate,
        &Cx {
            claim: &claim,
            context: &context,
            minutes: &minutes,
            plans: &Plans::default(),
            minutes_expected: false,
            minutes_required: false,
            policy: &Policy { timely_days: Some(90), ..policy("CI") },
            tables: &tables,
            marks: &marks(&tables, &claim, &minutes),
            as_of: day(as_of),
        },
    )
}

#[test]
fn the_day_of_the_run_comes_before_that_of_the_file() {
    let late = |severity, date, days| {
        vec![format!(
            "CLM {severity} claim: {days} days from the service of 2026-03-02 to {date}, the payer's limit is 90"
        )]
    };
    assert_eq!(check(b'P', Some("2026-06-01"), None), late("high", "2026-06-01", 91));
    assert_eq!(check(b'P', None, Some("2026-06-02")), late("high", "2026-06-02", 92));
    assert_eq!(check(b'P', Some("2026-03-02"), Some("2027-03-02")), late("high", "2027-03-02", 365));
    assert_eq!(check(b'S', Some("2026-06-01"), None), late("medium", "2026-06-01", 91));
    for (created, as_of) in [
        (Some("2026-05-31"), None),
        (Some("2026-06-01"), Some("2026-03-03")),
        (Some("2026-03-01"), None),
        (None, None),
    ] {
        assert!(check(b'P', created, as_of).is_empty(), "{created:?} {as_of:?}");
    }
}
