//! The form of the built-in data files: comment lines, one line of column names, then rows. No field of theirs
//! has a comma or a quote in it.

use crate::x12::value::Date;

/// The rows of a data file.
pub(super) fn rows(data: &'static str) -> impl Iterator<Item = &'static str> {
    data.lines().filter(|l| !l.starts_with('#')).skip(1)
}

/// An optional field: the outer `None` is one that cannot be read.
#[expect(clippy::option_option, reason = "absent and malformed are two things")]
pub(super) fn optional<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    if text.is_empty() { Some(None) } else { read(text).map(Some) }
}

/// An optional date.
#[expect(clippy::option_option, reason = "absent and malformed are two things")]
pub(super) fn date(text: &str) -> Option<Option<Date>> {
    optional(text, Date::parse_iso)
}

/// Whether a field is one of the marks that say how sure a row is: read at the source, read at second hand,
/// recalled, inferred.
pub(super) fn is_mark(text: &str) -> bool {
    matches!(text, "V" | "V2" | "R" | "I")
}
