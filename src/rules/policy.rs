//! What differs by payer: its class, how it counts units, what it asks for.
//!
//! Defaults and their sources are those of the built-in list below; `claimlint.toml` adds to it and comes
//! first.

use serde::{Deserialize, Serialize};

use crate::claim::context::Payer;
use crate::finding::Severity;
use crate::x12::code::Code;
use crate::x12::value::Date;

/// What kind of payer it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum PayerClass {
    /// Medicare fee for service: SBR09 MB, MA.
    Medicare,
    /// Medicare Advantage: SBR09 16, or a payer the settings name.
    MedicareAdvantage,
    /// Medicaid: SBR09 MC.
    Medicaid,
    /// TRICARE, Veterans Affairs, other federal: SBR09 CH, VA, OF, TV.
    Federal,
    /// Commercial: SBR09 CI, BL, HM, 12 to 15.
    Commercial,
    /// Workers' compensation, automobile, liability: SBR09 WC, AM, LM.
    WorkCompAuto,
    /// SBR09 absent or something else.
    Unknown,
}

impl PayerClass {
    /// All classes.
    pub const ALL: [PayerClass; 7] = [
        PayerClass::Medicare,
        PayerClass::MedicareAdvantage,
        PayerClass::Medicaid,
        PayerClass::Federal,
        PayerClass::Commercial,
        PayerClass::WorkCompAuto,
        PayerClass::Unknown,
    ];

    /// The class as a word for settings and reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            PayerClass::Medicare => "medicare",
            PayerClass::MedicareAdvantage => "medicare-advantage",
            PayerClass::Medicaid => "medicaid",
            PayerClass::Federal => "federal",
            PayerClass::Commercial => "commercial",
            PayerClass::WorkCompAuto => "work-comp-auto",
            PayerClass::Unknown => "unknown",
        }
    }

    /// Reads the word back.
    pub fn named(word: &str) -> Option<PayerClass> {
        PayerClass::ALL.into_iter().find(|c| c.as_str() == word)
    }

    /// The class a claim filing indicator stands for (SBR09, 005010X222 loop 2000B).
    pub fn of_filing(filing: Code) -> PayerClass {
        use PayerClass::{Commercial, Federal, Medicaid, Medicare, MedicareAdvantage, WorkCompAuto};
        const BY_FILING: [(Code, PayerClass); 18] = [
            (Code::of("MB"), Medicare),
            (Code::of("MA"), Medicare),
            (Code::of("16"), MedicareAdvantage),
            (Code::of("MC"), Medicaid),
            (Code::of("CH"), Federal),
            (Code::of("VA"), Federal),
            (Code::of("OF"), Federal),
            (Code::of("TV"), Federal),
            (Code::of("CI"), Commercial),
            (Code::of("BL"), Commercial),
            (Code::of("HM"), Commercial),
            (Code::of("12"), Commercial),
            (Code::of("13"), Commercial),
            (Code::of("14"), Commercial),
            (Code::of("15"), Commercial),
            (Code::of("WC"), WorkCompAuto),
            (Code::of("AM"), WorkCompAuto),
            (Code::of("LM"), WorkCompAuto),
        ];
        BY_FILING.iter().find(|(code, _)| *code == filing).map_or(PayerClass::Unknown, |(_, class)| *class)
    }
}

/// How a payer counts units of timed codes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum UnitMethod {
    /// The 8-minute rule over the total of timed minutes (Pub. 100-04 chapter 5 section 20.2).
    Cms,
    /// Each code alone, a unit past its midpoint (CPT).
    Ama,
    /// Both tests at once: each code by its midpoint and its first unit from 8 minutes, and the day's total by
    /// the 8-minute rule.
    Strict,
    /// Not known: only what both methods refuse is called an excess.
    Unknown,
}

/// How much a payer insists on something.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Demand {
    /// A claim without it is refused.
    Required,
    /// Often asked for.
    Advised,
    /// Not asked for.
    Off,
}

