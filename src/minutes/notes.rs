//! Minutes in note text (NTE02, K301): a small grammar, read strictly.
//!
//! There is no standard for minutes in notes. A note is read only if the whole of it is in the grammar:
//! statements apart by spaces, semicolons, commas, slashes or bars, each one of
//!
//! - minutes of a code: `97110=23`, `97110-59: 23`, `97112 GP 15 MIN`
//! - minutes of the line: `23 MIN`
//! - total treatment or timed minutes of the visit: `TT 53`, `TIMED 38 MIN`
//! - a clock interval: `START 0900 STOP 0938`, `IN 9:00 AM OUT 9:38 AM`
//!
//! Refuses to guess: ranges, ages, zero, more than 480 minutes, a stop before its start, a time with AM or PM
//! beside one without, and prose around a figure. Such a note is counted and not read. `97110 23` is no
//! statement either: the figure may as well be units or a modifier.

use nom::branch::alt;
use nom::bytes::complete::{take, take_while, take_while_m_n, take_while1};
use nom::combinator::{eof, map, not, opt, peek, value, verify};
use nom::error::{Error, ErrorKind};
use nom::sequence::{preceded, terminated};
use nom::{Err, IResult, Parser};

use crate::x12::code::{Code, Modifier, Modifiers};

pub use words::NoteWords;
use words::Words;

mod words;

/// The most minutes one statement may give: eight hours.
const MOST: u16 = 480;

/// Modifiers of two digits that therapy claims carry. Any other figure after a code is no modifier, so that
/// `97110 10 15 MIN` is not read as one.
const NUMERIC: [&[u8]; 10] = [b"22", b"25", b"51", b"52", b"59", b"76", b"77", b"95", b"96", b"97"];

/// One thing a note says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Statement {
    /// Minutes, without saying of what.
    Minutes(u32),
    /// Minutes of a code.
    Code { code: Code, modifiers: Modifiers, minutes: u32 },
    /// Minutes of the visit's timed codes.
    Timed(u32),
    /// Minutes of the visit.
    Treatment(u32),
    /// From and to, in minutes after midnight; `end` is after `start`.
    Clock { start: u16, end: u16 },
}

/// What came of reading a note.
pub(super) enum Reading<'a> {
    /// All of it is in the grammar: its statements, at least one.
    Minutes(Statements<'a>),
    /// It speaks of minutes, but not in the grammar.
    Unparsed,
    /// It is not about minutes.
    Nothing,
}

/// The statements of a note, in order; ends early where the text leaves the grammar.
#[derive(Clone)]
pub(super) struct Statements<'a> {
    words: &'a NoteWords,
    rest: &'a [u8],
}

type Bytes<'a> = &'a [u8];

/// Whether a note can hold minutes at all: the cheapest question, asked first.
#[inline]
pub(super) fn has_digit(note: &[u8]) -> bool {
    note.iter().any(u8::is_ascii_digit)
}

/// Reads a note.
pub(super) fn read<'a>(words: &'a NoteWords, note: &'a [u8]) -> Reading<'a> {
    if !has_digit(note) {
        return Reading::Nothing;
    }
    let statements = Statements { words, rest: note };
    let mut trial = statements.clone();
    // Read twice rather than kept: a note is short, and nothing is allocated.
    if trial.by_ref().count() > 0 && trial.rest.is_empty() {
        Reading::Minutes(statements)
    } else if speaks_of_minutes(words, note) {
        Reading::Unparsed
    } else {
        Reading::Nothing
    }
}

impl Iterator for Statements<'_> {
    type Item = Statement;

    fn next(&mut self) -> Option<Statement> {
        let at = separators(self.rest).map_or(self.rest, |(rest, _)| rest);
        self.rest = at;
        if at.is_empty() {
            return None;
        }
        let (rest, found) = terminated(|i| statement(self.words, i), end).parse(at).ok()?;
        self.rest = rest;
        Some(found)
    }
}

fn statement<'a>(words: &NoteWords, i: Bytes<'a>) -> IResult<Bytes<'a>, Statement> {
    alt((
        |i| code_minutes(words, i),
        map(|i| labelled(words, &words.treatment, i), Statement::Treatment),
        map(|i| labelled(words, &words.timed, i), Statement::Timed),
        |i| clock(words, i),
        |i| line_minutes(words, i),
    ))
    .parse(i)
}

/// `97110=23`, `97110-GP-59: 23 MIN`, `97112 GP 15 MIN`.
fn code_minutes<'a>(words: &NoteWords, i: Bytes<'a>) -> IResult<Bytes<'a>, Statement> {
    let (mut i, code) = code(i)?;
    let mut modifiers = Modifiers::default();
    let mut slots = modifiers.0.iter_mut();
    loop {
        // Minutes before modifiers: the 59 of `97110 59 MIN` is minutes.
        if let Ok((rest, minutes)) = amount(words, i) {
            return Ok((rest, Statement::Code { code, modifiers, minutes }));
        }
        let (rest, found) = modifier(words, i)?;
        match slots.next() {
            Some(slot) => *slot = found,
            None => return fail(i),
        }
        i = rest;
    }
}

