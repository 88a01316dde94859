//! A claim's therapy lines as a row of bytes: all that rules about days need, should another claim turn out to
//! share a day with it.
//!
//! A worker writes one for each claim; few are ever read back. Rows of a chunk stand in one section, with what
//! they have in common behind them (`commons`); `line` has their lines.

mod commons;
mod line;
#[cfg(test)]
mod tests;

use crate::claim::claim::{Claim, Form, Place};
use crate::claim::context::Context;
use crate::rules::day::{ClaimRef, DayLine};
use crate::rules::policy::PolicyId;
use crate::rules::worth::Worth;
use crate::tables::Tables;
use crate::x12::envelope::Standing;
use crate::x12::value::{Cents, Date, Npi};

use super::bytes::Reader;

pub(super) use commons::{Commons, Payers, write_commons};
use line::{Before, read_line, write_line};

/// The head of a claim's row.
#[derive(Clone, Debug)]
pub(crate) struct Head<'b> {
    pub claim: ClaimRef,
    pub id: &'b [u8],
    pub payer_id: &'b [u8],
    pub payer_name: &'b [u8],
    pub form: Form,
    pub frequency: u8,
    pub secondary: bool,
    /// Whether the hierarchy above it is in doubt.
    pub suspect: bool,
    pub byte: u64,
    pub charge: Cents,
    pub lines: u32,
    /// What its therapy lines come to by the fees known; `None` if none is.
    pub worth: Option<Cents>,
    pub date: Option<Date>,
    pub policy: PolicyId,
    pub billing: Option<Npi>,
    /// The patient, as a digest.
    pub patient: u64,
    /// The day its transaction set was made (BHT04).
    pub created: Option<Date>,
    pub standing: Standing,
}

/// A claim of a chunk, and what was decided of it.
pub(super) struct Of<'c, 'a> {
    /// Claim within the chunk, counted from 0.
    pub ordinal: u32,
    /// Envelope events of the chunk before it.
    pub events: u32,
    pub claim: &'c Claim<'a>,
    pub context: &'c Context,
    pub policy: PolicyId,
    pub secondary: bool,
    /// Number of its payer in the section.
    pub payer: u32,
}

/// Bytes of a row before its claim id.
const HEAD: usize = 72;

/// Writes a claim's row. What every claim has stands where it stands in all rows: a worker writes one for each claim, and
/// integers of a fixed length are written without a look at them.
pub(super) fn write(log: &mut Vec<u8>, of: &Of<'_, '_>, lines: &[DayLine<'_>]) {
    let Of { ordinal, events, claim, context, policy, secondary, payer } = *of;
    let start = log.len();
    let institutional = u8::from(claim.form == Form::Institutional);
    let suspect = u8::from(context.is_suspect());
    let id = short(claim.id);
    let date = claim.first_date().map_or(0, Date::number);
    // Written where it will stand, and not read again: what is read wider than it was written is waited for.
    log.resize(start + HEAD, 0);
    let mut at = Cursor(log.get_mut(start..).unwrap_or_default());
    // The length of the row is put in at the end.
    at.put(0u32.to_le_bytes());
    at.put(ordinal.to_le_bytes());
    at.put(events.to_le_bytes());
    at.put(claim.place.byte.to_le_bytes());
    at.put(claim.place.segment.to_le_bytes());
    at.put(claim.charge.unwrap_or_default().0.to_le_bytes());
    at.put((claim.lines.len() as u32).to_le_bytes());
    at.put((lines.len() as u32).to_le_bytes());
    at.put(date.to_le_bytes());
    at.put((context.patient as u64).to_le_bytes());
    at.put(payer.to_le_bytes());
    at.put(policy.0.to_le_bytes());
    at.put([claim.frequency << 3 | suspect << 2 | u8::from(secondary) << 1 | institutional]);
    at.put([id.len() as u8]);
    at.put(context.billing.npi.map_or(0, Npi::number).to_le_bytes());
    at.put(context.created.map_or(0, Date::number).to_le_bytes());
    log.extend_from_slice(id);
    let mut before = Before { place: claim.place, date, rendering: None };
    for line in lines {
        write_line(log, line, &before);
        before = Before::after(line);
    }
    let len = u32::try_from(log.len() - start).unwrap_or(u32::MAX);
    if let Some(slot) = log.get_mut(start..).and_then(<[u8]>::first_chunk_mut) {
        *slot = len.to_le_bytes();
    }
}

/// No id is longer; what is longer is cut.
fn short(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.trim_ascii();
    &bytes[..bytes.len().min(255)]
}

/// Where the next bytes go.
struct Cursor<'b>(&'b mut [u8]);

