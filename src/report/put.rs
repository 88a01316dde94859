//! Values written as they print, into bytes and without the machinery of `fmt`: a batch in which every claim is faulty
//! has them by the million.
//!
//! What is written is what `Display` writes, letter for letter; the tests hold the two together. Deliberately absent:
//! text of a claim file, and any escape. What is written here has letters, digits, blanks, dots, dashes and brackets only.

use std::fmt::{self, Write as _};

use crate::finding::Arg;
use crate::position::{ElementRef, Tag};
use crate::x12::code::{Code, Modifier};
use crate::x12::value::{Cents, Date, Quantity};

use super::mark::Fingerprint;
use super::said::{DenialCodes, Spaced};

/// A value that is written as it prints.
pub(super) trait Put: fmt::Display {
    /// Appends it.
    fn put(&self, out: &mut Vec<u8>);
}

impl<T: Put + ?Sized> Put for &T {
    fn put(&self, out: &mut Vec<u8>) {
        (**self).put(out);
    }
}

macro_rules! whole_numbers {
    ($($number:ty),*) => {
        $(impl Put for $number {
            fn put(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(itoa::Buffer::new().format(*self).as_bytes());
            }
        })*
    };
}

whole_numbers!(u8, u32, u64, i64);

impl Put for bool {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(if *self { b"true" } else { b"false" });
    }
}

impl Put for Cents {
    fn put(&self, out: &mut Vec<u8>) {
        let n = sign(self.0, out);
        (n / 100).put(out);
        out.push(b'.');
        out.extend_from_slice(&two(n % 100));
    }
}

impl Put for Quantity {
    fn put(&self, out: &mut Vec<u8>) {
        let n = sign(self.0, out);
        (n / 1000).put(out);
        let [rest, last] = [n % 1000 / 10, n % 10];
        if rest == 0 && last == 0 {
            return;
        }
        let [a, b] = two(rest);
        out.extend_from_slice(&[b'.', a, b, b'0' + last as u8]);
        while out.pop_if(|digit| *digit == b'0').is_some() {}
    }
}

/// Writes the sign of a number that is below zero, and gives back the number without it.
fn sign(number: i64, out: &mut Vec<u8>) -> u64 {
    if number < 0 {
        out.push(b'-');
    }
    number.unsigned_abs()
}

impl Put for Date {
    fn put(&self, out: &mut Vec<u8>) {
        let n = u64::from(self.number());
        let [[a, b], [c, d], [e, f], [g, h]] =
            [n / 1_000_000, n / 10_000 % 100, n / 100 % 100, n % 100].map(two);
        out.extend_from_slice(&[a, b, c, d, b'-', e, f, b'-', g, h]);
    }
}

/// A number below 100 as two digits.
fn two(n: u64) -> [u8; 2] {
    [b'0' + (n / 10 % 10) as u8, b'0' + (n % 10) as u8]
}

impl Put for Code {
    fn put(&self, out: &mut Vec<u8>) {
        let bytes = self.packed().to_be_bytes();
        if !bytes.is_ascii() {
            return shown(self, out);
        }
        let len = 8 - self.packed().trailing_zeros() as usize / 8;
        out.extend_from_slice(bytes.get(..len).unwrap_or_default());
    }
}

impl Put for Modifier {
    fn put(&self, out: &mut Vec<u8>) {
        self.code().put(out);
    }
}

impl Put for Spaced {
    fn put(&self, out: &mut Vec<u8>) {
        let mut filled = self.0.0.iter().filter(|modifier| **modifier != Modifier::NONE);
        if let Some(first) = filled.next() {
            first.put(out);
        }
        for modifier in filled {
            out.push(b' ');
            modifier.put(out);
        }
    }
}

impl Put for ElementRef {
    fn put(&self, out: &mut Vec<u8>) {
        if self.tag == Tag::UNKNOWN {
            return shown(self, out);
        }
        out.extend(self.tag.bytes().into_iter().filter(|byte| *byte != 0));
        if self.element == 0 {
            return;
        }
        if self.element < 100 {
            out.extend_from_slice(&two(self.element.into()));
        } else {
            self.element.put(out);
        }
        if self.component > 0 {
            out.push(b'-');
            self.component.put(out);
        }
    }
}

