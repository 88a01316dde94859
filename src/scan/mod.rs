//! ENGINE. Inputs come in, results go out, in the order of the input whatever the number of threads.
//!
//! It prints nothing, owns no globals and writes no file but the nameless one `group` may spill rows to. `split` cuts inputs into chunks, `worker` reads and
//! checks one chunk, `predict` guesses what the next chunk inherits so that workers need not wait, `commit`
//! puts chunks together and notices a wrong guess, `group` puts the claims of a patient's day side by side.
//! `excerpt` looks on for the claims a person wants to see. A run that is told to `stop` finishes what it has begun.

pub mod commit;
pub mod excerpt;
pub mod group;
pub mod input;
mod predict;
pub mod results;
pub mod row;
pub mod split;
pub mod stats;
pub mod stop;
pub mod worker;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
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
use crate::x12::value::Date;

use sha2::{Digest as _, Sha256};

use commit::{Commit, FileResult, Job, Status};
use group::store::Spill;
use input::Input;
use results::Results;
use split::{Chunk, Limits, Splitter};
use stop::Stop;
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
    /// Tells the run to stop before its end.
    pub stop: Stop,
    /// Panics at the claim with this number, counted as claims are checked, so that a test can see what a panic
    /// comes to.
    #[cfg(debug_assertions)]
    pub panic_at: Option<u64>,
}

/// A setup with what is made from it once a run.
pub struct Ready<'s> {
    /// The setup.
    pub setup: &'s Setup,
    /// Marks lines for the rules.
    pub marker: Marker,
    /// Last day of the newest NCCI tables, as a number, by form: later dates are held to tables older than they.
    tables_end: [u32; 2],
    /// Claims checked, for [`Setup::panic_at`].
    #[cfg(debug_assertions)]
    checked: std::sync::atomic::AtomicU64,
}

