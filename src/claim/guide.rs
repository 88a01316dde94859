//! What the places of a claim are called: its loops as the implementation guides number them (005010X222A1 for 837P,
//! 005010X223A2 for 837I), and short names for segments and elements.
//!
//! Names are our own, for people who read a claim beside its findings. Deliberately absent: what the guides require.
//! A loop is known by what begins it, so a segment that stands where it should not is named by where it stands.

use crate::claim::claim::Form;
use crate::position::{ElementRef, Tag};
use crate::x12::segment::Segment;

/// A loop by its number, and what it is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Loop {
    /// As in the guides, `2310A`.
    pub number: &'static str,
    /// In a few words.
    pub name: &'static str,
}

impl Loop {
    /// The claim itself.
    pub const CLAIM: Loop = Loop { number: "2300", name: "claim" };
    /// Another payer.
    const OTHER_PAYER: Loop = Loop { number: "2320", name: "other coverage" };
    /// A service line.
    const LINE: Loop = Loop { number: "2400", name: "service line" };
    const DRUG: Loop = Loop { number: "2410", name: "drug" };
    const DECISION: Loop = Loop { number: "2430", name: "other payer's decision" };
    const FORM: Loop = Loop { number: "2440", name: "form" };

    /// The loop a segment stands in, where the one before it stood in `self`.
    #[must_use]
    pub fn enter(self, form: Form, segment: &Segment<'_>) -> Loop {
        let [a, b, c] = segment.tag().bytes();
        let in_line = self.number.starts_with("24");
        match [a, b, c] {
            [b'C', b'L', b'M'] => Loop::CLAIM,
            [b'L', b'X', 0] | [b'S', b'V', b'1'..=b'3'] => Loop::LINE,
            [b'S', b'B', b'R'] if !in_line => Loop::OTHER_PAYER,
            [b'L', b'I', b'N'] if in_line => Loop::DRUG,
            [b'S', b'V', b'D'] if in_line => Loop::DECISION,
            [b'L', b'Q', 0] if in_line => Loop::FORM,
            [b'N', b'M', b'1'] => self.party(form, segment.element(1)),
            _ => self,
        }
    }

    /// The loop that an NM1 with this NM101 begins.
    fn party(self, form: Form, role: &[u8]) -> Loop {
        let (parties, none) = match self.number.as_bytes() {
            [b'2', b'4', ..] => (LINE_PARTIES, Loop { number: "2420", name: "a party of the line" }),
            [b'2', b'3', b'2' | b'3', ..] => (OTHER_PARTIES, Loop { number: "2330", name: "other coverage" }),
            _ => (CLAIM_PARTIES, Loop { number: "2310", name: "a party of the claim" }),
        };
        let known = parties.iter().find(|(roles, ..)| roles.iter().any(|known| known.as_bytes() == role));
        known.map_or(none, |(_, name, [professional, institutional])| {
            let number = match form {
                Form::Professional => *professional,
                Form::Institutional => *institutional,
            };
            Loop { number: if number.is_empty() { none.number } else { number }, name }
        })
    }
}

/// NM101, what the party is, and its loop in 837P and 837I; empty where the guide has none.
type Party = (&'static [&'static str], &'static str, [&'static str; 2]);

const CLAIM_PARTIES: &[Party] = &[
    (&["DN", "P3"], "referring provider", ["2310A", "2310F"]),
    (&["82"], "rendering provider", ["2310B", "2310D"]),
    (&["77"], "service facility", ["2310C", "2310E"]),
    (&["DQ"], "supervising provider", ["2310D", ""]),
    (&["PW"], "pick-up", ["2310E", ""]),
    (&["45"], "drop-off", ["2310F", ""]),
    (&["71"], "attending provider", ["", "2310A"]),
    (&["72"], "operating physician", ["", "2310B"]),
    (&["ZZ"], "other operating MD", ["", "2310C"]),
];

const OTHER_PARTIES: &[Party] = &[
    (&["IL"], "other subscriber", ["2330A", "2330A"]),
    (&["PR"], "other payer", ["2330B", "2330B"]),
    (&["DN", "P3"], "referring provider", ["2330C", "2330H"]),
    (&["82"], "rendering provider", ["2330D", "2330G"]),
    (&["77"], "service facility", ["2330E", "2330F"]),
    (&["DQ"], "supervising provider", ["2330F", ""]),
    (&["85"], "billing provider", ["2330G", "2330I"]),
    (&["71"], "attending provider", ["", "2330C"]),
    (&["72"], "operating physician", ["", "2330D"]),
    (&["ZZ"], "other operating MD", ["", "2330E"]),
];

