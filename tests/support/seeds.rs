//! Seeds: well-formed files of many shapes, for tests that break them and for tests that look for leaks.
//!
//! Each shape is a line of the table below. Nobody in them exists: whatever says something of a person (names,
//! addresses, ids, dates of birth, notes, references) is a canary, a text made for this and found nowhere else, so
//! that a search of any output tells whether it got out. Every claim has something to be found in it, so that a
//! claim which is read shows up in the results with its place.

pub mod writer;

use writer::Writer;

/// What stands in every canary that is a text.
pub const MARK: &str = "XQJZ";

/// What a transaction set is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Set {
    /// 837P.
    P,
    /// 837I.
    I,
    /// 837D, of a guide that is not read.
    D,
    /// 835, which has no claims.
    Remittance,
}

/// Whose claims they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Whose {
    /// The subscriber's (loop 2000B).
    Subscriber,
    /// A dependent's (loop 2000C).
    Dependent,
    /// Now the one's, now the other's.
    Turns,
}

/// How much a claim says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Detail {
    /// What a claim needs.
    Lean,
    /// References and providers.
    Usual,
    /// Those, notes and attachments.
    Notes,
}

/// Which functional group a set stands in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Groups {
    /// All sets of an interchange in one.
    One,
    /// So many sets in each.
    Of(usize),
}

/// One shape.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    pub name: &'static str,
    /// What the transaction sets are, by turns.
    pub sets: &'static [Set],
    /// Claims of the whole file.
    pub claims: usize,
    pub claims_a_set: usize,
    pub claims_a_patient: usize,
    pub patients_a_provider: usize,
    pub lines: usize,
    pub whose: Whose,
    pub detail: Detail,
    /// Other payers of a claim (loop 2320).
    pub payers: usize,
    pub groups: Groups,
    /// Element, component and repetition separator and terminator of each interchange.
    pub interchanges: &'static [[u8; 4]],
    /// Version 004010 in place of 005010.
    pub old: bool,
    /// Whether an acknowledgement (TA1) stands before the groups.
    pub acknowledged: bool,
    /// What follows each terminator.
    pub line_end: &'static str,
    /// What stands before the first interchange, between two, and after the last.
    pub around: [&'static str; 3],
}

/// The delimiters most files use.
const USUAL: [u8; 4] = *b"*:^~";

const BASE: Shape = Shape {
    name: "",
    sets: &[Set::P],
    claims: 12,
    claims_a_set: 4,
    claims_a_patient: 1,
    patients_a_provider: 10,
    lines: 2,
    whose: Whose::Subscriber,
    detail: Detail::Usual,
    payers: 0,
    groups: Groups::One,
    interchanges: &[USUAL],
    old: false,
    acknowledged: false,
    line_end: "",
    around: ["", "", ""],
};

const I: Shape = Shape { sets: &[Set::I], ..BASE };
const ALONE: Shape = Shape { claims: 1, claims_a_set: 1, lines: 1, ..BASE };
const MANY: Shape = Shape { claims: 100, claims_a_set: 100, ..BASE };
const CROWD: Shape = Shape { claims: 2000, claims_a_set: 5000, lines: 1, detail: Detail::Lean, ..BASE };

const ODD: &[[u8; 4]] = &[USUAL, *b"|>!\x1c", *b"\x1d\x1f\x1e\n", *b"^:&~", *b"*>#\r"];

