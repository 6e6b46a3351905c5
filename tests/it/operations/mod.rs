//! What an operator does with an installation: copies it, brings it back, moves it, watches it, stops it, upgrades it.

mod backups;
mod metrics;
mod moves;
mod restores;
mod settling;
mod stops;
mod traces;
mod upgrades;

use serde_json::Value;

use crate::harness::app::PASSWORD;
use crate::harness::browser::Browser;
use crate::harness::command_line::Installation;
use crate::harness::relying_party::{Answer, REDIRECT_URI, RelyingParty};

const ADA: &str = "ada@example.com";
const SECRET: &str = "the secret of the application web, long enough";

/// An installation with the first-party application `web` and Ada, administered by the command line.
fn installation() -> Installation {
    populated(Installation::new())
}

/// The same in a given one.
fn populated(installation: Installation) -> Installation {
    // No token may die of age while it is asked for.
    let installation = installation.with("PASSGATE_TOKENS__ACCESS_TOKEN_SECONDS", "3600");
    let client = [
        "client",
        "create",
        "--json",
        "--name",
        "Web",
        "--id",
        "web",
        "--secret-stdin",
        "--first-party",
    ];
    let more = [
        "--redirect-uri",
        REDIRECT_URI,
        "--scope",
        "openid offline_access api.read",
    ];
    let grants = [
        "--grant",
        "authorization_code",
        "--grant",
        "refresh_token",
        "--grant",
        "client_credentials",
    ];
    installation
        .run_with(&[&client[..], &more[..], &grants[..]].concat(), SECRET)
        .json();
    let person = ["user", "create", "--json", "--email", ADA, "--password-stdin"];
    installation.run_with(&person, PASSWORD).json();
    installation
}

/// The application.
fn party(installation: &Installation) -> RelyingParty {
    let mut party = RelyingParty::at(&installation.url(""), "web");
    party.secret = Some(SECRET.to_owned());
    party
}

/// Ada's browser, signed in.
async fn ada(installation: &Installation) -> Browser {
    let mut browser = Browser::at(&installation.url(""));
    browser.sign_in(ADA).await;
    browser
}

/// Tokens of Ada's that live on without her session.
async fn tokens(installation: &Installation, browser: &mut Browser) -> Answer {
    let party = party(installation);
    let code = party.code(browser, "openid offline_access").await;
    let tokens = party.exchange(&code).await;
    assert_eq!(tokens.status, 200, "{tokens:?}");
    tokens
}

/// A file in the installation's folder.
fn file(installation: &Installation, name: &str) -> String {
    installation.folder.path().join(name).to_string_lossy().into_owned()
}

/// `passgate doctor` finds nothing.
fn assert_sound(installation: &Installation) {
    let findings: Value = installation.run(&["doctor", "--json"]).json();
    let well = |finding: &Value| finding["ok"] == true;
    assert!(
        findings.as_array().is_some_and(|all| all.iter().all(well)),
        "{findings}"
    );
}
