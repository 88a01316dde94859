use super::*;
use crate::rules::pair::exercise_with_reeducation_no_59::ExerciseWithReeducationNo59;
use crate::rules::pair::ncci_pair::NcciPair;
use crate::rules::policy::Policy;
use crate::rules::sample::{day_line, found_on, policy};

fn refusing(pairs: &[(&str, &str)]) -> Policy {
    let pairs = pairs.iter().map(|(a, b)| (Code::of(a), Code::of(b)));
    Policy { same_day_refused: pairs.collect(), ..policy("CI") }
}

#[test]
fn the_first_code_of_a_pair_is_refused_whatever_the_modifiers() {
    let pairs = [("97112", "97110"), ("97112", "97530"), ("97112", "97112")];
    let refusing = refusing(&pairs);
    for (texts, want) in [
        (&["97110:GP", "97112:GP:59"][..], &["line 2: 97112 with 97110 on"][..]),
        (
            &["97110:GP:59", "97112:GP", "97112:GP:XU"],
            &["line 2: 97112 with 97110 on", "line 3: 97112 with 97110 on"],
        ),
        (&["97530:GP", "97110:GP", "97112:GP"], &["line 3: 97112 with 97110 and 97530 on"]),
        (&["97530:GP", "97110:GP"], &[]),
        (&["97112:GP", "97112:GP"], &[]),
        (&["97112:GP", "97110:GO"], &[]),
        (&["97112:GP", "97110"], &["line 1: 97112 with 97110 on"]),
    ] {
        let mut lines: Vec<_> = texts.iter().map(|text| day_line(0, text, "1", None, 10)).collect();
        let found = found_on(&RefusedOnSameDay, &mut lines, &refusing);
        let want: Vec<_> = want.iter().map(|w| w.replace(": ", " SV101-2 medium 10.00: ")).collect();
        assert_eq!(found.len(), want.len(), "{texts:?}: {found:?}");
        assert!(found.iter().zip(&want).all(|(f, w)| f.starts_with(w.as_str())), "{texts:?}: {found:?}");
        assert!(found.iter().all(|f| f.contains("settings list")), "{found:?}");
    }
    let mut nothing = [day_line(0, "97110:GP", "0", None, 10), day_line(0, "97112:GP", "1", None, 10)];
    assert_eq!(found_on(&RefusedOnSameDay, &mut nothing, &refusing), [""; 0]);
}

#[test]
fn a_refused_pair_is_no_other_rules() {
    let refusing = refusing(&[("97112", "97110"), ("97140", "97012")]);
    for texts in [["97110:GP", "97112:GP"], ["97012:GP", "97140:GP"]] {
        let mut lines = texts.map(|text| day_line(0, text, "1", None, 10));
        assert_eq!(found_on(&RefusedOnSameDay, &mut lines, &refusing).len(), 1, "{texts:?}");
        assert_eq!(found_on(&ExerciseWithReeducationNo59, &mut lines, &refusing), [""; 0], "{texts:?}");
        assert_eq!(found_on(&NcciPair, &mut lines, &refusing), [""; 0], "{texts:?}");
    }
}
