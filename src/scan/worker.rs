//! One chunk read and checked: bytes in, plain owned results out.
//!
//! A worker knows the context its chunk begins in and nothing else of the file. What can only be said when
//! the chunks are put together (numbers within a transaction set, control numbers) is left to `commit`.

use crate::claim::assemble::{self, Lent};
use crate::claim::claim::Claim;
use crate::claim::context::{Context, Payer};
use crate::claim::line::ServiceLine;
use crate::claim::record::Record;
use crate::finding::{Finding, RuleId};
use crate::minutes::{ClaimMinutes, JoinBuffers, JoinClaim, JoinLine, RowId, Texts};
use crate::position::{ElementRef, Position, Tag};
use crate::rules::day::{Beside, ClaimRef, DayLine, OnFile, PatientDay, rank_of_day};
use crate::rules::marks::Marks;
use crate::rules::plan::is_secondary;
use crate::rules::policy::{Demand, PayerClass, PolicyId};
use crate::rules::rule::Cx;
use crate::rules::waiver::Subject;
use crate::rules::worth::Worth;
use crate::rules::x12::rule_of;
use crate::sidecar::PlanAnswer;
use crate::sidecar::spend::Bucket;
use crate::x12::fault::{Fault, FaultCode};
use crate::x12::value::Cents;

use super::account;
use super::group::rows::{PayerAt, Place, Rows};
use super::row::{ClaimRow, Slice};
use super::split::Chunk;
use super::stats::Stats;
use super::{Ready, Setup};

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
    /// Rows for the grouping stage.
    pub rows: Rows,
    /// Sidecar rows that were used, once for each line.
    pub matched: Vec<RowId>,
    /// Sidecar rows that fit several lines.
    pub ambiguous: Vec<RowId>,
    /// Counts.
    pub stats: Stats,
}

/// Reads and checks a chunk that begins in `start`. `number` is the chunk's number in the run.
pub fn read_chunk(ready: &Ready<'_>, chunk: &Chunk, number: u32, start: Context) -> Output {
    let mut worker = Worker {
        ready,
        setup: ready.setup,
        number,
        claims: 0,
        out: Output { rows: Rows::of_chunk(chunk.len), ..Output::default() },
        buffers: JoinBuffers::default(),
        marks: Vec::new(),
        worth: None,
        worths: Vec::new(),
        found: Vec::new(),
        payers: Vec::with_capacity(PAYERS),
    };
    let mut room = Room::default();
    let (codes, longest) = (&ready.setup.tables.therapy, ready.setup.limits.segment);
    let mut context = start;
    let record = chunk.read(codes, longest, &mut context, |_, lent, faults| {
        worker.claim(lent, faults, &mut room);
    });
    Output { end: context, record, ..worker.out }
}

/// What is known of the claim at hand, and buffers that borrow from the chunk.
#[derive(Default)]
struct Room<'a> {
    /// What is documented of its lines: an entry each, or none at all where there is nothing to look in.
    minutes: ClaimMinutes,
    /// What other files say of them, likewise.
    on_file: Vec<OnFile>,
    /// Lines and note texts for the join with documented minutes.
    join: Vec<JoinLine<'a>>,
    texts: Vec<&'a [u8]>,
    /// Lines of the claim's days, and before that the rank of each above its place in the claim.
    lines: Vec<DayLine<'a>>,
    ranks: Vec<u64>,
}

/// The bits of a rank that say which line of the claim it is of; no claim that is checked has so many.
const PLACES: u64 = (1 << 20) - 1;

/// Payers whose policy is kept at hand.
const PAYERS: usize = 64;

/// A payer and what is known of it.
#[derive(Clone, Copy)]
struct Known {
    payer: Payer,
    policy: PolicyId,
    at: PayerAt,
}

