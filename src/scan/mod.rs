//! ENGINE. Inputs come in, results go out, in the order of the input whatever the number of threads.
//!
//! It prints nothing, owns no globals and writes no file but the nameless one `group` may spill rows to and those of
//! the `ledger`, which knows inputs of earlier runs. `split` cuts inputs into chunks, `worker` reads and
//! checks one chunk, `predict` guesses what the next chunk inherits so that workers need not wait, `commit`
//! puts chunks together and notices a wrong guess, `group` puts the claims of a patient's day side by side.
//! `excerpt` looks on for the claims a person wants to see. A run that is told to `stop` finishes what it has begun.

pub mod account;
pub mod again;
pub mod commit;
pub mod excerpt;
mod feed;
pub mod group;
mod interchanges;
mod kept;
pub mod ledger;
pub mod panics;
mod predict;
pub mod results;
pub mod row;
pub mod split;
pub mod stats;
pub mod stop;
pub mod worker;

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::claim::claim::Form;
use crate::error::{Error, Result};
use crate::minutes::Minutes;
use crate::rules::marks::Marker;
use crate::rules::plan::Plan;
use crate::rules::policy::Policies;
use crate::sidecar::{Fees, Plans, Spend};
use crate::source::Reading;
use crate::source::input::Input;
use crate::tables::quarter::Quarter;
use crate::tables::{Setting, Tables};
use crate::x12::envelope::expected::Expected;
use crate::x12::value::Date;

