//! The words the note grammar is read by, and how they are set.
//!
//! Refuses words with figures or marks in them: the grammar reads those itself, beside the words.

use nom::IResult;
use serde::Deserialize;

use super::{Bytes, boundary, fail, is_space};

/// The words notes are read by, case-blind; a site sets its own spellings under `[notes]`.
///
/// A list that is set replaces the default; an empty one turns its form off.
///
/// ```
/// let words: claimlint::minutes::NoteWords = toml::from_str(r#"timed = ["OOO", "ONE ON ONE"]"#)?;
/// assert_ne!(words, claimlint::minutes::NoteWords::default());
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NoteWords {
    /// After a figure: minutes. One of a single letter counts only after a code or a total.
    pub(super) minutes: Words,
    /// Before a figure: minutes of the whole visit.
    pub(super) treatment: Words,
    /// Before a figure: minutes of the visit's timed codes.
    pub(super) timed: Words,
    /// Before the first clock time.
    pub(super) start: Words,
    /// Between two clock times; a dash always may stand there.
    pub(super) stop: Words,
}

impl Default for NoteWords {
    fn default() -> NoteWords {
        NoteWords {
            minutes: Words::of(&["MIN", "M", "MINS", "MINUTE", "MINUTES"]),
            treatment: Words::of(&[
                "TT",
                "TTT",
                "TOTAL TREATMENT",
                "TOTAL TREATMENT TIME",
                "TX TIME",
                "TREAT TIME",
            ]),
            timed: Words::of(&["TTM", "TIMED", "TOTAL TIMED"]),
            start: Words::of(&["TIME", "START", "IN", "FROM"]),
            stop: Words::of(&["TO", "STOP", "END", "OUT", "THRU"]),
        }
    }
}

/// A list of words or phrases, capital letters, the longest first.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(try_from = "Vec<String>")]
pub(super) struct Words(Vec<String>);

impl NoteWords {
    /// All lists.
    pub(super) fn lists(&self) -> [&Words; 5] {
        [&self.minutes, &self.treatment, &self.timed, &self.start, &self.stop]
    }
}

impl Words {
    fn of(words: &[&str]) -> Words {
        let mut words: Vec<String> = words.iter().map(|w| w.to_ascii_uppercase()).collect();
        words.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
        words.dedup();
        Words(words)
    }

    /// One of the words, as a whole.
    pub(super) fn one<'a>(&self, i: Bytes<'a>) -> IResult<Bytes<'a>, ()> {
        let found = self.0.iter().find_map(|word| phrase(word.as_bytes(), i));
        found.map_or_else(|| fail(i), |rest| Ok((rest, ())))
    }

    /// One of the words that has more than one letter.
    pub(super) fn long<'a>(&self, i: Bytes<'a>) -> IResult<Bytes<'a>, ()> {
        self.one(i).and_then(|(rest, ())| if i.len() - rest.len() > 1 { Ok((rest, ())) } else { fail(i) })
    }
}

impl TryFrom<Vec<String>> for Words {
    type Error = &'static str;

    fn try_from(words: Vec<String>) -> Result<Words, &'static str> {
        let plain = |w: &String| {
            (1..=40).contains(&w.len())
                && w.split(' ').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphabetic()))
        };
        if words.len() > 64 || !words.iter().all(plain) {
            return Err(
                "a list holds up to 64 words of letters, single spaces between them; figures are read beside them",
            );
        }
        Ok(Words::of(&words.iter().map(String::as_str).collect::<Vec<_>>()))
    }
}

/// What follows `word` at the head of `i`; one space of the word stands for any number of them.
fn phrase<'a>(word: &[u8], mut i: Bytes<'a>) -> Option<Bytes<'a>> {
    for &wanted in word {
        let (&first, rest) = i.split_first()?;
        if wanted == b' ' {
            if !is_space(first) {
                return None;
            }
            i = rest.trim_ascii_start();
        } else if first.eq_ignore_ascii_case(&wanted) {
            i = rest;
        } else {
            return None;
        }
    }
    boundary(i).ok().map(|(i, ())| i)
}
