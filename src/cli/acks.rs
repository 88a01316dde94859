//! Acknowledgements as files of the set: the inputs are read again, and what was found in them is answered.
//!
//! One interchange for each that is acknowledged, in the order of the inputs. A file that was not read whole, or is not
//! what it was, is left out of the claim acknowledgement, for nothing may be said of claims that nobody saw; so is one that
//! changed of both.

use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use crate::acks::claims::ClaimAcknowledgement;
use crate::acks::rejects::Rejects;
use crate::acks::sets::SetAcknowledgement;
use crate::acks::walk::{Ids, Stopped, Token, walk};
use crate::acks::{Acknowledge, Draft, draft};
use crate::error::{Error, Result};
use crate::scan::again;
use crate::scan::commit::{FileResult, Status};
use crate::scan::results::Results;

use super::Outcome;
use super::config::Config;
use super::formats::Format;
use super::output::{OutFile, OutputSet};
use super::reread::{Reread, unread};
use super::scan::RULES;

const CLAIMS: &str = "277ca.x12";
const SETS: &str = "999.x12";

/// Why a file is not acknowledged that was read.
const CHANGED: &str = "it changed after it was checked; acknowledge it when nobody writes to it";

/// The files that were asked for, before anything stands in them.
pub(crate) struct Files {
    claims: Option<BufWriter<OutFile>>,
    sets: Option<BufWriter<OutFile>>,
    directory: PathBuf,
    /// Where what is too much for memory lies, in files without a name.
    kept_in: PathBuf,
}

impl Files {
    /// Makes them.
    pub(crate) fn create(config: &Config, outputs: &mut OutputSet) -> Result<Files> {
        let has = |format| config.formats.has(format);
        let of_claims = has(Format::ClaimAcknowledgement).then(|| outputs.create(CLAIMS)).transpose()?;
        let of_sets = has(Format::ImplementationAcknowledgement).then(|| outputs.create(SETS)).transpose()?;
        let (directory, kept_in) = (outputs.directory().to_owned(), outputs.kept_in_or_for().to_owned());
        Ok(Files { claims: of_claims, sets: of_sets, directory, kept_in })
    }

    /// Whether there is any.
    pub(crate) fn is_any(&self) -> bool {
        self.claims.is_some() || self.sets.is_some()
    }
}

/// Writes them.
pub(crate) fn write(config: &Config, results: &Results, files: Files) -> Result<Reread> {
    let mut done = Reread::default();
    let Files { claims: mut claims_file, sets: mut sets_file, directory, kept_in } = files;
    if claims_file.is_none() && sets_file.is_none() {
        return Ok(done);
    }
    let unread = |e| Error::io("read what was found back from", &kept_in, e);
    let (as_of, spill) = (config.setup.as_of, config.setup.spill.as_ref());
    let rejects = match claims_file {
        Some(_) => Rejects::of(results, &RULES, config.reject_if).map_err(unread)?,
        None => Rejects::default(),
    };
    let mut claims = ClaimAcknowledgement::new(&rejects, as_of);
    let mut sets = SetAcknowledgement::new(as_of);
    let of_claims = claims_file.is_some();
    let token = config.key.as_ref().map(|key| {
        move |id: &[u8]| {
            let mut token = Vec::new();
            key.token(id, &mut token);
            token
        }
    });
    let ids = Ids { token: token.as_ref().map(|token| token as &Token<'_>) };
    let mut answered = vec![false; results.files.len()];
    again::each(
        &config.setup,
        &config.listing.inputs,
        &results.files,
        |n, file, mut again| {
            claims.begin(n, spill);
            sets.begin(spill);
            let mut to: Vec<&mut dyn Acknowledge> = Vec::new();
            if of_claims && file.status == Status::Whole {
                to.push(&mut claims);
            }
            if sets_file.is_some() {
                to.push(&mut sets);
            }
            let met = match walk(&mut again, &config.setup, ids, &mut to) {
                Ok(met) => met,
                Err(Stopped::Unread(_)) => return Ok(()),
                Err(Stopped::Unwritten(e)) => return Err(Error::io("keep a draft in", &kept_in, e)),
                Err(Stopped::Told) => return Err(Error::internal("the run was interrupted")),
            };
            let (mut draft, totals, found) = claims.take();
            if !again.was(file) {
                return Ok(());
            }
            answered[n] = true;
            if let Some(out) = claims_file.as_mut().filter(|_| file.status == Status::Whole) {
                let stand: u64 = totals.claims.iter().sum();
                if stand + met.unread != file.claims || found != rejects.in_claims(n) {
                    done.outcome = Outcome::Internal;
                    done.said.push(format!(
                        "{}: {stand} of {} claims are acknowledged, {} are of other sets; {found} of {} rejected ones \
                         were met",
                        config.names.name(&file.name),
                        file.claims,
                        met.unread,
                        rejects.in_claims(n)
                    ));
                }
                copy(&mut draft, out, [&kept_in, &directory], CLAIMS)?;
            }
            match &mut sets_file {
                Some(out) => copy(&mut sets.take(), out, [&kept_in, &directory], SETS),
                None => Ok(()),
            }
        },
        |n| is_read(&results.files[n]),
    )?;
    for (out, name) in [(claims_file, CLAIMS), (sets_file, SETS)] {
        if let Some(mut out) = out {
            out.flush().map_err(|e| Error::io("write", directory.join(name), e))?;
        }
    }
    for (n, file) in results.files.iter().enumerate().filter(|(_, file)| !file.earlier) {
        let what = if of_claims { "its claims are" } else { "it is" };
        if let Some(why) = left_out(config, file, answered[n], of_claims) {
            done.outcome = done.outcome.max(Outcome::NotDone);
            done.said.push(format!("{}: {what} not acknowledged: {why}", config.names.name(&file.name)));
        }
    }
    Ok(done)
}

/// Whether a file can be read again and be known again.
fn is_read(file: &FileResult) -> bool {
    matches!(file.status, Status::Whole | Status::Partial(_)) && file.sha256.is_some() && !file.earlier
}

/// Why a file is not answered, or not its claims; `None` if it is, or if there is nothing in it to answer.
fn left_out(config: &Config, file: &FileResult, answered: bool, of_claims: bool) -> Option<String> {
    match &file.status {
        Status::Partial(_) if answered && !of_claims => None,
        Status::Whole => (file.in_scope > 0 && !answered).then(|| CHANGED.to_owned()),
        _ => unread(config, file),
    }
}

fn copy(
    draft: &mut Draft,
    out: &mut BufWriter<OutFile>,
    [kept_in, directory]: [&Path; 2],
    name: &str,
) -> Result<()> {
    draft.copy_to(out).map_err(|error| match error {
        draft::Copying::Reading(e) => Error::io("read a draft back from", kept_in, e),
        draft::Copying::Writing(e) => Error::io("write", directory.join(name), e),
    })
}
