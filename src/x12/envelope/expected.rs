//! What a receiver takes, where that differs from one to the next: plain data, filled from the settings.

use crate::x12::fault::FaultCode;
use crate::x12::text::Text;

/// What one receiver takes. What is not said is not checked.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Expected {
    /// ISA08 of its interchanges; empty for every receiver.
    pub receivers: Vec<Text<15>>,
    /// The most claims a transaction set may have.
    pub claims_per_transaction: Option<u64>,
    /// ISA15 of its interchanges: `P` or `T`.
    pub usage: Option<u8>,
    /// For how many days it remembers an interchange, so as not to take another of its number; without it, for ever.
    pub duplicate_days: Option<u32>,
    /// Tolerated by most and refused by this one: their findings are high.
    pub refused: Vec<FaultCode>,
}

impl Expected {
    /// Whether it speaks of a receiver.
    pub fn is_for(&self, receiver: Text<15>) -> bool {
        self.receivers.is_empty() || self.receivers.contains(&receiver)
    }

    /// Whether the receiver refuses what others tolerate.
    pub fn refuses(&self, code: FaultCode) -> bool {
        self.refused.contains(&code)
    }
}
