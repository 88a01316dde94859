//! Texts of the page, each written once, and the lists that stand in it as JSON.
//!
//! A text is known again by 128 bits of a hash with a key of its own, made anew for each page: nobody can choose texts that
//! are taken for one another, and no text is kept beside the one that is written. Deliberately absent: what a text is about.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, BuildHasherDefault, Hash, Hasher, RandomState};
use std::io;

use serde::Serialize as _;
use serde_json::ser::{Formatter, Serializer};
use siphasher::sip128::{Hasher128 as _, SipHasher13};

use crate::report::put::Put;
use crate::report::safe;
use crate::report::said::Filled;

/// An index into a table of texts, or of what texts make up.
pub(super) type Index = u32;

/// The texts.
pub(super) struct Texts {
    pub(super) list: List,
    by_digest: HashMap<Digest, Index, BuildHasherDefault<Digested>>,
    hasher: SipHasher13,
    /// Texts of values that come again and again, so that not each has to be printed to be found.
    known: [Memo; Kind::COUNT],
    room: Vec<u8>,
}

/// Values that have a table of their own among those that come again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Procedure,
    Modifiers,
    Units,
    Date,
    Element,
    Form,
    Message,
    Fix,
    Denial,
}

impl Kind {
    const COUNT: usize = Kind::Denial as usize + 1;
}

impl Texts {
    /// With room for that many, so that what is known of them need not be moved.
    pub(super) fn with_room_for(texts: usize) -> Texts {
        let key = || RandomState::new().hash_one(0);
        Texts {
            list: List::default(),
            by_digest: HashMap::with_capacity_and_hasher(texts, BuildHasherDefault::default()),
            hasher: SipHasher13::new_with_keys(key(), key()),
            known: std::array::from_fn(|_| Memo::default()),
            room: Vec::new(),
        }
    }

    /// The index of a text; it is written if it is new.
    pub(super) fn index(&mut self, text: &str) -> io::Result<Index> {
        let mut hasher = self.hasher;
        hasher.write(text.as_bytes());
        let digest = Digest(hasher.finish128().as_bytes());
        if let Some(index) = self.by_digest.get(&digest) {
            return Ok(*index);
        }
        let index = self.list.push(|json| string(json, text))?;
        self.by_digest.insert(digest, index);
        Ok(index)
    }

    /// The index of what a value prints.
    pub(super) fn put(&mut self, value: &impl Put) -> io::Result<Index> {
        let mut room = std::mem::take(&mut self.room);
        room.clear();
        value.put(&mut room);
        let index = self.index(std::str::from_utf8(&room).map_err(io::Error::other)?);
        self.room = room;
        index
    }

    /// The same of a value that likely comes again. No other one of its kind has its key.
    pub(super) fn of(&mut self, kind: Kind, key: u64, value: &impl Put) -> io::Result<Index> {
        if let Some(index) = self.known[kind as usize].get(key) {
            return Ok(index);
        }
        let index = self.put(value)?;
        self.known[kind as usize].set(key, index);
        Ok(index)
    }

    /// The same of a message or a fix, where `fault` is what it is of.
    pub(super) fn filled(&mut self, kind: Kind, fault: u64, text: Filled<'_>) -> io::Result<Index> {
        if text.has_figures() { self.put(&text) } else { self.of(kind, fault, &text) }
    }
}

/// Indexes by key, as many as there are slots: a key that comes to the slot of another takes it.
struct Memo(Vec<(u64, Index)>);

impl Memo {
    const SLOTS: usize = 1 << 10;

    fn slot(key: u64) -> usize {
        (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 54) as usize
    }

    fn get(&self, key: u64) -> Option<Index> {
        let (of, index) = self.0[Memo::slot(key)];
        (of == key && index != Index::MAX).then_some(index)
    }

    fn set(&mut self, key: u64, index: Index) {
        self.0[Memo::slot(key)] = (key, index);
    }
}

impl Default for Memo {
    fn default() -> Memo {
        Memo(vec![(0, Index::MAX); Memo::SLOTS])
    }
}

/// A text by its digest: bytes, for a number would take twelve more beside an index.
#[derive(PartialEq, Eq)]
struct Digest([u8; 16]);

impl Hash for Digest {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Digest([a, b, c, d, e, f, g, h, ..]) = *self;
        state.write_u64(u64::from_ne_bytes([a, b, c, d, e, f, g, h]));
    }
}

/// Takes the bits of a digest for its hash.
#[derive(Default)]
struct Digested(u64);

impl Hasher for Digested {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, digest: u64) {
        self.0 = digest;
    }
}

/// The inside of a JSON array, in pieces: one of all would be copied as it grows.
#[derive(Default)]
pub(super) struct List {
    whole: Vec<Vec<u8>>,
    piece: Vec<u8>,
    /// Bytes of the pieces that are whole.
    bytes: usize,
    count: Index,
}

/// How far a list had come.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    whole: usize,
    piece: usize,
    count: Index,
}

impl List {
    /// Bytes of a piece, about.
    const PIECE: usize = 64 * 1024;

