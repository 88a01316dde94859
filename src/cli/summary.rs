//! Counts and sums of a run, gathered from the engine's totals and from the findings as they pass.

use std::collections::BTreeMap;
use std::path::Path;

use crate::claim::claim::NotEvaluated;
use crate::error::display_path;
use crate::finding::{Finding, RuleId, Severity};
use crate::minutes::FileKind;
use crate::report::{
    Bytes, Claims, Equation, Files, Input, InputStatus, Lines, MinutesTotal, Money, NotChecked, Redaction,
    RuleTotal, Segments, SidecarTotal, Summary, TableTotal, UnitsTotal,
};
use crate::risk::Risk;
use crate::rules::CATALOGUE;
use crate::rules::time::timed_units_exceed_minutes::{TimedUnitsExceedMinutes, units_of};
use crate::rules::x12::rule_of;
use crate::scan::Setup;
use crate::scan::commit::{RowUse, Status};
use crate::scan::ledger::Past;
use crate::scan::results::Results;
use crate::source::list::Duplicate;
use crate::source::list::Listing;
use crate::source::twins::OnDuplicate;
use crate::tables::{Setting, Tables};
use crate::x12::code::Code;
use crate::x12::fault::FaultCode;
use crate::x12::value::{Cents, Date};

use super::config::Config;
use super::redact::Key;

/// Sums over the findings.
pub(crate) struct Sums {
    rules: Vec<RuleTotal>,
    findings: [u64; 5],
    claims_by_worst: [u64; 5],
    with_findings: u64,
    set_aside: u64,
    at_risk: u64,
    sure: Cents,
    possible: Cents,
    /// Lines with more units than their minutes support, by procedure code.
    units: BTreeMap<Code, UnitsTotal>,
    /// The rule that finds them.
    exceeding: Option<usize>,
    /// Rules of the claim at hand.
    seen: Vec<RuleId>,
}

impl Sums {
    pub(crate) fn new() -> Sums {
        let rules = (0u16..)
            .zip(CATALOGUE)
            .map(|(n, _)| RuleTotal {
                rule: RuleId(n),
                findings: 0,
                claims: 0,
                worst: Severity::Info,
                at_risk: Cents::ZERO,
            })
            .collect();
        Sums {
            rules,
            findings: [0; 5],
            claims_by_worst: [0; 5],
            with_findings: 0,
            set_aside: 0,
            at_risk: 0,
            sure: Cents::ZERO,
            possible: Cents::ZERO,
            units: BTreeMap::new(),
            exceeding: CATALOGUE.iter().position(|r| r.meta().code == TimedUnitsExceedMinutes::META.code),
            seen: Vec::new(),
        }
    }

    /// Adds the findings of a claim that count, none if they are all set aside, or findings without a claim.
    pub(crate) fn add(&mut self, is_claim: bool, findings: &[Finding], risk: &Risk) {
        self.seen.clear();
        for finding in findings {
            self.findings[finding.severity as usize] += 1;
            let Some(total) = self.rules.get_mut(usize::from(finding.rule.0)) else { continue };
            total.findings += 1;
            if Some(usize::from(finding.rule.0)) == self.exceeding
                && let Some((billed, supported)) = units_of(finding)
            {
                let procedure = finding.procedure;
                let new = UnitsTotal { procedure, lines: 0, billed: 0, supported: 0 };
                let total = self.units.entry(procedure).or_insert(new);
                total.lines += 1;
                total.billed += billed;
                total.supported += supported;
            }
            total.worst = total.worst.max(finding.severity);
            total.at_risk += finding.money();
            if is_claim && !self.seen.contains(&finding.rule) {
                self.seen.push(finding.rule);
                total.claims += 1;
            }
        }
        if is_claim {
            self.with_findings += 1;
            self.set_aside += u64::from(findings.is_empty());
            self.at_risk += u64::from(risk.total() > Cents::ZERO);
            self.sure += risk.sure;
            self.possible += risk.possible;
            if let Some(worst) = risk.worst {
                self.claims_by_worst[worst as usize] += 1;
            }
        }
    }