struct Worker<'r, 's> {
    ready: &'r Ready<'s>,
    setup: &'s Setup,
    number: u32,
    /// Claims of the chunk so far.
    claims: u32,
    out: Output,
    buffers: JoinBuffers,
    marks: Vec<Marks>,
    /// What the claim at hand is worth, see [`ClaimRow::worth`].
    worth: Option<Cents>,
    /// What its lines are worth.
    worths: Vec<Option<Worth>>,
    found: Vec<(ClaimRef, Finding)>,
    /// Payers looked up lately, for a batch has few.
    payers: Vec<Known>,
}

impl Worker<'_, '_> {
    fn claim<'a>(&mut self, lent: &Lent<'_, 'a>, faults: &[Fault], room: &mut Room<'a>) {
        let (claim, context) = (lent.claim, lent.context);
        let (policy_id, payer) = self.known(&context.payer);
        let from = self.out.findings.len();
        if !faults.is_empty() {
            let subject = Subject::of(claim, context, self.setup.as_of);
            self.report_faults(claim, &subject, faults);
        }
        #[cfg(debug_assertions)]
        self.ready.panic_if_asked(claim.id);
        if claim.not_evaluated.is_none() {
            self.count(claim);
            self.out.stats.suspect += u64::from(context.is_suspect());
            self.join_minutes(claim, context, room);
            let (marker, known) = (&self.ready.marker, &room.minutes.lines);
            let marks = claim.lines.iter().enumerate().map(|(n, l)| marker.of_line(claim, l, known.get(n)));
            self.marks.clear();
            self.marks.extend(marks);
            let policy = self.setup.policies.get(policy_id);
            if claim.frequency == 8 {
                self.out.stats.void += 1;
                self.out.stats.outcomes.not_applicable += self.setup.plan.applications(claim.lines.len());
            } else {
                let cx = Cx {
                    claim,
                    context,
                    minutes: &room.minutes,
                    minutes_expected: !self.setup.minutes.sidecar().is_empty(),
                    minutes_required: self.setup.require_minutes,
                    policy,
                    tables: &self.setup.tables,
                    plans: &self.setup.plans,
                    marks: &self.marks,
                    as_of: self.setup.as_of,
                };
                self.setup.plan.check(&cx, &mut self.out.findings, &mut self.out.stats.outcomes);
            }
            let secondary = is_secondary(context, policy);
            let place = Place {
                claim: self.claims,
                events: lent.events,
                policy: policy_id,
                secondary,
                payer,
                found: self.out.findings.len() > from,
            };
            self.days(claim, context, place, room);
            if self.out.findings.len() == from {
                self.out.stats.quiet += 1;
            }
        }
        self.revalue(claim, context, policy_id, from);
        if self.out.findings.len() > from {
            self.keep(lent, policy_id, from);
        }
        self.claims += 1;
    }

    /// The policy of a payer, and how rows speak of it.
    fn known(&mut self, payer: &Payer) -> (PolicyId, PayerAt) {
        let at = self.payers.iter().position(|k| k.payer == *payer).unwrap_or_else(|| {
            if self.payers.len() == PAYERS {
                self.payers.clear();
            }
            self.payers.push(Known {
                payer: *payer,
                policy: self.setup.policies.of(payer),
                at: self.out.rows.add_payer(payer),
            });
            self.payers.len() - 1
        });
        (self.payers[at].policy, self.payers[at].at)
    }

    /// Faults of syntax inside the claim, as findings of family X12.
    fn report_faults(&mut self, claim: &Claim<'_>, subject: &Subject<'_>, faults: &[Fault]) {
        for fault in faults {
            if let Some(mut finding) = syntax_finding(self.setup, fault) {
                // A number that cannot be read leaves its line unpriced; say which line it is.
                let before = claim.lines.partition_point(|l| l.place.byte <= fault.byte);
                if let Some(line) = before.checked_sub(1).and_then(|n| claim.lines.get(n))
                    && fault.byte > claim.place.byte
                    && fault.code != FaultCode::ClaimTooLarge
                {
                    (finding.line, finding.order) = (line.number, line.order);
                    (finding.procedure, finding.control) = (line.procedure, line.control_checksum());
                    (finding.modifiers, finding.units) = (line.modifiers, line.units);
                }
                // What a reader's fault is about is only known here.
                self.setup.plan.waivers().mark(subject, &mut finding);
                self.out.findings.push(finding);
            }
        }
    }

    fn count(&mut self, claim: &Claim<'_>) {
        let stats = &mut self.out.stats;
        stats.evaluated += 1;
        stats.charged += claim.charge.unwrap_or_default();
        stats.unbalanced += account::unbalanced(claim.charge, claim.line_charges());
        stats.applications += self.setup.plan.applications(claim.lines.len());
        for line in claim.lines.iter().filter(|l| l.service != Tag::UNKNOWN) {
            stats.line_charges += line.charge_or_zero();
            if line.is_therapy() {
                stats.therapy_lines += 1;
                stats.timed_lines += u64::from(line.is_timed());
            } else {
                stats.other_lines += 1;
            }
        }
    }

    /// Joins documented minutes.
    fn join_minutes<'a>(&mut self, claim: &Claim<'a>, context: &Context, room: &mut Room<'a>) {
        let minutes = &self.setup.minutes;
        // Without a way out of the loop sixteen bytes are looked at at once.
        let speaks = |text: &[u8]| text.iter().fold(false, |any, b| any | b.is_ascii_digit());
        if minutes.sidecar().is_empty() && !claim.notes.iter().any(|n| speaks(n.text)) {
            room.minutes.lines.clear();
            return;
        }
        room.texts.clear();
        room.texts.extend(claim.notes.iter().map(|n| n.text));
        let of_line = |order: u32| {
            let from = claim.notes.partition_point(|n| n.line < order);
            Texts { from, to: claim.notes.partition_point(|n| n.line <= order) }
        };
        room.join.clear();
        room.join.extend(claim.lines.iter().map(|l| JoinLine {
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
            texts: &room.texts,
            notes: of_line(0),
        };
        minutes.join(&key, &room.join, &mut self.buffers, &mut room.minutes);
        self.out.matched.extend_from_slice(&room.minutes.matched);
        self.out.ambiguous.extend_from_slice(&room.minutes.ambiguous);
        self.out.stats.unparsed_notes += u64::from(room.minutes.unparsed_notes);
        let timed = claim.lines.iter().zip(&room.minutes.lines).filter(|(l, _)| l.is_timed());
        let documented = timed.filter(|(_, m)| m.minutes.or(m.visit_timed).is_some()).count();
        self.out.stats.documented_lines += documented as u64;
    }

    /// Checks the claim's days, and leaves rows of them for the grouping stage.
    fn days<'a>(&mut self, claim: &Claim<'a>, context: &Context, place: Place, room: &mut Room<'a>) {
        self.look_up_files(claim, context, place.policy, &mut room.on_file);
        self.rank_lines(claim, place.policy, room);
        if room.ranks.is_empty() {
            return;
        }
        let this = ClaimRef { chunk: self.number, claim: self.claims };
        let mut lines = emptied(std::mem::take(&mut room.lines));
        for rank in &room.ranks {
            let n = (rank & PLACES) as usize;
            let (Some(line), Some(marks)) = (claim.lines.get(n), self.marks.get(n)) else { continue };
            let Some(date) = line.date else { continue };
            let known = room.minutes.lines.get(n).map_or(Beside::Nothing, Beside::of);
            let on_file = room.on_file.get(n).map_or(Beside::Nothing, Beside::of);
            // Made where it will stand: what is pushed is made elsewhere and copied.
            lines.extend(std::iter::once_with(|| {
                DayLine::new(this, claim, (line, date), (known, on_file), *marks)
            }));
        }
        self.days_of(claim, context, place, &lines);
        room.lines = emptied(lines);
    }

    /// Ranks the lines that are of days, each with its place in the claim: so numbers are sorted and not lines.
    fn rank_lines(&mut self, claim: &Claim<'_>, policy: PolicyId, room: &mut Room<'_>) {
        let Room { ranks, on_file, .. } = room;
        ranks.clear();
        let limited = self.setup.policies.get(policy).kx == Demand::Required && claim.frequency != 8;
        let stats = &mut self.out.stats;
        for (n, (line, marks)) in (0..).zip(claim.lines.iter().zip(&self.marks)) {
            if !is_of_days(line, *marks) {
                continue;
            }
            let therapy = u64::from(marks.has(Marks::THERAPY));
            let priced = |on_file: &OnFile| on_file.fee.is_some() || on_file.spent.is_some();
            if limited && !on_file.get(n as usize).is_some_and(priced) {
                stats.unpriced_lines += therapy;
            }
            let Some(date) = line.date else {
                stats.undated_lines += therapy;
                continue;
            };
            if self.ready.is_beyond_tables(claim.form, date) {
                stats.beyond_tables_lines += therapy;
            }
            let rank = rank_of_day(date, line.discipline, marks.has(Marks::TIMED));
            ranks.push(rank << PLACES.count_ones() | n & PLACES);
        }
        if !ranks.is_sorted() {
            ranks.sort_unstable();
        }
    }

    /// Looks up what files beside the claims say of lines that are of days; nothing where there are no such files.
    fn look_up_files(
        &mut self,
        claim: &Claim<'_>,
        context: &Context,
        policy: PolicyId,
        on_file: &mut Vec<OnFile>,
    ) {
        on_file.clear();
        let Setup { fees, spend, plans, .. } = self.setup;
        if fees.is_empty() && spend.is_empty() && plans.is_empty() {
            return;
        }
        for (line, marks) in claim.lines.iter().zip(&self.marks) {
            if is_of_days(line, *marks) {
                let (known, planned) = on_file_of(self.setup, context, policy, line);
                self.out.stats.unplanned_lines += u64::from(!planned);
                on_file.push(known);
            } else {
                on_file.push(OnFile::NONE);
            }
        }
    }

    /// Checks the days that a claim's lines are of, which are sorted, and leaves a row of the claim.
    fn days_of(&mut self, claim: &Claim<'_>, context: &Context, place: Place, lines: &[DayLine<'_>]) {
        debug_assert!(lines.is_sorted_by_key(DayLine::rank), "lines do not stand as they are grouped");
        let setup = self.setup;
        for day in lines.chunk_by(|a, b| a.date == b.date).filter(|_| claim.frequency != 8) {
            let patient_day = PatientDay {
                date: day[0].date,
                lines: day,
                earlier: &[],
                marks: self.ready.marker.of_day(day, &[], &setup.tables),
                form: claim.form,
                policy: setup.policies.get(place.policy),
                secondary: place.secondary,
                tables: &setup.tables,
                sidecar: setup.minutes.sidecar(),
            };
            self.out.stats.applications += setup.plan.applications_of_day();
            let subject = |_| Subject::of(claim, context, setup.as_of);
            setup.plan.check_day(&patient_day, &subject, &mut self.found, &mut self.out.stats.outcomes);
        }
        let found = place.found || !self.found.is_empty();
        self.out.findings.extend(self.found.drain(..).map(|(_, finding)| finding));
        if context.patient == 0 {
            self.out.stats.unlinked_lines +=
                lines.iter().filter(|l| l.marks.has(Marks::THERAPY)).count() as u64;
        } else {
            self.out.rows.add(claim, context, Place { found, ..place }, lines, self.setup.minutes.sidecar());
        }
    }

    /// Makes the money of the claim's findings allowed money, where a fee file has the fees.
    fn revalue(&mut self, claim: &Claim<'_>, context: &Context, policy: PolicyId, from: usize) {
        self.worth = None;
        let Setup { fees, policies, tables, .. } = self.setup;
        if fees.is_empty() || self.out.findings.len() == from {
            return;
        }
        let (payer, policy) = (context.payer.id.as_bytes(), &policies.get(policy).name);
        let mut sum = Cents::ZERO;
        self.worths.clear();
        for line in &claim.lines {
            let fee = fees.find(payer, policy, line.procedure, line.date).map(|f| f.allowed);
            let charge = line.charge_or_zero();
            let worth = Worth::of(&tables.rates, line.procedure, fee, line.units, charge);
            sum += worth.map_or(charge, |w| w.allowed());
            self.worths.push(worth);
        }
        // Lines are counted from 1; 0 is the claim as a whole.
        for finding in &mut self.out.findings[from..] {
            let line = (finding.order as usize).wrapping_sub(1);
            if let Some(Some(worth)) = self.worths.get(line) {
                worth.revalue(finding);
            }
        }
        self.worth = Some(sum);
    }

    /// Keeps what the report needs of a claim.
    fn keep(&mut self, lent: &Lent<'_, '_>, policy: PolicyId, from: usize) {
        let (claim, context) = (lent.claim, lent.context);
        // Findings of a claim stand in the order of its bytes; those at one place in the order of rules.
        self.out.findings[from..].sort_by_key(|f| (f.position.byte, f.position.at, f.rule));
        let row = ClaimRow {
            claim: self.claims,
            id: self.text(claim.id),
            payer_id: self.text(context.payer.id.as_bytes()),
            payer_name: self.text(context.payer.name.as_bytes()),
            standing: lent.events,
            byte: claim.place.byte,
            form: claim.form,
            charge: claim.charge.unwrap_or_default(),
            lines: claim.lines.len() as u32,
            worth: self.worth,
            date: claim.first_date(),
            policy,
            billing: context.billing.npi,
            hierarchy_suspect: context.is_suspect(),
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

/// Whether rules about days look at a line.
fn is_of_days(line: &ServiceLine<'_>, marks: Marks) -> bool {
    line.facts.is_some() || marks.has(Marks::VISIT)
}

/// The vector without its lines, for lines that borrow from something else: their room is used again.
fn emptied<'x>(mut lines: Vec<DayLine<'_>>) -> Vec<DayLine<'x>> {
    lines.clear();
    lines.into_iter().map_while(|_| None).collect()
}