use commit::{Commit, FileResult, Job, Reused};
use feed::{Feed, Next, Unread, Watch};
use group::store::Spill;
use ledger::Ledger;
use panics::Panics;
use results::Results;
use split::{Chunk, Limits};
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
    /// How inputs are opened, and what is taken off them.
    pub reading: Reading,
    /// Where rows go that are too many for memory; without it they stay in memory.
    pub spill: Option<Spill>,
    /// What is known of inputs of earlier runs, if a directory is kept for that.
    pub ledger: Option<Ledger>,
    /// The day the run is made for; without it, each transaction set is taken as of the day it was made.
    pub as_of: Option<Date>,
    /// Earlier claim files, read for comparison only: nothing is reported of them.
    pub history: Vec<Input>,
    /// What receivers take; the first that speaks of a receiver holds.
    pub expected: Vec<Expected>,
    /// Tells the run to stop before its end.
    pub stop: Stop,
    /// What a panic over one input comes to.
    pub panics: Panics,
    /// Panics at claims whose ids begin so, that a test can see what a panic comes to.
    #[cfg(debug_assertions)]
    pub panic_at: Option<String>,
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

    /// Panics at the claim asked for, with what a panic must never print.
    #[cfg(debug_assertions)]
    #[expect(clippy::panic, reason = "a panic is what is asked for")]
    pub(super) fn panic_if_asked(&self, id: &[u8]) {
        if self.setup.panic_at.as_ref().is_some_and(|at| id.starts_with(at.as_bytes())) {
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
            reading: Reading::default(),
            spill: None,
            ledger: None,
            as_of: None,
            history: Vec::new(),
            expected: Vec::new(),
            stop: Stop::default(),
            panics: Panics::default(),
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
    /// Bytes read of files, as they lie on the disk.
    pub bytes: u64,
    /// Claims seen.
    pub claims: u64,
    /// Findings, without those that only show when claims are put side by side.
    pub findings: u64,
}

/// Reads and checks all inputs. `progress` is told of each chunk as it is done.
///
/// Fails only if worker threads cannot be started, or if one of them panics over more than one input and
/// [`Setup::panics`] says that panics are contained; what is wrong with an input stands in the results.
pub fn scan(setup: &Setup, inputs: &[Input], progress: &(dyn Fn(Progress) + Sync)) -> Result<Results> {
    run(setup, inputs, progress, None, &|_| {})
}

/// As [`scan`], with somebody who is shown each chunk as it is read, in the order of the inputs.
pub fn scan_watched(
    setup: &Setup,
    inputs: &[Input],
    progress: &(dyn Fn(Progress) + Sync),
    watch: &mut (dyn FnMut(&Chunk) + Send),
) -> Result<Results> {
    run(setup, inputs, progress, Some(Box::new(watch)), &|_| {})
}

/// As [`scan`], with somebody who is told of each input when it is done, in the order of the inputs.
pub fn scan_told(
    setup: &Setup,
    inputs: &[Input],
    progress: &(dyn Fn(Progress) + Sync),
    told: &(dyn Fn(&FileResult) + Sync),
) -> Result<Results> {
    run(setup, inputs, progress, None, told)
}

fn run(
    setup: &Setup,
    inputs: &[Input],
    progress: &(dyn Fn(Progress) + Sync),
    watch: Option<Watch<'_>>,
    told: &(dyn Fn(&FileResult) + Sync),
) -> Result<Results> {
    let ready = Ready::new(setup);
    let batch = inputs.len();
    let inputs: Vec<&Input> = inputs.iter().chain(&setup.history).collect();
    let run = Run {
        ready: &ready,
        setup,
        progress,
        feed: Mutex::new(Feed::new(&inputs, batch, watch, setup)),
        told,
        commit: Mutex::new(Commit::new(&ready)),
        next: AtomicU32::new(0),
        done: Condvar::new(),
        came_to_grief: AtomicBool::new(false),
        grief: Mutex::new(None),
    };
    let finish = |run: Run<'_>| {
        if let Some(grief) = run.grief.into_inner().unwrap_or_else(PoisonError::into_inner) {
            match setup.panics {
                Panics::Passed => resume_unwind(grief),
                Panics::Contained(_) => {
                    return Err(Error::internal("a thread that checks claims came to grief"));
                }
            }
        }
        let feed = run.feed.into_inner().unwrap_or_else(PoisonError::into_inner);
        let commit = run.commit.into_inner().unwrap_or_else(PoisonError::into_inner);
        results::finish(&ready, commit, feed.into_skipped())
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

struct Run<'r> {
    ready: &'r Ready<'r>,
    setup: &'r Setup,
    progress: &'r (dyn Fn(Progress) + Sync),
    told: &'r (dyn Fn(&FileResult) + Sync),
    feed: Mutex<Feed<'r>>,
    commit: Mutex<Commit<'r>>,
    /// Number of the chunk that is waited for, so that a worker need not lock to see that it is not far ahead.
    next: AtomicU32,
    done: Condvar,
    /// Whether a worker panicked: its chunk never comes, so nobody may wait for it.
    came_to_grief: AtomicBool,
    /// What the first of them said.
    grief: Mutex<Option<Box<dyn Any + Send>>>,
}

impl Run<'_> {
    /// A worker whose panic ends the run and nothing else.
    fn guarded(&self, worker: fn(&Self)) {
        if let Err(grief) = catch_unwind(AssertUnwindSafe(|| worker(self))) {
            lock(&self.grief).get_or_insert(grief);
            self.came_to_grief.store(true, Ordering::Relaxed);
            // Whoever looks at the flag before waiting holds this lock, so nobody misses the call.
            drop(lock(&self.commit));
            self.done.notify_all();
        }
    }

    /// One worker: each chunk begins in the context the one before ended in.
    fn alone(&self) {
        let mut buffer = Vec::new();
        loop {
            let next = lock(&self.feed).next(self.setup, buffer);
            buffer = match next {
                Next::Job(mut job) => {
                    job.assumed = lock(&self.commit).context().clone();
                    self.read(job)
                }
                Next::Unread(unread, buffer) => self.unread(unread, buffer),
                Next::Reused(reused, buffer) => self.reuse(reused, buffer),
                Next::Again(buffer) => buffer,
                Next::Nothing => return,
            };
        }
    }

    /// One of several workers.
    fn together(&self) {
        let mut buffer = Vec::new();
        loop {
            let next = lock(&self.feed).next(self.setup, buffer);
            buffer = match next {
                Next::Job(job) => {
                    if !self.wait_for_others(job.number) {
                        return;
                    }
                    self.read(job)
                }
                Next::Unread(unread, buffer) => self.unread(unread, buffer),
                Next::Reused(reused, buffer) => {
                    if !self.wait_for_others(reused.number) {
                        return;
                    }
                    self.reuse(reused, buffer)
                }
                Next::Again(buffer) => buffer,
                Next::Nothing => return,
            };
        }
    }

    /// Holds a worker back that is far ahead of the slowest, so that results do not pile up. `false` if the
    /// slowest will never come.
    fn wait_for_others(&self, number: u32) -> bool {
        let is_near = || number <= self.next.load(Ordering::Acquire) + 4 * self.setup.threads as u32;
        if is_near() && !self.came_to_grief.load(Ordering::Relaxed) {
            return true;
        }
        let mut commit = lock(&self.commit);
        while !self.came_to_grief.load(Ordering::Relaxed) {
            if is_near() {
                return true;
            }
            commit = self.done.wait(commit).unwrap_or_else(PoisonError::into_inner);
        }
        false
    }

    /// Reads and checks a chunk. A buffer to be used again.
    fn read(&self, mut job: Job) -> Vec<u8> {
        let panics = self.setup.panics;
        if job.failed.is_none() {
            job.failed = panics.guard(|| job.chunk.tidy()).err();
        }
        let read = match job.failed.clone() {
            Some(why) => Err(why),
            None => panics.guard(|| read_chunk(self.ready, &job.chunk, job.number, job.assumed.clone())),
        };
        let (claims, findings) = read
            .as_ref()
            .map_or((0, 0), |output| (output.record.counts.claims_seen, output.findings.len() as u64));
        (self.progress)(Progress { bytes: job.disk_bytes, claims, findings });
        self.put(|commit| {
            commit.take(job, read);
            commit.buffers.pop().unwrap_or_default()
        })
    }

    fn reuse(&self, reused: Reused, buffer: Vec<u8>) -> Vec<u8> {
        let bytes = reused.facts.file_bytes.unwrap_or(0);
        let claims = reused.record.totals().counts.claims_seen;
        (self.progress)(Progress { bytes, claims, findings: 0 });
        self.put(|commit| commit.reuse(reused));
        buffer
    }

    fn unread(&self, unread: Unread, buffer: Vec<u8>) -> Vec<u8> {
        self.put(|commit| commit.unread(unread.file, unread.earlier, unread.facts, unread.trouble));
        buffer
    }

    /// Puts something in its place among the results.
    fn put<T>(&self, put: impl FnOnce(&mut Commit<'_>) -> T) -> T {
        let mut commit = lock(&self.commit);
        let done = put(&mut commit);
        commit.tell(self.told);
        self.next.store(commit.next(), Ordering::Release);
        drop(commit);
        self.done.notify_all();
        done
    }
}

/// A lock whose other holder panicked still guards whole results: each is put in as one.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
