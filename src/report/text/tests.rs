//! The whole report for people, on the hand-made run.

use super::*;
use crate::finding::Severity;
use crate::report::sample::{self, Batch, RULES};
use crate::report::{ClaimInfo, Claims, Files};

fn print(batch: &Batch, style: Style) -> String {
    let mut bytes = Vec::new();
    batch.run(&mut Text::new(&mut bytes, RULES, style));
    String::from_utf8(bytes).unwrap()
}

/// The run with its plain claim and its loose findings only.
fn plain() -> Batch {
    let mut batch = sample::batch();
    batch.rows.retain(|row| row.1.as_ref().is_none_or(|claim| claim.id == b"CLM-0001"));
    batch
}

#[test]
fn the_report_reads_from_top_to_bottom() {
    let want = "\
READ
  files          6 files: 3 read, 1 left out, 2 unreadable
  left out       1 file: a table
  size           75.3 MB in 1,234,567 segments; 120 bytes passed over, each
                 range with a finding
  envelopes      4 interchanges, 5 groups, 12 transaction sets, 10 of them 837P
                 or 837I
  out of scope   transaction sets not read: 2 of 835
  claims         12,345 claims: 12,000 evaluated, 345 not evaluated (300 guide
                 not covered, 45 too large)
  in doubt       evaluated, though an HL or a trailer is wrong: 3 by hierarchy
  service lines  40,000 lines: 30,000 therapy, 9,000 other codes, 1,000 not
                 evaluated
  minutes        documented for 1,500 of 20,000 timed lines
  minutes files  1,600 rows: 1,500 matched, 99 fit no line, 1 fit several lines
                 and were not used
  plans files    1 file: 700 rows
  fees files     3 files: 0 rows, 9 refused
  tables         practitioner pairs of 2024-07-01, built in; hospital mue of
                 2024-07-01, imported
  account        balances: every byte, segment, claim and line is accounted for

FOUND
  11,900 of 12,000 evaluated claims without findings, 80 with money at risk
  1,284 findings: 1,234 critical, 14 high, 13 medium, 12 low, 11 info
  waived, and not counted here: 21 findings, $21.00 at risk by themselves
  known from the baseline, and not counted here: 61 findings of its 70, $61.00
    at risk by themselves; 9 of it found no more
  with no other findings than these: 17 evaluated claims

  rule      name                   worst     findings  claims     at risk
  MOD001    missing-plan-modifier  critical     1,234   1,000  $50,000.00
  X12-T002  segment-count          medium          50       0       $0.00
  ???       unknown-rule           low              1       1      -$0.07
  Money by rule counts each rule alone: the column may add up to more than is at
  risk.

MONEY AT RISK
  at risk          $60,000.50  no dollar counted twice, 4.8% of charged
    sure           $50,000.00  by critical and high findings, 4.0% of charged
    possible       $10,000.50  by medium findings beyond that, 0.8% of charged
  charged       $1,234,567.89  on 12,000 evaluated claims

WORST CLAIMS
  1 of 1 claim with findings, by money at risk

 1. CLM-0001: $120.00 at risk of $1,234.56 charged, score 98
    samples/faulty.837, ISA13 000000001, ST02 0002, byte 512
    837P, 3 lines, 2025-03-01, payer class commercial, policy commercial-default
    critical  MOD001 line 1 SV101-3: 97110 carries none of GP, GO, GN
              fix: add the modifier of the plan of care
              likely denial CO-4 N822, $50.00 at risk
    high      TIM001 line 2 SV101-3: 38 minutes support less than 40.00 charged
              fix: bill what 38 minutes support
              likely denial CO-151, $40.00 at risk
    medium    MOD001 line 3 SV101-3: 97110 carries modifiers of several plans of
              care, which no payer can assign to one discipline
              fix: keep the one of the discipline that treated
              likely denial CO-4 N822, $30.00 at risk

OUTSIDE CLAIMS
    low       X12-T002 SE01: SE01 says 97110, 38 segments stand there
              fix: correct SE01
              samples/faulty.837, ISA13 000000001, ST02 0002, byte 1000
    low       X12-T002 SE01: SE01 says 97110, 38 segments stand there
              fix: correct SE01
              samples/faulty.837, ISA13 000000001, ST02 0002, byte 1000

WAIVERS
  waiver w1 (line 8): expired on 2026-03-31, so that 4 findings it fits counted;
    renew or remove it

NOT CHECKED
  TIM001          18,500 lines: no documented minutes for the line, so units
                  cannot be held against time

PROBLEMS
  cannot read a\\u{1b}[2J.837: permission denied

Next: see to the problems above first; claimlint rule MOD001 explains a rule;
      --out DIR writes report.html, findings.csv, claims.csv, findings.jsonl and
      summary.json.
";
    let got = print(&plain(), Style::default());
    for (n, (got, want)) in got.lines().zip(want.lines()).enumerate() {
        assert_eq!(got, want, "line {}", n + 1);
    }
    assert_eq!(got, want);
}

#[test]
fn nothing_but_an_unbreakable_id_is_wider_than_the_page() {
    for (width, wanted) in [(60, 60), (80, 80), (120, 120), (0, 40)] {
        let text = print(&sample::batch(), Style { width, ..Style::default() });
        let mut widest = 0;
        for line in text.lines() {
            let longest = line.split(' ').map(|word| word.chars().count()).max().unwrap_or(0);
            let room = line.chars().count();
            // At 40 columns the figures of a table do not fit either.
            let fits = room <= wanted || longest + 16 > wanted || wanted == 40;
            assert!(fits, "{width}: {line}");
            assert_eq!(line.trim_end(), line, "no blanks at the end");
            widest = if longest + 16 > wanted { widest } else { widest.max(room) };
        }
        assert!(widest + 12 > wanted, "{width}: the page is used, {widest}");
    }
}

#[test]
fn a_name_too_wide_for_the_table_stands_below_its_figures() {
    for (width, beside) in [(60, false), (80, true)] {
        let text = print(&plain(), Style { width, ..Style::default() });
        assert_eq!(text.contains("\n    missing-plan-modifier\n"), !beside);
        assert_eq!(
            text.contains("  MOD001    missing-plan-modifier  critical     1,234   1,000  $50,000.00\n"),
            beside
        );
    }
}

#[test]
fn colours_are_ours_or_none_and_add_nothing_to_the_words() {
    let batch = sample::batch();
    let never = print(&batch, Style { color: Color::Never, worst: 50, ..Style::default() });
    assert!(never.chars().all(|c| c == '\n' || crate::error::is_plain(c)));
    for id in [
        "\\u{1b}[2J\\u{1b}]52;c;aGk=\\u{7}",
        "A\\u{d}\\u{a}1,2,3",
        "\\u{202e}+1\\u{2028}",
        "<script>alert(1)</script>",
    ] {
        assert!(never.contains(&format!(". {id}: ")), "{id}");
    }
    let mut always = print(&batch, Style { color: Color::Always, worst: 50, ..Style::default() });
    assert_ne!(always, never);
    for code in ["1", "31", "33", "2", "0"] {
        assert!(always.contains(&format!("\x1b[{code}m")), "{code}");
        always = always.replace(&format!("\x1b[{code}m"), "");
    }
    assert_eq!(always, never);
}

#[test]
fn the_worst_claims_come_first_and_only_so_many() {
    let mut batch = sample::batch();
    let row = |id: &str, cents| {
        let info: ClaimInfo = sample::claim(id.as_bytes(), 100_000);
        (sample::location(), Some(info), vec![sample::finding(1, 0, Severity::High, 1, cents)])
    };
    batch.rows = vec![row("B", 200), row("C", 200), row("D", 100), row("A", 300)];
    let text = print(&batch, Style { worst: 3, ..Style::default() });
    let heads: Vec<&str> = text.lines().filter(|line| line.contains("charged, score")).collect();
    assert_eq!(
        heads,
        [
            " 1. A: $3.00 at risk of $1,000.00 charged, score 60",
            " 2. B: $2.00 at risk of $1,000.00 charged, score 60",
            " 3. C: $2.00 at risk of $1,000.00 charged, score 60",
        ]
    );
    assert!(text.contains("  3 of 4 claims with findings"));
    assert!(!print(&batch, Style { worst: 0, ..Style::default() }).contains("WORST"));
}

#[test]
fn findings_outside_claims_are_counted_beyond_the_first() {
    for (n, more) in
        [(LOOSE, None), (LOOSE + 1, Some("and 1 more finding;")), (LOOSE + 15, Some("and 15 more findings;"))]
    {
        let mut batch = plain();
        // In two entries, so that the limit is one of the run; each of a kind of its own.
        let kind = |fault: usize| sample::finding(2, fault as u8, Severity::Low, 0, 0);
        let found = |kinds: std::ops::Range<usize>| (sample::location(), None, kinds.map(kind).collect());
        batch.rows = vec![found(0..3), found(3..n)];
        let text = print(&batch, Style::default());
        assert_eq!(text.matches("X12-T002 SE01").count(), LOOSE);
        assert_eq!(text.contains(" more finding"), more.is_some());
        assert!(more.is_none_or(|words| text.contains(words)), "{n}");
    }
}

#[test]
fn findings_that_say_the_same_leave_room_for_others() {
    let mut batch = plain();
    let mut found = vec![sample::finding(2, 0, Severity::Low, 0, 0); 500];
    found.push(sample::finding(1, 0, Severity::High, 0, 0));
    batch.rows = vec![(sample::location(), None, found)];
    let text = print(&batch, Style::default());
    assert_eq!(
        (text.matches("X12-T002 SE01").count(), text.matches("TIM001 S").count()),
        (ALIKE, 1),
        "{text}"
    );
    assert!(text.contains("and 497 more findings; findings.csv lists them all"), "{text}");
}

#[test]
fn what_matters_most_is_said_in_words() {
    let empty = Summary::default;
    let evaluated = || Claims { seen: 3, evaluated: 3, clean: 3, ..Claims::default() };
    for (name, summary, present, absent) in [
        ("nothing read", empty(), "No claim was evaluated", "MONEY AT RISK"),
        (
            "not evaluated",
            Summary {
                claims: Claims { seen: 2, not_evaluated: vec![("too large", 2)], ..Claims::default() },
                ..empty()
            },
            "2 claims: 2 not evaluated (2 too large)",
            "Nothing found",
        ),
        (
            "clean",
            Summary { claims: evaluated(), ..empty() },
            "Nothing found in 3 evaluated claims.",
            "WORST CLAIMS",
        ),
        (
            "no rule to explain",
            Summary { claims: evaluated(), ..empty() },
            "Next: --out DIR",
            "claimlint rule",
        ),
        (
            "unreadable",
            Summary { files: Files { listed: 1, unreadable: 1, ..Files::default() }, ..empty() },
            "1 file: 1 unreadable",
            "passed over",
        ),
        (
            "out of balance",
            Summary {
                imbalances: vec!["claims: 3 seen, 2 accounted for".to_owned()],
                claims: evaluated(),
                ..empty()
            },
            "DOES NOT BALANCE: claims: 3 seen, 2 accounted for",
            "--out DIR",
        ),
    ] {
        let text = print(&Batch { rows: Vec::new(), summary }, Style::default());
        assert!(text.contains(present) && !text.contains(absent), "{name}:\n{text}");
    }
}

#[test]
fn a_long_list_is_cut_and_says_so() {
    let mut batch = plain();
    batch.summary.problems = (0..45).map(|n| format!("problem {n}")).collect();
    let text = print(&batch, Style::default());
    assert!(
        text.contains("  problem 39\n  and 5 more; summary.json lists them all\n")
            && !text.contains("problem 40")
    );
}

#[test]
fn it_speaks_of_risk_and_promises_nothing() {
    let text = print(&sample::batch(), Style { worst: 50, ..Style::default() }).to_lowercase();
    for word in ["will be", "will deny", "guarantee", "must pay", "passed the", "certain"] {
        assert!(!text.contains(word), "{word}");
    }
}