/// What sidecar files say of a line beside its minutes; and whether its patient's plan is on file, where the
/// payer asks for one and there are plans.
fn on_file_of(setup: &Setup, context: &Context, policy: PolicyId, line: &ServiceLine<'_>) -> (OnFile, bool) {
    let Setup { fees, spend, plans, policies, .. } = setup;
    let mut on_file = OnFile::default();
    let (payer, patient) = (context.payer.id.as_bytes(), context.member_id.as_bytes());
    let fee = fees.find(payer, &policies.get(policy).name, line.procedure, line.date);
    on_file.fee = fee.map(|f| f.allowed);
    let (Some(discipline), Some(date)) = (line.discipline, line.date) else { return (on_file, true) };
    if let Some(spent) = spend.find(patient, date.year(), Bucket::of(discipline)) {
        (on_file.spent, on_file.spent_as_of) = (Some(spent.allowed), spent.as_of);
    }
    match plans.find(patient, discipline, date) {
        PlanAnswer::Covered(plan) => on_file.noted = plan.last_progress_note.or(Some(plan.start)),
        PlanAnswer::Unknown => {
            let asked = policies.get(policy).class == PayerClass::Medicare && line.is_therapy();
            return (on_file, !asked);
        }
        _ => {}
    }
    (on_file, true)
}

/// A fault of the reader as a finding, unless the run does not want its rule.
pub fn syntax_finding(setup: &Setup, fault: &Fault) -> Option<Finding> {
    let rule: RuleId = rule_of(fault.code);
    if !setup.plan.is_enabled(rule) {
        return None;
    }
    let [a, b] = fault.figures;
    // A terminator inside a name makes a segment with a piece of it for an id.
    let at = if assemble::is_known(fault.at.tag) { fault.at } else { ElementRef::default() };
    let position = Position { byte: fault.byte, segment: fault.segment, at };
    let args = [a.into(), b.into(), Default::default(), Default::default()];
    let mut finding = Finding::bare(rule, setup.plan.severity(rule), position, args);
    // Outside a claim no transaction set says which day counts, and nothing fits but a waiver of everything.
    setup.plan.waivers().mark(&Subject { day: setup.as_of, ..Subject::default() }, &mut finding);
    Some(finding)
}
