//! What may be printed of a file's name: the name, made safe, or with `--redact-filenames` an alias.
//!
//! File names are chosen by people and often hold theirs. An alias is the kind of the file and its place in the
//! list (`input-3`, `minutes-1`), the same in every output of a run. With aliases, a name nobody has listed gets
//! one as well: nothing is printed because somebody forgot it. Deliberately absent: names of what the run
//! writes and of the settings; those are the site's own.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::error::{Error, display_path};

/// Names of inputs and sidecar files.
#[derive(Debug, Default)]
pub(crate) struct Names(Option<Mutex<Aliases>>);

#[derive(Debug, Default)]
struct Aliases {
    of: HashMap<String, String>,
    counts: HashMap<String, u64>,
}

impl Aliases {
    fn of(&mut self, kind: &str, name: &str) -> String {
        if let Some(alias) = self.of.get(name) {
            return alias.clone();
        }
        let count = self.counts.entry(kind.to_owned()).or_default();
        *count += 1;
        let alias = format!("{kind}-{count}");
        self.of.insert(name.to_owned(), alias.clone());
        alias
    }

    /// A name that was not listed: a member of an archive that was, or else an input nobody thought of.
    fn unlisted(&mut self, name: &str) -> String {
        let archive = name.match_indices('!').find_map(|(at, _)| self.of.get(&name[..at]).cloned());
        match archive {
            Some(archive) if !self.of.contains_key(name) => self.of(&format!("{archive}!member"), name),
            _ => self.of("input", name),
        }
    }
}

impl Names {
    /// Names as they are.
    pub(crate) fn plain() -> Names {
        Names(None)
    }

    /// Aliases.
    pub(crate) fn aliases() -> Names {
        Names(Some(Mutex::default()))
    }

    /// Whether names are replaced.
    pub(crate) fn are_aliases(&self) -> bool {
        self.0.is_some()
    }

    /// Lists a file under its kind; what was listed before keeps its alias.
    pub(crate) fn list(&self, kind: &str, name: &str) {
        if let Some(mut aliases) = self.lock() {
            // No file is behind it.
            if name != STANDARD_INPUT {
                aliases.of(kind, name);
            }
        }
    }

    /// What may be printed of a name that is safe to print.
    pub(crate) fn name<'n>(&self, name: &'n str) -> Cow<'n, str> {
        match self.lock() {
            Some(mut aliases) if name != STANDARD_INPUT => Cow::Owned(aliases.unlisted(name)),
            _ => Cow::Borrowed(name),
        }
    }

    /// What may be printed of a path.
    pub(crate) fn path(&self, path: &Path) -> String {
        self.name(&display_path(path)).into_owned()
    }

    /// What may be printed of an error about an input or a sidecar file.
    pub(crate) fn error(&self, error: &Error) -> String {
        match error.path() {
            Some(path) if self.are_aliases() => self.message(&error.told_of(&self.path(path))),
            _ => error.to_string(),
        }
    }

    /// What may be printed of a message that may hold names of listed files.
    ///
    /// A name counts where it stands between blanks and punctuation, the longest first; so a file called `a` does
    /// not cost every word its letter.
    pub(crate) fn message(&self, message: &str) -> String {
        let Some(aliases) = self.lock() else { return message.to_owned() };
        let mut out = String::new();
        let mut rest = message;
        let mut fresh = true;
        while let Some(c) = rest.chars().next() {
            let ends = rest.char_indices().map(|(at, _)| at).chain([rest.len()]).rev();
            let hit = ends
                .filter(|at| fresh && *at > 0 && rest[*at..].chars().next().is_none_or(is_between))
                .find_map(|at| aliases.of.get(&rest[..at]).map(|alias| (at, alias)));
            match hit {
                Some((len, alias)) => {
                    out.push_str(alias);
                    rest = &rest[len..];
                    fresh = false;
                }
                None => {
                    out.push(c);
                    rest = &rest[c.len_utf8()..];
                    fresh = is_between(c);
                }
            }
        }
        out
    }

    fn lock(&self) -> Option<MutexGuard<'_, Aliases>> {
        self.0.as_ref().map(|aliases| aliases.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// How the engine calls standard input, which is no file.
const STANDARD_INPUT: &str = "(standard input)";

/// Whether a name may begin behind the character, or end before it.
fn is_between(c: char) -> bool {
    c.is_whitespace() || matches!(c, ':' | ';' | ',' | '(' | ')' | '"' | '`' | '\'' | '!')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_unless_aliases_are_asked_for() {
        let names = Names::plain();
        names.list("input", "a.edi");
        assert_eq!(names.path(Path::new("b\n.edi")), "b\\n.edi");
        assert_eq!(names.message("a.edi: cut off"), "a.edi: cut off");
    }

    #[test]
    fn an_alias_is_kind_and_place_and_stays() {
        let names = Names::aliases();
        for (kind, name) in [
            ("input", "doe.edi"),
            ("input", "in/doe jane.edi"),
            ("minutes", "doe.csv"),
            ("input", "doe.edi"),
            ("input", "doe.zip"),
        ] {
            names.list(kind, name);
        }
        for (name, alias) in [
            ("doe.edi", "input-1"),
            ("in/doe jane.edi", "input-2"),
            ("doe.csv", "minutes-1"),
            ("doe.zip", "input-3"),
            ("doe.zip!jane.edi", "input-3!member-1"),
            ("doe.zip!jim.edi", "input-3!member-2"),
            ("doe.zip!jane.edi", "input-3!member-1"),
            ("never-listed.edi", "input-4"),
            ("(standard input)", "(standard input)"),
        ] {
            assert_eq!(names.name(name), alias);
        }
    }

    #[test]
    fn a_message_keeps_its_words_and_loses_its_names() {
        let names = Names::aliases();
        for name in ["a", "doe.edi", "in/doe jane.edi", "in/doe"] {
            names.list("input", name);
        }
        for (message, want) in [
            ("cannot read in/doe jane.edi: permission denied", "cannot read input-3: permission denied"),
            ("doe.edi: cut off after a claim", "input-2: cut off after input-1 claim"),
            ("the same bytes as `in/doe`, which was read", "the same bytes as `input-4`, which was read"),
            ("(doe.edi)", "(input-2)"),
            ("doe.edit and redoe.edi are others", "doe.edit and redoe.edi are others"),
            ("", ""),
        ] {
            assert_eq!(names.message(message), want);
        }
        let error = Error::io("read", "doe.edi", std::io::Error::other("gone"));
        assert_eq!(names.error(&error), "cannot read input-2: gone");
        let error = Error::file("new.csv", 7, "minutes", "`5x` is not one");
        assert_eq!(names.error(&error), "input-5:7, column minutes: `5x` is not one");
        assert_eq!(names.error(&Error::usage("doe.edi")), "doe.edi", "flags are as they were typed");
    }
}
