use super::*;
use crate::position::Tag;
use crate::rules::sample::{claim, found, line, policy};
use crate::tables::Tables;

#[test]
fn the_second_one_is_named_where_it_stands() {
    let t = Tables::builtin();
    for (code, service, want) in [
        ("97530:GP:GO", "SV1", Some("SV101-4 critical 50.00: 97530 carries both GP and GO")),
        ("97530:GP:59:GN", "SV1", Some("SV101-5 critical 50.00: 97530 carries both GP and GN")),
        ("97530:GP::KX:GP", "SV1", Some("SV101-6 critical 50.00: 97530 carries GP twice")),
        ("97530:GO:GP:GN", "SV2", Some("SV202-4 critical 50.00: 97530 carries both GO and GP")),
        ("97530:GP:59:KX", "SV1", None),
        ("97530", "SV1", None),
        ("99213:GP:GO", "SV1", None),
    ] {
        let mut line = line(&t, code, 1, 50);
        line.service = Tag::of(service.as_bytes());
        let want: Vec<_> = want.map(|w| format!("line 1 {w}")).into_iter().collect();
        assert_eq!(found(&SeveralPlanModifiers, &claim(vec![line]), &policy("CI"), &[]), want, "{code}");
    }
}
