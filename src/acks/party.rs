//! Who a file names: organisations by their names, persons by a word.

use crate::x12::segment::Segment;

use super::text::{UNKNOWN, WITHHELD, clean_or, digits};
use super::{Header, Party};

/// A billing provider that is not named.
pub(super) fn unknown() -> Party {
    Party { entity: "2", name: UNKNOWN.to_owned(), id: WITHHELD.to_owned() }
}

/// What stands above claims before a segment says it.
pub(super) fn unknown_header() -> Header {
    let nobody = || Party { id: UNKNOWN.to_owned(), ..unknown() };
    Header {
        reference: UNKNOWN.to_owned(),
        submitter: nobody(),
        receiver: nobody(),
        provider: unknown(),
        ..Header::default()
    }
}

/// Submitter or receiver: name and id of an organisation; of a person that it is one.
pub(super) fn organisation(nm1: &Segment<'_>) -> Party {
    let [_, entity, name, _, _, _, _, _, id] = nm1.first();
    if entity.trim_ascii() == b"2" {
        Party { entity: "2", name: clean_or(name, 60, UNKNOWN), id: clean_or(id, 80, UNKNOWN) }
    } else {
        Party { entity: "1", name: WITHHELD.to_owned(), id: WITHHELD.to_owned() }
    }
}

/// A billing provider: of a person too the national number, which is public. Any other may be a social security number.
pub(super) fn provider(nm1: &Segment<'_>) -> Party {
    let [_, entity, name, _, _, _, _, qualifier, id] = nm1.first();
    let npi = digits(id, 10).filter(|npi| npi.len() == 10 && qualifier.trim_ascii() == b"XX");
    let id = npi.unwrap_or_else(|| WITHHELD.to_owned());
    if entity.trim_ascii() == b"2" {
        Party { entity: "2", name: clean_or(name, 60, UNKNOWN), id }
    } else {
        Party { entity: "1", name: WITHHELD.to_owned(), id }
    }
}
