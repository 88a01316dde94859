//! What is tidied, what is told of it, and what stays as it is.

use super::*;
use crate::x12::segments::Segments;
use proptest::prelude::*;

fn tidied(text: &[u8], delimiters: &Delimiters, first: First) -> (Vec<u8>, Vec<String>, u64) {
    let mut bytes = text.to_vec();
    let sections =
        tidy(&mut bytes, delimiters, first, FaultCode::BrokenElement, Last::Ends).unwrap_or_default();
    let said = |o: &Oddity| format!("{:?} {} {}@{}/{}", o.code, o.count, o.at, o.start, o.segment);
    let found = sections.iter().flat_map(|odd| &odd.found).map(said).collect();
    (bytes, found, sections.iter().map(|odd| odd.line_breaks).sum())
}

#[test]
fn an_isa_amid_a_piece_begins_what_is_told_of_another_interchange() {
    let mut bytes = b"N3*a \x01~\nISA*X~\nN3*b\x01~".to_vec();
    let sections =
        tidy(&mut bytes, &Delimiters::USUAL, First::Other, FaultCode::BrokenElement, Last::GoesOn).unwrap();
    let codes: Vec<Vec<_>> = sections.iter().map(|s| s.found.iter().map(|o| o.code).collect()).collect();
    assert_eq!(codes, [[FaultCode::ControlCharacters], [FaultCode::ControlCharacters]]);
    assert_eq!([sections[0].line_breaks, sections[1].line_breaks], [1, 1]);
}

#[test]
fn what_does_not_belong_inside_a_segment_stands_behind_it() {
    for (text, want, found) in [
        ("HL*1~LX*2~", "HL*1~LX*2~", &[][..]),
        ("HL*1~\r\nLX*2~\n\nSE*1~", "HL*1~\r\nLX*2~\n\nSE*1~", &[]),
        ("SV1*HC:971\r\n10*45~LX*1~", "SV1*HC:97110*45~\n\nLX*1~", &["BrokenElement 1 SV101-2@0/1"]),
        ("CLM*A1 * 50~", "CLM*A1*50~\n\n", &["PaddedElement 2 CLM01@0/1"]),
        ("SV1*HC: 97110 :GP*5~", "SV1*HC:97110:GP*5~\n\n", &["PaddedElement 1 SV101-2@0/1"]),
        (
            "SV\n1*HC: 97110*5~",
            "SV1*HC:97110*5~\n\n",
            &["PaddedElement 1 SV101-2@0/1", "BrokenElement 1 SV1@0/1"],
        ),
        ("HL*1~ST *837~", "HL*1~ST*837~\n", &["PaddedId 1 ST@5/2"]),
        ("HL*1~\n  lx*2~", "HL*1~\n  lx*2~", &["PaddedId 1 LX@8/2"]),
        ("~~N3*1 A ST~", "~~N3*1 A ST~", &[]),
        ("IEA*1~\r\n", "IEA*1~\r\n", &[]),
        ("IEA*1~\n\n", "IEA*1~\n\n", &["TrailingPadding 2 ???@6/2"]),
        ("IEA*1~  ", "IEA*1~  ", &["TrailingPadding 2 ???@6/2"]),
        ("IEA*1 ~\n", "IEA*1~\n\n", &["PaddedElement 1 IEA01@0/1"]),
        ("N3*\u{1}\u{2}~N3*\u{7f}~", "N3*\u{1}\u{2}~N3*\u{7f}~", &["ControlCharacters 3 N301@0/1"]),
        ("NM1*IL*1*M\u{fc}LLER~", "NM1*IL*1*M\u{fc}LLER~", &["NonAscii 2 NM103@0/1"]),
        ("REF*G1*5**~N3*1~", "REF*G1*5**~N3*1~", &["TrailingSeparators 1 REF04@0/1"]),
        ("SV1*HC:97110:*5~", "SV1*HC:97110:*5~", &["TrailingSeparators 1 SV101-3@0/1"]),
        ("SV1*HC:97110^97112*5~", "SV1*HC:97110^97112*5~", &["RepeatedElement 1 SV101-2@0/1"]),
        ("N3*cut\noff", "N3*cut\noff", &[]),
        ("NTE*ADD*PLAN: GO ON :~", "NTE*ADD*PLAN: GO ON :~", &[]),
    ] {
        let (bytes, said, _) = tidied(text.as_bytes(), &Delimiters::USUAL, First::Other);
        assert_eq!(String::from_utf8_lossy(&bytes), want, "{text:?}");
        assert_eq!(said, found, "{text:?}");
    }
}