impl<'s> Ready<'s> {
    /// Gets a setup ready.
    pub fn new(setup: &'s Setup) -> Ready<'s> {
        let last = |setting| {
            let newest = setup.tables.pairs.newest(setting).max(setup.tables.mues.newest(setting));
            newest.map_or(u32::MAX, |date| Quarter::of(date).last_number())
        };
        Ready {
            setup,
            marker: Marker::new(&setup.tables),
            tables_end: Setting::ALL.map(last),
            #[cfg(debug_assertions)]
            checked: std::sync::atomic::AtomicU64::new(0),
        }
    }

    /// Panics at the claim asked for, with what a panic must never print.
    #[cfg(debug_assertions)]
    #[expect(clippy::panic, reason = "a panic is what is asked for")]
    pub(super) fn panic_if_asked(&self, id: &[u8]) {
        if let Some(at) = self.setup.panic_at
            && self.checked.fetch_add(1, Ordering::Relaxed) + 1 == at
        {
            panic!("claim {}", String::from_utf8_lossy(id));
        }
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
            stop: Stop::default(),
            #[cfg(debug_assertions)]
            panic_at: None,
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
/// Fails only if worker threads cannot be started or one of them panics; what is wrong with an input stands in
/// the results.
pub fn scan(setup: &Setup, inputs: &[Input], progress: &(dyn Fn(Progress) + Sync)) -> Result<Results> {
    scan_watched(setup, inputs, progress, &mut |_| {})
}

/// As [`scan`], with somebody who is shown each chunk as it is read, in the order of the inputs.
pub fn scan_watched(
    setup: &Setup,
    inputs: &[Input],
    progress: &(dyn Fn(Progress) + Sync),
    watch: &mut (dyn FnMut(&Chunk) + Send),
) -> Result<Results> {
    scan_told(setup, inputs, progress, watch, &|_| {})
}

/// As [`scan_watched`], with somebody who is told of each input when it is done, in the order of the inputs.
pub fn scan_told(
    setup: &Setup,
    inputs: &[Input],
    progress: &(dyn Fn(Progress) + Sync),
    watch: &mut (dyn FnMut(&Chunk) + Send),
    told: &(dyn Fn(&FileResult) + Sync),
) -> Result<Results> {
    let ready = Ready::new(setup);
    let mut commit = Commit::new(&ready, inputs.len());
    let inputs: Vec<&Input> = inputs.iter().chain(&setup.history).collect();
    commit.files = inputs
        .iter()
        .map(|i| FileResult {
            name: i.name(),
            status: Status::Whole,
            bytes: 0,
            claims: 0,
            in_scope: 0,
            sha256: None,
            done: false,
        })
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
        told,
        commit: Mutex::new(commit),
        done: Condvar::new(),
        came_to_grief: AtomicBool::new(false),
    };
    let finish = |run: Run<'_>| {
        if run.came_to_grief.load(Ordering::Relaxed) {
            return Err(Error::internal("a thread that checks claims came to grief"));
        }
        results::finish(&ready, run.commit.into_inner().unwrap_or_else(PoisonError::into_inner))
    };
    if setup.threads <= 1 {
        run.guarded(Run::alone);
        finish(run)
    } else {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(setup.threads)
            .thread_name(|n| format!("scan-{n}"))
            .build()
            .map_err(|e| {
                Error::usage(format!("cannot start {} threads: {e}; try --threads 1", setup.threads))
            })?;
        pool.broadcast(|_| run.guarded(Run::together));
        pool.install(|| finish(run))
    }
}

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
    watch: &'i mut (dyn FnMut(&Chunk) + Send),
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
            if setup.stop.is_set() {
                return Next::Nothing;
            }
            let Some(Open { splitter, context, digest }) = &mut self.open else {
                let Some(input) = self.inputs.get(self.at) else { return Next::Nothing };
                let opened = match input {
                    Input::Stdin => {
                        stop::standard_input(&setup.stop).map_err(|e| Error::io("read", input.name(), e))
                    }
                    other => other.open(),
                };
                match opened {
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
            let Some(chunk) = splitter.next_chunk(buffer) else {
                // A splitter marks its last chunk, so the input was closed with that one.
                (self.open, self.at) = (None, self.at + 1);
                return Next::Again;
            };
            (self.watch)(&chunk);
            let assumed = context.clone();
            if let Some(digest) = digest {
                digest.update(&chunk.bytes[..chunk.len]);
            }
            let sha256 = if chunk.last { digest.take().map(|d| d.finalize().into()) } else { None };
            let failure = if chunk.last { splitter.failure() } else { None };
            if failure.is_some() && setup.stop.is_set() {
                // Reading was given up, which is no fault of the input.
                return Next::Nothing;
            }
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
    told: &'r (dyn Fn(&FileResult) + Sync),
    feed: Mutex<Feed<'r>>,
    commit: Mutex<Commit<'r>>,
    done: Condvar,
    /// Whether a worker panicked: its chunk never comes, so nobody may wait for it.
    came_to_grief: AtomicBool,
}

impl Run<'_> {
    /// A worker whose panic ends the run and nothing else.
    fn guarded(&self, worker: fn(&Self)) {
        if catch_unwind(AssertUnwindSafe(|| worker(self))).is_err() {
            self.came_to_grief.store(true, Ordering::Relaxed);
            // Whoever looks at the flag before waiting holds this lock, so nobody misses the call.
            drop(lock(&self.commit));
            self.done.notify_all();
        }
    }

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
                    if !self.wait_for_others(job.number) {
                        return;
                    }
                    self.read(job);
                }
                Next::Unreadable(file, error, buffer) => self.unreadable(file, &error, buffer),
                Next::Again => {}
                Next::Nothing => return,
            }
        }
    }

    /// Holds a worker back that is far ahead of the slowest, so that results do not pile up. `false` if the
    /// slowest will never come.
    fn wait_for_others(&self, number: u32) -> bool {
        let ahead = 4 * self.setup.threads as u32;
        let mut commit = lock(&self.commit);
        while !self.came_to_grief.load(Ordering::Relaxed) {
            if number <= commit.next() + ahead {
                return true;
            }
            commit = self.done.wait(commit).unwrap_or_else(PoisonError::into_inner);
        }
        false
    }

    fn read(&self, job: Job) {
        let output = read_chunk(self.ready, &job.chunk, job.number, job.assumed.clone());
        (self.progress)(Progress {
            bytes: job.chunk.len as u64,
            claims: output.record.counts.claims_seen,
            findings: output.findings.len() as u64,
        });
        let mut commit = lock(&self.commit);
        commit.take(job, output);
        commit.tell(self.told);
        drop(commit);
        self.done.notify_all();
    }

    fn unreadable(&self, file: usize, error: &Error, buffer: Vec<u8>) {
        let mut commit = lock(&self.commit);
        commit.buffers.push(buffer);
        if let Some(result) = commit.files.get_mut(file) {
            let message = error.to_string();
            let own = message.strip_prefix(&format!("{}: ", result.name)).map(str::to_owned);
            result.status = Status::Unreadable(own.unwrap_or(message));
            result.done = true;
        }
        commit.tell(self.told);
    }
}

/// A lock whose other holder panicked still guards whole results: each is put in as one.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
