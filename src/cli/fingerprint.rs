//! What a finding is known again by in another run, whatever lines, files, HL numbers and offsets are by then.
//!
//! Made of the rule and which of its faults, the claim's id, the billing provider, and the line: its control number
//! (REF*6R), else its code, modifiers and date. Outside claims, of the envelope's control numbers in place of the claim, and
//! of the file's name where there is no envelope. Of findings that have all that in common each has its number. With `--redact` it is made with the key: ids are few enough
//! to be tried out. Deliberately absent: where a finding stands, what it says in figures, how bad it is.

use std::collections::{HashMap, HashSet};
use std::hash::Hasher as _;
use std::io;

use sha2::{Digest as _, Sha256};
use siphasher::sip::SipHasher13;

use crate::finding::Finding;
use crate::report::mark::Fingerprint;
use crate::report::{ClaimInfo, Location};
use crate::rules::CATALOGUE;
use crate::scan::results::Results;

use super::redact::Key;

/// Told apart from later ways of making one.
const VERSION: &[u8] = b"claimlint finding 1";

/// A fingerprint without its number.
type Base = [u8; 16];

/// Makes the fingerprints of a run, entry by entry.
pub(super) struct Fingerprints<'k> {
    key: Option<&'k Key>,
    /// Claims of which there are several with one id and provider.
    repeated: &'k HashSet<u64>,
    /// How many there were so far: of the claim at hand, of such claims, outside claims.
    own: HashMap<Base, u32>,
    of_repeated: HashMap<Base, u32>,
    loose: HashMap<Base, u32>,
    /// What is digested, put together first: to digest it field by field costs more than the digest.
    parts: Vec<u8>,
}

/// The claims with findings whose id and billing provider another one has too. They are few; to know them costs eight
/// bytes for each claim with findings, and to count all findings would cost many times that.
pub(super) fn repeated(results: &Results) -> io::Result<HashSet<u64>> {
    let mut all = Vec::new();
    results.each(|item| {
        if let Some((row, texts)) = item.claim {
            all.push(of_claim(row.id.of(texts), row.billing.map_or(0, |npi| npi.number())));
        }
        Ok::<(), io::Error>(())
    })?;
    all.sort_unstable();
    Ok(all.windows(2).filter(|two| two[0] == two[1]).map(|two| two[0]).collect())
}

fn of_claim(id: &[u8], provider: u64) -> u64 {
    let mut hasher = SipHasher13::new();
    hasher.write(id);
    hasher.write_u64(provider);
    hasher.finish()
}

impl<'k> Fingerprints<'k> {
    pub(super) fn new(key: Option<&'k Key>, repeated: &'k HashSet<u64>) -> Fingerprints<'k> {
        let none = HashMap::new;
        Fingerprints { key, repeated, own: none(), of_repeated: none(), loose: none(), parts: Vec::new() }
    }

    /// The fingerprints of an entry's findings, in their order. `id` is the claim's as it stands in the file.
    pub(super) fn of_entry(
        &mut self,
        location: &Location,
        claim: Option<(&ClaimInfo, &[u8])>,
        findings: &[Finding],
        out: &mut Vec<Fingerprint>,
    ) {
        out.clear();
        let Fingerprints { parts, repeated, .. } = self;
        parts.clear();
        add(parts, VERSION);
        let mut seen = match claim {
            Some((info, id)) => {
                add(parts, b"claim");
                add(parts, id);
                add(parts, info.billing_npi.as_bytes());
                let is_repeated = |provider| repeated.contains(&of_claim(id, provider));
                if !repeated.is_empty() && is_repeated(info.billing_npi.parse().unwrap_or(0)) {
                    Some(&mut self.of_repeated)
                } else if findings.len() == 1 {
                    // The first and the last of its claim.
                    None
                } else {
                    self.own.clear();
                    Some(&mut self.own)
                }
            }
            None => {
                add(parts, b"envelope");
                let controls = [&location.isa13, &location.gs06, &location.st02];
                controls.iter().for_each(|control| add(parts, control));
                if controls.iter().all(|control| control.is_empty()) {
                    // Of a file as a whole; another one that is empty tomorrow is another fault.
                    add(parts, location.file.rsplit(['/', '\\']).next().unwrap_or_default().as_bytes());
                }
                Some(&mut self.loose)
            }
        };
        let head = parts.len();
        for finding in findings {
            parts.truncate(head);
            add_finding(parts, finding);
            let base = first_half(&Sha256::digest(&*parts).into());
            let number = match &mut seen {
                Some(seen) => {
                    let number = seen.entry(base).or_insert(0);
                    *number += 1;
                    *number
                }
                None => 1,
            };
            parts.truncate(head);
            add(parts, &base);
            add(parts, &number.to_le_bytes());
            let bits = Sha256::digest(&parts[head..]).into();
            let bits = self.key.map_or(bits, |key| key.fingerprint(&bits));
            out.push(Fingerprint { key: self.key.map(Key::bits), bits: first_half(&bits) });
        }
    }
}

/// Adds a part with its length before it, so that no two lists of parts run together to the same bytes.
fn add(parts: &mut Vec<u8>, part: &[u8]) {
    parts.extend_from_slice(&(part.len() as u64).to_le_bytes());
    parts.extend_from_slice(part);
}

