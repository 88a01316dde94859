//! What a run over a damaged file must come to, whatever the damage.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use claimlint::claim::claim::NotEvaluated;
use claimlint::finding::{Arg, Finding};
use claimlint::position::Tag;
use claimlint::rules::rule::Interest;
use claimlint::scan::commit::Status;
use claimlint::scan::results::Results;

use super::oracle::{self, Start};
use super::run::RULES;
use super::seeds::MARK;
use super::watch::without_digests;

/// Faults that hang on what else stands in the group or interchange.
const BY_THE_REST: [&str; 12] = [
    "X12-G005", "X12-S001", "X12-S003", "X12-S004", "X12-S005", "X12-S006", "X12-S007", "X12-S009",
    "X12-S011", "X12-S013", "X12-T004", "X12-T011",
];

/// The results of one file, by place.
pub struct Seen {
    /// Claims with findings.
    pub claims: BTreeSet<usize>,
    /// Every finding, with the claim it is about.
    pub findings: Vec<(Option<usize>, Finding)>,
    /// What a claim's row says besides.
    rows: BTreeMap<usize, String>,
}

impl Seen {
    pub fn of(results: &Results) -> Seen {
        let mut seen = Seen { claims: BTreeSet::new(), findings: Vec::new(), rows: BTreeMap::new() };
        let each: std::io::Result<()> = results.each(|item| {
            let claim = item.claim.map(|(row, texts)| {
                let id = row.id.of(texts).escape_ascii();
                let said = format!(
                    "{id} {:?} {:?} {} {:?} {:?} {:?}",
                    row.form, row.charge, row.lines, row.date, row.policy, row.billing
                );
                seen.claims.insert(row.byte as usize);
                seen.rows.insert(row.byte as usize, said);
                row.byte as usize
            });
            seen.findings.extend(item.findings.iter().map(|f| (claim, *f)));
            Ok(())
        });
        each.unwrap();
        seen
    }

    /// What is found in a range of the file, places counted from its start. Left out is what depends on the rest of
    /// the file: numbers used before, sets counted by their group, habits of a provider, what is told once for an
    /// interchange with its count; and with `copied` what days have in common, for a copy of a claim is its duplicate.
    pub fn within(&self, range: &Range<usize>, copied: bool) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for (claim, finding) in &self.findings {
            let byte = finding.position.byte as usize;
            let rule = RULES[usize::from(finding.rule.0)];
            let of_others = match rule.interest {
                Interest::Course | Interest::Clash | Interest::ProviderDay | Interest::Habits => true,
                Interest::Day(..) => copied,
                Interest::Syntax => BY_THE_REST.contains(&rule.code),
                _ => false,
            };
            if !range.contains(&byte) || of_others {
                continue;
            }
            let mut finding = *finding;
            finding.position.byte -= range.start as u64;
            all.push(format!("{:?} {} {finding:?}", claim.map(|c| c - range.start.min(c)), rule.code));
        }
        all.sort();
        all.extend(self.rows.range(range.clone()).map(|(byte, row)| format!("{} {row}", byte - range.start)));
        all
    }
}

/// What became of the claims that are to be expected.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Claims {
    pub expected: u64,
    /// Read and held to the rules.
    pub evaluated: u64,
    /// Not read, and the reader says so.
    pub said: u64,
    /// Not read, without a word.
    pub silent: u64,
}

