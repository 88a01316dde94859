//! The ISA segment: where an interchange begins and which four bytes delimit it.
//!
//! The ISA is the only segment of fixed width, because its own bytes declare the delimiters. Real files
//! get the widths wrong, so it is read by counting its sixteen separators; the widths are compared after.

use nom::bytes::complete::{tag_no_case, take, take_till, take_while};
use nom::multi::fill;
use nom::sequence::terminated;
use nom::{IResult, Parser};

use super::text::Text;

/// The bytes that delimit one interchange, as its ISA declares them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Delimiters {
    /// Element separator: the byte after `ISA`.
    pub element: u8,
    /// Component separator: ISA16.
    pub component: u8,
    /// Repetition separator: ISA11, in version 00402 and later.
    pub repetition: Option<u8>,
    /// Segment terminator: the byte after ISA16.
    pub terminator: u8,
}

impl Delimiters {
    /// The delimiters most files use: `*`, `:`, `^`, `~`.
    pub const USUAL: Delimiters =
        Delimiters { element: b'*', component: b':', repetition: Some(b'^'), terminator: b'~' };

    /// Whether a byte between segments is blank: white space that is not a delimiter.
    #[inline]
    pub fn is_blank(&self, byte: u8) -> bool {
        matches!(byte, b' ' | b'\t' | b'\r' | b'\n') && byte != self.terminator && byte != self.element
    }

    /// Whether one of them is legal and rare: a control character that ends no line, or a byte beyond ASCII.
    pub fn is_unusual(&self) -> bool {
        let rare = |b: u8| (b.is_ascii_control() && !matches!(b, b'\r' | b'\n')) || !b.is_ascii();
        rare(self.element)
            || rare(self.component)
            || rare(self.terminator)
            || self.repetition.is_some_and(rare)
    }

    /// Whether the four bytes can delimit at all: all different, none a letter, digit or space.
    fn usable(&self) -> bool {
        let bytes = [self.element, self.component, self.terminator];
        bytes.iter().all(|b| !b.is_ascii_alphanumeric() && *b != b' ')
            && self.element != self.component
            && self.element != self.terminator
            && self.component != self.terminator
    }
}

/// Widths of ISA01 to ISA16 (X12.5, control segment ISA).
pub const ISA_WIDTHS: [u8; 16] = [2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1];

/// An ISA longer than this is not one, whatever separators follow.
pub const ISA_LONGEST: usize = 512;

/// An ISA as read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Isa {
    /// The delimiters it declares.
    pub delimiters: Delimiters,
    /// ISA05 and ISA07, what kinds of ids follow them.
    pub qualifiers: [Text<2>; 2],
    /// ISA06, the sender, blanks trimmed.
    pub sender: Text<15>,
    /// ISA08, the receiver, blanks trimmed.
    pub receiver: Text<15>,
    /// ISA13, the interchange control number, blanks trimmed.
    pub control: Text<16>,
    /// ISA15, the usage indicator: `P` production, `T` test; 0 if there is none.
    pub usage: u8,
    /// Number of the first element that is not as wide as [`ISA_WIDTHS`] says, and its width.
    pub width_fault: Option<(u8, usize)>,
    /// Whether ISA11 declares no repetition separator although the version in ISA12 has one, or ISA12 names no
    /// version.
    pub no_repetition: bool,
    /// Whether the terminator had to be found by what follows, because the declared one cannot be right.
    pub repaired: bool,
    /// Whether line ends stand inside the segment, as where lines are of one length; nothing is said of widths
    /// then.
    pub broken: bool,
    /// Length of the segment without its terminator.
    pub len: usize,
}

/// Reads an ISA at the start of `input`, by its sixteen separators. Line ends inside it are passed over, if that
/// makes it one as the standard has it.
pub fn isa(input: &[u8]) -> IResult<&[u8], Isa> {
    let window = &input[..input.len().min(ISA_LONGEST)];
    let plain = one_line(window);
    let sound = plain.as_ref().is_ok_and(|(_, isa)| isa.width_fault.is_none() && !isa.repaired);
    if !sound && let Some(isa) = broken(window) {
        return Ok((&input[isa.len + 1..], isa));
    }
    match plain.ok().map(|(_, isa)| isa).or_else(|| before_group(window)) {
        Some(isa) => Ok((&input[isa.len + 1..], isa)),
        None => Err(nom::Err::Error(nom::error::Error::new(input, nom::error::ErrorKind::Verify))),
    }
}

