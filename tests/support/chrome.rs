//! Drives a Chromium of this machine over its DevTools, by the pipe it opens for that: no port, no driver, no package.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// A browser, and the page in it.
pub(crate) struct Chrome {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    session: String,
    number: u64,
    /// What the page asked the network for.
    pub(crate) requests: Vec<String>,
    /// Errors and warnings of the page and of the browser about it.
    pub(crate) complaints: Vec<String>,
    loaded: bool,
    _profile: TempDir,
}

/// How long to wait for what should come at once. A browser that is stuck must end the test, not hold it.
const PATIENCE: Duration = Duration::from_secs(120);

impl Chrome {
    /// Starts one, if the machine has one.
    pub(crate) fn start() -> Option<Chrome> {
        let program = program()?;
        let profile = TempDir::new().unwrap();
        // DevTools speak on descriptors 3 and 4; a shell puts the pipes there, for which this program would need `unsafe`.
        let mut child = Command::new("sh")
            .args(["-c", "exec \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>&1", "sh"])
            .arg(program)
            .args([
                "--headless=new",
                "--remote-debugging-pipe",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--no-default-browser-check",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-extensions",
                "--hide-scrollbars",
                "--window-size=1280,900",
            ])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .env("HOME", profile.path())
            // What it leaves when it is killed goes with the profile.
            .env("TMPDIR", profile.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (to, from) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut chrome = Chrome {
            child,
            to,
            from,
            session: String::new(),
            number: 0,
            requests: Vec::new(),
            complaints: Vec::new(),
            loaded: false,
            _profile: profile,
        };
        let target = chrome.call("Target.createTarget", json!({"url": "about:blank"}));
        let attached =
            chrome.call("Target.attachToTarget", json!({"targetId": target["targetId"], "flatten": true}));
        attached["sessionId"].as_str().unwrap().clone_into(&mut chrome.session);
        for domain in ["Page", "Runtime", "Log", "Network"] {
            chrome.call(&format!("{domain}.enable"), json!({}));
        }
        // What still glides is not where a click goes.
        let still = json!({"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]});
        chrome.call("Emulation.setEmulatedMedia", still);
        Some(chrome)
    }

    /// Opens a file.
    pub(crate) fn open(&mut self, path: &Path) {
        self.loaded = false;
        self.call("Page.navigate", json!({"url": format!("file://{}", path.display())}));
        while !self.loaded {
            self.receive();
        }
    }

    /// What an expression comes to in the page.
    pub(crate) fn eval(&mut self, expression: &str) -> Value {
        let asked = json!({"expression": expression, "returnByValue": true, "awaitPromise": true, "userGesture": true});
        let answer = self.call("Runtime.evaluate", asked);
        assert!(answer.get("exceptionDetails").is_none(), "{expression}: {answer}");
        answer["result"]["value"].clone()
    }

    /// Waits until an expression is true.
    #[track_caller]
    pub(crate) fn until(&mut self, expression: &str) {
        let begun = Instant::now();
        while self.eval(expression) != json!(true) {
            assert!(begun.elapsed() < PATIENCE, "never came true: {expression}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Presses a key where the focus is.
    pub(crate) fn press(&mut self, key: &str) {
        let (code, text) = match key {
            "Enter" => (13, "\r"),
            " " => (32, " "),
            "Tab" => (9, ""),
            "Escape" => (27, ""),
            "PageUp" => (33, ""),
            "PageDown" => (34, ""),
            "End" => (35, ""),
            "Home" => (36, ""),
            "ArrowUp" => (38, ""),
            "ArrowDown" => (40, ""),
            other => panic!("no key {other}"),
        };
        for kind in ["keyDown", "keyUp"] {
            let text = if kind == "keyDown" { text } else { "" };
            let pressed =
                json!({"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code, "text": text});
            self.call("Input.dispatchKeyEvent", pressed);
        }
    }

    /// Types into what has the focus.
    pub(crate) fn type_in(&mut self, text: &str) {
        self.call("Input.insertText", json!({"text": text}));
    }

    /// Clicks in the middle of an element.
    pub(crate) fn click(&mut self, selector: &str) {
        let place = self.eval(&format!(
            "(() => {{ const e = document.querySelector({}); e.scrollIntoView({{block: 'center', behavior: 'instant'}}); \
             const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; }})()",
            json!(selector)
        ));
        for kind in ["mousePressed", "mouseReleased"] {
            let at = json!({"type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1});
            self.call("Input.dispatchMouseEvent", at);
        }
    }

    /// Chooses an option as a person does.
    pub(crate) fn choose(&mut self, selector: &str, value: &str) {
        self.eval(&format!(
            "(() => {{ const e = document.querySelector({}); e.value = {}; e.dispatchEvent(new Event('change', {{bubbles: \
             true}})); }})()",
            json!(selector),
            json!(value)
        ));
    }

    /// A command of the protocol, to the page once there is one.
    pub(crate) fn call(&mut self, method: &str, params: Value) -> Value {
        self.number += 1;
        let mut message = json!({"id": self.number, "method": method, "params": params});
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        let mut bytes = serde_json::to_vec(&message).unwrap();
        bytes.push(0);
        self.to.write_all(&bytes).unwrap();
        loop {
            let answer = self.receive();
            if answer["id"] == self.number {
                assert!(answer.get("error").is_none(), "{method}: {answer}");
                return answer["result"].clone();
            }
        }
    }

    fn receive(&mut self) -> Value {
        let mut bytes = Vec::new();
        self.from.read_until(0, &mut bytes).unwrap();
        assert_eq!(bytes.pop(), Some(0), "the browser has gone");
        let message: Value = serde_json::from_slice(&bytes).unwrap();
        let params = &message["params"];
        match message["method"].as_str() {
            Some("Page.loadEventFired") => self.loaded = true,
            Some("Network.requestWillBeSent") => self.requests.push(params["request"]["url"].to_string()),
            Some("Runtime.exceptionThrown") => self.complaints.push(params["exceptionDetails"].to_string()),
            Some("Runtime.consoleAPICalled" | "Log.entryAdded") => self.complaints.push(params.to_string()),
            _ => {}
        }
        message
    }
}

impl Drop for Chrome {
    fn drop(&mut self) {
        // The shell has become the browser, and its parts end with it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A Chromium on the path.
fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let all = std::env::split_paths(&path).flat_map(|directory| names.map(|name| directory.join(name)));
    all.into_iter().find(|program| program.is_file())
}
