//! What a split came to, for people: claims and money of each half, by file, and what to do next.

use crate::report::figures::{counted, dollars};
use crate::report::halves::{Entry, Fate, HALVES};
use crate::x12::value::Cents;

use super::Style;
use super::page::{Ink, Page};

/// Files that are printed one by one; the index has all.
const MOST: usize = 50;

/// What the page has to say beside the files.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// The severity from which a claim is held.
    pub level: &'static str,
    /// The directory that was written, as it may be printed.
    pub directory: &'a str,
    /// Whether control numbers are those of the inputs.
    pub keeps_controls: bool,
    /// Claims that are held for what was found in them once others were.
    pub joined: u64,
}

/// The page.
pub fn halves(entries: &[Entry], about: About<'_>, style: Style) -> String {
    let mut page = Page::new(style);
    let mut sums = [(0, Cents::ZERO); 2];
    let (mut split, mut sets, mut in_both) = (0, 0, false);
    page.heading("SPLIT");
    for entry in entries {
        let Fate::Split { parts, unread_sets, .. } = &entry.fate else { continue };
        for (sum, part) in sums.iter_mut().zip(parts) {
            *sum = (sum.0 + part.claims, sum.1 + part.charge);
        }
        sets += unread_sets;
        in_both |= parts.iter().all(|part| part.output.is_some());
        split += 1;
        if split <= MOST {
            page.para(2, 4, &entry.file);
            for (half, part) in HALVES.iter().zip(parts) {
                of_half(&mut page, half, part.claims, part.charge, part.output.as_deref());
            }
        }
    }
    if split > MOST {
        let more = counted((split - MOST) as u64, "files");
        page.para(2, 4, &format!("{more} more, each with its rows in index.csv"));
    }
    if split == 0 {
        page.para(2, 2, "no file was split");
    } else if split > 1 {
        page.para(2, 4, &format!("together, {}", counted(split as u64, "files")));
        for (half, (claims, charge)) in HALVES.iter().zip(sums) {
            of_half(&mut page, half, claims, charge, None);
        }
    }
    if sets > 0 {
        let words = format!(
            "{} that are not 837P or 837I were not checked and are held",
            counted(sets, "transaction sets")
        );
        page.para(2, 4, &words);
    }
    if about.joined > 0 {
        let words = format!(
            "{} held for what is found once the others are held; findings.csv has it without a segment number",
            counted(about.joined, "claims")
        );
        page.para(2, 4, &words);
    }
    let unsplit: Vec<(&str, &str)> = entries.iter().filter_map(not_split).collect();
    if !unsplit.is_empty() {
        page.heading("NOT SPLIT");
        for (file, why) in unsplit.iter().take(MOST) {
            page.item(2, Ink::Bad, &format!("{file}:"), 4, why);
        }
        if unsplit.len() > MOST {
            let more = counted((unsplit.len() - MOST) as u64, "files");
            page.para(2, 4, &format!("{more} more, each with its row in index.csv"));
        }
    }
    page.blank();
    let about = About { keeps_controls: about.keeps_controls && in_both, ..about };
    page.para(0, 6, &next(sums, split, &unsplit, about));
    page.into_text()
}

fn of_half(page: &mut Page, half: &str, claims: u64, charge: Cents, output: Option<&str>) {
    let words = format!("{}, {}", counted(claims, "claims"), dollars(charge));
    let words = output.map_or(words.clone(), |output| format!("{words}: {output}"));
    let ink = if half == HALVES[1] && claims > 0 { Ink::Bad } else { Ink::Plain };
    page.item(4, ink, half, 11, &words);
}

fn not_split(entry: &Entry) -> Option<(&str, &str)> {
    match &entry.fate {
        Fate::NotSplit(why) => Some((&entry.file, why)),
        Fate::Split { .. } => None,
    }
}

fn next(sums: [(u64, Cents); 2], split: usize, unsplit: &[(&str, &str)], about: About<'_>) -> String {
    let [(clean, _), (held, _)] = sums;
    let About { level, directory, keeps_controls, .. } = about;
    let mut said = Vec::new();
    if clean > 0 {
        said.push(format!("send what is in {directory}/clean"));
    }
    if held > 0 {
        said.push(format!(
            "correct what is in {directory}/held, {directory}/findings.csv has its findings of {level} or worse"
        ));
    }
    if keeps_controls {
        said.push(
            "clean and held have the control numbers of their input: give --control-file or --control-from before both \
             are sent"
                .to_owned(),
        );
    }
    if !unsplit.is_empty() {
        said.push(
            "nothing of the files that were not split is in either: correct them and split them again"
                .to_owned(),
        );
    }
    if said.is_empty() {
        said.push(if split > 0 { "there are no claims to send" } else { "name claim files" }.to_owned());
    }
    format!("Next: {}.", said.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::halves::Part;

    /// Two parts as a sample for tests of the page.
    fn sample(claims: [u64; 2]) -> Fate {
        let part = |n: usize| Part {
            output: (claims[n] > 0).then(|| format!("{}/0001.837", HALVES[n])),
            claims: claims[n],
            charge: Cents(claims[n] as i64 * 12_345),
            ..Part::default()
        };
        Fate::Split { parts: [part(0), part(1)], left_out: 0, unread_sets: claims[0] / 10 }
    }

    fn page(entries: &[(&str, Fate)], keeps_controls: bool) -> String {
        let entries: Vec<Entry> = entries
            .iter()
            .map(|(file, fate)| Entry { file: (*file).to_owned(), fate: fate.clone() })
            .collect();
        halves(
            &entries,
            About { level: "high", directory: "out", keeps_controls, joined: 0 },
            Style::default(),
        )
    }

    #[test]
    fn each_file_has_its_halves_and_the_page_says_what_to_do() {
        let not = Fate::NotSplit("at byte 7: a segment outside any transaction set; remove it".to_owned());
        let text = page(&[("a.837", sample([1_200, 34])), ("b.837", not), ("c.837", sample([0, 1]))], true);
        assert_eq!(
            text,
            "SPLIT
  a.837
    clean  1,200 claims, $148,140.00: clean/0001.837
    held   34 claims, $4,197.30: held/0001.837
  c.837
    clean  0 claims, $0.00
    held   1 claim, $123.45: held/0001.837
  together, 2 files
    clean  1,200 claims, $148,140.00
    held   35 claims, $4,320.75
  120 transaction sets that are not 837P or 837I were not checked and are held

NOT SPLIT
  b.837: at byte 7: a segment outside any transaction set; remove it

Next: send what is in out/clean; correct what is in out/held, out/findings.csv
      has its findings of high or worse; clean and held have the control numbers
      of their input: give --control-file or --control-from before both are
      sent; nothing of the files that were not split is in either: correct them
      and split them again.
"
        );
        assert!(!page(&[("a.837", sample([1, 1]))], false).contains("control"));
        assert!(page(&[("a.837", sample([1, 0]))], true).ends_with("\nNext: send what is in out/clean.\n"));
        let many: Vec<_> = (0..60).map(|_| ("a.837", sample([1, 0]))).collect();
        assert!(page(&many, true).contains("\n  10 files more, each with its rows in index.csv\n"));
    }
}
