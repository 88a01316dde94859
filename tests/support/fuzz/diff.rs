//! Claims as the reader lends them, against the reference: the same, value by value.

use std::fmt::Write as _;

use claimlint::claim::assemble::Claims;
use claimlint::claim::claim::Claim;
use claimlint::claim::context::Context;
use claimlint::scan::split::{Item, Limits, Splitter};
use claimlint::tables::Tables;
use claimlint::x12::value::Npi;

use super::draw::Draw;
use super::engine::DEFAULT;
use super::reference::reference;
use super::writer::{Taste, batch};

/// Claims of a batch as read, and as the reference reads them: the same, value by value.
pub fn diff_ref(data: &[u8]) {
    let mut draw = Draw::new(data);
    let window = [1 << 20, 1, 1500, 2600][draw.below(4)];
    let bytes = batch(&mut draw, Taste::Odd);
    let (read, want) = (read(&bytes, window), reference(&bytes));
    for (read, want) in read.iter().zip(&want) {
        assert_eq!(read, want, "in {:?}", String::from_utf8_lossy(&bytes));
    }
    assert_eq!(read.len(), want.len());
}

/// Claims as the reader lends them, each as text.
fn read(bytes: &[u8], window: usize) -> Vec<String> {
    let tables: &Tables = &DEFAULT.tables;
    let mut splitter = Splitter::new(bytes, Limits { window, ..Limits::default() });
    let (mut found, mut context) = (Vec::new(), Context::default());
    while let Some(mut chunk) = splitter.next_chunk(Vec::new()) {
        chunk.tidy();
        let mut claims = Claims::new(&tables.therapy, context);
        for item in &chunk.items {
            let Some(piece) = chunk.piece(item) else {
                assert!(matches!(item, Item::Skip { .. }));
                continue;
            };
            claims.open(&piece);
            let mut faults = Vec::new();
            while let Some(lent) = claims.next_claim(&mut faults) {
                let at = lent.claim.place.byte as usize;
                assert!(bytes[at..].starts_with(b"CLM"), "a claim stands where its CLM does");
                found.push(shown(lent.claim, lent.context));
            }
        }
        context = claims.finish().0;
    }
    found
}

fn shown(claim: &Claim<'_>, context: &Context) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let npi = |npi: Option<Npi>| npi.map(|n| n.to_string());
    let mut out = format!(
        "claim {:?} {:?} {:?} {} {} {}\n",
        text(claim.id),
        claim.form,
        claim.charge.map(|c| i128::from(c.0)),
        claim.facility,
        claim.facility_qualifier,
        claim.frequency
    );
    let _ = writeln!(out, "{:?}", claim.diagnoses.iter().map(ToString::to_string).collect::<Vec<_>>());
    let _ = writeln!(
        out,
        "{:?}",
        claim
            .occurrences
            .iter()
            .map(|o| (o.code.to_string(), o.date.map(|d| d.number())))
            .collect::<Vec<_>>()
    );
    let _ = writeln!(out, "{:?}", [claim.authorisation, claim.referral, claim.original].map(text));
    let _ = writeln!(
        out,
        "{:?}",
        [claim.referring, claim.rendering, claim.attending].map(|p| (p.named, npi(p.npi)))
    );
    let _ = writeln!(
        out,
        "{:?} {:?} {:?}",
        npi(context.billing.npi),
        text(context.payer.id.as_bytes()),
        context.payer.filing.to_string()
    );
    let _ = writeln!(out, "{:?}", claim.notes.iter().map(|n| (n.line, text(n.text))).collect::<Vec<_>>());
    for line in &claim.lines {
        let _ = writeln!(
            out,
            "line {} {} {} {} {:?} {:?} {:?} {} {} {:?} {} {:?} {:?} {:?}",
            line.number,
            line.service,
            line.qualifier,
            line.procedure,
            line.modifiers.0.map(|m| m.to_string()),
            line.charge.map(|c| i128::from(c.0)),
            line.units.map(|q| i128::from(q.0)),
            line.basis,
            line.place_of_service,
            line.pointers,
            line.revenue,
            line.date.map(|d| d.number()).zip(line.date_to.map(|d| d.number())),
            text(line.control),
            [line.rendering, line.referring].map(|p| (p.named, npi(p.npi))),
        );
    }
    out
}
