//! `passgate role`, `passgate plan`, and what else of this can be typed.

use super::{Value, json};
use crate::harness::command_line::Installation;

fn refused(installation: &Installation, arguments: &[&str], why: &str) {
    let done = installation.run(&[arguments, &["--json"]].concat());
    assert_eq!(done.code, Some(1), "{done:?}");
    let error: Value = serde_json::from_str(&done.err).unwrap_or_else(|_| panic!("{done:?}"));
    assert!(error["error"].as_str().unwrap().contains(why), "{why}: {error}");
}

fn ada(installation: &Installation, more: &[&str]) -> Value {
    let arguments = [
        "user",
        "create",
        "--json",
        "--email",
        "ada@example.com",
        "--password-stdin",
    ];
    installation
        .run_with(&[&arguments, more].concat(), "correct horse battery\n")
        .json()
}

#[test]
fn roles_and_plans_are_made_listed_changed_and_removed() {
    let installation = Installation::new();
    let run = |arguments: &[&str]| installation.run(&[arguments, &["--json"]].concat()).json();
    let names = |kind: &str| {
        let all = run(&[kind, "list"]);
        all.as_array()
            .unwrap()
            .iter()
            .map(|one| one["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (names("role"), names("plan")),
        (
            vec!["admin".to_owned(), "user".to_owned()],
            vec!["free_user".to_owned()]
        )
    );
    let made = run(&[
        "role",
        "create",
        "editor",
        "--description",
        "Writes.",
        "--permission",
        "posts:write",
        "posts:read",
    ]);
    assert_eq!(
        (&made["permissions"], &made["revision"]),
        (&json!(["posts:read", "posts:write"]), &json!(1))
    );
    let changed = run(&["role", "update", "editor", "--permission", "posts:*", "--revision", "1"]);
    assert_eq!(
        (&changed["permissions"], &changed["description"]),
        (&json!(["posts:*"]), &json!("Writes."))
    );
    assert_eq!(run(&["role", "show", "editor"]), changed);
    assert_eq!(
        run(&["role", "update", "editor", "--no-permissions"])["permissions"],
        json!([])
    );
    let made = run(&["plan", "create", "pro", "--feature", "export", "--feature", "seats:10"]);
    assert_eq!(made["features"], json!(["export", "seats:10"]));
    assert_eq!(
        run(&["plan", "update", "pro", "--description", "Paid."])["features"],
        json!(["export", "seats:10"])
    );
    ada(&installation, &["--role", "editor", "--plan", "pro"]);
    for (arguments, why) in [
        (&["role", "delete", "editor"][..], "somebody has this role"),
        (&["plan", "delete", "pro"], "somebody has this plan"),
        (&["role", "delete", "admin"], "stays"),
        (&["role", "update", "admin", "--no-permissions"], "stays"),
        (&["role", "delete", "user"], "accounts.default_role"),
        (&["plan", "delete", "free_user"], "accounts.default_plan"),
        (&["role", "create", "editor"], "exists already"),
        (
            &["role", "create", "x", "--permission", "passgate:nonsense"],
            "passgate:nonsense",
        ),
        (
            &["role", "update", "user", "--permission", "passgate:users:read"],
            "everybody would administer",
        ),
        (&["role", "show", "nobody"], "there are: admin, editor, user"),
        (
            &["plan", "update", "pro", "--description", "x", "--revision", "1"],
            "at revision 2",
        ),
    ] {
        refused(&installation, arguments, why);
    }
    run(&["user", "set-role", "ada@example.com", "user"]);
    run(&["user", "set-plan", "ada@example.com", "free_user"]);
    assert_eq!(run(&["role", "delete", "editor"]), json!({ "deleted": "editor" }));
    assert_eq!(run(&["plan", "delete", "pro"]), json!({ "deleted": "pro" }));
    let people = installation.run(&["role", "list"]);
    assert!(
        people.out.contains("NAME") && people.out.contains("passgate:*"),
        "{people:?}"
    );
}

#[test]
fn metadata_and_mappings_are_written_looked_at_and_previewed() {
    let installation = Installation::new();
    let run = |arguments: &[&str]| installation.run(&[arguments, &["--json"]].concat()).json();
    run(&["role", "create", "editor", "--permission", "posts:write"]);
    ada(&installation, &["--role", "editor"]);
    let file = installation.folder.path().join("private.json");
    std::fs::write(&file, "{\"crm\": \"c-1\"}").unwrap();
    let from_file = format!("@{}", file.display());
    run(&[
        "user",
        "set-metadata",
        "ada@example.com",
        "--public",
        "{\"team\": \"engines\", \"beta\": true}",
        "--private",
        &from_file,
    ]);
    let merged = run(&[
        "user",
        "set-metadata",
        "ada@example.com",
        "--merge",
        "--public",
        "{\"beta\": null}",
    ]);
    assert_eq!(
        merged,
        json!({ "public": { "team": "engines" }, "private": { "crm": "c-1" }, "unsafe": {} })
    );
    assert_eq!(run(&["user", "show", "ada@example.com"])["metadata"], merged);
    refused(
        &installation,
        &["user", "set-metadata", "ada@example.com", "--public", "[1]"],
        "the argument",
    );
    refused(
        &installation,
        &["user", "set-metadata", "ada@example.com", "--public", "@nowhere.json"],
        "nowhere.json",
    );
    refused(
        &installation,
        &["user", "set-metadata", "nobody@example.com", "--public", "{}"],
        "no such account",
    );
    assert_eq!(
        installation.run(&["user", "set-metadata", "ada@example.com"]).code,
        Some(2)
    );

    run(&[
        "client",
        "create",
        "--name",
        "Shop",
        "--id",
        "shop",
        "--redirect-uri",
        "https://shop.example/cb",
    ]);
    let mappings = json!([
        { "claim": "metadata.role", "from": "role", "tokens": ["access_token"] },
        { "claim": "permissions", "from": "permissions", "tokens": ["access_token", "userinfo"] },
        { "claim": "team", "from": "metadata.public.team", "tokens": ["id_token"] },
    ]);
    let shown = run(&[
        "client",
        "preview-claims",
        "shop",
        "ada@example.com",
        "--claim-mappings",
        &mappings.to_string(),
    ]);
    assert_eq!(shown["access_token"]["metadata"], json!({ "role": "editor" }));
    assert_eq!(shown["userinfo"]["permissions"], json!(["posts:write"]));
    assert_eq!(shown["id_token"]["team"], "engines");
    assert!(
        run(&["client", "show", "shop"]).get("claim_mappings").is_none(),
        "looking saves nothing"
    );
    refused(
        &installation,
        &[
            "client",
            "preview-claims",
            "shop",
            "ada@example.com",
            "--claim-mappings",
            "[{\"claim\":\"sub\",\"from\":\"role\",\"tokens\":[\"id_token\"]}]",
        ],
        "claim of the protocol",
    );

    let saved = run(&[
        "client",
        "update",
        "shop",
        "--claim-mappings",
        &mappings.to_string(),
        "--access-token-seconds",
        "600",
    ]);
    assert_eq!((&saved["claim_mappings"], &saved["revision"]), (&mappings, &json!(2)));
    assert_eq!(
        run(&["client", "preview-claims", "shop", "ada@example.com"])["access_token"]["permissions"],
        json!(["posts:write"])
    );
    // What is shown can be changed and handed in again.
    let mut document = run(&["client", "show", "shop"]);
    document["client_name"] = json!("Shop 2");
    let again = run(&[
        "client",
        "update",
        "shop",
        "--metadata",
        &document.to_string(),
        "--revision",
        "2",
    ]);
    assert_eq!(
        (
            &again["client_name"],
            &again["claim_mappings"],
            &again["access_token_seconds"]
        ),
        (&json!("Shop 2"), &mappings, &json!(600))
    );
    refused(
        &installation,
        &[
            "client",
            "update",
            "shop",
            "--access-token-typ",
            "JWT",
            "--revision",
            "2",
        ],
        "at revision 3",
    );
    assert_eq!(
        run(&[
            "client",
            "update",
            "shop",
            "--access-token-seconds",
            "0",
            "--access-token-typ",
            "JWT"
        ])["access_token_typ"],
        "JWT"
    );
    assert_eq!(run(&["client", "disable", "shop"])["disabled"], true);
    assert_eq!(run(&["client", "enable", "shop"])["disabled"], false);
    refused(
        &installation,
        &["client", "update", "nobody", "--access-token-seconds", "60"],
        "there is no client nobody",
    );
}
