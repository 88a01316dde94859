//! The claim acknowledgement: 277CA, 005010X214.
//!
//! One transaction set for each one with claims that are read; below it the receiver of the 837 as information source, its
//! submitter as information receiver, its billing providers and its claims, each claim with one status. Totals stand above
//! the claims, so they are filled in when the claims are known.

use std::io;

use crate::scan::group::store::Spill;

use super::codes::{RECEIVED, Status, UNPROCESSABLE};
use super::draft::Draft;
use super::envelope::{Kind, When, Writer, push_segment};
use super::rejects::{MARK, Rejects, Where};
use super::text::{NO_DAY, WITHHELD, day, money, wide};
use super::{Acknowledge, Claim, Group, Header, Interchange, Party, Set};
use crate::x12::value::Date;

const KIND: Kind = Kind { functional: "HN", set: "277", version: "005010X214" };

/// Said where the guide wants a number of the one who acknowledges.
const WHO: &str = "CLAIMLINT PRE-CHECK";

/// Claims and money, accepted and rejected.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Totals {
    /// Claims: accepted, rejected.
    pub claims: [u64; 2],
    /// Cents of CLM02, likewise.
    pub cents: [i128; 2],
}

impl Totals {
    /// Adds others.
    pub fn add(&mut self, other: &Totals) {
        for n in [0, 1] {
            self.claims[n] += other.claims[n];
            self.cents[n] += other.cents[n];
        }
    }

    /// STC, QTY and AMT of a level, and how many segments they are.
    fn segments(&self, level: &Level) -> (Vec<u8>, u64) {
        let (mut text, mut count) = (Vec::new(), 1);
        let all = money(self.cents.iter().sum());
        let day = if level.is_receiver { level.day.as_str() } else { "" };
        push_segment(&mut text, &["STC", "A1:19:AY", day, "WQ", &all]);
        let quantities = if level.is_receiver { ["90", "AA"] } else { ["QA", "QC"] };
        for (qualifier, claims) in quantities.iter().zip(self.claims).filter(|(_, claims)| *claims > 0) {
            push_segment(&mut text, &["QTY", qualifier, &claims.to_string()]);
            count += 1;
        }
        let amounts = ["YU", "YY"].iter().zip(self.claims.iter().zip(self.cents));
        for (qualifier, (_, cents)) in amounts.filter(|(_, (claims, _))| **claims > 0) {
            push_segment(&mut text, &["AMT", qualifier, &money(cents)]);
            count += 1;
        }
        (text, count)
    }
}

/// A level whose totals are filled in.
#[derive(Clone, Debug)]
struct Level {
    place: usize,
    is_receiver: bool,
    day: String,
    totals: Totals,
}

/// The billing provider that is open.
#[derive(Clone, Debug)]
struct Provider {
    /// Which of the file it is.
    number: u64,
    hl: u64,
    level: Level,
}

/// Writes it.
#[derive(Debug)]
pub struct ClaimAcknowledgement<'r> {
    out: Writer,
    rejects: &'r Rejects,
    file: usize,
    interchange: Interchange,
    group: Group,
    /// Of the open set: what is filled in, when it is made, its levels so far.
    receiver: Option<Level>,
    when: When,
    hl: u64,
    provider: Option<Provider>,
    of_file: Totals,
    /// Claims of the file that are rejected for what was found in them.
    found: u64,
}

