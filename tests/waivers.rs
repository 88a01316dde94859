//! Waivers and baselines as a user meets them: what counts, what is said, what stands in the files.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at what it did not expect")]

#[path = "support/desk.rs"]
mod desk;
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use desk::{Desk, FAULTY, batch, many};
use serde_json::Value;
use support::Ran;

/// A waiver of MOD001 that holds to the day on which [`batch`] says it was made.
const WAIVER: &str = "[[waiver]]\nid = \"w1\"\nrule = \"MOD001\"\nscope = { payer = \"EXMB1\" }\nreason = \"contract of the \
    site\"\napprover = \"compliance\"\ncreated = \"2026-01-01\"\nexpires = \"2026-04-06\"\n";

fn waiver(with: &[(&str, &str)]) -> String {
    with.iter().fold(WAIVER.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "{old}");
        text.replace(old, new)
    })
}

fn desk(waivers: &str) -> Desk {
    Desk::new().with("in/a.837", batch(FAULTY)).with("claimlint.waivers.toml", waivers)
}

fn scan(desk: &Desk, flags: &str) -> (Ran, Value) {
    let ran = desk.run(&format!("scan in --format none --out out {flags}"));
    (ran, summary(desk, "out"))
}

fn summary(desk: &Desk, out: &str) -> Value {
    json(&desk.path().join(out).join("summary.json"))
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// All findings of a set, each as in `findings.jsonl`.
fn findings(desk: &Desk, out: &str) -> Vec<Value> {
    let text = fs::read_to_string(desk.path().join(out).join("findings.jsonl")).unwrap();
    let mut all = Vec::new();
    for line in text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        match line["kind"].as_str().unwrap() {
            "claim" => all.extend(line["findings"].as_array().unwrap().iter().cloned()),
            _ => all.push(line),
        }
    }
    all
}

fn prints(desk: &Desk, out: &str) -> Vec<String> {
    findings(desk, out).iter().map(|f| f["fingerprint"].as_str().unwrap().to_owned()).collect()
}

fn equation<'v>(summary: &'v Value, name: &str) -> &'v Value {
    let all = summary["accounting"]["equations"].as_array().unwrap();
    all.iter().find(|equation| equation["name"] == name).unwrap()
}

#[test]
fn a_waived_finding_stays_in_the_files_and_counts_nowhere() {
    let plain = Desk::new().with("in/a.837", batch(FAULTY));
    let (_, without) = scan(&plain, "");
    let desk = desk(WAIVER);
    let (ran, with) = scan(&desk, "--fail-on critical");
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "the one critical finding is waived");
    assert_eq!(plain.run("scan in --format none --fail-on critical").code, Some(1));

    let waived: Vec<_> = findings(&desk, "out").into_iter().filter(|f| !f["waiver"].is_null()).collect();
    assert_eq!(waived.len(), 1);
    assert_eq!((waived[0]["rule"].as_str(), waived[0]["waiver"].as_str()), (Some("MOD001"), Some("w1")));
    assert_eq!(findings(&desk, "out").len(), findings(&plain, "out").len());
    let table = fs::read_to_string(desk.path().join("out/findings.csv")).unwrap();
    assert!(table.lines().next().unwrap().ends_with(",fingerprint,waiver"));
    assert!(table.lines().any(|row| row.contains(",MOD001,") && row.ends_with(",w1")), "{table}");

    assert_eq!(with["findings"]["by_rule"]["MOD001"], Value::Null);
    assert_eq!(with["waivers"]["findings"], 1);
    assert_eq!(with["waivers"]["amount_cents"], 14000);
    assert_eq!(with["waivers"]["waivers"][0]["status"], "used");
    let total = |summary: &Value| summary["findings"]["total"].as_u64().unwrap();
    assert_eq!(total(&with) + 1, total(&without));
    assert_eq!(with["money"]["amount_at_risk_cents"], 0, "it was the only money at risk");
    let claims = &with["claims"];
    let worst: u64 = claims["by_worst"].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum();
    let n = |name: &str| claims[name].as_u64().unwrap_or(0);
    assert_eq!(n("clean") + n("set_aside") + worst, n("evaluated"));

    // What was found and is waived is suppressed, and the account says how many.
    let (before, after) = (equation(&without, "rules"), equation(&with, "rules"));
    let part = |e: &Value, name: &str| e["parts"][name].as_u64().unwrap();
    assert_eq!(part(after, "suppressed"), 1);
    assert_eq!(part(after, "found") + 1, part(before, "found"));
    assert_eq!((&after["total"], &after["holds"]), (&before["total"], &Value::Bool(true)));

    let sha256 = json(&desk.path().join("out/manifest.json"))["options"]["waivers_sha256"].clone();
    assert_eq!(sha256, with["waivers"]["sha256"]);
    assert_eq!(desk.run("verify out").code, Some(0));
    let shown = desk.run("show in/a.837 --claim FAULTY").out;
    assert!(shown.contains("critical MOD001 (waived): 97161 carries none"), "{shown}");
    let page = desk.run("scan in --color never").out;
    assert!(page.contains("waived, and not counted here: 1 finding, $140.00"), "{page}");
    assert!(!page.contains("carries none of GP"), "{page}");
}

