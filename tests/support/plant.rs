//! The service lines of a generated claim, and the faults planted in them.
//!
//! Each fault says which findings it must lead to. Where one cannot stand alone (a code on fewer than eight
//! minutes also has a unit too many) all of them are named. The arithmetic is written out here again, from
//! the tables and not from the rules.

use super::generate::{Minutes, Random};
use super::words::{DISCIPLINES, Discipline, Service};

/// A planted fault.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// MOD001: one line or two without GP, GO or GN.
    NoModifier,
    /// MOD002: a second one of them.
    TwoModifiers,
    /// MOD003: that of another discipline.
    WrongModifier,
    /// PTP001: 97110 and 97112 on a day without 59.
    Pair,
    /// CLM011: the total is not the sum.
    Unbalanced,
    /// TIM001: a line of two units or more with the minutes of one unit less.
    TooManyUnits,
    /// TIM001 on the second of two claims of a day: both are well by themselves.
    TooManyUnitsOverClaims,
    /// TIM004 and TIM001: one unit on one to seven minutes.
    FewMinutes,
    /// TIM004 alone: seven minutes beside a code that has eight left over.
    FewMinutesInPool,
    /// TIM005: a timed line that nobody noted minutes for.
    NoMinutes,
    /// TIM006: a line whose note says other minutes than the file; in notes, as [`Fault::NoMinutes`].
    Contradiction,
    /// TIM005 twice: a row with a line control number that no line has, whose line then has none. In notes,
    /// as [`Fault::NoMinutes`].
    StrayRow,
}

impl Fault {
    /// Faults that need no documented minutes.
    pub const WITHOUT_MINUTES: [Fault; 5] =
        [Fault::NoModifier, Fault::TwoModifiers, Fault::WrongModifier, Fault::Pair, Fault::Unbalanced];
    /// All faults.
    pub const ALL: [Fault; 12] = [
        Fault::NoModifier,
        Fault::TwoModifiers,
        Fault::WrongModifier,
        Fault::Pair,
        Fault::Unbalanced,
        Fault::TooManyUnits,
        Fault::TooManyUnitsOverClaims,
        Fault::FewMinutes,
        Fault::FewMinutesInPool,
        Fault::NoMinutes,
        Fault::Contradiction,
        Fault::StrayRow,
    ];

    /// Whether it takes timed lines.
    fn is_of_time(self) -> bool {
        Fault::ALL[5..].contains(&self)
    }
}

/// A service line to be written.
pub struct Line {
    pub service: &'static Service,
    pub modifiers: Vec<&'static str>,
    pub charge: u64,
    pub units: u64,
    pub day: usize,
    /// Minutes documented where the batch has them; none for untimed lines.
    pub documented: Option<u64>,
    /// Minutes that a note says besides.
    pub noted: Option<u64>,
    /// Whether its row names a line control number that no line has.
    pub stray: bool,
    /// Rules that must report the line.
    pub planted: Vec<&'static str>,
}

impl Line {
    fn new(service: &'static Service, modifier: &'static str, units: u64, day: usize) -> Line {
        Line {
            service,
            modifiers: vec![modifier],
            charge: service.price * units,
            units,
            day,
            documented: service.timed.then_some(15 * units),
            noted: None,
            stray: false,
            planted: Vec::new(),
        }
    }

    fn set_units(&mut self, units: u64) {
        (self.units, self.charge) = (units, self.service.price * units);
        self.documented = Some(15 * units);
    }
}

/// Whose claim it is; faults of time and of pairs are planted where the codes for them are.
pub fn discipline(random: &mut Random, fault: Option<Fault>) -> &'static Discipline {
    let most = if fault.is_some_and(|f| f.is_of_time() || f == Fault::Pair) { 85 } else { 100 };
    match random.below(most) {
        0..60 => &DISCIPLINES[0],
        60..85 => &DISCIPLINES[1],
        _ => &DISCIPLINES[2],
    }
}

/// One to six lines on up to three days, with the fault.
pub fn lines(
    random: &mut Random,
    of: &'static Discipline,
    first_day: usize,
    fault: Option<Fault>,
    minutes: Minutes,
) -> Vec<Line> {
    let mut services: Vec<&Service> = of.services.iter().collect();
    for n in (1..services.len()).rev() {
        services.swap(n, random.below(n as u64 + 1) as usize);
    }
    let mut count = match random.below(100) {
        0..6 => 1,
        6..20 => 2,
        20..42 => 3,
        42..68 => 4,
        68..86 => 5,
        _ => 6,
    };
    if fault == Some(Fault::Pair) {
        services.sort_by_key(|s| !is_pair(s.code));
        count = count.max(2);
    } else if fault.is_some_and(Fault::is_of_time) {
        services.sort_by_key(|s| !s.timed);
        count = count.max(2);
    }
    services.truncate(count);
    let mut lines: Vec<Line> = (0..)
        .zip(services)
        .map(|(n, service)| {
            let units = if service.timed { *random.pick(&[1, 1, 2, 2, 3, 4]) } else { 1 };
            let mut line = Line::new(service, of.modifier, units, first_day + n % 3 * 2);
            match random.below(100) {
                0..25 => line.modifiers.push("KX"),
                // 59 stands where a pair needs it, see below; assistants do not evaluate.
                35..43 if !is_evaluation(service.code) => line.modifiers.push(of.assistant),
                _ => {}
            }
            if fault.is_none() && service.timed {
                // A day whose every line has its own minutes in full supports all units; a line that is alone
                // on its day needs but eight minutes for its last one. Two lines of a day have less than eight
                // minutes over, for that would be a unit more.
                let alone = count <= 3 || (count == 4 && n % 3 > 0);
                let least = if alone && random.percent(30) { 15 * (units - 1) + 8 } else { 15 * units };
                line.documented = Some(least + random.below(2) * random.below(if alone { 8 } else { 4 }));
            }
            line
        })
        .collect();
    if let Some(fault) = fault {
        plant(random, &mut lines, fault, minutes);
    }
    for n in 0..lines.len() {
        let other = lines.iter().any(|l| l.service.code == "97110" && l.day == lines[n].day);
        if lines[n].service.code == "97112" && other && fault != Some(Fault::Pair) {
            lines[n].modifiers.truncate(1);
            lines[n].modifiers.push("59");
        }
    }
    if let Some(fault @ (Fault::NoModifier | Fault::TwoModifiers | Fault::WrongModifier)) = fault {
        plant_modifier(random, &mut lines, fault, of);
    }
    let turn = random.below(lines.len() as u64) as usize;
    lines.rotate_left(turn);
    lines
}

