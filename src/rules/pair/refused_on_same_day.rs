//! PTP008: a pair that the payer's own policy refuses, whatever the modifiers. Refuses to call a policy current
//! that was read long ago: its date is said.

use crate::finding::Arg;
use crate::rule;
use crate::rules::day::{DayLine, PatientDay};
use crate::rules::marks::Marks;
use crate::rules::place;
use crate::rules::rule::{DaySink, Denial, Draft, Rule, RuleMeta};
use crate::x12::code::Code;

use super::ncci;

const DENIAL: Denial = Denial { group: "CO", carc: "50", rarc: &[] };

// Each has beside it the same for a policy whose date is known.
const ONE: u8 = 0;
const TWO: u8 = 2;

rule! {
    /// ## What it checks
    ///
    /// Pairs that the payer's policy lists as not paid on one day (`same_day_refused`): a line with the first code of
    /// a pair on a day of one patient, billing provider and discipline with the second, whatever the modifiers. The
    /// line with the first code is the one at risk.
    ///
    /// Built in is Aetna: 97112 with 97110 or 97530. That policy text was read on 2010-05-13 and today's was not, so
    /// the message says the date. No other payer has such pairs unless the settings give them. A pair that is listed
    /// here is reported by this rule alone.
    ///
    /// ## Why payers deny it
    ///
    /// The payer's policy calls the first service not medically necessary on a day with the second.
    ///
    /// ## Example
    ///
    /// 97112 with GP and 59 beside 97110 with GP on one day for an Aetna member.
    ///
    /// ## How to fix
    ///
    /// Look the policy up as it is today. If it still refuses the pair, bill the service that the record supports
    /// best, or ask for an exception before the claim goes out.
    ///
    /// ## Sources
    ///
    /// - `[V2]` Aetna CPB 0325 as quoted by M. Miscoe, AAPC, 2010-07-01 (accessed 2010-05-13): neuromuscular
    ///   re-education, kinetic therapy and therapeutic exercise on one day are not medically necessary. Today's text was
    ///   not read.
    /// - `[V2]` Two medical coding pages hold that 97112 beside 97110 is payable with 59, without naming this payer.
    /// - `[I]` CO-50, and that other disciplines of the day do not count: inferred.
    pub struct RefusedOnSameDay {
        code: "PTP008",
        name: "refused-on-same-day",
        severity: Medium,
        since: "0.1.0",
        summary: "The payer's own policy does not pay the code on a day with another, whatever the modifiers.",
        interest: Day(Marks::SEVERAL_LINES, Marks::NONE),
        faults: [
            {
                text: "{0} with {1} on one day: this payer's settings list the pair as refused",
                fix: "bill the one of them that the record supports best, or ask the payer first",
                denial: Some(DENIAL),
            },
            {
                text: "{0} with {1} on one day: this payer's policy, as read on {3}, refuses the pair",
                fix: "look up today's policy; if it still refuses the pair, bill the one that the record supports best",
                denial: Some(DENIAL),
            },
            {
                text: "{0} with {1} and {2} on one day: this payer's settings list both pairs as refused",
                fix: "bill the one of them that the record supports best, or ask the payer first",
                denial: Some(DENIAL),
            },
            {
                text: "{0} with {1} and {2} on one day: this payer's policy, as read on {3}, refuses both pairs",
                fix: "look up today's policy; if it still refuses the pairs, bill the one that the record supports best",
                denial: Some(DENIAL),
            },
        ],
    }
}

impl Rule for RefusedOnSameDay {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn day(&self, day: &PatientDay<'_>, out: &mut DaySink<'_>) {
        let pairs = &day.policy.same_day_refused;
        let refused = |l: &&DayLine<'_>| l.bills() && pairs.iter().any(|pair| pair.0 == l.code);
        if pairs.is_empty() || !day.lines.iter().any(|l| refused(&l)) {
            return;
        }
        let beside = |l: &&DayLine<'_>| l.bills() && pairs.iter().any(|pair| pair.1 == l.code);
        let beside = ncci::unlike(day.lines.iter().filter(beside));
        let read = day.policy.same_day_refused_read;
        for line in day.lines.iter().filter(refused) {
            let mut others = others(pairs, line, &beside);
            let Some(one) = others.next() else { continue };
            let two = others.find(|other| *other != one);
            let fault = if two.is_some() { TWO } else { ONE } + u8::from(read.is_some());
            let args: [Arg; 4] = [
                line.code.into(),
                one.into(),
                two.map_or(Arg::None, Arg::Code),
                read.map_or(Arg::None, Arg::Date),
            ];
            let draft = Draft::day_line(fault, line).component(place::procedure(line.service), place::CODE);
            out.report(line, draft.args(args));
        }
    }
}

/// The codes among those of a day beside which a line is refused, in the order the payer's policy lists them.
fn others<'p>(
    pairs: &'p [(Code, Code)],
    line: &'p DayLine<'_>,
    beside: &'p [&DayLine<'_>],
) -> impl Iterator<Item = Code> + 'p {
    let of_line = pairs.iter().filter(|pair| pair.0 == line.code && pair.1 != line.code);
    let stands = |code: &Code| beside.iter().any(|l| l.code == *code && ncci::is_one_specialty(l, line));
    of_line.map(|pair| pair.1).filter(stands)
}

#[cfg(test)]
mod tests;
