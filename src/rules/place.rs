//! Where the parts of a service segment stand: the same part is another element in SV1 and in SV2.

use crate::position::Tag;

const SV2: Tag = Tag::of(b"SV2");

/// The element of the procedure code and its modifiers: SV101, SV202.
pub(super) fn procedure(service: Tag) -> u8 {
    if service == SV2 { 2 } else { 1 }
}

/// The element of the units: SV104, SV205.
pub(super) fn units(service: Tag) -> u8 {
    if service == SV2 { 5 } else { 4 }
}

/// The element of the diagnosis pointers: SV107. SV2 has none; the procedure's element stands for it.
pub(super) fn pointers(service: Tag) -> u8 {
    if service == SV2 { 2 } else { 7 }
}

/// The component of the procedure code within its element.
pub(super) const CODE: u8 = 2;

/// The component of a modifier slot, 1 to 4, within the procedure's element.
pub(super) fn modifier(slot: u8) -> u8 {
    slot.saturating_add(2)
}
