//! What a file is that holds no X12, by how it begins, and what to do with it.
//!
//! Formats of bytes are named at once. Those of text are named only where no interchange was found: one may
//! stand behind a mail header or inside a document.

use crate::x12::fault::FaultCode;

use super::trouble::Trouble;

/// Bytes of a file that are enough to name its format.
pub const HEAD: usize = 512;

use FaultCode::{Encrypted, ForeignFormat};

/// First bytes that no file of X12 has.
const BYTES: [(&[u8], FaultCode, &str); 26] = [
    (b"%PDF", ForeignFormat, "a PDF document; give the 837 file it was made from"),
    (b"{\\rtf", ForeignFormat, "an RTF document; give the 837 file it was made from"),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        ForeignFormat,
        "an Office document; export the claims as an 837 file",
    ),
    (b"\x89PNG", ForeignFormat, "an image (PNG); give the 837 file"),
    (b"\xff\xd8\xff", ForeignFormat, "an image (JPEG); give the 837 file"),
    (b"GIF8", ForeignFormat, "an image (GIF); give the 837 file"),
    (b"II*\0", ForeignFormat, "an image (TIFF); give the 837 file"),
    (b"MM\0*", ForeignFormat, "an image (TIFF); give the 837 file"),
    (b"7z\xbc\xaf\x27\x1c", ForeignFormat, "a 7z archive; unpack it first"),
    (b"BZh", ForeignFormat, "a bzip2 archive; unpack it first"),
    (b"\xfd7zXZ\0", ForeignFormat, "an xz archive; unpack it first"),
    (b"\x28\xb5\x2f\xfd", ForeignFormat, "a zstd archive; unpack it first"),
    (b"\x04\x22\x4d\x18", ForeignFormat, "an lz4 archive; unpack it first"),
    (b"\x1f\x9d", ForeignFormat, "a compress archive (.Z); unpack it first"),
    (b"Rar!\x1a\x07", ForeignFormat, "a RAR archive; unpack it first"),
    (b"\xff\xfe\0\0", ForeignFormat, "text in UTF-32; save it as plain text first"),
    (b"\0\0\xfe\xff", ForeignFormat, "text in UTF-32; save it as plain text first"),
    (b"\x7fELF", ForeignFormat, "a program; give an 837 file"),
    (b"SQLite format 3\0", ForeignFormat, "a database (SQLite); export the claims as an 837 file"),
    (b"-----BEGIN PGP MESSAGE", Encrypted, "encrypted with PGP; decrypt it first"),
    (b"-----BEGIN PKCS7", Encrypted, "encrypted or signed with S/MIME; decrypt it first"),
    (b"-----BEGIN CMS", Encrypted, "encrypted or signed with S/MIME; decrypt it first"),
    (b"-----BEGIN AGE ENCRYPTED FILE", Encrypted, "encrypted with age; decrypt it first"),
    (b"age-encryption.org/", Encrypted, "encrypted with age; decrypt it first"),
    (b"Salted__", Encrypted, "encrypted with OpenSSL; decrypt it first"),
    (b"U2FsdGVkX1", Encrypted, "encrypted with OpenSSL; decrypt it first"),
];

/// First words of texts, behind white space.
const WORDS: [(&[u8], FaultCode, &str); 20] = [
    (
        b"-----BEGIN PGP SIGNED",
        ForeignFormat,
        "a message signed with PGP that holds no X12; give an 837 file",
    ),
    (b"-----BEGIN PGP", ForeignFormat, "a PGP key or signature; give the 837 file"),
    (b"-----BEGIN", ForeignFormat, "a key or certificate; give the 837 file"),
    (b"UNA:", ForeignFormat, "an EDIFACT file, not X12; give the 837 file"),
    (b"UNB+", ForeignFormat, "an EDIFACT file, not X12; give the 837 file"),
    (b"MSH|", ForeignFormat, "an HL7 message, not X12; give the 837 file"),
    (b"FHS|", ForeignFormat, "a file of HL7 messages, not X12; give the 837 file"),
    (b"BHS|", ForeignFormat, "a batch of HL7 messages, not X12; give the 837 file"),
    (b"<?xml", ForeignFormat, "an XML document, not X12; export the claims as an 837 file"),
    (b"<!doctype html", ForeignFormat, "an HTML document, not X12; give the 837 file"),
    (b"<html", ForeignFormat, "an HTML document, not X12; give the 837 file"),
    (b"<", ForeignFormat, "an XML or HTML document, not X12; give the 837 file"),
    (b"{", ForeignFormat, "a JSON document, not X12; export the claims as an 837 file"),
    (b"[", ForeignFormat, "a JSON document, not X12; export the claims as an 837 file"),
    (b"from ", ForeignFormat, "a mail message; save what is attached to it"),
    (b"received:", ForeignFormat, "a mail message; save what is attached to it"),
    (b"return-path:", ForeignFormat, "a mail message; save what is attached to it"),
    (b"mime-version:", ForeignFormat, "a mail message; save what is attached to it"),
    (b"content-type:", ForeignFormat, "a mail message; save what is attached to it"),
    (b"#!", ForeignFormat, "a script; give an 837 file"),
];

