//! NEC001: 97112 without a diagnosis that it is for. Advice by the project's own grouping of diagnoses; refuses to
//! judge codes other than ICD-10-CM.

use crate::claim::claim::Claim;
use crate::claim::line::ServiceLine;
use crate::finding::{Arg, Severity};
use crate::rule;
use crate::rules::marks::Marks;
use crate::rules::place;
use crate::rules::rule::{Cx, Denial, Draft, FindingSink, Rule, RuleMeta};
use crate::tables::diagnoses::{Support, is_icd10};
use crate::x12::code::{Code, Modifier};
use crate::x12::value::Quantity;

const DENIAL: Denial = Denial { group: "CO", carc: "50", rarc: &[("N115", 0)] };
const MISSING: Denial = Denial { group: "CO", carc: "16", rarc: &[("M76", 0)] };

const WEAK: u8 = 0;
const NONE: u8 = 1;
const NO_DIAGNOSIS: u8 = 2;

/// Statutorily excluded: nobody asks whether it was needed.
const EXCLUDED: Modifier = Modifier::of("GY");

/// The first date of service that diagnoses are ICD-10-CM for.
const SINCE: u32 = 20_151_001;

rule! {
    /// ## What it checks
    ///
    /// The diagnoses a line of 97112 points to; on an 837I, and where no pointer fits, all diagnoses of the claim. Each
    /// is looked up by the first characters of its ICD-10-CM code in a table of this project, which sorts diagnoses
    /// into strong ones (nerves, brain, cord), moderate ones (balance, gait, coordination, weakness, instability,
    /// posture, after surgery) and weak ones (pain or a worn joint alone).
    ///
    /// A line is reported if the best it points to is weak (medium), or if nothing it points to is in the table (low;
    /// medium for Medicare and Aetna, which hold 97112 to its diagnosis). Nothing is said where any diagnosis of the
    /// claim is moderate or strong, pointed to or not: orthopaedic patients, and patients after surgery, have 97112
    /// rightly. Lines with GY are left out, and so are diagnoses before 2015-10-01 or of another code set. The
    /// message names at most four codes.
    ///
    /// ## Why payers deny it
    ///
    /// 97112 is for movement, balance, coordination, kinesthetic sense and posture. Where the diagnosis speaks of
    /// nothing like it, a reviewer asks why exercise was not enough, and takes it for not medically necessary.
    ///
    /// ## Example
    ///
    /// 97112 pointing to M5450 alone, low back pain.
    ///
    /// ## How to fix
    ///
    /// If the record has the impairment that was treated (unsteady gait, poor balance, weakness), put its code on the
    /// claim and point the line to it. If it has none, bill what was done: 97110 or 97530 as the note shows.
    ///
    /// ## Sources
    ///
    /// - `[I]` The table `diagnoses.csv` and its three strengths: the project's own grouping. No coverage article that
    ///   was read has a list for 97112 alone, so this rule never goes beyond medium.
    /// - `[V2]` Patients 97112 is for: UControl Billing, 2022-05-31; a medical coding blog, 2021-09-20; two guides to 97112.
    ///   Secondary pages; three of them name orthopaedic rehabilitation too.
    /// - `[V2]` Aetna CPB 0325 as quoted by M. Miscoe, AAPC, 2010-07-01 (accessed 2010-05-13; today's text was not read).
    /// - `[I]` Denial codes: CO-50 with N115 where a coverage determination is the reason, inferred from the code lists.
    pub struct WeakDiagnosisForReeducation {
        code: "NEC001",
        name: "weak-diagnosis-for-reeducation",
        severity: Medium,
        since: "0.1.0",
        summary: "No diagnosis of 97112 speaks of nerves, balance, movement, weakness or surgery.",
        interest: Line(Marks::REEDUCATION, Marks::NONE),
        faults: [
            {
                text: "97112 has no diagnosis beyond pain or a worn joint: {0} {1} {2} {3}",
                fix: "point 97112 to the impairment it treats if the record has one, or bill what was done",
                denial: Some(DENIAL),
            },
            {
                text: "97112 has no diagnosis that is known to need it: {0} {1} {2} {3}",
                fix: "point 97112 to the impairment it treats if the record has one, or bill what was done",
                denial: Some(DENIAL),
            },
            {
                text: "97112 on a claim without any diagnosis",
                fix: "put the diagnosis that 97112 treats on the claim and point the line to it",
                denial: Some(MISSING),
            },
        ],
    }
}

impl Rule for WeakDiagnosisForReeducation {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn line(&self, cx: &Cx<'_, '_>, line: &ServiceLine<'_>, out: &mut FindingSink<'_>) {
        let no_service = line.units == Some(Quantity::default()) || line.modifiers.contains(EXCLUDED);
        let before = line.date.is_some_and(|date| date.number() < SINCE);
        if !cx.marks_of(line).has(Marks::REEDUCATION) || no_service || before {
            return;
        }
        let support = |code: &Code| cx.tables.diagnoses.support(*code);
        if cx.claim.diagnoses.iter().filter_map(support).any(|s| s >= Support::Moderate) {
            return;
        }
        let strict = if cx.policy.necessity_strict { Severity::Medium } else { Severity::Low };
        let (fault, severity) = if of_line(cx.claim, line).any(|c| support(c).is_some()) {
            (WEAK, Severity::Medium)
        } else if of_line(cx.claim, line).next().is_some() {
            (NONE, strict)
        } else if cx.claim.diagnoses.iter().all(|c| c.is_none()) {
            (NO_DIAGNOSIS, strict)
        } else {
            // Of another code set, or not codes at all.
            return;
        };
        let mut args = [Arg::None; 4];
        args.iter_mut().zip(of_line(cx.claim, line)).for_each(|(slot, code)| *slot = (*code).into());
        let draft = Draft::line(fault, line).element(place::pointers(line.service));
        out.report(draft.args(args).severity(severity));
    }
}

/// The diagnoses of a line: those it points to, else those of the claim.
fn of_line<'c>(claim: &'c Claim<'_>, line: &'c ServiceLine<'_>) -> impl Iterator<Item = &'c Code> {
    let pointed = || {
        let codes = line.pointers.iter().filter_map(|p| claim.diagnoses.get(usize::from(*p).checked_sub(1)?));
        codes.filter(|c| is_icd10(**c))
    };
    let points = pointed().next().is_some();
    pointed().chain(claim.diagnoses.iter().filter(move |c| !points && is_icd10(**c)))
}

#[cfg(test)]
mod tests;
