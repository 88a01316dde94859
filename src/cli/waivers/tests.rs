//! What files of waivers are refused for, and what they come to.

use proptest::prelude::*;

use super::*;

const RIGHT: &str = r#"[[waiver]]
id = "w1"
rule = "MOD001"
scope = { payer = "60054" }
reason = "contract"
approver = "compliance"
created = "2026-01-01"
expires = "2026-03-31"
"#;

fn read(text: &str) -> Result<WaiverFile> {
    parse(Path::new("w.toml"), text.to_owned(), Ids::Shown)
}

/// A file that is right but for one line, and what is said of it.
#[test]
fn what_is_wrong_is_said_with_its_line() {
    let with = |line: &str, other: &str| RIGHT.replace(line, other);
    for (text, said) in [
        (with("rule = \"MOD001\"\n", ""), "missing field `rule`"),
        (with("scope = { payer = \"60054\" }\n", ""), "missing field `scope`"),
        (with("reason = \"contract\"\n", ""), "missing field `reason`"),
        (with("approver = \"compliance\"\n", ""), "missing field `approver`"),
        (with("created = \"2026-01-01\"\n", ""), "missing field `created`"),
        (with("expires = \"2026-03-31\"\n", ""), "missing field `expires`"),
        (with("[[waiver]]", "[[waivers]]"), "w.toml:1: unknown field `waivers`"),
        (with("approver =", "aprover ="), "w.toml:6: unknown field `aprover`"),
        (with("payer =", "payor ="), "w.toml:4: unknown field `payor`"),
        (with("MOD001", "MOD999"), "w.toml:3: there is no rule or family \"MOD999\""),
        (with("MOD001", "X12-F001"), "w.toml:3: X12-F001 says that something was not evaluated"),
        (with("{ payer = \"60054\" }", "{}"), "w.toml:4: a scope names at least one of"),
        (with("{ payer = \"60054\" }", "\"everything\""), "w.toml:4: a scope names at least one of"),
        (with("{ payer = \"60054\" }", "7"), "w.toml:4: invalid type"),
        (with("{ payer = \"60054\" }", "{ payer = \" \" }"), "w.toml:4: empty"),
        (with("payer = \"60054\"", "provider = \"1234567890\""), "w.toml:4: no NPI"),
        (with("payer = \"60054\"", "procedure = \"97110:GP\""), "w.toml:4: no procedure code"),
        (with("\"contract\"", "\" \""), "w.toml:5: the reason is empty"),
        (with("\"compliance\"", "\"\""), "w.toml:6: the approver is empty"),
        (with("\"w1\"", "\"=cmd()\""), "w.toml:2: an id is 1 to 64"),
        (with("\"w1\"", "\"-1\""), "w.toml:2: an id is 1 to 64"),
        (with("\"w1\"", "\"\""), "w.toml:2: an id is 1 to 64"),
        (with("\"w1\"", &format!("\"{}\"", "x".repeat(65))), "w.toml:2: an id is 1 to 64"),
        (format!("{RIGHT}\n{RIGHT}"), "w.toml:11: the id \"w1\" is used twice"),
        (with("\"2026-03-31\"", "2026-13-31"), "w.toml:8: "),
        (format!("{RIGHT}\nowner = 1"), "w.toml:10: unknown field `owner`"),
        ("waiver = 1".to_owned(), "w.toml:1: invalid type"),
        ("\u{1b}[2J".to_owned(), "w.toml:1: "),
    ] {
        let error = read(&text).err().map(|e| e.to_string()).unwrap_or_default();
        assert!(error.contains(said) && error.starts_with("w.toml:"), "{error:?} for {said:?}");
    }
    for right in [
        RIGHT.to_owned(),
        String::new(),
        with("id = \"w1\"\n", ""),
        with("MOD001", "mod"),
        with("{ payer = \"60054\" }", "\"all\""),
        with("payer = \"60054\"", "provider = \"1000000012\", claim = \"A1\", procedure = \"97110\""),
        with("\"2026-03-31\"", "2026-03-31"),
    ] {
        assert!(read(&right).is_ok(), "{right}: {:?}", read(&right).err());
    }
}

