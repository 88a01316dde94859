//! What a rule has found: plain data, no lifetime into the file, no text until a report asks for it.
//!
//! Deliberately absent: element content. A finding holds codes, numbers and dates; who the patient is or
//! what a note says cannot get into one.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::position::Position;
use crate::x12::code::{Code, Modifiers};
use crate::x12::value::{Cents, Date, Quantity};

/// How likely a fault is to cost money.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[repr(u8)]
pub enum Severity {
    /// No denial follows; good to know.
    Info,
    /// Advice.
    Low,
    /// Depends on the payer or on the record.
    Medium,
    /// Denial is probable.
    High,
    /// A sure reject, or denial of the whole line by rule.
    Critical,
}

impl Severity {
    /// From the least to the worst.
    pub const ALL: [Severity; 5] =
        [Severity::Info, Severity::Low, Severity::Medium, Severity::High, Severity::Critical];

    /// The severity as a word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
            Severity::Critical => "critical",
        }
    }

    /// Reads the word back.
    pub fn named(word: &str) -> Option<Severity> {
        Severity::ALL.into_iter().find(|s| s.as_str() == word)
    }

    /// One step milder; `info` stays `info`.
    pub const fn milder(self) -> Severity {
        match self {
            Severity::Critical => Severity::High,
            Severity::High => Severity::Medium,
            Severity::Medium => Severity::Low,
            Severity::Low | Severity::Info => Severity::Info,
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A figure a message speaks of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Arg {
    /// Nothing.
    #[default]
    None,
    /// A procedure, modifier or diagnosis code, or a short word of our own.
    Code(Code),
    /// Units of service.
    Units(Quantity),
    /// Minutes, lines, segments: anything counted.
    Count(u64),
    /// Money.
    Money(Cents),
    /// A date.
    Date(Date),
}

impl fmt::Display for Arg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Arg::None => Ok(()),
            Arg::Code(code) => code.fmt(f),
            Arg::Units(units) => units.fmt(f),
            Arg::Count(n) => n.fmt(f),
            Arg::Money(cents) => cents.fmt(f),
            Arg::Date(date) => date.fmt(f),
        }
    }
}

impl From<Code> for Arg {
    fn from(code: Code) -> Arg {
        Arg::Code(code)
    }
}
impl From<Quantity> for Arg {
    fn from(units: Quantity) -> Arg {
        Arg::Units(units)
    }
}
impl From<u64> for Arg {
    fn from(n: u64) -> Arg {
        Arg::Count(n)
    }
}
impl From<u32> for Arg {
    fn from(n: u32) -> Arg {
        Arg::Count(u64::from(n))
    }
}
impl From<Cents> for Arg {
    fn from(cents: Cents) -> Arg {
        Arg::Money(cents)
    }
}
impl From<Date> for Arg {
    fn from(date: Date) -> Arg {
        Arg::Date(date)
    }
}

/// What money at risk is counted in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Basis {
    /// What was charged (SV102, SV203).
    #[default]
    Charge,
    /// What the payer allows, by a fee file.
    Allowed,
}

impl Basis {
    /// The basis as a word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Basis::Charge => "charge",
            Basis::Allowed => "allowed",
        }
    }
}

/// A rule's place in the catalogue of this build.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct RuleId(pub u16);

/// Whether a waiver of the site takes a finding out of the count. The number is the waiver's place in their file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Waived {
    /// No waiver fits it.
    #[default]
    No,
    /// This one does, and holds.
    By(u16),
    /// This one would, had it not ended; the finding counts.
    Ended(u16),
    /// This one would, were it known which day counts; the finding counts.
    Undated(u16),
}

/// One finding.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Finding {
    /// The rule.
    pub rule: RuleId,
    /// Which of the rule's faults (index into its list): the message, the fix and the likely denial.
    pub fault: u8,
    /// How bad it is here.
    pub severity: Severity,
    /// Whether the whole claim is at risk, not just the line.
    pub whole_claim: bool,
    /// LX01 of the line; 0 if the finding is not about one line.
    pub line: u32,
    /// Order of the line within the claim, counted from 1; 0 if the finding is not about one line.
    pub order: u32,
    /// The line's procedure code, where the finding is about a line.
    pub procedure: Code,
    /// The line's modifiers.
    pub modifiers: Modifiers,
    /// The line's units, where they are a number.
    pub units: Option<Quantity>,
    /// Where it stands.
    pub position: Position,
    /// The line's control number (REF*6R) as a checksum, to know the line again by; 0 where it has none.
    pub control: u32,
    /// Date of service, where there is one.
    pub date: Option<Date>,
    /// Money at risk by this finding alone.
    pub at_risk: Cents,
    /// What it is counted in.
    pub basis: Basis,
    /// Whether a waiver takes it out of the count.
    pub waived: Waived,
    /// The figures of the message.
    pub args: [Arg; 4],
}