/// Which day counts: `--as-of`, else BHT04 of the transaction set (2026-04-06).
#[test]
fn a_waiver_ends_after_its_last_day() {
    for (expires, as_of, waived, status, said) in [
        ("2026-04-06", "", 1, "used", ""),
        ("2026-04-05", "", 0, "expired", "expired on 2026-04-05, so that 1 finding it fits counted"),
        ("2026-04-07", "", 1, "used", ""),
        ("2026-04-06", "2026-04-05", 1, "used", ""),
        ("2026-04-06", "2026-04-06", 1, "used", ""),
        ("2026-04-06", "2026-04-07", 0, "expired", "expired on 2026-04-06, so that 1 finding"),
        (
            "2026-02-30",
            "2026-01-01",
            0,
            "malformed",
            "expires is not a day as 2026-03-31, so it holds on none",
        ),
        ("soon", "", 0, "malformed", "expires is not a day"),
        ("2025-12-31", "", 0, "malformed", "is before created"),
    ] {
        let desk = desk(&waiver(&[("2026-04-06", expires)]));
        let flags = if as_of.is_empty() { String::new() } else { format!("--as-of {as_of}") };
        let (ran, summary) = scan(&desk, &format!("{flags} --fail-on critical"));
        assert_eq!(ran.code, Some(i32::from(waived == 0)), "{expires} {as_of}: {}", ran.err);
        let this = &summary["waivers"]["waivers"][0];
        assert_eq!(this["waived"], waived, "{expires} {as_of}");
        assert_eq!(this["status"], status, "{expires} {as_of}");
        assert!(
            ran.err.contains(said) && ran.err.is_empty() == said.is_empty(),
            "{expires} {as_of}: {}",
            ran.err
        );
        assert_eq!(this["remark"].is_string(), !said.is_empty());
        let logged = desk.run("scan in --format none --log json").err;
        assert!(said.is_empty() || !as_of.is_empty() || logged.contains("\"level\":\"warning\""), "{logged}");
    }
}

