//! What is read: containers, encodings, foreign formats, directories, and files that fail or change.
//!
//! A case is a file and what must become of it: status, code, exit code, claims evaluated. Beside each code that
//! fires stands one that nearly does.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at what it did not expect"
)]

#[path = "support/archive.rs"]
mod archive;
mod support;

use std::fs;
use std::io::{self, Read, Seek, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use claimlint::scan::commit::Status;
use claimlint::scan::results::Results;
use claimlint::scan::{Setup, scan};
use claimlint::source::Reading;
use claimlint::source::handle::{Handle, Open};
use claimlint::source::input::Input;
use claimlint::source::list::{Lister, Recursive};
use claimlint::source::stat::Stat;
use claimlint::x12::fault::FaultCode;
use serde_json::Value;
use sha2::Digest as _;

use archive::{Packed, Zip, gz};
use support::{Ran, run_with};
use tempfile::TempDir;

/// An 837P of some claims, each without a plan-of-care modifier, told apart by `id`.
fn batch(id: &str, claims: usize) -> String {
    let head = format!(
        "ISA*00*          *00*          *ZZ*EXAMPLESENDER  *ZZ*EXAMPLERECEIVER*260406*0930*^*00501*000000001*0*T*:~\
         GS*HC*EXAMPLESENDER*EXAMPLERECEIVER*20260406*0930*1*X*005010X222A1~ST*837*0001*005010X222A1~\
         BHT*0019*00*{id}*20260406*0930*CH~NM1*41*2*EXAMPLE*****46*EXAMPLE~NM1*40*2*EXAMPLE*****46*EXAMPLE~\
         HL*1**20*1~NM1*85*2*EXAMPLE CLINIC*****XX*1000000012~HL*2*1*22*0~SBR*P*18*******MB~\
         NM1*IL*1*TESTPATIENT*ALPHA****MI*TESTMEMBER01~NM1*PR*2*EXAMPLE*****PI*EXMB1~"
    );
    let claim = |n| {
        format!(
            "CLM*{id}{n}*140***11:B:1*Y*A*Y*Y~HI*ABK:M5450~NM1*DN*1*TESTDOCTOR*BETA****XX*1000000053~LX*1~\
             SV1*HC:97161*140*UN*1***1~DTP*472*D8*20260302~"
        )
    };
    let body: String = (1..=claims).map(claim).collect();
    format!("{head}{body}SE*{}*0001~GE*1*1~IEA*1*000000001~", 11 + 6 * claims)
}

/// X12 without claims.
fn remittance() -> String {
    batch("R", 0).replace("*HC*", "*HP*").replace("X222A1", "X221A1").replace("ST*837", "ST*835")
}

fn utf16(text: &str, little: bool, mark: bool) -> Vec<u8> {
    let text = if mark { format!("\u{feff}{text}") } else { text.to_owned() };
    text.encode_utf16().flat_map(|u| if little { u.to_le_bytes() } else { u.to_be_bytes() }).collect()
}

/// Code page 037 of what these batches are written in.
fn ebcdic(text: &str) -> Vec<u8> {
    let of = |c: u8| match c {
        b'A'..=b'I' => c - b'A' + 0xc1,
        b'J'..=b'R' => c - b'J' + 0xd1,
        b'S'..=b'Z' => c - b'S' + 0xe2,
        b'0'..=b'9' => c - b'0' + 0xf0,
        b'*' => 0x5c,
        b'~' => 0xa1,
        b':' => 0x7a,
        b'^' => 0xb0,
        b'\n' => 0x15,
        _ => 0x40,
    };
    text.bytes().map(of).collect()
}

struct Desk(TempDir);

impl Desk {
    fn new() -> Desk {
        Desk(TempDir::new().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn with(self, name: &str, bytes: impl AsRef<[u8]>) -> Desk {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }

    fn run(&self, line: &str) -> Ran {
        self.run_with(line, b"")
    }

    fn run_with(&self, line: &str, input: &[u8]) -> Ran {
        run_with(self.path(), &line.split(' ').filter(|w| !w.is_empty()).collect::<Vec<_>>(), input)
    }

    /// Scans and reads the summary.
    fn summary(&self, line: &str) -> (Option<i32>, Value) {
        let ran = self.run(&format!("scan {line} --format summary"));
        let summary = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}{}", ran.out, ran.err));
        (ran.code, summary)
    }
}

fn of<'s>(summary: &'s Value, file: &str) -> &'s Value {
    let inputs = summary["inputs"].as_array().unwrap();
    inputs.iter().find(|i| i["file"] == file).unwrap_or_else(|| panic!("{file}: {}", summary["inputs"]))
}

fn evaluated(summary: &Value) -> u64 {
    summary["claims"]["evaluated"].as_u64().unwrap()
}

/// A file, and what must become of it.
struct Case {
    file: &'static str,
    bytes: Vec<u8>,
    flags: &'static str,
    status: &'static str,
    /// Of the input in the summary, or nothing.
    code: &'static str,
    exit: i32,
    claims: u64,
    /// What else must have been found.
    found: &'static [&'static str],
}

fn case(file: &'static str, bytes: impl AsRef<[u8]>, status: &'static str, code: &'static str) -> Case {
    let exit = if code.is_empty() { 0 } else { 2 };
    let claims = if status == "read" && exit == 0 { 2 } else { 0 };
    Case { file, bytes: bytes.as_ref().to_vec(), flags: "", status, code, exit, claims, found: &[] }
}

/// A batch that ends inside an archive, with something after it that is broken.
fn cut(bytes: &[u8], from_end: usize) -> Vec<u8> {
    bytes[..bytes.len() - from_end].to_vec()
}