#[test]
fn the_isa_keeps_its_padding_and_loses_its_line_ends() {
    let text = b"ISA*00*   \n       *^*:~GS*HC*~";
    let (bytes, said, _) = tidied(text, &Delimiters::USUAL, First::Isa);
    assert_eq!(bytes, b"ISA*00*          *^*:~\nGS*HC*~");
    assert_eq!(said, ["BrokenElement 1 ISA02@0/1", "TrailingSeparators 1 GS02@23/2"]);
}

#[test]
fn delimiters_are_no_oddities_whatever_bytes_they_are() {
    let delimiters =
        Delimiters { element: b'\t', component: 0x1f, repetition: Some(0x1d), terminator: b'\n' };
    let text = b"SV1\tHC\x1f97110\t45\nLX\t1\n\rHL\t2\n";
    assert_eq!(tidied(text, &delimiters, First::Other), (text.to_vec(), vec![], 0));
    let broken = b"SV1\tHC\x1f97\r110\t45\nLX\t1\n";
    let (bytes, said, _) = tidied(broken, &delimiters, First::Other);
    assert_eq!(bytes, b"SV1\tHC\x1f97110\t45\n\rLX\t1\n");
    assert_eq!(said, ["BrokenElement 1 SV101-2@0/1"]);
}

proptest! {
    /// No segment moves, none is lost, bytes other than blanks and line ends stay, a second time changes nothing.
    #[test]
    fn tidying_moves_no_segment(
        parts in proptest::collection::vec(prop_oneof![
            30 => proptest::sample::select(vec!["~", "*", ":", "\n", "\r", " ", "\t", "A", "\x0c", "^"])
                .prop_map(|part| part.as_bytes().to_vec()),
            5 => any::<u8>().prop_map(|byte| vec![byte]),
            1 => proptest::sample::select(vec!["~ISA*", "~\n isa", "~I\nSA*", "~NTE*A: *B:~", "~SV1*HC:"])
                .prop_map(|part| part.as_bytes().to_vec()),
        ], 0..300),
        control in proptest::bool::ANY,
    ) {
        let input = parts.concat();
        let mut delimiters = Delimiters::USUAL;
        if control {
            delimiters.terminator = b'\n';
        }
        let (bytes, _, breaks) = tidied(&input, &delimiters, First::Other);
        prop_assert_eq!(bytes.len(), input.len());
        let cut = |bytes: &[u8]| -> Vec<(usize, Vec<u8>)> {
            let solid = |s: &[u8]| s.iter().copied().filter(|b| !b" \t\r\n".contains(b)).collect();
            Segments::new(bytes, delimiters).filter(|s| !s.is_empty()).map(|s| (s.start, solid(s.bytes()))).collect()
        };
        prop_assert_eq!(cut(&bytes), cut(&input));
        let mut plain = Segments::new(&input, delimiters);
        plain.by_ref().for_each(drop);
        if tidy(&mut input.clone(), &delimiters, First::Other, FaultCode::BrokenElement, Last::Ends).is_some() {
            prop_assert_eq!(breaks, plain.tally().line_breaks);
        }
        // What is passed over is what is tidy, and what is not passed over comes to the same.
        let (mut all, mut some) = (input.clone(), input.clone());
        let of_all = tidy_all(&mut all, &delimiters, First::Other, FaultCode::BrokenElement, 0);
        let of_some = tidy(&mut some, &delimiters, First::Other, FaultCode::BrokenElement, Last::GoesOn);
        let of_all = Some(of_all).filter(|sections| sections.iter().any(|odd| !odd.found.is_empty()));
        prop_assert_eq!((some, of_some), (all, of_all));
        let (again, said, _) = tidied(&bytes, &delimiters, First::Other);
        prop_assert_eq!(again, bytes);
        prop_assert!(!said.iter().any(|s| s.starts_with("BrokenElement") || s.starts_with("PaddedElement")));
    }
}
