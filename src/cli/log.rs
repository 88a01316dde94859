//! What a run says on standard error: messages for people, or one JSON object a line for those who watch jobs.
//!
//! The one way to standard error. It reads the clock: results never depend on the time, but a log has to say it.
//! Every value is escaped, so that no name can begin a line of its own. Deliberately absent: anything of a claim;
//! there are names of files, counts and places of the program.

use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError, TryLockError};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;

use crate::error::display_path;
use crate::report::{Summary, safe};
use crate::scan::commit::{FileResult, Status};
use crate::scan::ledger::Past;

use super::Outcome;
use super::args::LogFormat;

/// Where messages go, and how they look.
pub(crate) struct Log {
    format: LogFormat,
    run: String,
    to: Mutex<Box<dyn Write + Send>>,
    totals: Mutex<Option<Totals>>,
}

impl Log {
    /// On standard error.
    pub(crate) fn standard_error(format: LogFormat) -> Log {
        Log::new(format, Box::new(io::stderr()))
    }

    fn new(format: LogFormat, to: Box<dyn Write + Send>) -> Log {
        // Random by the operating system; it tells runs apart and says nothing.
        let run = format!("{:016x}", RandomState::new().hash_one(std::process::id()));
        Log { format, run, to: Mutex::new(to), totals: Mutex::new(None) }
    }

    /// Whether nothing but lines of JSON may stand on standard error.
    pub(crate) fn is_json(&self) -> bool {
        self.format == LogFormat::Json
    }

    /// What went wrong.
    pub(crate) fn error(&self, message: &str) {
        self.message("error", message);
    }

    /// What somebody should know, though nothing went wrong.
    pub(crate) fn warning(&self, message: &str) {
        self.message("warning", message);
    }

    /// A command has begun.
    pub(crate) fn started(&self, command: &'static str) {
        self.event("info", "run-started", &Started { command, version: env!("CARGO_PKG_VERSION") });
    }

    /// An input is done, under the name it goes by.
    pub(crate) fn file_done(&self, name: &str, file: &FileResult) {
        let (level, status) = match file.status {
            Status::Whole => ("info", "read"),
            Status::Partial(_) => ("error", "partial"),
            Status::Unreadable(_) => ("error", "unreadable"),
            Status::Failed(_) => ("error", "failed"),
        };
        let done = FileDone {
            file: &safe::line(name),
            status,
            bytes: file.bytes,
            claims: file.claims,
            reused: file.past == Past::Reused,
            seen_before: file.past != Past::None,
        };
        self.event(level, "file-done", &done);
    }

    /// The files of a run are in place.
    pub(crate) fn written(&self, directory: &Path) {
        self.event("info", "outputs-written", &Written { directory: &display_path(directory) });
    }

    /// What a scan came to, to be said when it has ended.
    pub(crate) fn totals(&self, summary: &Summary) {
        *self.totals.lock().unwrap_or_else(PoisonError::into_inner) = Some(Totals::new(summary));
    }

    /// A command has ended.
    pub(crate) fn finished(&self, outcome: Outcome) {
        let level = if outcome <= Outcome::Findings { "info" } else { "error" };
        let totals = self.totals.lock().unwrap_or_else(PoisonError::into_inner).take();
        let finished = Finished { exit_code: outcome.code(), outcome: outcome.name(), totals };
        self.event(level, "run-finished", &finished);
    }

    /// A thread has panicked at a place of the program.
    pub(crate) fn panicked(&self, place: &str) {
        self.error(&format!("internal error at {place}; please report it"));
    }

    fn message(&self, level: &'static str, message: &str) {
        match self.format {
            LogFormat::Text => self.line(format!("claimlint: {}\n", safe::line(message)).as_bytes()),
            LogFormat::Json => self.event(level, "problem", &Problem { message: &safe::line(message) }),
        }
    }

    fn event(&self, level: &'static str, event: &'static str, body: &impl Serialize) {
        if self.format == LogFormat::Text {
            return;
        }
        let ts = rfc_3339(SystemTime::now());
        let object = Event { ts: &ts, level, run: &self.run, event, body };
        // Types of our own without maps: this cannot fail.
        if let Ok(mut line) = serde_json::to_vec(&object) {
            line.push(b'\n');
            self.line(&line);
        }
    }