/// The most timed units a payer pays for one patient, day and discipline.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DailyCap {
    /// Units, at least 1.
    pub units: u32,
    /// The codes that count; empty for all timed 15-minute codes.
    pub codes: Vec<Code>,
    /// How bad it is to be over it.
    pub severity: Severity,
    /// Whether it is only the usual figure of such payers, not known of this one; facilities are left out of it.
    pub usual: bool,
    /// First date of service it holds for, if it has one.
    pub since: Option<Date>,
}

/// How often a payer pays a treatment: visits in any window of days.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Frequency {
    /// The most visits, at least 1.
    pub visits: u32,
    /// Length of the window in days, at least 1.
    pub days: u32,
}

/// Which services a payer wants authorised before they are given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Authorisation {
    /// The codes; an entry of fewer than five characters stands for all codes that begin with it.
    pub codes: Vec<Code>,
    /// Places of service (CLM05-1, SV105) it is wanted for; empty for all.
    pub places: Vec<Code>,
    /// First date of service it is wanted for, if it has one.
    pub since: Option<Date>,
}

impl Authorisation {
    /// Whether a code given at a place on a date needs it.
    pub fn wants(&self, code: Code, place: Code, date: Option<Date>) -> bool {
        let begins = |c: &Code| *c == code || code.starts_with(c.to_string().as_str());
        self.since.is_none_or(|since| date.is_none_or(|date| date >= since))
            && (self.places.is_empty() || self.places.contains(&place))
            && self.codes.iter().any(begins)
    }
}

/// What one payer, or a class of payers, wants.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Policy {
    /// Name of the policy for reports: `medicare`, `uhc`.
    pub name: String,
    /// Payer class.
    pub class: PayerClass,
    /// How units are counted.
    pub unit_method: UnitMethod,
    /// Whether always-therapy lines need GP, GO or GN.
    pub plan_modifier: Demand,
    /// Whether 97110 with 97112 needs 59 or X{EPSU}.
    pub pair_59: Demand,
    /// What is made of 97530 beside 97140, which is no NCCI edit since 2020: required, it is refused even
    /// with 59; advised, it needs 59 or X{EPSU}.
    pub manual_with_activities: Demand,
    /// Further pairs of the payer's own list that need 59 or X{EPSU}.
    pub pairs_59: Vec<(Code, Code)>,
    /// Pairs of which the first code is not paid on a day with the second, whatever the modifiers.
    pub same_day_refused: Vec<(Code, Code)>,
    /// The day the text that `same_day_refused` was taken from was read; none where the settings give the pairs.
    pub same_day_refused_read: Option<Date>,
    /// Whether the payer applies the NCCI edits: pairs and unit limits (MUE).
    pub ncci: Demand,
    /// The most timed units of a day.
    pub daily_cap: Option<DailyCap>,
    /// How often 97112 is paid.
    pub frequency: Option<Frequency>,
    /// Whether CQ and CO are asked for.
    pub assistant_modifier: Demand,
    /// Whether the KX threshold applies.
    pub kx: Demand,
    /// Whether a referring provider (NM1*DN) is asked for on an 837P.
    pub referring: Demand,
    /// What needs prior authorisation.
    pub authorisation: Option<Authorisation>,
    /// Days from the date of service until a claim is too late.
    pub timely_days: Option<u32>,
    /// Whether the payer is known to hold 97112 to its diagnosis.
    pub necessity_strict: bool,
    /// Where this comes from.
    pub source: String,
}

/// How a payer is recognised. Any of the three is enough, within the classes given.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Matcher {
    /// NM109 of NM1*PR, exactly, case-blind.
    pub ids: Vec<String>,
    /// A part of NM103 of NM1*PR, case-blind.
    pub names: Vec<String>,
    /// SBR09.
    pub filings: Vec<String>,
    /// Only payers whose SBR09 is of one of these classes; empty for any.
    pub classes: Vec<PayerClass>,
}

