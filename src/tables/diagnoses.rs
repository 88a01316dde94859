//! How well a diagnosis supports 97112, by the longest prefix of its ICD-10-CM code. A grouping of the project's own:
//! good for advice, never for a certain no. Knows the prefixes of `diagnoses.csv` and no other code set.

use crate::x12::code::Code;

use super::lines::{is_mark, rows};

/// How well a diagnosis supports 97112.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Support {
    /// Pain or a worn joint alone.
    Weak,
    /// Balance, movement, weakness, instability, or after surgery.
    Moderate,
    /// The nerves themselves.
    Strong,
}

/// Diagnoses by prefix.
#[derive(Debug)]
pub struct Diagnoses(Vec<Span>);

/// The packed codes that begin with a prefix, or with one of a row of prefixes. Spans lie in each other or apart.
#[derive(Clone, Copy, Debug)]
struct Span {
    first: u64,
    last: u64,
    /// The seventh character a code must have; 0 for any.
    seventh: u8,
    support: Support,
    /// The span around this one, by index.
    around: Option<u16>,
}

impl Diagnoses {
    /// The diagnoses that ship with the program.
    pub fn builtin() -> Diagnoses {
        let mut spans: Vec<Span> = rows(DATA).filter_map(parse).collect();
        spans.sort_by_key(|s| (s.first, u64::MAX - s.last));
        for n in 0..spans.len() {
            let around = (0..n).rev().find(|outer| spans[*outer].last >= spans[n].last);
            spans[n].around = around.and_then(|outer| u16::try_from(outer).ok());
        }
        Diagnoses(spans)
    }

    /// How well a diagnosis, with its dot or without, supports 97112; `None` if it is not known to.
    pub fn support(&self, diagnosis: Code) -> Option<Support> {
        let packed = without_dot(diagnosis.packed());
        let mut at = self.0.partition_point(|s| s.first <= packed).checked_sub(1)?;
        loop {
            let span = self.0.get(at)?;
            if packed <= span.last {
                let fits = span.seventh == 0 || packed.to_be_bytes()[6] == span.seventh;
                return fits.then_some(span.support);
            }
            at = usize::from(span.around?);
        }
    }
}

/// Whether a code has the form of an ICD-10-CM code: a letter, a digit, a letter or digit, and perhaps more.
pub fn is_icd10(code: Code) -> bool {
    let [a, b, c, ..] = code.packed().to_be_bytes();
    code != Code::MALFORMED && a.is_ascii_alphabetic() && b.is_ascii_digit() && c.is_ascii_alphanumeric()
}

/// A packed code without the dot that some write after the third character.
const fn without_dot(packed: u64) -> u64 {
    const REST: u64 = 0xffff_ffff;
    if packed.to_be_bytes()[3] == b'.' { packed & !(REST << 8 | 0xff) | (packed & REST) << 8 } else { packed }
}

const DATA: &str = include_str!("diagnoses.csv");

/// One row; `None` if it is not of the form the head describes (a test holds that there is no such row).
fn parse(row: &str) -> Option<Span> {
    let fields: Vec<&str> = row.split(',').collect();
    let &[from, to, seventh, strength, label, mark] = fields.as_slice() else { return None };
    let to = if to.is_empty() { from } else { to };
    let well_formed =
        is_mark(mark) && !label.is_empty() && from.len() == to.len() && (3..=7).contains(&to.len());
    well_formed.then_some(())?;
    let (first, last) = (Code::of(from), Code::of(to));
    (is_icd10(first) && is_icd10(last) && first <= last).then_some(())?;
    let support = match strength {
        "strong" => Support::Strong,
        "moderate" => Support::Moderate,
        "weak" => Support::Weak,
        _ => return None,
    };
    let seventh = match seventh.as_bytes() {
        [] => 0,
        [only] if only.is_ascii_alphanumeric() => *only,
        _ => return None,
    };
    let (first, last) = (first.packed(), last.packed() | u64::MAX >> (8 * to.len()));
    Some(Span { first, last, seventh, support, around: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read_and_rows_lie_in_each_other_or_apart() {
        let spans = Diagnoses::builtin().0;
        assert_eq!(spans.len(), rows(DATA).count());
        for (n, a) in spans.iter().enumerate() {
            for b in &spans[n + 1..] {
                let within = a.first <= b.first && b.last <= a.last;
                assert!(a.last < b.first || within, "{:x} {:x}", a.first, b.first);
                assert!(!within || a.support != b.support, "{:x} says what {:x} says", b.first, a.first);
                assert!(
                    !within || a.seventh == 0,
                    "{:x}: a longer prefix below a seventh character",
                    b.first
                );
            }
        }
    }

    #[test]
    fn the_longest_prefix_decides() {
        use Support::{Moderate, Strong, Weak};
        let diagnoses = Diagnoses::builtin();
        for (code, want) in [
            ("I69354", Some(Strong)),
            ("I60", Some(Strong)),
            ("I6999", Some(Strong)),
            ("I59", None),
            ("I70", None),
            ("G20", Some(Strong)),
            ("G20A1", Some(Strong)),
            ("G22", None),
            ("G8194", Some(Strong)),
            ("G84", None),
            ("M2137", Some(Strong)),
            ("M21371", Some(Strong)),
            ("M2136", Some(Moderate)),
            ("M2190", Some(Moderate)),
            ("M21", Some(Moderate)),
            ("M5416", Some(Strong)),
            ("M5450", Some(Weak)),
            ("M54.50", Some(Weak)),
            ("M54", None),
            ("M543", None),
            ("M25511", Some(Weak)),
            ("M25311", Some(Moderate)),
            ("M25.311", Some(Moderate)),
            ("E1142", Some(Strong)),
            ("E11.42", Some(Strong)),
            ("E1144", None),
            ("E119", None),
            ("S82101D", Some(Moderate)),
            ("S82.101D", Some(Moderate)),
            ("S82101A", None),
            ("S82101", None),
            ("S83511D", Some(Moderate)),
            ("Z96651", Some(Moderate)),
            ("Z967", None),
            ("Z9181", Some(Moderate)),
            ("Z918", None),
            ("R51", None),
            ("R52", Some(Weak)),
            ("Q0701", Some(Moderate)),
            ("Q10", None),
            ("Z99", None),
            ("A", None),
            ("ZZZZZZZZ", None),
            ("7245", None),
            ("", None),
        ] {
            assert_eq!(diagnoses.support(Code::of(code)), want, "{code}");
        }
        assert_eq!(diagnoses.support(Code::MALFORMED), None);
    }

    #[test]
    fn a_code_of_another_set_is_told() {
        for code in ["M5450", "G20A1", "C4A0", "M54.50", "R52"] {
            assert!(is_icd10(Code::of(code)), "{code}");
        }
        for code in [
            Code::of("7245"),
            Code::of("M5"),
            Code::of("97110"),
            Code::of("MM1"),
            Code::NONE,
            Code::MALFORMED,
        ] {
            assert!(!is_icd10(code), "{code}");
        }
    }
}
