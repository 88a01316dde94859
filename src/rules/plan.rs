//! Which rules of the catalogue a run applies, sorted by what they want to see.

use serde::{Deserialize, Serialize};

use crate::claim::context::Context;
use crate::finding::{Finding, RuleId, Severity, Waived};

use super::CATALOGUE;
use super::course::{Clash, Course, Habits, ProviderDay};
use super::day::{ClaimRef, DayLine, PatientDay};
use super::marks::Marks;
use super::policy::{PayerClass, Policy};
use super::rule::{Adjust, Cx, DaySink, FindingSink, Interest, Rule};
use super::waiver::{Subject, Waivers};

/// One rule as planned.
#[derive(Clone, Copy)]
struct Planned {
    rule: &'static dyn Rule,
    id: RuleId,
    own: Severity,
    fixed: Option<Severity>,
    /// Whether a primary payer's say comes first: the rules about payment, not those about the claim's form.
    by_payer: bool,
    /// Marks a line or a day must have.
    all: Marks,
    /// Marks of which it must have one, unless there are none.
    any: Marks,
}

/// Rules that are called by the marks of what they look at. Which of them want it is looked up for eight marks at a
/// time, without a guess: what a rule of many wants of a line is hard to foresee.
#[derive(Default)]
struct Keyed {
    /// At most [`MOST_KEYED`].
    rules: Vec<Planned>,
    /// By eight marks at a time and by which of these are there: the rules that miss one, and those that have one of the
    /// marks they want any of. A bit a rule.
    by_marks: Vec<[(u64, u64); 256]>,
    /// The rules that do not want any of some.
    undemanding: u64,
}

/// Rules that fit a bitmap.
const MOST_KEYED: usize = 64;

impl Keyed {
    /// Makes what rules are looked up by.
    fn index(&mut self) {
        debug_assert!(self.rules.len() <= MOST_KEYED, "a bitmap has no bit for some of the rules");
        self.undemanding = self.those(|p| p.any == Marks::NONE);
        self.by_marks = (0..Marks::BYTES as u32)
            .map(|eight| {
                let of = |bit| Marks::bit(8 * eight + bit);
                let needing: [u64; 8] = std::array::from_fn(|bit| self.those(|p| p.all.has(of(bit as u32))));
                let having: [u64; 8] = std::array::from_fn(|bit| self.those(|p| p.any.has(of(bit as u32))));
                std::array::from_fn(|there| {
                    let with = |rules: &[u64; 8], there: usize| {
                        (0..8).filter(|bit| there >> bit & 1 == 1).fold(0, |all, bit| all | rules[bit])
                    };
                    (with(&needing, !there), with(&having, there))
                })
            })
            .collect();
    }

    /// Those of the rules for which something holds, a bit each.
    fn those(&self, hold: impl Fn(&Planned) -> bool) -> u64 {
        self.rules.iter().rev().fold(0, |all, planned| all << 1 | u64::from(hold(planned)))
    }

    /// The rules that want what has these marks, a bit each.
    #[inline]
    fn wanting(&self, marks: Marks) -> u64 {
        let (mut missing, mut any) = (0, self.undemanding);
        for (eight, there) in self.by_marks.iter().zip(marks.bytes()) {
            let (miss, have) = eight[usize::from(there)];
            (missing, any) = (missing | miss, any | have);
        }
        any & !missing
    }

    /// Some of the rules, in their order.
    fn of(&self, mut some: u64) -> impl Iterator<Item = &Planned> {
        std::iter::from_fn(move || {
            let next = self.rules.get(some.trailing_zeros() as usize)?;
            some &= some - 1;
            Some(next)
        })
    }
}

/// What became of rules applied: each to each claim, line and day it may concern. Rules about a patient's course
/// or a provider's day and habits are not among them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Outcomes {
    /// Looked and found nothing.
    pub passed: u64,
    /// Looked and found something.
    pub found: u64,
    /// Found nothing but what a waiver takes out of the count.
    pub suppressed: u64,
    /// Nothing there that the rule is about.
    pub not_applicable: u64,
    /// Could not look: no minutes are documented.
    pub not_evaluated: u64,
}

