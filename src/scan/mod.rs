//! ENGINE. Inputs come in, results go out, in the order of the input whatever the number of threads.
//!
//! It prints nothing, owns no globals and writes no file but the nameless one `group` may spill rows to. `split` cuts inputs into chunks, `worker` reads and
//! checks one chunk, `predict` guesses what the next chunk inherits so that workers need not wait, `commit`
//! puts chunks together and notices a wrong guess, `group` puts the claims of a patient's day side by side.
//! `excerpt` looks on for the claims a person wants to see.

pub mod account;
pub mod commit;
pub mod excerpt;
pub mod group;
pub mod input;
mod predict;
pub mod results;
pub mod row;
pub mod split;
pub mod stats;
pub mod worker;

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::claim::claim::Form;
use crate::claim::context::Context;
use crate::error::{Error, Result};
use crate::minutes::Minutes;
use crate::rules::marks::Marker;
use crate::rules::plan::Plan;
use crate::rules::policy::Policies;
use crate::sidecar::{Fees, Plans, Spend};
use crate::tables::quarter::Quarter;
use crate::tables::{Setting, Tables};
use crate::x12::envelope::expected::Expected;
use crate::x12::value::Date;

use sha2::{Digest as _, Sha256};

use commit::{Commit, FileResult, Job, Status};
use group::store::Spill;
use input::Input;
use results::Results;
use split::{Chunk, Limits, Splitter};
use worker::read_chunk;

/// Everything a run needs beside its inputs.
pub struct Setup {
    /// Which rules.
    pub plan: Plan,
    /// What payers want.
    pub policies: Policies,
    /// Documented minutes.
    pub minutes: Minutes,
    /// Plans of care.
    pub plans: Plans,
    /// What was spent for a patient before.
    pub spend: Spend,
    /// What payers allow.
    pub fees: Fees,
    /// Whether every timed line must have documented minutes.
    pub require_minutes: bool,
    /// Dated facts.
    pub tables: Tables,
    /// Worker threads, at least 1.
    pub threads: usize,
    /// Sizes of chunks and claims.
    pub limits: Limits,
    /// Whether inputs are named by their SHA-256 as well.
    pub digests: Digests,
    /// Where rows go that are too many for memory; without it they stay in memory.
    pub spill: Option<Spill>,
    /// The day the run is made for; without it, each transaction set is taken as of the day it was made.
    pub as_of: Option<Date>,
    /// Earlier claim files, read for comparison only: nothing is reported of them.
    pub history: Vec<Input>,
    /// What receivers take; the first that speaks of a receiver holds.
    pub expected: Vec<Expected>,
}

/// A setup with what is made from it once a run.
pub struct Ready<'s> {
    /// The setup.
    pub setup: &'s Setup,
    /// Marks lines for the rules.
    pub marker: Marker,
    /// Last day of the newest NCCI tables, as a number, by form: later dates are held to tables older than they.
    tables_end: [u32; 2],
}

impl<'s> Ready<'s> {
    /// Gets a setup ready.
    pub fn new(setup: &'s Setup) -> Ready<'s> {
        let last = |setting| {
            let newest = setup.tables.pairs.newest(setting).max(setup.tables.mues.newest(setting));
            newest.map_or(u32::MAX, |date| Quarter::of(date).last_number())
        };
        Ready { setup, marker: Marker::new(&setup.tables), tables_end: Setting::ALL.map(last) }
    }

    /// Whether the NCCI tables at hand are older than a date of service.
    fn is_beyond_tables(&self, form: Form, date: Date) -> bool {
        let last = match form {
            Form::Professional => self.tables_end[0],
            Form::Institutional => self.tables_end[1],
        };
        date.number() > last
    }
}

/// Whether the bytes of inputs are digested; costs half a second a gigabyte.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Digests {
    /// No digests.
    Off,
    /// SHA-256 of each input.
    Sha256,
}

