use super::*;
use crate::rules::day::ClaimRef;
use crate::rules::sample::{day_line, found_on, policy};

/// Lines as claim and code with modifiers, a unit and 50 dollars each; what is found of each by its place.
fn check(lines: &[(u32, &str)], earlier: &[&str]) -> Vec<(usize, Twin)> {
    let mut day: Vec<_> = (1..)
        .zip(lines)
        .map(|(n, (claim, text))| {
            let mut line = day_line(*claim, text, "1", None, 50);
            (line.number, line.order) = (10 * n, n);
            line
        })
        .collect();
    day.sort_by_key(DayLine::rank);
    let before: Vec<_> = earlier.iter().map(|text| day_line(9, text, "1", None, 50)).collect();
    let mut found: Vec<_> = twins(&day, &before).iter().map(|(l, t)| (l.order as usize, *t)).collect();
    found.sort_unstable_by_key(|(n, _)| *n);
    found
}

#[test]
fn the_later_line_bears_it() {
    for (lines, earlier, want) in [
        (&[(0, "97110:GP"), (0, "97110:GP")][..], &[][..], vec![(2, Twin::OfClaim(10))]),
        (&[(1, "97110:GP"), (0, "97110:GP")], &[], vec![(1, Twin::OfRun)]),
        (
            &[(0, "97110:GP:KX"), (0, "97110:KX:GP"), (1, "97110:GP:KX"), (1, "97110:KX::GP")],
            &[],
            vec![(2, Twin::OfClaim(10)), (3, Twin::OfRun), (4, Twin::OfClaim(30))],
        ),
        (&[(0, "97110:GP")], &["97110:GP"], vec![(1, Twin::Earlier)]),
        (
            &[(0, "97110:GP"), (0, "97110:GP")],
            &["97140:GP", "97110:GP"],
            vec![(1, Twin::Earlier), (2, Twin::OfClaim(10))],
        ),
        (&[(0, "97110:GP")], &["97110:GO", "97112:GP"], vec![]),
        (&[(0, "97110:GP"), (0, "97110:GP:59")], &[], vec![]),
        (&[(0, "97110:GP"), (0, "97110:GP:76")], &[], vec![]),
        (&[(0, "97110:GP"), (0, "97110:GP:CQ")], &[], vec![]),
        (&[(0, "97110:GP:XE"), (0, "97110:GP:59")], &[], vec![]),
        (&[(0, "99213"), (0, "99213")], &["99213"], vec![]),
    ] {
        assert_eq!(check(lines, earlier), want, "{lines:?} {earlier:?}");
    }
}

#[test]
fn units_charge_and_frequency_tell_lines_apart() {
    let found = |change: &dyn Fn(&mut DayLine<'_>)| {
        let mut lines = [0, 1].map(|claim| day_line(claim, "97110:GP", "2", None, 50));
        change(&mut lines[1]);
        found_on(&DuplicateLine, &mut lines, &policy("MB"))
    };
    let text = "line 2 SV101-2 medium 50.00: 97110 is billed on another claim already: same date, modifiers, units and charge";
    assert_eq!(found(&|_| {}), [text]);
    assert_eq!(found(&|l| l.rendering = None), [text]);
    assert_eq!(found(&|l| l.claim = ClaimRef { chunk: 3, claim: 0 }), [text]);
    for (what, change) in [
        ("units", &(|l: &mut DayLine<'_>| l.units = Some(Quantity::whole(1))) as &dyn Fn(&mut DayLine<'_>)),
        ("no units", &|l| l.units = Some(Quantity::default())),
        ("units that cannot be read", &|l| l.units = None),
        ("charge", &|l| l.charge = Cents(4999)),
        ("a replacement", &|l| l.frequency = 7),
    ] {
        assert!(found(change).is_empty(), "{what}");
    }
}

#[test]
fn a_day_with_many_lines_is_sorted_and_not_searched() {
    let lines: Vec<_> = (0..20_000)
        .map(|n| {
            let mut line = day_line_of(n);
            line.charge = Cents(i64::from(n % 10_000));
            line
        })
        .collect();
    assert_eq!(twins(&lines, &lines[..10_000]).len(), 20_000);
}

/// A line of a claim of its own; made once and copied.
fn day_line_of(claim: u32) -> DayLine<'static> {
    use std::cell::OnceCell;
    thread_local!(static LINE: OnceCell<DayLine<'static>> = const { OnceCell::new() });
    let line = LINE.with(|l| l.get_or_init(|| day_line(0, "97110:GP", "1", None, 50)).clone());
    DayLine { claim: ClaimRef { chunk: 0, claim }, ..line }
}
