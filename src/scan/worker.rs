//! One chunk read and checked: bytes in, plain owned results out.
//!
//! A worker knows the context its chunk begins in and nothing else of the file. What can only be said when
//! the chunks are put together (numbers within a transaction set, control numbers) is left to `commit`.

use crate::claim::assemble::{Claims, Lent};
use crate::claim::claim::{Claim, Form};
use crate::claim::context::{Context, Payer};
use crate::claim::record::Record;
use crate::finding::{Finding, RuleId};
use crate::minutes::{ClaimMinutes, JoinBuffers, JoinClaim, JoinLine, LineMinutes, RowId, Texts};
use crate::position::{Position, Tag};
use crate::rules::policy::PolicyId;
use crate::rules::rule::Cx;
use crate::rules::x12::rule_of;
use crate::x12::fault::{Fault, FaultCode};
use crate::x12::value::{Cents, Date, Npi};

use super::Setup;
use super::days::{self, BareRow, DayKey, DayRow};
use super::split::{Chunk, Item};

/// A run of bytes in the text store of a chunk.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Slice {
    from: u32,
    to: u32,
}

impl Slice {
    /// The bytes.
    pub fn of(self, texts: &[u8]) -> &[u8] {
        texts.get(self.from as usize..self.to as usize).unwrap_or_default()
    }
}

/// A claim kept for the report: one with findings, or one a therapy day may still find fault with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ClaimRow {
    /// CLM01, in the chunk's texts.
    pub id: Slice,
    /// NM109 of NM1*PR.
    pub payer_id: Slice,
    /// NM103 of NM1*PR.
    pub payer_name: Slice,
    /// Envelope events of the chunk before the claim; after `commit` an index into its standings.
    pub standing: u32,
    /// Offset of CLM in the file.
    pub byte: u64,
    /// Form.
    pub form: Form,
    /// CLM02.
    pub charge: Cents,
    /// Service lines.
    pub lines: u32,
    /// First date of service.
    pub date: Option<Date>,
    /// The payer's policy.
    pub policy: PolicyId,
    /// Billing provider.
    pub billing: Option<Npi>,
    /// Its findings: where they begin among the chunk's, and how many.
    pub findings: (u32, u32),
}

/// Counts of claims and lines that were evaluated.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Stats {
    /// Claims checked against the rules.
    pub evaluated: u64,
    /// Of these, claims without any finding of their own.
    pub quiet: u64,
    /// Void claims (CLM05-3 is 8): evaluated, and no billing rule applies.
    pub void: u64,
    /// Lines with a therapy code.
    pub therapy_lines: u64,
    /// Lines with another code.
    pub other_lines: u64,
    /// Timed lines.
    pub timed_lines: u64,
    /// Timed lines with documented minutes of their own or of the visit.
    pub documented_lines: u64,
    /// Timed lines that could not be pooled: no date of service, or nothing to tell the patient by.
    pub unpooled_lines: u64,
    /// Notes that speak of minutes and could not be read.
    pub unparsed_notes: u64,
    /// Sum of CLM02.
    pub charged: Cents,
    /// Sum of line charges.
    pub line_charges: Cents,
}

impl Stats {
    /// Adds another chunk's counts.
    pub fn add(&mut self, other: &Stats) {
        self.evaluated += other.evaluated;
        self.quiet += other.quiet;
        self.void += other.void;
        self.therapy_lines += other.therapy_lines;
        self.other_lines += other.other_lines;
        self.timed_lines += other.timed_lines;
        self.documented_lines += other.documented_lines;
        self.unpooled_lines += other.unpooled_lines;
        self.unparsed_notes += other.unparsed_notes;
        self.charged += other.charged;
        self.line_charges += other.line_charges;
    }
}

/// What one chunk gave.
#[derive(Debug, Default)]
pub struct Output {
    /// Envelope events, loose faults, counts.
    pub record: Record,
    /// The context the chunk ends in.
    pub end: Context,
    /// Claims kept.
    pub claims: Vec<ClaimRow>,
    /// Their findings.
    pub findings: Vec<Finding>,
    /// Bytes the rows point into.
    pub texts: Vec<u8>,
    /// Timed lines with minutes.
    pub days: Vec<DayRow>,
    /// Timed lines without.
    pub bare: Vec<BareRow>,
    /// Sidecar rows that were used, once for each line.
    pub matched: Vec<RowId>,
    /// Sidecar rows that fit several lines.
    pub ambiguous: Vec<RowId>,
    /// Counts.
    pub stats: Stats,
}