/// Names a format of bytes. `head` are the first [`HEAD`] bytes, or all there are.
pub(super) fn at_once(head: &[u8]) -> Option<Trouble> {
    let known = BYTES.iter().find(|(magic, ..)| head.starts_with(magic));
    if let Some((_, code, words)) = known {
        return Some(Trouble::new(*code, *words));
    }
    if head.get(257..262) == Some(b"ustar") {
        return Some(Trouble::new(ForeignFormat, "a tar archive; unpack it first"));
    }
    None
}

/// What a file of `bytes` bytes without an interchange is, and what to do. `blank` says that it is all white
/// space.
pub fn named(head: &[u8], blank: bool, bytes: u64) -> Trouble {
    if bytes == 0 {
        return Trouble::new(FaultCode::EmptyFile, "empty file");
    }
    if blank {
        let words = if bytes < SEARCHED {
            "nothing but white space"
        } else {
            "nothing but white space in the first 64 KiB; give an 837 file"
        };
        return Trouble::new(FaultCode::BlankFile, words);
    }
    let text = head.trim_ascii_start();
    if text.starts_with(b"ISA") {
        let code = if bytes < ISA { FaultCode::IsaTruncated } else { FaultCode::BadDelimiters };
        let message = "an ISA that cannot be read: it is cut off or its sixteen separators are not there";
        return Trouble::new(code, message);
    }
    if matches!(text, [b'G', b'S', separator, ..] | [b'S', b'T', separator, ..] if separator.is_ascii_punctuation())
    {
        let message =
            "an X12 file that begins without its ISA, and was not read for that; get the file as it was sent";
        return Trouble::new(FaultCode::MissingIsa, message);
    }
    if let Some(trouble) = at_once(head).or_else(|| secret(head)) {
        return trouble;
    }
    let lower = text.to_ascii_lowercase();
    let begins = |word: &[u8]| text.starts_with(word) || lower.starts_with(word);
    if let Some((_, code, words)) = WORDS.iter().find(|(word, ..)| begins(word)) {
        return Trouble::new(*code, *words);
    }
    let words = if is_table(text) {
        "a table, not X12; give an 837 file, and tables by their own options"
    } else {
        "no X12 interchange in the first 64 KiB; give an 837 file"
    };
    Trouble::new(ForeignFormat, words)
}

/// Bytes of a file in which an interchange is looked for.
const SEARCHED: u64 = 64 * 1024;

/// Bytes of an ISA, terminator included.
const ISA: u64 = 106;

/// What is encrypted without saying so in words.
fn secret(head: &[u8]) -> Option<Trouble> {
    let lower = head.to_ascii_lowercase();
    let has = |word: &[u8]| lower.windows(word.len()).any(|w| w == word);
    let header = lower.starts_with(b"mime-version:") || lower.starts_with(b"content-");
    if header && (has(b"pkcs7-mime") || has(b"multipart/encrypted")) {
        return Some(Trouble::new(Encrypted, "encrypted with S/MIME or PGP; decrypt it first"));
    }
    if let Some(trouble) = pkcs7(head) {
        return Some(trouble);
    }
    is_pgp(head).then(|| Trouble::new(Encrypted, "encrypted with PGP; decrypt it first"))
}

/// PKCS #7 in DER or BER: a sequence that begins with what kind of content it has.
fn pkcs7(head: &[u8]) -> Option<Trouble> {
    /// 1.2.840.113549.1.7 with tag and length, without the last number.
    const CONTENT: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07";
    if head.first() != Some(&0x30) {
        return None;
    }
    let at = (2..8).find(|at| head.get(*at..).is_some_and(|rest| rest.starts_with(CONTENT)))?;
    match head.get(at + CONTENT.len())? {
        2 => Some(Trouble::new(ForeignFormat, "signed with S/MIME; take the signature off first")),
        _ => Some(Trouble::new(Encrypted, "encrypted with S/MIME; decrypt it first")),
    }
}

/// Whether a PGP packet begins here that an encrypted message begins with: a session key or the data itself,
/// with a version there is.
fn is_pgp(head: &[u8]) -> bool {
    let [first, second, rest @ ..] = head else { return false };
    // The tag, and how many bytes the length has behind its first.
    let (tag, skip) = match first >> 6 {
        2 => (first >> 2 & 15, usize::from([0u8, 1, 3, 0][usize::from(first & 3)])),
        3 => (
            first & 63,
            usize::from(
                [0u8, 1, 4, 0][usize::from(match second {
                    0..192 => 0u8,
                    192..224 => 1,
                    255 => 2,
                    _ => 3,
                })],
            ),
        ),
        _ => return false,
    };
    match (tag, rest.get(skip)) {
        (1, Some(version)) => matches!(version, 2 | 3 | 6),
        (3, Some(version)) => matches!(version, 4..=6),
        (18, Some(version)) => matches!(version, 1 | 2),
        (20, Some(version)) => *version == 1,
        _ => false,
    }
}

