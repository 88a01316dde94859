//! Claims as rules are shown them: read, marked and put into days, so that the rules can be measured alone. Nothing is
//! documented of them.

use claimlint::claim::assemble::{Claims, Head, Piece, PieceEnd};
use claimlint::claim::claim::Claim;
use claimlint::claim::context::Context;
use claimlint::minutes::ClaimMinutes;
use claimlint::rules::day::{Beside, ClaimRef, DayLine, PatientDay};
use claimlint::rules::marks::Marks;
use claimlint::rules::plan::Outcomes;
use claimlint::rules::policy::PolicyId;
use claimlint::rules::rule::Cx;
use claimlint::rules::waiver::Subject;
use claimlint::scan::{Ready, Setup};
use claimlint::x12::delimiters::Delimiters;

/// A claim and what the engine makes of it before any rule looks.
pub(crate) struct Shown<'s> {
    claim: Claim<'s>,
    context: Context,
    marks: Vec<Marks>,
    policy: PolicyId,
    lines: Vec<DayLine<'s>>,
}

/// The claims of a batch that has its separators from the usual delimiters.
pub(crate) fn all<'s>(setup: &'s Setup, bytes: &'s [u8]) -> Vec<Shown<'s>> {
    let ready = Ready::new(setup);
    let mut claims = Claims::new(&setup.tables.therapy, Context::default());
    let (delimiters, head, end) = (Delimiters::USUAL, Head::Isa, PieceEnd::Final);
    claims.open(&Piece { bytes, offset: 0, delimiters, head, end, odd: None });
    let (mut all, mut faults) = (Vec::new(), Vec::new());
    while let Some(lent) = claims.next_claim(&mut faults) {
        let (claim, context) = (lent.claim.clone(), lent.context.clone());
        let marks: Vec<Marks> =
            claim.lines.iter().map(|line| ready.marker.of_line(&claim, line, None)).collect();
        let of_days = claim.lines.iter().zip(&marks).filter(|(line, _)| line.facts.is_some());
        let new = |line, date, marks| {
            DayLine::new(ClaimRef::default(), &claim, (line, date), (Beside::Nothing, Beside::Nothing), marks)
        };
        let mut lines: Vec<DayLine<'_>> =
            of_days.filter_map(|(line, marks)| Some(new(line, line.date?, *marks))).collect();
        lines.sort_by_key(DayLine::rank);
        let policy = setup.policies.of(&context.payer);
        all.push(Shown { claim, context, marks, policy, lines });
    }
    all
}

/// Applies the rules about claims, lines and days to all of them. How many findings there are.
pub(crate) fn check(setup: &Setup, all: &[Shown<'_>]) -> u64 {
    let ready = Ready::new(setup);
    let (minutes, mut outcomes) = (ClaimMinutes::default(), Outcomes::default());
    let (mut of_claims, mut of_days) = (Vec::new(), Vec::new());
    let mut count = 0;
    for Shown { claim, context, marks, policy, lines } in all {
        let policy = setup.policies.get(*policy);
        let cx = Cx {
            claim,
            context,
            plans: &setup.plans,
            minutes: &minutes,
            minutes_expected: false,
            minutes_required: false,
            policy,
            tables: &setup.tables,
            marks,
            as_of: None,
        };
        setup.plan.check(&cx, &mut of_claims, &mut outcomes);
        for lines in lines.chunk_by(|a, b| a.date == b.date) {
            let day = PatientDay {
                date: lines[0].date,
                lines,
                earlier: &[],
                marks: ready.marker.of_day(lines, &[], &setup.tables),
                form: claim.form,
                policy,
                secondary: false,
                tables: &setup.tables,
                sidecar: setup.minutes.sidecar(),
            };
            let subject = |_| Subject::of(claim, context, None);
            setup.plan.check_day(&day, &subject, &mut of_days, &mut outcomes);
        }
        count += (of_claims.len() + of_days.len()) as u64;
        of_claims.clear();
        of_days.clear();
    }
    assert!(outcomes.passed > 0, "no rule looked at anything");
    count
}
