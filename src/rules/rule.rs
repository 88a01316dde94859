//! What a rule is: its metadata, its three entry points, and the sink it reports through.

use crate::claim::claim::{Claim, Place};
use crate::claim::context::Context;
use crate::claim::line::ServiceLine;
use crate::finding::{Arg, Basis, Finding, RuleId, Severity, Waived};
use crate::minutes::{ClaimMinutes, LineMinutes};
use crate::position::{ElementRef, Position, Tag};
use crate::sidecar::Plans;
use crate::tables::Tables;
use crate::x12::code::{Code, Modifiers};
use crate::x12::value::{Cents, Date, Quantity};

use super::course::{Clash, Course, CourseLine, Habits, ProviderDay};
use super::day::{ClaimRef, DayLine, PatientDay};
use super::marks::Marks;
use super::policy::Policy;
use super::waiver::Subject;

/// What a rule wants to see. Dispatch trusts it: a rule is called for nothing else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Interest {
    /// Every claim.
    Claim,
    /// Claims with at least one line whose code is always or sometimes therapy.
    TherapyClaim,
    /// Lines that have all marks of the first set and, unless it is empty, any of the second.
    Line(Marks, Marks),
    /// Days of a patient, across the claims of the run, whose lines together have all marks of the first set
    /// and, unless it is empty, any of the second.
    Day(Marks, Marks),
    /// A patient's course over all claims of the run and of earlier files.
    Course,
    /// Two patients treated by one therapist at one time.
    Clash,
    /// A rendering provider's day over all patients.
    ProviderDay,
    /// What a rendering provider's lines have in common.
    Habits,
    /// Reported by the reader itself: syntax, envelope, hierarchy.
    Syntax,
}

/// A likely denial: claim adjustment group code, CARC, and RARCs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Denial {
    /// `CO`, `PR` or `OA`.
    pub group: &'static str,
    /// Claim adjustment reason code.
    pub carc: &'static str,
    /// Remittance advice remark codes, the likeliest first, each with the first date of service it is used
    /// for (CCYYMMDD, 0 if always).
    pub rarc: &'static [(&'static str, u32)],
}

impl Denial {
    /// The denial as `CO-4`.
    pub fn carc_text(&self) -> String {
        format!("{}-{}", self.group, self.carc)
    }

    /// The likeliest remark code in use on a date of service; the empty text if there is none.
    pub fn rarc_on(&self, date: Option<Date>) -> &'static str {
        let day = date.map_or(u32::MAX, Date::number);
        self.rarc.iter().find(|(_, since)| day >= *since).map_or("", |(code, _)| code)
    }
}

/// One thing a rule can find: what is said, what to do, what the payer is likely to answer.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    /// The evidence, lower-case, no full stop at the end; `{0}` to `{3}` stand for the figures.
    pub text: &'static str,
    /// An instruction, lower-case, no full stop at the end; may have the placeholders of the text.
    pub fix: &'static str,
    /// The likely denial, if one follows.
    pub denial: Option<Denial>,
}

/// What is known of a rule without running it.
#[derive(Clone, Copy, Debug)]
pub struct RuleMeta {
    /// Three letters and three digits, forever; family X12 has a dash and the diagnostic's number.
    pub code: &'static str,
    /// Names the fault in kebab-case.
    pub name: &'static str,
    /// Severity where the payer does not change it.
    pub severity: Severity,
    /// Version that brought the rule.
    pub since: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// The rule's page, in Markdown.
    pub explanation: &'static str,
    /// What it can find.
    pub faults: &'static [Fault],
    /// What it wants to see.
    pub interest: Interest,
}

impl RuleMeta {
    /// `TIM`, `MOD`, `X12`: the first three characters of the code.
    pub fn family(&self) -> &'static str {
        self.code.get(..3).unwrap_or(self.code)
    }
}

/// Everything a rule may look at for one claim.
pub struct Cx<'c, 'a> {
    /// The claim.
    pub claim: &'c Claim<'a>,
    /// What it inherits: billing provider, payer.
    pub context: &'c Context,
    /// Plans of care (`--plans`).
    pub plans: &'c Plans,
    /// Documented minutes, one entry a line in the claim's order.
    pub minutes: &'c ClaimMinutes,
    /// Whether the run has documented minutes to offer: a sidecar file was given.
    pub minutes_expected: bool,
    /// Whether the run requires documented minutes of every timed line.
    pub minutes_required: bool,
    /// What the payer wants.
    pub policy: &'c Policy,
    /// Dated facts.
    pub tables: &'c Tables,
    /// What each line has that a rule may ask for, in the claim's order.
    pub marks: &'c [Marks],
    /// The day the run is made for, if it names one.
    pub as_of: Option<Date>,
}

