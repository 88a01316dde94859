//! CLM001: an 837I line whose revenue code names another discipline than its modifier. Does not ask which of
//! the two is right, unless the code itself tells.

use crate::claim::claim::Form;
use crate::claim::line::ServiceLine;
use crate::finding::{Arg, Severity};
use crate::rule;
use crate::rules::marks::Marks;
use crate::rules::policy::{Demand, PayerClass};
use crate::rules::rule::{Cx, Denial, Draft, FindingSink, Rule, RuleMeta};
use crate::tables::therapy::Discipline;
use crate::x12::value::Date;

use super::bill;

const DENIAL: Denial = Denial { group: "CO", carc: "199", rarc: &[("M50", 0)] };

/// The first date of service the Medicare edit is made for.
const EDITED_FROM: Option<Date> = Date::new(2011, 4, 1);

/// The element of the revenue code: SV201.
const REVENUE: u8 = 1;

const MISMATCH: u8 = 0;
const WRONG_REVENUE: u8 = 1;

rule! {
    /// ## What it checks
    ///
    /// On an 837I, revenue code 042x goes with GP, 043x with GO and 044x with GN. A line with one of these
    /// revenue codes and another one's modifier is reported at the revenue code: critical where the payer
    /// insists on the modifiers (Medicare, Medicare Advantage, VA and other federal payers, UnitedHealthcare,
    /// Anthem) and the date of service is 2011-04-01 or later, high where the payer may ask for them, medium
    /// where it does not.
    ///
    /// Lines without a modifier are left to MOD001, with two of them to MOD002. A modifier that contradicts a
    /// code of one discipline, such as 97161 with GO, is MOD003's: there the modifier is the fault. Other
    /// revenue codes and inpatient types of bill 11x and 21x are not looked at.
    ///
    /// ## Why payers deny it
    ///
    /// Revenue code and modifier name two plans of care. Medicare returns the claim before it is priced.
    ///
    /// ## Example
    ///
    /// `SV2*0420*HC:97530:GO*60*UN*1~`: 0420 is physical therapy, GO occupational therapy.
    ///
    /// ## How to fix
    ///
    /// Look under which plan of care the service was given, and correct the one of the two that differs.
    ///
    /// ## Sources
    ///
    /// - `[V2]` CMS Transmittal 2091, MM7170: the pairing, edited from April 2011. Read on mmplusinc.com, not
    ///   on cms.gov.
    /// - `[I]` Payers other than Medicare, and dates before: inferred.
    /// - `[I]` CO-199 with M50 where the claim is not returned: inferred from the code lists.
    pub struct RevenueCodeMismatch {
        code: "CLM001",
        name: "revenue-code-mismatch",
        severity: Critical,
        since: "0.1.0",
        summary: "Revenue code and plan-of-care modifier of an institutional line name different disciplines.",
        interest: Line(Marks::INSTITUTIONAL.and(Marks::ONE_PLAN), Marks::NONE),
        faults: [
            {
                text: "revenue code {0} goes with {1}, the line carries {2}",
                fix: "correct the revenue code or the modifier: both name the discipline of the plan of care",
                denial: Some(DENIAL),
            },
            {
                text: "revenue code {0} goes with {1}, the line carries {2}",
                fix: "correct the revenue code to that of {2}, with which alone {3} is billed",
                denial: Some(DENIAL),
            },
        ],
    }
}

impl Rule for RevenueCodeMismatch {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn line(&self, cx: &Cx<'_, '_>, line: &ServiceLine<'_>, out: &mut FindingSink<'_>) {
        if cx.claim.form != Form::Institutional || !cx.marks_of(line).has(Marks::ONE_PLAN) {
            return;
        }
        let Some(by_revenue) = Discipline::of_revenue(line.revenue) else { return };
        let Some(by_modifier) = Discipline::of_modifiers(&line.modifiers) else { return };
        if by_revenue == by_modifier || bill::is_inpatient(cx.claim) {
            return;
        }
        let fault = match line.facts.and_then(|f| f.only) {
            Some(only) if only != by_modifier => return,
            Some(_) => WRONG_REVENUE,
            None => MISMATCH,
        };
        let severity = match cx.policy.plan_modifier {
            _ if line.date.is_some_and(|date| Some(date) < EDITED_FROM) => Severity::Medium,
            Demand::Required => Severity::Critical,
            Demand::Advised => Severity::High,
            Demand::Off => Severity::Medium,
        };
        let [expected, carried] = [by_revenue, by_modifier].map(|d| d.modifier().code());
        let args: [Arg; 4] = [line.revenue.into(), expected.into(), carried.into(), line.procedure.into()];
        let draft = Draft::line(fault, line).element(REVENUE).args(args).severity(severity);
        let returned = cx.policy.class == PayerClass::Medicare && severity == Severity::Critical;
        out.report(if returned { draft.whole_claim() } else { draft });
    }
}
