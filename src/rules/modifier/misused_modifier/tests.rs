use super::*;
use crate::rules::policy::Policy;
use crate::rules::sample::{day_line, found_on, policy};

/// Lines as code with modifiers, units; each of one claim.
fn check(policy: &Policy, lines: &[(&str, &str)]) -> Vec<String> {
    let mut lines: Vec<_> = lines.iter().map(|(text, units)| day_line(0, text, units, None, 50)).collect();
    found_on(&MisusedModifier, &mut lines, policy)
}

#[test]
fn what_59_is_there_for_may_be_any_pair_of_a_table_or_payer() {
    let medicare = policy("MB");
    let own = |filing: &str, a: &str, b: &str| Policy {
        pairs_59: vec![(Code::of(a), Code::of(b))],
        ..policy(filing)
    };
    for (policy, first, second, want) in [
        (&medicare, "97140:GP:59", "97012:GP", 0),
        (&medicare, "97012:GP:59", "97140:GP", 0),
        // No pair since 2020, and once one.
        (&medicare, "97530:GP:59", "97116:GP", 0),
        (&medicare, "97530:GP:59", "97140:GP", 0),
        (&medicare, "97112:GP:XU", "97110:GP", 0),
        (&medicare, "97110:GP:59", "97110:GP", 0),
        (&medicare, "97161:GP:59", "99213:25", 0),
        (&medicare, "97110:GP:59", "97140:GP", 1),
        (&medicare, "97110:GP:59", "99213", 1),
        (&medicare, "97035:GP:XS", "97110:GP", 1),
        (&own("CI", "97035", "97110"), "97110:GP:59", "97035:GP", 0),
        (&own("CI", "97035", "97140"), "97110:GP:59", "97035:GP", 1),
        (&policy("CI"), "97035:GP:59", "97110:GP:59", 2),
    ] {
        let found = check(policy, &[(first, "1"), (second, "1")]);
        assert_eq!(found.len(), want, "{first} beside {second}: {found:?}");
        assert!(found.iter().all(|f| f.contains(" info 0.00: ")), "{found:?}");
    }
    assert_eq!(check(&medicare, &[("97140:GP:59", "1"), ("97012:GP", "0")]).len(), 1, "no service, no pair");
    assert!(check(&medicare, &[("97140:GP:59", "0")]).is_empty(), "nor is a line without units one");
}

#[test]
fn the_payer_decides_how_bad_a_modifier_is_that_bypasses_nothing() {
    let off = Policy { ncci: Demand::Off, ..policy("WC") };
    let text = |line, severity, money| {
        format!(
            "line {line} SV101-4 {severity} {money}: 76 does not bypass the NCCI pair with {}, table of \
             2024-07-01 used for 2026-03-02",
            if line == 1 { "97012" } else { "97140" }
        )
    };
    for (policy, lines, want) in [
        (&policy("MB"), ["97140:GP:76", "97012:GP"], vec![text(1, "medium", "50.00")]),
        (&policy("CI"), ["97140:GP:76", "97012:GP"], vec![text(1, "low", "50.00")]),
        // The money is that of the other line.
        (&policy("MB"), ["97140:GP", "97012:GP:76"], vec![text(2, "medium", "0.00")]),
        (&off, ["97140:GP:76", "97012:GP"], vec![]),
        (&policy("MB"), ["97140:GP:76", "97012:GP:59"], vec![]),
        (&policy("MB"), ["97140:GP:76", "97012:LT:GP"], vec![]),
        (&policy("MB"), ["97140:GP:76:XE", "97012:GP"], vec![]),
        // No modifier bypasses it, so this is not what is wrong.
        (&policy("MB"), ["97140:GP:76", "97124:GP"], vec![]),
        (&policy("MB"), ["97140:GP:76", "97110:GP"], vec![]),
    ] {
        assert_eq!(check(policy, &lines.map(|l| (l, "1"))), want, "{lines:?}");
    }
}

#[test]
fn a_malformed_modifier_is_no_modifier_twice() {
    let modifiers = |all: [Modifier; 4]| second(&Modifiers(all));
    let [kx, gp, none] = [Modifier::of("KX"), Modifier::of("GP"), Modifier::NONE];
    assert_eq!(modifiers([kx, none, gp, kx]), Some((4, kx)));
    assert_eq!(modifiers([gp, gp, none, none]), None);
    assert_eq!(modifiers([Modifier::MALFORMED, Modifier::MALFORMED, none, none]), None);
}
