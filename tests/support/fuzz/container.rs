//! Archives and encodings around claims: what comes out is what went in, or it is said that it did not.

use std::io::Write as _;
use std::sync::LazyLock;

use claimlint::scan::Setup;
use claimlint::scan::commit::{FileResult, Status};
use claimlint::scan::results::Results;
use claimlint::source::Reading;
use claimlint::source::caps::Caps;
use claimlint::source::ebcdic::CodePage;
use flate2::Compression;
use flate2::write::GzEncoder;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::draw::Draw;
use super::engine::{findings, scanned};
use super::writer::{Taste, batch};
use crate::support::run::written;

const CAPS: Caps = Caps { ratio: 500, bytes: 1 << 20, members: 20 };

/// One thread and two, limits that a few kilobytes can exceed, and a code page.
static SETUPS: LazyLock<[Setup; 2]> = LazyLock::new(|| {
    [1, 2].map(|threads| {
        let reading = Reading { caps: CAPS, encoding: Some(CodePage::Cp037), ..Reading::default() };
        Setup { threads, reading, ..Setup::new() }
    })
});

/// The bytes as a file, claims packed as they choose, or those with bytes overwritten.
pub fn container(data: &[u8]) {
    let mut draw = Draw::new(data);
    match draw.below(4) {
        0 => drop(read(draw.rest())),
        1 => bomb(&mut draw),
        n => packed(&mut draw, n == 3),
    }
}

/// What must be true of any file.
fn read(bytes: &[u8]) -> Results {
    let [alone, together] = &*SETUPS;
    let results = scanned(alone, bytes);
    assert!(written(alone, &results) == written(together, &scanned(together, bytes)), "two threads");
    for file in &results.files {
        assert!(file.bytes <= CAPS.bytes || file.container.is_empty(), "{} bytes unpacked", file.bytes);
        assert!(file.container.len() < 3, "an archive in an archive in an archive");
        if let Status::Partial(trouble) | Status::Unreadable(trouble) = &file.status {
            assert!(!trouble.message.is_empty() && trouble.message.chars().all(claimlint::error::is_plain));
            assert!(trouble.byte <= file.bytes, "{trouble:?}");
        }
    }
    let unpacked: u64 = results.files.iter().map(|f| f.bytes).sum();
    let read: u64 = results.files.iter().filter(|f| is_read(f)).map(|f| f.bytes).sum();
    assert_eq!(results.totals.bytes, read, "{unpacked} bytes handed out");
    results
}

fn is_read(file: &FileResult) -> bool {
    !matches!(file.status, Status::Unreadable(_))
}

/// Much out of little: refused where the limit is, and said.
fn bomb(draw: &mut Draw<'_>) {
    let plain = batch(draw, Taste::Real);
    let zeros = vec![b' '; (draw.below(256) + 1) << 14];
    let bytes = gzip(&[&plain[..], &zeros].concat(), 1);
    let results = read(&bytes);
    let [file] = &results.files[..] else { panic!("one file") };
    let fits = plain.len() + zeros.len() <= CAPS.bytes as usize;
    let code = match &file.status {
        Status::Whole => None,
        Status::Partial(trouble) | Status::Unreadable(trouble) | Status::Failed(trouble) => {
            Some(format!("{:?}", trouble.code))
        }
    };
    assert_eq!(code.as_deref(), if fits { None } else { Some("ContainerLimit") });
}

