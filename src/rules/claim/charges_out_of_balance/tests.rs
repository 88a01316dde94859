use super::*;
use crate::rules::sample::{claim, found, line, policy};
use crate::tables::Tables;

#[test]
fn the_lines_add_up_or_the_claim_is_named() {
    let t = Tables::builtin();
    for (total, lines, want) in [
        (Some(11_000), vec![Some(5_000), Some(6_000)], None),
        (
            Some(15_000),
            vec![Some(5_000), Some(6_000)],
            Some("CLM02 is 150.00, the line charges add up to 110.00"),
        ),
        (Some(0), vec![Some(1)], Some("CLM02 is 0.00, the line charges add up to 0.01")),
        (Some(0), vec![Some(0)], None),
        (None, vec![Some(5_000)], None),
        (Some(15_000), vec![Some(5_000), None], None),
        (Some(15_000), vec![], None),
    ] {
        let made = lines.iter().map(|_| line(&t, "97110:GP", 1, 0)).collect();
        let mut claim = claim(made);
        claim.charge = total.map(Cents);
        for (line, charge) in claim.lines.iter_mut().zip(&lines) {
            line.charge = charge.map(Cents);
        }
        let want: Vec<_> = want.map(|w| format!("CLM02 high claim: {w}")).into_iter().collect();
        assert_eq!(found(&ChargesOutOfBalance, &claim, &policy("MB"), &[]), want, "{total:?} {lines:?}");
    }
}
