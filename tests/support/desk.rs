//! A directory to work in, with small batches, for tests of the command as a process.

#![allow(dead_code, reason = "each test uses its own part of this")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::support::{Ran, run_with};

/// A claim for Medicare without a plan-of-care modifier.
pub(crate) const FAULTY: &str = "CLM*FAULTY*140***11:B:1*Y*A*Y*Y~HI*ABK:M5450~NM1*DN*1*TESTDOCTOR*BETA****XX*1000000053~\
    LX*1~SV1*HC:97161*140*UN*1***1~DTP*472*D8*20260302~";

/// An 837P around claims, its counts right.
pub(crate) fn batch(claims: &str) -> String {
    let head = "ISA*00*          *00*          *ZZ*EXAMPLESENDER  *ZZ*EXAMPLERECEIVER*260406*0930*^*00501*000000001*0*T*:~\
        GS*HC*EXAMPLESENDER*EXAMPLERECEIVER*20260406*0930*1*X*005010X222A1~";
    let body = format!(
        "ST*837*0001*005010X222A1~BHT*0019*00*TEST*20260406*0930*CH~NM1*41*2*EXAMPLE*****46*EXAMPLE~\
         NM1*40*2*EXAMPLE*****46*EXAMPLE~HL*1**20*1~NM1*85*2*EXAMPLE CLINIC*****XX*1000000012~HL*2*1*22*0~\
         SBR*P*18*******MB~NM1*IL*1*TESTPATIENT*ALPHA****MI*TESTMEMBER01~NM1*PR*2*EXAMPLE*****PI*EXMB1~{claims}"
    );
    let count = body.matches('~').count() + 1;
    format!("{head}{body}SE*{count}*0001~GE*1*1~IEA*1*000000001~")
}

/// Claims with ids of their own, `PREFIX` and a number from 0.
pub(crate) fn many(prefix: &str, count: usize) -> String {
    (0..count).map(|n| FAULTY.replace("FAULTY", &format!("{prefix}{n}"))).collect()
}

/// The directory.
pub(crate) struct Desk(TempDir);

impl Desk {
    pub(crate) fn new() -> Desk {
        Desk(TempDir::new().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Puts a file there.
    pub(crate) fn with(self, name: &str, bytes: impl AsRef<[u8]>) -> Desk {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }

    /// Runs a command line, split at blanks.
    pub(crate) fn run(&self, line: &str) -> Ran {
        run_with(self.path(), &line.split(' ').filter(|w| !w.is_empty()).collect::<Vec<_>>(), b"")
    }

    /// Every file below a directory with its bytes, without locks, which a run leaves and nobody reads.
    pub(crate) fn files(&self, below: &str) -> BTreeMap<String, Vec<u8>> {
        let mut found = BTreeMap::new();
        let mut stack = vec![self.path().join(below)];
        while let Some(directory) = stack.pop() {
            for entry in fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(self.path()).unwrap().to_string_lossy().into_owned();
                if path.is_dir() {
                    stack.push(path);
                } else if !name.ends_with(".lock") {
                    found.insert(name, fs::read(path).unwrap());
                }
            }
        }
        found
    }
}
