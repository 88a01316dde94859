use super::*;
use crate::claim::claim::Provider;
use crate::rules::sample::{claim, found, line, policy};
use crate::tables::Tables;
use crate::x12::code::Taxonomy;

#[test]
fn codes_are_held_to_the_discipline_that_bills_them() {
    let t = Tables::builtin();
    for (code, want) in [
        ("97161:GO", Some("SV101-3 critical 50.00: 97161 carries GO, it is billed with GP only")),
        ("97168:59:GP", Some("SV101-4 critical 50.00: 97168 carries GP, it is billed with GO only")),
        ("92523:GP", Some("SV101-3 critical 50.00: 92523 carries GP, it is billed with GN only")),
        ("97530:GN", Some("SV101-3 high 50.00: 97530 carries GN, a discipline that does not bill it")),
        ("97035:GN", Some("SV101-3 high 50.00: 97035 carries GN, a discipline that does not bill it")),
        ("97533:GN", Some("SV101-3 low 50.00: 97533 carries GN, which not every payer takes")),
        ("97129:GN", None),
        ("97535:GN", Some("SV101-3 low 50.00: 97535 carries GN, which not every payer takes")),
        ("92507:GP", Some("SV101-3 medium 50.00: 92507 carries GP, a discipline that does not bill it")),
        ("97161:GP", None),
        ("97161", None),
        ("97161:GO:GN", None),
        ("97112:GO", None),
        ("97530:GP", None),
        ("92507:GN", None),
        ("92507:GO", None),
        ("92526:GP", None),
        ("99213:GN", None),
    ] {
        let want: Vec<_> = want.map(|w| format!("line 1 {w}")).into_iter().collect();
        let claim = claim(vec![line(&t, code, 1, 50)]);
        assert_eq!(found(&WrongDiscipline, &claim, &policy("MB"), &[]), want, "{code}");
    }
}

#[test]
fn a_speech_language_pathologist_does_not_render_exercise() {
    let t = Tables::builtin();
    for (code, taxonomy, want) in [
        ("97110:GP", "235Z00000X", 1),
        ("97110", "235Z00000X", 1),
        ("97110:GN", "235Z00000X", 1),
        ("97116:GP", "235Z00000X", 0),
        ("97110:GP", "225100000X", 0),
        ("97110:GP", "", 0),
    ] {
        let mut claim = claim(vec![line(&t, code, 1, 50)]);
        let taxonomy = Taxonomy::parse(taxonomy.as_bytes());
        claim.rendering = Provider { named: true, npi: None, taxonomy };
        assert_eq!(found(&WrongDiscipline, &claim, &policy("MB"), &[]).len(), want, "{code} {taxonomy}");
    }
}
