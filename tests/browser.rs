//! The page `report.html` in a real browser: filters, order, search, keys, one claim opened, and nothing that was not
//! meant: no complaint of the browser, no request, no text that became markup.
//!
//! Where no Chromium is installed the tests say so and pass; `.ci/run` installs one. `SCREENSHOTS=1` writes the pictures
//! under `docs/`.

#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at what it did not expect"
)]
#![expect(clippy::print_stderr, reason = "a test that has nothing to test says so")]

#[path = "support/chrome.rs"]
mod chrome;
#[path = "support/desk.rs"]
mod desk;
mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use chrome::Chrome;
use claimlint::finding::{Arg, Finding, RuleId, Severity};
use claimlint::position::Position;
use claimlint::report::html::{FINDINGS, Html};
use claimlint::report::{ClaimInfo, Entry, Location, Report as _, Summary};
use claimlint::risk;
use claimlint::rules::CATALOGUE;
use claimlint::rules::rule::RuleMeta;
use claimlint::x12::value::{Cents, Date};
use desk::{Desk, batch, many};
use serde_json::json;
use support::run_with;
use tempfile::TempDir;

/// How many rows the table says it has, and the words above it.
const ROWS: &str = "Number(document.getElementById('grid').getAttribute('aria-rowcount')) - 1";
const COUNT: &str = "document.getElementById('count').textContent";
/// The claims in view from the top, and the one that is marked.
const IDS: &str = "[...document.querySelectorAll('#space > .row')].map(r => r.children[0].textContent)";
const ACTIVE: &str = "document.getElementById(document.getElementById('grid').getAttribute('aria-activedescendant')) \
                      ?.children[0].textContent";

fn browser() -> Option<Chrome> {
    let chrome = Chrome::start();
    if chrome.is_none() {
        eprintln!("no chromium on this machine: report.html is not tested in a browser here");
    }
    chrome
}

/// The report of the samples.
fn samples(out: &TempDir) -> PathBuf {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let place = out.path().join("report");
    let args = ["scan", "samples", "--minutes", "samples/minutes.csv", "--format", "none", "--out"];
    let ran = run_with(project, &[&args[..], &[place.to_str().unwrap()]].concat(), b"");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    place.join("report.html")
}

/// The page did what it was meant to do and nothing else.
#[track_caller]
fn quiet(chrome: &Chrome) {
    assert_eq!(chrome.complaints, [""; 0], "complaints");
    assert_eq!(chrome.requests.len(), 1, "the page itself and nothing else: {:?}", chrome.requests);
}

#[test]
fn a_reader_finds_orders_and_opens_claims() {
    let Some(mut page) = browser() else { return };
    let out = TempDir::new().unwrap();
    page.open(&samples(&out));
    assert_eq!(page.eval(ROWS), 20);
    assert_eq!(page.eval(COUNT), "16 claims and 4 outside claims, $1,037.00 at risk");
    assert_eq!(page.eval(&format!("{IDS}.slice(0, 3)")), json!(["FAULT-I-05", "FAULT-P-05", "FAULT-P-04"]));

    // Filters, alone and together.
    page.choose("#by-rule-only", "TIM001");
    assert_eq!(page.eval(&format!("{IDS}.sort()")), json!(["FAULT-I-01", "FAULT-I-02", "FAULT-P-01"]));
    page.choose("#by-provider-only", "1000000012");
    assert_eq!(page.eval(COUNT), "1 claim, $45.00 at risk");
    page.click("#show-all");
    page.until(&format!("{ROWS} === 20"));
    page.choose("#by-severity-only", "2");
    assert_eq!(page.eval(ROWS), 2);
    page.choose("#by-severity-only", "");
    page.choose("#by-payer-only", "EXMB1");
    assert_eq!(page.eval(&format!("{ROWS} > 1 && {ROWS} < 16")), true);
    page.click("#show-all");

    // Search: all words, in any case, also in codes and files.
    for (words, rows) in [("fault-p", 8), ("FAULT-P 97110", 2), ("faulty_837i.edi mod001", 1), ("nobody", 0)]
    {
        page.eval("document.getElementById('search').value = ''; document.getElementById('search').focus()");
        page.type_in(words);
        page.until(&format!("{ROWS} === {rows}"));
    }
    page.click("#show-all");
    page.until(&format!("{ROWS} === 20"));

    // Order, by a button of the head that says so.
    let heads =
        "[...document.querySelectorAll('#head [role=columnheader]')].map(h => h.getAttribute('aria-sort'))";
    assert_eq!(page.eval(&format!("{heads}[8]")), "descending");
    page.click("#head > :nth-child(1) button");
    assert_eq!(page.eval(&format!("{heads}[0] + {heads}[8]")), "ascendingnone");
    let ids = page.eval(IDS);
    let ids: Vec<&str> = ids.as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    assert!(ids[..4].iter().all(|id| *id == "outside claims") && ids[4..].is_sorted(), "{ids:?}");
    page.click("#head > :nth-child(8) button");
    assert_eq!(page.eval(&format!("{IDS}[0]")), "FAULT-I-01", "the largest charge");
    page.click("#head > :nth-child(8) button");
    page.click("#head > :nth-child(9) button");

    // One claim, by mouse.
    page.click("#row-4");
    page.until("document.getElementById('detail').open");
    let text = page.eval("document.getElementById('detail').innerText");
    for part in [
        "Claim FAULT-P-03",
        "Line 1, 97110, 2 units",
        "97110 carries none of GP, GO, GN",
        "Fix: add GP",
        "likely denial CO-4 N822",
        "at SV101-3, segment ",
        "samples/faulty_837p.edi",
        "ISA13 000000201",
        "byte 1,298",
        "$90.00",
    ] {
        assert!(text.as_str().unwrap().contains(part), "{part}: {text}");
    }
    page.click("#next");
    assert_eq!(page.eval("document.getElementById('detail-title').textContent"), "Claim FAULT-I-07");
    page.click("#detail a");
    page.until("document.querySelector('#rule-CLM011').open && !document.getElementById('detail').open");

    // From a rule to its claims.
    page.click("#rule-CLM011 .only");
    assert_eq!(page.eval(COUNT), "2 claims, $190.00 at risk");
    quiet(&page);
}