/// Whether a text looks like a table: a first line with several of one separator, and words between.
fn is_table(text: &[u8]) -> bool {
    let line = text.split(|b| *b == b'\n').next().unwrap_or_default();
    let is_text = line.iter().all(|b| !b.is_ascii_control() || matches!(b, b'\t' | b'\r'));
    let several = |separator: u8| line.iter().filter(|b| **b == separator).count() > 1;
    is_text && !line.contains(&b'*') && [b',', b';', b'\t', b'|'].into_iter().any(several)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_named_with_their_code() {
        let mut tar = vec![b'a'; HEAD];
        tar[257..262].copy_from_slice(b"ustar");
        let der =
            |kind: u8| [b"\x30\x82\x01\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07", &[kind][..]].concat();
        for (head, code, words) in [
            (&b""[..], FaultCode::EmptyFile, "empty"),
            (b"%PDF-1.7", ForeignFormat, "PDF"),
            (b"-----BEGIN PGP MESSAGE-----\n", Encrypted, "PGP"),
            (b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n", ForeignFormat, "key"),
            (b"\x85\x02\x0c\x03abcdefgh", Encrypted, "PGP"),
            (b"\xc1\xc0\x4c\x03abcdefgh", Encrypted, "PGP"),
            (b"\x8c\x0d\x04\x09\x03\x02", Encrypted, "PGP"),
            (b"\xd2\xff\0\0\0\x10\x01", Encrypted, "PGP"),
            (b"\x85\x02\x0c\x09abcdefgh", ForeignFormat, "no X12"),
            (
                b"MIME-Version: 1.0\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data",
                Encrypted,
                "S/MIME",
            ),
            (b"MIME-Version: 1.0\nContent-Type: text/plain", ForeignFormat, "mail"),
            (&der(3), Encrypted, "S/MIME"),
            (&der(2), ForeignFormat, "signed"),
            (b"\x30\x82\x01\x00\x06\x09\x2b", ForeignFormat, "no X12"),
            (b"age-encryption.org/v1\n", Encrypted, "age"),
            (b"Salted__abcdefgh", Encrypted, "OpenSSL"),
            (b"UNA:+.? 'UNB+", ForeignFormat, "EDIFACT"),
            (b"\r\nMSH|^~\\&|", ForeignFormat, "HL7"),
            (b"<?xml version='1.0'?>", ForeignFormat, "XML"),
            (b"<!DOCTYPE HTML>", ForeignFormat, "HTML"),
            (b"{\"a\":1}", ForeignFormat, "JSON"),
            (b"{\\rtf1", ForeignFormat, "RTF"),
            (b"claim,date,code\nA,1,2\n", ForeignFormat, "table"),
            (b"one, word\n", ForeignFormat, "no X12"),
            (b"\x89PNG\r\n", ForeignFormat, "PNG"),
            (b"7z\xbc\xaf\x27\x1c", ForeignFormat, "7z"),
            (b"BZh91AY&SY", ForeignFormat, "bzip2"),
            (b"\xfd7zXZ\0", ForeignFormat, "xz"),
            (b"\x28\xb5\x2f\xfd", ForeignFormat, "zstd"),
            (&tar, ForeignFormat, "tar"),
            (b"\xff\xfe\0\0I\0\0\0", ForeignFormat, "UTF-32"),
            (b"ISA*00*", FaultCode::IsaTruncated, "cut off"),
            (b"GS*HC*", FaultCode::MissingIsa, "without its ISA"),
            (b"ST JOHN CLINIC", ForeignFormat, "no X12 interchange"),
            (b"Dear colleague", ForeignFormat, "no X12"),
        ] {
            let said = named(head, false, head.len() as u64);
            assert_eq!(said.code, code, "{head:?}: {said}");
            assert!(said.message.contains(words), "{head:?}: {said}");
        }
        assert_eq!(named(b"ISA*00*", false, 5000).code, FaultCode::BadDelimiters);
        assert_eq!(named(b" \n", true, 2).code, FaultCode::BlankFile);
    }

    #[test]
    fn text_is_never_named_before_it_was_searched() {
        for head in
            [&b"ISA*00*"[..], b"<?xml", b"UNB+", b"{\"a\"", b"-----BEGIN PGP SIGNED MESSAGE", b"MSH|", b""]
        {
            assert_eq!(at_once(head), None, "{head:?}");
        }
        assert!(at_once(b"%PDF").is_some());
    }
}