impl Cursor<'_> {
    #[inline(always)]
    fn put<const N: usize>(&mut self, bytes: [u8; N]) {
        if let Some((slot, rest)) = std::mem::take(&mut self.0).split_first_chunk_mut() {
            *slot = bytes;
            self.0 = rest;
        }
    }
}

/// The most bytes of a row that are read before its length is known.
pub(super) const GLANCE: usize = 1024;

/// The length of a row, by its first bytes.
pub(super) fn length(bytes: &[u8]) -> usize {
    bytes.first_chunk().map_or(0, |len| u32::from_le_bytes(*len) as usize)
}

/// Reads a row; its lines are appended to `lines`.
pub(super) fn read<'b, 't>(
    bytes: &'b [u8],
    chunk: u32,
    commons: Commons<'b>,
    tables: &'t Tables,
    lines: &mut Vec<DayLine<'t>>,
) -> Head<'b> {
    let mut at = Taken(bytes.get(4..).unwrap_or_default());
    let claim = ClaimRef { chunk, claim: at.u32() };
    let standing = commons.after(at.u32());
    let place = Place { byte: at.u64(), segment: at.u32() };
    let charge = Cents(at.u64() as i64);
    let (all_lines, count, first_date) = (at.u32(), at.u32(), at.u32());
    let (patient, [payer_id, payer_name]) = (at.u64(), commons.payer(at.u32()));
    let policy = PolicyId(u16::from_le_bytes(at.take()));
    let [first, id_len] = at.take();
    let (billing, created) = (Npi::from_number(at.u64()), date(at.u32().into()));
    let (id, rest) = at.0.split_at(usize::from(id_len).min(at.0.len()));
    let mut reader = Reader(rest);
    let mut head = Head {
        claim,
        form: if first & 1 == 1 { Form::Institutional } else { Form::Professional },
        secondary: first & 2 == 2,
        suspect: first & 4 == 4,
        frequency: first >> 3,
        byte: place.byte,
        charge,
        lines: all_lines,
        worth: None,
        date: date(first_date.into()),
        policy,
        billing,
        patient,
        created,
        id,
        payer_id,
        payer_name,
        standing,
    };
    let mut before = Before { place, date: first_date, rendering: None };
    let first_line = lines.len();
    for _ in 0..count {
        let Some(mut line) = read_line(&mut reader, &before, tables) else { break };
        before = Before::after(&line);
        (line.claim, line.frequency) = (claim, head.frequency);
        lines.push(line);
    }
    for line in &mut lines[first_line..] {
        line.place.segment = standing.ordinal(line.place.segment);
        let worth = Worth::of(&tables.rates, line.code, line.on_file.fee, line.units, line.charge);
        if let Some(worth) = worth {
            head.worth = Some(head.worth.unwrap_or(head.charge) - line.charge + worth.allowed());
        }
    }
    head
}

/// Bytes that integers are taken off; those that are missing are zeros.
struct Taken<'b>(&'b [u8]);

impl Taken<'_> {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let (taken, rest) = self.0.split_first_chunk().map_or(([0; N], &[][..]), |(t, rest)| (*t, rest));
        self.0 = rest;
        taken
    }

    fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.take())
    }

    fn u64(&mut self) -> u64 {
        u64::from_le_bytes(self.take())
    }

    /// An integer of fewer bytes than eight.
    fn part<const N: usize>(&mut self) -> u64 {
        self.take::<N>().iter().rev().fold(0, |n, b| n << 8 | u64::from(*b))
    }
}

fn date(number: u64) -> Option<Date> {
    let number = u32::try_from(number).ok()?;
    Date::new(number / 10_000, number / 100 % 100, number % 100)
}