const LINE_PARTIES: &[Party] = &[
    (&["82"], "rendering provider", ["2420A", "2420C"]),
    (&["QB"], "purchased service", ["2420B", ""]),
    (&["77"], "service facility", ["2420C", ""]),
    (&["DQ"], "supervising provider", ["2420D", ""]),
    (&["DK"], "ordering provider", ["2420E", ""]),
    (&["DN", "P3"], "referring provider", ["2420F", "2420D"]),
    (&["PW"], "pick-up", ["2420G", ""]),
    (&["45"], "drop-off", ["2420H", ""]),
    (&["72"], "operating physician", ["", "2420A"]),
    (&["ZZ"], "other operating MD", ["", "2420B"]),
];

/// Letters of the longest name of a segment.
pub const WIDEST: usize = 20;

/// The name of a segment, where it has one here.
pub fn segment(tag: Tag) -> Option<&'static str> {
    SEGMENTS.iter().find(|(known, _)| *known == tag).map(|(_, name)| *name)
}

const SEGMENTS: [(Tag, &str); 43] = [
    (Tag::of(b"CLM"), "claim"),
    (Tag::of(b"HI"), "health codes"),
    (Tag::of(b"DTP"), "date"),
    (Tag::of(b"REF"), "reference"),
    (Tag::of(b"NTE"), "note"),
    (Tag::of(b"CL1"), "admission"),
    (Tag::of(b"AMT"), "amount"),
    (Tag::of(b"CN1"), "contract"),
    (Tag::of(b"CR1"), "ambulance trip"),
    (Tag::of(b"CR2"), "spine treatment"),
    (Tag::of(b"CR3"), "equipment need"),
    (Tag::of(b"CRC"), "conditions"),
    (Tag::of(b"PWK"), "attachment"),
    (Tag::of(b"K3"), "free data"),
    (Tag::of(b"HCP"), "pricing"),
    (Tag::of(b"QTY"), "quantity"),
    (Tag::of(b"NM1"), "party"),
    (Tag::of(b"N3"), "street"),
    (Tag::of(b"N4"), "city"),
    (Tag::of(b"PER"), "contact"),
    (Tag::of(b"PRV"), "specialty"),
    (Tag::of(b"DMG"), "demographics"),
    (Tag::of(b"PAT"), "patient"),
    (Tag::of(b"SBR"), "subscriber"),
    (Tag::of(b"OI"), "other insurance"),
    (Tag::of(b"MIA"), "inpatient decision"),
    (Tag::of(b"MOA"), "outpatient decision"),
    (Tag::of(b"CAS"), "adjustment"),
    (Tag::of(b"LX"), "line number"),
    (Tag::of(b"SV1"), "service"),
    (Tag::of(b"SV2"), "service"),
    (Tag::of(b"SV3"), "dental service"),
    (Tag::of(b"SV5"), "equipment"),
    (Tag::of(b"SVD"), "line decision"),
    (Tag::of(b"MEA"), "measurement"),
    (Tag::of(b"PS1"), "purchased"),
    (Tag::of(b"LIN"), "drug"),
    (Tag::of(b"CTP"), "drug quantity"),
    (Tag::of(b"LQ"), "form"),
    (Tag::of(b"FRM"), "form answer"),
    (Tag::of(b"SE"), "set trailer"),
    (Tag::of(b"HL"), "level"),
    (Tag::of(b"ST"), "set header"),
];

