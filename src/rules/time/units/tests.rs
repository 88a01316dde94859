use proptest::prelude::*;

use super::*;

/// Every accepted split, by the letter of section 20.2: base units first, then each way to give the
/// rest to codes none of which has less left over than one passed by.
fn splits(minutes: &[u32]) -> Vec<Vec<u32>> {
    let base: Vec<u32> = minutes.iter().map(|m| m / 15).collect();
    let rest: Vec<u32> = minutes.iter().map(|m| m % 15).collect();
    let more = cms_units(minutes.iter().sum()) - base.iter().sum::<u32>();
    (0u32..1 << minutes.len())
        .filter(|chosen| chosen.count_ones() == more)
        .filter(|chosen| {
            let of = |wanted: u32| {
                let bit = move |i: usize| chosen >> i & 1 == wanted;
                rest.iter().enumerate().filter(move |(i, _)| bit(*i)).map(|(_, r)| *r)
            };
            of(1).all(|r| r > 0) && of(1).all(|given| of(0).all(|passed| given >= passed))
        })
        .map(|chosen| base.iter().enumerate().map(|(i, b)| b + (chosen >> i & 1)).collect())
        .collect()
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
        }
    }
}

/// Minutes, units by the 8-minute rule with every accepted split, units by midpoint.
type Case = (&'static [u32], u32, &'static [&'static [u32]], u32);

/// The first five cases are those of the CMS manual.
#[test]
fn worked_cases() {
    let cases: [Case; 27] = [
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
        (&[8, 8, 8, 8], 2, &[&[1, 1, 0, 0], &[0, 1, 0, 1], &[0, 0, 1, 1]], 4),
        (&[0], 0, &[&[0]], 0),
    ];
    for (minutes, cms, accepted, ama) in cases {
        assert_eq!(cms_units(minutes.iter().sum()), cms, "{minutes:?} by the 8-minute rule");
        assert_eq!(minutes.iter().map(|m| ama_units(*m)).sum::<u32>(), ama, "{minutes:?} by midpoint");
        for split in accepted {
            assert!(is_cms_split(minutes, split), "{minutes:?} as {split:?}");
        }
        // The lists name every split, but for 8 + 8 + 8 + 8 that has six.
        if minutes.len() < 4 || minutes[0] != 8 {
            assert_eq!(splits(minutes).len(), accepted.len(), "{minutes:?}");
        }
    }
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
}

proptest! {
    #[test]
    fn membership_agrees_with_enumeration(
        minutes in prop::collection::vec(0u32..50, 1..6),
        moves in prop::collection::vec(0u32..3, 6),
    ) {
        let all = splits(&minutes);
        prop_assert!(!all.is_empty(), "no accepted split of {minutes:?}");
        for split in &all {
            prop_assert!(is_cms_split(&minutes, split), "{minutes:?} as {split:?}");
            prop_assert_eq!(split.iter().sum::<u32>(), cms_units(minutes.iter().sum()));
        }
        let other: Vec<u32> = minutes.iter().zip(moves).map(|(m, d)| (m / 15 + d).saturating_sub(1)).collect();
        prop_assert_eq!(is_cms_split(&minutes, &other), all.contains(&other), "{:?} as {:?}", minutes, other);
        for (i, m) in minutes.iter().enumerate() {
            let most = all.iter().map(|split| split[i]).max();
            prop_assert_eq!(Some(most_cms_units(*m, minutes.iter().copied())), most, "code {} of {:?}", i, minutes);
        }
    }

    #[test]
    fn no_spread_of_minutes_earns_more_by_midpoint(minutes in prop::collection::vec(0u32..50, 1..6)) {
        let earned: u32 = minutes.iter().map(|m| ama_units(*m)).sum();
        prop_assert!(earned <= ama_units_at_most(minutes.iter().sum(), minutes.len() as u32));
    }
}