#[test]
fn keys_are_enough() {
    let Some(mut page) = browser() else { return };
    let out = TempDir::new().unwrap();
    page.open(&samples(&out));
    let focus = "document.activeElement.id || document.activeElement.textContent";
    page.press("Tab");
    assert_eq!(page.eval(focus), "Skip to the claims");
    page.press("Enter");
    let mut stops = Vec::new();
    for _ in 0..7 {
        page.press("Tab");
        stops.push(page.eval(focus).as_str().unwrap().to_owned());
    }
    let filters = [
        "search",
        "by-rule-only",
        "by-severity-only",
        "by-payer-only",
        "by-provider-only",
        "show-all",
        "grid",
    ];
    assert_eq!(stops, filters);
    assert_eq!(page.eval(ACTIVE), "FAULT-I-05");
    for (key, id) in [
        ("ArrowDown", "FAULT-P-05"),
        ("ArrowDown", "FAULT-P-04"),
        ("ArrowUp", "FAULT-P-05"),
        ("End", "outside claims"),
        ("Home", "FAULT-I-05"),
        ("ArrowUp", "FAULT-I-05"),
        ("ArrowDown", "FAULT-P-05"),
    ] {
        page.press(key);
        assert_eq!(page.eval(ACTIVE), id, "{key}");
    }
    page.press("Enter");
    assert_eq!(page.eval("document.getElementById('detail').open"), true);
    assert_eq!(page.eval("document.activeElement.textContent"), "Claim FAULT-P-05");
    page.press("Escape");
    page.until("!document.getElementById('detail').open && document.activeElement.id === 'grid'");
    assert_eq!(page.eval(ACTIVE), "FAULT-P-05");

    // What cannot be seen is said: names of charts, of regions and of fields, and what changes.
    let unnamed = "[...document.querySelectorAll('[role=img], [role=region], [role=grid], dialog')].filter(e => \
                   !e.getAttribute('aria-label') && !document.getElementById(e.getAttribute('aria-labelledby'))?.textContent.trim()).length \
                   + [...document.querySelectorAll('input, select')].filter(e => e.labels.length !== 1).length";
    assert_eq!(page.eval(unnamed), 0);
    assert_eq!(page.eval("document.querySelectorAll('.charts figure').length"), 5);
    let tables = "[...document.querySelectorAll('.charts figure')].filter(f => f.querySelector('svg') && !f.querySelector('table')).length";
    assert_eq!(page.eval(tables), 0, "a table behind each chart");
    assert_eq!(page.eval("document.getElementById('count').getAttribute('aria-live')"), "polite");
    quiet(&page);
}

