//! `passgate invitation`.

use serde_json::{Value, json};

use crate::harness::command_line::Installation;

#[test]
fn an_invitation_is_made_listed_and_taken_back() {
    let installation = Installation::new();
    installation.run(&["role", "create", "editor", "--json"]).json();
    installation.run(&["plan", "create", "gold", "--json"]).json();
    let made = installation
        .run(&[
            "invitation",
            "create",
            "--json",
            "--email",
            "Guest@Example.com",
            "--role",
            "editor",
            "--plan",
            "gold",
            "--expires-days",
            "3",
        ])
        .json();
    assert_eq!(
        (&made["email"], &made["role"], &made["plan"], &made["status"]),
        (
            &json!("Guest@example.com"),
            &json!("editor"),
            &json!("gold"),
            &json!("open")
        )
    );
    assert!(!made.to_string().contains("pgl_"), "the link goes by mail alone");
    let list = || installation.run(&["invitation", "list", "--json"]).json();
    assert_eq!(list().as_array().unwrap().len(), 1);
    let people = installation.run(&["invitation", "list"]);
    assert!(
        people.out.contains("STATUS") && people.out.contains("open"),
        "{people:?}"
    );
    let id = made["id"].as_str().unwrap();
    assert_eq!(
        installation.run(&["invitation", "revoke", id, "--json"]).json()["revoked"],
        id
    );
    assert_eq!(list(), json!([]));
    for (arguments, why) in [
        (&["invitation", "revoke", id, "--json"][..], "no such open invitation"),
        (&["invitation", "create", "--json", "--email", "nobody"], "address"),
        (
            &[
                "invitation",
                "create",
                "--json",
                "--email",
                "a@b.example",
                "--role",
                "editr",
            ],
            "there are: admin, editor, user",
        ),
        (
            &[
                "invitation",
                "create",
                "--json",
                "--email",
                "a@b.example",
                "--expires-days",
                "91",
            ],
            "1 to 90 days",
        ),
    ] {
        let done = installation.run(arguments);
        assert_eq!(done.code, Some(1), "{done:?}");
        let error: Value = serde_json::from_str(&done.err).unwrap();
        assert!(error["error"].as_str().unwrap().contains(why), "{error}");
    }
}
