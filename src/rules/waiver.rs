//! Findings that somebody answers for: which of them a waiver takes out of the count, and until which day.
//!
//! Plain data and one question, asked of every finding. Refuses to know what day it is: the run says which day it is made
//! for, else the transaction set says when it was made (BHT04), as for timely filing. Where neither does, nothing is
//! waived. Deliberately absent: who approved and why; that stays in the file of the site.

use crate::claim::claim::Claim;
use crate::claim::context::Context;
use crate::finding::{Finding, RuleId, Waived};
use crate::x12::code::Code;
use crate::x12::value::{Date, Npi};

use super::CATALOGUE;

/// Codes of family X12, beside those of whole files (X12-F…), that say that claims or bytes were not read as claims.
/// Nobody can answer for what was not looked at.
const UNREAD: [&str; 13] = [
    "X12-C001", "X12-I001", "X12-I003", "X12-I004", "X12-I010", "X12-I090", "X12-S010", "X12-S012",
    "X12-T005", "X12-T010", "X12-T012", "X12-T013", "X12-W010",
];

/// Whether findings of a rule can be waived. Those that say that something was not evaluated cannot.
pub fn can_be_waived(code: &str) -> bool {
    !code.starts_with("X12-F") && !UNREAD.contains(&code)
}

/// A waiver: of which rules, for what, and until when.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Waiver {
    /// The rules.
    pub rules: Vec<RuleId>,
    /// Payers: the id (NM109 of NM1*PR), or the name in any case.
    pub payer: Option<Vec<u8>>,
    /// The billing provider.
    pub provider: Option<Npi>,
    /// CLM01.
    pub claim: Option<Vec<u8>>,
    /// The line's code.
    pub procedure: Option<Code>,
    /// The last day it holds on; without one it holds on none.
    pub last: Option<Date>,
}

/// What a finding is about, as far as waivers ask.
#[derive(Clone, Copy, Debug, Default)]
pub struct Subject<'s> {
    /// CLM01.
    pub claim: &'s [u8],
    /// NM109 of NM1*PR.
    pub payer_id: &'s [u8],
    /// NM103 of NM1*PR.
    pub payer_name: &'s [u8],
    /// The billing provider.
    pub provider: Option<Npi>,
    /// The day that counts, if one is known.
    pub day: Option<Date>,
}

impl<'s> Subject<'s> {
    /// A claim. The day is the run's, if it has one, else that on which the claim's transaction set was made.
    pub fn of(claim: &Claim<'s>, context: &'s Context, as_of: Option<Date>) -> Subject<'s> {
        let Context { payer, billing, created, .. } = context;
        Subject {
            claim: claim.id,
            payer_id: payer.id.as_bytes(),
            payer_name: payer.name.as_bytes(),
            provider: billing.npi,
            day: as_of.or(*created),
        }
    }
}

/// The waivers of a run, in the order of their file.
#[derive(Clone, Debug, Default)]
pub struct Waivers {
    list: Vec<Waiver>,
    /// By rule, those that name it.
    by_rule: Vec<Vec<u16>>,
}

impl Waivers {
    /// Those of a list. No more than 65,536 of them count.
    pub fn new(list: Vec<Waiver>) -> Waivers {
        let mut by_rule = vec![Vec::new(); if list.is_empty() { 0 } else { CATALOGUE.len() }];
        for (n, waiver) in (0..=u16::MAX).zip(&list) {
            for rule in &waiver.rules {
                let code = CATALOGUE.get(usize::from(rule.0)).map_or("", |r| r.meta().code);
                if let Some(named) = by_rule.get_mut(usize::from(rule.0)).filter(|_| can_be_waived(code)) {
                    named.push(n);
                }
            }
        }
        Waivers { list, by_rule }
    }

    /// Whether there is none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Notes in a finding what becomes of it: the first waiver that fits it and holds on the day; else the first that
    /// fits and has ended, or cannot tell for want of a day. Asked twice, it notes the same.
    pub fn mark(&self, subject: &Subject<'_>, finding: &mut Finding) {
        let named = self.by_rule.get(usize::from(finding.rule.0)).map_or(&[][..], Vec::as_slice);
        let mut mark = Waived::No;
        for n in named {
            let Some(waiver) = self.list.get(usize::from(*n)).filter(|w| w.fits(subject, finding)) else {
                continue;
            };
            let this = match (waiver.last, subject.day) {
                (Some(last), Some(day)) if day <= last => Waived::By(*n),
                (Some(_), None) => Waived::Undated(*n),
                _ => Waived::Ended(*n),
            };
            if let Waived::By(_) = this {
                mark = this;
                break;
            }
            if mark == Waived::No {
                mark = this;
            }
        }
        finding.waived = mark;
    }
}