/// Ids and payers that are markup, through the whole program into a browser.
#[test]
fn what_a_sender_writes_stays_text() {
    let Some(mut page) = browser() else { return };
    const ID: &str = "<img src=x onerror=hit=1>";
    const PAYER: &str = "</script><script>hit=1</script>";
    let edi = batch(&many("A", 3))
        .replace("CLM*A1*", &format!("CLM*{ID}*"))
        .replace("PR*2*EXAMPLE*", &format!("PR*2*{PAYER}*"));
    let desk = Desk::new().with("a<b>&amp;.edi", edi);
    let ran = desk.run("scan a<b>&amp;.edi --format none --out out");
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""), "{}", ran.err);
    assert!(desk.files("out").contains_key("out/report.html"));
    page.open(&desk.path().join("out/report.html"));
    assert_eq!(page.eval(&format!("{IDS}.includes({})", json!(ID))), true);
    page.eval(&format!("document.getElementById('search').value = {}", json!(ID)));
    page.eval("document.getElementById('search').dispatchEvent(new Event('input'))");
    page.until(&format!("{ROWS} === 1"));
    page.click("#row-0");
    let text = page.eval("document.getElementById('detail').innerText");
    for part in [ID, PAYER, "a<b>&amp;.edi"] {
        assert!(text.as_str().unwrap().contains(part), "{part}: {text}");
    }
    let name = page.eval("document.querySelector('#by-payer text').textContent.trim()");
    assert!(name.as_str().unwrap().starts_with("</script>"), "{name}");
    assert_eq!(page.eval("typeof hit"), "undefined");
    assert_eq!(page.eval("document.querySelectorAll('img, iframe, object, embed, link').length"), 0);
    assert_eq!(page.eval("document.scripts.length"), 2);
    // The policy holds against what might get in all the same.
    page.eval("document.body.append(Object.assign(document.createElement('img'), {src: 'https://example.org/a.png'}))");
    page.until("document.querySelector('img').complete");
    assert!(
        page.complaints.iter().all(|c| c.contains("example.org")) && !page.complaints.is_empty(),
        "{:?}",
        page.complaints
    );
    page.eval(
        "const s = document.createElement('script'); s.textContent = 'hit = 1'; document.body.append(s)",
    );
    assert_eq!(page.eval("typeof hit"), "undefined");
}

static RULES: LazyLock<Vec<&'static RuleMeta>> =
    LazyLock::new(|| CATALOGUE.iter().map(|r| r.meta()).collect());

/// As many findings as a page holds, each on a claim of its own.
#[test]
fn a_hundred_thousand_findings_are_usable() {
    let Some(mut page) = browser() else { return };
    let out = TempDir::new().unwrap();
    let path = out.path().join("report.html");
    let mut report = Html::new(fs::File::create(&path).unwrap(), &RULES);
    let location =
        Location { file: "large.edi".to_owned(), isa13: b"000000001".to_vec(), ..Location::default() };
    for n in 0..FINDINGS as u32 {
        let claim = ClaimInfo {
            id: format!("CLAIM-{n:06}").into_bytes(),
            form: "837P",
            charge: Cents(1_000_000),
            lines: 1,
            date: Date::of_days(20_000 + (n % 700) as i32),
            payer_id: format!("PAYER{:03}", n % 900).into_bytes(),
            billing_npi: "1000000012".to_owned(),
            ..ClaimInfo::default()
        };
        let position = Position { byte: u64::from(n) * 700, ..Position::default() };
        let severity = Severity::ALL[(n % 3) as usize + 2];
        let bare = Finding::bare(RuleId((n % 40) as u16), severity, position, [Arg::None; 4]);
        let finding = Finding { line: 1, order: 1, at_risk: Cents(i64::from(n) + 1), ..bare };
        let findings = [finding];
        let risk = risk::of_claim(claim.charge, &findings);
        report
            .entry(&Entry { location: &location, claim: Some(&claim), findings: &findings, marks: &[], risk })
            .unwrap();
    }
    report.finish(&Summary::default()).unwrap();
    drop(report);
    assert!(fs::metadata(&path).unwrap().len() < 40_000_000);

    page.open(&path);
    assert_eq!(page.eval(ROWS), FINDINGS);
    let made = "document.querySelectorAll('#space > .row').length";
    let few = |page: &mut Chrome| {
        let rows = page.eval(made).as_u64().unwrap();
        assert!((1..200).contains(&rows), "{rows} rows made");
    };
    few(&mut page);
    assert_eq!(page.eval(&format!("{IDS}[0]")), "CLAIM-099999");
    page.eval("document.getElementById('grid').focus()");
    page.press("End");
    assert_eq!(page.eval(ACTIVE), "CLAIM-000000");
    few(&mut page);
    for part in 1..20 {
        page.eval(&format!(
            "document.getElementById('body').scrollTop = document.getElementById('space').clientHeight * {part} / 20"
        ));
        let top = "document.getElementById('body').scrollTop";
        page.until(&format!(
            "[...document.querySelectorAll('#space > .row')].some(r => Math.abs(r.offsetTop - {top}) < 34)"
        ));
        few(&mut page);
    }
    page.choose("#by-severity-only", "4");
    assert_eq!(page.eval(ROWS), 33_333);
    page.click("#show-all");
    page.until(&format!("{ROWS} === {FINDINGS}"));
    page.eval("document.getElementById('search').focus()");
    page.type_in("claim-04711");
    page.until(&format!("{ROWS} === 10"));
    page.press("Enter");
    page.eval("document.getElementById('grid').focus()");
    page.press("Enter");
    assert_eq!(page.eval("document.getElementById('detail-title').textContent"), "Claim CLAIM-047119");
    quiet(&page);
}

