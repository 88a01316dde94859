use proptest::prelude::*;

use super::*;

/// Every split of units that section 20.2 accepts, by its letter: of all vectors of units those that add up to the
/// units of the total, leave each code its full quarter hours, give at most one unit for what is left over, and pass
/// over no code that has more left over than one that gets a unit.
fn splits(minutes: &[u32]) -> Vec<Vec<u32>> {
    let units = units_by_the_table(minutes.iter().sum());
    let accepted = |split: &Vec<u32>| {
        let total: u32 = split.iter().sum();
        let codes = || minutes.iter().zip(split).map(|(m, u)| (m % 15, *u as i64 - i64::from(m / 15)));
        total == units
            && codes().all(|(rest, more)| more == 0 || (more == 1 && rest > 0))
            && codes().filter(|(_, more)| *more == 1).all(|(given, _)| {
                codes().filter(|(_, more)| *more == 0).all(|(passed_over, _)| given >= passed_over)
            })
    };
    vectors(minutes).into_iter().filter(accepted).collect()
}

/// All vectors of units from nothing to one more than there are quarter hours begun.
fn vectors(minutes: &[u32]) -> Vec<Vec<u32>> {
    minutes.iter().fold(vec![Vec::new()], |begun, m| {
        let next = |units: &Vec<u32>, u| units.iter().copied().chain([u]).collect();
        begun.iter().flat_map(|units| (0..=m / 15 + 2).map(move |u| next(units, u))).collect()
    })
}

/// Units of a total as the table of section 20.2 goes on: the first from 8 minutes, then one every 15.
fn units_by_the_table(total: u32) -> u32 {
    (8..=total).step_by(15).count() as u32
}

/// Units of one code by midpoint, counted: the n-th takes the quarter hours before it and more than half of its own.
fn units_past_half(minutes: u32) -> u32 {
    (1..).take_while(|n| 2 * minutes > 2 * 15 * (n - 1) + 15).count() as u32
}

#[test]
fn the_table_of_section_20_2() {
    for (units, first, last) in [
        (0, 0, 7),
        (1, 8, 22),
        (2, 23, 37),
        (3, 38, 52),
        (4, 53, 67),
        (5, 68, 82),
        (6, 83, 97),
        (7, 98, 112),
        (8, 113, 127),
    ] {
        for total in first..=last {
            assert_eq!(cms_units(total), units, "{total} minutes");
            assert_eq!(units_by_the_table(total), units, "{total} minutes, counted");
        }
    }
}

