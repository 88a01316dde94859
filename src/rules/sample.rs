//! Claims and days made by hand, for tests of cases a claim file cannot hold: payers with other settings,
//! lines without what an assembled line always has.

use crate::claim::claim::{Claim, Form, Place, Provider};
use crate::claim::context::{Context, Payer};
use crate::claim::line::ServiceLine;
use crate::finding::{Finding, RuleId, fill};
use crate::minutes::{ClaimMinutes, LineMinutes, Sidecar};
use crate::position::Tag;
use crate::sidecar::Plans;
use crate::tables::Tables;
use crate::tables::therapy::Discipline;
use crate::x12::code::{Code, Modifier, Modifiers};
use crate::x12::value::{Cents, Date, Quantity};

use super::day::{Beside, Blank, ClaimRef, DayLine, PatientDay};
use super::marks::{Marker, Marks};
use super::policy::{Policies, Policy};
use super::rule::{Adjust, Cx, DaySink, FindingSink, Rule};

/// The built-in tables, for as long as the tests run.
pub(super) fn tables() -> &'static Tables {
    Box::leak(Box::new(Tables::builtin()))
}

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
        &Cx {
            claim,
            context: &context,
            minutes: &minutes,
            plans: &Plans::default(),
            minutes_expected: true,
            minutes_required: false,
            policy,
            tables: &tables,
            marks: &marks(&tables, claim, &minutes),
            as_of: None,
        },
    )
}

/// The marks of a claim's lines.
pub(super) fn marks(tables: &Tables, claim: &Claim<'_>, minutes: &ClaimMinutes) -> Vec<Marks> {
    let marker = Marker::new(tables);
    let lines = claim.lines.iter().enumerate();
    lines.map(|(n, l)| marker.of_line(claim, l, minutes.lines.get(n))).collect()
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
    let mut lines: Vec<DayLine<'_>> = cx.claim.lines.iter().filter_map(|l| day_line_of(cx, l)).collect();
    lines.sort_by_key(DayLine::rank);
    for day in lines.chunk_by(|a, b| a.date == b.date) {
        findings.extend(on_day(rule, cx.tables, day, cx.policy).into_iter().map(|(_, f)| f));
    }
    findings.iter().map(|f| text(rule, f)).collect()
}

fn day_line_of<'a>(cx: &Cx<'_, 'a>, line: &ServiceLine<'a>) -> Option<DayLine<'a>> {
    let known = (Beside::own(cx.minutes_of(line)), Beside::Nothing);
    Some(DayLine::new(ClaimRef::default(), cx.claim, (line, line.date?), known, cx.marks_of(line)))
}

/// What a rule finds on one day.
fn on_day(
    rule: &dyn Rule,
    tables: &Tables,
    lines: &[DayLine<'_>],
    policy: &Policy,
) -> Vec<(ClaimRef, Finding)> {
    let day = PatientDay {
        date: lines[0].date,
        lines,
        earlier: &[],
        marks: Marker::new(tables).of_day(lines, &[], tables),
        form: Form::Professional,
        policy,
        secondary: false,
        tables,
        sidecar: &Sidecar::default(),
    };
    let mut out = Vec::new();
    let own = rule.meta().severity;
    rule.day(
        &day,
        &mut DaySink { rule: RuleId(0), own, adjust: Adjust::default(), by_payer: false, out: &mut out },
    );
    out
}

/// A line of a day: `97110`, units, minutes, charge in dollars. Claims are numbered from 0.
pub(super) fn day_line(
    claim_number: u32,
    text: &str,
    units: &str,
    minutes: Option<u32>,
    dollars: i64,
) -> DayLine<'static> {
    let tables = tables();
    let mut line = line(tables, text, 0, dollars);
    line.units = Quantity::parse(units.as_bytes());
    let of = claim(vec![line.clone()]);
    let known = LineMinutes { minutes, ..LineMinutes::default() };
    let marks = Marker::new(tables).of_line(&of, &line, Some(&known));
    let this = ClaimRef { chunk: 0, claim: claim_number };
    DayLine::new(this, &of, (&line, line.date.unwrap()), (Beside::own(known), Beside::Nothing), marks)
}

/// What a rule finds on a day. The lines are numbered as given.
pub(super) fn found_on(rule: &dyn Rule, lines: &mut [DayLine<'_>], policy: &Policy) -> Vec<String> {
    let tables = tables();
    for (n, line) in (1..).zip(&mut *lines) {
        (line.number, line.order) = (n, n);
        line.place.byte = n.into();
    }
    lines.sort_by_key(DayLine::rank);
    let mut out = on_day(rule, tables, lines, policy);
    out.sort_by_key(|(claim, f)| (*claim, f.position.byte, f.position.at));
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

/// Tests put lines together first and say then what is known of them.
impl<T: Blank + Clone> std::ops::DerefMut for Beside<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        *self = Beside::Own((**self).clone().into());
        let Beside::Own(own) = self else { unreachable!() };
        std::rc::Rc::get_mut(own).unwrap()
    }
}