fn cases() -> Vec<Case> {
    let two = batch("A", 2);
    let many = batch("M", 20_000);
    let whole = gz(two.as_bytes());
    let large = gz(many.as_bytes());
    let mut wrong_sum = whole.clone();
    let at = wrong_sum.len() - 8;
    wrong_sum[at] ^= 1;
    let mut tar = vec![0; 512];
    tar[..5].copy_from_slice(b"a.837");
    tar[257..262].copy_from_slice(b"ustar");
    tar.extend_from_slice(two.as_bytes());
    let wide = utf16(&two.replacen("M5450", "M54\u{2014}", 2), true, true);
    let (first, rest) = two.split_at(two.find("CLM*A2").unwrap());
    vec![
        case("plain", &two, "read", ""),
        // A1, A2
        case("empty", "", "unreadable", "X12-F001"),
        case("blank", " \r\n\t\n", "unreadable", "X12-F002"),
        case("nearly-blank", " \r\n.", "unreadable", "X12-F022"),
        // A9: gzip
        case("batch.gz", &whole, "read", ""),
        case("named-otherwise.txt", &whole, "read", ""),
        case("named.gz", &two, "read", ""),
        case("members.gz", [gz(first.as_bytes()), gz(rest.as_bytes())].concat(), "read", ""),
        case("padded.gz", [whole.clone(), vec![0; 1000]].concat(), "read", ""),
        Case { claims: 2, ..case("trailing.gz", [&whole[..], b"x"].concat(), "partial", "X12-F025") },
        Case { claims: 2, ..case("sum.gz", wrong_sum, "partial", "X12-F025") },
        Case { claims: 2, ..case("tail.gz", cut(&whole, 1), "partial", "X12-F025") },
        case("head.gz", &whole[..9], "unreadable", "X12-F025"),
        case("nested.gz", gz(&whole), "unreadable", "X12-F020"),
        case(
            "zip.gz",
            gz(&Zip::default().with(b"a", two.as_bytes(), Packed::Stored).done()),
            "unreadable",
            "X12-F020",
        ),
        case("document.gz", gz(b"%PDF-1.7"), "unreadable", "X12-F022"),
        case("empty.gz", gz(b""), "unreadable", "X12-F001"),
        Case { claims: 20_000, ..case("large.gz", &large, "read", "") },
        // A10
        case("pgp.asc", "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n", "unreadable", "X12-F021"),
        case("pgp.gpg", b"\x85\x01\x0c\x03abcdefgh", "unreadable", "X12-F021"),
        case("smime.p7m", b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03", "unreadable", "X12-F021"),
        case("age", "age-encryption.org/v1\n-> X25519 x\n", "unreadable", "X12-F021"),
        case("openssl", "Salted__abcdefgh", "unreadable", "X12-F021"),
        // A clear-signed batch is read through its frame.
        Case {
            found: &["X12-I010"],
            ..case(
                "signed",
                format!("-----BEGIN PGP SIGNED MESSAGE-----\n\n{two}\n-----BEGIN PGP SIGNATURE-----\n"),
                "read",
                "",
            )
        },
        // A11
        case("edifact", "UNA:+.? 'UNB+UNOC:3+A+B+260101:1200+1'", "unreadable", "X12-F022"),
        case("hl7", "MSH|^~\\&|A|B|", "unreadable", "X12-F022"),
        case("xml", "<?xml version=\"1.0\"?><a/>", "unreadable", "X12-F022"),
        case("pdf", "%PDF-1.7\n", "unreadable", "X12-F022"),
        case("table", "claim,date,code\n1,2,3\n", "unreadable", "X12-F022"),
        case("tar", tar, "unreadable", "X12-F022"),
        Case { found: &["X12-W004"], ..case("in-xml", format!("<?xml?><x>\n{two}"), "read", "") },
        Case { exit: 2, ..case("remit", remittance(), "read", "X12-I090") },
        Case { flags: "--allow-no-837", claims: 0, ..case("allowed", remittance(), "read", "") },
        Case {
            claims: 2,
            ..case("remit-and-claims", remittance().replace("000000001", "000000002") + &two, "read", "")
        },
        // A12, A13
        Case { found: &["X12-W001"], ..case("bom", format!("\u{feff}{two}"), "read", "") },
        Case { found: &["X12-W002"], ..case("le", utf16(&two, true, true), "read", "") },
        Case { found: &["X12-W002"], ..case("be", utf16(&two, false, true), "read", "") },
        Case { found: &["X12-W002"], ..case("le-bare", utf16(&two, true, false), "read", "") },
        Case { found: &["X12-W002"], ..case("be-bare", utf16(&two, false, false), "read", "") },
        Case {
            found: &["X12-W002"],
            ..case("latin", utf16(&two.replace("ALPHA", "ALPH\u{c4}"), true, true), "read", "")
        },
        Case { found: &["X12-W002"], ..case("le.gz", gz(&utf16(&two, true, true)), "read", "") },
        Case { found: &["X12-W002"], ..case("wide", wide, "partial", "X12-F023") },
        case(
            "utf-32",
            "\u{feff}ISA*00*".chars().flat_map(|c| u32::from(c).to_le_bytes()).collect::<Vec<u8>>(),
            "unreadable",
            "X12-F022",
        ),
        // A14
        case("ebcdic", ebcdic(&two), "unreadable", "X12-F024"),
        Case { flags: "--encoding cp037", found: &["X12-W007"], ..case("cp037", ebcdic(&two), "read", "") },
        Case {
            flags: "--encoding cp1047",
            found: &["X12-W007"],
            ..case("cp1047", ebcdic(&two.replace('~', "~\n").replace('^', " ")), "read", "")
        },
        Case { flags: "--encoding cp037", ..case("ascii", &two, "read", "") },
        // A20
        Case {
            claims: 4,
            ..case("appended", two.clone() + &batch("B", 2).replace("000000001", "000000002"), "read", "")
        },
    ]
}

#[test]
fn each_file_comes_to_what_its_row_says() {
    for case in cases() {
        let desk = Desk::new().with(case.file, &case.bytes);
        let (exit, summary) = desk.summary(&format!("{} {}", case.file, case.flags));
        let input = of(&summary, case.file);
        let what = format!("{}: {input}", case.file);
        assert_eq!((input["status"].as_str(), exit), (Some(case.status), Some(case.exit)), "{what}");
        assert_eq!(input["code"].as_str().unwrap_or(""), case.code, "{what}");
        assert_eq!(evaluated(&summary), case.claims, "{what}");
        assert_eq!(input["file_bytes"], case.bytes.len(), "{what}");
        assert_eq!(summary["accounting"]["balanced"], true, "{what}");
        let by_rule = &summary["findings"]["by_rule"];
        for code in case.found.iter().chain([&case.code]).filter(|code| !code.is_empty()) {
            assert_eq!(by_rule[code], 1, "{what}: {by_rule}");
        }
        // A code fires only where it should.
        for known in ["X12-F", "X12-W002", "X12-W007", "X12-W010", "X12-I090"] {
            let wanted = case.found.iter().chain([&case.code]).any(|code| code.starts_with(known));
            let there = by_rule.as_object().unwrap().keys().any(|code| code.starts_with(known));
            assert_eq!(there, wanted, "{what}: {known} in {by_rule}");
        }
        if case.exit == 2 {
            let ran = desk.run(&format!("scan {} {}", case.file, case.flags));
            let words = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(words.contains(&format!("PROBLEMS {}: ", case.file)), "{what}\n{}", ran.out);
            assert!(
                !ran.out.contains("OUTSIDE CLAIMS") || !case.found.is_empty() || case.status == "partial",
                "{}",
                ran.out
            );
            // It can be switched off as a finding, not as a fact.
            let (exit, summary) = desk.summary(&format!("{} {} --ignore X12", case.file, case.flags));
            assert_eq!(
                (exit, &summary["findings"]["by_rule"]["X12-F001"]),
                (Some(2), &Value::Null),
                "{what}"
            );
            assert_eq!(of(&summary, case.file)["code"], case.code, "{what}");
        }
        // The digest is that of the file as it lies on the disk, where it was read to the end.
        let digest: String = sha2::Sha256::digest(&case.bytes).iter().map(|b| format!("{b:02x}")).collect();
        if case.status == "read" {
            assert_eq!(input["sha256"], digest, "{what}");
        }
    }
}

#[test]
fn findings_say_where_they_stand_in_what_was_unpacked_or_converted() {
    let two = batch("A", 2);
    let plain = Desk::new().with("a", &two).run("scan a --format csv").out;
    for (name, bytes, flags, container, offsets) in [
        ("a.gz", gz(two.as_bytes()), "", vec!["gzip"], Some("in the unpacked content")),
        ("a.le", utf16(&two, true, true), "", vec!["utf-16le"], Some("2 + 2 * offset")),
        ("a.be", utf16(&two, false, false), "", vec!["utf-16be"], Some("2 * offset")),
        (
            "a.le.gz",
            gz(&utf16(&two, true, true)),
            "",
            vec!["gzip", "utf-16le"],
            Some("2 + 2 * offset, in the unpacked content"),
        ),
        ("a.cp", ebcdic(&two), "--encoding cp037", vec!["cp037"], None),
    ] {
        let desk = Desk::new().with(name, &bytes);
        let (_, summary) = desk.summary(&format!("{name} {flags}"));
        let input = of(&summary, name);
        assert_eq!(input["bytes"], two.len(), "{input}");
        assert_eq!(input["container"], serde_json::json!(container), "{input}");
        assert_eq!(input["offsets"].as_str(), offsets, "{input}");
        let found = desk.run(&format!("scan {name} {flags} --format csv")).out;
        let rest: Vec<String> = found
            .lines()
            .filter(|line| !line.contains(",X12-W00"))
            .map(|line| line.replacen(&format!("{name},"), "a,", 1))
            .collect();
        assert_eq!(rest, plain.lines().collect::<Vec<_>>(), "{name}");
    }
    let (_, summary) = Desk::new().with("a", &two).summary("a");
    assert!(of(&summary, "a").get("container").is_none() && of(&summary, "a").get("offsets").is_none());
}

#[test]
fn members_of_a_zip_are_inputs_of_their_own() {
    let (a, b) = (batch("A", 1), batch("B", 2));
    let archive = Zip::default()
        .with(b"in/", b"", Packed::Stored)
        .with(b"in/a.837", a.as_bytes(), Packed::Deflated)
        .with(b"b.837", b.as_bytes(), Packed::Stored)
        // The second of one name is another file.
        .with(b"b.837", batch("C", 1).as_bytes(), Packed::Deflated)
        .with(b"../../etc/d.837", batch("D", 1).as_bytes(), Packed::Deflated)
        .with(b"\x1b[2J\n.837", batch("E", 1).as_bytes(), Packed::Deflated)
        .with(b"secret.837", a.as_bytes(), Packed::Encrypted)
        .with(b"aes.837", a.as_bytes(), Packed::Aes)
        .with(b"bzip2.837", a.as_bytes(), Packed::Method(12))
        .with(b"sum.837", a.as_bytes(), Packed::WrongSum)
        .with(b"inner.zip", &Zip::default().with(b"a", a.as_bytes(), Packed::Stored).done(), Packed::Stored)
        .with(b"inner.gz", &gz(a.as_bytes()), Packed::Stored)
        .with(b"wide.837", &utf16(&batch("W", 1), true, true), Packed::Deflated)
        .with(b"empty.837", b"", Packed::Stored)
        .with(b"list.csv", b"a,b", Packed::Stored)
        .with(b".hidden/x", b"x", Packed::Stored)
        .with(b"y.part", b"x", Packed::Stored)
        .done();
    let desk = Desk::new().with("all.zip", &archive).with("z.837", batch("Z", 1));
    for threads in ["1", "2"] {
        let (exit, summary) = desk.summary(&format!("all.zip z.837 --threads {threads}"));
        assert_eq!((exit, evaluated(&summary)), (Some(2), 9), "{}", summary["inputs"]);
        let told: Vec<(&str, &str, &str)> = summary["inputs"]
            .as_array()
            .unwrap()
            .iter()
            .map(|i| {
                (i["file"].as_str().unwrap(), i["status"].as_str().unwrap(), i["code"].as_str().unwrap_or(""))
            })
            .collect();
        assert_eq!(
            told,
            [
                ("all.zip!in/a.837", "read", ""),
                ("all.zip!b.837", "read", ""),
                ("all.zip!b.837", "read", ""),
                ("all.zip!../../etc/d.837", "read", ""),
                ("all.zip!\\u{1b}[2J\\n.837", "read", ""),
                ("all.zip!secret.837", "unreadable", "X12-F021"),
                ("all.zip!aes.837", "unreadable", "X12-F021"),
                ("all.zip!bzip2.837", "unreadable", "X12-F022"),
                ("all.zip!sum.837", "partial", "X12-F025"),
                ("all.zip!inner.zip", "unreadable", "X12-F020"),
                ("all.zip!inner.gz", "unreadable", "X12-F020"),
                ("all.zip!wide.837", "read", ""),
                ("all.zip!empty.837", "unreadable", "X12-F001"),
                ("z.837", "read", ""),
                ("all.zip!in/", "skipped", ""),
                ("all.zip!list.csv", "skipped", ""),
                ("all.zip!.hidden/x", "skipped", ""),
                ("all.zip!y.part", "skipped", ""),
            ]
        );
        assert_eq!(summary["files"]["listed"], told.len(), "{}", summary["files"]);
        let digest: String = sha2::Sha256::digest(a.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(of(&summary, "all.zip!in/a.837")["sha256"], digest, "of a member: its content");
        assert_eq!(of(&summary, "all.zip!wide.837")["offsets"], "2 + 2 * offset, in the unpacked content");
    }
    let order = desk.run("scan all.zip z.837 --format csv --threads 2").out;
    let claims: Vec<&str> = order
        .lines()
        .skip(1)
        .filter(|l| l.contains(",MOD001,"))
        .map(|l| l.split(',').nth(4).unwrap())
        .collect();
    assert_eq!(claims, ["A1", "B1", "B2", "C1", "D1", "E1", "A1", "W1", "Z1"], "{order}");
    // Nothing was unpacked anywhere.
    assert_eq!(fs::read_dir(desk.path()).unwrap().count(), 2);
}

#[test]
fn an_archive_that_is_no_archive_of_claims_is_said_as_a_whole() {
    let a = batch("A", 1);
    let one = || Zip::default().with(b"a.837", a.as_bytes(), Packed::Deflated);
    let whole = one().done();
    let office = Zip::default()
        .with(b"[Content_Types].xml", b"<x/>", Packed::Deflated)
        .with(b"xl/workbook.xml", b"<x/>", Packed::Deflated)
        .done();
    for (name, bytes, code) in [
        ("none.zip", Zip::default().done(), "X12-F001"),
        ("office.zip", office, "X12-F022"),
        ("cut.zip", cut(&whole, 30), "X12-F025"),
        ("head.zip", b"PK\x03\x04".to_vec(), "X12-F025"),
        ("two-for-one.zip", one().claiming(2), "X12-F025"),
        ("none-for-one.zip", one().claiming(0), "X12-F025"),
        ("many.zip", one().claiming(10_001), "X12-F020"),
        ("nearly-many.zip", one().claiming(10_000), "X12-F025"),
        ("million.zip", one().claiming_64(1_000_000), "X12-F020"),
    ] {
        let (exit, summary) = Desk::new().with(name, &bytes).summary(name);
        let input = of(&summary, name);
        assert_eq!(
            (exit, input["status"].as_str(), input["code"].as_str()),
            (Some(2), Some("unreadable"), Some(code)),
            "{input}"
        );
        assert_eq!(summary["findings"]["by_rule"][code], 1, "{input}");
    }
    let (exit, summary) = Desk::new().with("a.zip", one().claiming_64(1)).summary("a.zip");
    assert_eq!((exit, evaluated(&summary)), (Some(0), 1), "the longer record at the end is read too");
    let ran = Desk::new().run_with("scan -", &whole);
    assert!(ran.code == Some(2) && ran.out.contains("give it as a"), "{}", ran.out);
    let ran = Desk::new().run_with("scan - --format summary", &gz(a.as_bytes()));
    assert!(ran.code == Some(0) && ran.out.contains("\"gzip\""), "{}", ran.out);
}

/// T7: whatever an archive claims to hold, memory and time are bounded.
#[test]
#[cfg(target_os = "linux")]
fn archives_that_unpack_without_end_are_given_up() {
    let zeros = gz(&vec![0; 16 << 20]);
    let ten_gigabytes = zeros.repeat(640);
    let mut behind_claims = gz(batch("A", 2).as_bytes());
    behind_claims.extend_from_slice(&ten_gigabytes);
    let blank_lines = gz(&vec![b'\n'; 16 << 20]).repeat(640);
    // Entries of one and the same member.
    let content = vec![b'~'; 1 << 20];
    let mut overlap = Zip::default().with(b"0", &content, Packed::Deflated);
    let packed = {
        let one = Zip::default().with(b"0", &content, Packed::Deflated).done();
        u32::from_le_bytes(one[18..22].try_into().unwrap())
    };
    for n in 1..5_000 {
        let name = n.to_string();
        overlap = overlap.raw(0, name.as_bytes(), [8, 0], crc32fast::hash(&content), [packed, 1 << 20], b"");
    }
    // A directory of a hundred thousand members that says it has more, or fewer.
    let million = |claimed| {
        let mut zip = Zip::default().with(b"a.837", b"ISA", Packed::Stored);
        for _ in 1..100_000 {
            zip = zip.raw(0, b"a", [0, 0], 0, [1, 1], b"");
        }
        zip.claiming_64(claimed)
    };
    // Members that are each within bounds, and together are not.
    let mut together = Zip::default();
    for n in 0..40 {
        let tail = format!("{}{}", batch(&format!("T{n}X"), 1), "\n".repeat(2 << 20));
        together = together.with(n.to_string().as_bytes(), tail.as_bytes(), Packed::Deflated);
    }
    for (name, bytes, code, claims) in [
        ("zeros.gz", ten_gigabytes, "X12-F022", 0),
        ("blank.gz", blank_lines, "X12-F002", 0),
        ("behind.gz", behind_claims, "X12-F020", 2),
        ("overlap.zip", overlap.done(), "X12-F020", 0),
        ("million.zip", million(1_000_000), "X12-F020", 0),
        ("lying.zip", million(1), "X12-F025", 0),
    ] {
        let desk = Desk::new().with(name, &bytes);
        let line = format!("ulimit -v 1000000; exec \"$0\" scan {name} --threads 1 --format summary");
        let ran = std::process::Command::new("sh")
            .current_dir(desk.path())
            .args(["-c", &line, env!("CARGO_BIN_EXE_claimlint")])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        let summary: Value = serde_json::from_slice(&ran.stdout).unwrap_or_else(|_| panic!("{name}: {said}"));
        let input = of(&summary, name);
        assert_eq!((ran.status.code(), input["code"].as_str()), (Some(2), Some(code)), "{name}: {input}");
        assert_eq!(evaluated(&summary), claims, "{name}: what came before stays");
        assert!(input["bytes"].as_u64().unwrap() < 64 << 20, "{name}: {input}");
    }
    let settings = "[limits]\nunpack_ratio = 3\nunpack_bytes = 20000000\n";
    let desk = Desk::new().with("together.zip", together.done()).with("small.toml", settings);
    let (exit, summary) = desk.summary("together.zip --config small.toml");
    let codes: Vec<&str> =
        summary["inputs"].as_array().unwrap().iter().map(|i| i["code"].as_str().unwrap_or("")).collect();
    assert_eq!((exit, codes.len()), (Some(2), 40), "every member is accounted for: {codes:?}");
    let first = codes.iter().position(|code| *code == "X12-F020").unwrap();
    assert!((1..15).contains(&first) && codes[first..].iter().all(|c| *c == "X12-F020"), "{codes:?}");
    let (exit, summary) = desk.summary("together.zip --select MOD001");
    assert_eq!((exit, evaluated(&summary)), (Some(0), 40), "the usual limits let it through");
    let ran = Desk::new()
        .with("a", "ISA")
        .with("zero.toml", "[limits]\nunpack_bytes = 0\n")
        .run("scan a --config zero.toml");
    assert!(ran.code == Some(2) && ran.err.contains("zero.toml:2"), "{}", ran.err);
}

#[test]
#[cfg(unix)]
fn directories_account_for_every_entry() {
    use std::os::unix::fs::symlink;
    let desk = Desk::new()
        .with("in/b.837", batch("B", 1))
        .with("in/a.837", batch("A", 1))
        .with("in/sub/c.837", batch("C", 1))
        .with("in/.hidden", "x")
        .with("in/u.filepart", "x")
        .with("in/u.crdownload", "x")
        .with("in/.x.swp", "x")
        .with("in/done.837", batch("D", 1))
        .with("in/done.837.ok", "")
        .with("outside/secret", batch("S", 1))
        .with("outside/linked.837", batch("L", 1));
    let at = |name: &str| desk.path().join(name);
    symlink(at("outside/secret"), at("in/link.837")).unwrap();
    symlink(at("nowhere"), at("in/broken.837")).unwrap();
    symlink("loop.837", at("in/loop.837")).unwrap();
    symlink(at("in"), at("in/sub/up")).unwrap();
    fs::hard_link(at("in/a.837"), at("in/same.837")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(at("in/socket")).unwrap();
    let fifo = std::process::Command::new("mkfifo").arg(at("in/fifo")).status().unwrap();
    assert!(fifo.success());
    let (exit, summary) = desk.summary("in --recursive");
    assert_eq!(exit, Some(2));
    let told: Vec<(&str, &str, &str)> = summary["inputs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| {
            (i["file"].as_str().unwrap(), i["status"].as_str().unwrap(), i["code"].as_str().unwrap_or(""))
        })
        .collect();
    assert_eq!(
        told,
        [
            ("in/a.837", "read", ""),
            ("in/b.837", "read", ""),
            ("in/done.837", "read", ""),
            ("in/sub/c.837", "read", ""),
            ("in/.hidden", "skipped", ""),
            ("in/.x.swp", "skipped", ""),
            ("in/done.837.ok", "skipped", ""),
            ("in/link.837", "skipped", ""),
            ("in/same.837", "skipped", ""),
            ("in/u.crdownload", "skipped", ""),
            ("in/u.filepart", "skipped", ""),
            ("in/sub/up", "skipped", ""),
            ("in/broken.837", "unreadable", "X12-F003"),
            ("in/fifo", "unreadable", "X12-F004"),
            ("in/loop.837", "unreadable", "X12-F003"),
            ("in/socket", "unreadable", "X12-F004"),
        ]
    );
    assert_eq!(summary["files"]["listed"], told.len());
    // T13: nothing of what a link in a directory leads to is read.
    let found = desk.run("scan in --recursive --format csv").out;
    assert!(found.contains(",A1,") && !found.contains(",S1,"), "{found}");
    for (code, count) in [("X12-F003", 2), ("X12-F004", 2)] {
        assert_eq!(summary["findings"]["by_rule"][code], count, "{code}");
    }
    // A link that is named is followed, and that is said.
    let (exit, summary) = desk.summary("in/link.837");
    assert_eq!((exit, evaluated(&summary)), (Some(0), 1));
    assert!(of(&summary, "in/link.837")["link"].as_str().unwrap().ends_with("outside/secret"));
    for (name, code) in [
        ("in/broken.837", "X12-F003"),
        ("in/loop.837", "X12-F003"),
        ("in/fifo", "X12-F004"),
        ("/dev/zero", "X12-F004"),
        ("gone.837", "X12-F006"),
        (&"n".repeat(300), "X12-F011"),
    ] {
        let (exit, summary) = desk.summary(&format!("{name} in/a.837"));
        assert_eq!((exit, of(&summary, name)["code"].as_str()), (Some(2), Some(code)), "{name}");
        assert_eq!((evaluated(&summary), &summary["findings"]["by_rule"][code]), (1, &1.into()), "{name}");
    }
}

#[test]
fn two_files_of_the_same_bytes_are_read_once() {
    let desk = Desk::new()
        .with("in/a.837", batch("A", 1))
        .with("in/b.837", batch("A", 1))
        .with("in/c.837", batch("C", 1))
        .with("in/e1", "")
        .with("in/e2", "");
    let (exit, summary) = desk.summary("in/a.837 in/b.837 in/c.837");
    let second = of(&summary, "in/b.837");
    assert_eq!((exit, evaluated(&summary)), (Some(0), 2));
    assert_eq!((second["status"].as_str(), second["code"].as_str()), (Some("skipped"), Some("X12-W010")));
    assert!(second["reason"].as_str().unwrap().ends_with("it is in/a.837"), "{second}");
    assert_eq!(second["sha256"], of(&summary, "in/a.837")["sha256"]);
    assert_eq!(summary["findings"]["by_rule"]["X12-W010"], 1);
    let named = "in/b.837 in/a.837 in/c.837";
    for (how, exit, claims, found) in [("skip", 0, 2, 1), ("fail", 2, 2, 1), ("read", 0, 3, 0)] {
        let (code, summary) = desk.summary(&format!("{named} --on-duplicate-file {how}"));
        let count = summary["findings"]["by_rule"]["X12-W010"].as_u64().unwrap_or(0);
        assert_eq!((code, evaluated(&summary), count), (Some(exit), claims, found), "{how}");
    }
    let ran = desk.run(&format!("scan {named} --on-duplicate-file fail --format none"));
    assert_eq!(ran.err, "claimlint: in/a.837: same content as another file, read once; it is in/b.837\n");
    // Two empty files are two faults, not one.
    let (_, summary) = desk.summary("in/e1 in/e2");
    assert_eq!(summary["findings"]["by_rule"]["X12-F001"], 2);
}

#[test]
fn files_that_may_still_be_written_are_left_to_the_next_run() {
    let whole = batch("A", 1);
    let unended = cut(whole.as_bytes(), 30);
    let now = std::time::SystemTime::now();
    for (file, bytes, age, sentinel, read) in [
        ("a.837", whole.as_bytes(), 5, None, false),
        ("a.837", whole.as_bytes(), 5, Some("a.837.done"), true),
        ("a.837", whole.as_bytes(), 5, Some("a.837.ok"), true),
        ("a.837", whole.as_bytes(), 5, Some("a.ok"), false),
        ("a.837", whole.as_bytes(), 300, None, true),
        ("a.837", &unended, 300, None, false),
        ("a.837", &unended, 300, Some("a.837.done"), true),
        ("a.837", &unended, 700, None, true),
        ("a.gz", &gz(whole.as_bytes()), 300, None, true),
        ("a.gz", &gz(whole.as_bytes()), 30, None, false),
        ("a.837", b"", 5, None, false),
    ] {
        let desk = Desk::new().with(&format!("in/{file}"), bytes);
        let desk = match sentinel {
            Some(name) => desk.with(&format!("in/{name}"), ""),
            None => desk,
        };
        let path = desk.path().join("in").join(file);
        let made = now - std::time::Duration::from_secs(age);
        fs::File::options().write(true).open(&path).unwrap().set_modified(made).unwrap();
        let (_, summary) = desk.summary("in --settle 1m");
        let status = of(&summary, &format!("in/{file}"))["status"].as_str().unwrap().to_owned();
        assert_eq!(status != "skipped", read, "{file}, {age} s, {sentinel:?}: {status}");
        // Without --settle, and if it is named, it is read.
        for line in ["in".to_owned(), format!("in/{file} --settle 1m")] {
            let (_, summary) = desk.summary(&line);
            assert_ne!(of(&summary, &format!("in/{file}"))["status"], "skipped", "{line}");
        }
    }
    // A folder of files that are all too young is no fault.
    let desk = Desk::new().with("in/a.837", &whole);
    let (exit, summary) = desk.summary("in --settle 1h");
    assert_eq!((exit, summary["files"]["skipped"].as_u64()), (Some(0), Some(1)));
    assert!(desk.run("scan in --settle 30").code == Some(2), "a duration has a unit");
}

#[test]
fn one_claim_is_shown_from_archives_and_encodings() {
    let two = batch("A", 2);
    let one = Zip::default().with(b"in/a.837", two.as_bytes(), Packed::Deflated).done();
    let several = Zip::default()
        .with(b"x.837", batch("X", 1).as_bytes(), Packed::Deflated)
        .with(b"odd!\x1b.837", two.as_bytes(), Packed::Deflated)
        .done();
    let desk = Desk::new()
        .with("a.gz", gz(two.as_bytes()))
        .with("a.le", utf16(&two, true, true))
        .with("a.cp", ebcdic(&two))
        .with("one.zip", one)
        .with("several.zip", several)
        .with("odd!name", &two);
    for line in [
        "a.gz",
        "a.le",
        "a.cp --encoding cp037",
        "one.zip",
        "one.zip!in/a.837",
        "several.zip!odd!\u{1b}.837",
        "several.zip!odd!\\u{1b}.837",
        "odd!name",
    ] {
        let ran = desk.run(&format!("show {line} --claim A2"));
        assert!(ran.code == Some(0) && ran.out.contains("CLM*A2*140"), "{line}: {}{}", ran.out, ran.err);
        assert!(!ran.out.contains('\u{1b}') && !ran.err.contains('\u{1b}'), "{line}");
    }
    for (line, said) in [
        ("several.zip", "an archive of 2 files"),
        ("several.zip!none", "no such member"),
        ("a.gz!x", "no zip archive"),
        ("none.zip!x", "none.zip!x"),
    ] {
        let ran = desk.run(&format!("show {line} --claim A2"));
        assert!(ran.code == Some(2) && ran.err.contains(said), "{line}: {}", ran.err);
    }
    let (exit, summary) = desk.summary("one.zip!in/a.837");
    assert_eq!((exit, evaluated(&summary)), (Some(0), 2));
}

/// Something done to a file.
type Act = Arc<dyn Fn(&Path) + Send + Sync>;

/// How a file behaves that is opened through the hook.
#[derive(Clone, Default)]
struct Faults {
    /// Bytes given at a time.
    most: Option<usize>,
    /// Every other read is interrupted.
    interrupted: bool,
    /// The byte at which reading fails.
    fails_at: Option<u64>,
    /// Fails to open.
    refused: Option<io::ErrorKind>,
    /// Called once, when so many bytes have been read.
    meanwhile: Option<(u64, Act)>,
}

struct Hook(Faults);

struct Faulty {
    file: fs::File,
    path: PathBuf,
    at: u64,
    read: u64,
    turn: bool,
    faults: Faults,
    called: Mutex<bool>,
}

impl Open for Hook {
    fn open(&self, path: &Path) -> io::Result<Box<dyn Handle>> {
        if let Some(kind) = self.0.refused {
            return Err(kind.into());
        }
        let file = fs::File::open(path)?;
        // Other files are there to show that they are left alone.
        let is_struck = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('a'));
        let faults = if is_struck { self.0.clone() } else { Faults::default() };
        let path = path.to_owned();
        Ok(Box::new(Faulty { file, path, at: 0, read: 0, turn: false, faults, called: Mutex::new(false) }))
    }
}

impl Read for Faulty {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.turn = !self.turn;
        if self.faults.interrupted && self.turn {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let mut most = buffer.len().min(self.faults.most.unwrap_or(usize::MAX));
        if let Some(fails) = self.faults.fails_at {
            most = most.min((fails - self.at.min(fails)) as usize);
            if most == 0 && !buffer.is_empty() {
                return Err(io::Error::from_raw_os_error(5));
            }
        }
        let n = self.file.read(&mut buffer[..most])?;
        (self.at, self.read) = (self.at + n as u64, self.read + n as u64);
        if let Some((after, act)) = &self.faults.meanwhile
            && self.read >= *after
            && !std::mem::replace(&mut *self.called.lock().unwrap(), true)
        {
            act(&self.path);
        }
        Ok(n)
    }
}

impl Seek for Faulty {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = self.file.seek(to)?;
        Ok(self.at)
    }
}

