//! `passgate user import`, and what else brings a hash, another password or a lost factor to an account.

use serde_json::{Value, json};

use crate::harness::browser::Browser;
use crate::harness::command_line::{Done, Installation};

/// Of `correct horse battery`, made with bcrypt 5.0, Django 5.2 and argon2-cffi 25.1.
const BCRYPT: &str = "$2b$04$FxqktCWh2J5oXRmC.yy/2un6ulnOljvC3SRLUOn/sGdcPpd0.t0t2";
const DJANGO: &str = "pbkdf2_sha256$1000$NaClSalt123$hnVh8NqM0DNmOIK14yiOewxiiIEwGqWz0/WJAn9pZ9U=";
const ARGON2: &str = "$argon2id$v=19$m=64,t=2,p=2$c2FsdHNhbHRzYWx0$ftCyDQEnYazwkw1unh753jTCuAX/LlFy";
/// The example that Firebase publishes with its tool: of `user1password`.
pub(super) const FIREBASE: &str = "hash_config {\n  algorithm: SCRYPT,\n  base64_signer_key: \
    jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==,\n  \
    base64_salt_separator: Bw==,\n  rounds: 8,\n  mem_cost: 14,\n}\n";
pub(super) const FIREBASE_HASH: &str =
    "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==";

fn import(installation: &Installation, lines: &[Value]) -> Done {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    installation.run_with(&["user", "import", "--json"], &text)
}

fn reports(done: &Done) -> Vec<Value> {
    done.out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{done:?}")))
        .collect()
}

fn list(installation: &Installation) -> Vec<Value> {
    serde_json::from_value(installation.run(&["user", "list", "--json"]).json()).unwrap()
}

pub(super) async fn signs_in(installation: &Installation, identifier: &str, password: &str) -> String {
    let mut browser = Browser::at(&installation.url(""));
    let page = browser.get("/sign-in").await;
    let page = browser.sign_in_on(&page, identifier, password).await;
    page.url.path().to_owned()
}

#[test]
fn what_can_be_is_imported_and_what_cannot_is_told_by_line() {
    let installation = Installation::new();
    installation.run(&["role", "create", "editor", "--json"]).json();
    installation.run(&["plan", "create", "gold", "--json"]).json();
    let lines = [
        json!({
            "email": "Ada@Example.com", "email_verified": true, "name": "Ada Lovelace", "username": "ada.l",
            "phone": "0044 (20) 7946-0018", "role": "editor", "plan": "gold", "password_hash": BCRYPT,
            "claims": { "zoneinfo": "Europe/London" },
        }),
        json!({ "email": "nobody" }),
        json!({ "email": "a@example.com", "password_hash": "plaintext-secret" }),
        json!({ "email": "b@example.com", "passwordHash": BCRYPT }),
        json!({ "email": "c@example.com", "phone": "020 7946 0018" }),
        json!({ "email": "d@example.com", "username": "ADA.L" }),
        json!({ "email": "e@example.com", "password_hash": FIREBASE_HASH, "password_salt": "42xEC+ixf3L2lw==" }),
        json!({ "email": "f@example.com", "claims": { "sub": "x" } }),
        json!({ "email": "g@example.com", "role": "two words" }),
        json!({ "email": "ADA@example.com", "role": "admin", "password_hash": DJANGO }),
        json!({ "email": "grace@example.com" }),
        json!({ "email": "h@example.com", "role": "editr" }),
        json!({ "email": "i@example.com", "plan": "golden" }),
    ];
    let done = import(&installation, &lines);
    assert_eq!(done.code, Some(1), "{done:?}");
    let told = reports(&done);
    assert_eq!(
        told.last().unwrap(),
        &json!({ "made": 2, "skipped": 1, "failed": 10 }),
        "{told:?}"
    );
    let of = |number: u64| told.iter().find(|line| line["line"] == number).unwrap();
    for (number, why) in [
        (2, "address"),
        (3, "form of the password hash"),
        (4, "passwordHash"),
        (5, "country code"),
        (6, "user name"),
        (7, "parameters of the project"),
        (8, "standard claim"),
        (9, "role"),
        (12, "there are: admin, editor, user"),
        (13, "there are: free_user, gold"),
    ] {
        assert_eq!(of(number)["status"], "failed");
        assert!(
            of(number)["error"].as_str().unwrap().contains(why),
            "{why}: {}",
            of(number)
        );
    }
    assert!(!done.out.contains("plaintext-secret") && !done.err.contains("plaintext-secret"));
    assert_eq!(
        (&of(1)["status"], &of(10)["status"]),
        (&json!("made"), &json!("skipped"))
    );
    assert_eq!(of(10)["sub"], of(1)["sub"]);
    let users = list(&installation);
    assert_eq!(users.len(), 2);
    let ada = users.iter().find(|user| user["email"] == "Ada@example.com").unwrap();
    assert_eq!(
        (&ada["role"], &ada["plan"], &ada["email_verified"]),
        (&json!("editor"), &json!("gold"), &json!(true))
    );
    let claims = &ada["claims"];
    assert_eq!(
        (
            &claims["name"],
            &claims["preferred_username"],
            &claims["phone_number"],
            &claims["zoneinfo"]
        ),
        (
            &json!("Ada Lovelace"),
            &json!("ada.l"),
            &json!("+442079460018"),
            &json!("Europe/London")
        )
    );
    assert_eq!(claims["phone_number_verified"], false);
    // Again: nothing is made, nothing is changed, and only what cannot be fails.
    let again = reports(&import(&installation, &lines));
    assert_eq!(
        again.last().unwrap(),
        &json!({ "made": 0, "skipped": 3, "failed": 10 }),
        "{again:?}"
    );
    assert_eq!(list(&installation), users);
}