/// An ISA that ends in nothing that can end a segment, or lacks its last element: the GS behind it tells the
/// terminator. The byte before that GS is taken for the end of the ISA; see [`end_header`].
fn before_group(window: &[u8]) -> Option<Isa> {
    let rest = window.get(..3).filter(|id| id.eq_ignore_ascii_case(b"ISA")).map(|_| &window[3..])?;
    let element = *rest.iter().find(|b| **b != b' ')?;
    if element.is_ascii_alphanumeric() {
        return None;
    }
    let gs = group_after(window, element)?;
    let header = &window[..gs - 1];
    let elements: Vec<&[u8]> = header.split(|b| *b == element).collect();
    // With the id: sixteen where ISA16 is gone, one more where a separator stands in its place.
    if !(16..=18).contains(&elements.len()) {
        return None;
    }
    let mut delimiters = without_isa(&window[gs..]).filter(|d| d.element == element)?;
    if let Some([component]) = elements.get(16).map(|e| e.trim_ascii()) {
        let declared = Delimiters { component: *component, ..delimiters };
        delimiters = if declared.usable() { declared } else { delimiters };
    }
    let text = |n: usize| elements.get(n).copied().unwrap_or_default();
    Some(Isa {
        delimiters,
        qualifiers: [text(5), text(7)].map(Text::new),
        sender: Text::new(text(6)),
        receiver: Text::new(text(8)),
        control: Text::new(text(13)),
        usage: text(15).trim_ascii().first().copied().unwrap_or(0),
        width_fault: None,
        no_repetition: false,
        repaired: true,
        broken: false,
        len: gs - 1,
    })
}

/// Where the first GS after the fixed part of an ISA begins, if a byte stands before it that can be spared.
fn group_after(window: &[u8], element: u8) -> Option<usize> {
    const FIXED: usize = 60;
    let window = &window[..window.len().min(ISA_LONGEST)];
    let tail = window.get(FIXED..)?.to_ascii_uppercase();
    memchr::memmem::find(&tail, &[b'G', b'S', element]).map(|n| FIXED + n)
}

/// Ends an ISA whose terminator had to be found by what follows with that terminator, in place of the byte that
/// stands before the GS, so that its bytes can be read as segments.
pub fn end_header(bytes: &mut [u8], delimiters: &Delimiters) {
    if let Some(gs) = group_after(bytes, delimiters.element)
        && !bytes[..gs].contains(&delimiters.terminator)
    {
        bytes[gs - 1] = delimiters.terminator;
    }
}

/// An ISA with line ends inside, if it is sound without them. Where a carriage return ends segments, only line
/// feeds are none of its own.
fn broken(window: &[u8]) -> Option<Isa> {
    without(window, b"\r\n").or_else(|| without(window, b"\n"))
}

fn without(window: &[u8], line_ends: &[u8]) -> Option<Isa> {
    let mut joined = [0u8; ISA_LONGEST];
    let mut from = [0usize; ISA_LONGEST];
    let mut len = 0;
    for (n, b) in window.iter().enumerate().filter(|(_, b)| !line_ends.contains(b)) {
        (joined[len], from[len], len) = (*b, n, len + 1);
    }
    if len == window.len() {
        return None;
    }
    let (_, isa) = one_line(&joined[..len]).ok()?;
    let sound = isa.width_fault.is_none() && !isa.repaired;
    // The byte that was taken for the terminator stands where it does in the file.
    sound.then(|| Isa { len: from[isa.len], broken: true, ..isa })
}