/// Claims in an archive or encoding; `damaged`: with bytes of it overwritten.
fn packed(draw: &mut Draw<'_>, damaged: bool) {
    let how = draw.below(6);
    let plain = match batch(draw, Taste::Real) {
        // Of one alphabet: what every encoding has.
        bytes if how > 3 => bytes.into_iter().filter(|b| b.is_ascii()).collect(),
        bytes => bytes,
    };
    let (mut bytes, container) = match how {
        0 => (gzip(&plain, 1 + draw.below(4)), "gzip"),
        1 => (zip(&plain, CompressionMethod::Stored, draw), "zip"),
        2 => (zip(&plain, CompressionMethod::Deflated, draw), "zip"),
        3 => (utf16(&plain, u16::to_le_bytes, draw.once_in(2)), "utf-16le"),
        4 => (utf16(&plain, u16::to_be_bytes, draw.once_in(2)), "utf-16be"),
        _ => match ebcdic(&plain) {
            Some(bytes) => (bytes, "cp037"),
            None => return,
        },
    };
    let want = scanned(&SETUPS[0], &plain);
    if damaged {
        while !draw.is_empty() {
            let at = usize::from(u16::from_be_bytes([draw.byte(), draw.byte()])) % bytes.len();
            bytes[at] = draw.byte();
        }
        let results = read(&bytes);
        // What has a check sum is read whole or not called whole.
        for file in results.files.iter().filter(|f| f.container == ["zip"] || f.container == ["gzip"]) {
            if file.status == Status::Whole {
                assert_eq!(file.bytes, plain.len() as u64);
            }
        }
        return;
    }
    let results = read(&bytes);
    let [file] = &results.files[..] else { panic!("{} files", results.files.len()) };
    assert_eq!(file.container, [container]);
    assert_eq!((&file.status, file.bytes), (&want.files[0].status, plain.len() as u64));
    assert!(file.file_bytes > 0);
    // What is said of the encoding stands before the rest.
    let (found, notes) = (findings(&results), file.notes.len());
    assert_eq!(notes, usize::from(how > 2));
    assert_eq!(found[notes..], findings(&want));
    assert_eq!(results.totals.counts, want.totals.counts);
}

/// In so many members, one after the other.
fn gzip(plain: &[u8], members: usize) -> Vec<u8> {
    let mut out = Vec::new();
    for part in plain.chunks(plain.len() / members + 1) {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(part).unwrap();
        out.extend(encoder.finish().unwrap());
    }
    out
}

/// One member with claims, among some that are left out.
fn zip(plain: &[u8], method: CompressionMethod, draw: &mut Draw<'_>) -> Vec<u8> {
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for name in ["list.csv", ".hidden", "../claims.837", "upload.part", "empty/"] {
        if name.ends_with('/') {
            writer.add_directory(name, options).unwrap();
        } else if name.ends_with("837") || draw.once_in(2) {
            writer.start_file(name, options).unwrap();
            writer.write_all(plain).unwrap();
        }
    }
    writer.finish().unwrap().into_inner()
}

fn utf16(plain: &[u8], order: fn(u16) -> [u8; 2], mark: bool) -> Vec<u8> {
    let mark = mark.then_some(0xfeff);
    mark.into_iter().chain(plain.iter().map(|b| u16::from(*b))).flat_map(order).collect()
}

/// Code page 037, as far as claims need it.
fn ebcdic(plain: &[u8]) -> Option<Vec<u8>> {
    const OTHERS: [(u8, u8); 14] = [
        (b' ', 0x40),
        (b'.', 0x4b),
        (b'*', 0x5c),
        (b'-', 0x60),
        (b':', 0x7a),
        (b'\'', 0x7d),
        (b'~', 0xa1),
        (b'^', 0xb0),
        (b'|', 0x4f),
        (b'>', 0x6e),
        (b'!', 0x5a),
        (b'\r', 0x0d),
        (b'\n', 0x25),
        (0x1c, 0x1c),
    ];
    let one = |b: &u8| match b {
        b'A'..=b'I' => Some(0xc1 + (b - b'A')),
        b'J'..=b'R' => Some(0xd1 + (b - b'J')),
        b'S'..=b'Z' => Some(0xe2 + (b - b'S')),
        b'0'..=b'9' => Some(0xf0 + (b - b'0')),
        b'a'..=b'i' => Some(0x81 + (b - b'a')),
        b'j'..=b'r' => Some(0x91 + (b - b'j')),
        b's'..=b'z' => Some(0xa2 + (b - b's')),
        _ => OTHERS.iter().find(|(plain, _)| plain == b).map(|(_, code)| *code),
    };
    plain.iter().map(one).collect()
}