impl Handle for Faulty {
    fn stat(&self) -> io::Result<Stat> {
        self.file.stat()
    }
}

/// Scans files through the hook. Claims evaluated, and the results.
fn through(faults: Faults, threads: usize, inputs: &[Input]) -> (u64, Results) {
    let reading = Reading { open: Arc::new(Hook(faults)), ..Reading::default() };
    let setup = Setup { reading, threads, ..Setup::new() };
    let results = scan(&setup, inputs, &|_| {}).unwrap();
    assert_eq!(results.imbalances, Vec::<String>::new());
    (results.totals.stats.evaluated, results)
}

fn code_of(status: &Status) -> Option<FaultCode> {
    match status {
        Status::Whole => None,
        Status::Partial(why) | Status::Unreadable(why) | Status::Failed(why) => Some(why.code),
    }
}

/// File, byte and rule of everything found.
fn findings(results: &Results) -> Vec<(String, u64, u16)> {
    let mut found = Vec::new();
    let each = results.each(|item| {
        for finding in item.findings {
            found.push((item.file.name.clone(), finding.position.byte, finding.rule.0));
        }
        Ok::<(), io::Error>(())
    });
    each.unwrap();
    found
}

#[test]
fn short_and_interrupted_reads_change_nothing() {
    let two = batch("A", 2);
    let zip = Zip::default().with(b"a", two.as_bytes(), Packed::Deflated).with(
        b"b",
        two.as_bytes(),
        Packed::Stored,
    );
    let desk = Desk::new()
        .with("a", &two)
        .with("a.gz", gz(two.as_bytes()))
        .with("a.zip", zip.done())
        .with("a.le", utf16(&two, true, true));
    for name in ["a", "a.gz", "a.zip", "a.le"] {
        let input = [Input::Path(desk.path().join(name))];
        let (claims, results) = through(Faults::default(), 1, &input);
        let want = findings(&results);
        assert!(claims >= 2 && !want.is_empty(), "{name}");
        for (most, interrupted) in [(1, false), (7, true), (1000, true)] {
            let (_, results) =
                through(Faults { most: Some(most), interrupted, ..Faults::default() }, 1, &input);
            assert_eq!(findings(&results), want, "{name}: {most} bytes at a time");
            assert!(results.files.iter().all(|f| f.status == Status::Whole), "{name}");
        }
    }
}

