//! `claimlint.toml`: rules, payers, receivers, note words, limits. Unknown keys and words are refused with file and
//! line.

use std::collections::BTreeMap;
use std::fs;
use std::num::NonZeroU64;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::Spanned;

use crate::claim::assemble::LONGEST_SEGMENT;
use crate::error::{Error, Result};
use crate::finding::Severity;
use crate::minutes::NoteWords;
use crate::rules::CATALOGUE;
use crate::rules::policy::Policies;
use crate::source::caps::Caps;
use crate::x12::envelope::expected::Expected;

use payers::PayerSettings;
use submission::SubmissionSettings;

mod payers;
mod submission;

/// The file as written.
#[derive(Deserialize, Debug, Default)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    pub rules: RuleSettings,
    pub notes: NoteWords,
    pub limits: LimitSettings,
    #[serde(rename = "payer")]
    payers: Vec<Spanned<PayerSettings>>,
    #[serde(rename = "submission")]
    submissions: Vec<Spanned<SubmissionSettings>>,
    #[serde(skip)]
    source: Source,
}

/// `[rules]`
#[derive(Deserialize, Debug, Default)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RuleSettings {
    pub select: Vec<Spanned<String>>,
    pub ignore: Vec<Spanned<String>>,
    pub require_minutes: bool,
    severity: BTreeMap<Spanned<String>, Spanned<String>>,
}

/// `[limits]`: what an archive may unpack to, and how long a segment may be.
#[derive(Deserialize, Debug, Default)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct LimitSettings {
    unpack_ratio: Option<NonZeroU64>,
    unpack_bytes: Option<NonZeroU64>,
    unpack_members: Option<NonZeroU64>,
    segment_bytes: Option<SegmentBytes>,
}

/// Bytes of a segment: at least 4,096, which more than one guide's longest takes.
#[derive(Deserialize, Clone, Copy, Debug)]
#[serde(try_from = "u64")]
struct SegmentBytes(usize);

impl TryFrom<u64> for SegmentBytes {
    type Error = String;

    fn try_from(bytes: u64) -> std::result::Result<SegmentBytes, String> {
        let fits = usize::try_from(bytes).ok().filter(|bytes| *bytes >= 4096);
        fits.map(SegmentBytes)
            .ok_or_else(|| format!("{bytes} bytes are too few for a segment, give 4096 or more"))
    }
}

impl LimitSettings {
    /// Bytes of a segment beyond which it is passed over.
    pub(crate) fn segment(&self) -> usize {
        self.segment_bytes.map_or(LONGEST_SEGMENT, |SegmentBytes(bytes)| bytes)
    }

    pub(crate) fn caps(&self) -> Caps {
        let usual = Caps::default();
        let or = |set: Option<NonZeroU64>, usual| set.map_or(usual, NonZeroU64::get);
        Caps {
            ratio: or(self.unpack_ratio, usual.ratio),
            bytes: or(self.unpack_bytes, usual.bytes),
            members: or(self.unpack_members, usual.members),
        }
    }
}

/// Where the settings come from, to say where a fault stands.
#[derive(Debug, Default)]
pub(super) struct Source {
    path: PathBuf,
    text: String,
}

impl Source {
    /// The text of a file.
    pub(super) fn new(path: &Path, text: String) -> Source {
        Source { path: path.to_owned(), text }
    }

    /// The text as what it is to be; the first fault is said with its line.
    pub(super) fn parse<T: DeserializeOwned>(&self) -> Result<T> {
        toml::from_str(&self.text).map_err(|error| {
            let message = error.message().trim().replace('\n', "; ");
            self.fault(error.span().unwrap_or(0..0), message)
        })
    }

    /// A fault at a place of the text.
    pub(super) fn fault(&self, at: Range<usize>, message: impl Into<String>) -> Error {
        Error::file(&self.path, self.line(&at), "", message)
    }

    /// The line of the file a place stands on, counted from 1.
    pub(super) fn line(&self, at: &Range<usize>) -> u64 {
        let before = self.text.get(..at.start).unwrap_or("");
        1 + before.bytes().filter(|b| *b == b'\n').count() as u64
    }

    /// The value that a word stands for.
    fn known<T>(&self, word: &Spanned<String>, known: &[(&str, T)]) -> Result<T>
    where
        T: Copy,
    {
        let hit = known.iter().find(|(name, _)| name == word.get_ref());
        hit.map(|(_, value)| *value).ok_or_else(|| {
            let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            let message = format!("{:?} is not known here; give one of {}", word.get_ref(), names.join(", "));
            self.fault(word.span(), message)
        })
    }
}

/// Reads a settings file.
pub(crate) fn read(path: &Path) -> Result<Settings> {
    parse(path, fs::read_to_string(path).map_err(|e| Error::io("read", path, e))?)
}

/// Reads the text of a settings file; `path` is named in faults.
pub(crate) fn parse(path: &Path, text: String) -> Result<Settings> {
    let source = Source::new(path, text);
    let settings: Settings = source.parse()?;
    Ok(Settings { source, ..settings })
}

impl Settings {
    /// An error about a word of the settings, with its place.
    pub(crate) fn fault(&self, word: &Spanned<String>, error: &Error) -> Error {
        self.source.fault(word.span(), error.to_string())
    }

    /// The file as it was read, empty without one.
    pub(crate) fn text(&self) -> &str {
        &self.source.text
    }

    /// The severities the settings fix, by rule code.
    pub(crate) fn severities(&self) -> Result<BTreeMap<String, Severity>> {
        let words = Severity::ALL.map(|severity| (severity.as_str(), severity));
        let read = |(code, word): (&Spanned<String>, &Spanned<String>)| {
            let name = code.get_ref().to_ascii_uppercase();
            if !CATALOGUE.iter().any(|r| r.meta().code == name) {
                let message = format!("there is no rule {:?}; `claimlint rules` lists them", code.get_ref());
                return Err(self.source.fault(code.span(), message));
            }
            Ok((name, self.source.known(word, &words)?))
        };
        self.rules.severity.iter().map(read).collect()
    }

    /// What receivers take.
    pub(crate) fn expected(&self) -> Result<Vec<Expected>> {
        submission::expected(&self.submissions, &self.source)
    }

    /// The payers of the settings, then the built-in ones.
    pub(crate) fn policies(&self) -> Result<Policies> {
        payers::policies(&self.payers, &self.source)
    }
}
