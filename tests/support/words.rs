//! What generated claims are made of: services, payers and words. No person is called any of this.

/// GP, GO and GN with what their claims bill.
pub struct Discipline {
    pub modifier: &'static str,
    pub assistant: &'static str,
    pub taxonomy: &'static str,
    /// Value code of an 837I, and its occurrence codes: treatment began, plan of care set up.
    pub value: &'static str,
    pub began: &'static str,
    pub planned: &'static str,
    pub services: &'static [Service],
}

/// A procedure code, the charge of a unit in dollars, and its revenue code on an 837I.
#[derive(PartialEq, Eq)]
pub struct Service {
    pub code: &'static str,
    pub price: u64,
    pub timed: bool,
    pub revenue: &'static str,
}

const fn service(code: &'static str, price: u64, timed: bool, revenue: &'static str) -> Service {
    Service { code, price, timed, revenue }
}

pub const DISCIPLINES: [Discipline; 3] = [
    Discipline {
        modifier: "GP",
        assistant: "CQ",
        taxonomy: "225100000X",
        value: "50",
        began: "35",
        planned: "29",
        services: &[
            service("97110", 45, true, "0420"),
            service("97112", 48, true, "0420"),
            service("97116", 40, true, "0420"),
            service("97140", 44, true, "0420"),
            service("97530", 52, true, "0420"),
            service("97035", 22, true, "0420"),
            service("G0283", 18, false, "0420"),
            service("97150", 30, false, "0420"),
            service("97161", 140, false, "0424"),
            service("97162", 150, false, "0424"),
            service("97164", 95, false, "0424"),
            service("97012", 25, false, "0420"),
        ],
    },
    Discipline {
        modifier: "GO",
        assistant: "CO",
        taxonomy: "225X00000X",
        value: "51",
        began: "44",
        planned: "17",
        services: &[
            service("97110", 45, true, "0430"),
            service("97112", 48, true, "0430"),
            service("97530", 52, true, "0430"),
            service("97535", 47, true, "0430"),
            service("97165", 145, false, "0434"),
            service("97168", 98, false, "0434"),
            service("97760", 60, true, "0430"),
        ],
    },
    Discipline {
        modifier: "GN",
        assistant: "KX",
        taxonomy: "235Z00000X",
        value: "52",
        began: "45",
        planned: "30",
        services: &[
            service("92507", 115, false, "0440"),
            service("92526", 125, false, "0440"),
            service("92523", 260, false, "0444"),
            service("92610", 170, false, "0444"),
            service("97129", 50, true, "0440"),
            service("97130", 48, true, "0440"),
        ],
    },
];

/// Name, SBR09 and id; the first is another on an 837I.
pub const PAYERS: [(&str, &str, &str); 7] = [
    ("MEDICARE PART B", "MB", "04412"),
    ("AETNA", "CI", "60054"),
    ("BCBS OF TEXAS", "BL", "84980"),
    ("UNITED HEALTHCARE", "CI", "87726"),
    ("MEDICAID", "MC", "SKTX0"),
    ("TRICARE WEST", "CH", "99726"),
    ("MEDICARE ADVANTAGE", "16", "78700"),
];
pub const PART_A: (&str, &str, &str) = ("MEDICARE PART A", "MA", "04411");

pub const LAST: [&str; 10] = [
    "SPECIMEN",
    "EXAMPLE",
    "SAMPLE",
    "TESTCASE",
    "DUMMY",
    "PLACEHOLDER",
    "FICTION",
    "SYNTHETIC",
    "MOCKUP",
    "PROTOTYPE",
];
pub const FIRST: [&str; 10] =
    ["ALPHA", "BRAVO", "CHARLIE", "DELTA", "ECHO", "FOXTROT", "GOLF", "HOTEL", "INDIA", "JULIETT"];
pub const STREETS: [&str; 6] =
    ["SAMPLE ST", "EXAMPLE AVE", "TEST DR", "SPECIMEN LN", "MODEL BLVD", "DEMO RD"];
pub const CITIES: [(&str, &str, &str); 5] = [
    ("SAMPLEVILLE", "TX", "770740001"),
    ("TESTBURG", "AZ", "850010002"),
    ("EXAMPLETON", "OH", "432010003"),
    ("DEMO CITY", "FL", "336010004"),
    ("MOCK SPRINGS", "CO", "802010005"),
];
pub const DIAGNOSES: [&str; 18] = [
    "M5416", "M5450", "M25511", "M25562", "M6281", "R262", "R2689", "S83511D", "M7541", "G8194", "I69354",
    "R1310", "R4701", "Z96651", "M1711", "F802", "Z471", "M542",
];
pub const NOTES: [&str; 7] = [
    "PLAN OF CARE CERTIFIED BY REFERRING PHYSICIAN",
    "SKILLED THERAPY MEDICALLY NECESSARY SEE DOCUMENTATION",
    "PATIENT PROGRESSING TOWARD FUNCTIONAL GOALS",
    "THERAPY THRESHOLD EXCEPTION DOCUMENTED IN MEDICAL RECORD",
    "ASSISTANT SERVICES UNDER SUPERVISION",
    "SEPARATE AND DISTINCT FIFTEEN MINUTE INTERVALS",
    "VISIT 7 OF 12 AUTHORIZED",
];