/// A figure after a code: behind `=` or `:`, or before a word for minutes.
fn amount<'a>(words: &NoteWords, i: Bytes<'a>) -> IResult<Bytes<'a>, u32> {
    let told = preceded(equals, terminated(number, opt(preceded(gap, |i| words.minutes.one(i)))));
    let spoken = preceded(gap1, terminated(number, preceded(gap, |i| words.minutes.one(i))));
    alt((told, spoken)).parse(i)
}

/// `TT 53`, `TOTAL TIMED MINUTES: 38 MIN`.
fn labelled<'a>(words: &NoteWords, label: &Words, i: Bytes<'a>) -> IResult<Bytes<'a>, u32> {
    let unit = |i| opt(preceded(gap, |i| words.minutes.one(i))).parse(i);
    let head = (|i| label.one(i), unit, alt((equals, gap)));
    preceded(head, terminated(number, unit)).parse(i)
}

/// `23 MIN`.
fn line_minutes<'a>(words: &NoteWords, i: Bytes<'a>) -> IResult<Bytes<'a>, Statement> {
    let (i, minutes) = terminated(number, gap).parse(i)?;
    let (rest, ()) = words.minutes.one(i)?;
    // `45 M` is a man of 45 as often as not.
    if i.len() - rest.len() < 2 { fail(i) } else { Ok((rest, Statement::Minutes(minutes))) }
}

/// `START 0900 STOP 0938`, `TIME 9:00-9:38`, `FROM 9:00 AM TO 9:38 AM`.
fn clock<'a>(words: &NoteWords, i: Bytes<'a>) -> IResult<Bytes<'a>, Statement> {
    let colon = |i| alt((equals, gap)).parse(i);
    let dash = value((), (gap, byte(b'-'), gap));
    let word = value((), (separators, |i| words.stop.one(i), colon));
    let from = preceded((|i| words.start.one(i), colon), time);
    let (rest, ((start, said), (end, also))) = (from, preceded(alt((dash, word)), time)).parse(i)?;
    // One time with AM or PM says nothing certain of the other.
    if said != also || end <= start || end - start > MOST {
        return fail(i);
    }
    Ok((rest, Statement::Clock { start, end }))
}

/// Minutes after midnight of `HHMM`, `H:MM` or `HH:MM`, and whether AM or PM was said.
fn time(i: Bytes<'_>) -> IResult<Bytes<'_>, (u16, bool)> {
    let digits = |min, max| take_while_m_n(min, max, |b: u8| b.is_ascii_digit());
    let colon = (terminated(digits(1, 2), byte(b':')), digits(2, 2));
    let plain = (digits(2, 2), digits(2, 2));
    let (rest, (hours, minutes)) = terminated(alt((colon, plain)), peek(not(digits(1, 1)))).parse(i)?;
    let (hours, minutes) = (figure(hours), figure(minutes));
    let half = preceded(gap, terminated(take(2usize), boundary)).parse(rest);
    let half = half.ok().and_then(|(rest, word): (Bytes<'_>, Bytes<'_>)| {
        let noon = if word.eq_ignore_ascii_case(b"AM") { 0 } else { 12 };
        (noon == 0 || word.eq_ignore_ascii_case(b"PM")).then_some((rest, noon))
    });
    match half {
        _ if minutes > 59 => fail(i),
        Some((rest, noon)) if (1..=12).contains(&hours) => {
            Ok((rest, ((hours % 12 + noon) * 60 + minutes, true)))
        }
        None if hours < 24 => Ok((rest, (hours * 60 + minutes, false))),
        _ => fail(i),
    }
}

/// A procedure code of five characters: five digits, or four and a letter before or after them.
fn code(i: Bytes<'_>) -> IResult<Bytes<'_>, Code> {
    let shaped = |c: &Bytes<'_>| {
        let digit = |b: &u8| b.is_ascii_digit();
        let middle = c.iter().skip(1).take(3).all(digit);
        let (first, last) = (c.first().is_some_and(digit), c.last().is_some_and(digit));
        middle && (first || last) && c.iter().all(u8::is_ascii_alphanumeric)
    };
    map(terminated(verify(take(5usize), shaped), whole), Code::parse).parse(i)
}

/// A modifier after a dash or spaces; neither one of the words nor a figure that is no modifier.
fn modifier<'a>(words: &NoteWords, i: Bytes<'a>) -> IResult<Bytes<'a>, Modifier> {
    let lead = alt((value((), byte(b'-')), gap1));
    let shaped = |m: &Bytes<'_>| {
        m.iter().all(u8::is_ascii_alphanumeric)
            && (m.iter().any(u8::is_ascii_alphabetic) || NUMERIC.contains(m))
            && !words.lists().iter().any(|list| list.one(m).is_ok())
    };
    map(preceded(lead, terminated(verify(take(2usize), shaped), whole)), Modifier::parse).parse(i)
}