/// The name of an element, where it has one here.
pub fn element(at: ElementRef) -> Option<&'static str> {
    let place = (at.element, at.component);
    let name = match &at.tag.bytes() {
        b"CLM" => match place {
            (1, _) => "claim id",
            (2, _) => "charge",
            (5, 0 | 1) => "place of service",
            (5, 3) => "frequency code",
            (6, _) => "signature on file",
            (7, _) => "assignment",
            (11, _) => "related causes",
            (20, _) => "delay reason",
            _ => return None,
        },
        b"SV1" => match place {
            (1, part) => procedure(part)?,
            (2, _) => "charge",
            (3, _) => "unit of measure",
            (4, _) => "units",
            (5, _) => "place of service",
            (7, _) => "diagnosis pointers",
            _ => return None,
        },
        b"SV2" => match place {
            (1, _) => "revenue code",
            (2, part) => procedure(part)?,
            (3, _) => "charge",
            (4, _) => "unit of measure",
            (5, _) => "units",
            (7, _) => "non-covered charge",
            _ => return None,
        },
        b"HI\0" => match at.component {
            0 => "health code",
            1 => "kind of code",
            2 => "code",
            _ => return None,
        },
        b"DTP" => match at.element {
            1 => "kind of date",
            2 => "format",
            3 => "date",
            _ => return None,
        },
        b"REF" => match at.element {
            1 => "kind of reference",
            2 => "value",
            _ => return None,
        },
        b"NM1" => match at.element {
            1 => "role",
            2 => "person or organisation",
            3 => "last name or organisation",
            8 => "kind of id",
            9 => "id",
            _ => return None,
        },
        b"LX\0" if at.element == 1 => "line number",
        b"NTE" if at.element == 2 => "text",
        b"SBR" if at.element == 9 => "kind of payer",
        b"PRV" if at.element == 3 => "taxonomy code",
        b"CAS" if at.element == 1 => "group code",
        b"SVD" => match place {
            (2, _) => "paid",
            (3, part) => procedure(part)?,
            (5, _) => "units paid",
            _ => return None,
        },
        _ => return None,
    };
    Some(name)
}

/// The parts of a procedure.
fn procedure(component: u8) -> Option<&'static str> {
    Some(match component {
        0 => "procedure",
        1 => "kind of code",
        2 => "procedure code",
        3 => "modifier 1",
        4 => "modifier 2",
        5 => "modifier 3",
        6 => "modifier 4",
        7 => "description",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x12::delimiters::Delimiters;
    use crate::x12::segments::Segments;

    #[test]
    fn loops_are_known_by_what_begins_them() {
        let text = "CLM*A~HI*ABK:M5450~NM1*DN*1~REF*1G~NM1*71*1~SBR*S~NM1*IL*1~N3*X~NM1*PR*2~NM1*71*1~LX*1~SV1*HC~\
                    NM1*82*1~PRV*PE~NM1*??*1~SBR*T~LIN**N4~CTP****1~SVD*P~CAS*CO~LX*2~LQ*UT~FRM*1~CLM*B~LIN*X~";
        let of = |form: Form| -> Vec<&str> {
            let mut at = Loop::CLAIM;
            let segments = Segments::new(text.as_bytes(), Delimiters::USUAL);
            segments
                .map(|segment| {
                    at = at.enter(form, &segment);
                    at.number
                })
                .collect()
        };
        let tail = "2410 2410 2430 2430 2400 2440 2440 2300 2300";
        let want = format!(
            "2300 2300 2310A 2310A 2310 2320 2330A 2330A 2330B 2330 2400 2400 2420A 2420A 2420 2420 {tail}"
        );
        assert_eq!(of(Form::Professional).join(" "), want);
        let want = format!(
            "2300 2300 2310F 2310F 2310A 2320 2330A 2330A 2330B 2330C 2400 2400 2420C 2420C 2420 2420 {tail}"
        );
        assert_eq!(of(Form::Institutional).join(" "), want);
    }

    #[test]
    fn names_are_short_and_each_segment_has_one() {
        for (n, (tag, name)) in SEGMENTS.iter().enumerate() {
            assert!(*tag != Tag::UNKNOWN && name.len() <= WIDEST, "{name}");
            assert!(SEGMENTS[..n].iter().all(|(other, _)| other != tag), "{tag} twice");
        }
        let parties = [CLAIM_PARTIES, OTHER_PARTIES, LINE_PARTIES].concat();
        assert!(parties.iter().all(|(_, name, _)| name.len() <= WIDEST), "a name is not cut off");
        for (at, want) in [
            (ElementRef::component(Tag::of(b"SV1"), 1, 3), Some("modifier 1")),
            (ElementRef::component(Tag::of(b"SV2"), 2, 6), Some("modifier 4")),
            (ElementRef::element(Tag::of(b"SV2"), 1), Some("revenue code")),
            (ElementRef::element(Tag::of(b"LX"), 1), Some("line number")),
            (ElementRef::component(Tag::of(b"HI"), 7, 2), Some("code")),
            (ElementRef::element(Tag::of(b"LX"), 2), None),
            (ElementRef::component(Tag::of(b"SV1"), 1, 9), None),
            (ElementRef::element(Tag::UNKNOWN, 1), None),
        ] {
            assert_eq!(element(at), want, "{at}");
        }
    }
}
