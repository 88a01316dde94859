use super::*;
use crate::rules::policy::Policy;
use crate::rules::sample::{claim, found, line, policy};
use crate::tables::Tables;
use crate::x12::value::Date;

#[test]
fn the_date_and_the_payer_decide() {
    let t = Tables::builtin();
    let with = |filing: &str, demand| Policy { manual_with_activities: demand, ..policy(filing) };
    let no_ncci = Policy { ncci: Demand::Off, ..with("CI", Demand::Off) };
    let (refuses, asks) = (with("CI", Demand::Required), with("CI", Demand::Advised));
    let elsewhere = Policy { same_day_refused: vec![(ACTIVITIES, MANUAL)], ..refuses.clone() };
    for (date, codes, policy, want) in [
        ("2019-12-31", ["97140:GP", "97530:GP"], &policy("MB"), Some("high 60.00")),
        ("2019-12-31", ["97140:GP", "97530:GP"], &asks, Some("high 60.00")),
        ("2019-12-31", ["97140:GP", "97530:GP"], &policy("WC"), Some("high 60.00")),
        ("2019-12-31", ["97140:GP", "97530:GP"], &no_ncci, None),
        ("2019-12-31", ["97140:GP", "97530:GP:59"], &refuses, None),
        ("2019-12-31", ["97140:GP:59", "97530:GP"], &policy("MB"), None),
        ("2019-06-30", ["97140:GP:59", "97530:GP"], &policy("MB"), Some("high 60.00")),
        ("2020-01-01", ["97140:GP", "97530:GP"], &policy("MB"), None),
        ("2026-03-02", ["97140:GP", "97530:GP"], &policy("16"), None),
        ("2026-03-02", ["97140:GP", "97530:GP"], &policy("WC"), None),
        ("2026-03-02", ["97140:GP", "97530:GP"], &asks, Some("medium 60.00")),
        ("2026-03-02", ["97140:GP", "97530:GP:XE"], &asks, None),
        ("2026-03-02", ["97140:GP:59", "97530:GP"], &asks, None),
        ("2026-03-02", ["97140:GP", "97530:GP:76"], &asks, Some("medium 60.00")),
        ("2026-03-02", ["97140:GP", "97530:GP"], &refuses, Some("high 60.00")),
        ("2026-03-02", ["97140:GP", "97530:GP:59"], &refuses, Some("high 60.00")),
        ("2026-03-02", ["97140:GP", "97530:GO"], &refuses, None),
        ("2026-03-02", ["97140:GP", "97530:GP"], &elsewhere, None),
        ("2026-03-02", ["97140:GP", "97535:GP"], &refuses, None),
    ] {
        let lines = codes.into_iter().zip([40, 60]).map(|(code, dollars)| {
            let mut line = line(&t, code, 1, dollars);
            line.date = Date::parse_iso(date);
            line
        });
        let found = found(&ManualWithActivities, &claim(lines.collect()), policy, &[]);
        let heads: Vec<_> = found.iter().filter_map(|f| f.split_once(": ")).map(|(head, _)| head).collect();
        let want: Vec<_> = want.map(|w| format!("line 2 SV101-2 {w}")).into_iter().collect();
        assert_eq!(heads, want, "{date} {codes:?} {}", policy.name);
    }
}