/// Minutes of 1 to [`MOST`]; not part of a range, a decimal or a longer figure.
fn number(i: Bytes<'_>) -> IResult<Bytes<'_>, u32> {
    let (rest, digits) = take_while_m_n(1, 3, |b: u8| b.is_ascii_digit()).parse(i)?;
    let cut = matches!(rest, [b'0'..=b'9' | b'-' | b'%', ..] | [b'.', b'0'..=b'9', ..]);
    match figure(digits) {
        n @ 1..=MOST if !cut => Ok((rest, u32::from(n))),
        _ => fail(i),
    }
}

/// The value of at most four digits.
fn figure(digits: &[u8]) -> u16 {
    digits.iter().take(4).fold(0, |n, b| n * 10 + u16::from(b.wrapping_sub(b'0').min(9)))
}

/// `=` or `:`, with or without spaces.
fn equals(i: Bytes<'_>) -> IResult<Bytes<'_>, ()> {
    value((), (gap, alt((byte(b'='), byte(b':'))), gap)).parse(i)
}

fn gap(i: Bytes<'_>) -> IResult<Bytes<'_>, ()> {
    value((), take_while(is_space)).parse(i)
}

fn gap1(i: Bytes<'_>) -> IResult<Bytes<'_>, ()> {
    value((), take_while1(is_space)).parse(i)
}

fn separators(i: Bytes<'_>) -> IResult<Bytes<'_>, ()> {
    value((), take_while(is_separator)).parse(i)
}

/// The end of a statement: of the text, or a separator to come.
fn end(i: Bytes<'_>) -> IResult<Bytes<'_>, ()> {
    alt((
        value((), eof),
        value((), peek(verify(take(1usize), |b: &Bytes<'_>| b.iter().all(|&b| is_separator(b))))),
    ))
    .parse(i)
}

/// No letter comes next.
fn boundary(i: Bytes<'_>) -> IResult<Bytes<'_>, ()> {
    if i.first().is_some_and(u8::is_ascii_alphabetic) { fail(i) } else { Ok((i, ())) }
}

/// No letter or digit comes next.
fn whole(i: Bytes<'_>) -> IResult<Bytes<'_>, ()> {
    if i.first().is_some_and(u8::is_ascii_alphanumeric) { fail(i) } else { Ok((i, ())) }
}

fn byte<'a>(wanted: u8) -> impl Parser<Bytes<'a>, Output = Bytes<'a>, Error = Error<Bytes<'a>>> {
    take_while_m_n(1, 1, move |b| b == wanted)
}

fn fail<T>(i: Bytes<'_>) -> IResult<Bytes<'_>, T> {
    Err(Err::Error(Error::new(i, ErrorKind::Verify)))
}

fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\r' | b'\n')
}

fn is_separator(b: u8) -> bool {
    is_space(b) || matches!(b, b';' | b',' | b'/' | b'|' | b'.')
}

/// Whether a note with digits that is not in the grammar was meant to tell minutes: a figure beside a word
/// for minutes, a word for a total, a word for a start before a time, or `CODE=N`. The word alone is not
/// enough: `MIN ASSIST`, `SEEN IN CLINIC`.
fn speaks_of_minutes(words: &NoteWords, note: &[u8]) -> bool {
    let digit =
        |i| take_while_m_n(1, 1, |b: u8| b.is_ascii_digit()).parse(i).map(|(i, _): (_, Bytes<'_>)| (i, ()));
    let mut before = b' ';
    let mut rest = note;
    while let Some((&first, next)) = rest.split_first() {
        let fresh = first.is_ascii_alphanumeric() && !before.is_ascii_alphanumeric();
        if fresh {
            let minutes_of = (|i| words.minutes.long(i), alt((equals, gap)), digit);
            let start_of = (|i| words.start.one(i), alt((equals, gap)), like_a_time);
            let code_is = (code, take_while_m_n(0, 16, may_be_modifiers), equals, digit);
            let figure = (take_while1(|b: u8| b.is_ascii_digit()), dashes, |i| words.minutes.long(i));
            let total = alt((|i| words.treatment.one(i), |i| words.timed.one(i)));
            let said = alt((
                value((), total),
                value((), minutes_of),
                value((), start_of),
                value((), code_is),
                value((), figure),
            ))
            .parse(rest);
            if said.is_ok() {
                return true;
            }
        }
        before = first;
        rest = next;
    }
    false
}

/// `9:` or three digits, be it a time or not: `IN 2 WEEKS` is about something else.
fn like_a_time(i: Bytes<'_>) -> IResult<Bytes<'_>, ()> {
    let digits = |min, max| take_while_m_n(min, max, |b: u8| b.is_ascii_digit());
    alt((value((), digits(3, 4)), value((), (digits(1, 2), byte(b':'))))).parse(i)
}

fn may_be_modifiers(b: u8) -> bool {
    matches!(b, b' ' | b'-') || b.is_ascii_alphanumeric()
}

fn dashes(i: Bytes<'_>) -> IResult<Bytes<'_>, ()> {
    value((), take_while(|b| is_space(b) || b == b'-')).parse(i)
}

#[cfg(test)]
mod tests;
