//! MOD007: modifiers that do not do what they are put there for. Refuses to judge whether 59 is deserved,
//! which only the note can tell.

use crate::finding::{Arg, Severity};
use crate::rule;
use crate::rules::codes::codes;
use crate::rules::course::{Habits, LEAST_LINES};
use crate::rules::day::{DayLine, PatientDay};
use crate::rules::marks::{DISTINCT, Marks};
use crate::rules::place;
use crate::rules::policy::{Demand, PayerClass};
use crate::rules::rule::{DaySink, Denial, Draft, Rule, RuleMeta};
use crate::tables::Coverage;
use crate::tables::therapy::Discipline;
use crate::x12::code::{Code, Modifier, Modifiers};
use crate::x12::value::Cents;

use super::bypass;

const DENIAL: Denial = Denial { group: "CO", carc: "4", rarc: &[("N519", 0)] };

/// What is often taken for a bypass modifier.
const NO_BYPASS: [Modifier; 4] =
    [Modifier::of("76"), Modifier::of("77"), Modifier::of("22"), Modifier::of("51")];

const D59: Modifier = Modifier::of("59");
const D25: Modifier = Modifier::of("25");
const GA: Modifier = Modifier::of("GA");

/// What contradicts GA: need is attested, or there is no notice.
const AGAINST_GA: [Modifier; 2] = [Modifier::of("KX"), Modifier::of("GZ")];

/// Assessments that are evaluations in all but name: 25 is looked for on treatments only.
const ASSESSMENTS: [Code; 12] = codes([
    "92597", "92607", "92608", "92610", "92611", "92612", "92614", "92616", "96105", "96112", "96113",
    "96125",
]);

const LOOKED_AT: Marks = Marks::DISTINCT.and(Marks::OTHER_MODIFIER);

const NOT_A_BYPASS: u8 = 0;
const NOT_A_BYPASS_BY_OTHER_TABLE: u8 = 1;
const BOTH_DISTINCT: u8 = 2;
const NO_PARTNER: u8 = 3;
const CONTRADICTION: u8 = 4;
const SEPARATE_VISIT: u8 = 5;
const TWICE: u8 = 6;
const PATTERN: u8 = 7;

rule! {
    /// ## What it checks
    ///
    /// Therapy lines, with the other lines of the patient's day:
    ///
    /// - 76, 77, 22 or 51 on a line of an NCCI pair that a modifier may bypass, where neither line has one that
    ///   does: medium where the payer applies the NCCI edits, low where it may;
    /// - 59 together with XE, XS, XP or XU on one line (medium);
    /// - 59, XE, XS, XP or XU on a line whose code forms a pair with no other therapy code of the day, in any
    ///   of the NCCI tables at hand, past or present, nor by payers' lists, and stands on no other line
    ///   (info);
    /// - GA together with KX or with GZ on one line: medium for Medicare and Medicare Advantage, else low;
    /// - 25 on a treatment, which is no visit and no evaluation (medium);
    /// - 59 or an X modifier on more than four in five of the timed lines of a rendering provider with at least 20 of
    ///   them in the run (low, once);
    /// - a modifier twice on one line (medium). GP, GO and GN twice are MOD002's.
    ///
    /// Pairs are those of the date of service; where the table is of another quarter, the message says so.
    /// Codes that no table here knows are not looked at, so 59 may be there for one of them. Whether the note
    /// shows what 59 says is not looked at, nor GZ alone, which itself announces the denial. Lines without a
    /// date are of no day.
    ///
    /// ## Why payers deny it
    ///
    /// An edit is bypassed by the modifiers of the NCCI manual only. Modifiers that contradict each other, or
    /// do not go with the procedure, make the line one that cannot be priced; 59 on everything invites a
    /// review.
    ///
    /// ## Example
    ///
    /// 97140 with GP and 76 beside 97012 on one day: 76 is no bypass modifier, and the pair stands.
    ///
    /// ## How to fix
    ///
    /// Put 59, or the X modifier that fits, on the line if the note shows a separate interval, and take off
    /// what does nothing.
    ///
    /// ## Sources
    ///
    /// - `[V]` NCCI policy manual 2026 chapter I: bypass modifiers; 22, 51, 76 and 77 are none; 59 is not
    ///   reported together with an X modifier.
    /// - `[V]` NCCI tables of 2024-07-01: pairs.
    /// - `[R]` GA against KX and GZ: recalled.
    /// - `[I]` 25 on a treatment, a modifier twice, and CO-4 with N519: inferred.
    pub struct MisusedModifier {
        code: "MOD007",
        name: "misused-modifier",
        severity: Medium,
        since: "0.1.0",
        summary: "A modifier does not do what it stands there for, or contradicts another one.",
        interest: Day(Marks::THERAPY, LOOKED_AT),
        faults: [
            {
                text: "{0} does not bypass the NCCI pair with {1}",
                fix: "replace {0} by 59 or an X modifier if the note shows separate intervals, else remove a line",
                denial: Some(DENIAL),
            },
            {
                text: "{0} does not bypass the NCCI pair with {1}, table of {2} used for {3}",
                fix: "replace {0} by 59 or an X modifier if the note shows separate intervals, else remove a line",
                denial: Some(DENIAL),
            },
            {
                text: "{0} carries both 59 and {1}",
                fix: "remove 59: {1} says the same more exactly",
                denial: Some(DENIAL),
            },
            {
                text: "{0} carries {1}, and no therapy code of the day forms a pair with it",
                fix: "remove {1} unless the payer asks for it",
                denial: None,
            },
            {
                text: "{0} carries both GA and {1}, which contradict each other",
                fix: "keep GA alone if the patient signed a notice of likely denial, else take it off",
                denial: Some(DENIAL),
            },
            {
                text: "{0} carries 25, which goes with visits and evaluations",
                fix: "move 25 to the visit or evaluation, or use 59 or an X modifier",
                denial: Some(DENIAL),
            },
            {
                text: "{0} carries {1} twice",
                fix: "remove the second {1}",
                denial: Some(DENIAL),
            },
            {
                text: "{0} of {1} timed lines of this rendering provider carry 59 or an X modifier",
                fix: "keep it on lines whose note shows a separate interval; nothing to change where it does",
                denial: None,
            },
        ],
    }
}

