//! What generated claims are made of: services, payers and words. No person is called any of this.

/// GP, GO and GN with what their claims bill.
#[derive(PartialEq, Eq)]
pub struct Discipline {
    /// As sidecar files name it.
    pub short: &'static str,
    pub modifier: &'static str,
    /// CQ, CO, or nothing: there are no such assistants in speech-language pathology.
    pub assistant: Option<&'static str>,
    pub taxonomy: &'static str,
    /// First three digits of the revenue code, value code and occurrence codes of an 837I: first treatment, and
    /// plan of care.
    pub revenue: &'static str,
    pub value: &'static str,
    pub began: &'static str,
    pub planned: &'static str,
    /// What its ordinary visits bill.
    pub services: &'static [&'static str],
}

pub const PT: &Discipline = &DISCIPLINES[0];
pub const OT: &Discipline = &DISCIPLINES[1];
pub const SLP: &Discipline = &DISCIPLINES[2];

pub static DISCIPLINES: [Discipline; 3] = [
    Discipline {
        short: "PT",
        modifier: "GP",
        assistant: Some("CQ"),
        taxonomy: "225100000X",
        revenue: "042",
        value: "50",
        began: "35",
        planned: "29",
        services: &[
            "97110", "97112", "97116", "97140", "97530", "97035", "97032", "97113", "97124", "G0283",
            "97150", "97012", "97016", "97161", "97162", "97163", "97164", "97535",
        ],
    },
    Discipline {
        short: "OT",
        modifier: "GO",
        assistant: Some("CO"),
        taxonomy: "225X00000X",
        revenue: "043",
        value: "51",
        began: "44",
        planned: "17",
        services: &[
            "97110", "97112", "97530", "97535", "97140", "97018", "97165", "97166", "97168", "97760", "97533",
        ],
    },
    Discipline {
        short: "SLP",
        modifier: "GN",
        assistant: None,
        taxonomy: "235Z00000X",
        revenue: "044",
        value: "52",
        began: "45",
        planned: "30",
        services: &["92507", "92526", "92523", "92522", "92610", "92609", "97129", "97130", "G0515"],
    },
];

/// Whether a code evaluates, and with that its revenue code ends in 4.
pub fn is_evaluation(code: &str) -> bool {
    matches!(
        code,
        "97161" | "97162" | "97163" | "97165" | "97166" | "97167" | "92521" | "92522" | "92523" | "92524"
    )
}

/// Whether a code evaluates again.
pub fn is_reevaluation(code: &str) -> bool {
    matches!(code, "97164" | "97168")
}

/// The charge of a unit in dollars. Those of codes that share a visit differ, so that it is known which is the
/// cheaper.
pub fn price(code: &str) -> u64 {
    match code {
        "97110" => 45,
        "97112" => 48,
        "97113" => 49,
        "97116" => 40,
        "97124" => 38,
        "97129" => 50,
        "97130" => 46,
        "97140" => 44,
        "97530" => 52,
        "97535" => 47,
        "97533" => 43,
        "97035" => 22,
        "97032" => 24,
        "97012" => 25,
        "97016" => 26,
        "97018" => 16,
        "97760" => 60,
        "G0283" => 18,
        "G0515" => 51,
        "97150" => 30,
        "92507" => 115,
        "92526" => 125,
        "92522" => 190,
        "92523" => 260,
        "92609" => 110,
        "92610" => 170,
        _ if is_evaluation(code) => 140,
        _ if is_reevaluation(code) => 95,
        _ => 35,
    }
}

/// What kind of payer it is, by SBR09.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    Medicare,
    Advantage,
    Medicaid,
    Federal,
    Commercial,
    WorkComp,
    Unknown,
}

/// A payer with rules of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Own {
    None,
    Aetna,
    Anthem,
    Cigna,
    Humana,
    Uhc,
    UhcAdvantage,
}

/// What a payer makes of 97530 beside 97140 since 2020.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Manual {
    Pays,
    Wants59,
    Refuses,
}

/// Name, SBR09, id, and what it asks for.
#[derive(PartialEq, Eq, Debug)]
pub struct Payer {
    pub name: &'static str,
    pub filing: &'static str,
    pub id: &'static str,
    pub class: Class,
    pub own: Own,
}

const fn payer(name: &'static str, filing: &'static str, id: &'static str, class: Class, own: Own) -> Payer {
    Payer { name, filing, id, class, own }
}

