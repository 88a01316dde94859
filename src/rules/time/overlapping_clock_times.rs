//! TIM008: one therapist, two patients, one time. Refuses to compare clock times without a therapist, or of
//! groups.

use crate::finding::Arg;
use crate::rule;
use crate::rules::course::Clash;
use crate::rules::place;
use crate::rules::rule::{DaySink, Denial, Draft, Rule, RuleMeta};

const DENIAL: Denial = Denial { group: "CO", carc: "50", rarc: &[] };

rule! {
    /// ## What it checks
    ///
    /// Clock times of the minutes file, by therapist and date, over all claims of the run: a timed line of one
    /// patient that was given while the same therapist gave a timed line to another. Both lines are reported.
    /// Lines marked as group, lines without a therapist's NPI (`therapist_id`) and lines without clock times are
    /// not compared.
    ///
    /// ## Why payers deny it
    ///
    /// Timed 15-minute codes are one-on-one. Two patients at one time are a group, which is another code, or
    /// share the minutes.
    ///
    /// ## Example
    ///
    /// 97110 for one patient from 9:00 to 9:30 and 97530 for another from 9:20 to 9:50, by one therapist.
    ///
    /// ## How to fix
    ///
    /// Correct the clock times if they are wrong. If both patients were treated together, bill 97150 for each; if
    /// the therapist went from one to the other, bill each patient only the minutes of direct contact.
    ///
    /// ## Sources
    ///
    /// - `[V2]` Pub. 100-04 chapter 5 section 20.3: only direct one-on-one time counts. Read in copies, not on cms.gov.
    /// - `[V2]` One-on-one, and a different code for groups: UControl Billing, 2022-05-31; a medical coding blog,
    ///   2021-09-20; two 97112 guides; M. Miscoe, AAPC, 2010-07-01.
    /// - `[I]` CO-50 is the likely answer, inferred from the code lists.
    pub struct OverlappingClockTimes {
        code: "TIM008",
        name: "overlapping-clock-times",
        severity: Medium,
        since: "0.1.0",
        summary: "One therapist gave timed one-on-one services to two patients at the same time.",
        interest: Clash,
        faults: [{
            text: "{0} shares {1} minutes with a timed line of another patient by the same therapist",
            fix: "correct the clock times, or bill group therapy or only the minutes of direct contact",
            denial: Some(DENIAL),
        }],
    }
}

impl Rule for OverlappingClockTimes {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn clash(&self, clash: &Clash<'_>, out: &mut DaySink<'_>) {
        for line in [clash.first, clash.second] {
            let args: [Arg; 2] = [line.code.into(), clash.minutes.into()];
            let draft = Draft::day_line(0, line).component(place::procedure(line.service), place::CODE);
            out.report(line, draft.args(args));
        }
    }
}