impl Setup {
    /// All rules, built-in policies and tables, no sidecar, one thread.
    pub fn new() -> Setup {
        Setup {
            plan: Plan::all(),
            policies: Policies::builtin(),
            minutes: Minutes::none(),
            plans: Plans::default(),
            spend: Spend::default(),
            fees: Fees::default(),
            require_minutes: false,
            tables: Tables::builtin(),
            threads: 1,
            limits: Limits::default(),
            digests: Digests::Off,
            spill: None,
            as_of: None,
            history: Vec::new(),
            expected: Vec::new(),
        }
    }
}

impl Default for Setup {
    fn default() -> Setup {
        Setup::new()
    }
}

/// What a chunk adds to the run's progress.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Progress {
    /// Bytes read.
    pub bytes: u64,
    /// Claims seen.
    pub claims: u64,
    /// Findings, without those that only show when claims are put side by side.
    pub findings: u64,
}

/// Reads and checks all inputs. `progress` is told of each chunk as it is done.
///
/// Fails only if worker threads cannot be started; what is wrong with an input stands in the results.
pub fn scan(setup: &Setup, inputs: &[Input], progress: &(dyn Fn(Progress) + Sync)) -> Result<Results> {
    run(setup, inputs, progress, None)
}

/// As [`scan`], with somebody who is shown each chunk as it is read, in the order of the inputs.
pub fn scan_watched(
    setup: &Setup,
    inputs: &[Input],
    progress: &(dyn Fn(Progress) + Sync),
    watch: &mut (dyn FnMut(&Chunk) + Send),
) -> Result<Results> {
    run(setup, inputs, progress, Some(Box::new(watch)))
}

fn run(
    setup: &Setup,
    inputs: &[Input],
    progress: &(dyn Fn(Progress) + Sync),
    watch: Option<Watch<'_>>,
) -> Result<Results> {
    let ready = Ready::new(setup);
    let mut commit = Commit::new(&ready, inputs.len());
    let inputs: Vec<&Input> = inputs.iter().chain(&setup.history).collect();
    commit.files = inputs
        .iter()
        .map(|i| FileResult { name: i.name(), status: Status::Whole, bytes: 0, in_scope: 0, sha256: None })
        .collect();
    let run = Run {
        ready: &ready,
        setup,
        progress,
        feed: Mutex::new(Feed {
            inputs: &inputs,
            watch,
            at: 0,
            open: None,
            number: 0,
            guess: setup.threads > 1,
        }),
        commit: Mutex::new(commit),
        done: Condvar::new(),
    };
    let finish = |run: Run<'_>| {
        results::finish(&ready, run.commit.into_inner().unwrap_or_else(PoisonError::into_inner))
    };
    if setup.threads <= 1 {
        run.alone();
        finish(run)
    } else {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(setup.threads)
            .thread_name(|n| format!("scan-{n}"))
            .build()
            .map_err(|e| {
                Error::usage(format!("cannot start {} threads: {e}; try --threads 1", setup.threads))
            })?;
        pool.broadcast(|_| run.together());
        pool.install(|| finish(run))
    }
}

/// Somebody who is shown each chunk.
type Watch<'w> = Box<dyn FnMut(&Chunk) + Send + 'w>;

/// An input being read.
struct Open {
    splitter: Splitter<Box<dyn std::io::Read + Send>>,
    /// Where the next chunk is taken to begin.
    context: Context,
    digest: Option<Sha256>,
}

/// The inputs as they are read.
struct Feed<'i> {
    inputs: &'i [&'i Input],
    watch: Option<Watch<'i>>,
    at: usize,
    open: Option<Open>,
    number: u32,
    /// Whether the context of the next chunk is guessed; a single worker knows it.
    guess: bool,
}

