//! Interchanges of a file that another file had before.
//!
//! Which content a file has is known when it has been read, so this comes last; and it hangs on other files, so it is
//! no part of what a ledger keeps of this one.

use crate::finding::Severity;
use crate::position::{ElementRef, Tag};
use crate::scan::interchanges::{self, Identity, Interchange, Known};
use crate::scan::worker::syntax_finding;
use crate::x12::fault::{Fault, FaultCode};

use super::{Commit, LooseFinding};

/// Which of the rule's messages says it.
const IN_ANOTHER_FILE: u8 = 1;

impl Commit<'_> {
    /// Notes the interchanges that began in a chunk of the input at hand: all where there is a ledger to remember them,
    /// else those whose receivers ask.
    pub(super) fn begin_interchanges(&mut self, chunk: u32) {
        let remembers = self.ready.setup.ledger.is_some();
        let begun = self.tracker.take_begun().into_iter().filter(|begun| remembers || begun.refused);
        self.interchanges.extend(begun.filter_map(|begun| Interchange::new(&begun, chunk)));
    }

    /// Holds the interchanges of a file, whose chunks begin at a number, against those of the files before it. Returns
    /// those that nobody knew it to have.
    ///
    /// It must have been read whole: what was cut off is sent again, and is no use of its number. If it were held against
    /// others and they not against it, a rerun would say more than the first run.
    pub(super) fn hold_interchanges(
        &mut self,
        (file, first): (u32, u32),
        content: [u8; 32],
        found: &[Interchange],
    ) -> Vec<Identity> {
        let ledger = self.ready.setup.ledger.as_ref();
        let nothing = Known::default();
        let (before, today) = ledger.map_or((&nothing, 0), |ledger| (ledger.interchanges(), ledger.today()));
        let known = [before, &self.known];
        let is_used = |i: &&Interchange| !i.repeats && interchanges::is_used(i, &content, known, today);
        let used: Vec<Interchange> = found.iter().filter(is_used).copied().collect();
        let is_new = |i: &&Interchange| !known.iter().any(|known| known.has(&i.identity, &content));
        let new: Vec<Identity> = found.iter().filter(is_new).map(|i| i.identity).collect();
        new.iter().for_each(|identity| self.known.add(*identity, content, today));
        used.iter().for_each(|interchange| self.say_used(interchange, file, first));
        new
    }

    fn say_used(&mut self, interchange: &Interchange, file: u32, first: u32) {
        let Interchange { byte, chunk, standing, refused, .. } = *interchange;
        let at = ElementRef::element(Tag::of(b"ISA"), 13);
        let fault = Fault { code: FaultCode::DuplicateInterchange, byte, at, segment: 0, figures: [0, 0] };
        let Some(mut finding) = syntax_finding(self.ready.setup, &fault) else { return };
        finding.fault = IN_ANOTHER_FILE;
        if refused {
            finding.severity = finding.severity.max(Severity::High);
        }
        let loose = LooseFinding { trigger: byte, standing: 0, finding };
        self.kept.add_loose((first + chunk, file), standing, loose);
    }
}
