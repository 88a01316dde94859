//! What a segment id means to the reader of claims, looked up in one probe.
//!
//! Which segment comes next is hard to guess, for a processor too: a chain of comparisons is guessed wrong
//! at several of its branches, one jump through a table at most once.

use crate::position::Tag;
use crate::x12::segment::Id;

/// What the reader does with a segment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(super) enum Kind {
    /// An id the 837 guides do not have.
    Unknown,
    /// Known, and nothing in it matters here.
    Plain,
    /// ISA, GS, ST, SE, GE, IEA.
    Envelope,
    /// TA1 and the like.
    Service,
    Hl,
    Clm,
    Lx,
    Sv1,
    Sv2,
    /// SV3, the service segment of guides that are not read.
    OtherService,
    Dtp,
    Ref,
    Nte,
    K3,
    Nm1,
    Prv,
    Hi,
    Sbr,
    Svd,
    Dmg,
}

/// A multiplier under which all known ids fall into different slots; the table is checked when compiled.
const SPREAD: u32 = 0x9403_560d;
const SLOTS: usize = 512;

struct Table {
    ids: [Id; SLOTS],
    kinds: [Kind; SLOTS],
    /// The most elements a segment of the id has.
    most: [u8; SLOTS],
}

static TABLE: Table = table();

impl Kind {
    /// What a segment id means.
    #[inline(always)]
    pub(super) fn of(id: Id) -> Kind {
        let slot = slot(id);
        if TABLE.ids[slot] == id { TABLE.kinds[slot] } else { Kind::Unknown }
    }

    /// What a segment id means, and the most elements a segment of it has (X12 segment directory, 005010).
    #[inline(always)]
    pub(super) fn and_most(id: Id) -> (Kind, usize) {
        let slot = slot(id);
        if TABLE.ids[slot] == id {
            (TABLE.kinds[slot], usize::from(TABLE.most[slot]))
        } else {
            (Kind::Unknown, usize::MAX)
        }
    }

    /// Whether the segment ends any claim before it.
    #[inline(always)]
    pub(super) fn ends_claim(self) -> bool {
        matches!(self, Kind::Envelope | Kind::Hl | Kind::Clm)
    }

    /// Whether a claim and its lines can be counted without what the segment holds.
    pub(super) fn may_be_passed_over(self) -> bool {
        !self.ends_claim() && !self.is_service_line() && self != Kind::Lx
    }

    /// SV1, SV2, SV3.
    #[inline(always)]
    pub(super) fn is_service_line(self) -> bool {
        matches!(self, Kind::Sv1 | Kind::Sv2 | Kind::OtherService)
    }
}

#[inline(always)]
const fn slot(id: Id) -> usize {
    (id.packed().wrapping_mul(SPREAD) >> 23) as usize
}

const fn table() -> Table {
    let mut table = Table { ids: [Id::NONE; SLOTS], kinds: [Kind::Unknown; SLOTS], most: [u8::MAX; SLOTS] };
    let groups: [(&[&[u8]], Kind); 19] = [
        (&[b"ISA", b"GS", b"ST", b"SE", b"GE", b"IEA"], Kind::Envelope),
        (&[b"TA1", b"ISB", b"ISE", b"TA3", b"ISX"], Kind::Service),
        (&[b"HL"], Kind::Hl),
        (&[b"CLM"], Kind::Clm),
        (&[b"LX"], Kind::Lx),
        (&[b"SV1"], Kind::Sv1),
        (&[b"SV2"], Kind::Sv2),
        (&[b"SV3"], Kind::OtherService),
        (&[b"DTP"], Kind::Dtp),
        (&[b"REF"], Kind::Ref),
        (&[b"NTE"], Kind::Nte),
        (&[b"K3"], Kind::K3),
        (&[b"NM1"], Kind::Nm1),
        (&[b"PRV"], Kind::Prv),
        (&[b"HI"], Kind::Hi),
        (&[b"SBR"], Kind::Sbr),
        (&[b"SVD"], Kind::Svd),
        (&[b"DMG"], Kind::Dmg),
        (PLAIN, Kind::Plain),
    ];
    let mut g = 0;
    while g < groups.len() {
        let (ids, kind) = groups[g];
        let mut n = 0;
        while n < ids.len() {
            let id = Id::of(Tag::of(ids[n]));
            let slot = slot(id);
            assert!(
                table.ids[slot].packed() == Id::NONE.packed(),
                "two ids share a slot: choose another SPREAD"
            );
            table.ids[slot] = id;
            table.kinds[slot] = kind;
            n += 1;
        }
        g += 1;
    }
    let mut n = 0;
    while n < MOST.len() {
        let (id, most) = MOST[n];
        let id = Id::of(Tag::of(id));
        let slot = slot(id);
        assert!(table.ids[slot].packed() == id.packed(), "a limit for an id that is not known");
        table.most[slot] = most;
        n += 1;
    }
    table
}