impl Matcher {
    /// Whether the payer is meant.
    fn fits(&self, payer: &Payer, class: PayerClass) -> bool {
        let id = payer.id.as_bytes();
        if !self.classes.is_empty() && !self.classes.contains(&class) {
            return false;
        }
        self.ids.iter().any(|i| i.as_bytes().eq_ignore_ascii_case(id))
            || self.names.iter().any(|n| contains_ignore_case(payer.name.as_bytes(), n.as_bytes()))
            || self.filings.iter().any(|f| Code::of(f) == payer.filing && !payer.filing.is_none())
    }
}

/// A policy's place in [`Policies`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PolicyId(pub u16);

/// All policies of a run: those of the settings first, then the built-in ones, then one for each class.
#[derive(Clone, Debug)]
pub struct Policies {
    named: Vec<(Matcher, Policy)>,
    classes: Vec<Policy>,
}

impl Policies {
    /// The built-in policies alone.
    pub fn builtin() -> Policies {
        Policies::new(Vec::new())
    }

    /// The policies of the settings, then the built-in ones.
    pub fn new(mut settings: Vec<(Matcher, Policy)>) -> Policies {
        settings.extend(builtin_payers());
        Policies { named: settings, classes: PayerClass::ALL.into_iter().map(class_policy).collect() }
    }

    /// The policy with an id this value gave.
    pub fn get(&self, id: PolicyId) -> &Policy {
        let n = usize::from(id.0);
        self.named.get(n).map_or_else(
            || &self.classes[n.saturating_sub(self.named.len()).min(self.classes.len() - 1)],
            |(_, policy)| policy,
        )
    }

    /// The policy of a class.
    pub fn of_class(&self, class: PayerClass) -> &Policy {
        let n = PayerClass::ALL.iter().position(|c| *c == class).unwrap_or(0);
        &self.classes[n]
    }

    /// The first policy that fits a payer, else that of its class.
    pub fn of(&self, payer: &Payer) -> PolicyId {
        let class = PayerClass::of_filing(payer.filing);
        let named = self.named.iter().position(|(matcher, _)| matcher.fits(payer, class));
        let n = named.unwrap_or_else(|| {
            self.named.len() + PayerClass::ALL.iter().position(|c| *c == class).unwrap_or(0)
        });
        PolicyId(u16::try_from(n).unwrap_or(u16::MAX))
    }

    /// The policies of the settings and the built-in payers, in the order they are tried.
    pub fn named(&self) -> impl Iterator<Item = &(Matcher, Policy)> {
        self.named.iter()
    }
}

/// The policy of a class (rules.md B.1 and B.3 of the project's sources).
fn class_policy(class: PayerClass) -> Policy {
    use PayerClass as P;
    let (unit_method, plan_modifier, source) = match class {
        P::Medicare => {
            (UnitMethod::Cms, Demand::Required, "Pub. 100-04 chapter 5 sections 20.1 and 20.2; CR 10176")
        }
        P::MedicareAdvantage => {
            (UnitMethod::Cms, Demand::Required, "follows Medicare unless the plan says otherwise")
        }
        P::Medicaid => (UnitMethod::Cms, Demand::Advised, "state pages differ; 8-minute rule usual"),
        P::Federal => (UnitMethod::Cms, Demand::Required, "VA community care and TRICARE pages"),
        P::Commercial => (UnitMethod::Unknown, Demand::Advised, "differs by payer: set it in claimlint.toml"),
        P::WorkCompAuto => {
            (UnitMethod::Unknown, Demand::Advised, "differs by state and payer: set it in claimlint.toml")
        }
        P::Unknown => (UnitMethod::Unknown, Demand::Advised, "payer class not given in SBR09"),
    };
    let medicare = class == P::Medicare;
    let commercial = class == P::Commercial;
    let follows_ncci = matches!(class, P::Medicare | P::MedicareAdvantage | P::Medicaid | P::Federal);
    Policy {
        name: class.as_str().to_owned(),
        class,
        unit_method,
        plan_modifier,
        pair_59: if class == P::WorkCompAuto { Demand::Off } else { Demand::Advised },
        manual_with_activities: if commercial { Demand::Advised } else { Demand::Off },
        pairs_59: Vec::new(),
        same_day_refused: Vec::new(),
        same_day_refused_read: None,
        ncci: if follows_ncci { Demand::Required } else { Demand::Advised },
        daily_cap: commercial.then(|| DailyCap { usual: true, ..cap(Severity::Low, &[]) }),
        frequency: None,
        assistant_modifier: match class {
            P::Medicare | P::MedicareAdvantage | P::Federal => Demand::Required,
            _ => Demand::Off,
        },
        kx: if medicare { Demand::Required } else { Demand::Off },
        referring: if medicare { Demand::Required } else { Demand::Off },
        authorisation: None,
        timely_days: medicare.then_some(365),
        necessity_strict: medicare,
        source: source.to_owned(),
    }
}