impl Outcomes {
    /// Adds others.
    pub fn add(&mut self, other: &Outcomes) {
        self.passed += other.passed;
        self.found += other.found;
        self.suppressed += other.suppressed;
        self.not_applicable += other.not_applicable;
        self.not_evaluated += other.not_evaluated;
    }

    /// A rule has found something.
    #[cold]
    fn found<'f>(&mut self, mut found: impl Iterator<Item = &'f Finding>) {
        if found.all(Finding::is_waived) {
            self.suppressed += 1;
        } else {
            self.found += 1;
        }
    }
}

/// The rules of a run.
pub struct Plan {
    claim: Vec<Planned>,
    therapy_claim: Vec<Planned>,
    line: Keyed,
    day: Keyed,
    /// Of those about days the ones that need documented minutes.
    documented: u64,
    /// Every rule, for what is rare: courses, clashes, providers.
    rare: Vec<Planned>,
    enabled: Vec<bool>,
    severities: Vec<Severity>,
    waivers: Waivers,
}

impl Plan {
    /// Every rule, with its own severity.
    pub fn all() -> Plan {
        Plan::new(|_| true, |_| None)
    }

    /// The rules that `enabled` names by code; `severity` may fix a rule's severity by code.
    pub fn new(enabled: impl Fn(&str) -> bool, severity: impl Fn(&str) -> Option<Severity>) -> Plan {
        let mut plan = Plan {
            claim: Vec::new(),
            therapy_claim: Vec::new(),
            line: Keyed::default(),
            day: Keyed::default(),
            documented: 0,
            rare: Vec::new(),
            enabled: Vec::new(),
            severities: Vec::new(),
            waivers: Waivers::default(),
        };
        for (n, rule) in (0u16..).zip(CATALOGUE) {
            let meta = rule.meta();
            let on = enabled(meta.code);
            let fixed = severity(meta.code);
            plan.enabled.push(on);
            plan.severities.push(fixed.unwrap_or(meta.severity));
            let by_payer = !matches!(meta.family(), "CLM" | "X12");
            let (all, any) = match meta.interest {
                Interest::Line(all, any) | Interest::Day(all, any) => (all, any),
                _ => (Marks::NONE, Marks::NONE),
            };
            let planned =
                Planned { rule: *rule, id: RuleId(n), own: meta.severity, fixed, by_payer, all, any };
            let list = match meta.interest {
                Interest::Claim => &mut plan.claim,
                Interest::TherapyClaim => &mut plan.therapy_claim,
                Interest::Line(..) => &mut plan.line.rules,
                Interest::Day(..) => &mut plan.day.rules,
                Interest::Course | Interest::Clash | Interest::ProviderDay | Interest::Habits => {
                    plan.rare.extend(on.then_some(planned));
                    continue;
                }
                Interest::Syntax => continue,
            };
            if on {
                list.push(planned);
                // Some of these have a say about a patient's course or a provider's habits as well.
                plan.rare.push(planned);
            }
        }
        plan.line.index();
        plan.day.index();
        plan.documented = plan.day.those(|p| p.all.has(Marks::DOCUMENTED));
        plan
    }

    /// The same plan with findings that are waived.
    pub fn waiving(self, waivers: Waivers) -> Plan {
        Plan { waivers, ..self }
    }

    /// What is waived.
    pub fn waivers(&self) -> &Waivers {
        &self.waivers
    }

    /// How often rules are applied to a claim of so many lines, by itself.
    pub fn applications(&self, lines: usize) -> u64 {
        (self.claim.len() + self.therapy_claim.len() + lines * self.line.rules.len()) as u64
    }

    /// How often rules are applied to a day.
    pub fn applications_of_day(&self) -> u64 {
        self.day.rules.len() as u64
    }

    /// Whether the run applies a rule.
    pub fn is_enabled(&self, rule: RuleId) -> bool {
        self.enabled.get(usize::from(rule.0)).copied().unwrap_or(false)
    }

    /// The severity of a rule whose findings the reader itself reports (family X12).
    pub fn severity(&self, rule: RuleId) -> Severity {
        self.severities.get(usize::from(rule.0)).copied().unwrap_or(Severity::High)
    }

    /// How many rules the run applies.
    pub fn len(&self) -> usize {
        self.enabled.iter().filter(|on| **on).count()
    }

