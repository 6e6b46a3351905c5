//! What must not break a promise: many at once, processes that are killed, databases that go away, callers that hang up,
//! steps in a wrong order.

mod disconnects;
mod kills;
mod load;
mod lost_commits;
mod outages;
mod races;
mod start;
mod steps;

use crate::harness::app::{Options, TestApp};
use crate::harness::browser::{Browser, Page};
use crate::harness::command_line::Installation;
use crate::harness::relying_party::REDIRECT_URI;

/// A number of rounds: from the environment, else many on CI, else few.
fn dose(variable: &str, usual: usize, on_ci: usize) -> usize {
    let given = std::env::var_os(variable).and_then(|text| text.into_string().ok()?.parse().ok());
    given.unwrap_or(if std::env::var_os("CI").is_some() { on_ci } else { usual })
}

/// Numbers that look random and are the same in every run with the same seed (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % below as u64).unwrap()
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        if from.is_empty() {
            None
        } else {
            from.get(self.roll(from.len()))
        }
    }
}

/// Two nodes of one installation.
fn two_nodes(url: &str, extra: &[(&str, &str)]) -> [TestApp; 2] {
    let options = extra.iter().fold(Options::new(Some(url)), |options, (name, value)| {
        options.with(name, value)
    });
    let first = options.spawn();
    let second = options.another_node(&first).spawn();
    [first, second]
}

/// Runs the same call many times at once, spread over the nodes.
async fn at_once<N, T>(nodes: &[N], times: usize, call: impl AsyncFn(&N, usize) -> T) -> Vec<T> {
    let calls = (0..times).map(|at| call(&nodes[at % nodes.len()], at));
    futures_util::future::join_all(calls).await
}

/// Sends a form without following where it leads.
async fn post(browser: &mut Browser, form: &crate::harness::browser::Form) -> Page {
    browser
        .request(reqwest::Method::POST, &form.action, Some(&form.fields))
        .await
}

const SECRET: &str = "the secret of the application web, long enough";

/// Registers `web`, which asks nobody for consent, on the command line.
fn first_party(installation: &Installation) {
    let client = [
        "client",
        "create",
        "--json",
        "--name",
        "Web",
        "--id",
        "web",
        "--secret-stdin",
    ];
    let more = [
        "--first-party",
        "--redirect-uri",
        REDIRECT_URI,
        "--scope",
        "openid offline_access",
    ];
    installation.run_with(&[&client[..], &more[..]].concat(), SECRET).json();
}

/// `passgate doctor` finds nothing.
fn assert_sound(installation: &Installation) {
    let findings = installation.run(&["doctor", "--json"]).json();
    assert!(
        findings
            .as_array()
            .is_some_and(|findings| findings.iter().all(|finding| finding["ok"] == true))
    );
}