#[test]
fn a_file_of_people_is_told_to_people() {
    let installation = Installation::new();
    let file = installation.folder.path().join("people.ndjson");
    let people: String = (0..100)
        .map(|n| format!("{}\r\n\n", json!({ "email": format!("p{n}@example.com") })))
        .collect();
    std::fs::write(&file, format!("\u{feff}{people}")).unwrap();
    let done = installation.run(&["user", "import", file.to_str().unwrap()]);
    assert_eq!(done.code, Some(0), "{done:?}");
    let lines: Vec<_> = done.out.lines().collect();
    assert!(lines[0].starts_with("line 1: made p0@example.com"), "{done:?}");
    assert!(lines[1].starts_with("line 3: made p1@example.com"), "{done:?}");
    assert_eq!(lines.last().unwrap(), &"100 made, 0 skipped, 0 failed");
    for arguments in [
        &["user", "import", "nowhere.ndjson"][..],
        &["user", "import", "--firebase-parameters", "nowhere"],
        &["user", "import", "--firebase-parameters", file.to_str().unwrap()],
    ] {
        assert_eq!(installation.run(arguments).code, Some(1), "{arguments:?}");
    }
}

#[actix_web::test]
async fn passwords_from_elsewhere_sign_in() {
    let installation = Installation::new();
    let parameters = installation.folder.path().join("firebase.txt");
    std::fs::write(&parameters, FIREBASE).unwrap();
    let lines = [
        json!({ "email": "bcrypt@example.com", "username": "bee", "password_hash": BCRYPT }),
        json!({ "email": "django@example.com", "password_hash": DJANGO }),
        json!({ "email": "argon2@example.com", "password_hash": ARGON2, "require_password_change": true }),
        json!({ "email": "fire@example.com", "password_hash": FIREBASE_HASH, "password_salt": "42xEC+ixf3L2lw==" }),
    ];
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let arguments = [
        "user",
        "import",
        "-",
        "--firebase-parameters",
        parameters.to_str().unwrap(),
    ];
    let done = installation.run_with(&arguments, &text);
    assert_eq!(done.code, Some(0), "{done:?}");
    let made = installation.run_with(
        &[
            "user",
            "create",
            "--json",
            "--email",
            "one@example.com",
            "--password-hash-stdin",
        ],
        &format!("{BCRYPT}\n"),
    );
    made.json();
    let refused = installation.run_with(
        &["user", "create", "--email", "two@example.com", "--password-hash-stdin"],
        "no hash at all\n",
    );
    assert!(
        refused.code == Some(1) && !refused.err.contains("no hash at all"),
        "{refused:?}"
    );
    assert_eq!(
        installation
            .run(&[
                "user",
                "create",
                "--email",
                "two@example.com",
                "--password-stdin",
                "--password-hash-stdin"
            ])
            .code,
        Some(2),
        "one or the other"
    );
    let _server = installation.serve();
    for (identifier, password, path) in [
        ("bee", "correct horse battery", "/account"),
        ("bcrypt@example.com", "correct horse batterz", "/sign-in"),
        ("django@example.com", "correct horse battery", "/account"),
        ("fire@example.com", "user1password", "/account"),
        ("one@example.com", "correct horse battery", "/account"),
        ("argon2@example.com", "correct horse battery", "/sign-in"),
    ] {
        assert_eq!(
            signs_in(&installation, identifier, password).await,
            path,
            "{identifier}"
        );
    }
}

#[actix_web::test]
async fn another_password_is_asked_for_and_a_lost_factor_has_its_link() {
    let installation = Installation::new();
    import(
        &installation,
        &[
            json!({ "email": "ada@example.com", "password_hash": BCRYPT }),
            json!({ "email": "eve@example.com" }),
        ],
    );
    let changed = installation.run(&["user", "require-password-change", "ADA@example.com"]);
    assert!(
        changed.code == Some(0) && changed.out.contains("another"),
        "{changed:?}"
    );
    for (name, why) in [
        ("eve@example.com", "no password"),
        ("nobody@example.com", "no such account"),
    ] {
        let done = installation.run(&["user", "require-password-change", name]);
        assert!(done.code == Some(1) && done.err.contains(why), "{done:?}");
    }
    let made = installation
        .run(&["user", "recovery-link", "ada@example.com", "--json"])
        .json();
    let link = made["link"].as_str().unwrap().to_owned();
    assert!(
        link.starts_with(&installation.url("/lost-factor/remove?token=")),
        "{link}"
    );
    assert_eq!(made["expires_in"], 86_400);
    let done = installation.run(&["user", "recovery-link", "nobody@example.com"]);
    assert!(done.code == Some(1) && done.err.contains("no such account"), "{done:?}");
    let _server = installation.serve();
    let mut browser = Browser::at(&installation.url(""));
    let page = browser.get(&link).await;
    assert!(page.status == 200 && page.has("form"), "{}", page.text());
    let mut browser = Browser::at(&installation.url(""));
    let page = browser.get("/sign-in").await;
    let page = browser
        .sign_in_on(&page, "ada@example.com", "correct horse battery")
        .await;
    assert!(page.has("input[autocomplete=new-password]"), "{}", page.text());
    let page = browser
        .submit(&page.form().fill("password", "another fine pass phrase"))
        .await;
    assert_eq!(page.url.path(), "/account", "{}", page.text());
}