/// Reads an ISA in which line ends are data or delimiters like any other byte.
fn one_line(window: &[u8]) -> IResult<&[u8], Isa> {
    let (rest, _) = tag_no_case("ISA")(window)?;
    // Some writers pad the id itself: `ISA *00 *`.
    let (rest, _) = take_while(|b| b == b' ')(rest)?;
    let (rest, separator) = take(1usize)(rest)?;
    let element = separator[0];
    if element.is_ascii_alphanumeric() || element == b' ' {
        return Err(nom::Err::Error(nom::error::Error::new(window, nom::error::ErrorKind::Char)));
    }
    let mut elements: [&[u8]; 15] = [&[]; 15];
    let (rest, ()) =
        // A separator is a byte, also above ASCII, where a `char` would be two.
        fill(terminated(take_till(move |b| b == element), take(1usize)), &mut elements)
            .parse(rest)
            .map_err(|e: nom::Err<nom::error::Error<&[u8]>>| e)?;
    let (rest, last) = take(1usize)(rest)?;
    let component = last[0];
    let (rest, next) = take(1usize)(rest)?;
    let version = elements[11].trim_ascii();
    let names_version = version.len() == 5 && version.starts_with(b"00");
    let repeats = version >= b"00402".as_slice();
    let repetition = match elements[10].trim_ascii() {
        [r] if repeats && !r.is_ascii_alphanumeric() => Some(*r),
        _ => None,
    };
    let mut delimiters = Delimiters { element, component, repetition, terminator: next[0] };
    let mut len = window.len() - rest.len() - 1;
    let mut repaired = false;
    if !delimiters.usable() || !followed_by_segment(rest, element) {
        if let Some((terminator, at)) = terminator_by_what_follows(window, len, element) {
            (delimiters.terminator, len, repaired) = (terminator, at, true);
            if !delimiters.usable() {
                delimiters.component = Delimiters::USUAL.component;
            }
        }
        if !delimiters.usable() {
            return Err(nom::Err::Error(nom::error::Error::new(window, nom::error::ErrorKind::Verify)));
        }
    }
    // Only now is it known which bytes are taken.
    let taken = [element, delimiters.component, delimiters.terminator];
    delimiters.repetition = delimiters.repetition.filter(|r| !taken.contains(r));
    let width_fault = elements
        .iter()
        .zip(ISA_WIDTHS)
        .zip(1u8..)
        .find(|((e, width), _)| e.len() != usize::from(*width))
        .map(|((e, _), n)| (n, e.len()));
    let isa = Isa {
        delimiters,
        sender: Text::new(elements[5]),
        receiver: Text::new(elements[7]),
        qualifiers: [Text::new(elements[4]), Text::new(elements[6])],
        control: Text::new(elements[12]),
        usage: elements[14].trim_ascii().first().copied().unwrap_or(0),
        width_fault,
        no_repetition: !names_version || (repeats && delimiters.repetition.is_none()),
        repaired,
        broken: false,
        len,
    };
    Ok((&window[len + 1..], isa))
}

/// ISA13 of an ISA that cannot be read whole, as far as it has that many elements.
pub fn control_of_unread(segment: &[u8]) -> Text<16> {
    let separator = segment.get(3).copied().unwrap_or(b'*');
    segment.split(|b| *b == separator).nth(13).map_or(Text::EMPTY, Text::new)
}

/// Whether the fixed positions of the separators are those of a whole, well-formed ISA. Such a run of
/// bytes is an ISA wherever it stands, even in the middle of a segment that was cut off.
pub fn is_whole_isa(input: &[u8]) -> bool {
    let Some(&separator) = input.get(3) else { return false };
    if input.len() < 106 || !input.starts_with(b"ISA") {
        return false;
    }
    let mut at = 3;
    for width in &ISA_WIDTHS[..15] {
        at += usize::from(*width) + 1;
        if input[at] != separator {
            return false;
        }
    }
    true
}

/// Whether an ISA stands here that is whole but for line ends inside it.
pub fn is_broken_isa(input: &[u8]) -> bool {
    let mut bytes = input.iter().filter(|b| !matches!(b, b'\r' | b'\n')).skip(3);
    let separator = bytes.next();
    // ISA01 and ISA02 tell nearly all of what is none.
    let is_next = |byte: Option<&u8>| byte.is_some() && byte == separator;
    let widths = [ISA_WIDTHS[0], ISA_WIDTHS[1]].map(usize::from);
    widths.into_iter().all(|width| is_next(bytes.nth(width))) && isa(input).is_ok_and(|(_, isa)| isa.broken)
}

