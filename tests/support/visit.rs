//! The claims of generated patients as they are meant: lines, who gave them, what is documented. And visits that
//! nothing is wrong with, for whatever payer and date.
//!
//! What makes a visit clean is written out here again, from the tables and from what payers ask for: it knows
//! none of the rules.

use super::facts::{self, is_timed};
use super::generate::{Kind, Minutes, Random, npi};
use super::words::{
    DISCIPLINES, Discipline, Manual, NOTES, OT, OTHER, PART_A, PAYERS, PT, Payer, SLP, TELLING,
    is_evaluation, is_reevaluation, price,
};

/// Loops 2000B and 2000C with their claims.
pub struct Patient {
    pub payer: &'static Payer,
    pub claims: Vec<Claim>,
    /// Claims in an earlier file.
    pub earlier: Vec<Claim>,
    /// Rows of the plans file, without the patient.
    pub plans: Vec<String>,
    /// Cents spent before, by bucket: PT with SLP, and OT.
    pub spent: [Option<u64>; 2],
}

impl Patient {
    pub fn new(payer: &'static Payer, claims: Vec<Claim>) -> Patient {
        Patient { payer, claims, earlier: Vec::new(), plans: Vec::new(), spent: [None; 2] }
    }
}

/// Loop 2300.
#[derive(Clone)]
pub struct Claim {
    pub discipline: &'static Discipline,
    /// CLM05-3.
    pub frequency: u8,
    /// The patient's claim whose id it has, if not its own.
    pub of: Option<usize>,
    /// NPI and taxonomy of who renders it.
    pub renderer: (String, &'static str),
    /// Whether an 837I names it; an 837P always does.
    pub named: bool,
    pub referred: bool,
    pub authorised: bool,
    /// CLM05-1.
    pub place: &'static str,
    pub diagnoses: Vec<&'static str>,
    /// Occurrence codes of an 837I.
    pub occurrences: Vec<&'static str>,
    pub note: Option<&'static str>,
    /// What the total is off by.
    pub off: u64,
    pub lines: Vec<Line>,
    /// Rules that must report the claim, not a line of it.
    pub planted: Vec<&'static str>,
}

/// Loop 2400.
#[derive(Clone)]
pub struct Line {
    pub code: &'static str,
    pub modifiers: Vec<&'static str>,
    /// What stands in the revenue code's place where it is not its discipline's.
    pub revenue: Option<&'static str>,
    pub charge: u64,
    pub units: u64,
    /// What stands in the place of the units.
    pub written: Option<&'static str>,
    pub basis: &'static str,
    pub day: usize,
    /// The last day, where the line runs over several.
    pub to: Option<usize>,
    /// Whether it has a date at all.
    pub dated: bool,
    /// Minutes documented where the batch has them; none for untimed lines.
    pub documented: Option<u64>,
    /// Minutes that a note says besides.
    pub noted: Option<u64>,
    /// What a note says.
    pub text: Option<&'static str>,
    /// Another one than the claim's renders it.
    pub renderer: Option<(String, &'static str)>,
    /// What else its row of the minutes file has.
    pub row: Row,
    /// Rules that must report the line.
    pub planted: Vec<&'static str>,
}

/// What a row of the minutes file may have besides minutes.
#[derive(Clone, Default)]
pub struct Row {
    /// Start and end in minutes after midnight.
    pub clock: Option<(u64, u64)>,
    pub therapist: Option<String>,
    pub assistant: Option<u64>,
    pub group: bool,
    pub region: &'static str,
    pub total: Option<u64>,
    /// Only the line control number tells the line from another one.
    pub by_control: bool,
    /// Names a line control number that no line has.
    pub stray: bool,
}

impl Line {
    pub fn new(code: &'static str, modifier: &'static str, units: u64, day: usize) -> Line {
        Line {
            code,
            modifiers: if modifier.is_empty() { Vec::new() } else { vec![modifier] },
            revenue: None,
            charge: price(code) * units,
            units,
            written: None,
            basis: "UN",
            day,
            to: None,
            dated: true,
            documented: is_timed(code).then_some(15 * units),
            noted: None,
            text: None,
            renderer: None,
            row: Row::default(),
            planted: Vec::new(),
        }
    }