/// Holds the claims that are expected against those seen and what was said. Also gives the places of those that were
/// lost without a word.
pub fn claims(text: &[u8], starts: &[Start], results: &Results, seen: &Seen) -> (Claims, Vec<usize>) {
    let expected = oracle::claims(text, starts);
    let counts = &results.totals.counts;
    let all = expected.len() as u64;
    if !matches!(results.files[0].status, Status::Whole | Status::Partial(_)) {
        return (Claims { expected: all, said: all, ..Claims::default() }, Vec::new());
    }
    // Claims that the end of the file or of an interchange cuts off are counted as such, and the segments in them are
    // told.
    let cut_off = counts.claims_not_evaluated[NotEvaluated::CutOff as usize];
    let cuts = seen.findings.iter().filter(|(_, finding)| code(finding) == "X12-S012");
    let cut: BTreeSet<usize> = cuts
        .filter_map(|(_, finding)| expected.range(..=finding.position.byte as usize).next_back().copied())
        .take(cut_off as usize)
        .collect();
    let is_silent =
        |at: &usize| !seen.claims.contains(at) && !cut.contains(at) && !is_said(text, starts, seen, *at);
    let mut missing: Vec<usize> = expected.iter().copied().filter(is_silent).collect();
    // Claims in which nothing was found have no place in the results; they are counted.
    let quiet = results.totals.stats.quiet;
    let silent = (missing.len() as u64).saturating_sub(quiet);
    if silent == 0 {
        missing.clear();
    }
    let evaluated = results.totals.stats.evaluated.min(all - silent);
    debug_assert!(counts.claims_seen >= results.totals.stats.evaluated);
    (Claims { expected: all, evaluated, said: all - silent - evaluated, silent }, missing)
}

fn code(finding: &Finding) -> &'static str {
    RULES[usize::from(finding.rule.0)].code
}

/// Whether a finding says of these very bytes that they were not read as a claim.
fn is_said(text: &[u8], starts: &[Start], seen: &Seen, at: usize) -> bool {
    seen.findings.iter().any(|(_, finding)| {
        let from = finding.position.byte as usize;
        match code(finding) {
            // Bytes that were passed over, and how many.
            "X12-I010" | "X12-S010" | "X12-S012" | "X12-W004" => match finding.args[0] {
                Arg::Count(bytes) => (from..from + bytes as usize).contains(&at),
                _ => false,
            },
            // The file ends inside the header.
            "X12-I003" => from <= at,
            // Segments that mean nothing to the reader, or are far too long.
            "X12-S002" | "X12-T005" | "X12-S008" => from == at || is_one_segment(text, from, at),
            // Sets that are not read: told at the set, or at each claim in it.
            "X12-T010" | "X12-T012" => {
                from == at || set_before(text, starts, at) == set_before(text, starts, from)
            }
            _ => false,
        }
    })
}

/// Whether two places stand in one segment: what delimits before the first does not occur between them.
fn is_one_segment(text: &[u8], from: usize, at: usize) -> bool {
    let blank = |b: &&u8| b.is_ascii_whitespace();
    let before = [text[..from].last(), text[..from].iter().rev().find(|b| !blank(b))];
    let mut ends = before.into_iter().flatten().filter(|b| !b.is_ascii_alphanumeric());
    from < at && ends.any(|end| memchr::memchr(*end, &text[from..at]).is_none())
}

/// Where the set begins that a place stands in, by whichever delimiters.
fn set_before(text: &[u8], starts: &[Start], at: usize) -> Option<usize> {
    let declared = oracle::interchanges(text);
    let sets = [starts, &declared].into_iter().flat_map(|starts| {
        let is_set = |range: &Range<usize>| {
            let start = starts.iter().rev().find(|start| start.at <= range.start);
            oracle::id(&text[range.clone()]) == b"ST"
                && start.map(|s| s.element) == text.get(range.start + 2).copied()
        };
        oracle::segments(text, starts).take_while(|range| range.start <= at).filter(is_set).last()
    });
    sets.map(|range| range.start).max()
}

/// Findings that do not lead to the segment they name.
pub fn misplaced(text: &[u8], seen: &Seen) -> Vec<String> {
    // Where there is no ISA, findings of the interchange name it all the same.
    let headless = seen.findings.iter().any(|(_, f)| code(f) == "X12-I001");
    let wrong = seen.findings.iter().filter(|(claim, finding)| {
        let (byte, tag) = (finding.position.byte as usize, finding.position.at.tag);
        let here = text.get(byte..).unwrap_or_default().iter();
        let id: Vec<u8> = here.filter(|b| !b.is_ascii_whitespace()).take(3).copied().collect();
        let there = tag == Tag::UNKNOWN || id.to_ascii_uppercase().starts_with(tag.to_string().as_bytes());
        let of_isa = headless && tag == Tag::of(b"ISA");
        byte < claim.unwrap_or(0) || byte > text.len() || !(there || of_isa)
    });
    wrong.map(|(claim, f)| format!("{} of claim {claim:?}: {f:?}", code(f))).collect()
}

