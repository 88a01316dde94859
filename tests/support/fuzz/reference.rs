//! A reader of claims made of `split`: slow, plain, and written from the guides alone.
//!
//! It reads only what [`super::writer`] writes, envelopes and hierarchy in order, and shares no code with the reader.

use std::collections::BTreeSet;
use std::fmt::Write as _;

/// What the reference knows of a claim.
#[derive(Default)]
struct Ref {
    head: String,
    form: &'static str,
    diagnoses: Vec<String>,
    occurrences: Vec<(String, Option<u32>)>,
    /// G1, 9F, F8.
    references: [String; 3],
    /// DN, 82, 71.
    providers: [(bool, Option<String>); 3],
    above: String,
    notes: Vec<(u32, String)>,
    period: Option<(u32, u32)>,
    lines: Vec<RefLine>,
    place: &'static str,
}

#[derive(Default)]
struct RefLine {
    number: String,
    service: String,
    dates: Option<(u32, u32)>,
    control: String,
    /// 82, DN.
    providers: [(bool, Option<String>); 2],
}

impl Ref {
    fn shown(mut self) -> String {
        if self.form.is_empty() {
            let institutional = self.lines.iter().any(|l| l.service.starts_with("SV2"));
            self.form = if institutional { "Institutional" } else { "Professional" };
        }
        let mut out = self.head.replacen("{form}", self.form, 1);
        let _ = write!(
            out,
            "{:?}\n{:?}\n{:?}\n{:?}\n",
            self.diagnoses, self.occurrences, self.references, self.providers
        );
        let _ = write!(out, "{}\n{:?}\n", self.above, self.notes);
        let day = self.period.filter(|(from, to)| from == to);
        for line in &self.lines {
            let RefLine { number, service, control, providers, .. } = line;
            let dates = line.dates.or(day);
            let _ = writeln!(out, "line {number} {service} {dates:?} {control:?} {providers:?}");
        }
        out
    }
}

/// All claims of a batch, each as text.
pub fn reference(mut bytes: &[u8]) -> Vec<String> {
    let mut claims = Vec::new();
    while let Some(at) = bytes.windows(3).position(|w| w == b"ISA") {
        bytes = &bytes[at..];
        let (separator, component, terminator) = (bytes[3], bytes[104], bytes[105]);
        let mut end = 0;
        for segment in bytes.split(|b| *b == terminator) {
            if segment.trim_ascii_start().starts_with(&[b'I', b'E', b'A', separator]) {
                break;
            }
            end += segment.len() + 1;
        }
        interchange(&bytes[..end], separator, component, terminator, &mut claims);
        bytes = &bytes[end..];
    }
    claims
}

fn interchange(bytes: &[u8], separator: u8, component: u8, terminator: u8, claims: &mut Vec<String>) {
    let (mut group, mut form, mut claim) = ("", "", None::<Ref>);
    let (mut level, mut billing, mut payer, mut filing) = (b'0', None, String::new(), String::new());
    for segment in bytes.split(|b| *b == terminator) {
        let e = elements(segment, [separator, component, terminator]);
        let e: Vec<&[u8]> = e.iter().map(Vec::as_slice).collect();
        let at = |n: usize| e.get(n).copied().unwrap_or_default();
        let parts = |n: usize| at(n).split(|b| *b == component).collect::<Vec<&[u8]>>();
        if [&b"CLM"[..], b"HL", b"ST", b"SE", b"GS", b"GE"].contains(&e[0]) {
            claims.extend(claim.take().map(Ref::shown));
        }
        match (e[0], at(1)) {
            (b"GS", _) => group = guide(at(8)),
            (b"ST", _) => (form, level) = (if e.len() > 3 { guide(at(3)) } else { group }, b'0'),
            (b"HL", _) => {
                level = at(3)[1];
                match level {
                    b'0' => billing = None,
                    b'2' => (payer, filing) = (String::new(), String::new()),
                    _ => {}
                }
            }
            (b"CLM", id) => {
                let place = parts(5);
                let part = |n: usize| place.get(n).copied().unwrap_or_default();
                let frequency = whole(part(2)).filter(|n| (1..10).contains(n)).unwrap_or(0);
                let head = format!(
                    "claim {:?} {{form}} {:?} {} {} {frequency}\n",
                    lossy(id),
                    scaled(at(2), 2, 15),
                    code(part(0)),
                    code(part(1))
                );
                let above = format!("{billing:?} {payer:?} {filing:?}");
                claim = Some(Ref { head, form, above, place: "claim", ..Ref::default() });
            }
            (b"NM1", b"85") if claim.is_none() && level == b'0' => billing = npi(at(8), at(9)),
            (b"NM1", b"PR") if claim.is_none() && level == b'2' => payer = lossy(at(9).trim_ascii()),
            (b"SBR", _) if claim.is_none() && level == b'2' => filing = code(at(9)),
            _ => {}
        }
        if let Some(claim) = claim.as_mut() {
            claim.segment(&at, &parts);
        }
    }
}

