//! Starting programs of Node and Python where they are installed. Where something is missing the test says so aloud and
//! passes; with `CI` set it fails, because there nothing may be left out.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

const SOURCES: &str = env!("CARGO_MANIFEST_DIR");

/// Something that a program needs, or why it is not there.
type Found = Result<PathBuf, String>;

/// Runs a program of `tests/clients/` with Node; `what` is handed over as JSON in the variable `SITUATION`.
pub fn node(program: &str, what: &Value) {
    show(run(node_with_packages(), program, what));
}

fn node_with_packages() -> Found {
    node_path().and_then(|node| packages().map(|_| node))
}

/// Shown with --nocapture.
fn show(said: Option<String>) {
    println!("{}", said.unwrap_or_default());
}

/// One browser at a time: each is a handful of processes, and what a walk waits for must not wait for the other ones.
static BROWSER: Mutex<()> = Mutex::new(());

/// The same for a program that drives a real browser, whose place it is told as `chromium`.
pub fn chromium(program: &str, what: Value) {
    show(chromium_says(program, what));
}

/// The same, and what the program says; `None` where it cannot run.
pub fn chromium_says(program: &str, mut what: Value) -> Option<String> {
    match chromium_path() {
        Err(missing) => {
            skip(program, &missing);
            None
        }
        Ok(path) => {
            what["chromium"] = path.to_string_lossy().into();
            let _alone = BROWSER.lock().unwrap_or_else(PoisonError::into_inner);
            run(node_with_packages(), program, &what)
        }
    }
}

/// Runs a program of `tests/clients/` with a Python that has the packages of requirements.txt.
pub fn python(program: &str, what: &Value) {
    show(run(python_path(), program, what));
}

/// Starts a program that goes on until its standard input ends; `None` where there is no Python for it.
pub fn python_server(program: &str, what: &Value) -> Option<Child> {
    let interpreter = match python_path() {
        Ok(interpreter) => interpreter,
        Err(missing) => {
            skip(program, &missing);
            return None;
        }
    };
    let mut command = Command::new(interpreter);
    command
        .arg(program)
        .current_dir(folder())
        .env("SITUATION", what.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    Some(command.spawn().unwrap())
}

fn run(interpreter: Found, program: &str, what: &Value) -> Option<String> {
    let interpreter = match interpreter {
        Ok(interpreter) => interpreter,
        Err(missing) => {
            skip(program, &missing);
            return None;
        }
    };
    let output = Command::new(interpreter)
        .arg(program)
        .current_dir(folder())
        .env("SITUATION", what.to_string())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} failed\n{said}\n{complained}");
    Some(said.into_owned())
}

/// Written past the test harness, which keeps back what passing tests print.
fn skip(program: &str, missing: &str) {
    assert!(std::env::var_os("CI").is_none(), "{program} cannot run: {missing}");
    let line = format!("\nSKIPPED tests/clients/{program}: {missing}\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
}

fn folder() -> PathBuf {
    Path::new(SOURCES).join("tests/clients")
}

/// Node, not older than the packages need.
fn node_path() -> Found {
    let node = on_path(&["node"])?;
    let output = Command::new(&node).arg("--version").output().unwrap();
    let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let major = version
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|major| major.parse::<u32>().ok());
    let recent = major.is_some_and(|major| major >= 20);
    recent
        .then_some(node)
        .ok_or_else(|| format!("Node 20 or newer is needed, not {version}"))
}

fn packages() -> Found {
    let packages = folder().join("node_modules/.package-lock.json");
    let missing = || "its packages are not installed: npm ci --prefix tests/clients".to_owned();
    packages.exists().then_some(packages).ok_or_else(missing)
}

fn chromium_path() -> Found {
    match std::env::var_os("CHROMIUM") {
        Some(path) => Ok(path.into()),
        None => on_path(&["chromium", "chromium-browser", "google-chrome"]),
    }
}

/// The one that tests/clients/install made, else any that has the packages.
fn python_path() -> Found {
    let has_packages = |python: &PathBuf| {
        let mut command = Command::new(python);
        command
            .args(["-c", "import jwt, cryptography, aiosmtpd"])
            .stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let installed = Path::new(SOURCES).join("target/python/bin/python");
    let candidates = std::iter::once(installed).chain(on_path(&["python3"]).ok());
    let missing = || "no Python with the packages of requirements.txt: run tests/clients/install".to_owned();
    candidates.into_iter().find(has_packages).ok_or_else(missing)
}

/// The first of some programs that is installed.
pub fn on_path(names: &[&str]) -> Found {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places = names
        .iter()
        .flat_map(|name| std::env::split_paths(&path).map(move |folder| folder.join(name)));
    places
        .find(|place| place.is_file())
        .ok_or_else(|| format!("{} is not installed", names[0]))
}