#[test]
fn what_a_scope_reaches() {
    let other = FAULTY.replace("FAULTY", "OTHER").replace("97161", "97162");
    for (scope, reached) in [
        ("{ payer = \"EXMB1\" }", &["FAULTY", "OTHER"][..]),
        ("{ payer = \"example\" }", &["FAULTY", "OTHER"]),
        ("{ payer = \"EXMB2\" }", &[]),
        ("{ claim = \"OTHER\" }", &["OTHER"]),
        ("{ claim = \"OTHER\", procedure = \"97161\" }", &[]),
        ("{ procedure = \"97162\" }", &["OTHER"]),
        ("{ provider = \"1000000012\" }", &["FAULTY", "OTHER"]),
        ("{ provider = \"1000000053\" }", &[]),
        ("\"all\"", &["FAULTY", "OTHER"]),
    ] {
        let desk = desk(&waiver(&[("{ payer = \"EXMB1\" }", scope)]))
            .with("in/a.837", batch(&[FAULTY, &other].concat()));
        let (ran, _) = scan(&desk, "");
        let waived =
            findings(&desk, "out").into_iter().filter(|f| f["waiver"] == "w1" && f["rule"] == "MOD001");
        let claims: Vec<_> = waived.map(|f| f["claim_id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(claims, reached, "{scope}");
        assert_eq!(
            ran.err.contains("unused: it waives no finding"),
            reached.is_empty(),
            "{scope}: {}",
            ran.err
        );
    }
}

#[test]
fn outside_claims_a_day_must_be_given_and_what_was_not_read_counts() {
    let family =
        waiver(&[("MOD001", "X12"), ("{ payer = \"EXMB1\" }", "\"all\""), ("2026-04-06", "2026-12-01")]);
    let broken = batch(FAULTY).replace("IEA*1*", "IEA*2*");
    let cut = broken[..broken.len() - 60].to_owned();
    let desk = desk(&family).with("in/a.837", broken).with("in/empty.837", "");
    let (ran, summary) = scan(&desk, "");
    assert_eq!(ran.code, Some(2), "a file was not read");
    assert!(ran.err.contains("which have no day (BHT04); give --as-of"), "{}", ran.err);
    assert_eq!(summary["waivers"]["waivers"][0]["status"], "undated");
    let (ran, summary) = scan(&desk, "--as-of 2026-04-06 --fail-on info");
    assert_eq!(ran.code, Some(2));
    assert_eq!(summary["waivers"]["waivers"][0]["status"], "used");
    let by_rule = &summary["findings"]["by_rule"];
    assert_eq!((&by_rule["X12-I012"], &by_rule["X12-F001"]), (&Value::Null, &Value::from(1)), "{by_rule}");
    let desk = desk.with("in/cut.837", cut);
    let (_, summary) = scan(&desk, "--as-of 2026-04-06");
    assert!(
        summary["findings"]["by_rule"].as_object().unwrap().keys().all(|rule| !rule.starts_with("X12-I01"))
    );
    let exact = desk.with("claimlint.waivers.toml", family.replace("\"X12\"", "\"X12-C001\""));
    let ran = exact.run("scan in --format none");
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.err.contains("claimlint.waivers.toml:3: X12-C001 says that something was not evaluated"),
        "{}",
        ran.err
    );
}

/// A day on two claims is checked again as one; what is waived there is told claim by claim, and the account holds.
#[test]
fn a_day_that_claims_share_is_waived_claim_by_claim() {
    let line = |n: u32| format!("LX*{n}~SV1*HC:97110:GP*50*UN*1***1~DTP*472*D8*20260302~");
    let claim = |id: &str| FAULTY[..FAULTY.find("LX").unwrap()].replace("FAULTY", id) + &line(1);
    let claims = format!("{}{}{}", claim("ONE"), claim("TWO"), claim("THREE"));
    let duplicates = waiver(&[("MOD001", "CLM010"), ("{ payer = \"EXMB1\" }", "{ claim = \"TWO\" }")]);
    for (threads, window) in [("1", "4096"), ("2", "700")] {
        let desk = desk(&duplicates).with("in/a.837", batch(&claims));
        let (ran, summary) = scan(&desk, &format!("-j {threads} --window {window}"));
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        let found: Vec<_> = findings(&desk, "out").into_iter().filter(|f| f["rule"] == "CLM010").collect();
        assert!(found.len() >= 2, "{found:?}");
        for finding in &found {
            assert_eq!(finding["waiver"] == "w1", finding["claim_id"] == "TWO", "{finding}");
        }
        assert_eq!(equation(&summary, "rules")["holds"], true);
        assert_eq!(summary["accounting"]["balanced"], true);
        let all = waiver(&[("MOD001", "CLM010"), ("2026-04-06", "2026-05-06")]);
        let desk = desk.with("claimlint.waivers.toml", all);
        let (_, summary) = scan(&desk, "");
        let rules = equation(&summary, "rules");
        assert!(rules["parts"]["suppressed"].as_u64().unwrap() > 0 && rules["holds"] == true, "{rules}");
    }
}

#[test]
fn a_file_of_waivers_is_found_named_and_kept_apart() {
    let desk = desk(WAIVER).with("other.toml", waiver(&[("w1", "w2")]));
    for (line, waiver) in [
        ("scan in --format json", "w1"),
        ("scan in --format json --waivers other.toml", "w2"),
        ("scan in --format json --waivers claimlint.waivers.toml", "w1"),
    ] {
        assert!(desk.run(line).out.contains(&format!("\"waiver\":\"{waiver}\"")), "{line}");
    }
    for (line, said) in [
        ("scan in --waivers none.toml", "cannot read none.toml"),
        ("scan in --waivers in", "in"),
        ("scan in --waivers out/w.toml --out out", "holds out/w.toml, which is read"),
    ] {
        let ran = desk.run(line);
        assert!(ran.code == Some(2) && ran.err.contains(said), "{line}: {}", ran.err);
    }
    let hostile =
        desk.with("bad.toml", WAIVER.replace("reason", "\"\u{9b}[2J\"").replace("compliance", "x\\u001b[2J"));
    let ran = hostile.run("scan in --waivers bad.toml");
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("bad.toml:5: ") && !ran.err.contains(['\u{1b}', '\u{9b}']), "{}", ran.err);
}

