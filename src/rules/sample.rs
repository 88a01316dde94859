//! Claims and days made by hand, for tests of cases a claim file cannot hold: payers with other settings,
//! lines without what an assembled line always has.

use crate::claim::claim::{Claim, Form, Place, Provider};
use crate::claim::context::{Context, Payer};
use crate::claim::line::ServiceLine;
use crate::finding::{Finding, RuleId, fill};
use crate::minutes::{ClaimMinutes, LineMinutes};
use crate::position::Tag;
use crate::tables::Tables;
use crate::tables::therapy::Discipline;
use crate::x12::code::{Code, Modifier, Modifiers};
use crate::x12::value::{Cents, Date, Quantity};

use super::day::{ClaimRef, DayLine, TherapyDay};
use super::policy::{Policies, Policy};
use super::rule::{Adjust, Cx, DaySink, FindingSink, Rule};

/// The day most samples are of.
pub(super) fn date() -> Date {
    Date::new(2026, 3, 2).unwrap()
}

/// The built-in policy for a claim filing indicator (SBR09).
pub(super) fn policy(filing: &str) -> Policy {
    let policies = Policies::builtin();
    policies.get(policies.of(&Payer { filing: Code::of(filing), ..Payer::default() })).clone()
}

/// `97110:GP:59` with units and charge in dollars.
pub(super) fn line<'a>(tables: &'a Tables, text: &str, units: i64, dollars: i64) -> ServiceLine<'a> {
    let (procedure, modifiers) = coded(text);
    let facts = tables.therapy.get(procedure);
    let by_modifier = modifiers.slots().find_map(|(_, m)| Discipline::of_modifier(m));
    ServiceLine {
        number: 1,
        order: 1,
        service: Tag::of(b"SV1"),
        place: Place::default(),
        procedure,
        qualifier: Code::of("HC"),
        modifiers,
        description: b"",
        charge: Some(Cents(dollars * 100)),
        units: Some(Quantity::whole(units)),
        basis: Code::of("UN"),
        place_of_service: Code::NONE,
        pointers: [0; 4],
        revenue: Code::NONE,
        date: Some(date()),
        date_to: Some(date()),
        control: b"",
        rendering: Provider::default(),
        referring: Provider::default(),
        facts,
        discipline: by_modifier.or(facts.and_then(|f| f.only)),
    }
}

/// A professional claim with these lines, numbered, whose total is their sum.
pub(super) fn claim(mut lines: Vec<ServiceLine<'_>>) -> Claim<'_> {
    for (n, line) in (1..).zip(&mut lines) {
        (line.number, line.order) = (n, n);
    }
    Claim {
        id: b"A1",
        place: Place::default(),
        form: Form::Professional,
        charge: Some(lines.iter().map(ServiceLine::charge_or_zero).sum()),
        facility: Code::of("11"),
        facility_qualifier: Code::of("B"),
        frequency: 1,
        diagnoses: Vec::new(),
        occurrences: Vec::new(),
        statement: None,
        onset: None,
        initial_treatment: None,
        authorisation: b"",
        referral: b"",
        original: b"",
        referring: Provider::default(),
        rendering: Provider::default(),
        attending: Provider::default(),
        lines,
        notes: Vec::new(),
        not_evaluated: None,
    }
}

/// What a rule finds on a claim, one text a finding; `minutes` has one entry a line, or none at all.
pub(super) fn found(
    rule: &dyn Rule,
    claim: &Claim<'_>,
    policy: &Policy,
    minutes: &[Option<u32>],
) -> Vec<String> {
    let known = |m: &Option<u32>| LineMinutes { minutes: *m, ..LineMinutes::default() };
    let minutes = ClaimMinutes { lines: minutes.iter().map(known).collect(), ..ClaimMinutes::default() };
    let (context, tables) = (Context::default(), Tables::builtin());
    found_in(
        rule,
        &Cx { claim, context: &context, minutes: &minutes, minutes_expected: true, policy, tables: &tables },
    )
}

/// What a rule finds, with everything about the claim given.
pub(super) fn found_in(rule: &dyn Rule, cx: &Cx<'_, '_>) -> Vec<String> {
    let mut findings = Vec::new();
    let mut sink = FindingSink {
        rule: RuleId(0),
        own: rule.meta().severity,
        adjust: Adjust::default(),
        out: &mut findings,
    };
    rule.claim(cx, &mut sink);
    for line in &cx.claim.lines {
        rule.line(cx, line, &mut sink);
    }
    findings.iter().map(|f| text(rule, f)).collect()
}

/// A timed line of a day: `97110`, units, minutes, charge in dollars. Claims are numbered from 0.
pub(super) fn day_line(claim: u32, text: &str, units: &str, minutes: Option<u32>, dollars: i64) -> DayLine {
    let (code, modifiers) = coded(text);
    DayLine {
        claim: ClaimRef { chunk: 0, row: claim },
        number: 1,
        order: 1,
        service: Tag::of(b"SV1"),
        place: Place::default(),
        code,
        modifiers,
        units: Quantity::parse(units.as_bytes()),
        charge: Cents(dollars * 100),
        minutes,
        source: None,
        visit_timed: None,
        visit_treatment: None,
    }
}

/// What a rule finds on a day. The lines are numbered; `other` units stand on claims without minutes.
pub(super) fn found_on(rule: &dyn Rule, lines: &mut [DayLine], policy: &Policy, other: i64) -> Vec<String> {
    for (n, line) in (1..).zip(&mut *lines) {
        (line.number, line.order) = (n, n);
    }
    let other_units = Quantity::whole(other);
    let day = TherapyDay { date: date(), lines, has_undocumented: other > 0, other_units, policy };
    let mut out = Vec::new();
    let own = rule.meta().severity;
    rule.day(&day, &mut DaySink { rule: RuleId(0), own, adjust: Adjust::default(), out: &mut out });
    out.iter().map(|(_, f)| text(rule, f)).collect()
}

/// `line 1 SV104 high 50.00: 97110 billed 4 units, 38 documented minutes support 3`.
fn text(rule: &dyn Rule, f: &Finding) -> String {
    let place = if f.line == 0 { String::new() } else { format!("line {} ", f.line) };
    let at_risk = if f.whole_claim { "claim".to_owned() } else { f.at_risk.to_string() };
    let message = fill(rule.meta().faults[usize::from(f.fault)].text, &f.args);
    format!("{place}{} {} {at_risk}: {message}", f.position.at, f.severity)
}

fn coded(text: &str) -> (Code, Modifiers) {
    let mut parts = text.split(':');
    let code = Code::of(parts.next().unwrap());
    let mut modifiers = Modifiers::default();
    for (slot, part) in modifiers.0.iter_mut().zip(parts) {
        *slot = Modifier::of(part);
    }
    (code, modifiers)
}