    /// Puts the sums into the summary.
    pub(crate) fn into_summary(self, summary: &mut Summary) {
        summary.rules = self.rules.into_iter().filter(|r| r.findings > 0).collect();
        summary.findings = self.findings;
        summary.units = self.units.into_values().collect();
        summary.claims_by_worst = self.claims_by_worst;
        summary.claims.clean = summary.claims.evaluated.saturating_sub(self.with_findings);
        (summary.claims.set_aside, summary.claims.at_risk) = (self.set_aside, self.at_risk);
        (summary.money.sure, summary.money.possible) = (self.sure, self.possible);
    }
}

/// What is known before the findings are passed on.
pub(crate) fn of_results(config: &Config, results: &Results) -> Summary {
    let totals = &results.totals;
    let (counts, stats, tally) = (&totals.counts, &totals.stats, &totals.counts.tally);
    let segments = &counts.segments;
    let batch = &results.files[..results.first_earlier];
    let unreadable =
        batch.iter().filter(|f| matches!(f.status, Status::Unreadable(_) | Status::Failed(_))).count() as u64;
    let past = |past| batch.iter().filter(|f| f.past == past).count() as u64;
    let listing = &config.listing;
    let skipped = (listing.skipped.len() + listing.duplicates.len() + results.skipped.len()) as u64;
    let unlisted = listing.unread.len() as u64;
    let listed = batch.len() as u64;
    Summary {
        files: Files {
            listed: listed + skipped + unlisted,
            processed: listed - unreadable,
            skipped,
            unreadable: unreadable + unlisted,
            reused: past(Past::Reused),
            seen_before: past(Past::Seen),
        },
        bytes: Bytes {
            read: totals.bytes,
            segments: tally.segment_bytes,
            terminators: tally.terminators,
            blanks: tally.blank_bytes,
            padding: tally.padding_bytes,
            skipped: tally.skipped_bytes,
        },
        segments: Segments {
            read: tally.segments,
            envelope: segments.envelope,
            service: segments.service,
            context: segments.context,
            claim: segments.claim,
            line: segments.line,
            unrecognised: segments.unrecognised,
            empty: segments.empty,
            out_of_scope: segments.out_of_scope,
        },
        interchanges: totals.interchanges,
        groups: totals.groups,
        transactions: totals.transactions,
        claim_transactions: totals.in_scope,
        out_of_scope: totals.out_of_scope.iter().map(|(set, n)| (set.to_string(), *n)).collect(),
        claims: Claims {
            seen: counts.claims_seen,
            evaluated: stats.evaluated,
            not_evaluated: NotEvaluated::ALL
                .into_iter()
                .map(|r| (r.as_str(), counts.claims_not_evaluated[r as usize]))
                .filter(|(_, n)| *n > 0)
                .collect(),
            clean: 0,
            set_aside: 0,
            at_risk: 0,
            hierarchy_suspect: stats.suspect,
            envelope_suspect: totals.suspect_envelope,
        },
        lines: Lines {
            seen: counts.lines_seen,
            therapy: stats.therapy_lines,
            other: stats.other_lines,
            not_evaluated: counts.lines_not_evaluated,
            timed: stats.timed_lines,
            documented: stats.documented_lines,
        },
        money: Money { charged: stats.charged, lines: stats.line_charges, ..Money::default() },
        not_checked: not_checked(config, results),
        minutes: minutes(config, results),
        sidecars: sidecars(config, results),
        tables: tables(config),
        inputs: inputs(config, results),
        problems: problems(config, results),
        account: account(config, results),
        account_held: {
            let held = &results.account.held;
            [held.transactions, held.groups, held.interchanges, held.files]
        },
        redaction: redaction(config),
        imbalances: results.imbalances.clone(),
        ..Summary::default()
    }
}

