//! What a claim inherits: guide, billing provider, payer, subscriber and patient.
//!
//! Plain data without a lifetime, so that it can be handed from one chunk of a file to the next. Persons
//! are kept as keyed 128-bit digests only: enough to tell two patients apart, nothing to print.

use std::hash::Hasher as _;

use siphasher::sip128::{Hasher128, SipHasher13};

use crate::x12::code::Code;
use crate::x12::text::Text;
use crate::x12::value::Date;

use super::claim::{Form, Provider};

/// The implementation guide of a transaction set (ST03, else GS08, else REF*87).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Guide {
    /// No transaction set is open.
    #[default]
    None,
    /// An 837 whose guide is not named; its service segments tell the form.
    Unnamed,
    /// 005010X222 (A1), 004010X098 (A1).
    Professional,
    /// 005010X223 (A1 to A3), 004010X096 (A1).
    Institutional,
    /// An 837 that is not read: dental (X224, X097), predetermination or data reporting guides without SV1 or SV2.
    Other837,
    /// Not an 837.
    NotClaims,
}

impl Guide {
    /// The guide a version or convention reference names.
    pub fn named(reference: &[u8]) -> Guide {
        // `005010X222A1`: the four characters from the X are the guide.
        let Some(at) = memchr::memchr(b'X', reference) else { return Guide::Unnamed };
        match reference.get(at..at + 4) {
            // X291 and X292 are the predetermination guides of 837P and 837I, X298 and X299 the
            // post-adjudicated ones; they share the segments that are read here.
            Some(b"X222" | b"X098" | b"X291" | b"X298") => Guide::Professional,
            Some(b"X223" | b"X096" | b"X292" | b"X299") => Guide::Institutional,
            Some(b"X224" | b"X097" | b"X293" | b"X300") => Guide::Other837,
            _ => Guide::Unnamed,
        }
    }

    /// Whether a reference names a guide, and none that is known.
    pub fn is_unknown(reference: &[u8]) -> bool {
        memchr::memchr(b'X', reference).is_some() && Guide::named(reference) == Guide::Unnamed
    }

    /// Whether a reference named it.
    pub fn is_named(self) -> bool {
        !matches!(self, Guide::None | Guide::Unnamed)
    }

    /// The form of claims under this guide, where it tells.
    pub fn form(self) -> Option<Form> {
        match self {
            Guide::Professional => Some(Form::Professional),
            Guide::Institutional => Some(Form::Institutional),
            _ => None,
        }
    }
}

/// Where in the hierarchy of a transaction set the reader stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, PartialOrd, Ord)]
pub enum Level {
    /// Outside any transaction set.
    #[default]
    Outside,
    /// After ST, before the first HL.
    Header,
    /// HL03 20: billing provider, loop 2000A.
    Billing,
    /// HL03 22: subscriber, loop 2000B.
    Subscriber,
    /// HL03 23: patient who is not the subscriber, loop 2000C.
    Patient,
    /// HL03 is something else.
    Unknown,
}

/// Numbers of the hierarchy, to check HL01 and HL02.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Hierarchy {
    /// HL01 of the last HL of the transaction set.
    pub last: u64,
    /// HL01 of the open billing provider, 0 if there is none.
    pub billing: u64,
    /// HL01 of the open subscriber, 0 if there is none.
    pub subscriber: u64,
    /// Whether HL04 of the last HL says that a level below follows; `None` where it says neither.
    pub child: Option<bool>,
}

/// The payer of a claim: loop 2010BB and SBR.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Payer {
    /// SBR01: P primary, S secondary, T tertiary; 0 if absent.
    pub sequence: u8,
    /// SBR09, claim filing indicator: `MB`, `CI`, `16`.
    pub filing: Code,
    /// NM109 of NM1*PR.
    pub id: Text<80>,
    /// NM103 of NM1*PR: the name of an organisation.
    pub name: Text<60>,
}

/// A person as a digest; equal for equal persons within one run, good for nothing else.
pub type PersonKey = u128;

