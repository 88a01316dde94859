//! `[[submission]]` of `claimlint.toml`: what the receiver of a file takes beyond the standard.

use serde::Deserialize;
use toml::Spanned;

use crate::error::Result;
use crate::x12::envelope::expected::Expected;
use crate::x12::fault::FaultCode;
use crate::x12::text::Text;

use super::Source;

/// What one receiver takes, as written.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct SubmissionSettings {
    /// ISA08; without any, every receiver that no table before names.
    #[serde(default)]
    receivers: Vec<Spanned<String>>,
    claims_per_transaction: Option<Spanned<u32>>,
    interchanges: Option<Spanned<String>>,
    duplicate_interchange: Option<Spanned<String>>,
    duplicate_days: Option<Spanned<u32>>,
    line_breaks: Option<Spanned<String>>,
    non_ascii: Option<Spanned<String>>,
    trailing_separators: Option<Spanned<String>>,
    usage: Option<Spanned<String>>,
}

/// What receivers take, in the order of the file.
pub(super) fn expected(tables: &[Spanned<SubmissionSettings>], source: &Source) -> Result<Vec<Expected>> {
    let mut all: Vec<Expected> = Vec::new();
    for table in tables {
        let expected = table.get_ref().expected(source)?;
        if all.iter().any(|before| before.receivers.is_empty()) {
            let message = "the table before is for every receiver, so this one is never used; put it last";
            return Err(source.fault(table.span(), message));
        }
        all.push(expected);
    }
    Ok(all)
}

impl SubmissionSettings {
    fn expected(&self, source: &Source) -> Result<Expected> {
        let mut receivers = Vec::new();
        for word in &self.receivers {
            let id = word.get_ref().trim();
            if id.is_empty() || id.len() > 15 {
                return Err(source.fault(word.span(), "a receiver is 1 to 15 characters, as ISA08 has it"));
            }
            receivers.push(Text::new(id.as_bytes()));
        }
        let claims = self.claims_per_transaction.as_ref();
        if let Some(zero) = claims.filter(|n| *n.get_ref() == 0) {
            return Err(source.fault(zero.span(), "give the most claims a transaction set may have, from 1"));
        }
        let days = self.duplicate_days.as_ref();
        if let Some(zero) = days.filter(|n| *n.get_ref() == 0) {
            return Err(
                source.fault(zero.span(), "give for how many days an interchange is remembered, from 1")
            );
        }
        let usage = self.usage.as_ref().map(|w| source.known(w, &[("P", b'P'), ("T", b'T')])).transpose()?;
        let mut refused = Vec::new();
        let wishes = [
            (&self.interchanges, ("one", "any"), FaultCode::SeveralInterchanges),
            (&self.duplicate_interchange, ("refused", "accepted"), FaultCode::DuplicateInterchange),
            (&self.line_breaks, ("refused", "accepted"), FaultCode::LineBreaks),
            (&self.non_ascii, ("refused", "accepted"), FaultCode::NonAscii),
            (&self.trailing_separators, ("refused", "accepted"), FaultCode::TrailingSeparators),
        ];
        for (word, (no, yes), code) in wishes {
            let Some(word) = word else { continue };
            if source.known(word, &[(no, true), (yes, false)])? {
                refused.push(code);
            }
        }
        let claims_per_transaction = claims.map(|n| u64::from(*n.get_ref()));
        let duplicate_days = days.map(|n| *n.get_ref());
        Ok(Expected { receivers, claims_per_transaction, usage, duplicate_days, refused })
    }
}