/// A8: an error at any byte. What stands before it is kept, the rest is said, and the account balances.
#[test]
fn an_error_at_any_byte_keeps_what_stands_before() {
    let two = batch("A", 2);
    let desk = Desk::new().with("a.837", &two).with("a.gz", gz(two.as_bytes())).with("b.837", batch("B", 1));
    let other = Input::Path(desk.path().join("b.837"));
    let (_, ends): (Vec<_>, Vec<u64>) =
        two.match_indices("DTP*472*D8*20260302~").map(|(at, _)| ((), at as u64 + 20)).unzip();
    for at in (0..two.len() as u64).step_by(3) {
        let faults = Faults { fails_at: Some(at), ..Faults::default() };
        let (claims, results) = through(faults, 1, &[Input::Path(desk.path().join("a.837"))]);
        let file = &results.files[0];
        assert_eq!(code_of(&file.status), Some(FaultCode::ReadError), "byte {at}: {file:?}");
        let (Status::Partial(why) | Status::Unreadable(why)) = &file.status else { continue };
        assert!(why.message.contains(&format!("bytes {at}..{}", two.len())), "{why}");
        assert_eq!((why.byte, file.bytes), (at, at), "{file:?}");
        // A claim counts as whole once the next segment has begun.
        let before = ends.iter().filter(|end| **end + 3 < at).count() as u64;
        assert!(claims >= before && claims <= 2, "byte {at}: {claims} of {before}");
        let last = findings(&results).pop().unwrap();
        assert_eq!(last.1, at, "the finding stands where reading stopped");
    }
    let packed = fs::metadata(desk.path().join("a.gz")).unwrap().len();
    for at in (0..packed).step_by(5) {
        let faults = Faults { fails_at: Some(at), ..Faults::default() };
        let (_, results) = through(faults, 1, &[Input::Path(desk.path().join("a.gz")), other.clone()]);
        let file = &results.files[0];
        assert_eq!(code_of(&file.status), Some(FaultCode::ReadError), "byte {at}: {file:?}");
        assert_eq!(code_of(&results.files[1].status), None, "the other file is read");
    }
    let zip = Zip::default().with(b"1", two.as_bytes(), Packed::Deflated).with(
        b"2",
        two.as_bytes(),
        Packed::Stored,
    );
    let desk = desk.with("a.zip", zip.done());
    let packed = fs::metadata(desk.path().join("a.zip")).unwrap().len();
    for at in (0..packed).step_by(7) {
        let faults = Faults { fails_at: Some(at), ..Faults::default() };
        let (_, results) = through(faults, 1, &[Input::Path(desk.path().join("a.zip")), other.clone()]);
        let (last, members) = results.files.split_last().unwrap();
        assert_eq!(code_of(&last.status), None, "byte {at}: the other file is read");
        let codes: Vec<_> = members.iter().filter_map(|f| code_of(&f.status)).collect();
        assert!(
            !codes.is_empty() && codes.iter().all(|c| *c == FaultCode::ReadError),
            "byte {at}: {members:?}"
        );
    }
}

