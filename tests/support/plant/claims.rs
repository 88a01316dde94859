//! Faults of family CLM, and of NEC as far as the claim itself shows them.

use super::super::visit::{Evaluation, Line, Maker, Patient};
use super::super::words::{Class, Discipline, OT, Own, PT, SLP};
use super::{Fault, always, fault, insert, institutional, professional, with_claims, with_day};

pub const ALL: &[Fault] = &[
    fault(institutional, revenue_of_another),
    fault(always, out_of_force),
    fault(always, not_for_medicare),
    fault(always, unlisted),
    fault(professional, not_referred),
    fault(|m| m.calendar.year > 2024, not_authorised),
    fault(professional, rendered_by_another),
    fault(always, odd_units),
    fault(institutional, incomplete),
    fault(always, too_late),
    fault(professional, wrong_place),
    fault(always, twice_on_a_claim),
    fault(always, twice_on_two_claims),
    fault(|m| m.history, twice_over_time),
    fault(always, unbalanced),
    fault(always, weak_diagnosis),
    fault(always, passive),
];

/// CLM001: the revenue code of another discipline.
fn revenue_of_another(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let (of, code, revenue, began, planned) = m.random.one(&[
        (PT, "97110", "0430", OT.began, OT.planned),
        (PT, "97140", "0440", SLP.began, SLP.planned),
        (OT, "97530", "0420", PT.began, PT.planned),
        (OT, "97165", "0424", PT.began, PT.planned),
    ]);
    let mut patient = with_day(m, payer, of, |_, day| {
        let line = Line::new(code, of.modifier, 1, day).must(&["CLM001"]);
        vec![Line { revenue: Some(revenue), ..line }]
    });
    patient.claims[0].occurrences.extend([began, planned]);
    vec![patient]
}

/// CLM002: a code before its first or after its last date of service.
fn out_of_force(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let mut choice = vec![(PT, "97001"), (PT, "97002"), (OT, "97003"), (PT, "97762"), (SLP, "97532")];
    match m.calendar.year {
        ..2020 => choice.extend([(SLP, "97129"), (PT, "90912")]),
        2020..2024 => choice.extend([(SLP, "97127"), (SLP, "G0515"), (PT, "97550")]),
        2024.. => choice.extend([(SLP, "97127"), (SLP, "G0515"), (PT, "90911")]),
    }
    let (of, code) = m.random.one(&choice);
    vec![with_day(m, payer, of, |_, day| vec![Line::new(code, of.modifier, 1, day).must(&["CLM002"])])]
}

/// CLM002: what Medicare does not take.
fn not_for_medicare(m: &mut Maker) -> Vec<Patient> {
    let payer = m.medicare();
    let mut choice = vec!["97014", "97010"];
    if m.calendar.year >= 2024 {
        choice.push("97037");
    }
    let code = m.random.one(&choice);
    vec![with_day(m, payer, PT, |_, day| vec![Line::new(code, "GP", 1, day).must(&["CLM002"])])]
}

/// CLM002: an unlisted code that nothing describes.
fn unlisted(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let code = m.random.one(&["97039", "97139", "97799"]);
    let mut patient = with_day(m, payer, PT, |_, day| vec![Line::new(code, "GP", 1, day).must(&["CLM002"])]);
    patient.claims[0].note = None;
    vec![patient]
}

/// CLM003: nobody referred.
fn not_referred(m: &mut Maker) -> Vec<Patient> {
    let payer = m.medicare();
    let mut patient = m.patient_of(payer);
    for claim in &mut patient.claims {
        claim.referred = false;
        claim.planted.push("CLM003");
    }
    vec![patient]
}

/// CLM004: no authorisation number.
fn not_authorised(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer_of(|p| p.own == Own::UhcAdvantage);
    let (of, code) = m.random.one(&[(PT, "97110"), (PT, "97140"), (OT, "97535"), (SLP, "92507")]);
    let mut patient = with_day(m, payer, of, |_, day| vec![Line::new(code, of.modifier, 1, day)]);
    let place = if professional(m) { ["11", "49", "62"] } else { ["13", "75", "85"] };
    let claim = &mut patient.claims[0];
    (claim.authorised, claim.place) = (false, m.random.one(&place));
    claim.planted.push("CLM004");
    vec![patient]
}

/// CLM005: a rendering provider who does not bill such a line.
fn rendered_by_another(m: &mut Maker) -> Vec<Patient> {
    let medicare = m.random.percent(70);
    let payer = if medicare { m.medicare() } else { m.payer() };
    let (of, taxonomy) = if medicare {
        m.random.one(&[
            (PT, "225200000X"),
            (OT, "224Z00000X"),
            (PT, "111N00000X"),
            (PT, "2255A2300X"),
            (OT, PT.taxonomy),
        ])
    } else {
        m.random.one(&[(PT, OT.taxonomy), (OT, PT.taxonomy)])
    };
    let renderer = m.fresh_npi();
    vec![with_day(m, payer, of, |_, day| {
        let line = Line::new("97530", of.modifier, 2, day).must(&["CLM005"]);
        vec![Line { renderer: Some((renderer, taxonomy)), ..line }]
    })]
}

/// CLM006: no whole units, another basis, several days.
fn odd_units(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let of = m.pt_or_ot();
    vec![with_day(m, payer, of, |m, day| {
        let timed = Line::new("97530", of.modifier, 1, day).must(&["CLM006"]);
        vec![match m.random.below(5) {
            0 => Line { written: Some("1.5"), ..timed },
            1 => Line { basis: "MJ", ..timed },
            2 => Line { basis: "", ..timed },
            3 => Line { to: Some(day + 2), ..timed },
            _ => Line { written: Some("0"), ..Line::new("97150", of.modifier, 1, day).must(&["CLM006"]) },
        }]
    })]
}

