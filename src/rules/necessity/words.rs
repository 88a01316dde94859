//! Words of passive modalities and of skilled treatment in free text. Says which kinds of words there are; the words
//! themselves do not leave this file.

/// A kind of words that name what takes no skill, the most telling first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub(super) enum Modality {
    Ultrasound,
    Heat,
    Ice,
    Stimulation,
    Unattended,
    Passive,
}

/// What texts of one line have said so far.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Text {
    passive: Option<Modality>,
    reeducation: bool,
    procedure: bool,
}

/// Beginnings of words of what 97112 trains.
const REEDUCATION: [&[u8]; 5] = [b"BALANC", b"PROPRIOCEP", b"GAIT", b"COORDIN", b"PNF"];

/// Beginnings of words of other timed procedures.
const PROCEDURES: [&[u8]; 11] = [
    b"EXERCIS",
    b"STRENGTH",
    b"STRETCH",
    b"MOBILI",
    b"MANUAL",
    b"MASSAGE",
    b"FUNCTION",
    b"TRANSFER",
    b"TRAIN",
    b"ACTIVIT",
    b"AMBULAT",
];

/// Words that take back the next one.
const NEGATIONS: [&[u8]; 4] = [b"NO", b"NOT", b"NON", b"WITHOUT"];

/// A word, and the byte between it and the word before it, 0 where there is more than one.
#[derive(Clone, Copy)]
struct Word<'t> {
    text: &'t [u8],
    between: u8,
}

impl Text {
    /// Reads one text for what it says of passive modalities.
    pub(super) fn read_passive(&mut self, text: &[u8]) {
        let mut before = Word { text: b"", between: 0 };
        let mut negated = false;
        for word in words(text) {
            if let Some(kind) = passive(before, word).filter(|_| !negated) {
                self.passive = Some(self.passive.map_or(kind, |known| known.min(kind)));
            }
            // The first half of a name of two words passes a negation on to the second.
            negated = NEGATIONS.iter().any(|no| is(word.text, no)) || (negated && is_half(word.text));
            before = word;
        }
    }

    /// Reads one text for what it says of skilled treatment.
    pub(super) fn read_skilled(&mut self, text: &[u8]) {
        for word in words(text) {
            let begins = |prefix: &&[u8]| starts_with(word.text, prefix);
            self.reeducation |= REEDUCATION.iter().any(begins);
            self.procedure |= PROCEDURES.iter().any(begins);
        }
    }

    /// The most telling passive word.
    pub(super) fn passive(&self) -> Option<Modality> {
        self.passive
    }

    /// Whether a word names what 97112 trains.
    pub(super) fn is_reeducation(&self) -> bool {
        self.reeducation
    }

    /// Whether a word names another timed procedure.
    pub(super) fn is_procedure(&self) -> bool {
        self.procedure
    }
}

/// What a word names, alone or with the word before it.
fn passive(before: Word<'_>, word: Word<'_>) -> Option<Modality> {
    let text = word.text;
    match text.len() {
        1 if is(text, b"S") && is(before.text, b"U") && word.between == b'/' => Some(Modality::Ultrasound),
        10 if is(text, b"ULTRASOUND") => Some(Modality::Ultrasound),
        4 if is(text, b"HEAT") => Some(Modality::Heat),
        4 | 5 if is(before.text, b"HOT") && (is(text, b"PACK") || is(text, b"PACKS")) => Some(Modality::Heat),
        7 | 8 if is(text, b"HOTPACK") || is(text, b"HOTPACKS") => Some(Modality::Heat),
        3 if is(text, b"ICE") => Some(Modality::Ice),
        5 if is(text, b"ESTIM") => Some(Modality::Stimulation),
        4 if is(text, b"STIM") && is(before.text, b"E") => Some(Modality::Stimulation),
        10 if is(text, b"UNATTENDED") => Some(Modality::Unattended),
        7 if is(text, b"PASSIVE") => Some(Modality::Passive),
        _ => None,
    }
}

fn is_half(text: &[u8]) -> bool {
    is(text, b"U") || is(text, b"E") || is(text, b"HOT")
}

