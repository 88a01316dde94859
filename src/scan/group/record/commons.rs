//! What the rows of a section have in common: the envelopes they are in, and payers.

use std::ops::Range;

use crate::claim::context::Payer;
use crate::x12::envelope::Standing;

use super::super::bytes::{Reader, Writer};
use super::short;

/// Writes what the rows of a section have in common: the envelopes they are in, each with the first event it holds after,
/// and behind them the payers, as [`write_payer`] wrote them.
pub(in crate::scan::group) fn write_commons(log: &mut Vec<u8>, standings: &[Standing], payers: &[u8]) {
    let out = &mut Writer::new(log);
    let changes = || {
        let differs = |n: usize| n == 0 || standings[n] != standings[n - 1];
        standings.iter().enumerate().filter(move |(n, _)| differs(*n))
    };
    out.put(changes().count() as u64);
    for (n, standing) in changes() {
        out.put(n as u64);
        for number in [standing.interchange, standing.group, standing.transaction] {
            out.put(number.into());
        }
        for control in [&standing.isa13, &standing.gs06, &standing.st02] {
            out.put_text(control.as_bytes());
        }
        out.put_signed(standing.base());
    }
    out.flush();
    log.extend_from_slice(payers);
}

/// Writes a payer.
pub(in crate::scan::group) fn write_payer(log: &mut Vec<u8>, payer: &Payer) {
    let out = &mut Writer::new(log);
    out.put_text(short(payer.id.as_bytes()));
    out.put_text(short(payer.name.as_bytes()));
    out.flush();
}

/// What the rows of a section have in common.
pub(in crate::scan::group) struct Commons {
    /// The envelopes, each with the first event it holds after.
    standings: Vec<(u32, Standing)>,
    /// Ids and names of payers, end to end.
    texts: Box<[u8]>,
    payers: Vec<[Range<usize>; 2]>,
}

impl Commons {
    /// Reads what stands behind the rows of a section.
    pub(in crate::scan::group) fn read(bytes: &[u8]) -> Commons {
        let mut reader = Reader(bytes);
        let count = reader.get();
        let standing = |_| {
            let from = reader.get_u32();
            let counted = std::array::from_fn(|_| reader.get_u32());
            let controls = std::array::from_fn(|_| reader.get_text());
            (from, Standing::from_parts(counted, controls, reader.get_signed()))
        };
        let standings = (0..count.min(bytes.len() as u64)).map(standing).collect();
        let texts = reader.0;
        let mut payers = Vec::new();
        while !reader.0.is_empty() {
            payers.push(std::array::from_fn(|_| {
                let len = reader.get_text().len();
                let end = texts.len() - reader.0.len();
                end - len..end
            }));
        }
        Commons { standings, texts: texts.into(), payers }
    }

    pub(super) fn after(&self, events: u32) -> Standing {
        let known = self.standings.partition_point(|(from, _)| *from <= events);
        known.checked_sub(1).and_then(|n| self.standings.get(n)).map(|(_, s)| *s).unwrap_or_default()
    }

    /// A payer's id and name.
    pub(super) fn payer(&self, number: u32) -> [&[u8]; 2] {
        let text = |range: &Range<usize>| self.texts.get(range.clone()).unwrap_or_default();
        self.payers.get(number as usize).map_or([&[]; 2], |ranges| ranges.each_ref().map(text))
    }
}