/// All shapes.
pub const SHAPES: &[Shape] = &[
    // How much there is of a kind.
    Shape { name: "one claim, P", ..ALONE },
    Shape { name: "one claim, I", sets: &[Set::I], ..ALONE },
    Shape { name: "one claim of a dependent, P", whose: Whose::Dependent, ..ALONE },
    Shape { name: "one claim of a dependent, I", sets: &[Set::I], whose: Whose::Dependent, ..ALONE },
    Shape { name: "50 lines, P", lines: 50, ..ALONE },
    Shape { name: "50 lines, I", lines: 50, sets: &[Set::I], ..ALONE },
    Shape { name: "999 lines, I", lines: 999, sets: &[Set::I], ..ALONE },
    Shape { name: "999 lines three times, I", claims: 3, claims_a_set: 3, lines: 999, ..I },
    Shape { name: "50 lines, 40 claims, P", claims: 40, claims_a_set: 10, lines: 50, ..BASE },
    Shape { name: "20 lines, 20 claims, I", claims: 20, claims_a_set: 5, lines: 20, ..I },
    Shape { name: "100 claims, one set, P", ..MANY },
    Shape { name: "100 claims, one set, I", sets: &[Set::I], ..MANY },
    Shape { name: "100 claims, a set each, P", claims_a_set: 1, ..MANY },
    Shape { name: "100 claims, a set each, I", claims_a_set: 1, sets: &[Set::I], ..MANY },
    Shape { name: "100 claims of dependents, P", whose: Whose::Dependent, claims_a_set: 25, ..MANY },
    Shape { name: "100 claims by turns, P", whose: Whose::Turns, claims_a_set: 25, ..MANY },
    Shape { name: "100 claims by turns, I", whose: Whose::Turns, sets: &[Set::I], claims_a_set: 25, ..MANY },
    Shape { name: "100 claims of one patient, P", claims_a_patient: 100, ..MANY },
    Shape { name: "7 claims a patient, I", claims_a_patient: 7, sets: &[Set::I], claims_a_set: 35, ..MANY },
    Shape { name: "a provider each, P", patients_a_provider: 1, claims_a_set: 20, ..MANY },
    Shape { name: "2,000 claims, one set, P", ..CROWD },
    Shape { name: "2,000 claims, one set, I", sets: &[Set::I], ..CROWD },
    Shape { name: "2,000 claims, a set each, P", claims_a_set: 1, ..CROWD },
    Shape {
        name: "2,000 claims by turns, 20 sets, I",
        whose: Whose::Turns,
        claims_a_set: 100,
        sets: &[Set::I],
        ..CROWD
    },
    // Versions.
    Shape { name: "4010, P", old: true, ..BASE },
    Shape { name: "4010, I", old: true, ..I },
    Shape {
        name: "4010 of dependents, a set each, P",
        old: true,
        whose: Whose::Dependent,
        claims_a_set: 1,
        ..BASE
    },
    Shape { name: "4010 by turns, LF, I", old: true, whose: Whose::Turns, interchanges: &[*b"*:^\n"], ..I },
    // Delimiters.
    Shape { name: "terminator LF, P", interchanges: &[*b"*:^\n"], ..BASE },
    Shape { name: "terminator LF, I", interchanges: &[*b"*>^\n"], whose: Whose::Turns, ..I },
    Shape { name: "terminator CR, P", interchanges: &[*b"*:^\r"], ..BASE },
    Shape { name: "terminator CR with LF, P", interchanges: &[*b"*:^\r"], line_end: "\n", ..BASE },
    Shape { name: "terminator CR, I", interchanges: &[*b"|:^\r"], ..I },
    Shape { name: "terminator 0x1C, P", interchanges: &[*b"*:^\x1c"], ..BASE },
    Shape { name: "terminator 0x1C, I", interchanges: &[*b"\x1d\x1f\x1e\x1c"], ..I },
    Shape { name: "terminator 0x85, P", interchanges: &[*b"*:^\x85"], ..BASE },
    Shape { name: "terminator 0x85, I", interchanges: &[*b"\x1d\x1f\x1e\x85"], whose: Whose::Dependent, ..I },
    Shape { name: "separator |, P", interchanges: &[*b"|:^~"], ..BASE },
    Shape { name: "separator |, LF, I", interchanges: &[*b"|>!\n"], ..I },
    Shape { name: "separator TAB, P", interchanges: &[*b"\t:^~"], ..BASE },
    Shape { name: "separator TAB, LF, I", interchanges: &[*b"\t:^\n"], ..I },
    Shape { name: "components >, terminator ', P", interchanges: &[*b"+>^'"], ..BASE },
    Shape { name: "separators beyond ASCII, P", interchanges: &[*b"\xa6\xb7\xac\xb6"], ..BASE },
    // Envelopes.
    Shape { name: "two interchanges, P", interchanges: &[USUAL, USUAL], ..BASE },
    Shape {
        name: "five interchanges, their own delimiters, P and I",
        sets: &[Set::P, Set::I],
        claims: 40,
        interchanges: ODD,
        ..BASE
    },
    Shape {
        name: "five interchanges, blank lines between, P",
        claims: 20,
        interchanges: ODD,
        around: ["", "\r\n\r\n", "\r\n"],
        ..BASE
    },
    Shape {
        name: "twenty interchanges of a claim, P",
        claims: 20,
        claims_a_set: 1,
        interchanges: &[USUAL; 20],
        ..BASE
    },
    Shape { name: "interchanges with line ends, I", interchanges: &[USUAL, *b"*:^'"], line_end: "\r\n", ..I },
    Shape { name: "TA1, P", acknowledged: true, ..BASE },
    Shape {
        name: "TA1 in three interchanges, I",
        acknowledged: true,
        interchanges: &[USUAL, *b"|>!~", USUAL],
        ..I
    },
    Shape { name: "several groups, P", groups: Groups::Of(1), ..BASE },
    Shape {
        name: "several groups, P and I",
        sets: &[Set::P, Set::I],
        groups: Groups::Of(1),
        claims: 30,
        ..BASE
    },
    Shape { name: "groups of three, a set each, I", groups: Groups::Of(3), claims: 30, claims_a_set: 1, ..I },
    // Other transaction sets.
    Shape { name: "P and I in one group", sets: &[Set::P, Set::I], claims: 30, ..BASE },
    Shape { name: "835 beside P, one group", sets: &[Set::P, Set::Remittance], ..BASE },
    Shape { name: "835 beside I, groups", sets: &[Set::Remittance, Set::I], groups: Groups::Of(1), ..BASE },
    Shape { name: "837D beside P", sets: &[Set::P, Set::D], ..BASE },
    Shape {
        name: "837D, 835, I and P, groups",
        sets: &[Set::D, Set::Remittance, Set::I, Set::P],
        groups: Groups::Of(1),
        claims: 24,
        ..BASE
    },
    // What claims say.
    Shape { name: "notes, P", detail: Detail::Notes, ..BASE },
    Shape { name: "notes, I", detail: Detail::Notes, whose: Whose::Turns, ..I },
    Shape { name: "another payer, P", payers: 1, ..BASE },
    Shape { name: "three other payers, I", payers: 3, ..I },
    Shape {
        name: "ten other payers of dependents, P",
        payers: 10,
        whose: Whose::Dependent,
        detail: Detail::Notes,
        ..BASE
    },
    Shape {
        name: "everything, I",
        sets: &[Set::I, Set::P],
        payers: 2,
        whose: Whose::Turns,
        detail: Detail::Notes,
        claims: 40,
        claims_a_patient: 2,
        acknowledged: true,
        interchanges: ODD,
        groups: Groups::Of(2),
        ..BASE
    },
    // Tolerated odds.
    Shape { name: "CRLF, P", line_end: "\r\n", ..BASE },
    Shape { name: "LF, I", line_end: "\n", ..I },
    Shape { name: "byte order mark, P", around: ["\u{feff}", "", ""], ..BASE },
    Shape { name: "blanks before, P", around: [" \r\n\n", "", ""], ..BASE },
    Shape { name: "padding behind, I", around: ["", "", "\r\n\u{1a}\0\0\0\0\0\0\0"], ..I },
];

/// A file of a shape.
pub struct Seed {
    pub name: &'static str,
    pub bytes: Vec<u8>,
    /// CLM segments.
    pub claims: u64,
    /// Texts that say something of a person.
    pub canaries: Vec<String>,
    /// CLM01 of every claim.
    pub claim_ids: Vec<String>,
}

/// All seeds. Files that are scanned together share no canary.
pub fn all() -> Vec<Seed> {
    (0..SHAPES.len()).map(seed).collect()
}

/// The seed of one shape.
pub fn seed(number: usize) -> Seed {
    Writer::new(&SHAPES[number], number).finish()
}
