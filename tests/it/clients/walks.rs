//! A real browser walks every journey of accounts, in both languages: passkeys with virtual authenticators, mail read where it
//! is captured. With `PASSGATE_SCREENSHOTS=<dir>` pictures of every page are kept, in two widths and both themes.

use serde_json::{Value, json};

use super::program;
use super::server::Server;

const LANGUAGES: [(&str, &str); 2] = [("en-US", "en"), ("zh-CN", "zh-Hans")];

/// Besides what is tested: hashes cost little, and nobody waits for another mail.
const HURRY: [(&str, &str); 5] = [
    ("PASSGATE_PASSWORDS__MEMORY_KIB", "64"),
    ("PASSGATE_PASSWORDS__ITERATIONS", "1"),
    ("PASSGATE_LIMITS__ENABLED", "false"),
    ("PASSGATE_LIMITS__MAILS_PER_HOUR", "1000"),
    ("PASSGATE_LIMITS__CODES_PER_TEN_MINUTES", "1000"),
];

/// What people type in `tests/clients/lib/people.mjs`.
const WALKERS_PASSWORD: &str = "a walk along the harbour at night";

/// Text messages are offered where the settings list them.
const TEXTS: (&str, &str) = ("PASSGATE_SECOND_FACTOR__METHODS", "totp,sms,recovery_code");

fn start(settings: &[(&str, &str)]) -> Server {
    Server::with(&[&HURRY, settings].concat())
}

/// A server as its walkers know it.
fn site(server: &Server) -> Value {
    json!({ "issuer": server.issuer, "mail": server.mail_folder(), "texts": server.text_folder() })
}

/// Walks in each language, on a server of its own. `more` adds to what the walkers are told, and gives the servers that it
/// started besides: an address signs up at each once.
fn walk(name: &str, more: impl Fn(&Server, &str, &mut Value) -> Vec<Server>) {
    walk_at(&[], name, more);
}

/// The same with some settings.
fn walk_at(settings: &[(&str, &str)], name: &str, more: impl Fn(&Server, &str, &mut Value) -> Vec<Server>) {
    for (locale, language) in LANGUAGES {
        let server = start(settings);
        let mut what = site(&server);
        what["locale"] = locale.into();
        let _besides = more(&server, language, &mut what);
        program::chromium(name, what);
    }
}

#[test]
fn passkeys_open_every_door() {
    walk("passkeys.mjs", |_, _, _| vec![]);
}

#[test]
fn second_factors_are_set_up_asked_for_and_lost() {
    walk("factors.mjs", |_, _, what| {
        let strict = start(&[("PASSGATE_SECOND_FACTOR__POLICY", "required")]);
        let mailed = start(&[("PASSGATE_SECOND_FACTOR__METHODS", "totp,email,recovery_code")]);
        what["strict"] = site(&strict);
        what["mailed"] = site(&mailed);
        vec![strict, mailed]
    });
}

#[test]
fn texts_bring_codes_and_a_link_helps_when_the_phone_is_gone() {
    walk_at(&[TEXTS], "texts.mjs", |server, _, what| {
        what["commandLine"] = server.command_line();
        vec![]
    });
}

#[test]
fn letters_arrive_and_do_what_they_say() {
    walk("letters.mjs", |server, language, what| {
        let guest = "guest@example.com";
        let invite = ["invitation", "create", "--email", guest, "--language", language];
        server.command(&invite, "");
        let careful = start(&[("PASSGATE_ACCOUNTS__VERIFY_EMAIL", "before")]);
        what["guest"] = guest.into();
        what["careful"] = site(&careful);
        vec![careful]
    });
}

#[test]
fn an_account_is_lived_in_left_and_kept() {
    walk("account.mjs", |_, _, _| vec![]);
}

#[test]
fn no_script_is_needed_but_for_passkeys() {
    walk("plain.mjs", |_, _, _| vec![]);
}

/// Makes an account that walkers know the password of.
fn account(server: &Server, email: &str, role: &str) {
    let make = [
        "user",
        "create",
        "--email",
        email,
        "--email-verified",
        "--role",
        role,
        "--password-stdin",
    ];
    server.command(&make, WALKERS_PASSWORD);
}

fn administrator(server: &Server) {
    account(server, "root@example.com", "admin");
}

#[test]
fn an_administrator_does_everything_with_a_person() {
    walk("console.mjs", |server, _, _| {
        server.command(&["role", "create", "editor"], "");
        server.command(&["plan", "create", "team"], "");
        administrator(server);
        vec![]
    });
}

#[test]
fn an_administrator_does_everything_with_people() {
    walk("console-people.mjs", |server, _, _| {
        server.command(&["role", "create", "editor"], "");
        administrator(server);
        account(server, "visitor@example.com", "user");
        vec![]
    });
}

#[test]
fn an_administrator_looks_after_applications() {
    walk("console-apps.mjs", |server, _, _| {
        administrator(server);
        vec![]
    });
}

#[test]
fn an_administrator_looks_after_the_house() {
    walk("console-house.mjs", |server, _, what| {
        // Nobody listens at this port, so that mail waits.
        let cut = start(&[
            ("PASSGATE_MAIL__TRANSPORT", "smtp"),
            ("PASSGATE_MAIL__SMTP_HOST", "localhost"),
            ("PASSGATE_MAIL__SMTP_PORT", "1"),
            ("PASSGATE_MAIL__SMTP_SECURITY", "none"),
        ]);
        administrator(server);
        administrator(&cut);
        what["cut"] = site(&cut);
        vec![cut]
    });
}
