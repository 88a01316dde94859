//! Random days of timed codes through the whole engine, against a second reading of how units are counted.
//!
//! What is right is found here by trying every split of units; nothing is shared with the rules but the minutes and
//! units themselves. A day is one patient, date and discipline, on one claim or two.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use claimlint::minutes::{Minutes, NoteWords, Sidecar};
use claimlint::rules::CATALOGUE;
use claimlint::rules::policy::{Matcher, PayerClass, Policies, Policy, UnitMethod};
use claimlint::scan::{Setup, scan};
use claimlint::source::input::Input;
use proptest::prelude::*;

const CODES: [&str; 6] = ["97110", "97112", "97140", "97530", "97129", "97130"];

/// A service line: which claim and code, documented minutes, units.
#[derive(Clone, Debug)]
struct Line {
    claim: usize,
    code: usize,
    minutes: u32,
    units: u32,
}

/// Mostly as many units as the minutes may earn, at times one or two more, or fewer.
fn line() -> impl Strategy<Value = Line> {
    let more = prop_oneof![6 => Just(0i64), 6 => Just(1), 1 => Just(2), 2 => Just(-1)];
    let minutes = prop_oneof![0u32..50, 5u32..12];
    (0usize..2, 0usize..CODES.len(), minutes, more).prop_map(|(claim, code, minutes, more)| {
        let units = u32::try_from(i64::from(minutes / 15) + more).unwrap_or(0);
        Line { claim, code, minutes, units }
    })
}

fn method() -> impl Strategy<Value = UnitMethod> {
    use UnitMethod::{Ama, Cms, Strict, Unknown};
    prop_oneof![3 => Just(Cms), 1 => Just(Ama), 2 => Just(Strict), 2 => Just(Unknown)]
}

/// The rules found, by claim and line.
fn found(method: UnitMethod, lines: &[Line]) -> BTreeMap<(usize, u32), BTreeSet<&'static str>> {
    let mut claims = String::new();
    let mut rows = "claim_id,line_no,minutes\n".to_owned();
    for claim in 0..2 {
        let mut number = 0;
        for line in lines.iter().filter(|l| l.claim == claim) {
            if number == 0 {
                claims += &format!("CLM*A{claim}*1***11:B:1*Y*A*Y*Y~HI*ABK:I69351~");
            }
            number += 1;
            let (code, units) = (CODES[line.code], line.units);
            claims +=
                &format!("LX*{number}~SV1*HC:{code}:GP*{}*UN*{units}***1~DTP*472*D8*20260302~", units * 50);
            rows += &format!("A{claim},{number},{}\n", line.minutes);
        }
    }
    let (sidecar, errors) = Sidecar::from_reader(Path::new("minutes.csv"), rows.as_bytes());
    assert!(errors.is_empty(), "{errors:?}");
    let builtin = Policies::builtin();
    let commercial = builtin.of_class(PayerClass::Commercial).clone();
    let policy = Policy { unit_method: method, daily_cap: None, ..commercial };
    let payer = Matcher { ids: vec!["00001".to_owned()], ..Matcher::default() };
    let setup = Setup {
        minutes: Minutes::new(sidecar, NoteWords::default()),
        policies: Policies::new(vec![(payer, policy)]),
        ..Setup::new()
    };
    let input = Input::Bytes("day".to_owned(), interchange(&claims).leak());
    let results = scan(&setup, &[input], &|_| {}).unwrap();
    assert!(results.imbalances.is_empty() && results.stray_rows.is_empty(), "{:?}", results.imbalances);
    let mut found: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    let _: std::io::Result<()> = results.each(|item| {
        for finding in item.findings {
            let meta = CATALOGUE[usize::from(finding.rule.0)].meta();
            if let (Some((row, texts)), "TIM") = (item.claim, meta.family()) {
                let claim = usize::from(row.id.of(texts) == b"A1");
                found.entry((claim, finding.line)).or_default().insert(meta.code);
            }
        }
        Ok(())
    });
    found
}

fn interchange(claims: &str) -> Vec<u8> {
    let set = format!(
        "ST*837*0001*005010X222A1~BHT*0019*00*1*20260302*0800*CH~NM1*41*2*SENDER*****46*SENDER~\
         NM1*40*2*RECEIVER*****46*RECEIVER~HL*1**20*1~NM1*85*2*CLINIC*****XX*1679576722~HL*2*1*22*0~\
         SBR*P*18*******CI~NM1*IL*1*DOE*JANE****MI*MEMBER1~NM1*PR*2*PAYER*****PI*00001~{claims}"
    );
    let count = set.matches('~').count() + 1;
    format!(
        "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260302*0800*^*00501*000000001*0*P*:~\
         GS*HC*SENDER*RECEIVER*20260302*0800*1*X*005010X222A1~{set}SE*{count}*0001~GE*1*1~IEA*1*000000001~"
    )
    .into_bytes()
}