/// Delimiters for data that begins at GS or ST without an ISA: the separator follows the id, the
/// terminator precedes the next segment id these two are followed by.
pub fn without_isa(input: &[u8]) -> Option<Delimiters> {
    // Ids in small letters are read too; no letter delimits.
    let window = &input[..input.len().min(ISA_LONGEST)].to_ascii_uppercase();
    let followers: &[&[u8]] = match window.as_slice() {
        [b'G', b'S', ..] => &[b"ST"],
        [b'S', b'T', ..] => &[b"BHT", b"BPR", b"BGN", b"BGR", b"AK1"],
        _ => return None,
    };
    let element = *window[2..].iter().find(|b| **b != b' ')?;
    if element.is_ascii_alphanumeric() || (element.is_ascii_whitespace() && element != b'\t') {
        return None;
    }
    for id in followers {
        let mut needle = id.to_vec();
        needle.push(element);
        if let Some(next) = memchr::memmem::find(&window[2..], &needle) {
            let before = &window[..2 + next];
            // Zeros that fill a block up are no more than blanks.
            let filled = before.iter().rev().take_while(|b| b.is_ascii_whitespace() || matches!(b, 0 | 0x1a));
            let trimmed = &before[..before.len() - filled.count()];
            let terminator = if trimmed.last().is_some_and(|b| !b.is_ascii_alphanumeric()) {
                *trimmed.last()?
            } else {
                // Nothing but a line break ends the segment.
                before[trimmed.len()..].iter().copied().find(|b| matches!(b, b'\n' | b'\r'))?
            };
            let component = *b":>^".iter().find(|b| **b != element && **b != terminator)?;
            let delimiters = Delimiters { element, component, repetition: None, terminator };
            return delimiters.usable().then_some(delimiters);
        }
    }
    None
}

/// Whether what stands after a terminator begins like a segment that may follow an ISA.
fn followed_by_segment(rest: &[u8], element: u8) -> bool {
    let rest = rest.trim_ascii_start();
    if rest.is_empty() {
        return true;
    }
    let is = |id: &[u8]| {
        rest.len() <= id.len()
            || (rest[..id.len()].eq_ignore_ascii_case(id)
                && matches!(rest.get(id.len()), Some(b) if *b == element || *b == b' '))
    };
    [&b"GS"[..], b"IEA", b"TA1", b"ISB", b"ISE", b"TA3", b"ISX", b"ST"].iter().any(|id| is(id))
}

