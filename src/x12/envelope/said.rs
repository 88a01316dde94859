//! What the tracker says: faults with their places, and once an interchange what was read through in it.

use crate::position::{ElementRef, Tag};
use crate::x12::fault::{Fault, FaultCode};

use super::event::Event;
use super::{Control, Found, Standing, Tolerated, Tracker, isa};

impl Tracker<'_> {
    pub(super) fn tolerate(
        &mut self,
        event: &Event,
        code: FaultCode,
        count: u64,
        place: Option<(ElementRef, Standing)>,
    ) {
        debug_assert!(FaultCode::COUNTED.contains(&code), "{code:?} is counted and not listed as such");
        match self.tolerated.iter_mut().find(|t| t.code == code) {
            Some(tolerated) => tolerated.count += count,
            None => {
                let first = place.map(|(at, standing)| {
                    let segment = standing.ordinal(event.segment);
                    (Fault { code, byte: event.byte, at, segment, figures: [0, 0] }, standing)
                });
                self.tolerated.push(Tolerated { code, count, first });
            }
        }
    }

    /// Says of a run of bytes passed over where it stood and how long it was.
    pub(super) fn report_skipped(&mut self, trigger: u64, found: &mut Vec<Found>) {
        if let Some((code, byte, bytes)) = self.skipped.take() {
            // A segment too long to be kept is one for who counted it, as an empty one may be.
            self.counts.oversize += u64::from(code == FaultCode::OversizeSegment);
            let of_set = self.transaction.is_some() && code == FaultCode::OversizeSegment;
            self.empty += u64::from(of_set);
            let fault = Fault { code, byte, at: ElementRef::default(), segment: 0, figures: [bytes, 0] };
            found.push(Found { fault, standing: self.standing, trigger, refused: false });
        }
    }

    /// Says once for the interchange that ends what was read through in it: at its ISA, or at the file's
    /// first byte where there is none.
    pub(super) fn report_tolerated(&mut self, trigger: u64, found: &mut Vec<Found>) {
        self.tolerated.sort_unstable_by_key(|t| t.code);
        let (byte, at) = self.header.map_or((0, ElementRef::default()), |byte| (byte, isa(0)));
        for Tolerated { code, count, first } in std::mem::take(&mut self.tolerated) {
            let of_header = Fault { code, byte, at, segment: 0, figures: [0, 0] };
            let (mut fault, standing) = first.unwrap_or((of_header, self.standing));
            fault.figures[0] = count;
            found.push(Found { fault, standing, trigger, refused: self.refuses(code) });
        }
    }

    pub(super) fn missing(
        &self,
        code: FaultCode,
        head: &[u8],
        byte: u64,
        trigger: u64,
        found: &mut Vec<Found>,
    ) {
        let at = ElementRef::segment(Tag::of(head));
        let segment = u32::from(code == FaultCode::MissingSe);
        found.push(Found {
            fault: Fault { code, byte, at, segment, figures: [0, 0] },
            standing: self.standing,
            trigger,
            refused: false,
        });
    }

    pub(super) fn check(
        &self,
        event: &Event,
        code: FaultCode,
        tag: &[u8],
        said: Option<u64>,
        counted: u64,
        found: &mut Vec<Found>,
    ) {
        if said != Some(counted) {
            let figures = [said.unwrap_or(0), counted];
            self.report(event, code, ElementRef::element(Tag::of(tag), 1), figures, found);
        }
    }

    pub(super) fn check_control(
        &self,
        event: &Event,
        code: FaultCode,
        tag: &[u8],
        said: Control,
        opened: Control,
        found: &mut Vec<Found>,
    ) {
        // `0001` and `1` are the same number to most translators, and to this check.
        let same = said == opened || (said.number().is_some() && said.number() == opened.number());
        if !same {
            self.report(event, code, ElementRef::element(Tag::of(tag), 2), [0, 0], found);
        }
    }

    pub(super) fn report(
        &self,
        event: &Event,
        code: FaultCode,
        at: ElementRef,
        figures: [u64; 2],
        found: &mut Vec<Found>,
    ) {
        let segment = self.standing.ordinal(event.segment);
        let fault = Fault { code, byte: event.byte, at, segment, figures };
        found.push(Found { fault, standing: self.standing, trigger: event.byte, refused: false });
    }
}