/// Canaries in an output: those that nobody can excuse, and how many stand in it because the damage put them into an
/// element that is there to be printed, such as a claim's id.
pub fn leaks(text: &[u8], starts: &[Start], output: &[u8]) -> (Vec<String>, u64) {
    let mut carried = 0;
    let mut leaked = Vec::new();
    for token in tokens(output) {
        // What should have stood behind a number is told as well.
        let number = std::str::from_utf8(&token).ok().and_then(|digits| digits.parse::<u64>().ok());
        let before = number.map_or(token.clone(), |n| n.saturating_sub(1).to_string().into_bytes());
        if is_printable_element(text, starts, &token) || is_printable_element(text, starts, &before) {
            carried += 1;
        } else {
            leaked.push(String::from_utf8_lossy(&token).into_owned());
        }
    }
    (leaked, carried)
}

/// Texts and dates of birth that can only come from a person's elements.
fn tokens(output: &[u8]) -> Vec<Vec<u8>> {
    let word = |at: usize, fits: fn(&u8) -> bool| {
        let before = output[..at].iter().rev().take_while(|b| fits(b)).count();
        let behind = output[at..].iter().take_while(|b| fits(b)).count();
        output[at - before..at + behind].to_vec()
    };
    let marked = memchr::memmem::find_iter(output, MARK).map(|at| word(at, u8::is_ascii_alphanumeric));
    let plain = without_digests(output);
    let dated_word = |at: usize, fits: fn(&u8) -> bool| {
        let before = plain[..at].iter().rev().take_while(|b| fits(b)).count();
        let behind = plain[at..].iter().take_while(|b| fits(b)).count();
        plain[at - before..at + behind].to_vec()
    };
    let dated = memchr::memmem::find_iter(&plain, b"18")
        .map(|at| dated_word(at, |b| b.is_ascii_digit() || *b == b'-'))
        .filter(|word| {
            let digits: Vec<u8> = word.iter().filter(|b| b.is_ascii_digit()).copied().collect();
            let number = |from: usize| (digits[from] - b'0') * 10 + digits[from + 1] - b'0';
            let is_day = |month: u8, day: u8| (1..=12).contains(&month) && (1..=31).contains(&day);
            digits.len() == 8
                && digits.starts_with(b"18")
                && digits[2] >= b'6'
                && is_day(number(4), number(6))
        });
    marked.chain(dated).collect()
}

/// Whether a text stands in an element that outputs name: control numbers, claim ids, codes, dates, payers.
fn is_printable_element(text: &[u8], starts: &[Start], token: &[u8]) -> bool {
    const PRINTED: [&[u8]; 16] = [
        b"ISA", b"IEA", b"HL", b"GS", b"GE", b"ST", b"SE", b"TA1", b"CLM", b"LX", b"SV1", b"SV2", b"SV3",
        b"HI", b"DTP", b"BHT",
    ];
    let token: Vec<u8> = token.iter().filter(|b| **b != b'-').map(u8::to_ascii_uppercase).collect();
    let declared = oracle::interchanges(text);
    [starts, &declared].into_iter().any(|starts| {
        oracle::segments(text, starts).any(|range| {
            let segment = text[range].to_ascii_uppercase();
            let printed = match &oracle::id(&segment)[..] {
                b"NM1" => segment.get(4..6) == Some(b"PR"),
                id => PRINTED.contains(&id),
            };
            printed && memchr::memmem::find(&segment, &token).is_some()
        })
    })
}