/// CLM007: what Medicare misses on an 837I.
fn incomplete(m: &mut Maker) -> Vec<Patient> {
    let payer = m.medicare();
    let of: &Discipline = m.discipline();
    let fault = m.random.below(6);
    let mut patient = with_day(m, payer, of, |_, day| {
        let line = Line::new("92526", of.modifier, 1, day);
        match fault {
            0 => vec![Line { code: "", modifiers: Vec::new(), ..line.must(&["CLM007"]) }],
            1 => vec![Line { dated: false, ..line_without_time(of, day).must(&["CLM007"]) }],
            _ => Vec::new(),
        }
    });
    let claim = &mut patient.claims[0];
    match fault {
        0 | 1 => return vec![patient],
        2 => claim.place = "71",
        3 => claim.occurrences.retain(|code| *code != of.planned),
        4 => claim.occurrences.retain(|code| *code != of.began),
        _ => claim.occurrences.push(if *of == *OT { PT.planned } else { OT.planned }),
    }
    claim.planted.push("CLM007");
    vec![patient]
}

/// A line of each discipline without minutes.
fn line_without_time(of: &'static Discipline, day: usize) -> Line {
    Line::new(if *of == *SLP { "92507" } else { "97150" }, of.modifier, 1, day)
}

/// CLM008: a claim of the year before, more than 365 days old.
fn too_late(m: &mut Maker) -> Vec<Patient> {
    let payer = m.medicare();
    let of = m.discipline();
    let day = m.calendar.start - 330 + m.random.below(250) as usize;
    let mut claim = m.claim(payer, of, day, Evaluation::Any);
    claim.planted.push("CLM008");
    vec![Patient::new(payer, vec![claim])]
}

/// CLM009: no place of service, one that there is not, or a facility with a therapist in private practice.
fn wrong_place(m: &mut Maker) -> Vec<Patient> {
    let medicare = m.random.percent(40);
    let payer = if medicare { m.medicare() } else { m.payer() };
    let mut patient = m.patient_of(payer);
    for claim in &mut patient.claims {
        claim.place = match medicare {
            true => m.random.one(&["19", "21", "22", "23", "31"]),
            false => m.random.one(&["", "28", "00"]),
        };
        claim.planted.push("CLM009");
        // Whether or not the payer wants them, it would say where.
        claim.authorised = true;
    }
    vec![patient]
}

/// CLM010: one line twice on a claim.
fn twice_on_a_claim(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let of = m.pt_or_ot();
    vec![with_day(m, payer, of, |_, day| {
        let mut line = Line::new("97530", of.modifier, 1, day);
        line.row.by_control = true;
        vec![line.clone(), line.must(&["CLM010"])]
    })]
}

/// CLM010: one line on two claims.
fn twice_on_two_claims(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let of = m.pt_or_ot();
    let line = Line::new("97110", of.modifier, 2, m.first_day());
    vec![with_claims(m, payer, of, [vec![line.clone()], vec![line.must(&["CLM010"])]])]
}

/// CLM010: one line now and in an earlier file.
fn twice_over_time(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let of = m.pt_or_ot();
    let line = Line::new("97110", of.modifier, 2, m.first_day());
    let mut patient = with_claims(m, payer, of, [vec![line.clone()], vec![line.must(&["CLM010"])]]);
    patient.earlier = vec![patient.claims.remove(0)];
    vec![patient]
}

/// CLM011: the total is not the sum.
fn unbalanced(m: &mut Maker) -> Vec<Patient> {
    let mut patient = m.patient();
    for claim in &mut patient.claims {
        claim.off = m.random.range(1, 50);
        claim.planted.push("CLM011");
    }
    vec![patient]
}

/// NEC001: 97112 for pain alone, or for nothing that is known to need it.
fn weak_diagnosis(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer();
    let of = m.pt_or_ot();
    let mut patient = with_day(m, payer, of, |_, day| vec![Line::new("97112", of.modifier, 1, day)]);
    let claim = &mut patient.claims[0];
    claim.diagnoses =
        m.random.one(&[&["M5450"][..], &["M542", "M1711"], &["M25511", "R1310"], &["R4701"]]).to_vec();
    for line in claim.lines.iter_mut().filter(|l| l.code == "97112") {
        line.planted.push("NEC001");
    }
    vec![patient]
}

/// NEC002: a note that names a modality alone.
fn passive(m: &mut Maker) -> Vec<Patient> {
    let payer = m.payer_of(|p| p.class != Class::Unknown);
    let of = m.pt_or_ot();
    let (code, text) = m.random.one(&[
        ("97112", "PASSIVE RANGE OF MOTION"),
        ("97112", "HOT PACK AND ULTRASOUND"),
        ("97110", "MOIST HEAT TO SHOULDER"),
        ("97530", "E-STIM UNATTENDED"),
    ]);
    let mut patient = with_day(m, payer, of, |_, _| Vec::new());
    let day = patient.claims[0].lines[0].day + 1;
    let line = Line { text: Some(text), ..Line::new(code, of.modifier, 1, day + 6).must(&["NEC002"]) };
    insert(m, &mut patient.claims[0], vec![line]);
    vec![patient]
}