/// Ids of claims in waivers are those of the files; none of them gets out of a run that replaces them.
#[test]
fn ids_are_replaced_though_waivers_have_them() {
    let of_claim =
        waiver(&[("{ payer = \"EXMB1\" }", "{ claim = \"SECRET1\" }"), ("\"w1\"", "\"SECRET1-waiver\"")]);
    let desk = desk(&of_claim).with("in/a.837", batch(&many("SECRET", 3))).with("key", [7; 32]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(desk.path().join("key"), fs::Permissions::from_mode(0o600)).unwrap();
    }
    let (ran, summary) = scan(&desk, "--redact key");
    assert_eq!(summary["waivers"]["waivers"][0]["id"], "#1");
    assert_eq!(summary["waivers"]["findings"], 1);
    for (name, bytes) in desk.files("out") {
        assert!(!String::from_utf8(bytes).unwrap().contains("SECRET"), "{name}");
    }
    assert!(!ran.err.contains("SECRET"));
    let (_, shown) = scan(&desk, "");
    assert_eq!(shown["waivers"]["waivers"][0]["id"], "SECRET1-waiver");
}

#[test]
fn what_an_earlier_run_kept_follows_the_waivers() {
    let desk = desk(WAIVER);
    let run = || scan(&desk, "--state-dir state").1;
    let first = run();
    assert_eq!(run(), first);
    assert_eq!(first["waivers"]["findings"], 1);
    fs::write(desk.path().join("claimlint.waivers.toml"), waiver(&[("2026-04-06", "2026-04-05")])).unwrap();
    assert_eq!(run()["waivers"]["findings"], 0, "a waiver that was changed is not taken from the ledger");
    fs::write(desk.path().join("claimlint.waivers.toml"), WAIVER).unwrap();
    assert_eq!(run(), first);
}

/// The samples, one of them a second time, so that claims of one id and envelopes of one number stand twice.
fn samples(waivers: &str) -> Desk {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let read = |name: &str| fs::read(samples.join(name)).unwrap();
    Desk::new()
        .with("claimlint.waivers.toml", waivers)
        .with("in/p.edi", read("faulty_837p.edi"))
        .with("in/again.edi", [b"\n".as_slice(), &read("faulty_837p.edi")].concat())
        .with("in/i.edi", read("faulty_837i.edi"))
        .with("minutes.csv", read("minutes.csv"))
}

