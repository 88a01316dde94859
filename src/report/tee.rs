//! Several formats in one pass.

use std::io;

use super::{Entry, Report, Summary};

/// Formats that all see the same run, called in their order.
///
/// The first error of a call is returned, but only after every format had its turn: a closed pipe on the
/// terminal must not cost the files.
#[derive(Default)]
pub struct Reports<'w>(pub Vec<Box<dyn Report + 'w>>);

impl<'w> Reports<'w> {
    /// Adds a format.
    pub fn push(&mut self, report: impl Report + 'w) {
        self.0.push(Box::new(report));
    }

    fn each(&mut self, mut call: impl FnMut(&mut dyn Report) -> io::Result<()>) -> io::Result<()> {
        let mut first = Ok(());
        for report in &mut self.0 {
            first = first.and(call(report.as_mut()));
        }
        first
    }
}

impl Report for Reports<'_> {
    fn begin(&mut self) -> io::Result<()> {
        self.each(|report| report.begin())
    }

    fn entry(&mut self, entry: &Entry<'_>) -> io::Result<()> {
        self.each(|report| report.entry(entry))
    }

    fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        self.each(|report| report.finish(summary))
    }

    fn shows_marks(&self) -> bool {
        self.0.iter().any(|report| report.shows_marks())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::report::sample;

    /// Notes each call under its name; fails if told to.
    struct Probe<'l>(&'static str, bool, &'l RefCell<Vec<String>>);

    impl Probe<'_> {
        fn note(&self, call: &str) -> io::Result<()> {
            self.2.borrow_mut().push(format!("{}.{call}", self.0));
            if self.1 { Err(io::Error::other(self.0)) } else { Ok(()) }
        }
    }

    impl Report for Probe<'_> {
        fn begin(&mut self) -> io::Result<()> {
            self.note("begin")
        }
        fn entry(&mut self, _: &Entry<'_>) -> io::Result<()> {
            self.note("entry")
        }
        fn finish(&mut self, _: &Summary) -> io::Result<()> {
            self.note("finish")
        }
    }

    #[test]
    fn a_format_that_fails_does_not_cost_the_others_and_is_not_forgotten() {
        let log = RefCell::new(Vec::new());
        let mut all = Reports::default();
        for (name, fails) in [("a", false), ("b", true), ("c", true), ("d", false)] {
            all.push(Probe(name, fails, &log));
        }
        let batch = sample::batch();
        let results = [all.begin(), all.entry(&batch.entries()[0]), all.finish(&batch.summary)];
        for result in results {
            assert_eq!(result.unwrap_err().to_string(), "b");
        }
        let expected: Vec<String> = ["begin", "entry", "finish"]
            .iter()
            .flat_map(|call| ["a", "b", "c", "d"].map(|name| format!("{name}.{call}")))
            .collect();
        assert_eq!(*log.borrow(), expected);
    }
}
