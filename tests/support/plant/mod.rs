//! Faults planted in generated claims. Each says which findings it must lead to, by line or claim; where one cannot
//! stand alone all of them are named. What a fault is follows from the tables and from what payers ask for, not from
//! the rules.

use super::generate::{Kind, Minutes};
use super::visit::{Claim, Evaluation, Line, Maker, Patient};
use super::words::{Discipline, Payer};

pub mod bytes;
mod claims;
pub mod files;
mod limits;
mod modifiers;
mod pairs;
mod times;
pub mod traps;

/// One way to be wrong.
pub struct Fault {
    /// Whether it can be made of such claims.
    pub fits: fn(&Maker) -> bool,
    pub make: fn(&mut Maker) -> Vec<Patient>,
}

const fn fault(fits: fn(&Maker) -> bool, make: fn(&mut Maker) -> Vec<Patient>) -> Fault {
    Fault { fits, make }
}

/// All faults that can be made of such claims.
pub fn faults(maker: &Maker) -> Vec<&'static Fault> {
    [claims::ALL, files::ALL, limits::ALL, modifiers::ALL, pairs::ALL, times::ALL]
        .into_iter()
        .flatten()
        .filter(|fault| (fault.fits)(maker))
        .collect()
}

fn always(_: &Maker) -> bool {
    true
}

fn professional(m: &Maker) -> bool {
    m.kind == Kind::P
}

fn institutional(m: &Maker) -> bool {
    m.kind == Kind::I
}

fn documented(m: &Maker) -> bool {
    m.minutes != Minutes::None
}

fn sidecar(m: &Maker) -> bool {
    m.has_sidecar()
}

/// A patient with one claim that, besides what is right, has a day with these lines, in their order.
fn with_day(
    m: &mut Maker,
    payer: &'static Payer,
    of: &'static Discipline,
    lines: impl FnOnce(&mut Maker, usize) -> Vec<Line>,
) -> Patient {
    let day = m.first_day();
    let mut claim = m.claim(payer, of, day, Evaluation::None);
    // Visits of the claim are an even number of days apart.
    let lines = lines(m, day + 1);
    insert(m, &mut claim, lines);
    Patient::new(payer, vec![claim])
}

/// Puts lines somewhere among those of a claim, in their order.
fn insert(m: &mut Maker, claim: &mut Claim, lines: Vec<Line>) {
    let mut at = 0;
    for line in lines {
        at += m.random.below((claim.lines.len() - at) as u64 + 1) as usize;
        claim.lines.insert(at, line);
        at += 1;
    }
}

/// A patient with claims of just these lines, each claim with its own.
fn with_claims(
    m: &mut Maker,
    payer: &'static Payer,
    of: &'static Discipline,
    lines: impl IntoIterator<Item = Vec<Line>>,
) -> Patient {
    let claims = lines.into_iter().map(|lines| Claim { frequency: 1, lines, ..m.bare(payer, of) }).collect();
    Patient::new(payer, claims)
}
