use super::*;
use crate::rules::policy::{Policies, Policy};
use crate::rules::sample::{day_line, found_on, policy};
use crate::x12::code::Code;

fn capped(units: u32, codes: &[&str]) -> Policy {
    let codes = codes.iter().map(|code| Code::of(code)).collect();
    let cap = DailyCap { units, codes, severity: Severity::High, usual: false, since: None };
    Policy { daily_cap: Some(cap), ..policy("CI") }
}

#[test]
fn the_excess_falls_on_the_cheapest_units() {
    let any = capped(4, &[]);
    let some = capped(4, &["97110", "97140"]);
    for (policy, lines, want) in [
        (&any, &[("97110:GP", "2", 80), ("97140:GP", "2", 100)][..], &[][..]),
        (&any, &[("97110:GP", "3", 120), ("97140:GP", "2", 100)], &["line 1 SV104 high 40.00: 5 / 4 / 1"]),
        (&any, &[("97110:GP", "1", 60), ("97140:GP", "4", 100)], &["line 2 SV104 high 25.00: 5 / 4 / 1"]),
        // Among equals the later line.
        (&any, &[("97110:GP", "3", 120), ("97140:GP", "2", 80)], &["line 2 SV104 high 40.00: 5 / 4 / 1"]),
        (
            &any,
            &[("97110:GP", "1", 10), ("97140:GP", "6", 300)],
            &["line 1 SV104 high 10.00: 7 / 4 / 1", "line 2 SV104 high 100.00: 7 / 4 / 2"],
        ),
        // Two disciplines have a cap each.
        (&any, &[("97110:GP", "4", 120), ("97530:GO", "4", 100)], &[]),
        // Untimed codes, group therapy and units that are not whole do not count.
        (&any, &[("97110:GP", "4", 120), ("97150:GP", "2", 60), ("97012:GP", "1", 20)], &[]),
        (&any, &[("97110:GP", "4", 120), ("97140:GP", "1.5", 60), ("97140:GP", "x", 20)], &[]),
        (&some, &[("97110:GP", "4", 120), ("97530:GP", "4", 100)], &[]),
        (
            &some,
            &[("97110:GP", "4", 120), ("97530:GP", "4", 4), ("97140:GP", "1", 50)],
            &["line 1 SV104 high 30.00: 5 / 4 / 1"],
        ),
    ] {
        let mut day: Vec<_> =
            lines.iter().map(|(code, units, dollars)| day_line(0, code, units, None, *dollars)).collect();
        let found = found_on(&DailyCapExceeded, &mut day, policy);
        let want: Vec<_> = want
            .iter()
            .map(|w| {
                let (head, figures) = w.split_once(": ").unwrap();
                let f: Vec<_> = figures.split(" / ").collect();
                format!(
                    "{head}: {} timed units of one discipline on one day, this payer's cap is {}; {} beyond it on this line",
                    f[0], f[1], f[2]
                )
            })
            .collect();
        assert_eq!(found, want, "{lines:?}");
    }
}

#[test]
fn payers_without_a_known_cap_have_the_usual_one_or_none() {
    let policies = Policies::builtin();
    let named = |name: &str| &policies.named().find(|(_, p)| p.name == name).unwrap().1;
    for (policy, want) in [
        (&policy("CI"), Some("line 1 SV104 low")),
        (named("uhc"), Some("line 1 SV104 low")),
        (named("cigna"), Some("line 1 SV104 medium")),
        (named("anthem"), Some("line 1 SV104 medium")),
        (&policy("MB"), None),
        (&policy("16"), None),
        (&policy("WC"), None),
        (&policy("ZZ"), None),
    ] {
        let mut day = [day_line(0, "97110:GP", "5", None, 100)];
        let found = found_on(&DailyCapExceeded, &mut day, policy);
        assert_eq!(found.first().map(|f| f.split(" 20.00").next().unwrap()), want, "{}", policy.name);
    }
}

#[test]
fn a_visit_has_no_more_units_than_quarter_hours() {
    for (claims, units, treatment, minutes, timed, want) in [
        ([0, 0], ["2", "2"], [Some(45), Some(45)], [None, None], None, 1),
        ([0, 0], ["2", "1"], [Some(45), Some(45)], [None, None], None, 0),
        ([0, 0], ["2", "2"], [Some(46), Some(46)], [None, None], None, 0),
        // Not known for the whole day.
        ([0, 0], ["2", "2"], [Some(45), None], [None, None], None, 0),
        ([0, 0], ["2", "2"], [Some(45), Some(30)], [None, None], None, 0),
        ([0, 1], ["2", "2"], [Some(45), Some(45)], [None, None], None, 0),
        // Timed minutes are known: other rules judge by them.
        ([0, 0], ["2", "2"], [Some(45), Some(45)], [Some(20), Some(20)], None, 0),
        ([0, 0], ["2", "2"], [Some(45), Some(45)], [Some(20), None], None, 1),
        ([0, 0], ["2", "2"], [Some(45), Some(45)], [None, None], Some(40), 0),
    ] {
        let mut day = [0, 1].map(|n| {
            let mut line = day_line(claims[n], ["97110:GP", "97140:GP"][n], units[n], minutes[n], 100);
            (line.known.visit_treatment, line.known.visit_timed) = (treatment[n], timed);
            line
        });
        let found = found_on(&DailyCapExceeded, &mut day, &policy("MB"));
        assert_eq!(found.len(), want, "{units:?} in {treatment:?}: {found:?}");
        assert!(found.iter().all(|f| f.contains(" medium ") && f.contains("45 documented minutes")));
    }
}