impl Cx<'_, '_> {
    /// What waivers ask about the claim. The day is the run's, else that on which its transaction set was made.
    pub fn subject(&self) -> Subject<'_> {
        Subject::of(self.claim, self.context, self.as_of)
    }

    /// The marks of a line of the claim.
    #[inline]
    pub fn marks_of(&self, line: &ServiceLine<'_>) -> Marks {
        self.marks.get((line.order as usize).wrapping_sub(1)).copied().unwrap_or_default()
    }

    /// What is documented of a line of the claim.
    #[inline]
    pub fn minutes_of(&self, line: &ServiceLine<'_>) -> LineMinutes {
        self.minutes.lines.get((line.order as usize).wrapping_sub(1)).copied().unwrap_or_default()
    }
}

/// A rule of the catalogue.
pub trait Rule: Sync {
    /// Its metadata.
    fn meta(&self) -> &'static RuleMeta;
    /// Checks a claim as a whole.
    fn claim(&self, _cx: &Cx<'_, '_>, _out: &mut FindingSink<'_>) {}
    /// Checks one service line.
    fn line(&self, _cx: &Cx<'_, '_>, _line: &ServiceLine<'_>, _out: &mut FindingSink<'_>) {}
    /// Checks a patient's day.
    fn day(&self, _day: &PatientDay<'_>, _out: &mut DaySink<'_>) {}
    /// Checks a patient's course. A rule of another interest may look at courses too.
    fn course(&self, _course: &Course<'_>, _out: &mut DaySink<'_>) {}
    /// Checks two lines given at one time.
    fn clash(&self, _clash: &Clash<'_>, _out: &mut DaySink<'_>) {}
    /// Checks a provider's day.
    fn provider_day(&self, _day: &ProviderDay<'_>, _out: &mut DaySink<'_>) {}
    /// Checks a provider's habits; `line` is the provider's first in the input, to report them on.
    fn habits(&self, _habits: &Habits, _line: &DayLine<'_>, _out: &mut DaySink<'_>) {}
}

/// A finding in the making. Starts with what is usual, says what is not.
#[derive(Clone, Copy, Debug)]
pub struct Draft {
    fault: u8,
    severity: Option<Severity>,
    whole_claim: bool,
    line: u32,
    order: u32,
    procedure: Code,
    modifiers: Modifiers,
    units: Option<Quantity>,
    position: Position,
    control: u32,
    date: Option<Date>,
    at_risk: Cents,
    args: [Arg; 4],
}

impl Draft {
    /// About a line: the whole charge of the line at risk, at its service segment.
    pub fn line(fault: u8, line: &ServiceLine<'_>) -> Draft {
        Draft {
            line: line.number,
            order: line.order,
            procedure: line.procedure,
            modifiers: line.modifiers,
            units: line.units,
            control: line.control_checksum(),
            date: line.date,
            at_risk: line.charge_or_zero(),
            ..Draft::at(fault, line.place, line.service)
        }
    }

    /// About a claim: no money at risk unless said, at CLM.
    pub fn claim(fault: u8, claim: &Claim<'_>) -> Draft {
        Draft { date: claim.first_date(), ..Draft::at(fault, claim.place, Tag::of(b"CLM")) }
    }

    /// About a line of a patient's day.
    pub fn day_line(fault: u8, line: &DayLine<'_>) -> Draft {
        Draft {
            line: line.number,
            order: line.order,
            procedure: line.code,
            modifiers: line.modifiers,
            units: line.units,
            control: line.control,
            date: Some(line.date),
            at_risk: line.charge,
            ..Draft::at(fault, line.place, line.service)
        }
    }

    /// At a segment, about no line, without money.
    fn at(fault: u8, place: Place, tag: Tag) -> Draft {
        Draft {
            fault,
            severity: None,
            whole_claim: false,
            line: 0,
            order: 0,
            procedure: Code::NONE,
            modifiers: Modifiers::default(),
            units: None,
            position: Position { byte: place.byte, segment: place.segment, at: ElementRef::segment(tag) },
            control: 0,
            date: None,
            at_risk: Cents::ZERO,
            args: [Arg::None; 4],
        }
    }

    /// Points at an element of the segment.
    pub fn element(mut self, element: u8) -> Draft {
        self.position.at.element = element;
        self
    }