#[test]
fn a_date_that_is_none_ends_its_waiver_and_is_said() {
    for (created, expires, last, said) in [
        ("\"2026-01-01\"", "\"2026-03-31\"", Some("2026-03-31"), None),
        ("2026-01-01", "2026-01-01", Some("2026-01-01"), None),
        ("\"2026-01-01\"", "\"2027-01-02\"", Some("2027-01-02"), None),
        ("\"2026-01-01\"", "\"2027-01-03\"", Some("2027-01-02"), Some("more than 366 days")),
        ("\"2026-01-01\"", "\"2999-12-31\"", Some("2027-01-02"), Some("it holds through 2027-01-02")),
        ("\"2026-01-01\"", "\"9999-12-31\"", None, Some("expires is not a day")),
        ("\"2026-01-02\"", "\"2026-01-01\"", None, Some("before created")),
        ("\"2026-01-01\"", "\"2026-02-30\"", None, Some("expires is not a day")),
        ("\"2026-01-01\"", "\"never\"", None, Some("expires is not a day")),
        ("\"2026-01-01\"", "\"\"", None, Some("expires is not a day")),
        ("\"2026-01-01\"", "2026-03-31T10:00:00", None, Some("expires is not a day")),
        ("\"2026-01-01\"", "20260331", None, Some("expires is not a day")),
        ("\"01/01/2026\"", "\"2026-03-31\"", None, Some("created is not a day")),
        ("[]", "\"2026-03-31\"", None, Some("created is not a day")),
    ] {
        let text = RIGHT.replace("\"2026-01-01\"", created).replace("\"2026-03-31\"", expires);
        let file = read(&text).unwrap();
        let told = &file.told[0];
        assert_eq!(told.last, last.and_then(Date::parse_iso), "{created} {expires}");
        assert_eq!(told.fault.is_some(), said.is_some(), "{created} {expires}: {:?}", told.fault);
        assert!(said.is_none_or(|said| told.fault.as_ref().unwrap().contains(said)), "{:?}", told.fault);
        let total = file.total(&Uses::default(), None);
        let status = if last.is_none() { WaiverStatus::Malformed } else { WaiverStatus::Unused };
        assert_eq!(total.list[0].status, status);
    }
}

#[test]
fn an_id_is_printed_only_where_it_may_be() {
    let two = format!("{RIGHT}{}", RIGHT.replace("id = \"w1\"\n", ""));
    let names = |ids| -> Vec<String> {
        parse(Path::new("w.toml"), two.clone(), ids).unwrap().told.into_iter().map(|t| t.name).collect()
    };
    assert_eq!(names(Ids::Shown), ["w1", "#2"]);
    assert_eq!(names(Ids::Hidden), ["#1", "#2"]);
}

#[test]
fn a_file_that_is_none_is_refused() {
    let desk = tempfile::tempdir().unwrap();
    let path = desk.path().join("w.toml");
    for (bytes, said) in [
        (vec![b'#'; (1 << 20) + 1], "larger than 1 MiB"),
        (b"# \xff".to_vec(), "not UTF-8"),
        (b"[[waiver]]".to_vec(), "missing field"),
    ] {
        std::fs::write(&path, &bytes).unwrap();
        let error = super::read(&path, Ids::Shown).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
    assert!(super::read(&desk.path().join("none"), Ids::Shown).is_err());
}

proptest! {
    #[test]
    fn no_text_is_too_strange(cuts in prop::collection::vec((0usize..200, "\\PC{0,8}"), 0..4)) {
        let mut text = RIGHT.to_owned();
        for (at, piece) in cuts {
            let at = at.min(text.len());
            if text.is_char_boundary(at) {
                text.insert_str(at, &piece);
            }
        }
        match read(&text) {
            Ok(file) => prop_assert!(file.told.iter().all(|t| t.name.bytes().all(|b| b.is_ascii_graphic()))),
            Err(error) => prop_assert!(error.to_string().starts_with("w.toml:")),
        }
    }
}
