use super::*;
use crate::rules::policy::Policy;
use crate::rules::sample::{claim, found, line, policy};
use crate::tables::Tables;
use crate::x12::value::Date;

#[test]
fn one_rule_alone_reports_a_line() {
    let t = Tables::builtin();
    let medicare = policy("MB");
    let off = Policy { ncci: Demand::Off, ..policy("CI") };
    for (policy, code, units, date, want) in [
        // No MUE is known.
        (&medicare, "90901:GP", 3, "2026-03-02", Some("high 60.00: 90901 billed 3 units")),
        (&medicare, "90901:GP", 1, "2026-03-02", None),
        (&medicare, "97001:GP", 2, "2016-05-02", Some("high 45.00: 97001 billed 2 units")),
        // One is, and another rule says so.
        (&medicare, "97161:GP", 2, "2026-03-02", None),
        (&policy("CI"), "97161:GP", 2, "2026-03-02", None),
        (&off, "97161:GP", 2, "2026-03-02", Some("high 45.00: 97161 billed 2 units")),
        (&off, "97129:GN", 3, "2026-03-02", Some("high 60.00: 97129 billed 3 units")),
        (&off, "97014:GP", 2, "2026-03-02", Some("high 45.00: 97014 billed 2 units")),
        // What time, area or a month counts, and what may be billed more than once a day.
        (&off, "97110:GP", 9, "2026-03-02", None),
        (&off, "97597:GP", 2, "2026-03-02", None),
        (&off, "98981:GP", 2, "2026-03-02", None),
        (&off, "96105:GN", 3, "2026-03-02", None),
        (&off, "95851:GP", 3, "2026-03-02", None),
        (&off, "95851:GP", 4, "2026-03-02", Some("high 22.50: 95851 billed 4 units")),
        // Not therapy.
        (&off, "98940:AT", 2, "2026-03-02", None),
    ] {
        let mut line = line(&t, code, units, 90);
        line.date = Date::parse_iso(date);
        let found = found(&UntimedCodeSeveralUnits, &claim(vec![line]), policy, &[]);
        let heads: Vec<_> = found.iter().filter_map(|f| f.split_once(", it")).map(|(head, _)| head).collect();
        let want: Vec<_> = want.map(|w| format!("line 1 SV104 {w}")).into_iter().collect();
        assert_eq!(heads, want, "{code} {}", policy.name);
    }
}