/// Four units a day: the usual figure of caps (a 97112 guide: most insurers allow up to 4 units an hour).
fn cap(severity: Severity, codes: &[&str]) -> DailyCap {
    DailyCap {
        units: 4,
        codes: codes.iter().map(|c| Code::of(c)).collect(),
        severity,
        usual: false,
        since: None,
    }
}

/// Payers known by id or name, each with its source.
fn builtin_payers() -> Vec<(Matcher, Policy)> {
    use PayerClass::{Commercial, MedicareAdvantage, Unknown};
    let policy = |name: &str, class, source: &str| Policy {
        name: name.to_owned(),
        source: source.to_owned(),
        ..class_policy(class)
    };
    let matcher = |ids: &[&str], names: &[&str], classes: &[PayerClass]| Matcher {
        ids: ids.iter().map(|s| (*s).to_owned()).collect(),
        names: names.iter().map(|s| (*s).to_owned()).collect(),
        filings: Vec::new(),
        classes: classes.to_vec(),
    };
    // The same payer id serves Medicare Advantage plans, which follow Medicare.
    let private = &[Commercial, Unknown];
    let uhc = Policy {
        unit_method: UnitMethod::Cms,
        plan_modifier: Demand::Required,
        assistant_modifier: Demand::Required,
        ..policy(
            "uhc",
            Commercial,
            "uhcprovider.com, Maximum Combined Frequency Per Day; Smart Edit umAT (secondary pages)",
        )
    };
    let uhc_advantage = Policy {
        authorisation: Some(uhc_advantage_authorisation()),
        ..policy(
            "uhc-medicare-advantage",
            MedicareAdvantage,
            "UHC Medicare Advantage prior authorisation of therapy from 2024-09-01 (secondary page)",
        )
    };
    let anthem = Policy {
        plan_modifier: Demand::Required,
        manual_with_activities: Demand::Required,
        daily_cap: Some(DailyCap { since: Date::new(2021, 4, 1), ..cap(Severity::Medium, &ANTHEM_CAP) }),
        ..policy(
            "anthem",
            Commercial,
            "providernews.anthem.com, 2021-11-01; wisconsin 6707, 4 units a day from 2021-04-01 (secondary pages)",
        )
    };
    let aetna = Policy {
        manual_with_activities: Demand::Required,
        same_day_refused: [("97112", "97110"), ("97112", "97530")]
            .map(|(a, b)| (Code::of(a), Code::of(b)))
            .to_vec(),
        same_day_refused_read: Date::new(2010, 5, 13),
        frequency: Some(Frequency { visits: 18, days: 42 }),
        necessity_strict: true,
        ..policy(
            "aetna",
            Commercial,
            "Aetna CPB 0325 as quoted by M. Miscoe, AAPC, 2010-07-01 (accessed 2010-05-13; today's text not read)",
        )
    };
    let humana = Policy {
        manual_with_activities: Demand::Required,
        assistant_modifier: Demand::Required,
        ..policy("humana", Commercial, "payer news on 97530 with 97140 and on CQ/CO (secondary pages)")
    };
    let cigna = Policy {
        daily_cap: Some(cap(Severity::Medium, &[])),
        ..policy("cigna", Commercial, "Cigna: over 4 units a day not paid (secondary page, headline only)")
    };
    let north_dakota = Policy {
        daily_cap: Some(cap(Severity::Medium, &[])),
        ..policy("bcbs-north-dakota", Commercial, "BCBS ND: up to 4 units a day (secondary page)")
    };
    vec![
        (matcher(&["87726"], &["UNITED HEALTHCARE", "UNITEDHEALTHCARE"], private), uhc),
        (
            matcher(&["87726"], &["UNITED HEALTHCARE", "UNITEDHEALTHCARE"], &[MedicareAdvantage]),
            uhc_advantage,
        ),
        (matcher(&[], &["ANTHEM"], private), anthem),
        (matcher(&["60054"], &["AETNA"], private), aetna),
        (matcher(&[], &["HUMANA"], private), humana),
        (matcher(&[], &["CIGNA"], private), cigna),
        (matcher(&[], &["BLUE CROSS BLUE SHIELD OF NORTH DAKOTA", "BCBSND"], private), north_dakota),
    ]
}