    /// One line in one call, so that lines of two processes do not mix. If even that fails there is nobody left
    /// to tell.
    fn line(&self, line: &[u8]) {
        let _ = match self.to.try_lock() {
            Ok(mut to) => to.write_all(line),
            Err(TryLockError::Poisoned(to)) => to.into_inner().write_all(line),
            // Another thread writes, or this one panicked while it did. Standard error has a lock of its own.
            Err(TryLockError::WouldBlock) => io::stderr().write_all(line),
        };
    }
}

#[derive(Serialize)]
struct Event<'a, B> {
    ts: &'a str,
    level: &'static str,
    run: &'a str,
    event: &'static str,
    #[serde(flatten)]
    body: &'a B,
}

#[derive(Serialize)]
struct Started {
    command: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct FileDone<'a> {
    file: &'a str,
    status: &'static str,
    bytes: u64,
    claims: u64,
    /// Whether what was found stood in the ledger.
    #[serde(skip_serializing_if = "is_no")]
    reused: bool,
    /// Whether an earlier run read the same bytes.
    #[serde(skip_serializing_if = "is_no")]
    seen_before: bool,
}

/// What is said of few files is left out of the others.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
fn is_no(said: &bool) -> bool {
    !said
}

#[derive(Serialize)]
struct Problem<'a> {
    message: &'a str,
}

#[derive(Serialize)]
struct Written<'a> {
    directory: &'a str,
}

#[derive(Serialize)]
struct Finished {
    exit_code: u8,
    outcome: &'static str,
    #[serde(flatten)]
    totals: Option<Totals>,
}

/// The figures a job is watched by; all others stand in summary.json.
#[derive(Serialize)]
struct Totals {
    files: u64,
    files_read: u64,
    files_unreadable: u64,
    bytes: u64,
    claims: u64,
    claims_evaluated: u64,
    findings: u64,
    findings_critical: u64,
    findings_high: u64,
    problems: u64,
    balanced: bool,
}

impl Totals {
    fn new(summary: &Summary) -> Totals {
        let [.., high, critical] = summary.findings;
        Totals {
            files: summary.files.listed,
            files_read: summary.files.processed,
            files_unreadable: summary.files.unreadable,
            bytes: summary.bytes.read,
            claims: summary.claims.seen,
            claims_evaluated: summary.claims.evaluated,
            findings: summary.findings.iter().sum(),
            findings_critical: critical,
            findings_high: high,
            problems: summary.problems.len() as u64,
            balanced: summary.imbalances.is_empty(),
        }
    }
}