    pub fn with(mut self, modifiers: &[&'static str]) -> Line {
        self.modifiers.extend(modifiers);
        self
    }

    pub fn minutes(mut self, minutes: u64) -> Line {
        self.documented = Some(minutes);
        self
    }

    pub fn must(mut self, rules: &[&'static str]) -> Line {
        self.planted.extend(rules);
        self
    }

    pub fn clock(mut self, start: u64, end: u64) -> Line {
        self.row.clock = Some((start, end));
        self
    }

    fn set_units(&mut self, units: u64) {
        (self.units, self.charge) = (units, price(self.code) * units);
        self.documented = Some(15 * units);
    }

    fn is(&self, code: &str) -> bool {
        self.code == code
    }
}

/// The days that a transaction set may have: those of its year and of the year before.
pub struct Calendar {
    pub year: u32,
    /// As CCYYMMDD.
    days: Vec<String>,
    /// Where the year begins.
    pub start: usize,
}

impl Calendar {
    pub fn new(year: u32) -> Calendar {
        let mut days = Vec::new();
        let mut start = 0;
        for year in [year - 1, year] {
            start = days.len();
            let february = if year % 4 == 0 { 29 } else { 28 };
            let months = (1..).zip([31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]);
            days.extend(
                months
                    .flat_map(|(month, last)| (1..=last).map(move |day| format!("{year}{month:02}{day:02}"))),
            );
        }
        Calendar { year, days, start }
    }

    pub fn day(&self, day: usize) -> &str {
        &self.days[day]
    }

    pub fn number(&self, day: usize) -> u32 {
        self.days[day].parse().unwrap()
    }
}

/// Makes what is meant, patient by patient.
pub struct Maker {
    pub random: Random,
    pub kind: Kind,
    pub minutes: Minutes,
    /// Whether there are files of plans, money spent and fees.
    pub files: bool,
    /// Whether there is an earlier file.
    pub history: bool,
    pub calendar: Calendar,
    /// NPIs of the clinic's therapists, by discipline.
    therapists: [String; 3],
    next_npi: u64,
}

impl Maker {
    pub fn new(seed: u64, kind: Kind, minutes: Minutes, year: u32) -> Maker {
        let mut maker = Maker {
            random: Random(seed),
            kind,
            minutes,
            files: false,
            history: false,
            calendar: Calendar::new(year),
            therapists: Default::default(),
            next_npi: seed % 1000 * 90_000,
        };
        maker.open_clinic();
        maker
    }

    /// New therapists, so that none of them has more patients than hours.
    pub fn open_clinic(&mut self) {
        self.therapists = [(); 3].map(|()| self.fresh_npi());
    }

    /// A provider that no other claim names.
    pub fn fresh_npi(&mut self) -> String {
        self.next_npi += 1;
        npi(self.next_npi % 100_000_000)
    }

    pub fn therapist(&self, of: &Discipline) -> (String, &'static str) {
        let at = DISCIPLINES.iter().position(|d| d == of).unwrap();
        (self.therapists[at].clone(), DISCIPLINES[at].taxonomy)
    }

    /// Whether minutes are documented anywhere.
    pub fn is_documented(&self) -> bool {
        self.minutes != Minutes::None
    }

    pub fn has_sidecar(&self) -> bool {
        self.minutes == Minutes::Sidecar
    }

    /// A payer, Medicare three times as often as others.
    pub fn payer(&mut self) -> &'static Payer {
        self.payer_of(|_| true)
    }

    /// A payer of some kind.
    pub fn payer_of(&mut self, fits: impl Fn(&Payer) -> bool) -> &'static Payer {
        let own = if self.kind == Kind::I { &PART_A } else { &PAYERS[0] };
        let others = PAYERS[1..].iter();
        let fitting: Vec<&'static Payer> = [own; 3].into_iter().chain(others).filter(|p| fits(p)).collect();
        self.random.one(&fitting)
    }

    pub fn medicare(&mut self) -> &'static Payer {
        self.payer_of(Payer::is_medicare)
    }

    pub fn discipline(&mut self) -> &'static Discipline {
        match self.random.below(100) {
            0..60 => PT,
            60..85 => OT,
            _ => SLP,
        }
    }