/// Minutes and units of each service: 97130 is more of 97129.
fn services(lines: &[Line]) -> Vec<(u32, u32)> {
    let mut services: BTreeMap<usize, (u32, u32)> = BTreeMap::new();
    for line in lines {
        let of = services.entry(line.code.min(4)).or_default();
        *of = (of.0 + line.minutes, of.1 + line.units);
    }
    services.into_values().collect()
}

/// Units of a total, counted: one from 8 minutes, then one every 15.
fn units(minutes: u32) -> u32 {
    (8..=minutes).step_by(15).count() as u32
}

/// Every split section 20.2 accepts: the full quarter hours of each code and, of each choice of as many codes as
/// units are left, those that choose no code with less left over than one passed over.
fn splits(services: &[(u32, u32)]) -> Vec<Vec<u32>> {
    let total: u32 = services.iter().map(|(minutes, _)| minutes).sum();
    let rest = |n: usize| services[n].0 % 15;
    let fair = |chosen: &u32| {
        let is_chosen = |n: &usize| chosen >> n & 1 == 1;
        let all = 0..services.len();
        all.clone().filter(is_chosen).all(|given| {
            rest(given) > 0 && all.clone().filter(|n| !is_chosen(n)).all(|passed| rest(given) >= rest(passed))
        })
    };
    let split = |chosen: u32| -> Vec<u32> {
        services.iter().enumerate().map(|(n, (minutes, _))| minutes / 15 + (chosen >> n & 1)).collect()
    };
    let choices = (0u32..1 << services.len()).filter(fair).map(split);
    choices.filter(|split| split.iter().sum::<u32>() == units(total)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn days_are_judged_as_trying_every_split_does(
        method in method(),
        lines in prop::collection::vec(line(), 1..7),
    ) {
        let found = found(method, &lines);
        let services = services(&lines);
        let rules: BTreeSet<&str> = found.values().flatten().copied().collect();
        let has = |rule: &str| rules.contains(rule);
        let (minutes, billed) = services.iter().fold((0, 0), |(m, b), s| (m + s.0, b + s.1));
        let accepted = splits(&services);
        prop_assert!(!accepted.is_empty());
        let within = |split: &Vec<u32>| services.iter().zip(split).all(|((_, billed), right)| billed <= right);
        let too_many = billed > units(minutes);
        let past_midpoint = services.iter().any(|(m, b)| *b > units(*m));
        let earned: u32 = services.iter().map(|(m, _)| units(*m)).sum();

        for (line, rules) in &found {
            prop_assert!(!(rules.contains("TIM001") && rules.contains("TIM003")), "line {:?}: {:?}", line, rules);
        }
        prop_assert!(!(has("TIM001") && has("TIM002")), "{:?}", found);
        prop_assert!(!has("TIM005") && !has("TIM006"), "{:?}", found);
        match method {
            UnitMethod::Cms => {
                prop_assert_eq!(has("TIM001"), too_many);
                prop_assert!(!has("TIM003"));
                let fits = accepted.iter().any(within);
                if !too_many {
                    prop_assert_eq!(has("TIM002") || has("TIM004"), !fits, "{:?}: {:?}", services, found);
                }
                prop_assert_eq!(has("TIM007"), billed < units(minutes));
                if accepted.iter().any(|split| split.iter().zip(&services).all(|(a, (_, b))| a == b)) {
                    prop_assert!(found.is_empty(), "{:?}", found);
                }
            }
            UnitMethod::Ama => {
                prop_assert!(!has("TIM001") && !has("TIM002"));
                prop_assert_eq!(has("TIM003") || has("TIM004"), past_midpoint, "{:?}: {:?}", services, found);
                prop_assert_eq!(has("TIM007"), billed < earned);
            }
            UnitMethod::Strict => {
                prop_assert!(!has("TIM001") && !has("TIM002"));
                let refused = too_many || past_midpoint;
                prop_assert_eq!(has("TIM003") || has("TIM004"), refused, "{:?}: {:?}", services, found);
                prop_assert_eq!(has("TIM007"), billed < earned.min(units(minutes)));
            }
            UnitMethod::Unknown => {
                prop_assert_eq!(has("TIM001"), too_many && past_midpoint);
                prop_assert!(!has("TIM002"));
                // A code under 8 minutes with units that no split gives it is TIM004's.
                let one_way = too_many != past_midpoint;
                prop_assert!(!has("TIM003") || one_way, "{:?}: {:?}", services, found);
                prop_assert!(!one_way || has("TIM003") || has("TIM004"), "{:?}: {:?}", services, found);
                prop_assert_eq!(has("TIM007"), billed < earned.min(units(minutes)));
            }
        }
    }
}