/// The equations of the account; that of files counts those of the listing too, which the engine never sees.
fn account(config: &Config, results: &Results) -> Vec<Equation> {
    let equations = results.account.equations.iter().map(|e| {
        let (mut total, mut parts) = (e.total, e.parts.clone());
        if e.name == "files" {
            let Listing { skipped, duplicates, unread, .. } = &config.listing;
            let skipped = (skipped.len() + results.skipped.len()) as i128;
            let (duplicates, unread) = (duplicates.len() as i128, unread.len() as i128);
            total += skipped + duplicates + unread;
            parts.extend([("skipped", skipped), ("duplicate", duplicates), ("not_listed", unread)]);
        }
        Equation { name: e.name, total, parts, holds: e.holds() }
    });
    equations.collect()
}

/// What is not printed as it is.
fn redaction(config: &Config) -> Option<Redaction> {
    let key_id = config.key.as_ref().map(Key::id);
    let file_names = config.names.are_aliases();
    (key_id.is_some() || file_names).then_some(Redaction { key_id, file_names })
}

/// Every input with what became of it.
fn inputs(config: &Config, results: &Results) -> Vec<Input> {
    let read = results.files.iter().map(|file| {
        let (status, why) = match &file.status {
            Status::Whole if file.earlier => (InputStatus::Earlier, None),
            Status::Whole => (InputStatus::Read, file.remark.as_ref()),
            Status::Partial(why) => (InputStatus::Partial, Some(why)),
            Status::Unreadable(why) => (InputStatus::Unreadable, Some(why)),
            Status::Failed(why) => (InputStatus::Failed, Some(why)),
        };
        Input {
            file: config.names.name(&file.name).into_owned(),
            bytes: file.bytes,
            file_bytes: Some(file.file_bytes),
            container: file.container.clone(),
            offsets: file.offsets.clone(),
            link: file.link.as_ref().map(|link| config.names.name(link).into_owned()),
            sha256: file.sha256,
            status,
            code: why.map(|why| code(why.code)),
            reason: why.map(|why| config.names.message(&why.message)),
        }
    });
    let unread = |file: String, status, reason: String| Input {
        file,
        status,
        reason: Some(reason),
        ..Input::default()
    };
    let listing = &config.listing;
    let skipped = listing
        .skipped
        .iter()
        .map(|(path, why)| unread(config.names.path(path), InputStatus::Skipped, config.names.message(why)))
        .chain(results.skipped.iter().map(|(name, why)| {
            unread(config.names.name(name).into_owned(), InputStatus::Skipped, (*why).to_owned())
        }));
    let twins = listing.duplicates.iter().map(|twin| Input {
        sha256: Some(twin.sha256),
        code: Some(code(FaultCode::DuplicateFile)),
        ..unread(
            config.names.path(&twin.path),
            InputStatus::Skipped,
            config.names.message(&same_content(twin)),
        )
    });
    let unlisted = listing.unread.iter().map(|listed| Input {
        code: listed.code.map(code),
        ..unread(
            config.names.path(&listed.path),
            InputStatus::Unreadable,
            config.names.message(&listed.message),
        )
    });
    read.chain(skipped).chain(twins).chain(unlisted).collect()
}

/// Why a file with the same bytes as another is not read.
fn same_content(twin: &Duplicate) -> String {
    format!("same content as another file, read once; it is {}", twin.of)
}

/// The code of a fault as the catalogue has it.
fn code(fault: FaultCode) -> &'static str {
    CATALOGUE.get(usize::from(rule_of(fault).0)).map_or("", |rule| rule.meta().code)
}

fn minutes(config: &Config, results: &Results) -> MinutesTotal {
    let rows = config.setup.minutes.sidecar().len() as u64;
    let strays = |as_what| results.stray_rows.iter().filter(|(_, used)| *used == as_what).count() as u64;
    let (unmatched, ambiguous) = (strays(RowUse::Unmatched), strays(RowUse::Ambiguous));
    MinutesTotal { rows, matched: rows - unmatched - ambiguous, unmatched, ambiguous }
}

