use super::*;
use crate::claim::claim::{Form, Provider};
use crate::rules::policy::Policy;
use crate::rules::sample::{claim, found, line, policy};
use crate::tables::Tables;
use crate::x12::code::Taxonomy;

fn rendered_by(taxonomy: &str) -> Provider {
    Provider { named: true, npi: None, taxonomy: Taxonomy::parse(taxonomy.as_bytes()) }
}

#[test]
fn the_payer_and_the_date_decide_how_bad_it_is() {
    let t = Tables::builtin();
    for (filing, date, want) in [
        ("MB", (2018, 1, 1), "critical claim"),
        ("MB", (2017, 12, 31), "medium 50.00"),
        ("16", (2026, 1, 1), "critical 50.00"),
        ("VA", (2026, 1, 1), "critical 50.00"),
        ("CI", (2026, 1, 1), "medium 50.00"),
        ("MC", (2026, 1, 1), "medium 50.00"),
    ] {
        let mut line = line(&t, "97110:59", 1, 50);
        line.date = Date::new(date.0, date.1, date.2);
        let found = found(&MissingPlanModifier, &claim(vec![line]), &policy(filing), &[]);
        assert_eq!(
            found,
            [format!("line 1 SV101-3 {want}: 97110 carries none of GP, GO, GN")],
            "{filing} {date:?}"
        );
    }
    let off = Policy { plan_modifier: Demand::Off, ..policy("CI") };
    assert!(found(&MissingPlanModifier, &claim(vec![line(&t, "97110", 1, 50)]), &off, &[]).is_empty());
}

#[test]
fn the_whole_claim_comes_back_only_if_no_line_carries_one() {
    let t = Tables::builtin();
    let lines = vec![line(&t, "97110", 1, 50), line(&t, "97112:GP", 1, 50), line(&t, "99213", 1, 90)];
    let found_some = found(&MissingPlanModifier, &claim(lines), &policy("MB"), &[]);
    assert_eq!(found_some, ["line 1 SV101-3 critical 50.00: 97110 carries none of GP, GO, GN"]);
    let lines = vec![line(&t, "97110", 1, 50), line(&t, "97112", 1, 50), line(&t, "99213", 1, 90)];
    let found_all = found(&MissingPlanModifier, &claim(lines), &policy("MB"), &[]);
    assert!(found_all.len() == 2 && found_all.iter().all(|f| f.contains("critical claim")), "{found_all:?}");
}

#[test]
fn codes_that_are_sometimes_therapy_ask_who_gives_them() {
    let t = Tables::builtin();
    let check = |rendering: Provider, revenue: &str, other: &str, day: u32| {
        let mut asked = line(&t, "95992", 1, 50);
        asked.revenue = Code::parse(revenue.as_bytes());
        let mut beside = line(&t, other, 1, 50);
        beside.date = Date::new(2026, 3, day);
        let mut claim = claim(vec![asked, beside]);
        claim.rendering = rendering;
        found(&MissingPlanModifier, &claim, &policy("MB"), &[]).len()
    };
    for (name, rendering, revenue, other, day, want) in [
        ("nobody named", Provider::default(), "", "99213", 2, 0),
        ("physical therapist", rendered_by("225100000X"), "", "99213", 2, 1),
        ("physician", rendered_by("207R00000X"), "", "99213", 2, 0),
        ("physician beside a therapist's line", rendered_by("207R00000X"), "", "97110:GP", 2, 0),
        ("therapy revenue code", Provider::default(), "0420", "99213", 2, 1),
        ("a line of the day under a plan", Provider::default(), "", "97110:GP", 2, 1),
        ("a line of another day", Provider::default(), "", "97110:GP", 3, 0),
    ] {
        assert_eq!(check(rendering, revenue, other, day), want, "{name}");
    }
}

#[test]
fn what_never_needs_one_is_left_alone() {
    let t = Tables::builtin();
    for code in ["98941", "20560", "99213", "97110:GO", "97110:KX:GP"] {
        let found = found(&MissingPlanModifier, &claim(vec![line(&t, code, 1, 50)]), &policy("MB"), &[]);
        assert!(found.is_empty(), "{code}");
    }
    for (form, facility, want) in [
        (Form::Institutional, "11", 0),
        (Form::Institutional, "21", 0),
        (Form::Institutional, "13", 1),
        (Form::Professional, "11", 1),
    ] {
        let mut claim = claim(vec![line(&t, "97110", 1, 50)]);
        (claim.form, claim.facility) = (form, Code::of(facility));
        assert_eq!(
            found(&MissingPlanModifier, &claim, &policy("MA"), &[]).len(),
            want,
            "{form:?} {facility}"
        );
    }
}

#[test]
fn the_fix_names_the_modifier_where_one_is_named() {
    let t = Tables::builtin();
    let fix = |lines: Vec<ServiceLine<'_>>| {
        let claim = claim(lines);
        MissingPlanModifier::META.faults[usize::from(suggestion(&claim, &claim.lines[0]))].fix
    };
    assert_eq!(fix(vec![line(&t, "97161", 1, 50)]), "add GP");
    assert_eq!(fix(vec![line(&t, "97166", 1, 50)]), "add GO");
    assert_eq!(fix(vec![line(&t, "92507", 1, 50)]), "add GN");
    assert_eq!(fix(vec![line(&t, "97110", 1, 50), line(&t, "97112:GO", 1, 50)]), "add GO");
    let several = vec![line(&t, "97110", 1, 50), line(&t, "97112:GO", 1, 50), line(&t, "97116:GP", 1, 50)];
    assert!(fix(several).starts_with("add the one"));
    assert!(fix(vec![line(&t, "97110", 1, 50)]).starts_with("add the one"));
}

#[test]
fn the_remark_code_is_one_of_its_time() {
    assert_eq!(DENIAL.rarc_on(Date::new(2019, 6, 30)), "");
    assert_eq!(DENIAL.rarc_on(Date::new(2019, 7, 1)), "N822");
}