impl Rule for MisusedModifier {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn habits(&self, habits: &Habits, line: &DayLine<'_>, out: &mut DaySink<'_>) {
        // More than four in five.
        if habits.timed_lines >= LEAST_LINES && habits.distinct_lines * 5 > habits.timed_lines * 4 {
            let args: [Arg; 2] = [habits.distinct_lines.into(), habits.timed_lines.into()];
            let draft = Draft::day_line(PATTERN, line).component(place::procedure(line.service), place::CODE);
            out.report(line, draft.severity(Severity::Low).at_risk(Cents::ZERO).args(args));
        }
    }

    fn day(&self, day: &PatientDay<'_>, out: &mut DaySink<'_>) {
        let looked_at = |l: &&DayLine<'_>| l.marks.has(Marks::THERAPY) && l.marks.any(LOOKED_AT);
        for line in day.lines.iter().filter(looked_at) {
            alone(day, line, out);
            if line.bills() {
                not_a_bypass(day, line, out);
                no_partner(day, line, out);
            }
        }
    }
}

/// What is wrong with the line's modifiers whatever else the day has.
fn alone(day: &PatientDay<'_>, line: &DayLine<'_>, out: &mut DaySink<'_>) {
    let held = |these: &[Modifier]| line.modifiers.slots().find(|(_, m)| these.contains(m));
    let mut say = |fault, slot, named: Modifier, severity| {
        let args: [Arg; 2] = [line.code.into(), named.code().into()];
        out.report(line, at(line, slot, fault).args(args).severity(severity));
    };
    if let (Some((slot, _)), Some((_, x))) = (held(&[D59]), held(&DISTINCT[1..])) {
        say(BOTH_DISTINCT, slot, x, Severity::Medium);
    }
    if let (Some((slot, _)), Some((_, other))) = (held(&[GA]), held(&AGAINST_GA)) {
        let medicare = matches!(day.policy.class, PayerClass::Medicare | PayerClass::MedicareAdvantage);
        say(CONTRADICTION, slot, other, if medicare { Severity::Medium } else { Severity::Low });
    }
    let evaluation = line.marks.any(Marks::EVALUATION.and(Marks::REEVALUATION));
    if let Some((slot, _)) = held(&[D25])
        && !evaluation
        && !ASSESSMENTS.contains(&line.code)
    {
        say(SEPARATE_VISIT, slot, D25, Severity::Medium);
    }
    if let Some((slot, twice)) = second(&line.modifiers) {
        say(TWICE, slot, twice, Severity::Medium);
    }
}

/// The second slot of a modifier that stands twice, other than a plan-of-care modifier.
fn second(modifiers: &Modifiers) -> Option<(u8, Modifier)> {
    let stands_before = |slot: u8, m: Modifier| modifiers.slots().any(|(s, other)| s < slot && other == m);
    modifiers.slots().find(|(slot, m)| {
        *m != Modifier::MALFORMED && Discipline::of_modifier(*m).is_none() && stands_before(*slot, *m)
    })
}

/// A modifier that is taken for one that bypasses the pairs of its line.
fn not_a_bypass(day: &PatientDay<'_>, line: &DayLine<'_>, out: &mut DaySink<'_>) {
    let severity = match day.policy.ncci {
        Demand::Required => Severity::Medium,
        Demand::Advised => Severity::Low,
        Demand::Off => return,
    };
    let Some((slot, taken)) = line.modifiers.slots().find(|(_, m)| NO_BYPASS.contains(m)) else { return };
    let Some((other, edit)) = bypass::open_pair(day, line) else { return };
    let fault = if edit.covered == Coverage::Covered { NOT_A_BYPASS } else { NOT_A_BYPASS_BY_OTHER_TABLE };
    let args: [Arg; 4] = [taken.code().into(), other.into(), edit.table.into(), day.date.into()];
    let draft = at(line, slot, fault).args(args).severity(severity);
    // The money is the second column's, on whichever line that is.
    out.report(line, if edit.column2 == line.code { draft } else { draft.at_risk(Cents::ZERO) });
}

/// 59 or an X modifier that sets the line apart from nothing.
fn no_partner(day: &PatientDay<'_>, line: &DayLine<'_>, out: &mut DaySink<'_>) {
    let Some((slot, distinct)) = line.modifiers.slots().find(|(_, m)| DISTINCT.contains(m)) else { return };
    let Some(facts) = line.facts else { return };
    let others = day.lines.iter().filter(|l| (l.claim, l.order) != (line.claim, line.order));
    let has_partner = others.chain(day.earlier).any(|l| l.bills() && bypass::is_partner(day, line, facts, l));
    if !has_partner {
        let args: [Arg; 2] = [line.code.into(), distinct.code().into()];
        let draft = at(line, slot, NO_PARTNER).args(args).severity(Severity::Info);
        out.report(line, draft.at_risk(Cents::ZERO));
    }
}

/// A finding at a modifier of a line.
fn at(line: &DayLine<'_>, slot: u8, fault: u8) -> Draft {
    Draft::day_line(fault, line).component(place::procedure(line.service), place::modifier(slot))
}

#[cfg(test)]
mod tests;