#[test]
fn a_run_finds_nothing_new_in_itself() {
    for waivers in ["", &waiver(&[("MOD001", "MOD"), ("\"EXMB1\"", "\"EXMA1\"")])] {
        let desk = samples(waivers);
        let line = "scan in --minutes minutes.csv --as-of 2026-04-06";
        let first = desk.run(&format!("{line} --format none --out a"));
        assert_eq!(first.code, Some(0), "{}", first.err);
        let all = prints(&desk, "a");
        assert_eq!(
            all.iter().collect::<BTreeSet<_>>().len(),
            all.len(),
            "no two findings have one fingerprint"
        );
        let baseline = "--baseline a/findings.jsonl --fail-on info";
        let again = desk.run(&format!("{line} --format none --out b {baseline}"));
        let (a, b) = (summary(&desk, "a"), summary(&desk, "b"));
        let total = &b["baseline"];
        assert_eq!((again.code, &b["findings"]["total"]), (Some(0), &Value::from(0)), "{}", again.err);
        assert_eq!((&total["known"], &total["gone"]), (&a["findings"]["total"], &Value::from(0)));
        let waived = findings(&desk, "b");
        assert!(waived.iter().all(|f| !f["waiver"].is_null()), "only what is waived is reported");
        assert_eq!(waived.len() as u64, a["waivers"]["findings"].as_u64().unwrap());
        assert_eq!(waived.is_empty(), waivers.is_empty());
        assert_eq!((&b["accounting"], &b["claims"]["clean"]), (&a["accounting"], &a["claims"]["clean"]));
        let used = json(&desk.path().join("b/manifest.json"))["options"]["baseline_sha256"].clone();
        assert_eq!(used, total["sha256"]);
        let page = desk.run(&format!("{line} {baseline}")).out;
        assert!(page.contains("known from the baseline, and not counted here:"), "{page}");
    }
}

/// With the same key a baseline is known, with another or none it is refused.
#[cfg(unix)]
#[test]
fn a_baseline_goes_with_its_key() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::new().with("in/a.837", batch(FAULTY)).with("key", [7; 32]).with("other", [8; 32]);
    for key in ["key", "other"] {
        fs::set_permissions(desk.path().join(key), fs::Permissions::from_mode(0o600)).unwrap();
    }
    for (with, flags) in [("keyed", "--redact key"), ("plain", "")] {
        assert_eq!(desk.run(&format!("scan in --format none --out {with} {flags}")).code, Some(0));
    }
    assert!(prints(&desk, "keyed").iter().all(|print| print.len() == 41 && print.as_bytes()[8] == b'-'));
    let ends = |set: &str| -> BTreeSet<String> {
        prints(&desk, set).iter().map(|print| print[print.len() - 32..].to_owned()).collect()
    };
    assert!(ends("keyed").is_disjoint(&ends("plain")), "without the key nobody can try ids out");
    for (baseline, flags, said) in [
        ("keyed", "--redact key", None),
        ("plain", "", None),
        ("keyed", "--redact other", Some("give both the same --redact KEYFILE")),
        ("keyed", "", Some("here with no key")),
        ("plain", "--redact key", Some("made with no key")),
    ] {
        let ran = desk.run(&format!(
            "scan in --format none --fail-on info --baseline {baseline}/findings.jsonl {flags}"
        ));
        assert_eq!(ran.code, Some(if said.is_some() { 2 } else { 0 }), "{baseline} {flags}: {}", ran.err);
        assert!(said.is_none_or(|said| ran.err.contains(said)), "{}", ran.err);
    }
    let both = desk.run("diff keyed plain");
    assert!(both.code == Some(2) && both.err.contains("none would be found again"), "{}", both.err);
}

/// A waived finding is not known: when its waiver ends it is back, baseline or not.
#[test]
fn what_was_waived_is_not_known() {
    let desk = desk(WAIVER);
    scan(&desk, "");
    fs::remove_file(desk.path().join("claimlint.waivers.toml")).unwrap();
    let ran = desk.run("scan in --out new --format none --baseline out/findings.jsonl --fail-on critical");
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert_eq!(
        findings(&desk, "new").iter().map(|f| f["rule"].as_str().unwrap()).collect::<Vec<_>>(),
        ["MOD001"]
    );
}