impl Feed<'_> {
    /// The next chunk of the run, or an input that could not be opened.
    fn next(&mut self, setup: &Setup, buffer: Vec<u8>) -> Next {
        loop {
            let Some(Open { splitter, context, digest }) = &mut self.open else {
                let Some(input) = self.inputs.get(self.at) else { return Next::Nothing };
                match input.open() {
                    Ok(reader) => {
                        self.open = Some(Open {
                            splitter: Splitter::new(reader, setup.limits),
                            context: Context::default(),
                            digest: (setup.digests == Digests::Sha256).then(Sha256::new),
                        });
                    }
                    Err(error) => {
                        self.at += 1;
                        return Next::Unreadable(self.at - 1, error, buffer);
                    }
                }
                continue;
            };
            let Some(mut chunk) = splitter.next_chunk(buffer) else {
                // A splitter marks its last chunk, so the input was closed with that one.
                (self.open, self.at) = (None, self.at + 1);
                return Next::Again;
            };
            let assumed = context.clone();
            if let Some(digest) = digest {
                digest.update(&chunk.bytes[..chunk.len]);
            }
            if self.watch.is_some() || chunk.is_wrapped() {
                chunk.tidy();
            }
            if let Some(watch) = &mut self.watch {
                watch(&chunk);
            }
            let sha256 = if chunk.last { digest.take().map(|d| d.finalize().into()) } else { None };
            let failure = if chunk.last { splitter.failure() } else { None };
            if self.guess && !chunk.last {
                *context = predict::context_after(&chunk, &assumed, &setup.tables.therapy);
            }
            let file = self.at as u32;
            if chunk.last {
                (self.open, self.at) = (None, self.at + 1);
            }
            let number = self.number;
            self.number += 1;
            return Next::Job(Job { number, file, chunk, assumed, failure, sha256 });
        }
    }
}

#[expect(clippy::large_enum_variant, reason = "one value a chunk, moved once")]
enum Next {
    Job(Job),
    Unreadable(usize, Error, Vec<u8>),
    Again,
    Nothing,
}

struct Run<'r> {
    ready: &'r Ready<'r>,
    setup: &'r Setup,
    progress: &'r (dyn Fn(Progress) + Sync),
    feed: Mutex<Feed<'r>>,
    commit: Mutex<Commit<'r>>,
    done: Condvar,
}

impl Run<'_> {
    /// One worker: each chunk begins in the context the one before ended in.
    fn alone(&self) {
        loop {
            let (context, buffer) = {
                let mut commit = lock(&self.commit);
                (commit.context().clone(), commit.buffers.pop().unwrap_or_default())
            };
            match lock(&self.feed).next(self.setup, buffer) {
                Next::Job(mut job) => {
                    job.assumed = context;
                    self.read(job);
                }
                Next::Unreadable(file, error, buffer) => self.unreadable(file, &error, buffer),
                Next::Again => {}
                Next::Nothing => return,
            }
        }
    }

    /// One of several workers.
    fn together(&self) {
        loop {
            let buffer = lock(&self.commit).buffers.pop().unwrap_or_default();
            let next = lock(&self.feed).next(self.setup, buffer);
            match next {
                Next::Job(job) => {
                    self.wait_for_others(job.number);
                    self.read(job);
                }
                Next::Unreadable(file, error, buffer) => self.unreadable(file, &error, buffer),
                Next::Again => {}
                Next::Nothing => return,
            }
        }
    }

    /// Holds a worker back that is far ahead of the slowest, so that results do not pile up.
    fn wait_for_others(&self, number: u32) {
        let ahead = 4 * self.setup.threads as u32;
        let mut commit = lock(&self.commit);
        while number > commit.next() + ahead {
            commit = self.done.wait(commit).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn read(&self, mut job: Job) {
        job.chunk.tidy();
        let output = read_chunk(self.ready, &job.chunk, job.number, job.assumed.clone());
        (self.progress)(Progress {
            bytes: job.chunk.len as u64,
            claims: output.record.counts.claims_seen,
            findings: output.findings.len() as u64,
        });
        lock(&self.commit).take(job, output);
        self.done.notify_all();
    }

    fn unreadable(&self, file: usize, error: &Error, buffer: Vec<u8>) {
        let mut commit = lock(&self.commit);
        commit.buffers.push(buffer);
        if let Some(result) = commit.files.get_mut(file) {
            let message = error.to_string();
            let own = message.strip_prefix(&format!("{}: ", result.name)).map(str::to_owned);
            result.status = Status::Unreadable(own.unwrap_or(message));
        }
    }
}

/// A lock whose other holder panicked still guards whole results: each is put in as one.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