impl Put for Arg {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Arg::None => {}
            Arg::Code(code) => code.put(out),
            Arg::Units(units) => units.put(out),
            Arg::Count(n) => n.put(out),
            Arg::Money(cents) => cents.put(out),
            Arg::Date(date) => date.put(out),
        }
    }
}

impl Put for Fingerprint {
    fn put(&self, out: &mut Vec<u8>) {
        if let Some(key) = &self.key {
            key.iter().for_each(|byte| out.extend_from_slice(&hex(*byte)));
            out.push(b'-');
        }
        let mut digits = [[0; 2]; 16];
        for (slot, byte) in digits.iter_mut().zip(self.bits) {
            *slot = hex(byte);
        }
        out.extend_from_slice(digits.as_flattened());
    }
}

/// A byte as two small hexadecimal digits.
pub(super) fn hex(byte: u8) -> [u8; 2] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]
}

impl Put for DenialCodes {
    fn put(&self, out: &mut Vec<u8>) {
        let [group, carc, rarc] = self.parts();
        out.extend_from_slice(group.as_bytes());
        out.push(b'-');
        out.extend_from_slice(carc.as_bytes());
        if !rarc.is_empty() {
            out.push(b' ');
            out.extend_from_slice(rarc.as_bytes());
        }
    }
}

/// What is too odd to be worth a way of its own.
#[cold]
fn shown(value: &impl fmt::Display, out: &mut Vec<u8>) {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write!(text, "{value}");
    out.extend_from_slice(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rules::rule::Denial;
    use crate::x12::code::Modifiers;

    /// What is put and what is displayed, behind what stands there before.
    fn check(value: &dyn Put) {
        let mut out = b"7.0".to_vec();
        value.put(&mut out);
        assert_eq!(String::from_utf8(out).unwrap(), format!("7.0{value}"));
    }

    #[test]
    fn values_at_their_ends_are_put_as_they_are_shown() {
        for n in [0, 1, -1, 9, 10, -99, 100, 999, 1000, 1001, 1010, 1100, -1500, i64::MIN, i64::MAX] {
            check(&n);
            check(&Cents(n));
            check(&Quantity(n));
        }
        check(&u64::MAX);
        check(&true);
        check(&false);
        for code in [Code::NONE, Code::MALFORMED, Code::of("9"), Code::of("97110"), Code::of("M54.5012")] {
            check(&code);
            check(&Arg::Code(code));
        }
        check(&Code::from_packed(u64::from_be_bytes("é7      ".as_bytes()[..8].try_into().unwrap())));
        for at in [
            ElementRef::default(),
            ElementRef::component(Tag::UNKNOWN, 3, 4),
            ElementRef::element(Tag::of(b"SV1"), 1),
            ElementRef::element(Tag::of(b"HL"), 0),
            ElementRef::component(Tag::of(b"HI"), 255, 255),
            ElementRef::component(Tag::of(b"HI"), 0, 3),
        ] {
            check(&at);
        }
        for (denial, rarc) in [("4", "N822"), ("151", "")] {
            check(&DenialCodes::new(Denial { group: "CO", carc: denial, rarc: &[] }, rarc));
        }
        check(&Arg::None);
    }

    proptest! {
        #[test]
        fn what_is_put_is_what_is_shown(number in any::<i64>(), days in -62_091..376_200, bits in any::<[u8; 16]>(),
            key in any::<Option<[u8; 4]>>(), slots in any::<[Option<[char; 2]>; 4]>(), small in 0i64..100_000)
        {
            for number in [number, small] {
                check(&number);
                check(&Cents(number));
                check(&Quantity(number));
                check(&Arg::Count(number.unsigned_abs()));
                check(&Arg::Money(Cents(number)));
                check(&Arg::Units(Quantity(number)));
            }
            let date = Date::of_days(days).unwrap();
            check(&date);
            check(&Arg::Date(date));
            check(&Fingerprint { key, bits });
            let modifier = |slot: Option<[char; 2]>| {
                slot.map_or(Modifier::NONE, |two| Modifier::of(&String::from_iter(two)))
            };
            check(&Spaced(Modifiers(slots.map(modifier))));
        }
    }
}
