//! TIM010: a provider most of whose days are billed at the bare minimum of each code. A pattern for auditors;
//! refuses to call any single line wrong.

use crate::finding::Arg;
use crate::rule;
use crate::rules::course::{Habits, LEAST_LINES};
use crate::rules::day::DayLine;
use crate::rules::place;
use crate::rules::rule::{DaySink, Draft, Rule, RuleMeta};
use crate::x12::value::Cents;

rule! {
    /// ## What it checks
    ///
    /// For each rendering provider with at least 20 timed lines in the run: whether more than half of the days of
    /// patients are billed at the bare minimum. Such a day has one unit on each timed line, and either every line
    /// has 8 or 9 documented minutes, or four or more different codes have a unit each. It is reported once, on
    /// the provider's first line, without money. A patient's day on two claims counts twice.
    ///
    /// ## Why payers deny it
    ///
    /// No single line is wrong. Several codes at just the time one unit takes, day after day, is a pattern that
    /// audits look for: the NCCI manual says that several codes at bare minimum time may not be billed a unit each.
    ///
    /// ## Example
    ///
    /// 97110, 97112, 97140 and 97530 with one unit each for every patient on every day.
    ///
    /// ## How to fix
    ///
    /// Nothing to change on a claim whose note supports it. See whether the notes show the time of each code.
    ///
    /// ## Sources
    ///
    /// - `[V]` NCCI policy manual 2026 chapter I: several codes each at bare minimum time.
    /// - `[I]` What counts as the bare minimum, half of the days, and 20 lines are the project's own bounds.
    pub struct BareMinimumPattern {
        code: "TIM010",
        name: "bare-minimum-pattern",
        severity: Low,
        since: "0.1.0",
        summary: "Most days of a rendering provider are billed at the bare minimum of each timed code.",
        interest: Habits,
        faults: [{
            text: "{0} of {1} days of this rendering provider's patients are billed at the bare minimum of each timed code",
            fix: "see whether the notes show the time of each code; nothing to change where they do",
            denial: None,
        }],
    }
}

impl Rule for BareMinimumPattern {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn habits(&self, habits: &Habits, line: &DayLine<'_>, out: &mut DaySink<'_>) {
        if habits.timed_lines < LEAST_LINES || habits.bare_days * 2 <= habits.days {
            return;
        }
        let args: [Arg; 2] = [habits.bare_days.into(), habits.days.into()];
        let draft = Draft::day_line(0, line).component(place::procedure(line.service), place::CODE);
        out.report(line, draft.at_risk(Cents::ZERO).args(args));
    }
}