/// A time in UTC to the millisecond, as `2026-03-02T02:15:07.120Z`. A clock set before 1970 counts as 1970.
fn rfc_3339(time: SystemTime) -> String {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let (days, second) = (since.as_secs() / 86_400, since.as_secs() % 86_400);
    // Howard Hinnant's public description of the algorithm: years begin in March, so that the leap day is the
    // last of its year.
    let shifted = days + 719_468;
    let (era, day) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", since.subsec_millis())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::error::is_plain;
    use crate::source::trouble::Trouble;
    use crate::x12::fault::FaultCode;
    use crate::x12::value::Date;

    /// A writer whose bytes can be looked at while somebody else holds it.
    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What is logged by `log`.
    fn logged(format: LogFormat, log: impl FnOnce(&Log)) -> String {
        let to = Shared::default();
        log(&Log::new(format, Box::new(to.clone())));
        String::from_utf8(to.0.lock().unwrap().clone()).unwrap()
    }

    fn file(status: Status) -> FileResult {
        FileResult { status, bytes: 7, claims: 2, in_scope: 1, done: true, ..FileResult::default() }
    }

    #[test]
    fn a_time_is_that_of_the_calendar() {
        for (seconds, millis, want) in [
            (0, 0, "1970-01-01T00:00:00.000Z"),
            (951_782_399, 999, "2000-02-28T23:59:59.999Z"),
            (951_782_400, 0, "2000-02-29T00:00:00.000Z"),
            (951_868_800, 5, "2000-03-01T00:00:00.005Z"),
            (4_107_542_399, 0, "2100-02-28T23:59:59.000Z"),
            (4_107_542_400, 0, "2100-03-01T00:00:00.000Z"),
        ] {
            assert_eq!(rfc_3339(UNIX_EPOCH + Duration::from_millis(seconds * 1000 + millis)), want);
        }
        assert_eq!(rfc_3339(UNIX_EPOCH - Duration::from_secs(1)), "1970-01-01T00:00:00.000Z");
        // Each day of two centuries, held against the program's other calendar.
        let mut days = 0u64;
        for year in 1970..2170 {
            for month in 1..=12 {
                for day in 1..=31 {
                    let Some(date) = Date::new(year, month, day) else { continue };
                    let text = rfc_3339(UNIX_EPOCH + Duration::from_secs(days * 86_400 + 3600));
                    assert_eq!(text, format!("{date}T01:00:00.000Z"));
                    days += 1;
                }
            }
        }
    }

    #[test]
    fn people_get_messages_only_and_machines_every_event() {
        let all = |log: &Log| {
            log.started("scan");
            log.file_done("a.edi", &file(Status::Whole));
            log.file_done("b.edi", &file(Status::Partial(Trouble::new(FaultCode::MissingIea, "cut off"))));
            log.error("b.edi: cut off");
            log.warning("be careful");
            log.written(Path::new("out"));
            log.totals(&Summary { findings: [1, 2, 3, 4, 5], ..Summary::default() });
            log.finished(Outcome::NotDone);
        };
        let text = logged(LogFormat::Text, all);
        assert_eq!(text, "claimlint: b.edi: cut off\nclaimlint: be careful\n");
        let json = logged(LogFormat::Json, all);
        let lines: Vec<Value> = json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let events: Vec<_> =
            lines.iter().map(|l| (l["event"].as_str().unwrap(), l["level"].as_str().unwrap())).collect();
        let want = [
            ("run-started", "info"),
            ("file-done", "info"),
            ("file-done", "error"),
            ("problem", "error"),
            ("problem", "warning"),
            ("outputs-written", "info"),
            ("run-finished", "error"),
        ];
        assert_eq!(events, want);
        assert!(lines.iter().all(|l| l["run"] == lines[0]["run"] && l["ts"].is_string()), "{json}");
        assert_eq!((&lines[1]["file"], &lines[1]["bytes"]), (&"a.edi".into(), &7.into()));
        let last = &lines[6];
        assert_eq!(
            (&last["exit_code"], &last["findings"], &last["outcome"]),
            (&2.into(), &15.into(), &"not-done".into())
        );
    }

    proptest! {
        #[test]
        fn there_are_as_many_lines_as_events(names in prop::collection::vec(name(), 1..8)) {
            let events = 3 * names.len();
            let log = |log: &Log| for name in &names {
                log.file_done(name, &file(Status::Whole));
                log.error(name);
                log.written(Path::new(name));
            };
            let json = logged(LogFormat::Json, log);
            prop_assert_eq!(json.lines().count(), events);
            for line in json.lines() {
                prop_assert!(line.chars().all(is_plain), "{:?}", line);
                let object: Value = serde_json::from_str(line).unwrap();
                prop_assert!(object["event"].is_string() && object["ts"].is_string());
            }
            let text = logged(LogFormat::Text, log);
            prop_assert_eq!(text.lines().count(), names.len());
            prop_assert!(text.lines().all(|line| line.starts_with("claimlint: ") && line.chars().all(is_plain)));
        }
    }

    /// Names rich in what could begin a line or steer a terminal.
    fn name() -> impl Strategy<Value = String> {
        let odd = [
            "\n",
            "\r",
            "\u{2028}",
            "\u{85}",
            "\u{1b}[2J",
            "\"",
            "\\",
            "\u{202e}",
            "{\"event\":",
            "é",
            "\u{200b}",
        ];
        let piece = prop_oneof![prop::sample::select(odd.to_vec()).prop_map(str::to_owned), ".{0,4}"];
        prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }
}
