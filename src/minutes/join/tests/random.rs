//! Rows and lines of a small world, against what is to be expected by looking at every cell of both.

use proptest::prelude::*;

use super::*;

/// A row of a small world in which collisions are common.
fn small_row() -> impl Strategy<Value = String> {
    (0..5u8, 1..4u8, 5..7u8, 0..2u8, 0..3u8, 1..30u16).prop_map(|(kind, n, day, code, mods, minutes)| {
        let code = ["97110", "97112"][usize::from(code)];
        let mods = ["", " mods=GP", " mods=GP:59"][usize::from(mods)];
        match kind {
            0 => format!("claim_id=C1 line_control=L{n} minutes={minutes}"),
            1 => format!("claim_id=C1 line_no={n} minutes={minutes}"),
            2 => format!("claim_id=C1 dos=2026010{day} code={code}{mods} minutes={minutes}"),
            3 => format!("patient_id=P1 dos=2026010{day} code={code}{mods} minutes={minutes}"),
            _ => format!("claim_id=C1 dos=2026010{day} total_timed_minutes={minutes}"),
        }
    })
}

fn small_line() -> impl Strategy<Value = String> {
    (1..4u8, 1..4u8, 5..7u8, 0..2u8, 0..3u8).prop_map(|(control, n, day, code, mods)| {
        let code = ["97110", "97112"][usize::from(code)];
        let mods = ["", " GP", " 59 GP"][usize::from(mods)];
        format!("L{control} {n} 2026-01-0{day} {code}{mods}")
    })
}

proptest! {
    #[test]
    fn a_row_of_a_line_serves_one_line_or_is_told_as_ambiguous(
        rows in proptest::collection::vec(small_row(), 0..8),
        lines in proptest::collection::vec(small_line(), 0..6),
    ) {
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let out = join(&rows, &lines, &[]);
        for (i, row) in (0u32..).zip(&rows) {
            let times = |ids: &[RowId]| ids.iter().filter(|r| r.0 == i).count();
            if row.contains("total_timed") {
                prop_assert_eq!(times(&out.ambiguous), 0);
            } else {
                prop_assert!(times(&out.matched) + times(&out.ambiguous) <= 1, "{}", row);
                let used = out.lines.iter().filter(|l| l.row == Some(RowId(i))).count();
                prop_assert!(used <= times(&out.matched), "{}", row);
            }
        }
        for line in &out.lines {
            prop_assert_eq!(line.minutes.is_some(), line.source == Some(Source::SidecarLine));
        }
    }

    #[test]
    fn every_row_is_given_to_the_lines_it_fits_however_they_are_looked_up(
        rows in proptest::collection::vec(small_row(), 0..12),
        lines in proptest::collection::vec(small_line(), 0..12),
    ) {
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let texts: Vec<&str> = lines.iter().map(String::as_str).collect();
        let out = join(&rows, &texts, &[]);
        let lines: Vec<Line<'_>> = texts.iter().map(|l| line(l)).collect();
        for (id, row) in (0u32..).zip(&rows) {
            let fitting = lines.iter().filter(|line| row_fits(row, line)).count();
            let want = match (fitting, row.contains("total_timed")) {
                (0, _) => (false, false),
                (1, _) | (_, true) => (true, false),
                _ => (false, true),
            };
            let got = (out.matched.contains(&RowId(id)), out.ambiguous.contains(&RowId(id)));
            prop_assert_eq!(got, want, "{} of {:?}", row, texts);
        }
    }

    #[test]
    fn a_total_told_often_is_as_one_told_to_every_line(
        rows in proptest::collection::vec((5..7u8, 0..4usize, 0..3u16, 0..3u16), 0..16),
        lines in proptest::collection::vec((5..7u8, 0..4usize), 1..6),
    ) {
        const DISCIPLINES: [&str; 4] = ["", "PT", "OT", "SLP"];
        const MODIFIERS: [&str; 4] = ["", " GP", " GO", " GN"];
        let texts: Vec<String> = rows.iter().map(|(day, of, timed, treatment)| {
            let total = |name: &str, n: &u16| if *n == 0 { String::new() } else { format!(" {name}={n}") };
            let discipline = if *of == 0 { String::new() } else { format!(" discipline={}", DISCIPLINES[*of]) };
            let (timed, treatment) = (total("total_timed_minutes", timed), total("total_treatment_minutes", treatment));
            format!("visit claim_id=C1 dos=2026010{day}{discipline}{timed}{treatment} start_time=9:00 end_time=9:05")
        }).collect();
        let asked: Vec<String> = lines.iter().map(|(day, of)| format!("A 1 2026-01-0{day} 97110{}", MODIFIERS[*of])).collect();
        let rows_of = |(day, of): &(u8, usize)| rows.iter()
            .filter(|(d, o, ..)| d == day && (o == of || *o == 0 || *of == 0))
            .copied().collect::<Vec<_>>();
        let out = join(
            &texts.iter().map(String::as_str).collect::<Vec<_>>(),
            &asked.iter().map(String::as_str).collect::<Vec<_>>(),
            &[],
        );
        for (line, told) in lines.iter().zip(&out.lines) {
            let mut want = LineMinutes::default();
            for (_, _, timed, treatment) in rows_of(line) {
                let said = |n: u16| Some(Said { minutes: n.into(), source: Source::SidecarVisit }).filter(|_| n > 0);
                said(timed).into_iter().for_each(|said| want.agree_timed(said));
                said(treatment).into_iter().for_each(|said| want.agree_treatment(said));
            }
            prop_assert_eq!(
                (told.visit_timed, told.visit_treatment, told.timed_disputed, told.treatment_disputed, told.conflict),
                (want.visit_timed, want.visit_treatment, want.timed_disputed, want.treatment_disputed, want.conflict)
            );
            prop_assert_eq!(told.visit_row.is_some(), !rows_of(line).is_empty());
            prop_assert_eq!(told.visit_span, told.visit_row.map(|_| 5));
        }
    }
}

/// Whether a row of the small world fits a line of it, by looking at every cell of both.
fn row_fits(row: &str, line: &Line<'_>) -> bool {
    let cell = |name: &str| row.split(' ').find_map(|c| c.strip_prefix(name)?.strip_prefix('='));
    let dated = |date: &str| line.date == Date::parse_iso(date);
    let of_code = |code: &str| line.code == Code::of(code);
    let modified = |mods: &str| {
        let mut wanted: Vec<Modifier> = mods.split(':').map(Modifier::of).collect();
        let mut have: Vec<Modifier> = line.modifiers.slots().map(|(_, m)| m).collect();
        wanted.sort();
        have.sort();
        wanted == have
    };
    cell("line_control").is_none_or(|control| control == line.control)
        && cell("line_no").is_none_or(|n| n.parse() == Ok(line.number))
        && cell("dos").is_none_or(dated)
        && cell("code").is_none_or(of_code)
        && cell("mods").is_none_or(modified)
}
