//! What the rows of a section have in common: the envelopes they are in, and payers. Looked up where it is written: few rows
//! are read back, one after the other of sections far apart, and to read all that a section has for each costs more than
//! the row.

use crate::claim::context::Payer;
use crate::x12::envelope::Standing;

use super::super::bytes::{Reader, Writer};
use super::short;

/// The payers of a section, by number.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(in crate::scan::group) struct Payers {
    /// Ids and names, end to end.
    texts: Vec<u8>,
    /// Where the id of each ends, and its name.
    ends: Vec<[u32; 2]>,
}

impl Payers {
    /// Adds a payer. Its number.
    pub(in crate::scan::group) fn add(&mut self, payer: &Payer) -> u32 {
        let ends = [payer.id.as_bytes(), payer.name.as_bytes()].map(|text| {
            self.texts.extend_from_slice(short(text));
            u32::try_from(self.texts.len()).unwrap_or(u32::MAX)
        });
        self.ends.push(ends);
        u32::try_from(self.ends.len() - 1).unwrap_or(u32::MAX)
    }
}

/// Bytes of an integer, and of two, as an entry of an index has.
const NUMBER: usize = 4;
const ENTRY: usize = 2 * NUMBER;

/// Writes what the rows of a section have in common: how many envelopes and payers there are; of each envelope the first
/// event it holds after and where it stands, of each payer where its id ends and its name; then the texts of the payers, and
/// the envelopes.
pub(in crate::scan::group) fn write_commons(log: &mut Vec<u8>, standings: &[Standing], payers: &Payers) {
    let start = log.len();
    let differs = |n: &usize| *n == 0 || standings[*n] != standings[*n - 1];
    let changes = (0..standings.len()).filter(differs);
    let put = |log: &mut Vec<u8>, number: usize| {
        log.extend_from_slice(&u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
    };
    put(log, changes.clone().count());
    put(log, payers.ends.len());
    let index = log.len();
    for first in changes.clone() {
        put(log, first);
        put(log, 0);
    }
    payers.ends.as_flattened().iter().for_each(|end| log.extend_from_slice(&end.to_le_bytes()));
    log.extend_from_slice(&payers.texts);
    for (n, standing) in changes.map(|n| &standings[n]).enumerate() {
        let at = u32::try_from(log.len() - start).unwrap_or(u32::MAX);
        if let Some(slot) = log.get_mut(index + ENTRY * n + NUMBER..).and_then(<[u8]>::first_chunk_mut) {
            *slot = at.to_le_bytes();
        }
        let out = &mut Writer::new(log);
        for number in [standing.interchange, standing.group, standing.transaction] {
            out.put(number.into());
        }
        for control in [&standing.isa13, &standing.gs06, &standing.st02] {
            out.put_text(control.as_bytes());
        }
        out.put_signed(standing.base());
        out.flush();
    }
}

/// What the rows of a section have in common, as it was written.
#[derive(Clone, Copy)]
pub(in crate::scan::group) struct Commons<'b>(pub(in crate::scan::group) &'b [u8]);

impl<'b> Commons<'b> {
    /// The integer at a place; 0 where there is none.
    fn number(self, at: usize) -> usize {
        let bytes = self.0.get(at..).and_then(<[u8]>::first_chunk);
        bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes) as usize)
    }

    /// The bytes between two places; none where they are not there.
    fn between(self, from: usize, to: usize) -> &'b [u8] {
        self.0.get(from..to).unwrap_or_default()
    }

    /// How many envelopes there are; never more than there is room for.
    fn standings(self) -> usize {
        self.number(0).min(self.0.len() / ENTRY)
    }

    /// The envelopes that hold after so many events.
    pub(super) fn after(self, events: u32) -> Standing {
        let first = |n: usize| self.number(ENTRY * (n + 1));
        let (mut known, mut end) = (0, self.standings());
        while known < end {
            let middle = known.midpoint(end);
            if first(middle) <= events as usize { known = middle + 1 } else { end = middle }
        }
        if known == 0 {
            return Standing::default();
        }
        let at = self.number(ENTRY * known + NUMBER);
        let mut reader = Reader(self.between(at, self.0.len()));
        let counted = std::array::from_fn(|_| reader.get_u32());
        let controls = std::array::from_fn(|_| reader.get_text());
        Standing::from_parts(counted, controls, reader.get_signed())
    }

    /// A payer's id and name.
    pub(super) fn payer(self, number: u32) -> [&'b [u8]; 2] {
        let (number, count) = (number as usize, self.number(NUMBER).min(self.0.len() / ENTRY));
        if number >= count {
            return [&[]; 2];
        }
        let index = ENTRY * (1 + self.standings());
        let texts = index + ENTRY * count;
        let end = |n: usize| texts + self.number(index + NUMBER * n);
        let start = if number == 0 { texts } else { end(2 * number - 1) };
        [self.between(start, end(2 * number)), self.between(end(2 * number), end(2 * number + 1))]
    }
}