impl<'r> ClaimAcknowledgement<'r> {
    /// Rejects these, and dates what it writes to a day if there is one.
    pub fn new(rejects: &'r Rejects, as_of: Option<Date>) -> ClaimAcknowledgement<'r> {
        let interchange = Interchange::unknown();
        ClaimAcknowledgement {
            out: Writer::new(KIND, as_of),
            rejects,
            file: 0,
            group: Group::default(),
            receiver: None,
            when: When::of(as_of, None, &interchange),
            interchange,
            hl: 0,
            provider: None,
            of_file: Totals::default(),
            found: 0,
        }
    }

    /// Begins with a file, by its place among those of the run.
    pub fn begin(&mut self, file: usize, spill: Option<&Spill>) {
        self.out.begin(spill);
        (self.file, self.receiver, self.provider) = (file, None, None);
        (self.of_file, self.found) = (Totals::default(), 0);
    }

    /// What is to be written of the file, what it comes to, and how many claims are rejected for what was found in them.
    pub fn take(&mut self) -> (Draft, Totals, u64) {
        (self.out.take(), self.of_file, self.found)
    }

    /// Opens the set, with the levels above billing providers.
    fn open(&mut self, header: &Header) -> io::Result<()> {
        self.when = When::of(self.out.as_of(), Some(header), &self.interchange);
        let number = self.out.begin_set(&self.interchange, &self.group)?;
        let (day, time) = (self.when.day.clone(), self.when.time.clone());
        let trace = format!("{WHO} {:09}-{}-{number}", self.out.control(), self.group.place[1]);
        let out = &mut self.out;
        out.put(&["BHT", "0085", "08", &trace, &day, &time, "TH"])?;
        out.put(&["HL", "1", "", "20", "1"])?;
        // A clearinghouse and not a payer, whoever receives the 837: this is no answer of theirs.
        let Party { name, id, .. } = &header.receiver;
        out.put(&["NM1", "AY", "2", name, "", "", "", "", "46", id])?;
        out.put(&["TRN", "1", &trace])?;
        out.put(&["DTP", "050", "D8", &day])?;
        out.put(&["DTP", "009", "D8", &day])?;
        out.put(&["HL", "2", "1", "21", "1"])?;
        let Party { entity, name, id } = &header.submitter;
        out.put(&["NM1", "41", entity, name, "", "", "", "", "46", id])?;
        out.put(&["TRN", "2", &header.reference])?;
        let place = out.later()?;
        self.hl = 2;
        self.receiver = Some(Level { place, is_receiver: true, day, totals: Totals::default() });
        Ok(())
    }

    fn open_provider(&mut self, header: &Header) -> io::Result<()> {
        self.close_provider();
        self.hl += 1;
        let out = &mut self.out;
        out.put(&["HL", &self.hl.to_string(), "2", "19", "1"])?;
        let Party { entity, name, id } = &header.provider;
        let qualifier = if id == WITHHELD { "SV" } else { "XX" };
        out.put(&["NM1", "85", entity, name, "", "", "", "", qualifier, id])?;
        out.put(&["TRN", "1", "0"])?;
        let level =
            Level { place: out.later()?, is_receiver: false, day: String::new(), totals: Totals::default() };
        self.provider = Some(Provider { number: header.providers, hl: self.hl, level });
        Ok(())
    }

    fn close_provider(&mut self) {
        if let Some(provider) = self.provider.take() {
            self.close(&provider.level);
            if let Some(receiver) = &mut self.receiver {
                receiver.totals.add(&provider.level.totals);
            }
        }
    }

    fn close(&mut self, level: &Level) {
        let (text, count) = level.totals.segments(level);
        self.out.fill(level.place, &text);
        self.out.add_segments(count);
    }

    /// STC01, STC03 and STC12 of a claim.
    fn verdict(&mut self, claim: &Claim) -> (Status, bool, String) {
        if let Some((reason, whose)) = self.rejects.why(self.file, claim.byte, claim.place) {
            self.found += u64::from(whose == Where::InClaim);
            return (reason.status, false, reason.text.clone());
        }
        match claim.not_evaluated {
            // Nobody can say of it that nothing is wrong with it.
            Some(why) => (UNPROCESSABLE, false, format!("not checked, {}{MARK}", why.as_str())),
            None => (RECEIVED, true, String::new()),
        }
    }
}

impl Acknowledge for ClaimAcknowledgement<'_> {
    fn interchange(&mut self, interchange: &Interchange) -> io::Result<()> {
        self.interchange = interchange.clone();
        Ok(())
    }

    fn group(&mut self, group: &Group) -> io::Result<()> {
        self.group = group.clone();
        Ok(())
    }

    fn set(&mut self, _: &Set) -> io::Result<()> {
        Ok(())
    }

    fn claim(&mut self, claim: &Claim, header: &Header) -> io::Result<()> {
        if self.receiver.is_none() {
            self.open(header)?;
        }
        if self.provider.as_ref().is_none_or(|p| p.number != header.providers) {
            self.open_provider(header)?;
        }
        let (status, accepted, text) = self.verdict(claim);
        let side = usize::from(!accepted);
        if let Some(provider) = &mut self.provider {
            self.hl += 1;
            let of_claim = &mut provider.level.totals;
            of_claim.claims[side] += 1;
            of_claim.cents[side] += wide(claim.charge);
            self.of_file.claims[side] += 1;
            self.of_file.cents[side] += wide(claim.charge);
            let parent = provider.hl.to_string();
            self.out.put(&["HL", &self.hl.to_string(), &parent, "PT"])?;
        }
        let out = &mut self.out;
        out.put(&["NM1", "QC", "1", WITHHELD, "", "", "", "", "MI", WITHHELD])?;
        out.put(&["TRN", "2", &claim.id])?;
        let Status { category, status, entity } = status;
        let code = if entity.is_empty() {
            format!("{category}:{status}")
        } else {
            format!("{category}:{status}:{entity}")
        };
        let (action, charge) = (if accepted { "WQ" } else { "U" }, money(wide(claim.charge)));
        out.put(&["STC", &code, &self.when.day, action, &charge, "", "", "", "", "", "", "", &text])?;
        if !claim.trace.is_empty() {
            out.put(&["REF", "D9", &claim.trace])?;
        }
        if !claim.bill.is_empty() {
            out.put(&["REF", "BLT", &claim.bill])?;
        }
        match claim.dates {
            Some((from, to)) if from < to => {
                out.put(&["DTP", "472", "RD8", &format!("{}-{}", day(from), day(to))])
            }
            Some((from, _)) => out.put(&["DTP", "472", "D8", &day(from)]),
            None => out.put(&["DTP", "472", "D8", &NO_DAY.to_string()]),
        }
    }

    fn set_ends(&mut self) -> io::Result<()> {
        self.close_provider();
        let Some(receiver) = self.receiver.take() else { return Ok(()) };
        self.close(&receiver);
        self.out.end_set()
    }

    fn group_ends(&mut self, _: Option<u64>) -> io::Result<()> {
        self.out.end_group()
    }

    fn interchange_ends(&mut self) -> io::Result<()> {
        self.out.end_interchange()
    }
}