/// Faults of time and pairs; they sit on the first lines, which the caller then moves.
fn plant(random: &mut Random, lines: &mut [Line], fault: Fault, minutes: Minutes) {
    match fault {
        Fault::Pair => {
            lines[1].day = lines[0].day;
            for line in &mut lines[..2] {
                line.modifiers.truncate(1);
                if line.service.code == "97112" {
                    line.planted.push("PTP001");
                }
            }
        }
        Fault::TooManyUnits | Fault::TooManyUnitsOverClaims => {
            let units = lines[0].units.max(2);
            lines[0].set_units(units);
            lines[0].documented = Some(15 * (units - 1) - 7 + random.below(15));
            lines[0].planted.push("TIM001");
        }
        Fault::FewMinutes => {
            lines[0].set_units(1);
            lines[0].documented = Some(random.range(1, 7));
            lines[0].planted.extend(["TIM001", "TIM004"]);
        }
        Fault::FewMinutesInPool => {
            lines[1].day = lines[0].day;
            lines[1].documented = Some(15 * lines[1].units + 8);
            lines[0].set_units(1);
            lines[0].documented = Some(7);
            lines[0].planted.push("TIM004");
        }
        Fault::Contradiction if minutes == Minutes::Sidecar => {
            lines[0].noted = lines[0].documented.map(|m| m + random.range(1, 30));
            lines[0].planted.push("TIM006");
        }
        Fault::StrayRow if minutes == Minutes::Sidecar => {
            lines[0].stray = true;
            lines[0].planted.push("TIM005");
        }
        Fault::NoMinutes | Fault::Contradiction | Fault::StrayRow => {
            lines[0].documented = None;
            lines[0].planted.push("TIM005");
        }
        Fault::NoModifier | Fault::TwoModifiers | Fault::WrongModifier | Fault::Unbalanced => {}
    }
}

/// Faults of the plan-of-care modifier, on one line or, if it is missing, perhaps on the next one too.
fn plant_modifier(random: &mut Random, lines: &mut [Line], fault: Fault, of: &Discipline) {
    match fault {
        Fault::NoModifier => {
            let several = usize::from(random.percent(30));
            for line in lines.iter_mut().take(1 + several) {
                line.modifiers.remove(0);
                line.planted.push("MOD001");
            }
        }
        Fault::TwoModifiers => {
            let second = if of.modifier == "GP" { "GO" } else { "GP" };
            // Last of the slots, beside what stands there.
            lines[0].modifiers.push(second);
            lines[0].planted.push("MOD002");
        }
        _ => {
            match lines.iter_mut().find_map(|l| wrong_modifier(l.service.code, of).map(|wrong| (l, wrong))) {
                Some((line, wrong)) => {
                    line.modifiers[0] = wrong;
                    line.modifiers.retain(|m| *m != of.assistant);
                    line.planted.push("MOD003");
                }
                None => {
                    lines[0].modifiers.remove(0);
                    lines[0].planted.push("MOD001");
                }
            }
        }
    }
}

/// A modifier under which nobody bills the code.
fn wrong_modifier(code: &str, of: &Discipline) -> Option<&'static str> {
    match code {
        "97161" | "97162" | "97164" => Some("GO"),
        "97165" | "97168" | "92507" | "92523" => Some("GP"),
        "97110" | "97112" | "97116" | "97140" | "97150" | "97530" | "97035" | "97535"
            if of.modifier != "GN" =>
        {
            Some("GN")
        }
        _ => None,
    }
}

/// Two claims of a day under the 8-minute rule: 28 minutes support two units and 9 support one, but 37
/// together only two. The unit that goes is the one with the fewest minutes behind it.
pub fn over_claims(day: usize) -> [Vec<Line>; 2] {
    let [exercise, manual] = [0, 3].map(|n| &DISCIPLINES[0].services[n]);
    let mut one = Line::new(exercise, "GP", 2, day);
    one.documented = Some(28);
    let mut other = Line::new(manual, "GP", 1, day);
    other.documented = Some(9);
    other.planted.push("TIM001");
    [vec![one], vec![other]]
}

/// Whether the code is of one discipline alone.
pub fn is_bound(code: &str) -> bool {
    is_evaluation(code) && code != "92610"
}

fn is_evaluation(code: &str) -> bool {
    matches!(code, "97161" | "97162" | "97164" | "97165" | "97168" | "92523" | "92610")
}

fn is_pair(code: &str) -> bool {
    matches!(code, "97110" | "97112")
}