/// The page of `trend`: nothing runs in it, so all of it is there at once.
#[test]
fn runs_side_by_side_are_a_page_too() {
    let Some(mut page) = browser() else { return };
    let out = TempDir::new().unwrap();
    samples(&out);
    let ran = run_with(out.path(), &["trend", "report", "report", "--format", "html"], b"");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let path = out.path().join("trend.html");
    fs::write(&path, ran.out).unwrap();
    page.open(&path);
    let titles = "[...document.querySelectorAll('main section')].map(s => s.id)";
    assert_eq!(page.eval(titles), json!(["runs", "by-month", "by-rule", "by-payer", "by-provider"]));
    assert_eq!(page.eval("document.querySelectorAll('main svg').length"), 5);
    assert_eq!(page.eval("document.documentElement.scrollWidth <= innerWidth"), true, "nothing sticks out");
    assert_eq!(page.eval("getComputedStyle(document.body).margin"), "0px", "the style sheet is let in");
    quiet(&page);
}

/// Light, dark and on paper. The pictures of the documentation are made here.
#[test]
fn it_is_readable_in_any_light_and_on_paper() {
    let Some(mut page) = browser() else { return };
    let out = TempDir::new().unwrap();
    page.open(&samples(&out));
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    for (scheme, name) in [("light", "report-light.png"), ("dark", "report-dark.png")] {
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        page.call("Emulation.setEmulatedMedia", json!({"media": "screen", "features": features}));
        // Text of all kinds against what is behind it: 4.5 to 1 is what people with weak sight need.
        let contrast = page.eval(CONTRAST);
        assert_eq!(contrast, json!([]), "{scheme}");
        if std::env::var_os("SCREENSHOTS").is_some() {
            let view = json!({"width": 1240, "height": 2080, "deviceScaleFactor": 0.75, "mobile": false});
            page.call("Emulation.setDeviceMetricsOverride", view);
            page.eval("scrollTo({top: 0, behavior: 'instant'})");
            shoot(&mut page, &docs.join(name));
            if scheme == "light" {
                page.call(
                    "Emulation.setDeviceMetricsOverride",
                    json!({"width": 1240, "height": 760, "deviceScaleFactor": 0.8, "mobile": false}),
                );
                page.click("#row-4");
                shoot(&mut page, &docs.join("report-claim.png"));
                page.press("Escape");
            }
            page.call("Emulation.clearDeviceMetricsOverride", json!({}));
        }
    }
    page.call("Emulation.setEmulatedMedia", json!({"media": "", "features": []}));
    let pdf = page.call("Page.printToPDF", json!({"printBackground": false}));
    assert!(pdf["data"].as_str().unwrap().len() > 10_000);
    quiet(&page);
}

fn shoot(page: &mut Chrome, path: &Path) {
    use base64::Engine as _;
    let picture = page.call("Page.captureScreenshot", json!({"format": "png"}));
    let bytes = base64::engine::general_purpose::STANDARD.decode(picture["data"].as_str().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// Elements whose own text has too little contrast, each with its colours.
const CONTRAST: &str = r"(() => {
  const parse = (text) => (text.match(/[\d.]+/g) || []).map(Number);
  const light = (rgb) => {
    const [r, g, b] = rgb.map((c) => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (e) => {
    for (; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] > 0) return c.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const wrong = new Set();
  for (const e of document.querySelectorAll('body *')) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim() !== '');
    if (!own || e.closest('script, noscript, dialog:not([open]), .unseen, .skip, option') || e.getClientRects().length === 0) continue;
    const style = getComputedStyle(e);
    const ink = parse(e instanceof SVGElement ? style.fill : style.color).slice(0, 3);
    const [a, b] = [light(ink), light(behind(e instanceof SVGElement ? e.closest('div') : e))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) wrong.add(e.tagName + '.' + e.getAttribute('class') + ' ' + ink + ' on ' + behind(e));
  }
  return [...wrong];
})()";