/// Minutes, units by the 8-minute rule with every accepted split, units by midpoint.
type Case = (&'static [u32], u32, &'static [&'static [u32]], u32);

/// The worked cases of the facts, in their order; the first five are those of the CMS manual, the last is from a
/// dispute about 32 minutes.
#[test]
fn worked_cases() {
    let cases: [Case; 26] = [
        (&[24, 23], 3, &[&[2, 1]], 4),
        (&[20, 20], 3, &[&[2, 1], &[1, 2]], 2),
        (&[33, 7], 3, &[&[2, 1]], 2),
        (&[18, 13, 10, 8], 3, &[&[1, 1, 1, 0]], 4),
        (&[7, 7, 7], 1, &[&[1, 0, 0], &[0, 1, 0], &[0, 0, 1]], 0),
        (&[8, 8], 1, &[&[1, 0], &[0, 1]], 2),
        (&[10, 10], 1, &[&[1, 0], &[0, 1]], 2),
        (&[14, 8], 1, &[&[1, 0]], 2),
        (&[23, 8], 2, &[&[2, 0], &[1, 1]], 3),
        (&[8, 8, 8], 2, &[&[1, 1, 0], &[1, 0, 1], &[0, 1, 1]], 3),
        (&[12, 12, 12], 2, &[&[1, 1, 0], &[1, 0, 1], &[0, 1, 1]], 3),
        (&[30, 10, 10], 3, &[&[2, 1, 0], &[2, 0, 1]], 4),
        (&[38, 24, 45], 7, &[&[2, 2, 3]], 8),
        (&[22, 7], 2, &[&[2, 0], &[1, 1]], 1),
        (&[16, 7], 2, &[&[1, 1]], 1),
        (&[37, 22], 4, &[&[3, 1], &[2, 2]], 3),
        (&[22, 22], 3, &[&[2, 1], &[1, 2]], 2),
        (&[4, 4], 1, &[&[1, 0], &[0, 1]], 0),
        (&[5, 5, 5, 8], 2, &[&[1, 0, 0, 1], &[0, 1, 0, 1], &[0, 0, 1, 1]], 1),
        (&[10, 6], 1, &[&[1, 0]], 1),
        (&[7, 8], 1, &[&[0, 1]], 1),
        (&[15, 15, 8], 3, &[&[1, 1, 1]], 3),
        (&[14, 14, 14, 14], 4, &[&[1, 1, 1, 1]], 4),
        (&[29, 1], 2, &[&[2, 0]], 2),
        (&[23], 2, &[&[2]], 2),
        (
            &[8, 8, 8, 8],
            2,
            &[&[1, 1, 0, 0], &[1, 0, 1, 0], &[1, 0, 0, 1], &[0, 1, 1, 0], &[0, 1, 0, 1], &[0, 0, 1, 1]],
            4,
        ),
    ];
    for (minutes, cms, accepted, ama) in cases {
        assert_eq!(cms_units(minutes.iter().sum()), cms, "{minutes:?} by the 8-minute rule");
        assert_eq!(minutes.iter().map(|m| ama_units(*m)).sum::<u32>(), ama, "{minutes:?} by midpoint");
        for units in vectors(minutes) {
            let listed = accepted.contains(&units.as_slice());
            assert_eq!(is_cms_split(minutes, &units), listed, "{minutes:?} as {units:?}");
        }
    }
}

#[test]
fn units_agree_with_counting() {
    for minutes in 0..2000 {
        assert_eq!(cms_units(minutes), units_by_the_table(minutes), "{minutes} in all");
        assert_eq!(ama_units(minutes), units_past_half(minutes), "{minutes} of one code");
    }
}

/// A note that gives minutes in steps of five makes no split wrong that the true minutes make right, as long as
/// the rounded total supports the units.
#[test]
fn minutes_in_steps_of_five_keep_a_right_split_right() {
    let pairs = (1..60).flat_map(|a| (1..60).map(move |b| vec![a, b]));
    let threes = (1..28).flat_map(|a| (1..28).flat_map(move |b| (1..28).map(move |c| vec![a, b, c])));
    for minutes in pairs.chain(threes) {
        let noted: Vec<u32> = minutes.iter().map(|m: &u32| (m + 2) / 5 * 5).collect();
        for split in splits(&minutes) {
            if split.iter().sum::<u32>() <= cms_units(noted.iter().sum()) {
                let nearest = nearest(&noted, &split);
                let kept = split.iter().zip(&nearest).all(|(billed, right)| u64::from(*billed) <= *right);
                assert!(kept, "{minutes:?} noted as {noted:?}: {split:?} against {nearest:?}");
            }
        }
    }
}

fn nearest(minutes: &[u32], units: &[u32]) -> Vec<u64> {
    let codes = minutes.iter().copied().zip(units.iter().map(|u| u64::from(*u)));
    (0..minutes.len()).map(|at| nearest_cms_split(at, codes.clone())).collect()
}

#[test]
fn a_share_is_rounded_half_up_and_never_more_than_the_charge() {
    for (charge, part, whole, want) in [
        (20_000, 1, 4, 5_000),
        (100, 1, 3, 33),
        (100, 2, 3, 67),
        (1, 1, 2, 1),
        (100, 5, 3, 100),
        (100, 1, 0, 0),
        (-100, 1, 2, 0),
        (i64::MAX, 1, 1, i64::MAX),
        (i64::MAX, u64::MAX, u64::MAX, i64::MAX),
    ] {
        assert_eq!(share(Cents(charge), part, whole), Cents(want), "{part} of {whole} units, {charge}");
    }
}

#[test]
fn figures_of_hostile_size_do_not_overflow() {
    assert_eq!(cms_units(u32::MAX), 286_331_153);
    assert!(!is_cms_split(&[u32::MAX, u32::MAX], &[u32::MAX, u32::MAX]));
    assert_eq!(ama_units_at_most(u32::MAX, u32::MAX), u32::MAX / 8);
    assert!(most_cms_units(u32::MAX, [u32::MAX, 7].into_iter()) >= u32::MAX / 15);
    assert!(nearest_cms_split(0, [(u32::MAX, u64::MAX), (7, 0)].into_iter()) >= u64::from(u32::MAX / 15));
    assert_eq!(nearest_cms_split(1, [(15, 1)].into_iter()), 0, "there is no such code");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn membership_agrees_with_enumeration(minutes in prop::collection::vec(0u32..40, 1..=6)) {
        let accepted = splits(&minutes);
        prop_assert!(!accepted.is_empty(), "no accepted split of {minutes:?}");
        let all = vectors(&minutes);
        let found: Vec<&Vec<u32>> = all.iter().filter(|units| is_cms_split(&minutes, units)).collect();
        prop_assert_eq!(found, accepted.iter().collect::<Vec<_>>(), "{:?}", minutes);
        for (i, m) in minutes.iter().enumerate() {
            let most = accepted.iter().map(|split| split[i]).max();
            prop_assert_eq!(Some(most_cms_units(*m, minutes.iter().copied())), most, "code {} of {:?}", i, minutes);
        }
    }

    #[test]
    fn the_nearest_split_is_accepted_and_leaves_the_fewest_units_over(
        minutes in prop::collection::vec(0u32..50, 1..=5),
        billed in prop::collection::vec(0u32..5, 5),
    ) {
        let billed = &billed[..minutes.len()];
        let over = |split: &[u64]| -> u64 {
            billed.iter().zip(split).map(|(b, s)| u64::from(*b).saturating_sub(*s)).sum()
        };
        let nearest = nearest(&minutes, billed);
        let accepted: Vec<Vec<u64>> =
            splits(&minutes).iter().map(|split| split.iter().map(|u| u64::from(*u)).collect()).collect();
        prop_assert!(accepted.contains(&nearest), "{:?} for {:?} billed {:?}", nearest, minutes, billed);
        prop_assert_eq!(Some(over(&nearest)), accepted.iter().map(|split| over(split)).min());
    }

    #[test]
    fn no_spread_of_minutes_earns_more_by_midpoint(minutes in prop::collection::vec(0u32..50, 1..=6)) {
        let earned: u32 = minutes.iter().map(|m| ama_units(*m)).sum();
        prop_assert!(earned <= ama_units_at_most(minutes.iter().sum(), minutes.len() as u32));
    }
}