    /// Whether the run applies no rule at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Checks one claim. Findings are appended to `out` in the order of rules, then of lines.
    pub fn check(&self, cx: &Cx<'_, '_>, out: &mut Vec<Finding>, outcomes: &mut Outcomes) {
        let from = out.len();
        let found = |found: &mut [Finding], outcomes: &mut Outcomes| {
            if !self.waivers.is_empty() {
                let subject = cx.subject();
                found.iter_mut().for_each(|finding| self.waivers.mark(&subject, finding));
            }
            outcomes.found(found.iter());
        };
        // Nearly all that look find nothing.
        let mut quiet = 0;
        let secondary = is_secondary(cx.context, cx.policy);
        let of_therapy: &[Planned] = if cx.marks.iter().any(|m| m.has(Marks::THERAPY)) {
            &self.therapy_claim
        } else {
            outcomes.not_applicable += self.therapy_claim.len() as u64;
            &[]
        };
        for planned in self.claim.iter().chain(of_therapy) {
            let before = out.len();
            planned.rule.claim(cx, &mut planned.sink(secondary, out));
            if out.len() > before {
                found(&mut out[before..], outcomes);
            } else {
                quiet += 1;
            }
        }
        for (line, marks) in cx.claim.lines.iter().zip(cx.marks) {
            let mut not_looking = self.line.rules.len() as u64;
            for planned in self.line.of(self.line.wanting(*marks)) {
                let before = out.len();
                planned.rule.line(cx, line, &mut planned.sink(secondary, out));
                not_looking -= 1;
                if out.len() > before {
                    found(&mut out[before..], outcomes);
                } else {
                    quiet += 1;
                }
            }
            outcomes.not_applicable += not_looking;
        }
        outcomes.passed += quiet;
        debug_assert!(
            self.keyed_finds_all(cx, secondary, &out[from..]),
            "a rule finds something where its interest says it does not look"
        );
    }

    /// Checks one day of a patient. `subject` says of each of its claims what waivers ask.
    pub fn check_day<'s>(
        &self,
        day: &PatientDay<'_>,
        subject: &dyn Fn(ClaimRef) -> Subject<'s>,
        out: &mut Vec<(ClaimRef, Finding)>,
        outcomes: &mut Outcomes,
    ) {
        let from = out.len();
        // A rule that would look if minutes were known has not looked where they are not, and says nothing of the day.
        let wanting = self.day.wanting(day.marks.and(Marks::DOCUMENTED));
        let unable = if day.marks.has(Marks::DOCUMENTED) { 0 } else { wanting & self.documented };
        let (mut quiet, mut not_looking) = (0, self.day.rules.len() as u64);
        for planned in self.day.of(wanting & !unable) {
            let before = out.len();
            planned.rule.day(day, &mut planned.day_sink(day.secondary, out));
            not_looking -= 1;
            if out.len() > before {
                let found = &mut out[before..];
                if !self.waivers.is_empty() {
                    found
                        .iter_mut()
                        .for_each(|(claim, finding)| self.waivers.mark(&subject(*claim), finding));
                }
                outcomes.found(found.iter().map(|(_, finding)| finding));
            } else {
                quiet += 1;
            }
        }
        let unable = if unable == 0 { 0 } else { u64::from(unable.count_ones()) };
        outcomes.passed += quiet;
        outcomes.not_evaluated += unable;
        outcomes.not_applicable += not_looking - unable;
        debug_assert!(
            self.keyed_finds_all_of_day(day, &out[from..]),
            "a rule finds something on a day where its interest says it does not look"
        );
    }

    /// Checks a patient's course.
    pub fn check_course(&self, course: &Course<'_>, out: &mut Vec<(ClaimRef, Finding)>) {
        self.rare.iter().for_each(|p| p.rule.course(course, &mut p.day_sink(false, out)));
    }

    /// Checks two lines that one therapist gave at one time.
    pub fn check_clash(&self, clash: &Clash<'_>, out: &mut Vec<(ClaimRef, Finding)>) {
        self.rare.iter().for_each(|p| p.rule.clash(clash, &mut p.day_sink(false, out)));
    }

    /// Checks a provider's day.
    pub fn check_provider_day(&self, day: &ProviderDay<'_>, out: &mut Vec<(ClaimRef, Finding)>) {
        self.rare.iter().for_each(|p| p.rule.provider_day(day, &mut p.day_sink(false, out)));
    }

    /// Checks a provider's habits.
    pub fn check_habits(&self, habits: &Habits, line: &DayLine<'_>, out: &mut Vec<(ClaimRef, Finding)>) {
        self.rare.iter().for_each(|p| p.rule.habits(habits, line, &mut p.day_sink(false, out)));
    }

    /// Whether the findings of a rule are those of days, to be made again when several claims share a day.
    pub fn is_of_days(&self, rule: RuleId) -> bool {
        self.day.rules.iter().any(|p| p.id == rule)
    }

    /// Whether calling every rule on the claim and on every line finds the same.
    fn keyed_finds_all(&self, cx: &Cx<'_, '_>, secondary: bool, found: &[Finding]) -> bool {
        let mut all = Vec::new();
        for planned in self.claim.iter().chain(&self.therapy_claim).chain(&self.line.rules) {
            planned.rule.claim(cx, &mut planned.sink(secondary, &mut all));
            for line in &cx.claim.lines {
                planned.rule.line(cx, line, &mut planned.sink(secondary, &mut all));
            }
        }
        let key = |f: &Finding| (f.rule, f.order, f.fault, f.position);
        let unmarked = |f: &Finding| Finding { waived: Waived::No, ..*f };
        let mut found: Vec<Finding> = found.iter().map(unmarked).collect();
        found.sort_by_key(key);
        all.sort_by_key(key);
        found == all
    }

    fn keyed_finds_all_of_day(&self, day: &PatientDay<'_>, found: &[(ClaimRef, Finding)]) -> bool {
        let mut all = Vec::new();
        for planned in &self.day.rules {
            planned.rule.day(day, &mut planned.day_sink(day.secondary, &mut all));
        }
        let unmarked = |(claim, f): &(ClaimRef, Finding)| (*claim, Finding { waived: Waived::No, ..*f });
        found.iter().map(unmarked).eq(all)
    }
}

