//! gzip and zip archives made by hand, so that a test can make them wrong.

#![allow(dead_code, reason = "each test uses its own part of this")]
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::io::Write as _;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};

/// One gzip member.
pub(crate) fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A zip archive in the making.
#[derive(Default)]
pub(crate) struct Zip {
    bytes: Vec<u8>,
    directory: Vec<u8>,
    members: u16,
}

/// How a member is packed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packed {
    Stored,
    Deflated,
    /// Packed as if, with the flag that says it is encrypted.
    Encrypted,
    /// By the method of AES.
    Aes,
    /// By another method.
    Method(u16),
    /// With a wrong check sum.
    WrongSum,
}

impl Zip {
    /// Adds a member.
    pub(crate) fn with(self, name: &[u8], content: &[u8], packed: Packed) -> Zip {
        let (method, data) = match packed {
            Packed::Stored => (0, content.to_vec()),
            Packed::Aes => (99, content.to_vec()),
            Packed::Method(method) => (method, content.to_vec()),
            Packed::Deflated | Packed::Encrypted | Packed::WrongSum => (8, deflated(content)),
        };
        let flags = u16::from(matches!(packed, Packed::Encrypted | Packed::Aes));
        let mut sum = crc32fast::hash(content);
        if packed == Packed::WrongSum {
            sum ^= 1;
        }
        let at = self.bytes.len() as u32;
        self.raw(at, name, [method, flags], sum, [data.len() as u32, content.len() as u32], &data)
    }

    /// Adds a directory entry for a member whose header lies at `at`; with data the header and the data as well.
    pub(crate) fn raw(
        mut self,
        at: u32,
        name: &[u8],
        [method, flags]: [u16; 2],
        sum: u32,
        [packed, size]: [u32; 2],
        data: &[u8],
    ) -> Zip {
        let mut common = Vec::new();
        for short in [20, flags, method, 0, 0] {
            common.extend_from_slice(&short.to_le_bytes());
        }
        for long in [sum, packed, size] {
            common.extend_from_slice(&long.to_le_bytes());
        }
        common.extend_from_slice(&(name.len() as u16).to_le_bytes());
        common.extend_from_slice(&[0; 2]);
        if !data.is_empty() || packed == 0 {
            self.bytes.extend_from_slice(b"PK\x03\x04");
            self.bytes.extend_from_slice(&common);
            self.bytes.extend_from_slice(name);
            self.bytes.extend_from_slice(data);
        }
        self.directory.extend_from_slice(b"PK\x01\x02\x14\0");
        self.directory.extend_from_slice(&common);
        self.directory.extend_from_slice(&[0; 10]);
        self.directory.extend_from_slice(&at.to_le_bytes());
        self.directory.extend_from_slice(name);
        self.members = self.members.wrapping_add(1);
        self
    }

    /// The archive.
    pub(crate) fn done(self) -> Vec<u8> {
        let members = self.members;
        self.claiming(members)
    }

    /// The archive, saying that it has so many members.
    pub(crate) fn claiming(mut self, members: u16) -> Vec<u8> {
        let at = self.bytes.len() as u32;
        self.bytes.extend_from_slice(&self.directory);
        self.bytes.extend_from_slice(b"PK\x05\x06\0\0\0\0");
        self.bytes.extend_from_slice(&members.to_le_bytes());
        self.bytes.extend_from_slice(&members.to_le_bytes());
        self.bytes.extend_from_slice(&(self.directory.len() as u32).to_le_bytes());
        self.bytes.extend_from_slice(&at.to_le_bytes());
        self.bytes.extend_from_slice(&[0; 2]);
        self.bytes
    }

    /// The archive with the longer record at its end, saying that it has so many members.
    pub(crate) fn claiming_64(mut self, members: u64) -> Vec<u8> {
        let at = self.bytes.len() as u64;
        self.bytes.extend_from_slice(&self.directory);
        let record = self.bytes.len() as u64;
        self.bytes.extend_from_slice(b"PK\x06\x06");
        self.bytes.extend_from_slice(&44u64.to_le_bytes());
        self.bytes.extend_from_slice(&[0; 12]);
        for long in [members, members, self.directory.len() as u64, at] {
            self.bytes.extend_from_slice(&long.to_le_bytes());
        }
        self.bytes.extend_from_slice(b"PK\x06\x07\0\0\0\0");
        self.bytes.extend_from_slice(&record.to_le_bytes());
        self.bytes.extend_from_slice(&[1, 0, 0, 0]);
        self.bytes.extend_from_slice(b"PK\x05\x06\0\0\0\0");
        self.bytes.extend_from_slice(&[0xff; 12]);
        self.bytes.extend_from_slice(&[0; 2]);
        self.bytes
    }
}