/// The codes of Anthem's cap as printed: 97530 is not among them.
const ANTHEM_CAP: [&str; 15] = [
    "97110", "97112", "97113", "97116", "97124", "97129", "97130", "97140", "97533", "97535", "97537",
    "97542", "97760", "97761", "97763",
];

/// UHC Medicare Advantage: treatment codes, not first evaluations, at the places named.
fn uhc_advantage_authorisation() -> Authorisation {
    let codes = [
        "97110", "97112", "97113", "97116", "97124", "97129", "97130", "97140", "97150", "97164", "97168",
        "97530", "97533", "97535", "97537", "97542", "97750", "97755", "97760", "97761", "97763", "97799",
        "G0283", "92507", "92508", "92526",
    ];
    Authorisation {
        codes: codes.iter().map(|c| Code::of(c)).collect(),
        places: ["11", "19", "22", "24", "49", "62"].iter().map(|c| Code::of(c)).collect(),
        since: Date::new(2024, 9, 1),
    }
}

fn contains_ignore_case(text: &[u8], part: &[u8]) -> bool {
    !part.is_empty() && text.windows(part.len()).any(|w| w.eq_ignore_ascii_case(part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x12::text::Text;

    fn payer(filing: &str, id: &str, name: &str) -> Payer {
        Payer {
            sequence: b'P',
            filing: Code::of(filing),
            id: Text::new(id.as_bytes()),
            name: Text::new(name.as_bytes()),
        }
    }

    #[test]
    fn a_payer_is_known_by_id_name_or_class() {
        let policies = Policies::builtin();
        for (filing, id, name, want) in [
            ("MB", "04412", "MEDICARE PART B", "medicare"),
            ("MA", "", "", "medicare"),
            ("16", "", "", "medicare-advantage"),
            ("VA", "", "", "federal"),
            ("CI", "87726", "", "uhc"),
            ("16", "87726", "", "uhc-medicare-advantage"),
            ("16", "60054", "", "medicare-advantage"),
            ("CI", "60054", "", "aetna"),
            ("HM", "1", "Humana Health Plan", "humana"),
            ("CI", "1", "United HealthCare of Ohio", "uhc"),
            ("BL", "2", "Anthem Blue Cross", "anthem"),
            ("BL", "2", "BLUE CROSS", "commercial"),
            ("WC", "", "", "work-comp-auto"),
            ("ZZ", "", "", "unknown"),
            ("", "", "", "unknown"),
        ] {
            let id = policies.of(&payer(filing, id, name));
            assert_eq!(policies.get(id).name, want, "{filing} {name}");
        }
    }

    #[test]
    fn the_settings_come_first() {
        let mine = Policy { name: "mine".to_owned(), ..class_policy(PayerClass::MedicareAdvantage) };
        let policies =
            Policies::new(vec![(Matcher { filings: vec!["CI".to_owned()], ..Matcher::default() }, mine)]);
        assert_eq!(policies.get(policies.of(&payer("CI", "87726", ""))).name, "mine");
        assert_eq!(policies.get(policies.of(&payer("", "", ""))).name, "unknown");
    }
}
