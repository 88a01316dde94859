//! Public claim files that nobody here wrote, read from `../shared/corpus` where that folder is present.
//!
//! Every file gets an answer; files their authors call valid give exactly the claims and service lines an
//! independent count found in them; the account balances for every file.

#![expect(clippy::print_stderr, reason = "a test that has nothing to test says so")]

use std::fs;
use std::path::{Path, PathBuf};

use claimlint::scan::{Setup, scan};
use claimlint::source::input::Input;

fn corpus() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    if folder.join("MANIFEST.csv").is_file() {
        return Some(folder);
    }
    eprintln!("no ../shared/corpus beside this checkout: the public files are not tested here");
    None
}

#[test]
fn public_files_give_the_claims_and_lines_counted_in_them() {
    let Some(folder) = corpus() else { return };
    let mut manifest = csv::Reader::from_path(folder.join("MANIFEST.csv")).unwrap();
    let headers = manifest.headers().unwrap().clone();
    let column = |name: &str| headers.iter().position(|h| h == name).unwrap();
    let (path, validity, clm) = (column("path"), column("validity"), column("n_CLM"));
    let services = [column("n_SV1"), column("n_SV2"), column("n_SV3")];
    let (mut wrong, mut files, mut claims) = (Vec::new(), 0, 0);
    for row in manifest.records() {
        let row = row.unwrap();
        let number = |at: usize| row[at].parse::<u64>().unwrap();
        let results = scan(&Setup::new(), &[Input::Path(folder.join(&row[path]))], &|_| {}).unwrap();
        assert!(results.imbalances.is_empty(), "{}: {:?}", &row[path], results.imbalances);
        let counts = &results.totals.counts;
        let want = (number(clm), services.iter().map(|at| number(*at)).sum());
        files += 1;
        claims += want.0;
        if &row[validity] == "known-valid" && (counts.claims_seen, counts.lines_seen) != want {
            let status = &results.files[0].status;
            let got = (counts.claims_seen, counts.lines_seen);
            wrong.push(format!("{}: claims and lines {got:?}, expected {want:?}; {status:?}", &row[path]));
        }
    }
    assert!(wrong.is_empty(), "{} of {files} files:\n{}", wrong.len(), wrong.join("\n"));
    assert!(files >= 390 && claims >= 900, "the manifest has shrunk: {files} files, {claims} claims");
}

#[test]
fn no_public_file_lies_in_the_project() {
    let Some(folder) = corpus() else { return };
    let theirs: Vec<Vec<u8>> = fs::read_dir(&folder)
        .unwrap()
        .filter_map(|d| fs::read_dir(d.unwrap().path()).ok())
        .flatten()
        .map(|f| fs::read(f.unwrap().path()).unwrap())
        .collect();
    for folder in ["samples", "tests"] {
        let Ok(files) = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)) else { continue };
        for file in files.map(|f| f.unwrap().path()).filter(|f| f.is_file()) {
            assert!(
                !theirs.contains(&fs::read(&file).unwrap()),
                "{} is a copy of a public file",
                file.display()
            );
        }
    }
}