    /// Appends a value.
    pub(super) fn push(&mut self, value: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> io::Result<Index> {
        if self.piece.len() >= List::PIECE {
            self.bytes += self.piece.len();
            let next = Vec::with_capacity(List::PIECE * 5 / 4);
            self.whole.push(std::mem::replace(&mut self.piece, next));
        }
        if self.count > 0 {
            self.piece.push(b',');
        }
        value(&mut self.piece)?;
        self.count += 1;
        Ok(self.count - 1)
    }

    /// Bytes of all pieces.
    pub(super) fn len(&self) -> usize {
        self.bytes + self.piece.len()
    }

    pub(super) fn mark(&self) -> Mark {
        Mark { whole: self.whole.len(), piece: self.piece.len(), count: self.count }
    }

    pub(super) fn back_to(&mut self, mark: Mark) {
        let gone = self.whole.split_off(mark.whole.min(self.whole.len()));
        self.bytes -= gone.iter().map(Vec::len).sum::<usize>();
        if let Some(piece) = gone.into_iter().next() {
            self.piece = piece;
        }
        self.piece.truncate(mark.piece);
        self.count = mark.count;
    }

    /// The pieces, one behind the other.
    pub(super) fn into_pieces(self) -> impl Iterator<Item = Vec<u8>> {
        self.whole.into_iter().chain([self.piece])
    }
}

/// Appends a text as a string in which nothing can be taken for markup.
fn string(json: &mut Vec<u8>, text: &str) -> io::Result<()> {
    if safe::is_printable_without(text.as_bytes(), *b"\"\\<>&") {
        json.push(b'"');
        json.extend_from_slice(text.as_bytes());
        json.push(b'"');
        return Ok(());
    }
    Ok(text.serialize(&mut Serializer::with_formatter(json, InPage))?)
}

/// JSON in which no text can be taken for markup.
struct InPage;

impl Formatter for InPage {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, out: &mut W, text: &str) -> io::Result<()> {
        let mut rest = text;
        while let Some(at) = rest.find(['<', '>', '&']) {
            let (plain, marked) = rest.split_at(at);
            let (mark, behind) = marked.split_at(1);
            out.write_all(plain.as_bytes())?;
            out.write_all(match mark {
                "<" => b"\\u003c",
                ">" => b"\\u003e",
                _ => b"\\u0026",
            })?;
            rest = behind;
        }
        out.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x12::code::Code;

    #[test]
    fn no_text_is_markup_and_every_text_comes_back() {
        for text in
            ["</script", "<!--", "]]>", "a&lt;b", "<script>alert(1)</script>", "é\"\\", "", "97110 GP"]
        {
            let mut list = List::default();
            list.push(|json| string(json, text)).unwrap();
            list.push(|json| string(json, "x")).unwrap();
            let json = String::from_utf8(list.into_pieces().flatten().collect()).unwrap();
            assert!(!json.contains(['<', '>', '&']), "{json}");
            let back: Vec<String> = serde_json::from_str(&format!("[{json}]")).unwrap();
            assert_eq!(back, [text, "x"]);
        }
    }

    #[test]
    fn a_list_goes_back_to_where_it_was_whatever_pieces_it_is_in() {
        let mut list = List::default();
        let add = |list: &mut List, len: usize| {
            list.push(|json| {
                json.resize(json.len() + len, b'x');
                Ok(())
            })
        };
        for (n, len) in [1, List::PIECE, 3, 2 * List::PIECE, 0, List::PIECE].into_iter().enumerate() {
            let (mark, before) = (list.mark(), list.len());
            for len in [len, List::PIECE, 5] {
                add(&mut list, len).unwrap();
            }
            list.back_to(mark);
            assert_eq!((list.len(), list.mark().count as usize), (before, n));
            assert_eq!(add(&mut list, len).unwrap(), n as Index);
        }
        let len = list.len();
        assert_eq!(list.into_pieces().flatten().count(), len);
        assert_eq!(len, 4 + 4 * List::PIECE + 5, "each value, and commas between");
    }

    /// Values are more than there are slots, and come in two orders.
    #[test]
    fn a_value_has_the_index_of_its_text_whatever_came_between() {
        let mut texts = Texts::with_room_for(0);
        assert_eq!(texts.index("").unwrap(), 0);
        let codes: Vec<Code> = (0..3 * Memo::SLOTS).map(|n| Code::of(&format!("{n:05}"))).collect();
        let mut of = |code: &Code| texts.of(Kind::Procedure, code.packed(), code).unwrap();
        let first: Vec<Index> = codes.iter().map(&mut of).collect();
        let mut again: Vec<Index> = codes.iter().rev().map(&mut of).collect();
        again.reverse();
        assert_eq!(first, again);
        assert_eq!(first, (1..=codes.len() as Index).collect::<Vec<_>>());
        assert_eq!(of(&Code::NONE), 0, "what prints nothing is the empty text");
        for (code, index) in codes.iter().zip(first) {
            assert_eq!(texts.index(&code.to_string()).unwrap(), index);
        }
    }
}