/// The sidecar files given, by kind, in the order of their flags.
fn sidecars(config: &Config, results: &Results) -> Vec<SidecarTotal> {
    let setup = &config.setup;
    let documented = setup.minutes.sidecar();
    let kinds = [
        ("minutes", documented.tally(FileKind::Minutes)),
        ("visits", documented.tally(FileKind::Visits)),
        ("plans", setup.plans.tally()),
        ("spend", setup.spend.tally()),
        ("fees", setup.fees.tally()),
    ];
    kinds
        .into_iter()
        .filter(|(_, tally)| tally.is_given())
        .map(|(kind, tally)| SidecarTotal {
            kind,
            files: tally.files,
            rows: tally.rows,
            faulty_rows: tally.faulty,
        })
        .chain((!setup.history.is_empty()).then(|| SidecarTotal {
            kind: "history",
            files: setup.history.len() as u64,
            rows: results.earlier.stats.evaluated,
            faulty_rows: results.earlier.counts.claims_not_evaluated.iter().sum(),
        }))
        .collect()
}

/// The dated tables of the run.
fn tables(config: &Config) -> Vec<TableTotal> {
    let tables = &config.setup.tables;
    let dated = |name, setting: Setting, table: Option<Date>| {
        let read = config
            .table_sources
            .iter()
            .filter(|s| s.limits == (name == "mue") && s.setting == setting.name());
        let files: Vec<String> = read.map(|s| display_path(Path::new(&s.file))).collect();
        table.map(|table| TableTotal { name, setting: setting.name(), table, files })
    };
    let pairs = Setting::ALL.map(|setting| dated("pairs", setting, tables.pairs.newest(setting)));
    let limits = Setting::ALL.map(|setting| dated("mue", setting, tables.mues.newest(setting)));
    pairs.into_iter().chain(limits).flatten().collect()
}

/// What lines later than the tables were held to.
fn older_tables(tables: &Tables) -> String {
    let dates = Setting::ALL.map(|setting| tables.pairs.newest(setting).max(tables.mues.newest(setting)));
    let [practitioner, hospital] = dates.map(|date| date.map(|d| d.to_string()).unwrap_or_default());
    let named =
        if practitioner == hospital { practitioner } else { format!("{practitioner} and {hospital}") };
    format!("tables of {named} were used for later dates of service; --tables FILE brings newer ones")
}

/// Why timed lines have no minutes.
fn why_undocumented(setup: &Setup) -> &'static str {
    let documented = setup.minutes.sidecar();
    let given = |kind| documented.tally(kind).is_given();
    match (given(FileKind::Minutes), given(FileKind::Visits), documented.is_empty()) {
        (false, false, _) => "units not held against minutes: none documented; give --minutes FILE",
        (true, false, true) => "units not held against minutes: no row of --minutes could be used",
        (false, true, true) => "units not held against minutes: no row of --visits could be used",
        (true, true, true) => "units not held against minutes: no row of --minutes or --visits could be used",
        (_, _, false) => "units not held against minutes: none documented for these lines",
    }
}

