//! Who an interchange goes from and to: with ISA13, what tells it from every other.

use crate::x12::text::Text;

use super::Standing;

/// ISA05 to ISA08.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Parties {
    /// ISA05 and ISA07: what kinds of ids follow them.
    pub qualifiers: [Text<2>; 2],
    /// ISA06.
    pub sender: Text<15>,
    /// ISA08.
    pub receiver: Text<15>,
}

/// An interchange that has begun.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Begun {
    /// From whom to whom.
    pub parties: Parties,
    /// Offset of its ISA in the file.
    pub byte: u64,
    /// Where it stands, with its ISA13.
    pub standing: Standing,
    /// Whether it was said that the file has its ISA13 before.
    pub repeats: bool,
    /// Whether its receiver refuses one that it has had before.
    pub refused: bool,
    /// For how many days its receiver remembers, if not forever.
    pub days: Option<u32>,
}

impl Begun {
    /// What tells it from every other, if it says so much: ISA05 to ISA08, and ISA13 without blanks or zeros in front.
    pub fn identity(&self) -> Option<[&[u8]; 5]> {
        let Parties { qualifiers: [from, to], sender, receiver } = &self.parties;
        let control = &self.standing.isa13;
        let zeros = control.as_bytes().iter().take_while(|b| **b == b'0').count();
        let nameless = control.is_empty() || (sender.is_empty() && receiver.is_empty());
        let control = control.as_bytes().get(zeros..).unwrap_or_default();
        let all = [from.as_bytes(), sender.as_bytes(), to.as_bytes(), receiver.as_bytes(), control];
        (!nameless).then_some(all)
    }
}
