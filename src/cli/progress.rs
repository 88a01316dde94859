//! The progress bar of a scan: bytes done of all, claims a second, findings so far, time left. It goes to standard
//! error, and only to a terminal; where there is none it does nothing.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::scan::Progress;
use crate::source::input::Input;

use super::config::Config;

/// Where the sizes of all inputs are known.
const KNOWN: &str = "{bar:20} {decimal_bytes}/{decimal_total_bytes}, {msg}, {eta} left";
/// Where they are not: nobody knows how much standard input will bring.
const UNKNOWN: &str = "{spinner} {decimal_bytes}, {msg}";

/// The bar, which workers of several threads add to.
pub(crate) struct Bar {
    bar: ProgressBar,
    claims: AtomicU64,
    findings: AtomicU64,
}

impl Bar {
    /// A bar as the configuration has it: hidden, or over the inputs' bytes.
    pub(crate) fn new(config: &Config) -> Bar {
        let bar = if config.progress { visible(&config.listing.inputs) } else { ProgressBar::hidden() };
        Bar { bar, claims: AtomicU64::new(0), findings: AtomicU64::new(0) }
    }

    /// Adds what a chunk has brought.
    pub(crate) fn add(&self, done: Progress) {
        let claims = done.claims + self.claims.fetch_add(done.claims, Ordering::Relaxed);
        let findings = done.findings + self.findings.fetch_add(done.findings, Ordering::Relaxed);
        if !self.bar.is_hidden() {
            self.bar.set_message(message(claims, findings, self.bar.elapsed()));
        }
        self.bar.inc(done.bytes);
    }

    /// Takes the bar off the terminal.
    pub(crate) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

fn visible(inputs: &[Input]) -> ProgressBar {
    let total: Option<u64> = inputs.iter().map(Input::len).sum();
    let (bar, template) = match total {
        Some(total) => (ProgressBar::new(total), KNOWN),
        None => (ProgressBar::new_spinner(), UNKNOWN),
    };
    bar.with_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn message(claims: u64, findings: u64, elapsed: Duration) -> String {
    let millis = elapsed.as_millis().max(1);
    let rate = u128::from(claims) * 1000 / millis;
    let findings = if findings == 1 { "1 finding".to_owned() } else { format!("{findings} findings") };
    format!("{rate} claims/s, {findings}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_says_how_far_how_fast_and_what_was_found() {
        assert_eq!(message(30_000, 12, Duration::from_millis(1500)), "20000 claims/s, 12 findings");
        assert_eq!(message(0, 1, Duration::ZERO), "0 claims/s, 1 finding");
        for template in [KNOWN, UNKNOWN] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }

    #[test]
    fn all_is_known_only_if_each_input_is() {
        let bytes = Input::Bytes("a".to_owned(), b"ISA");
        assert_eq!(visible(&[bytes.clone(), bytes.clone()]).length(), Some(6));
        assert_eq!(visible(&[bytes, Input::Stdin]).length(), None);
    }
}