/// Everything a claim inherits from the segments before it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Context {
    /// Guide named by GS08, for transaction sets whose ST03 is empty.
    pub group_guide: Guide,
    /// Whether GS08 names a guide that is not known.
    pub group_unknown: bool,
    /// Guide of the open transaction set.
    pub guide: Guide,
    /// When the transaction set was made (BHT04).
    pub created: Option<Date>,
    /// Where the reader stands.
    pub level: Level,
    /// Whether an IEA has closed the interchange.
    pub closed: bool,
    /// Numbers of the hierarchy.
    pub hierarchy: Hierarchy,
    /// Billing provider (NM1*85, PRV*BI).
    pub billing: Provider,
    /// Billing provider's tax id (REF*EI or REF*SY in loop 2010AA). A sole practitioner's may be a social
    /// security number: never to be printed.
    pub billing_tax_id: Text<12>,
    /// Payer.
    pub payer: Payer,
    /// Subscriber's id and birth date (NM109 of NM1*IL, DMG02) as a digest; 0 if unknown.
    pub subscriber: PersonKey,
    /// Patient as a digest: the subscriber, or the subscriber's id with the dependent's name and birth date.
    pub patient: PersonKey,
    /// NM109 of NM1*IL, to join minutes by patient. Never to be printed.
    pub member_id: Text<80>,
    /// Whether the hierarchy around the open billing provider, subscriber and patient is in doubt: a number or a
    /// parent of an HL is wrong. Claims are attached by the order of levels all the same.
    pub suspect: [bool; 3],
    /// Whether the claim being read was too large for one chunk and goes on in the next.
    pub in_oversize_claim: bool,
}

impl Level {
    /// How deep it is in the tree, counted from 1; `None` if it is not in it.
    pub(super) fn depth(self) -> Option<u8> {
        match self {
            Level::Billing => Some(1),
            Level::Subscriber => Some(2),
            Level::Patient => Some(3),
            Level::Outside | Level::Header | Level::Unknown => None,
        }
    }
}

impl Context {
    /// Whether a claim in this context is attached to a hierarchy that is in doubt.
    pub fn is_suspect(&self) -> bool {
        self.suspect[2]
    }

    /// Forgets what belongs to a transaction set.
    pub(super) fn close_transaction(&mut self) {
        let Context { group_guide, group_unknown, closed, .. } = *self;
        *self = Context { group_guide, group_unknown, closed, ..Context::default() };
    }

    /// Opens a subscriber loop: a new payer, subscriber and patient.
    pub(super) fn open_subscriber(&mut self) {
        self.level = Level::Subscriber;
        self.payer = Payer::default();
        self.subscriber = 0;
        self.patient = 0;
        self.member_id = Text::EMPTY;
    }

    /// Opens a dependent's loop: the patient is somebody else than the subscriber.
    pub(super) fn open_patient(&mut self) {
        self.level = Level::Patient;
        self.patient = digest(self.subscriber, b"dependent");
    }
}

/// Mixes an element into a person's digest. Case and blanks at the ends do not count.
pub(super) fn digest(key: PersonKey, element: &[u8]) -> PersonKey {
    let [a, b] = [(key >> 64) as u64, key as u64];
    let mut hasher = SipHasher13::new_with_keys(a ^ 0x636c_6169_6d6c_696e, b ^ 0x7465_7220_3833_3720);
    let element = element.trim_ascii();
    // In blocks, because the hasher is quicker with many bytes at once.
    for block in element.chunks(32) {
        let mut folded = [0u8; 32];
        for (to, from) in folded.iter_mut().zip(block) {
            *to = from.to_ascii_uppercase();
        }
        hasher.write(&folded[..block.len()]);
    }
    hasher.finish128().as_u128()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guide_is_named_by_its_four_characters() {
        for (reference, want) in [
            (&b"005010X222A1"[..], Guide::Professional),
            (b"004010X098A1", Guide::Professional),
            (b"005010X223A3", Guide::Institutional),
            (b"004010X096", Guide::Institutional),
            (b"005010X224A2", Guide::Other837),
            (b"005010X2", Guide::Unnamed),
            (b"005010", Guide::Unnamed),
            (b"", Guide::Unnamed),
        ] {
            assert_eq!(Guide::named(reference), want);
            let names = reference.contains(&b'X');
            assert_eq!(Guide::is_unknown(reference), names && want == Guide::Unnamed);
        }
    }

    #[test]
    fn a_person_is_told_from_another_and_not_from_themselves() {
        let one = digest(digest(0, b"member 1"), b"19800101");
        assert_eq!(one, digest(digest(0, b" MEMBER 1 "), b"19800101"));
        assert_ne!(one, digest(digest(0, b"MEMBER 2"), b"19800101"));
        assert_ne!(one, digest(digest(0, b"MEMBER 1"), b"19800102"));
    }
}
