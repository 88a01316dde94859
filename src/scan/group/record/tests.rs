//! Rows as they are written and read back.

use crate::claim::context::Payer;
use crate::minutes::{LineMinutes, RowId, Said, Source};
use crate::rules::day::{Beside, OnFile};
use crate::rules::marks::Marks;
use crate::tables::therapy::Discipline;
use crate::x12::code::{Code, Modifier, Modifiers};
use crate::x12::text::Text;
use crate::x12::value::Quantity;

use super::super::bytes::Writer;
use super::line::{SV2, empty_line, read_known, write_known};
use super::*;

/// A row of some lines, read back: places as they were, for the claim is in the first transaction set of its file.
#[test]
fn lines_are_read_back_as_they_were() {
    let tables = Tables::builtin();
    let plain = |n: u32| {
        let code = Code::of(["97110", "99213", "97161"][n as usize % 3]);
        let mut line = empty_line(code, date(20_260_302).unwrap(), 0, &tables);
        (line.order, line.number) = (n, n);
        (line.claim, line.frequency) = (ClaimRef { chunk: 3, claim: 9 }, 7);
        line.place = Place { byte: 5_000 + u64::from(n) * 90, segment: 40 + 4 * n };
        (line.units, line.charge, line.control) = (Some(Quantity::whole(2)), Cents(9_050), 77);
        (line.discipline, line.rendering) =
            (Some(Discipline::ALL[n as usize % 3]), Npi::from_number(1_266_400_013));
        line.modifiers = Modifiers([Modifier::of("GP"), Modifier::of("59"), Modifier::NONE, Modifier::NONE]);
        line
    };
    let lines = [
        plain(2),
        DayLine { rendering: None, service: SV2, discipline: None, ..plain(1) },
        DayLine { modifiers: Modifiers::default(), units: None, ..plain(3) },
        DayLine {
            modifiers: Modifiers([
                Modifier::NONE,
                Modifier::of("GN"),
                Modifier::MALFORMED,
                Modifier::of("KX"),
            ]),
            ..plain(4)
        },
        // None of these fits the short form.
        DayLine { number: 0, ..plain(5) },
        DayLine { order: 256, number: 256, ..plain(6) },
        DayLine { units: Some(Quantity(-1)), ..plain(7) },
        DayLine { units: Some(Quantity(i64::MAX)), charge: Cents(i64::MIN), ..plain(8) },
        DayLine { charge: Cents(-5), ..plain(9) },
        DayLine { code: Code::MALFORMED, facts: None, ..plain(10) },
        DayLine { code: Code::of("97110X"), facts: None, ..plain(10) },
        DayLine { place: Place { byte: u64::MAX >> 1, segment: u32::MAX >> 1 }, ..plain(11) },
        DayLine { place: Place { byte: 0, segment: 0 }, units: None, ..plain(12) },
        DayLine { date: date(20_991_231).unwrap(), ..plain(13) },
        DayLine { date: date(19_000_101).unwrap(), control: u32::MAX, ..plain(14) },
        DayLine { known: Beside::own(LineMinutes { minutes: Some(38), ..LineMinutes::NONE }), ..plain(15) },
        DayLine {
            number: 0,
            on_file: Beside::own(OnFile { fee: Some(Cents(31)), ..OnFile::NONE }),
            ..plain(16)
        },
        plain(17),
    ];
    for bits in [0, 1, 1 << 14, 1 << 15, u16::MAX] {
        let lines = lines
            .clone()
            .map(|line| DayLine { marks: Marks::of_code_and_line(line.code, line.facts, bits), ..line });
        let claim = Claim {
            id: b"  PT1 ",
            place: Place { byte: 4_000, segment: 30 },
            frequency: 7,
            ..Claim::empty()
        };
        let mut context = Context { patient: u128::from(u64::MAX), ..Context::default() };
        context.billing.npi = Npi::from_number(9_999_999_999);
        let of = Of {
            ordinal: 9,
            events: 0,
            claim: &claim,
            context: &context,
            policy: PolicyId(3),
            secondary: true,
            payer: 1,
        };
        let (mut log, mut commons) = (vec![1, 2, 3], Vec::new());
        write(&mut log, &of, &lines);
        let mut payers = Payers::default();
        for (id, name) in [("1", ""), ("04412", "MEDICARE PART B")] {
            payers.add(&Payer {
                id: Text::new(id.as_bytes()),
                name: Text::new(name.as_bytes()),
                ..Payer::default()
            });
        }
        let standing = Standing::from_parts([1, 1, 1], [b"1", b"1", b"0001"], 0);
        write_commons(&mut commons, &[standing], &payers);
        let (commons, mut found) = (Commons(&commons), Vec::new());
        assert_eq!(length(&log[3..]), log.len() - 3);
        let head = read(&log[3..], 3, commons, &tables, &mut found);
        assert_eq!(
            (head.id, head.payer_id, head.payer_name),
            (&b"PT1"[..], &b"04412"[..], &b"MEDICARE PART B"[..])
        );
        assert_eq!(
            (head.claim, head.frequency, head.secondary, head.suspect),
            (ClaimRef { chunk: 3, claim: 9 }, 7, true, false)
        );
        assert_eq!((head.billing, head.patient, head.created), (context.billing.npi, u64::MAX, None));
        assert_eq!(found.len(), lines.len());
        for (was, is) in lines.iter().zip(found) {
            assert_eq!(is, *was);
        }
        // Cut short it says less and nothing else.
        for len in 3..log.len() {
            read(&log[3..len], 3, commons, &tables, &mut Vec::new());
        }
    }
}

