//! Delimiters as found in an ISA, against its fixed positions.

use claimlint::x12::delimiters::{Delimiters, ISA_LONGEST, is_whole_isa, isa, without_isa};

use super::draw::Draw;

const TEMPLATE: &[u8] = b"ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       \
    *260101*1200*^*00501*000000001*0*P*:~GS*HC*SENDER*RECEIVER*20260101*1200*1*X*005010X222A1~ST*837*0001~BHT*0019~";

/// Where the separators of an ISA of the right width stand, ISA16 after the last.
const SEPARATORS: [usize; 16] = [3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103];

/// Segment ids that may follow an ISA.
const FOLLOWERS: [&[u8]; 3] = [b"GS", b"IEA", b"TA1"];

/// The bytes as they are, or as edits of a whole header.
pub fn isa_detect(data: &[u8]) {
    let mut draw = Draw::new(data);
    match draw.below(4) {
        0 => check(draw.rest()),
        1 => check(&edited(&TEMPLATE[106..], draw)),
        2 => check(&edited(&TEMPLATE[150..], draw)),
        _ => check(&edited(TEMPLATE, draw)),
    }
}

/// The template with delimiters of the bytes' choice and some bytes overwritten, left out or put in.
fn edited(template: &[u8], mut draw: Draw<'_>) -> Vec<u8> {
    let mut bytes = template.to_vec();
    if draw.once_in(2) {
        let [element, component, terminator, repetition] = [(); 4].map(|()| draw.byte());
        for b in &mut bytes {
            *b = match *b {
                b'*' => element,
                b':' => component,
                b'~' => terminator,
                b'^' => repetition,
                other => other,
            };
        }
    }
    while !draw.is_empty() && !bytes.is_empty() {
        let at = usize::from(u16::from_be_bytes([draw.byte() & 1, draw.byte()])) % bytes.len();
        match draw.below(4) {
            0 => bytes[at] = draw.byte(),
            1 => drop(bytes.remove(at)),
            2 => bytes.insert(at, draw.byte()),
            _ => bytes.truncate(at),
        }
    }
    bytes
}

fn check(input: &[u8]) {
    assert_eq!(is_whole_isa(input), whole(input));
    if let Ok((rest, isa)) = isa(input) {
        // Line ends may stand anywhere in it, and its id may be in small letters.
        let id: Vec<u8> = input.iter().copied().filter(|b| !b"\r\n".contains(b)).take(3).collect();
        assert!(id.eq_ignore_ascii_case(b"ISA"));
        usable(isa.delimiters);
        let Delimiters { terminator, repetition, .. } = isa.delimiters;
        assert!(isa.len < ISA_LONGEST);
        // Where only the group behind it tells the terminator, another byte stands in its place.
        assert!(input[isa.len] == terminator || isa.repaired);
        assert_eq!(rest, &input[isa.len + 1..]);
        assert!(repetition.is_none() || input[..isa.len].contains(&repetition.unwrap()));
        assert!(isa.width_fault.is_none_or(|(element, _)| (1..=15).contains(&element)));
        if isa.width_fault.is_none() && !isa.broken && !isa.repaired && input[3] != b' ' {
            let capital = [&b"ISA"[..], &input[3..]].concat();
            assert!(whole(&capital));
        }
    }
    if let Some(want) = plain_isa(input) {
        let (rest, isa) = isa(input).unwrap();
        assert_eq!(isa.delimiters, want);
        assert_eq!((isa.width_fault, isa.repaired, isa.broken, isa.len), (None, false, false, 105));
        assert_eq!(isa.control.as_bytes(), input[90..99].trim_ascii());
        assert_eq!(isa.usage, *input[102..103].trim_ascii().first().unwrap_or(&0));
        assert_eq!(rest, &input[106..]);
    }
    if let Some(delimiters) = without_isa(input) {
        usable(delimiters);
        assert!(input[..2].eq_ignore_ascii_case(b"GS") || input[..2].eq_ignore_ascii_case(b"ST"));
        assert_eq!(input[2..].iter().find(|b| **b != b' '), Some(&delimiters.element));
        assert!(input.contains(&delimiters.terminator));
    }
    if let Some((element, terminator)) = plain_group(input) {
        let found = without_isa(input).unwrap();
        assert_eq!((found.element, found.terminator), (element, terminator));
    }
}

/// What accepted delimiters must be.
fn usable(delimiters: Delimiters) {
    let Delimiters { element, component, repetition, terminator } = delimiters;
    let all: Vec<u8> = [element, component, terminator].into_iter().chain(repetition).collect();
    assert!(all.iter().all(|b| !b.is_ascii_alphanumeric() && *b != b' '), "{delimiters:?}");
    assert!(all.iter().enumerate().all(|(n, b)| !all[..n].contains(b)), "{delimiters:?}");
}

/// Whether separators stand where the standard fixes them.
fn whole(input: &[u8]) -> bool {
    input.len() > 105 && input.starts_with(b"ISA") && SEPARATORS.iter().all(|at| input[*at] == input[3])
}

/// The delimiters of an ISA with nothing wrong, that a segment follows which may: read by position.
fn plain_isa(input: &[u8]) -> Option<Delimiters> {
    if !whole(input) {
        return None;
    }
    let (element, component, terminator) = (input[3], input[104], input[105]);
    let sound = |b: &u8| !b.is_ascii_alphanumeric() && *b != b' ';
    let distinct = element != component && element != terminator && component != terminator;
    if !distinct || ![element, component, terminator].iter().all(sound) {
        return None;
    }
    if input[..104].iter().filter(|b| **b == element).count() != 16 {
        return None;
    }
    let rest = input[106..].trim_ascii_start();
    let follows = |id: &&[u8]| rest.starts_with(id) && rest.get(id.len()) == Some(&element);
    if !rest.is_empty() && !FOLLOWERS.iter().any(follows) {
        return None;
    }
    let declared = input[82];
    let free = ![element, component, terminator].contains(&declared)
        && sound(&declared)
        && !declared.is_ascii_whitespace();
    let new = input[84..89].trim_ascii() >= b"00402".as_slice();
    Some(Delimiters { element, component, repetition: (free && new).then_some(declared), terminator })
}

/// Separator and terminator of a group header with nothing wrong, that a transaction set follows at once.
fn plain_group(input: &[u8]) -> Option<(u8, u8)> {
    let element = *input.strip_prefix(b"GS")?.first()?;
    let window = &input[..input.len().min(ISA_LONGEST)];
    if !element.is_ascii_punctuation() {
        return None;
    }
    // In small letters too: the first of them counts.
    let at = window.windows(3).position(|w| w[..2].eq_ignore_ascii_case(b"ST") && w[2] == element)?;
    let terminator = *window.get(at.checked_sub(1)?)?;
    let once = !window[..at - 1].contains(&terminator);
    (at > 3 && terminator.is_ascii_punctuation() && terminator != element && once)
        .then_some((element, terminator))
}