/// Reads and checks a chunk that begins in `start`. `number` is the chunk's number in the run.
pub fn read_chunk(setup: &Setup, chunk: &Chunk, number: u32, start: Context) -> Output {
    let mut worker = Worker {
        setup,
        number,
        out: Output::default(),
        minutes: ClaimMinutes::default(),
        faults: Vec::new(),
        policy: None,
    };
    let mut join = Join { lines: Vec::new(), texts: Vec::new(), buffers: JoinBuffers::default() };
    let mut claims = Claims::new(&setup.tables.therapy, start);
    for item in &chunk.items {
        match item {
            Item::Skip { range, reason } => {
                claims.skip(*reason, chunk.offset + range.start as u64, range.len() as u64);
            }
            Item::Piece { .. } => {
                if let Some(piece) = chunk.piece(item) {
                    claims.open(&piece);
                    let mut faults = std::mem::take(&mut worker.faults);
                    while let Some(lent) = claims.next_claim(&mut faults) {
                        worker.claim(&lent, &faults, &mut join);
                    }
                    worker.faults = faults;
                }
            }
        }
    }
    let mut out = worker.out;
    (out.end, out.record) = claims.finish();
    out
}

/// Buffers of the join with documented minutes; they borrow from the chunk.
struct Join<'a> {
    lines: Vec<JoinLine<'a>>,
    texts: Vec<&'a [u8]>,
    buffers: JoinBuffers,
}

struct Worker<'s> {
    setup: &'s Setup,
    number: u32,
    out: Output,
    minutes: ClaimMinutes,
    faults: Vec<Fault>,
    /// The payer looked up last, for the next claim is likely to have the same.
    policy: Option<(Payer, PolicyId)>,
}