#[test]
fn documented_minutes_are_read_back_as_they_were() {
    let said = |minutes, source| Some(Said { minutes, source });
    let plain = LineMinutes {
        minutes: Some(0),
        source: Some(Source::ClaimNote),
        assistant: Some(1440),
        concurrent: Some(7),
        group: Some(false),
        visit_timed: Some(38),
        row: Some(RowId(0)),
        ..LineMinutes::default()
    };
    let all = LineMinutes {
        span: Some(1440),
        visit_treatment: Some(53),
        visit_span: Some(60),
        visit_row: Some(RowId(u32::MAX - 1)),
        conflict: true,
        disputed: said(0, Source::SidecarLine),
        timed_disputed: said(1440, Source::ClaimNote),
        treatment_disputed: said(54, Source::SidecarVisit),
        ..plain
    };
    let known = [
        LineMinutes::default(),
        plain,
        all,
        LineMinutes { span: Some(1), ..LineMinutes::default() },
        LineMinutes { visit_row: Some(RowId(0)), ..plain },
        LineMinutes { disputed: said(25, Source::LineNote), ..plain },
    ];
    let mut out = Vec::new();
    let mut writer = Writer::new(&mut out);
    known.iter().for_each(|known| write_known(&mut writer, known));
    writer.flush();
    let mut reader = Reader(&out);
    for want in known {
        assert_eq!(read_known(&mut reader), want);
    }
    assert!(reader.0.is_empty());
}

/// Envelopes change after some events and not after others, and payers have ids or names or neither.
#[test]
fn what_rows_have_in_common_is_looked_up_where_it_is_written() {
    let standing = |n: u32| {
        let control = n.to_string();
        Standing::from_parts([1, 1, n], [b"1", b"77", control.as_bytes()], -i64::from(n) * 40)
    };
    let standings = [0, 0, 1, 1, 1, 2, 3, 3].map(standing);
    let texts = [("", ""), ("1", ""), ("", "PAYER B"), ("04412", "MEDICARE PART B"), ("", "")];
    let mut payers = Payers::default();
    for (n, (id, name)) in texts.into_iter().enumerate() {
        let payer =
            Payer { id: Text::new(id.as_bytes()), name: Text::new(name.as_bytes()), ..Payer::default() };
        assert_eq!(payers.add(&payer) as usize, n);
    }
    // Where they stand in what is written must not matter.
    let mut bytes = b"before".to_vec();
    write_commons(&mut bytes, &standings, &payers);
    let commons = Commons(&bytes[6..]);
    for (events, want) in standings.iter().chain([&standings[7]; 2]).enumerate() {
        assert_eq!(commons.after(events as u32), *want, "after {events} events");
    }
    for (n, (id, name)) in texts.into_iter().enumerate() {
        assert_eq!(commons.payer(n as u32), [id.as_bytes(), name.as_bytes()]);
    }
    assert_eq!(commons.payer(5), [&b""[..]; 2]);
    let mut none = Vec::new();
    write_commons(&mut none, &[], &Payers::default());
    assert_eq!((Commons(&none).after(3), Commons(&none).payer(0)), (Standing::default(), [&b""[..]; 2]));
    // Cut short it says less and nothing else.
    for len in 0..bytes.len() - 6 {
        let commons = Commons(&bytes[6..6 + len]);
        for n in 0..9 {
            let known = (commons.after(n), commons.payer(n).concat());
            assert!(known.1.len() <= len && known.0.interchange <= 1, "{known:?}");
        }
    }
}