impl Finding {
    /// Its money at risk as if it were alone: low and info findings put none at risk.
    pub fn money(&self) -> Cents {
        if self.severity >= Severity::Medium { self.at_risk.max(Cents::ZERO) } else { Cents::ZERO }
    }

    /// Whether it is of a level or worse, and counts: nobody answers for it.
    pub fn counts_from(&self, level: Severity) -> bool {
        self.severity >= level && !self.is_waived()
    }

    /// Whether it is taken out of the count.
    #[inline]
    pub fn is_waived(&self) -> bool {
        matches!(self.waived, Waived::By(_))
    }

    /// A finding about no line of a claim, with no money at risk.
    pub fn bare(rule: RuleId, severity: Severity, position: Position, args: [Arg; 4]) -> Finding {
        Finding {
            rule,
            fault: 0,
            severity,
            whole_claim: false,
            line: 0,
            order: 0,
            procedure: Code::NONE,
            modifiers: Modifiers::default(),
            units: None,
            position,
            control: 0,
            date: None,
            at_risk: Cents::ZERO,
            basis: Basis::Charge,
            waived: Waived::No,
            args,
        }
    }
}

/// Fills a message's `{0}` to `{3}` with a finding's figures. Figures that are not there leave no blanks at its end.
pub fn fill(template: &str, args: &[Arg; 4]) -> String {
    let mut out = String::with_capacity(template.len() + 16);
    fill_into(&mut out, template, args);
    out
}

/// As [`fill`], appended to a buffer that can be used again.
pub fn fill_into(out: &mut String, template: &str, args: &[Arg; 4]) {
    use fmt::Write as _;
    let from = out.len();
    for piece in pieces(template) {
        match piece {
            Piece::Text(text) => out.push_str(text),
            // Writing to a String cannot fail.
            Piece::Figure(n) => _ = args.get(n).map(|arg| write!(out, "{arg}")),
        }
    }
    out.truncate(from + out[from..].trim_end_matches(' ').len());
}

/// A piece of a message's template.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Piece<'t> {
    /// Stands as it is.
    Text(&'t str),
    /// The place of a figure among those of the finding.
    Figure(usize),
}

/// The pieces of a message's template, in their order.
pub fn pieces(template: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = template;
    std::iter::from_fn(move || {
        let (piece, len) = match rest.as_bytes() {
            [] => return None,
            [b'{', digit @ b'0'..=b'3', b'}', ..] => (Piece::Figure(usize::from(digit - b'0')), 3),
            // A bracket that is not one of a figure is text.
            [b'{', ..] => (Piece::Text(&rest[..1]), 1),
            text => {
                let len = memchr::memchr(b'{', text).unwrap_or(text.len());
                (Piece::Text(&rest[..len]), len)
            }
        };
        rest = &rest[len..];
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_filled_with_its_figures() {
        let args =
            [Code::of("97110").into(), Quantity::whole(4).into(), 38u32.into(), Quantity::whole(3).into()];
        assert_eq!(
            fill("{0} billed {1} units, {2} documented minutes support {3}", &args),
            "97110 billed 4 units, 38 documented minutes support 3"
        );
        assert_eq!(fill("{9} {x {", &args), "{9} {x {");
        let few = [Code::of("M5450").into(), Arg::None, Arg::None, Arg::None];
        assert_eq!(fill("diagnoses: {0} {1} {2} {3}", &few), "diagnoses: M5450");
    }

    #[test]
    fn severities_have_words_and_an_order() {
        for s in Severity::ALL {
            assert_eq!(Severity::named(s.as_str()), Some(s));
            assert!(s.milder() <= s);
        }
        assert!(Severity::Critical > Severity::High);
    }
}