#[test]
fn a_file_that_may_not_be_opened_or_is_gone_stops_no_other() {
    let desk = Desk::new().with("a.837", batch("A", 1)).with("b.837", batch("B", 1));
    let paths = [desk.path().join("a.837"), desk.path().join("b.837")];
    let listing = Lister::new(Recursive::No, None).list(&paths);
    for (kind, code) in [
        (io::ErrorKind::PermissionDenied, FaultCode::PermissionDenied),
        (io::ErrorKind::NotFound, FaultCode::FileVanished),
        (io::ErrorKind::Other, FaultCode::ReadError),
    ] {
        let (_, results) = through(Faults { refused: Some(kind), ..Faults::default() }, 1, &listing.inputs);
        let codes: Vec<_> = results.files.iter().map(|f| code_of(&f.status)).collect();
        assert_eq!(codes, [Some(code), Some(code)]);
        assert_eq!(findings(&results).len(), 2);
    }
    fs::remove_file(&paths[0]).unwrap();
    let (claims, results) = through(Faults::default(), 2, &listing.inputs);
    let codes: Vec<_> = results.files.iter().map(|f| code_of(&f.status)).collect();
    assert_eq!((claims, codes), (1, vec![Some(FaultCode::FileVanished), None]));
}

/// T13: what was a file when the directory was listed and is a link when it is opened is not followed.
#[test]
#[cfg(unix)]
fn a_link_put_in_the_place_of_a_listed_file_is_not_followed() {
    let desk = Desk::new().with("in/a.837", batch("A", 1)).with("secret", batch("S", 1));
    let listing = Lister::new(Recursive::No, None).list(&[desk.path().join("in")]);
    let path = desk.path().join("in/a.837");
    fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink(desk.path().join("secret"), &path).unwrap();
    let (claims, results) = through(Faults::default(), 1, &listing.inputs);
    assert_eq!((claims, code_of(&results.files[0].status)), (0, Some(FaultCode::NotAFile)));
}

