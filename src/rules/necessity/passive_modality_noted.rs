//! NEC002: a timed procedure whose own text names a passive modality and no skilled activity. Refuses to repeat any of
//! the text: a finding names the kind of word, never the words.

use crate::claim::line::ServiceLine;
use crate::rule;
use crate::rules::codes::codes;
use crate::rules::marks::Marks;
use crate::rules::place;
use crate::rules::rule::{Cx, Denial, Draft, FindingSink, Rule, RuleMeta};
use crate::x12::code::{Code, Modifier};
use crate::x12::value::Quantity;

use super::words::{Modality, Text};

const DENIAL: Denial = Denial { group: "CO", carc: "50", rarc: &[] };

/// Timed codes that are modalities: what they give is meant to be passive.
const MODALITIES: [Code; 5] = codes(["97032", "97033", "97034", "97035", "97036"]);

/// Statutorily excluded: nobody asks whether it was needed.
const EXCLUDED: Modifier = Modifier::of("GY");

rule! {
    /// ## What it checks
    ///
    /// The free text of a timed procedure, which is the description of its code (SV101-7, SV202-7) and the notes of
    /// the line (NTE, K3), for words of passive modalities: ultrasound or U/S, heat or hot pack, ice, e-stim,
    /// unattended, and on 97112 also passive. A line is reported if such a word stands there and no word of what was
    /// done beside it: balance, proprioception, gait, coordination, PNF; on other procedures than 97112 also
    /// exercise, strength, stretching, mobilization, manual, massage, function, transfer, training, activity and
    /// ambulation.
    ///
    /// A word after `no`, `not`, `non` or `without` does not count. 97032 to 97036 are modalities themselves and are
    /// left out, as are lines with GY. Notes of the claim say of no line what was done there and are not looked at,
    /// nor is the minutes file, which has no text. No finding repeats any text.
    ///
    /// ## Why payers deny it
    ///
    /// A timed procedure is the therapist's skill at work, one to one. A modality is heat, sound or current at work, with codes of
    /// its own that pay less or nothing. A line that says heat and bills re-education gives the reviewer the reason to
    /// refuse it.
    ///
    /// ## Example
    ///
    /// `SV1*HC:97112:GP::::HOT PACK AND ULTRASOUND*48*UN*1***1~`.
    ///
    /// ## How to fix
    ///
    /// Bill the modality by its own code (97035 ultrasound, 97010 hot or cold pack, 97032 or G0283 electrical
    /// stimulation). If a procedure was given as well, let the text say what was trained.
    ///
    /// ## Sources
    ///
    /// - `[V2]` 97112 for passive modalities as a common mistake: a guide to 97112, undated. A secondary page.
    /// - `[V2]` Modality and procedure, and that payers do not pay what takes no skill: M. Miscoe, AAPC, 2010-07-01.
    /// - `[I]` The lists of words, and CO-50: the project's own.
    pub struct PassiveModalityNoted {
        code: "NEC002",
        name: "passive-modality-noted",
        severity: Medium,
        since: "0.1.0",
        summary: "The text of a timed procedure names a passive modality and nothing that takes skill.",
        interest: Line(Marks::TIMED.and(Marks::TEXT), Marks::NONE),
        faults: [
            {
                text: "the text of {0} names ultrasound and no skilled activity",
                fix: "bill ultrasound by its own code, or say in the text what was trained",
                denial: Some(DENIAL),
            },
            {
                text: "the text of {0} names heat and no skilled activity",
                fix: "bill heat by its own code, or say in the text what was trained",
                denial: Some(DENIAL),
            },
            {
                text: "the text of {0} names ice and no skilled activity",
                fix: "bill ice by its own code, or say in the text what was trained",
                denial: Some(DENIAL),
            },
            {
                text: "the text of {0} names electrical stimulation and no skilled activity",
                fix: "bill electrical stimulation by its own code, or say in the text what was trained",
                denial: Some(DENIAL),
            },
            {
                text: "the text of {0} names unattended treatment and no skilled activity",
                fix: "bill unattended treatment by the code for it, or say in the text what was trained",
                denial: Some(DENIAL),
            },
            {
                text: "the text of {0} names passive treatment and no skilled activity",
                fix: "bill passive treatment by the code for it, or say in the text what was trained",
                denial: Some(DENIAL),
            },
        ],
    }
}

impl Rule for PassiveModalityNoted {
    fn meta(&self) -> &'static RuleMeta {
        &Self::META
    }

    fn line(&self, cx: &Cx<'_, '_>, line: &ServiceLine<'_>, out: &mut FindingSink<'_>) {
        let marks = cx.marks_of(line);
        let no_service = line.units == Some(Quantity::default()) || line.modifiers.contains(EXCLUDED);
        if !marks.has(Marks::TIMED) || no_service || MODALITIES.contains(&line.procedure) {
            return;
        }
        let notes = cx.claim.notes.iter().filter(|n| n.line == line.order).map(|n| n.text);
        let texts = notes.chain([line.description]);
        let reeducation = marks.has(Marks::REEDUCATION);
        let mut said = Text::default();
        texts.clone().for_each(|text| said.read_passive(text));
        let passive = said.passive().filter(|word| reeducation || *word != Modality::Passive);
        let Some(word) = passive else { return };
        // Few texts name such a word, and only of those it matters what else they say.
        texts.for_each(|text| said.read_skilled(text));
        let skilled = said.is_reeducation() || (!reeducation && said.is_procedure());
        if !skilled {
            let draft = Draft::line(word as u8, line).component(place::procedure(line.service), place::CODE);
            out.report(draft.args([line.procedure.into()]));
        }
    }
}

#[cfg(test)]
mod tests;