/// Adds what a finding is about.
fn add_finding(parts: &mut Vec<u8>, finding: &Finding) {
    let code = CATALOGUE.get(usize::from(finding.rule.0)).map_or("", |rule| rule.meta().code);
    add(parts, code.as_bytes());
    add(parts, &[finding.fault]);
    if finding.control != 0 {
        add(parts, b"control");
        add(parts, &finding.control.to_le_bytes());
        return;
    }
    add(parts, if finding.order == 0 { b"claim" } else { b"line" });
    add(parts, &finding.procedure.packed().to_le_bytes());
    for modifier in finding.modifiers.0 {
        add(parts, &modifier.packed().to_le_bytes());
    }
    add(parts, &finding.date.map_or(0, |date| date.number()).to_le_bytes());
}

fn first_half(bits: &[u8; 32]) -> [u8; 16] {
    std::array::from_fn(|n| bits[n])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::finding::{RuleId, Severity};
    use crate::position::Position;
    use crate::x12::code::{Code, Modifier, Modifiers};
    use crate::x12::value::{Cents, Date};

    fn finding(order: u32, procedure: &str) -> Finding {
        let bare = Finding::bare(RuleId(0), Severity::High, Position::default(), Default::default());
        let date = Date::new(2026, 3, 2);
        Finding { order, line: order, procedure: Code::of(procedure), date, ..bare }
    }

    fn prints(id: &[u8], findings: &[Finding]) -> Vec<Fingerprint> {
        let (none, mut out) = (HashSet::new(), Vec::new());
        let claim = ClaimInfo { billing_npi: "1000000012".to_owned(), ..ClaimInfo::default() };
        Fingerprints::new(None, &none).of_entry(&Location::default(), Some((&claim, id)), findings, &mut out);
        out
    }

    #[test]
    fn what_may_change_changes_nothing_and_what_a_finding_is_changes_it() {
        let one = finding(1, "97110");
        let print = |f: Finding| prints(b"A1", &[f])[0];
        let elsewhere = Position { byte: 9, segment: 8, ..one.position };
        for (name, same) in [
            ("place", Finding { position: elsewhere, ..one }),
            ("line number", Finding { line: 7, order: 7, ..one }),
            ("severity", Finding { severity: Severity::Low, ..one }),
            ("money", Finding { at_risk: Cents(100), ..one }),
            (
                "figures",
                Finding {
                    args: [3u32.into(), Default::default(), Default::default(), Default::default()],
                    ..one
                },
            ),
        ] {
            assert_eq!(print(same), print(one), "{name}");
        }
        let modifiers = Modifiers([Modifier::of("GP"), Modifier::NONE, Modifier::NONE, Modifier::NONE]);
        for (name, other) in [
            ("rule", Finding { rule: RuleId(1), ..one }),
            ("fault", Finding { fault: 1, ..one }),
            ("code", finding(1, "97112")),
            ("modifiers", Finding { modifiers, ..one }),
            ("date", Finding { date: Date::new(2026, 3, 3), ..one }),
            ("control number", Finding { control: 7, ..one }),
            ("the whole claim", Finding { order: 0, ..one }),
        ] {
            assert_ne!(print(other), print(one), "{name}");
        }
        assert_ne!(prints(b"A2", &[one]), prints(b"A1", &[one]), "claim");
        let [plain, coded] =
            [Finding { control: 7, ..one }, Finding { control: 7, modifiers, ..one }].map(print);
        assert_eq!(plain, coded, "a line that has a control number is known by that");
    }

    #[test]
    fn of_equals_each_has_its_own() {
        let three = [finding(1, "97110"), finding(2, "97110"), finding(3, "97112")];
        let all = prints(b"A1", &three);
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 3);
        assert_eq!(all[..2], prints(b"A1", &three[..2]), "and the first keep theirs");
    }

    #[test]
    fn outside_claims_the_envelope_tells_and_without_one_the_file() {
        let none = HashSet::new();
        let print = |file: &str, isa13: &[u8]| {
            let at = Location { file: file.to_owned(), isa13: isa13.to_vec(), ..Location::default() };
            let mut out = Vec::new();
            Fingerprints::new(None, &none).of_entry(&at, None, &[finding(0, "97110")], &mut out);
            out[0]
        };
        assert_eq!(print("in/a.837", b"1"), print("b.837", b"1"));
        assert_ne!(print("in/a.837", b"1"), print("in/a.837", b"2"));
        assert_eq!(print("in/a.837", b""), print("out/a.837", b""));
        assert_ne!(print("in/a.837", b""), print("in/b.837", b""));
    }

    #[test]
    fn claims_of_one_id_may_change_places() {
        let claim = ClaimInfo::default();
        let (at, mut out) = (Location::default(), Vec::new());
        let [one, other] = [[finding(1, "97110")], [finding(1, "97112")]];
        let twice = HashSet::from([of_claim(b"A1", 0)]);
        let set = |order: [&[Finding]; 3], out: &mut Vec<Fingerprint>| {
            let mut prints = Fingerprints::new(None, &twice);
            let mut all = BTreeSet::new();
            for findings in order {
                prints.of_entry(&at, Some((&claim, b"A1")), findings, out);
                all.extend(out.iter().copied());
            }
            all
        };
        let all = set([&one, &other, &one], &mut out);
        assert_eq!(all.len(), 3);
        assert_eq!(all, set([&one, &one, &other], &mut out));
        assert_eq!(all, set([&other, &one, &one], &mut out));
    }
}