/// A7: nothing of a file that changes is released, whatever the other files say of the same patients.
#[test]
fn the_results_of_a_file_that_changes_are_withheld() {
    let grows: Act = Arc::new(|path| {
        fs::File::options().append(true).open(path).unwrap().write_all(b"~").unwrap();
    });
    let shrinks: Act =
        Arc::new(|path| fs::File::options().write(true).open(path).unwrap().set_len(5000).unwrap());
    let rewritten: Act = Arc::new(|path| {
        let mut file = fs::File::options().write(true).open(path).unwrap();
        file.write_all(b"I").unwrap();
        file.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    });
    let replaced: Act = Arc::new(|path| {
        let beside = path.with_extension("new");
        fs::copy(path, &beside).unwrap();
        fs::rename(beside, path).unwrap();
    });
    let moved: Act = Arc::new(|path| fs::rename(path, path.with_extension("moved")).unwrap());
    for (what, act) in [
        ("grows", grows),
        ("shrinks", shrinks),
        ("rewritten", rewritten),
        ("replaced", replaced),
        ("moved", moved),
    ] {
        for threads in [1, 2] {
            // Both files have claims of one patient and day, so that the second would be compared with the first.
            let large = batch("A", 12_000);
            let desk = Desk::new().with("a.837", &large).with("b.837", batch("A", 1));
            let second = Input::Path(desk.path().join("b.837"));
            let alone = findings(&through(Faults::default(), 1, std::slice::from_ref(&second)).1);
            let faults = Faults { meanwhile: Some((1000, act.clone())), ..Faults::default() };
            let (claims, results) =
                through(faults, threads, &[Input::Path(desk.path().join("a.837")), second]);
            assert_eq!(
                (claims, code_of(&results.files[0].status)),
                (1, Some(FaultCode::ChangedWhileRead)),
                "{what}"
            );
            let seen = results.totals.counts.claims_seen;
            let withheld: u64 = results.totals.counts.claims_not_evaluated.iter().sum();
            assert_eq!((seen, withheld), (claims + withheld, seen - 1), "{what}");
            assert!(withheld > 20, "{what}: {withheld}");
            let found = findings(&results);
            let (first, rest) = found.split_first().unwrap();
            assert!(first.0.ends_with("a.837"), "{what}: the file itself is said");
            assert_eq!(rest, alone, "{what}: and nothing of its claims, nor against them");
        }
    }
    // Nobody touches it: nothing is withheld.
    let desk = Desk::new().with("a.837", batch("A", 3));
    let nothing: Act = Arc::new(|_| {});
    let faults = Faults { meanwhile: Some((10, nothing)), ..Faults::default() };
    let (claims, results) = through(faults, 1, &[Input::Path(desk.path().join("a.837"))]);
    assert_eq!((claims, &results.files[0].status), (3, &Status::Whole));
}