impl Ref {
    fn segment<'a>(&mut self, at: &impl Fn(usize) -> &'a [u8], parts: &impl Fn(usize) -> Vec<&'a [u8]>) {
        let (id, qualifier, order) = (at(0), at(1), self.lines.len() as u32);
        let line = self.lines.last_mut();
        match (id, self.place) {
            (b"SBR", "claim") => self.place = "other payer",
            (b"LX", _) => {
                let number =
                    whole(qualifier).filter(|n| *n <= u64::from(u32::MAX)).unwrap_or(u64::from(order) + 1);
                self.lines.push(RefLine { number: number.to_string(), ..RefLine::default() });
                self.place = "line";
            }
            (b"SV1" | b"SV2", _) => {
                let professional = id == b"SV1";
                let n = if professional { [1, 2, 3, 4] } else { [2, 3, 4, 5] };
                let procedure = parts(n[0]);
                let part = |n: usize| procedure.get(n).copied().unwrap_or_default();
                let pointers = if professional { pointers(&parts(7)) } else { [0; 4] };
                let [place, revenue] = if professional { [at(5), b""] } else { [&b""[..], at(1)] };
                line.unwrap().service = format!(
                    "{} {} {} {:?} {:?} {:?} {} {} {pointers:?} {}",
                    lossy(id),
                    code(part(0)),
                    code(part(1)),
                    [2, 3, 4, 5].map(|n| modifier(part(n))),
                    scaled(at(n[1]), 2, 15),
                    scaled(at(n[3]), 3, 14),
                    code(at(n[2])),
                    code(place),
                    code(revenue),
                );
            }
            (b"DTP", "line") if qualifier == b"472" => {
                let line = line.unwrap();
                line.dates = period(at(2), at(3)).or(line.dates);
            }
            (b"DTP", "claim") if qualifier == b"434" || qualifier == b"472" => {
                self.period = period(at(2), at(3)).or(self.period);
            }
            (b"REF", "line") if qualifier == b"6R" => line.unwrap().control = lossy(at(2)),
            (b"REF", place @ ("claim" | "line")) => {
                let known = [&b"G1"[..], b"9F", b"F8"].iter().position(|q| *q == qualifier);
                match known {
                    Some(n) if place == "claim" || (n < 2 && self.references[n].is_empty()) => {
                        self.references[n] = lossy(at(2));
                    }
                    _ => {}
                }
            }
            (b"NTE", place) => self.notes.push((if place == "line" { order } else { 0 }, lossy(at(2)))),
            (b"K3", place) => self.notes.push((if place == "line" { order } else { 0 }, lossy(qualifier))),
            (b"NM1", "line") => match qualifier {
                b"82" => line.unwrap().providers[0] = (true, npi(at(8), at(9))),
                b"DN" => line.unwrap().providers[1] = (true, npi(at(8), at(9))),
                _ => {}
            },
            (b"NM1", "claim") => {
                if let Some(n) = [&b"DN"[..], b"82", b"71"].iter().position(|q| *q == qualifier) {
                    self.providers[n] = (true, npi(at(8), at(9)));
                }
            }
            (b"HI", _) => {
                for n in 1..4 {
                    let [qualifier, value, format, date] =
                        [0, 1, 2, 3].map(|m| parts(n).get(m).copied().unwrap_or_default());
                    match qualifier {
                        b"ABK" | b"ABF" | b"BK" | b"BF" => self.diagnoses.push(code(value)),
                        b"BH" => self.occurrences.push((code(value), day(date).filter(|_| format == b"D8"))),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
}

/// The elements of a segment without line ends, and without blanks around them and, in segments that have some,
/// around components.
pub fn elements(segment: &[u8], [separator, component, terminator]: [u8; 3]) -> Vec<Vec<u8>> {
    let white = |b: &u8| b" \t\r\n".contains(b) && *b != separator && *b != terminator;
    let blank = |b: &u8| white(b) && *b != component;
    let segment = &segment[segment.iter().take_while(|b| white(b)).count()..];
    let id = segment.split(|b| *b == separator).next().unwrap_or_default().trim_ascii().to_ascii_uppercase();
    let composite = [&b"CLM"[..], b"HI", b"ISA", b"SV1", b"SV2", b"SV3", b"SVD", b"TOO"].contains(&&id[..]);
    let one_line: Vec<u8> = segment.iter().filter(|b| !(b"\r\n".contains(b) && blank(b))).copied().collect();
    let trimmed = |part: &[u8]| -> Vec<u8> {
        let from = part.iter().take_while(|b| blank(b)).count();
        let behind = part[from..].iter().rev().take_while(|b| blank(b)).count();
        part[from..part.len() - behind].to_vec()
    };
    let whole = |element: &[u8]| match composite {
        true => element.split(|b| *b == component).map(trimmed).collect::<Vec<_>>().join(&component),
        false => trimmed(element),
    };
    one_line.split(|b| *b == separator).map(whole).collect()
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn guide(version: &[u8]) -> &'static str {
    match version {
        b"005010X222A1" => "Professional",
        b"005010X223A2" => "Institutional",
        _ => "",
    }
}

fn code(bytes: &[u8]) -> String {
    let text = lossy(bytes.trim_ascii()).to_ascii_uppercase();
    let sound = text.len() <= 8 && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
    if sound { text } else { "(malformed)".to_owned() }
}

fn modifier(bytes: &[u8]) -> String {
    let text = code(bytes);
    if matches!(text.len(), 0 | 2) && !text.contains('.') { text } else { "(malformed)".to_owned() }
}

/// A decimal as an integer of so many places.
fn scaled(bytes: &[u8], places: usize, most: usize) -> Option<i128> {
    let text = lossy(bytes.trim_ascii());
    let (sign, digits) = text.strip_prefix('-').map_or((1, text.as_str()), |rest| (-1, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all: BTreeSet<char> = whole.chars().chain(fraction.chars()).collect();
    if all.is_empty() || !all.iter().all(char::is_ascii_digit) {
        return None;
    }
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    if whole.len() > most || fraction.len() > places {
        return None;
    }
    let number: i128 = format!("0{whole}{fraction:0<places$}").parse().unwrap();
    Some(sign * number)
}

fn whole(bytes: &[u8]) -> Option<u64> {
    let text = lossy(bytes.trim_ascii());
    let sound = text.len() <= 18 && text.chars().all(|c| c.is_ascii_digit());
    if sound { text.parse().ok() } else { None }
}

fn pointers(parts: &[&[u8]]) -> [u8; 4] {
    [0, 1, 2, 3].map(|n| parts.get(n).and_then(|p| lossy(p).parse().ok()).unwrap_or(0))
}

fn day(bytes: &[u8]) -> Option<u32> {
    let text = lossy(bytes.trim_ascii());
    if text.len() != 8 || !text.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let [year, month, day] = [&text[..4], &text[4..6], &text[6..]].map(|t| t.parse::<u32>().unwrap());
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let last = *days.get((month as usize).wrapping_sub(1))?;
    ((1800..3000).contains(&year) && (1..=last).contains(&day)).then_some(year * 10_000 + month * 100 + day)
}

fn period(format: &[u8], bytes: &[u8]) -> Option<(u32, u32)> {
    match format {
        b"D8" => day(bytes).map(|d| (d, d)),
        b"DT" => day(bytes.get(..8)?).map(|d| (d, d)),
        _ => {
            let (from, to) = bytes.trim_ascii().split_at_checked(8)?;
            let (from, to) = (day(from)?, day(to.strip_prefix(b"-")?)?);
            (from <= to).then_some((from, to))
        }
    }
}

/// A number that passes its check digit.
fn npi(qualifier: &[u8], bytes: &[u8]) -> Option<String> {
    let text = lossy(bytes.trim_ascii());
    if qualifier != b"XX"
        || text.len() != 10
        || !text.chars().all(|c| c.is_ascii_digit())
        || !text.starts_with(['1', '2'])
    {
        return None;
    }
    let digits = format!("80840{text}");
    let sum: u32 = digits
        .chars()
        .rev()
        .enumerate()
        .map(|(n, c)| c.to_digit(10).unwrap() * if n % 2 == 1 { 2 } else { 1 })
        .map(|n| n / 10 + n % 10)
        .sum();
    sum.is_multiple_of(10).then_some(text)
}
