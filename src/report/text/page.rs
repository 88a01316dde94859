//! Lines of a given width: wrapped text with a hanging indent, and colours that take no room.
//!
//! Deliberately absent: what the lines are about. Text handed in must already be safe to print.

use std::fmt::Write as _;

use crate::finding::Severity;

use super::{Color, Style};

/// A blank at which no line is broken. Printable text cannot have it.
const GLUE: char = '\u{1f}';

/// What a piece of text is, for its colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ink {
    /// No colour.
    Plain,
    /// A heading.
    Head,
    /// What costs money.
    Bad,
    /// What may cost money.
    Doubt,
    /// What is good to know.
    Faint,
}

impl From<Severity> for Ink {
    fn from(severity: Severity) -> Ink {
        match severity {
            Severity::Critical | Severity::High => Ink::Bad,
            Severity::Medium => Ink::Doubt,
            Severity::Low | Severity::Info => Ink::Faint,
        }
    }
}

/// A report in the making.
pub(super) struct Page {
    text: String,
    width: usize,
    color: Color,
}

impl Page {
    pub(super) fn new(style: Style) -> Page {
        Page { text: String::new(), width: style.width.max(40), color: style.color }
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// An empty line.
    pub(super) fn blank(&mut self) {
        self.text.push('\n');
    }

    /// The heading of a section, with an empty line before it.
    pub(super) fn heading(&mut self, words: &str) {
        if !self.text.is_empty() {
            self.blank();
        }
        self.item(0, Ink::Head, words, 0, "");
    }

    /// A paragraph: the first line begins at `indent`, the others at `hang`.
    pub(super) fn para(&mut self, indent: usize, hang: usize, words: &str) {
        self.pad(indent);
        self.wrap(indent, 0, hang, words);
    }

    /// A word in colour at `indent`, then text that begins at `hang` and stays there.
    pub(super) fn item(&mut self, indent: usize, ink: Ink, word: &str, hang: usize, words: &str) {
        self.pad(indent);
        self.paint(ink, word);
        let column = indent + word.chars().count();
        if words.is_empty() {
            return self.blank();
        }
        self.wrap(column, hang.saturating_sub(column).max(1), hang, words);
    }

    /// A row of a table: cells with their widths, the first `left` of them flush left, the others right.
    pub(super) fn row(&mut self, ink: Ink, cells: &[(&str, usize)], left: usize) {
        let mut line = String::new();
        for (n, (cell, width)) in cells.iter().enumerate() {
            // Writing to a String cannot fail.
            let _ =
                if n < left { write!(line, "  {cell:<width$}") } else { write!(line, "  {cell:>width$}") };
        }
        self.paint(ink, line.trim_end());
        self.blank();
    }

    /// Puts words behind `gap` blanks from `column` on. A word wider than the line overflows it: an id is
    /// never broken, so that it can be copied.
    fn wrap(&mut self, mut column: usize, mut gap: usize, hang: usize, words: &str) {
        for word in words.split(' ') {
            let room = word.chars().count();
            if column + gap + room > self.width && column > hang {
                self.blank();
                (column, gap) = (0, hang);
            }
            self.pad(gap);
            self.text.extend(word.chars().map(|c| if c == GLUE { ' ' } else { c }));
            column += gap + room;
            gap = 1;
        }
        self.blank();
    }

    fn pad(&mut self, blanks: usize) {
        self.text.extend(std::iter::repeat_n(' ', blanks));
    }

    fn paint(&mut self, ink: Ink, words: &str) {
        let code = match ink {
            Ink::Head => "1",
            Ink::Bad => "31",
            Ink::Doubt => "33",
            Ink::Faint => "2",
            Ink::Plain => "",
        };
        if self.color == Color::Never || code.is_empty() || words.is_empty() {
            self.text.push_str(words);
        } else {
            let _ = write!(self.text, "\x1b[{code}m{words}\x1b[0m");
        }
    }
}

/// Makes text that is not long stay on one line: `ST02 0001`.
pub(super) fn together(text: &str) -> String {
    if text.chars().count() > 36 { text.to_owned() } else { text.replace(' ', &GLUE.to_string()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_wraps_under_its_own_beginning_and_words_are_never_broken() {
        let mut page = Page::new(Style { width: 40, ..Style::default() });
        page.item(2, Ink::Bad, "high", 8, "one two three four five six sevens eight");
        page.item(2, Ink::Bad, "longer-than-its-column", 8, &"x".repeat(50));
        page.para(0, 2, &format!("a  b {} c", "y".repeat(45)));
        page.para(30, 2, &format!("aaaa {}", together("ST02 0001")));
        assert_eq!(
            page.into_text(),
            format!(
                "  high  one two three four five six\n        sevens eight\n  longer-than-its-column\n        {}\na  b\n  {}\n  c\n{}aaaa\n  ST02 0001\n",
                "x".repeat(50),
                "y".repeat(45),
                " ".repeat(30)
            )
        );
    }

    #[test]
    fn colour_takes_no_room_and_is_off_when_told() {
        for (color, want) in [(Color::Never, "  high  x\n"), (Color::Always, "  \x1b[31mhigh\x1b[0m  x\n")] {
            let mut page = Page::new(Style { color, ..Style::default() });
            page.item(2, Ink::Bad, "high", 8, "x");
            assert_eq!(page.into_text(), want);
        }
    }
}