/// Inputs are read and nothing else.
#[test]
fn no_input_is_touched() {
    let two = batch("A", 2);
    let zip = Zip::default().with(b"a", two.as_bytes(), Packed::Deflated).done();
    let desk = Desk::new()
        .with("in/a.837", &two)
        .with("in/a.gz", gz(two.as_bytes()))
        .with("in/a.zip", zip)
        .with("in/b.part", "x")
        .with("in/c.837", "");
    let state = || -> Vec<(PathBuf, Vec<u8>, std::time::SystemTime)> {
        let mut all: Vec<_> = fs::read_dir(desk.path().join("in"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| {
                let modified = fs::metadata(&path).unwrap().modified().unwrap();
                (path.clone(), fs::read(path).unwrap(), modified)
            })
            .collect();
        all.sort();
        all
    };
    let before = state();
    desk.run("scan in --out report --settle 1s");
    desk.run("show in/a.gz --claim A1");
    assert_eq!(state(), before);
}

/// Earlier files may be archives too; nothing of them is reported, and what cannot be read is still said.
#[test]
fn earlier_files_are_opened_like_others_and_only_compared() {
    let earlier = Zip::default()
        .with(b"old.837", batch("A", 1).as_bytes(), Packed::Deflated)
        .with(b"list.csv", b"a,b", Packed::Stored)
        .with(b"empty.837", b"", Packed::Stored)
        .done();
    let desk = Desk::new().with("new.837", batch("N", 1)).with("past/old.zip", earlier);
    let plain = Desk::new().with("new.837", batch("N", 1)).with("past/old.837", batch("A", 1));
    let (_, want) = plain.summary("new.837 --history past");
    let (exit, summary) = desk.summary("new.837 --history past");
    assert_eq!(exit, Some(2), "an earlier file that cannot be read is a problem");
    assert_eq!(summary["findings"], want["findings"]);
    assert_eq!(of(&summary, "past/old.zip!old.837")["status"], "history");
    assert_eq!(of(&summary, "past/old.zip!empty.837")["code"], "X12-F001");
    assert_eq!(summary["files"]["listed"], 1, "{}", summary["files"]);
    // The file of the run is not its own past.
    let (_, alone) = plain.summary("new.837");
    let (_, both) = plain.summary("new.837 --history new.837");
    assert_eq!(both["findings"], alone["findings"]);
}