impl Planned {
    fn sink<'s>(&self, secondary: bool, out: &'s mut Vec<Finding>) -> FindingSink<'s> {
        let adjust = Adjust { fixed: self.fixed, secondary: secondary && self.by_payer };
        FindingSink { rule: self.id, own: self.own, adjust, out }
    }

    fn day_sink<'s>(&self, secondary: bool, out: &'s mut Vec<(ClaimRef, Finding)>) -> DaySink<'s> {
        let adjust = Adjust { fixed: self.fixed, secondary: secondary && self.by_payer };
        DaySink { rule: self.id, own: self.own, adjust, by_payer: self.by_payer, out }
    }
}

/// Whether the claim goes to a second or third payer that is not Medicare: the primary payer's rules come
/// first there.
pub fn is_secondary(context: &Context, policy: &Policy) -> bool {
    matches!(context.payer.sequence, b'S' | b'T') && policy.class != PayerClass::Medicare
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_called_where_they_want_to_be() {
        let plan = Plan::all();
        for keyed in [&plan.line, &plan.day] {
            assert!((2..=MOST_KEYED).contains(&keyed.rules.len()));
            let wants =
                |p: &Planned, marks: Marks| marks.has(p.all) && (p.any == Marks::NONE || marks.any(p.any));
            let mut sets = vec![Marks::NONE];
            sets.extend((0..Marks::BITS).map(Marks::bit));
            sets.extend(keyed.rules.iter().flat_map(|p| [p.all, p.any, p.all | p.any]));
            let pairs: Vec<Marks> = sets.iter().flat_map(|a| sets.iter().map(|b| *a | *b)).collect();
            for marks in pairs {
                let wanting = keyed.wanting(marks);
                assert_eq!(wanting, keyed.those(|p| wants(p, marks)), "{marks:?}");
                let called: Vec<_> = keyed.of(wanting).map(|p| p.id).collect();
                let all: Vec<_> = keyed.rules.iter().filter(|p| wants(p, marks)).map(|p| p.id).collect();
                assert_eq!(called, all);
            }
        }
        // Days are looked up as if minutes were known.
        assert!(plan.day.rules.iter().all(|p| !p.any.any(Marks::DOCUMENTED)));
        assert_ne!(plan.documented, 0);
    }
}
