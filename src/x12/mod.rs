//! SYNTAX. Bytes come in, segments and values go out.
//!
//! Deliberately absent: what any transaction set means. This room knows delimiters, segments, elements,
//! envelopes and values; it has never heard of a claim, opens no file and reports no finding. A fault in
//! the data is a [`fault::Fault`] with a place, never an `Err`.

mod bits;
pub mod code;
pub mod delimiters;
pub mod envelope;
pub mod fault;
pub mod odd;
pub mod segment;
pub mod segments;
pub mod text;
pub mod value;