impl Worker<'_> {
    fn claim<'a>(&mut self, lent: &Lent<'_, 'a>, faults: &[Fault], join: &mut Join<'a>) {
        let (claim, context) = (lent.claim, lent.context);
        let policy_id = self.policy_of(&context.payer);
        let from = self.out.findings.len();
        self.report_faults(claim, faults);
        let mut keep_for_days = false;
        if claim.not_evaluated.is_none() {
            self.count(claim);
            if claim.frequency == 8 {
                self.out.stats.void += 1;
            }
            let documented = self.join_minutes(claim, context, join);
            if claim.frequency != 8 {
                let cx = Cx {
                    claim,
                    context,
                    minutes: &self.minutes,
                    minutes_expected: !self.setup.minutes.sidecar().is_empty(),
                    policy: self.setup.policies.get(policy_id),
                    tables: &self.setup.tables,
                };
                self.setup.plan.check(&cx, &mut self.out.findings);
            }
            keep_for_days = self.pool(claim, context, policy_id, documented);
            if self.out.findings.len() == from {
                self.out.stats.quiet += 1;
            }
        }
        if keep_for_days || self.out.findings.len() > from {
            self.keep(lent, policy_id, from);
        }
    }

    fn policy_of(&mut self, payer: &Payer) -> PolicyId {
        match &self.policy {
            Some((last, id)) if last == payer => *id,
            _ => {
                let id = self.setup.policies.of(payer);
                self.policy = Some((*payer, id));
                id
            }
        }
    }

    /// Faults of syntax inside the claim, as findings of family X12.
    fn report_faults(&mut self, claim: &Claim<'_>, faults: &[Fault]) {
        for fault in faults {
            if let Some(mut finding) = syntax_finding(self.setup, fault) {
                // A number that cannot be read leaves its line unpriced; say which line it is.
                if let Some(line) = claim.lines.iter().rev().find(|l| l.place.byte <= fault.byte)
                    && fault.byte > claim.place.byte
                    && fault.code != FaultCode::ClaimTooLarge
                {
                    (finding.line, finding.order) = (line.number, line.order);
                    finding.procedure = line.procedure;
                    (finding.modifiers, finding.units) = (line.modifiers, line.units);
                }
                self.out.findings.push(finding);
            }
        }
    }

    fn count(&mut self, claim: &Claim<'_>) {
        let stats = &mut self.out.stats;
        stats.evaluated += 1;
        stats.charged += claim.charge.unwrap_or_default();
        for line in claim.lines.iter().filter(|l| l.service != Tag::UNKNOWN) {
            stats.line_charges += line.charge_or_zero();
            if line.facts.is_some() {
                stats.therapy_lines += 1;
                stats.timed_lines += u64::from(line.is_timed());
            } else {
                stats.other_lines += 1;
            }
        }
    }

    /// Joins documented minutes. Whether any were found for the claim.
    fn join_minutes<'a>(&mut self, claim: &Claim<'a>, context: &Context, join: &mut Join<'a>) -> bool {
        let minutes = &self.setup.minutes;
        let speaks = |text: &[u8]| text.iter().any(u8::is_ascii_digit);
        if minutes.sidecar().is_empty() && !claim.notes.iter().any(|n| speaks(n.text)) {
            self.minutes.lines.clear();
            self.minutes.lines.resize(claim.lines.len(), LineMinutes::default());
            self.minutes.unparsed_notes = 0;
            return false;
        }
        join.texts.clear();
        join.texts.extend(claim.notes.iter().map(|n| n.text));
        let of_line = |order: u32| {
            let from = claim.notes.partition_point(|n| n.line < order);
            Texts { from, to: claim.notes.partition_point(|n| n.line <= order) }
        };
        join.lines.clear();
        join.lines.extend(claim.lines.iter().map(|l| JoinLine {
            control: l.control,
            number: l.number,
            date: l.date,
            code: l.procedure,
            modifiers: l.modifiers,
            notes: of_line(l.order),
        }));
        let key = JoinClaim {
            id: claim.id,
            patient_id: context.member_id.as_bytes(),
            texts: &join.texts,
            notes: of_line(0),
        };
        minutes.join(&key, &join.lines, &mut join.buffers, &mut self.minutes);
        self.out.matched.extend_from_slice(&self.minutes.matched);
        self.out.ambiguous.extend_from_slice(&self.minutes.ambiguous);
        self.out.stats.unparsed_notes += u64::from(self.minutes.unparsed_notes);
        self.minutes.lines.iter().any(|l| l.minutes.or(l.visit_timed).is_some())
    }

    /// Emits the claim's timed lines for the grouping stage. Whether the claim must be kept for it.
    fn pool(&mut self, claim: &Claim<'_>, context: &Context, policy: PolicyId, documented: bool) -> bool {
        let stats = &mut self.out.stats;
        let row = u32::try_from(self.out.claims.len()).unwrap_or(u32::MAX);
        let mut kept = false;
        // Looked up once a claim, and only if it has timed lines.
        let mut keys = None;
        for (line, minutes) in claim.lines.iter().zip(&self.minutes.lines) {
            if !line.is_timed() {
                continue;
            }
            stats.documented_lines += u64::from(minutes.minutes.or(minutes.visit_timed).is_some());
            let (who, claim_key) = *keys.get_or_insert_with(|| (days::who(context), days::claim_key(claim)));
            let Some(key) = who.and_then(|who| DayKey::of(who, line)) else {
                stats.unpooled_lines += 1;
                continue;
            };
            if documented {
                kept = true;
                let claim_ref = crate::rules::day::ClaimRef { chunk: self.number, row };
                self.out.days.push(DayRow::new(key, claim_key, claim_ref, claim, line, minutes, policy));
            } else {
                days::push_bare(&mut self.out.bare, BareRow::new(key, claim_key, claim, line));
            }
        }
        kept
    }

    /// Keeps what the report needs of a claim.
    fn keep(&mut self, lent: &Lent<'_, '_>, policy: PolicyId, from: usize) {
        let (claim, context) = (lent.claim, lent.context);
        // Findings of a claim stand in the order of its bytes; those at one place in the order of rules.
        self.out.findings[from..].sort_by_key(|f| (f.position.byte, f.position.at, f.rule));
        let row = ClaimRow {
            id: self.text(claim.id),
            payer_id: self.text(context.payer.id.as_bytes()),
            payer_name: self.text(context.payer.name.as_bytes()),
            standing: lent.events,
            byte: claim.place.byte,
            form: claim.form,
            charge: claim.charge.unwrap_or_default(),
            lines: claim.lines.len() as u32,
            date: claim.first_date(),
            policy,
            billing: context.billing.npi,
            findings: (from as u32, (self.out.findings.len() - from) as u32),
        };
        self.out.claims.push(row);
    }

    /// Keeps bytes for the report: at most 255, for no id is longer.
    fn text(&mut self, bytes: &[u8]) -> Slice {
        let bytes = bytes.trim_ascii();
        let bytes = &bytes[..bytes.len().min(255)];
        let from = self.out.texts.len();
        self.out.texts.extend_from_slice(bytes);
        Slice { from: from as u32, to: self.out.texts.len() as u32 }
    }
}

/// A fault of the reader as a finding, unless the run does not want its rule.
pub(super) fn syntax_finding(setup: &Setup, fault: &Fault) -> Option<Finding> {
    let rule: RuleId = rule_of(fault.code);
    if !setup.plan.is_enabled(rule) {
        return None;
    }
    let [a, b] = fault.figures;
    let position = Position { byte: fault.byte, segment: fault.segment, at: fault.at };
    let args = [a.into(), b.into(), Default::default(), Default::default()];
    Some(Finding::bare(rule, setup.plan.severity(rule), position, args))
}