/// The most elements of segments, as the segment directory of version 005010 has them; ids that are left out
/// are not held to one.
const MOST: &[(&[u8], u8)] = &[
    (b"GS", 8),
    (b"ST", 3),
    (b"SE", 2),
    (b"GE", 2),
    (b"IEA", 2),
    (b"TA1", 5),
    (b"BHT", 6),
    (b"HL", 4),
    (b"NM1", 12),
    (b"N2", 2),
    (b"N3", 2),
    (b"N4", 7),
    (b"PER", 9),
    (b"REF", 4),
    (b"PRV", 6),
    (b"SBR", 9),
    (b"PAT", 9),
    (b"DMG", 11),
    (b"CLM", 20),
    (b"DTP", 3),
    (b"CL1", 4),
    (b"PWK", 9),
    (b"CN1", 6),
    (b"AMT", 3),
    (b"K3", 3),
    (b"NTE", 2),
    (b"CRC", 7),
    (b"HI", 12),
    (b"HCP", 15),
    (b"CAS", 19),
    (b"OI", 6),
    (b"MIA", 24),
    (b"MOA", 9),
    (b"LX", 1),
    (b"SV1", 21),
    (b"SV2", 10),
    (b"SVD", 7),
    (b"PS1", 3),
    (b"LQ", 2),
    (b"QTY", 4),
];

/// Ids of the 837 guides (005010X222, X223 and what 4010 and the dental guide add) that are passed over.
const PLAIN: &[&[u8]] = &[
    b"BHT", b"N2", b"N3", b"N4", b"PER", b"PAT", b"CUR", b"CL1", b"PWK", b"CN1", b"AMT", b"CR1", b"CR2",
    b"CR3", b"CR4", b"CR5", b"CR6", b"CR7", b"CR8", b"CRC", b"HCP", b"HSD", b"QTY", b"OI", b"MIA", b"MOA",
    b"SV4", b"SV5", b"SV6", b"SV7", b"MEA", b"PS1", b"LIN", b"CTP", b"CAS", b"LQ", b"FRM", b"DN1", b"DN2",
    b"TOO", b"OTI", b"TED", b"UHC", b"III", b"DSB", b"UR", b"IMM", b"TRN",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_ids_are_found_and_others_are_unknown() {
        for (id, want) in [
            (&b"CLM"[..], Kind::Clm),
            (b"HL", Kind::Hl),
            (b"IEA", Kind::Envelope),
            (b"N4", Kind::Plain),
            (b"ZZZ", Kind::Unknown),
            (b"SV9", Kind::Unknown),
            (b"", Kind::Unknown),
        ] {
            assert_eq!(Kind::of(Id::of(Tag::of(id))), want);
        }
    }

    /// Each id of the lists has a slot of its own, with the limit that stands beside it.
    #[test]
    fn the_table_holds_what_the_lists_say() {
        let table = table();
        let known = table.ids.iter().filter(|id| id.packed() != Id::NONE.packed()).count();
        let limited = table.most.iter().filter(|most| **most != u8::MAX).count();
        assert_eq!((known, limited), (27 + PLAIN.len(), MOST.len()));
        for id in PLAIN {
            assert_eq!(Kind::of(Id::of(Tag::of(id))), Kind::Plain, "{}", String::from_utf8_lossy(id));
        }
        for (id, most) in MOST {
            let found = Kind::and_most(Id::of(Tag::of(id)));
            assert_eq!(found.1, usize::from(*most), "{}", String::from_utf8_lossy(id));
        }
    }
}