/// Where findings stand by then changes nothing of what they are known by.
#[test]
fn fingerprints_survive_what_shifts() {
    // On days of their own, for which of two claims bills a line twice hangs on their order.
    let claims = |ids: &[&str]| -> String {
        let claim = |id: &&str| {
            let day = u32::from(id.as_bytes()[0]) % 8 + 1;
            let line = format!("2026030{day}~REF*6R*L1~");
            FAULTY.replace("FAULTY", id).replace("20260302~", &line).replace("97161", "97110")
        };
        ids.iter().map(claim).collect()
    };
    let usual = batch(&claims(&["A", "B", "C"]));
    let of = |name: &str, bytes: &str| {
        let desk = Desk::new().with(name, bytes);
        let ran = desk.run("scan in --out out --format none");
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        prints(&desk, "out").into_iter().collect::<BTreeSet<_>>()
    };
    let known = of("in/a.837", &usual);
    assert!(known.len() >= 3);
    let hl = usual.replace("HL*1**20*1~", "HL*1**20*1~REF*EI*000000000~").replace("HL*2*1*22", "HL*7*1*22");
    for (name, file, bytes, same) in [
        ("line breaks", "in/a.837", usual.replace('~', "~\r\n"), false),
        ("another file", "in/deep.x12", usual.clone(), true),
        ("claims in another order", "in/a.837", batch(&claims(&["C", "A", "B"])), true),
        ("a claim more", "in/a.837", batch(&claims(&["A", "0", "B", "C"])), false),
        ("other delimiters", "in/a.837", usual.replace('~', "!"), true),
        ("other HL numbers", "in/a.837", hl, false),
        ("a line before", "in/a.837", usual.replace("LX*1~", "LX*2~"), false),
        ("codes changed on a line of one control number", "in/a.837", usual.replace("97110", "97140"), true),
    ] {
        let now = of(file, &bytes);
        assert!(known.is_subset(&now), "{name}: {:?} are gone", known.difference(&now).collect::<Vec<_>>());
        assert_eq!(now == known, same, "{name}");
    }
    let other = of("in/a.837", &batch(&claims(&["A", "B", "D"])));
    assert_eq!(known.intersection(&other).count() * 3, known.len() * 2, "a claim of another id is another");
}

#[test]
fn a_baseline_that_is_none_is_refused_and_says_where() {
    let desk = Desk::new().with("in/a.837", batch(FAULTY));
    scan(&desk, "");
    let good = fs::read_to_string(desk.path().join("out/findings.jsonl")).unwrap();
    let cut = &good[..good.len() - 20];
    let desk = desk
        .with("not.jsonl", format!("{good}\u{1b}[2J SECRET\n"))
        .with("cut.jsonl", cut)
        .with("old.jsonl", good.replace("\"fingerprint\"", "\"fingermark\""))
        .with("keyed.jsonl", good.replace("\"fingerprint\":\"", "\"fingerprint\":\"0badcafe-"));
    for (file, said) in [
        ("not.jsonl", "not.jsonl:2: not JSON (column 1)"),
        ("cut.jsonl", "cut.jsonl:1: not JSON"),
        ("old.jsonl", "old.jsonl:1: a finding without a fingerprint"),
        ("keyed.jsonl", "fingerprints made with the key 0badcafe, here with no key"),
        ("none.jsonl", "cannot read none.jsonl"),
        ("out/findings.jsonl --out out", "holds out/findings.jsonl, which is read"),
    ] {
        let before = desk.files("out");
        let ran = desk.run(&format!("scan in --format none --baseline {file}"));
        assert!(ran.code == Some(2) && ran.err.contains(said), "{file}: {}", ran.err);
        assert!(!ran.err.contains("SECRET") && !ran.err.contains('\u{1b}'), "{}", ran.err);
        assert_eq!(desk.files("out"), before);
    }
}