    pub fn pt_or_ot(&mut self) -> &'static Discipline {
        if self.random.percent(70) { PT } else { OT }
    }

    /// The first day of an episode.
    pub fn first_day(&mut self) -> usize {
        self.calendar.start + 25 + self.random.below(140) as usize
    }

    /// A patient without a fault: one to three claims a week apart.
    pub fn patient(&mut self) -> Patient {
        let payer = self.payer();
        self.patient_of(payer)
    }

    /// As [`Maker::patient`], for a payer.
    pub fn patient_of(&mut self, payer: &'static Payer) -> Patient {
        let day = self.first_day();
        let count = self.random.one(&[1, 1, 1, 2, 2, 3]);
        // One evaluation an episode, and none again soon after it.
        let claims = (0..count)
            .map(|n| {
                let of = self.discipline();
                let evaluation = if count > 1 { Evaluation::None } else { Evaluation::Any };
                self.claim(payer, of, day + 7 * n, evaluation)
            })
            .collect();
        let mut patient = Patient::new(payer, claims);
        if self.files && payer.is_medicare() {
            self.put_on_file(&mut patient);
        }
        patient
    }

    /// A certified plan of each discipline, and what was spent: so little that no line needs KX.
    fn put_on_file(&mut self, patient: &mut Patient) {
        let first = patient.claims.iter().flat_map(|c| &c.lines).map(|l| l.day).min().unwrap();
        if self.random.percent(40) {
            for of in &DISCIPLINES {
                let [start, certified, last] =
                    [first - 20, first - 12, first + 60].map(|day| self.calendar.day(day).to_owned());
                patient.plans.push(format!("{},{start},{certified},{last},,", of.short));
            }
        }
        if self.random.percent(30) {
            for claim in &mut patient.claims {
                claim.lines.iter_mut().for_each(|l| l.modifiers.retain(|m| *m != "KX"));
            }
            patient.spent = [Some(self.random.below(120_000)), Some(self.random.below(120_000))];
        }
    }

    /// A claim without a fault, on one to three days from `day` on, always an even number of days after it.
    pub fn claim(
        &mut self,
        payer: &'static Payer,
        of: &'static Discipline,
        day: usize,
        evaluation: Evaluation,
    ) -> Claim {
        let lines = match self.random.below(100) {
            0..6 => 1,
            6..20 => 2,
            20..42 => 3,
            42..68 => 4,
            68..86 => 5,
            _ => 6,
        };
        let days = lines.min(3);
        let mut claim = self.bare(payer, of);
        for n in 0..days {
            let lines = lines / days + usize::from(n < lines % days);
            let evaluation = if n == 0 { evaluation } else { Evaluation::None };
            claim.lines.extend(self.visit(payer, of, day + 2 * n, lines, evaluation));
        }
        let turn = self.random.below(claim.lines.len() as u64) as usize;
        claim.lines.rotate_left(turn);
        claim
    }

    /// A claim without lines.
    pub fn bare(&mut self, payer: &'static Payer, of: &'static Discipline) -> Claim {
        let mut diagnoses = vec![self.random.one(&TELLING)];
        while diagnoses.len() < 4 && self.random.percent(60) {
            let more = if self.random.percent(50) { &TELLING } else { &OTHER };
            let more = self.random.one(more);
            if !diagnoses.contains(&more) {
                diagnoses.push(more);
            }
        }
        let turn = self.random.below(diagnoses.len() as u64) as usize;
        diagnoses.rotate_left(turn);
        let authorised = payer.own == super::words::Own::UhcAdvantage || self.random.percent(45);
        let place = match self.kind {
            Kind::P => self.random.one(&["11", "11", "11", "12", "62"]),
            Kind::I => self.random.one(&["13", "22", "23", "34", "74", "75"]),
        };
        Claim {
            discipline: of,
            frequency: if self.kind == Kind::I { self.random.one(b"1111234") - b'0' } else { 1 },
            of: None,
            renderer: self.therapist(of),
            named: self.random.percent(50),
            referred: payer.is_medicare() || self.random.percent(80),
            authorised,
            place,
            diagnoses,
            occurrences: vec!["11", of.began, of.planned],
            note: self.random.percent(75).then(|| self.random.one(&NOTES)),
            off: 0,
            lines: Vec::new(),
            planted: Vec::new(),
        }
    }

    /// The lines of one day, at least one and at most `count`.
    pub fn visit(
        &mut self,
        payer: &Payer,
        of: &'static Discipline,
        day: usize,
        count: usize,
        evaluation: Evaluation,
    ) -> Vec<Line> {
        let date = self.calendar.number(day);
        let mut services: Vec<&'static str> = of.services.to_vec();
        for n in (1..services.len()).rev() {
            services.swap(n, self.random.below(n as u64 + 1) as usize);
        }
        let mut lines: Vec<Line> = Vec::new();
        for code in services {
            let mut line = Line::new(code, of.modifier, 1, day);
            let evaluates = is_evaluation(code) || is_reevaluation(code);
            let in_force = facts::code(code).is_some_and(|c| c.is_in_force(date));
            if lines.len() < count
                && in_force
                && !(evaluates && evaluation == Evaluation::None)
                && self.goes_with(payer, &mut line, &mut lines, date)
            {
                lines.push(line);
            }
        }
        // An add-on code needs its first quarter hour.
        if !lines.iter().any(|l| l.is("97129")) {
            lines.retain(|l| !l.is("97130"));
        }
        if lines.is_empty() {
            lines.push(Line::new(of.services[0], of.modifier, 1, day));
        }
        self.count(payer, &mut lines);
        for line in &mut lines {
            self.ornament(line, of, date);
        }
        if self.has_sidecar() {
            self.detail(&mut lines);
        }
        lines
    }

    /// Whether a line can stand beside the others of its day, with 59 where that is what it takes.
    fn goes_with(&mut self, payer: &Payer, line: &mut Line, others: &mut [Line], date: u32) -> bool {
        const DISTINCT: [&str; 7] = ["59", "59", "59", "XE", "XS", "XP", "XU"];
        let mut apart = Vec::new();
        for (n, other) in others.iter().enumerate() {
            let both = |a, b| line.is(a) && other.is(b) || line.is(b) && other.is(a);
            let refused = payer.refuses_pairs() && (both("97112", "97110") || both("97112", "97530"));
            let edit = facts::pair(self.kind, line.code, other.code, date);
            let manual = edit.is_none() && both("97140", "97530");
            // Speech treatment beside other therapy is told even with 59.
            let speech = edit.is_some_and(|e| e.first.starts_with("9250"));
            if refused
                || speech
                || edit.is_some_and(|e| !e.bypass)
                || manual && payer.manual() == Manual::Refuses
            {
                return false;
            }
            let second = if let Some(edit) = edit {
                edit.second
            } else if both("97112", "97110") && payer.wants_59() {
                "97112"
            } else if manual && payer.manual() == Manual::Wants59 {
                "97530"
            } else {
                continue;
            };
            apart.push(if second == line.code { None } else { Some(n) });
        }
        // Not too many of them.
        if !apart.is_empty() && self.random.percent(50) {
            return false;
        }
        for at in apart {
            let modifiers = at.map_or(&mut line.modifiers, |n| &mut others[n].modifiers);
            if modifiers.len() == 1 {
                modifiers.push(self.random.one(&DISTINCT));
            }
        }
        true
    }

    /// Units that the payer pays, and minutes that support exactly them.
    fn count(&mut self, payer: &Payer, lines: &mut [Line]) {
        let mut left = if payer.is_capped() { 4 } else { 12 };
        let timed = lines.iter().filter(|l| is_timed(l.code)).count() as u64;
        left -= timed.min(left);
        for line in lines.iter_mut().filter(|l| is_timed(l.code)) {
            let most = facts::mue(self.kind, line.code).unwrap_or(4).min(left + 1);
            let units = (self.random.one(&[1, 1, 2, 2, 3, 4])).min(most);
            left -= units - 1;
            line.set_units(units);
        }
        let mut timed: Vec<&mut Line> = lines.iter_mut().filter(|l| is_timed(l.code)).collect();
        match timed.as_mut_slice() {
            [] => {}
            // A line alone on its day needs but eight minutes for its last unit.
            [alone] => alone.documented = Some(15 * alone.units - 7 + self.random.below(15)),
            several => {
                if self.random.percent(50) {
                    // Less than eight minutes over, for that would be a unit more.
                    let mut over = 7;
                    for line in several {
                        let more = self.random.below(over + 1);
                        over -= more;
                        line.documented = Some(15 * line.units + more);
                    }
                } else {
                    self.split(payer, several);
                }
            }
        }
    }

    /// Minutes as they come, and their units by the 8-minute rule: full quarter hours, then the most minutes left
    /// over. Kept where each line has a unit, and where the payer's way is not known if the midpoint says the same.
    fn split(&mut self, payer: &Payer, lines: &mut [&mut Line]) {
        let further = lines.iter().any(|l| l.is("97130"));
        let minutes: Vec<u64> = lines.iter().map(|l| 15 * (l.units - 1) + self.random.range(6, 22)).collect();
        let mut units: Vec<u64> = minutes.iter().map(|m| m / 15).collect();
        let mut rest = by_8_minutes(minutes.iter().sum()) - units.iter().sum::<u64>();
        let mut by_rest: Vec<usize> = (0..lines.len()).collect();
        by_rest.sort_by_key(|n| std::cmp::Reverse(minutes[*n] % 15));
        for n in by_rest {
            let more = rest.min(1);
            units[n] += more;
            rest -= more;
        }
        let sum: u64 = units.iter().sum();
        let fits = |n: usize| {
            units[n] > 0
                && facts::mue(self.kind, lines[n].code).is_none_or(|most| units[n] <= most)
                && (payer.counts_as_cms() || by_8_minutes(minutes[n]) == units[n])
        };
        if !further && (0..lines.len()).all(fits) && !(payer.is_capped() && sum > 4) {
            for ((line, minutes), units) in lines.iter_mut().zip(minutes).zip(units) {
                line.set_units(units);
                line.documented = Some(minutes);
            }
        }
    }

    /// Modifiers that do no harm.
    fn ornament(&mut self, line: &mut Line, of: &Discipline, date: u32) {
        let evaluates = is_evaluation(line.code) || is_reevaluation(line.code);
        match (self.random.below(100), of.assistant) {
            (0..25, _) => line.modifiers.push("KX"),
            (25..33, Some(assistant)) if !evaluates && date >= 20_200_101 => line.modifiers.push(assistant),
            _ => {}
        }
        if self.random.percent(22) {
            line.renderer = Some(self.therapist(of));
        }
        if self.kind == Kind::P && self.random.percent(10) {
            line.text = Some(self.random.one(&NOTES));
        }
    }

    /// What else a minutes file may say of a visit.
    fn detail(&mut self, lines: &mut [Line]) {
        let total = lines.iter().filter_map(|l| l.documented).sum();
        let (clocked, totalled) = (self.random.percent(30), self.random.percent(15));
        let therapist = self.random.percent(50).then(|| self.fresh_npi());
        let mut at = 9 * 60 + self.random.below(120);
        for line in lines.iter_mut().filter(|l| l.documented.is_some()) {
            let minutes = line.documented.unwrap();
            if clocked {
                line.row.clock = Some((at, at + minutes));
                // Two that begin within a quarter hour share it.
                at += minutes.max(15);
                line.row.therapist.clone_from(&therapist);
            }
            line.row.total = totalled.then_some(total);
            let assisted = line.modifiers.iter().any(|m| matches!(*m, "CQ" | "CO"));
            line.row.assistant = match self.random.below(10) {
                0..4 if assisted => Some(minutes),
                4 => Some(minutes / 10),
                _ => None,
            };
        }
    }
}

/// Whether a visit may have an evaluation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Evaluation {
    None,
    Any,
}

/// The table of the 8-minute rule: 8 to 22 minutes are a unit, 23 to 37 two.
pub fn by_8_minutes(total: u64) -> u64 {
    if total < 8 { 0 } else { (total + 7) / 15 }
}

/// Whether a code's claims are the speech-language pathologist's.
pub fn is_speech(of: &Discipline) -> bool {
    *of == *SLP
}

/// Whether they are the occupational therapist's.
pub fn is_occupational(of: &Discipline) -> bool {
    *of == *OT
}