/// Everything a reader might think was checked and was not.
fn not_checked(config: &Config, results: &Results) -> Vec<NotChecked> {
    let (stats, counts) = (&results.totals.stats, &results.totals.counts);
    let mut list = Vec::new();
    let mut say = |count: u64, unit: &'static str, what: &str, reason: &str| {
        if count > 0 {
            list.push(NotChecked { what: what.to_owned(), reason: reason.to_owned(), count, unit });
        }
    };
    let undocumented = stats.timed_lines - stats.documented_lines;
    say(undocumented, "lines", "TIM001-TIM004", why_undocumented(&config.setup));
    say(stats.undated_lines, "lines", "rules about days", "no date of service");
    let unlinked = "nothing to tell the patient by; days were checked within the claim only";
    say(stats.unlinked_lines, "lines", "rules across claims", unlinked);
    let older = older_tables(&config.setup.tables);
    say(stats.beyond_tables_lines, "lines", "PTP, LIM001", &older);
    let unpriced = "amounts allowed in the year not known; give --spend and --fees";
    say(stats.unpriced_lines, "lines", "MOD008", unpriced);
    say(stats.unplanned_lines, "lines", "NEC003", "the patient is not in the plans file");
    say(
        stats.unparsed_notes,
        "notes",
        "minutes",
        "notes that speak of minutes in words the settings do not have",
    );
    say(stats.void, "claims", "all rules", "void claims (CLM05-3 is 8): nothing is billed");
    for reason in NotEvaluated::ALL {
        let why = match reason {
            NotEvaluated::OutOfScope => "claims of an 837 that is not read, such as dental",
            NotEvaluated::OtherSet => "claims in a transaction set that is not an 837",
            NotEvaluated::CutOff => "the file ends inside the claim",
            NotEvaluated::TooLarge => "the claim is larger than 16 MiB, or has more than 2,000 lines",
            NotEvaluated::ChangedWhileRead => "the file changed while it was read",
        };
        say(counts.claims_not_evaluated[reason as usize], "claims", "all rules", why);
    }
    for (set, n) in &results.totals.out_of_scope {
        let why = format!("transaction sets {set} that hold no 837P or 837I claims");
        say(*n, "transaction sets", "all rules", &why);
    }
    let off = config.switched_off.len() as u64;
    say(off, "rules", "rules", "switched off by --select, --ignore or the settings");
    let partial = results.files.iter().filter(|f| matches!(f.status, Status::Partial(_))).count() as u64;
    say(partial, "files", "all rules", "read in part");
    list
}

/// Inputs that the program came to grief over, each with where that was and what to do.
pub(crate) fn failures<'r>(
    config: &'r Config,
    results: &'r Results,
) -> impl Iterator<Item = String> + use<'r> {
    results.files.iter().filter_map(|file| {
        let Status::Failed(why) = &file.status else { return None };
        let _ = config.names.name(&file.name);
        Some(config.names.message(&why.of(&file.name)))
    })
}

/// What went wrong, each as one message that says what to do. Whatever makes a run incomplete is here: an
/// exit code alone explains nothing.
fn problems(config: &Config, results: &Results) -> Vec<String> {
    let listing = &config.listing;
    let told = |message: &str| config.names.message(message);
    let mut list: Vec<String> = listing.unread.iter().map(|unread| told(&unread.message)).collect();
    if config.on_duplicate == OnDuplicate::Fail {
        let said =
            |twin: &Duplicate| format!("{}: {}", config.names.path(&twin.path), told(&same_content(twin)));
        list.extend(listing.duplicates.iter().map(said));
    }
    list.extend(config.sidecar_errors.iter().map(|e| config.told(e)));
    for file in &results.files {
        let whole = match &file.status {
            Status::Whole => file.remark.as_ref(),
            Status::Partial(why) | Status::Unreadable(why) | Status::Failed(why) => Some(why),
        };
        // The name is listed by now, so that it is found in the message.
        let _ = config.names.name(&file.name);
        list.extend(whole.map(|why| told(&why.of(&file.name))));
    }
    for reason in NotEvaluated::ALL {
        let count = results.totals.counts.claims_not_evaluated[reason as usize];
        let were = if count == 1 { "1 claim was".to_owned() } else { format!("{count} claims were") };
        let why = match reason {
            // A dental batch is somebody else's; nothing went wrong.
            NotEvaluated::OutOfScope => continue,
            // The file itself has said so.
            NotEvaluated::ChangedWhileRead => continue,
            NotEvaluated::OtherSet => {
                "in a transaction set that is not an 837; correct ST01, or restore the ST that is missing"
            }
            NotEvaluated::CutOff => "the file ends inside the claim; get the whole file and scan it again",
            NotEvaluated::TooLarge => {
                "larger than 16 MiB, or of more than 2,000 lines; split the claim, or look for lost terminators"
            }
        };
        if count > 0 {
            list.push(format!("{were} not checked: {why}"));
        }
    }
    list
}
