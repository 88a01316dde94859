//! MOD008: KX and the yearly amount beyond which Medicare wants it. Refuses to take charges for allowed
//! amounts: without `--spend` or `--fees` nothing is added up.

use crate::claim::line::ServiceLine;
use crate::finding::{Arg, Severity};
use crate::rule;
use crate::rules::course::{Course, CourseLine};
use crate::rules::marks::Marks;
use crate::rules::place;
use crate::rules::policy::Demand;
use crate::rules::rule::{Cx, DaySink, Denial, Draft, FindingSink, Rule, RuleMeta};
use crate::tables::therapy::Discipline;
use crate::tables::thresholds::Thresholds;
use crate::x12::code::Modifier;
use crate::x12::value::{Cents, Quantity};

use super::plan_of_care;

const GA: Modifier = Modifier::of("GA");
const GY: Modifier = Modifier::of("GY");

const LIMIT: Denial = Denial { group: "CO", carc: "119", rarc: &[] };
const PATIENT: Denial = Denial { group: "PR", carc: "119", rarc: &[] };
const MODIFIER: Denial = Denial { group: "CO", carc: "4", rarc: &[("N519", 0)] };

const OVER: u8 = 0;
const OVER_WITH_GA: u8 = 1;
const AT_LEAST: u8 = 2;
const NO_PLAN: u8 = 3;
const WITH_GY: u8 = 4;
const FAR_BELOW: u8 = 5;
const REVIEW: u8 = 6;
const NO_TABLE: u8 = 7;

rule! {
    /// ## What it checks
    ///
    /// Medicare pays therapy beyond a yearly amount only with KX, which attests that it is medically necessary.
    /// Physical therapy and speech-language pathology share one amount, occupational therapy has its own; it is
    /// that of the year of the date of service (2018 to 2026 are known).
    ///
    /// What was allowed in the year before (`--spend`) and what the lines of the run come to by the payer's fees
    /// (`--fees`, units times the amount of a unit) are added up by date. A line that reaches beyond the amount
    /// without KX is high; where nothing is known of the year before, the run alone must reach beyond it, and
    /// that is low. Lines up to the date a spend row speaks of are taken to be in it. Without fees only what was
    /// spent before counts: charges are no allowed amounts. Beyond 3,000.00 a review is likelier: information.
    ///
    /// KX without GP, GO or GN is high where MOD001 does not say that one of them is missing, KX with GY medium. KX on a line that leaves the year below half of the
    /// amount is information: KX on everything is a pattern audits look for.
    ///
    /// ## Why payers deny it
    ///
    /// Beyond the amount a line without KX is denied as over the benefit limit; the patient owes it if a notice
    /// (GA) was given.
    ///
    /// ## Example
    ///
    /// 2,400.00 allowed up to June 2026 for physical therapy, then four units of 97110 without KX: the year comes
    /// to more than 2,480.00.
    ///
    /// ## How to fix
    ///
    /// Add KX if the record shows that the treatment is necessary. Otherwise give the patient a notice and use GA.
    ///
    /// ## Sources
    ///
    /// - `[V2]` Amounts by year: APTA and Noridian pages; 2018 `[R]`. 3,000.00 for targeted review: secondary pages.
    /// - `[V2]` CO-119, or PR-119 with GA: Noridian.
    /// - `[V2]` KX when over the Medicare threshold, with need documented: a 97112 guide with 2025 rates.
    /// - `[I]` KX with GY and KX far below the amount: inferred.
    pub struct KxThreshold {
        code: "MOD008",
        name: "kx-threshold",
        severity: High,
        since: "0.1.0",
        summary: "The year's therapy reaches beyond Medicare's amount without KX, or KX stands where it does not belong.",
        interest: Line(Marks::KX, Marks::NONE),
        faults: [
            {
                text: "no KX, and the year's allowed amounts come to {0} with this line, over {1} of {2}",
                fix: "add KX if the record shows that the treatment is necessary, else give a notice and use GA",
                denial: Some(LIMIT),
            },
            {
                text: "GA without KX, and the year's allowed amounts come to {0} with this line, over {1} of {2}",
                fix: "add KX instead of GA if the record shows that the treatment is necessary",
                denial: Some(PATIENT),
            },
            {
                text: "no KX, and the lines of this run alone come to at least {0} allowed, over {1} of {2}",
                fix: "add KX if the record shows that the treatment is necessary; give --spend to know the whole year",
                denial: Some(LIMIT),
            },
            {
                text: "{0} carries KX and none of GP, GO, GN",
                fix: "add the one of GP, GO and GN that the plan of care has",
                denial: Some(MODIFIER),
            },
            {
                text: "{0} carries KX and GY",
                fix: "remove KX from a service that is excluded by law, or remove GY",
                denial: Some(MODIFIER),
            },
            {
                text: "KX stands here, and the year's allowed amounts come to {0} with this line, far below {1} of {2}",
                fix: "leave KX off until the year's amount is reached",
                denial: None,
            },
            {
                text: "the year's allowed amounts come to {0} with this line, over {1}: targeted medical review is likelier",
                fix: "have the records of the year at hand",
                denial: None,
            },
            {
                text: "no KX amount is known for {0}: the year was not checked",
                fix: "look up the amount of the year",
                denial: None,
            },
        ],
    }
}

