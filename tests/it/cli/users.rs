//! `passgate user`.

use serde_json::{Value, json};

use crate::harness::app::http;
use crate::harness::command_line::{Done, Installation};

const PASSWORD: &str = "correct horse battery\n";

fn create(installation: &Installation, arguments: &[&str]) -> Done {
    installation.run_with(
        &[&["user", "create", "--json", "--password-stdin"], arguments].concat(),
        PASSWORD,
    )
}

fn list(installation: &Installation) -> Vec<Value> {
    serde_json::from_value(installation.run(&["user", "list", "--json"]).json()).unwrap()
}

#[test]
fn an_account_is_made_listed_and_changed() {
    let installation = Installation::new();
    let claims = installation.folder.path().join("claims.json");
    std::fs::write(
        &claims,
        json!({ "given_name": "Ada", "family_name": "Lovelace", "zoneinfo": "Europe/London" }).to_string(),
    )
    .unwrap();
    let made = create(
        &installation,
        &[
            "--email",
            "Ada@Example.com",
            "--email-verified",
            "--claims",
            claims.to_str().unwrap(),
        ],
    );
    let sub = made.json()["sub"].as_str().unwrap().to_owned();
    let user = list(&installation).pop().unwrap();
    assert_eq!(user["sub"], sub.as_str());
    assert_eq!(
        (&user["email"], &user["email_verified"]),
        (&json!("Ada@example.com"), &json!(true))
    );
    assert_eq!(
        (&user["role"], &user["plan"], &user["disabled"]),
        (&json!("user"), &json!("free_user"), &json!(false))
    );
    assert_eq!(user["claims"]["zoneinfo"], "Europe/London");
    installation.run(&["role", "create", "editor", "--json"]).json();
    installation.run(&["plan", "create", "gold", "--json"]).json();
    // By address in any spelling, and by sub.
    assert_eq!(
        installation
            .run(&["user", "set-role", "ADA@example.com", "editor", "--json"])
            .json()["role"],
        "editor"
    );
    assert_eq!(
        installation.run(&["user", "set-plan", &sub, "gold", "--json"]).json()["plan"],
        "gold"
    );
    assert_eq!(
        installation.run(&["user", "disable", &sub, "--json"]).json()["disabled"],
        true
    );
    assert_eq!(
        installation.run(&["user", "enable", &sub, "--json"]).json()["disabled"],
        false
    );
    let people = installation.run(&["user", "list"]);
    assert!(
        people.out.contains("EMAIL") && people.out.contains("gold"),
        "{people:?}"
    );
    assert!(!people.out.contains("argon2") && !installation.run(&["user", "list", "--json"]).out.contains("argon2"));
}

#[test]
fn what_is_refused_says_why_and_changes_nothing() {
    let installation = Installation::new();
    create(&installation, &["--email", "ada@example.com", "--role", "admin"]).json();
    let bad_claims = installation.folder.path().join("bad.json");
    std::fs::write(&bad_claims, "{\"sub\": \"x\"}").unwrap();
    for (arguments, why) in [
        (&["--email", "ADA@example.com"][..], "exists"),
        (&["--email", "nobody"], "address"),
        (&["--email", "b@example.com", "--role", "two words"], "role"),
        (&["--email", "b@example.com", "--plan", ""], "plan"),
        (
            &["--email", "b@example.com", "--role", "editr"],
            "there are: admin, user",
        ),
        (&["--email", "b@example.com", "--plan", "gold"], "there are: free_user"),
        (
            &["--email", "b@example.com", "--claims", "nowhere.json"],
            "No such file",
        ),
        (
            &["--email", "b@example.com", "--claims", bad_claims.to_str().unwrap()],
            "claims",
        ),
    ] {
        let done = create(&installation, arguments);
        assert_eq!(done.code, Some(1), "{done:?}");
        let error: Value = serde_json::from_str(&done.err).unwrap_or_else(|_| panic!("{done:?}"));
        assert!(error["error"].as_str().unwrap().contains(why), "{why}: {error}");
    }
    for password in ["", "\n", "short\n", "password1\n", "aaaaaaaaaa"] {
        let done = installation.run_with(
            &["user", "create", "--password-stdin", "--email", "b@example.com"],
            password,
        );
        assert_eq!(done.code, Some(1), "{password:?}");
        assert!(
            password.trim().is_empty() || !done.err.contains(password.trim()),
            "{done:?}"
        );
    }
    assert_eq!(
        installation.run(&["user", "create", "--email", "b@example.com"]).code,
        Some(2),
        "never in the arguments"
    );
    for (command, why) in [
        (&["user", "disable", "ada@example.com"][..], "last administrator"),
        (&["user", "set-role", "ada@example.com", "user"], "last administrator"),
        (&["user", "set-role", "nobody@example.com", "user"], "no such account"),
        (
            &["user", "set-role", "ada@example.com", "editor"],
            "there are: admin, user",
        ),
        (&["user", "set-plan", "ada@example.com", "gold"], "there are: free_user"),
        (
            &["user", "disable", "00000000-0000-0000-0000-000000000000"],
            "no such account",
        ),
    ] {
        let done = installation.run(command);
        assert_eq!(done.code, Some(1), "{done:?}");
        assert!(done.err.contains(why) && done.out.is_empty(), "{done:?}");
    }
    let users = list(&installation);
    assert_eq!(users.len(), 1);
    assert_eq!(
        (&users[0]["role"], &users[0]["disabled"]),
        (&json!("admin"), &json!(false))
    );
}

#[actix_web::test]
async fn a_running_server_sees_what_the_command_line_does() {
    let installation = Installation::new();
    let (server, banner) = installation.serve();
    assert!(
        banner.contains(&installation.url("")) && banner.contains("/setup?token="),
        "{banner}"
    );
    let sub = create(&installation, &["--email", "ada@example.com"]).json()["sub"].clone();
    assert_eq!(list(&installation)[0]["sub"], sub);
    let http = http();
    assert_eq!(
        http.get(installation.url("/readyz")).send().await.unwrap().status(),
        200
    );
    drop(server);
}