/// On an 837I the first is another one.
pub static PAYERS: [Payer; 14] = [
    payer("MEDICARE PART B", "MB", "04412", Class::Medicare, Own::None),
    payer("AETNA", "CI", "60054", Class::Commercial, Own::Aetna),
    payer("BCBS OF TEXAS", "BL", "84980", Class::Commercial, Own::None),
    payer("UNITED HEALTHCARE", "CI", "87726", Class::Commercial, Own::Uhc),
    payer("MEDICAID", "MC", "SKTX0", Class::Medicaid, Own::None),
    payer("TRICARE WEST", "CH", "99726", Class::Federal, Own::None),
    payer("MEDICARE ADVANTAGE", "16", "78700", Class::Advantage, Own::None),
    payer("UNITED HEALTHCARE MEDICARE ADVANTAGE", "16", "87726", Class::Advantage, Own::UhcAdvantage),
    payer("ANTHEM BLUE CROSS", "BL", "47198", Class::Commercial, Own::Anthem),
    payer("CIGNA", "CI", "62308", Class::Commercial, Own::Cigna),
    payer("HUMANA", "HM", "61101", Class::Commercial, Own::Humana),
    payer("VA COMMUNITY CARE", "VA", "VACCN", Class::Federal, Own::None),
    payer("EXAMPLE STATE FUND", "WC", "WCSF1", Class::WorkComp, Own::None),
    payer("EXAMPLE HEALTH TRUST", "ZZ", "EXHT1", Class::Unknown, Own::None),
];
pub static PART_A: Payer = payer("MEDICARE PART A", "MA", "04411", Class::Medicare, Own::None);

impl Payer {
    pub fn is_medicare(&self) -> bool {
        self.class == Class::Medicare
    }

    /// Whether units are counted by the 8-minute rule; of the others it is not known.
    pub fn counts_as_cms(&self) -> bool {
        self.applies_ncci() || self.own == Own::Uhc
    }

    /// Whether the NCCI edits are known to be applied.
    pub fn applies_ncci(&self) -> bool {
        matches!(self.class, Class::Medicare | Class::Advantage | Class::Medicaid | Class::Federal)
    }

    /// Whether a day of 97110 and 97112 wants 59.
    pub fn wants_59(&self) -> bool {
        self.class != Class::WorkComp && !self.refuses_pairs()
    }

    pub fn manual(&self) -> Manual {
        match (self.own, self.class) {
            (Own::Aetna | Own::Anthem | Own::Humana, _) => Manual::Refuses,
            (_, Class::Commercial) => Manual::Wants59,
            _ => Manual::Pays,
        }
    }

    /// Whether 97112 is refused on a day with 97110 or 97530, whatever the modifiers.
    pub fn refuses_pairs(&self) -> bool {
        self.own == Own::Aetna
    }

    /// Whether CQ and CO are asked for.
    pub fn asks_for_assistants(&self) -> bool {
        matches!(self.class, Class::Medicare | Class::Advantage | Class::Federal)
            || matches!(self.own, Own::Uhc | Own::Humana)
    }

    /// Whether there are only so many timed units a day: four.
    pub fn is_capped(&self) -> bool {
        self.class == Class::Commercial
    }
}

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
/// Diagnoses of nerves, balance, weakness or surgery: 97112 is for them.
pub const TELLING: [&str; 9] =
    ["M5416", "M6281", "R262", "R2689", "S83511D", "G8194", "I69354", "Z96651", "Z471"];
/// Diagnoses that say nothing for 97112.
pub const OTHER: [&str; 9] =
    ["M5450", "M25511", "M25562", "M7541", "R1310", "R4701", "M1711", "F802", "M542"];
pub const NOTES: [&str; 7] = [
    "PLAN OF CARE CERTIFIED BY REFERRING PHYSICIAN",
    "SKILLED THERAPY MEDICALLY NECESSARY SEE DOCUMENTATION",
    "PATIENT PROGRESSING TOWARD FUNCTIONAL GOALS",
    "THERAPY THRESHOLD EXCEPTION DOCUMENTED IN MEDICAL RECORD",
    "ASSISTANT SERVICES UNDER SUPERVISION",
    "SEPARATE AND DISTINCT FIFTEEN MINUTE INTERVALS",
    "VISIT 7 OF 12 AUTHORIZED",
];