impl Rule for KxThreshold {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn line(&self, cx: &Cx<'_, '_>, line: &ServiceLine<'_>, out: &mut FindingSink<'_>) {
        let marks = cx.marks_of(line);
        if !marks.has(Marks::KX) || !line.is_therapy() {
            return;
        }
        // Where a line needs one of them, it is MOD001 that says it is missing.
        let told = plan_of_care::is_lacking(cx, line);
        let (fault, severity) = if line.modifiers.contains(GY) {
            (WITH_GY, Severity::Medium)
        } else if marks.has(Marks::NO_PLAN) && cx.policy.kx == Demand::Required && !told {
            (NO_PLAN, Severity::High)
        } else {
            return;
        };
        let args: [Arg; 1] = [line.procedure.into()];
        let slot = line.modifiers.slots().find(|(_, m)| *m == Modifier::of("KX")).map_or(1, |(slot, _)| slot);
        let draft = Draft::line(fault, line).component(place::procedure(line.service), place::modifier(slot));
        out.report(draft.severity(severity).args(args));
    }

    fn course(&self, course: &Course<'_>, out: &mut DaySink<'_>) {
        let counted = |l: &&CourseLine<'_>| {
            l.policy.kx == Demand::Required
                && l.line.marks.has(Marks::THERAPY)
                && (l.line.on_file.fee.is_some() || l.line.on_file.spent.is_some())
        };
        if !course.lines.iter().any(|l| counted(&l)) {
            return;
        }
        for occupational in [false, true] {
            let in_bucket = |l: &&CourseLine<'_>| {
                l.line.discipline.is_some_and(|d| (d == Discipline::Ot) == occupational)
            };
            let lines: Vec<_> = course.lines.iter().filter(counted).filter(in_bucket).collect();
            for year in lines.chunk_by(|a, b| a.line.date.year() == b.line.date.year()) {
                check_year(course, year, occupational, out);
            }
        }
    }
}

/// The lines of one year and bucket, by date.
fn check_year(course: &Course<'_>, lines: &[&CourseLine<'_>], occupational: bool, out: &mut DaySink<'_>) {
    let Some(first) = lines.first() else { return };
    let year = first.line.date.year();
    let known = u16::try_from(year).ok().and_then(|y| course.tables.thresholds.of_year(y));
    let Some(known) = known else {
        let draft = Draft::day_line(NO_TABLE, &first.line).severity(Severity::Info).at_risk(Cents::ZERO);
        out.report_for(first, draft.args([u64::from(year).into()]));
        return;
    };
    let threshold = if occupational { known.ot } else { known.pt_slp };
    let spent = lines.iter().find_map(|l| l.line.on_file.spent);
    let as_of = lines.iter().find_map(|l| l.line.on_file.spent_as_of);
    let mut total = spent.unwrap_or_default();
    let (mut told_review, mut told_below) = (total > Thresholds::REVIEW, false);
    for course_line in lines {
        let line = &course_line.line;
        let counted_before = as_of.is_some_and(|day| line.date <= day);
        if !counted_before {
            total += allowed(line.on_file.fee, line.units);
        }
        let has_kx = line.marks.has(Marks::KX);
        let mut say = |fault, severity, args: [Arg; 3]| {
            let draft = Draft::day_line(fault, line).component(place::procedure(line.service), place::CODE);
            let draft = if severity >= Severity::Low { draft } else { draft.at_risk(Cents::ZERO) };
            out.report_for(course_line, draft.severity(severity).args(args));
        };
        let sums: [Arg; 3] = [total.into(), threshold.into(), u64::from(year).into()];
        if course_line.earlier || !line.bills() || counted_before {
            continue;
        }
        match (total > threshold, has_kx, spent.is_some()) {
            (true, false, true) if line.modifiers.contains(GA) => say(OVER_WITH_GA, Severity::High, sums),
            (true, false, true) => say(OVER, Severity::High, sums),
            (true, false, false) => say(AT_LEAST, Severity::Low, sums),
            (false, true, true) if total.0 < threshold.0 / 2 && !told_below => {
                told_below = true;
                say(FAR_BELOW, Severity::Info, sums);
            }
            _ => {}
        }
        if total > Thresholds::REVIEW && !told_review {
            told_review = true;
            say(REVIEW, Severity::Info, [total.into(), Thresholds::REVIEW.into(), Arg::None]);
        }
    }
}

/// What the payer allows for the units; nothing where either is not known.
fn allowed(fee: Option<Cents>, units: Option<Quantity>) -> Cents {
    let (Some(fee), Some(units)) = (fee, units) else { return Cents::ZERO };
    let thousandths = i128::from(fee.0) * i128::from(units.0.max(0));
    Cents(i64::try_from(thousandths / 1000).unwrap_or(i64::MAX / 4))
}