impl Waiver {
    fn fits(&self, subject: &Subject<'_>, finding: &Finding) -> bool {
        let Waiver { payer, provider, claim, procedure, .. } = self;
        claim.as_ref().is_none_or(|id| id.as_slice() == subject.claim.trim_ascii())
            && provider.is_none_or(|npi| subject.provider == Some(npi))
            && procedure.is_none_or(|code| finding.procedure == code)
            && payer.as_ref().is_none_or(|payer| {
                let name = subject.payer_name.trim_ascii();
                payer.as_slice() == subject.payer_id.trim_ascii()
                    || (!name.is_empty() && payer.eq_ignore_ascii_case(name))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;
    use crate::position::Position;

    fn rule(code: &str) -> RuleId {
        RuleId(CATALOGUE.iter().position(|r| r.meta().code == code).unwrap() as u16)
    }

    fn day(text: &str) -> Option<Date> {
        Date::parse_iso(text)
    }

    fn finding(code: &str, procedure: &str) -> Finding {
        let procedure = if procedure.is_empty() { Code::NONE } else { Code::of(procedure) };
        let bare = Finding::bare(rule(code), Severity::High, Position::default(), Default::default());
        Finding { procedure, ..bare }
    }

    fn subject(on: Option<Date>) -> Subject<'static> {
        let provider = Npi::from_number(1_234_567_893);
        Subject { claim: b"A1", payer_id: b"60054", payer_name: b"Example Health", provider, day: on }
    }

    #[test]
    fn a_waiver_holds_to_the_end_of_its_last_day() {
        let all = |last| Waiver { rules: vec![rule("MOD001")], last, ..Waiver::default() };
        let last = day("2026-03-31");
        for (name, list, on, want) in [
            ("the day before", vec![all(last)], day("2026-03-30"), Waived::By(0)),
            ("the day of", vec![all(last)], day("2026-03-31"), Waived::By(0)),
            ("the day after", vec![all(last)], day("2026-04-01"), Waived::Ended(0)),
            ("no day", vec![all(last)], None, Waived::Undated(0)),
            ("a day that is none", vec![all(None)], day("2026-03-30"), Waived::Ended(0)),
            ("one that ended, one that holds", vec![all(None), all(last)], last, Waived::By(1)),
            ("of two that hold the first", vec![all(last), all(last)], last, Waived::By(0)),
            ("of two that ended the first", vec![all(None), all(None)], last, Waived::Ended(0)),
            ("none", vec![], last, Waived::No),
        ] {
            let mut found = finding("MOD001", "97110");
            found.waived = Waived::By(99);
            Waivers::new(list).mark(&subject(on), &mut found);
            assert_eq!(found.waived, want, "{name}");
        }
    }

    #[test]
    fn every_part_of_a_scope_must_fit() {
        let last = day("2026-12-31");
        let of = |w: Waiver| Waiver { rules: vec![rule("MOD001")], last, ..w };
        let claim = |id: &str| of(Waiver { claim: Some(id.into()), ..Waiver::default() });
        let payer = |id: &str| of(Waiver { payer: Some(id.into()), ..Waiver::default() });
        let code = |code: &str| of(Waiver { procedure: Some(Code::of(code)), ..Waiver::default() });
        let npi = |n| of(Waiver { provider: Npi::from_number(n), ..Waiver::default() });
        for (name, waiver, fits) in [
            ("claim", claim("A1"), true),
            ("a claim's beginning", claim("A"), false),
            ("a claim in other letters", claim("a1"), false),
            ("payer's id", payer("60054"), true),
            ("payer's name", payer("EXAMPLE HEALTH"), true),
            ("another payer", payer("60055"), false),
            ("procedure", code("97110"), true),
            ("another procedure", code("97112"), false),
            ("provider", npi(1_234_567_893), true),
            ("another provider", npi(1_000_000_012), false),
            ("two, both fit", Waiver { claim: Some(b"A1".to_vec()), ..code("97110") }, true),
            ("two, one fits", Waiver { claim: Some(b"A1".to_vec()), ..code("97112") }, false),
            ("another rule", Waiver { rules: vec![rule("MOD002")], ..claim("A1") }, false),
        ] {
            let mut found = finding("MOD001", "97110");
            Waivers::new(vec![waiver]).mark(&subject(day("2026-03-01")), &mut found);
            assert_eq!(found.waived == Waived::By(0), fits, "{name}");
        }
        let mut loose = finding("MOD001", "");
        let nowhere = Subject { day: day("2026-03-01"), ..Subject::default() };
        for waiver in [claim("A1"), payer("60054"), code("97110"), npi(1_234_567_893)] {
            Waivers::new(vec![waiver]).mark(&nowhere, &mut loose);
            assert_eq!(loose.waived, Waived::No, "what has no such thing is not fit by it");
        }
    }

    #[test]
    fn what_was_not_evaluated_is_not_waived() {
        let rules = (0..CATALOGUE.len() as u16).map(RuleId).collect();
        let waivers = Waivers::new(vec![Waiver { rules, last: day("2026-12-31"), ..Waiver::default() }]);
        for code in UNREAD.into_iter().chain(["X12-F001", "X12-F025"]) {
            let mut found = finding(code, "");
            waivers.mark(&subject(day("2026-03-01")), &mut found);
            assert_eq!(found.waived, Waived::No, "{code}");
        }
        let mut found = finding("X12-W011", "");
        waivers.mark(&subject(day("2026-03-01")), &mut found);
        assert_eq!(found.waived, Waived::By(0));
    }
}