    /// Points at a component of the segment.
    pub fn component(mut self, element: u8, component: u8) -> Draft {
        (self.position.at.element, self.position.at.component) = (element, component);
        self
    }

    /// A severity other than the rule's own.
    pub fn severity(mut self, severity: Severity) -> Draft {
        self.severity = Some(severity);
        self
    }

    /// The money at risk, where it is not the line's charge.
    pub fn at_risk(mut self, at_risk: Cents) -> Draft {
        self.at_risk = at_risk;
        self
    }

    /// The whole claim is returned, not just the line.
    pub fn whole_claim(mut self) -> Draft {
        self.whole_claim = true;
        self
    }

    /// The figures of the message, in the order of its placeholders.
    pub fn args<const N: usize>(mut self, args: [Arg; N]) -> Draft {
        for (slot, arg) in self.args.iter_mut().zip(args) {
            *slot = arg;
        }
        self
    }

    pub(crate) fn into_finding(self, rule: RuleId, own: Severity, adjust: Adjust) -> Finding {
        let mut severity = self.severity.unwrap_or(own);
        if adjust.secondary {
            severity = severity.milder();
        }
        Finding {
            rule,
            fault: self.fault,
            severity: adjust.fixed.unwrap_or(severity),
            whole_claim: self.whole_claim,
            line: self.line,
            order: self.order,
            procedure: self.procedure,
            modifiers: self.modifiers,
            units: self.units,
            position: self.position,
            control: self.control,
            date: self.date,
            at_risk: self.at_risk,
            basis: Basis::Charge,
            waived: Waived::No,
            args: self.args,
        }
    }
}

/// What changes a severity behind the rule's back.
#[derive(Clone, Copy, Debug, Default)]
pub struct Adjust {
    /// The settings fix the severity of the rule.
    pub fixed: Option<Severity>,
    /// The payer is secondary or tertiary and not Medicare: the primary payer's rules come first.
    pub secondary: bool,
}

/// Takes the findings of one rule on one claim.
pub struct FindingSink<'s> {
    pub(crate) rule: RuleId,
    pub(crate) own: Severity,
    pub(crate) adjust: Adjust,
    pub(crate) out: &'s mut Vec<Finding>,
}

impl FindingSink<'_> {
    /// Reports a finding.
    pub fn report(&mut self, draft: Draft) {
        self.out.push(draft.into_finding(self.rule, self.own, self.adjust));
    }
}

/// Takes the findings of one rule on a patient's day.
pub struct DaySink<'s> {
    pub(crate) rule: RuleId,
    pub(crate) own: Severity,
    pub(crate) adjust: Adjust,
    /// Whether a primary payer's say comes first.
    pub(crate) by_payer: bool,
    pub(crate) out: &'s mut Vec<(ClaimRef, Finding)>,
}

impl DaySink<'_> {
    /// Reports a finding about one of the day's lines.
    pub fn report(&mut self, line: &DayLine<'_>, draft: Draft) {
        self.out.push((line.claim, draft.into_finding(self.rule, self.own, self.adjust)));
    }

    /// As [`DaySink::report`], where lines of a course go to different payers.
    pub fn report_for(&mut self, line: &CourseLine<'_>, draft: Draft) {
        let adjust = Adjust { secondary: line.secondary && self.by_payer, ..self.adjust };
        self.out.push((line.line.claim, draft.into_finding(self.rule, self.own, adjust)));
    }
}

/// Defines a rule's type and metadata. The doc comment is the rule's page.
#[macro_export]
macro_rules! rule {
    (
        $(#[doc = $doc:literal])*
        pub struct $type:ident {
            code: $code:literal,
            name: $name:literal,
            severity: $severity:ident,
            since: $since:literal,
            summary: $summary:literal,
            interest: $interest:ident $(($all:expr, $any:expr))?,
            faults: [$({ text: $text:literal, fix: $fix:literal, denial: $denial:expr $(,)? }),+ $(,)?] $(,)?
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug)]
        pub struct $type;

        impl $type {
            /// The rule's metadata.
            pub const META: $crate::rules::rule::RuleMeta = $crate::rules::rule::RuleMeta {
                code: $code,
                name: $name,
                severity: $crate::finding::Severity::$severity,
                since: $since,
                summary: $summary,
                explanation: concat!($($doc, "\n"),*),
                faults: &[$($crate::rules::rule::Fault { text: $text, fix: $fix, denial: $denial }),+],
                interest: $crate::rules::rule::Interest::$interest $(($all, $any))?,
            };
        }
    };
}