/// The runs of letters and digits of a text.
fn words(text: &[u8]) -> impl Iterator<Item = Word<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = rest.iter().position(u8::is_ascii_alphanumeric)?;
        let between = if start == 1 { rest[0] } else { 0 };
        let from = &rest[start..];
        let len = from.iter().position(|b| !b.is_ascii_alphanumeric()).unwrap_or(from.len());
        rest = &from[len..];
        Some(Word { text: &from[..len], between })
    })
}

fn is(text: &[u8], word: &[u8]) -> bool {
    text.eq_ignore_ascii_case(word)
}

fn starts_with(text: &[u8], prefix: &[u8]) -> bool {
    text.get(..prefix.len()).is_some_and(|head| is(head, prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Text {
        let mut said = Text::default();
        said.read_passive(text.as_bytes());
        said.read_skilled(text.as_bytes());
        said
    }

    #[test]
    fn passive_words_are_known_as_whole_words_in_any_case() {
        use Modality::{Heat, Ice, Passive, Stimulation, Ultrasound, Unattended};
        for (text, want) in [
            ("ULTRASOUND TO SHOULDER", Some(Ultrasound)),
            ("u/s 8 min", Some(Ultrasound)),
            ("Hot pack, 10 min", Some(Heat)),
            ("HOT PACKS", Some(Heat)),
            ("HOTPACK", Some(Heat)),
            ("MOIST HEAT", Some(Heat)),
            ("ICE", Some(Ice)),
            ("E-STIM", Some(Stimulation)),
            ("E STIM", Some(Stimulation)),
            ("ESTIM,PASSIVE", Some(Stimulation)),
            ("UNATTENDED", Some(Unattended)),
            ("PASSIVE ROM", Some(Passive)),
            ("PASSIVE ROM AFTER HEAT", Some(Heat)),
            ("", None),
            ("HEATED DISCUSSION, OFFICE, SERVICE, NICE", None),
            ("US CITIZEN; U S; U-S; PACK OF NOTES; HOT DAY", None),
            ("STIMULATION OF SPEECH, ULTRASOUNDS", None),
            ("IMPASSIVE PASSIVELY", None),
            ("97112=15 MIN", None),
        ] {
            assert_eq!(read(text).passive(), want, "{text}");
        }
    }

    #[test]
    fn a_negation_takes_back_the_next_word_alone() {
        for (text, want) in [
            ("NO HEAT", None),
            ("NO HOT PACK", None),
            ("WITHOUT E-STIM", None),
            ("NON-PASSIVE", None),
            ("NO U/S", None),
            ("NO HEAT, ICE", Some(Modality::Ice)),
            ("HEAT NOT TOLERATED", Some(Modality::Heat)),
            ("NO PAIN WITH HEAT", Some(Modality::Heat)),
        ] {
            assert_eq!(read(text).passive(), want, "{text}");
        }
    }

    #[test]
    fn what_was_also_done_is_heard() {
        for (text, reeducation, procedure) in [
            ("HEAT THEN BALANCE BOARD", true, false),
            ("BALANCING", true, false),
            ("PROPRIOCEPTIVE", true, false),
            ("GAIT", true, false),
            ("GAITHER", true, false),
            ("COORDINATION", true, false),
            ("PNF PATTERNS", true, false),
            ("IMBALANCE", false, false),
            ("HEAT THEN STRETCHING", false, true),
            ("MANUAL THERAPY", false, true),
            ("THERAPEUTIC EXERCISES", false, true),
            ("HEAT", false, false),
        ] {
            let said = read(text);
            assert_eq!((said.is_reeducation(), said.is_procedure()), (reeducation, procedure), "{text}");
        }
    }

    #[test]
    fn several_texts_are_one() {
        let mut said = Text::default();
        let texts = [&b"ICE"[..], b"GAIT", b"\xff\x00ULTRASOUND"];
        texts.iter().for_each(|text| said.read_passive(text));
        assert!(!said.is_reeducation());
        texts.iter().for_each(|text| said.read_skilled(text));
        assert!(said.passive() == Some(Modality::Ultrasound) && said.is_reeducation());
    }
}
