use super::*;
use crate::rules::sample::{day_line, found_on, policy};
use crate::x12::value::Npi;

/// What is found on lines of ten dollars, up to the limit.
fn heads(texts: &[(&str, &str)], policy: &Policy) -> Vec<String> {
    let mut lines: Vec<_> = texts.iter().map(|(code, units)| day_line(0, code, units, None, 10)).collect();
    let found = found_on(&UnitsOverMue, &mut lines, policy);
    assert!(found.iter().all(|f| f.ends_with("table of 2024-07-01 used for 2026-03-02")), "{found:?}");
    found
        .iter()
        .filter_map(|f| f.split_once(" its").or(f.split_once(", which")))
        .map(|(h, _)| h.to_owned())
        .collect()
}

#[test]
fn a_day_is_over_its_limit_with_all_its_lines() {
    let medicare = policy("MB");
    for (texts, want) in [
        (&[("97112:GP", "4")][..], &[][..]),
        (&[("97112:GP", "5")], &["line 1 SV104 high 10.00: 5 units of the code on one day,"]),
        (&[("97112:GP", "4.5")], &["line 1 SV104 high 10.00: 4.5 units of the code on one day,"]),
        (
            &[("97112:GP", "3"), ("97112:GP:CQ", "2")],
            &[
                "line 1 SV104 high 10.00: 5 units of the code on one day,",
                "line 2 SV104 high 10.00: 5 units of the code on one day,",
            ],
        ),
        (&[("97112:GP", "4"), ("97112:GP", "0"), ("97112:GP", "x"), ("97112:GP", "-9")], &[]),
        (&[("97161:GP", "2")], &["line 1 SV104 critical 10.00: 2 units of the code on one day,"]),
        (&[("97110:GP", "6"), ("97530:GP", "6")], &[]),
        // No limit is known.
        (&[("90901:GP", "9")], &[]),
        // Medicare bundles it, which another rule says.
        (&[("97010:GP", "1")], &[]),
    ] {
        assert_eq!(heads(texts, &medicare), want, "{texts:?}");
    }
}

#[test]
fn the_payer_decides_how_bad_it_is() {
    let off = Policy { ncci: Demand::Off, ..policy("CI") };
    for (policy, text, want) in [
        (&policy("MC"), ("97112:GP", "5"), Some("high")),
        (&policy("CI"), ("97112:GP", "5"), Some("medium")),
        (&policy("CI"), ("97161:GP", "2"), Some("medium")),
        (&policy("ZZ"), ("97112:GP", "5"), Some("medium")),
        (&off, ("97112:GP", "5"), None),
        (&policy("16"), ("97010:GP", "1"), Some("high")),
        (&policy("MC"), ("97014:GP", "1"), Some("medium")),
        (&policy("CI"), ("97014:GP", "1"), None),
        (&off, ("97014:GP", "1"), None),
    ] {
        let found = heads(&[text], policy);
        let want: Vec<_> = want.map(|w| format!("line 1 SV104 {w} 10.00")).into_iter().collect();
        let heads: Vec<_> = found.iter().filter_map(|f| f.split_once(": ")).map(|(head, _)| head).collect();
        assert_eq!(heads, want, "{text:?} {}", policy.name);
    }
}

#[test]
fn rendering_providers_of_an_837p_are_counted_apart() {
    let [one, other] = [b"1234567893", b"1679576722"].map(|npi| Npi::parse(npi));
    for (rendering, want) in [([one, other], 0), ([one, one], 2), ([None, None], 2)] {
        let mut lines = ["97530:GO", "97530:GP"].map(|text| day_line(0, text, "4", None, 10));
        (lines[0].rendering, lines[1].rendering) = rendering.into();
        assert_eq!(found_on(&UnitsOverMue, &mut lines, &policy("MB")).len(), want, "{rendering:?}");
    }
}