/// Where the declared terminator cannot be right: the byte before the first `GS` that follows.
fn terminator_by_what_follows(window: &[u8], from: usize, element: u8) -> Option<(u8, usize)> {
    let from = from.saturating_sub(1);
    let tail = &window[from..window.len().min(from + 16)];
    let gs = memchr::memmem::find(tail, &[b'G', b'S', element])?;
    let mut at = gs.checked_sub(1)?;
    while at > 0
        && matches!(tail[at], b' ' | b'\t' | b'\r' | b'\n')
        && !matches!(tail[at - 1], b'0'..=b'9' | b'A'..=b'Z')
    {
        at -= 1;
    }
    Some((tail[at], from + at))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260101*1200*^*00501*000000001*0*P*";

    fn read(tail: &str) -> Option<Isa> {
        isa(format!("{HEAD}{tail}").as_bytes()).ok().map(|(_, isa)| isa)
    }

    #[test]
    fn delimiters_are_what_the_isa_declares() {
        for (tail, component, terminator) in [
            (":~GS*HC*", b':', b'~'),
            (":~\r\nGS*HC*", b':', b'~'),
            (">\nGS*HC*", b'>', b'\n'),
            ("|\r\nGS*HC*", b'|', b'\r'),
            (":\u{1c}GS*HC*", b':', 0x1c),
            (":~", b':', b'~'),
            (":~G", b':', b'~'),
            (":^GS*HC*", b':', b'^'),
        ] {
            let isa = read(tail).unwrap_or_else(|| panic!("{tail:?}"));
            assert_eq!(
                (isa.delimiters.component, isa.delimiters.terminator),
                (component, terminator),
                "{tail:?}"
            );
            assert_eq!(isa.delimiters.repetition, Some(b'^').filter(|_| terminator != b'^'), "{tail:?}");
            assert_eq!(
                (isa.width_fault, isa.repaired, isa.control),
                (None, false, Text::new(b"000000001")),
                "{tail:?}"
            );
        }
    }

    #[test]
    fn delimiters_need_not_be_ascii() {
        let swap = |b: u8| match b {
            b'*' => 0xbb,
            b':' => 0xbf,
            b'~' => 0x85,
            b'^' => 0xac,
            other => other,
        };
        let text: Vec<u8> = format!("{HEAD}:~GS*HC*").bytes().map(swap).collect();
        let (rest, isa) = isa(&text).unwrap();
        let want = Delimiters { element: 0xbb, component: 0xbf, repetition: Some(0xac), terminator: 0x85 };
        assert_eq!((isa.delimiters, isa.width_fault, rest), (want, None, &b"GS\xbbHC\xbb"[..]));
    }

    #[test]
    fn a_missing_terminator_is_found_by_the_group_that_follows() {
        let isa = read("~GS*HC*X").unwrap();
        assert!(isa.repaired);
        assert_eq!(isa.delimiters.terminator, b'~');
    }

    #[test]
    fn a_wrong_width_is_named_and_the_isa_is_still_read() {
        let text = HEAD.replace("SENDER         ", "SENDER ") + ":~GS*";
        let (_, isa) = isa(text.as_bytes()).unwrap();
        assert_eq!(isa.width_fault, Some((6, 7)));
        assert!(!is_whole_isa(text.as_bytes()));
        assert!(is_whole_isa(format!("{HEAD}:~GS*").as_bytes()));
    }

    #[test]
    fn line_ends_inside_are_passed_over_if_the_isa_is_sound_without_them() {
        let whole = format!("{HEAD}:~GS*HC*EXAMPLE*EXAMPLE*20260101*1200*1*X*005010X222A1~ST*837*0001~");
        for (width, end) in
            [(80, "\r\n"), (80, "\n"), (104, "\n"), (105, "\r\n"), (106, "\n"), (20, "\n"), (3, "\n")]
        {
            let lines: Vec<_> = whole.as_bytes().chunks(width).map(|l| String::from_utf8_lossy(l)).collect();
            let text = lines.join(end);
            let (rest, isa) = isa(text.as_bytes()).unwrap();
            assert_eq!(isa.delimiters, Delimiters::USUAL, "{width}");
            assert_eq!((isa.control, isa.width_fault), (Text::new(b"000000001"), None), "{width}");
            assert_eq!((isa.broken, text.as_bytes()[isa.len]), (width < 106, b'~'), "{width}");
            assert_eq!(rest.len(), text.len() - isa.len - 1);
            assert_eq!(is_broken_isa(text.as_bytes()), width < 106, "{width}");
        }
        let text = HEAD.replace("SENDER", "SE\nDE") + ":~GS*";
        assert!(!isa(text.as_bytes()).unwrap().1.broken, "a width that is wrong without the line end too");
    }

    #[test]
    fn a_repetition_separator_that_separates_nothing_is_none() {
        let with = |from, to| format!("{HEAD}:~GS*").replace(from, to);
        for (text, repetition, fault) in [
            (with("x", ""), Some(b'^'), false),
            (with("*^*", "*U*"), None, true),
            (with("*^*", "*:*"), None, true),
            (with("*^*", "*~*"), None, true),
            (with("*^*00501", "*U*00401"), None, false),
            (with("*00501*", "*ZZZZZ*"), Some(b'^'), true),
        ] {
            let (_, isa) = isa(text.as_bytes()).unwrap();
            assert_eq!((isa.delimiters.repetition, isa.no_repetition), (repetition, fault), "{text}");
        }
    }

    #[test]
    fn letters_and_cut_off_headers_are_no_isa() {
        for text in ["ISABEL*1*2", "ISA", "ISA*00*", &HEAD[..60], &format!("{HEAD}:")] {
            assert!(isa(text.as_bytes()).is_err(), "{text:?}");
        }
    }

    #[test]
    fn without_an_isa_the_next_segment_id_tells() {
        for (text, want) in [
            ("ST*837*0001*005010X222A1~BHT*0019*00", Some((b'*', b'~'))),
            ("GS|HC|A|B|20260101|1200|1|X|005010X222A1\nST|837|0001", Some((b'|', b'\n'))),
            ("ST*837*0001~\r\n  BHT*0019", Some((b'*', b'~'))),
            ("GS\tHC\tA\tB\t20260101\t1200\t1\tX\t005010X222A1\nST\t837\t0001", Some((b'\t', b'\n'))),
            ("ST:837:0001>BHT:0019", Some((b':', b'>'))),
            ("gs*HC*A*B~st*837*0001~", Some((b'*', b'~'))),
            ("ST837", None),
            ("STOP it", None),
            ("", None),
        ] {
            let got = without_isa(text.as_bytes()).map(|d| (d.element, d.terminator));
            assert_eq!(got, want, "{text:?}");
        }
    }
}
