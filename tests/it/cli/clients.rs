//! `passgate client`.

use serde_json::{Value, json};

use crate::harness::command_line::Installation;

const URI: &str = "https://app.example/cb";

fn ids(installation: &Installation) -> Vec<String> {
    let listed = installation.run(&["client", "list", "--json"]).json();
    listed
        .as_array()
        .unwrap()
        .iter()
        .map(|client| client["client_id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_client_is_made_shown_and_removed() {
    let installation = Installation::new();
    let made = installation
        .run(&["client", "create", "--json", "--name", "Shop", "--redirect-uri", URI])
        .json();
    let (id, secret) = (
        made["client_id"].as_str().unwrap(),
        made["client_secret"].as_str().unwrap(),
    );
    assert!(secret.len() >= 43, "256 bits");
    let shown = installation.run(&["client", "show", id, "--json"]);
    assert_eq!(shown.json()["client_name"], "Shop");
    assert_eq!(shown.json()["redirect_uris"], json!([URI]));
    let listed = installation.run(&["client", "list", "--json"]);
    for output in [&shown, &listed] {
        assert!(
            !output.out.contains(secret) && !output.out.contains("client_secret\""),
            "a secret is shown once"
        );
    }
    let people = installation.run(&["client", "list"]);
    assert!(people.out.contains("CLIENT ID") && people.out.contains("Shop"));
    assert_eq!(
        installation.run(&["client", "delete", id, "--json"]).json(),
        json!({ "deleted": id })
    );
    assert!(ids(&installation).is_empty());
    for command in ["show", "delete"] {
        let done = installation.run(&["client", command, id, "--json"]);
        assert_eq!(done.code, Some(1));
        let error: Value = serde_json::from_str(&done.err).unwrap();
        assert!(error["error"].as_str().unwrap().contains(id), "{error}");
        assert!(done.out.is_empty());
    }
}

#[test]
fn every_option_of_a_client_is_kept() {
    let installation = Installation::new();
    let secret = "a secret made by a machine 0123456789";
    let arguments = [
        "client",
        "create",
        "--json",
        "--name",
        "Shop",
        "--id",
        "shop",
        "--secret-stdin",
        "--redirect-uri",
        URI,
        "https://app.example/2",
        "--post-logout-redirect-uri",
        "https://app.example/",
        "--auth-method",
        "client_secret_post",
        "--grant",
        "authorization_code",
        "client_credentials",
        "--scope",
        "openid profile",
        "--first-party",
        "--signing-alg",
        "ES256",
        "--audience",
        "https://api.example",
    ];
    let made = installation.run_with(&arguments, &format!("{secret}\r\n")).json();
    assert_eq!(made, json!({ "client_id": "shop", "client_secret": secret }));
    let shown = installation.run(&["client", "show", "shop", "--json"]).json();
    for (member, value) in [
        ("redirect_uris", json!([URI, "https://app.example/2"])),
        ("post_logout_redirect_uris", json!(["https://app.example/"])),
        ("token_endpoint_auth_method", json!("client_secret_post")),
        ("grant_types", json!(["authorization_code", "client_credentials"])),
        ("scope", json!("openid profile")),
        ("consent", json!("skip")),
        ("id_token_signed_response_alg", json!("ES256")),
        ("audience", json!(["https://api.example"])),
    ] {
        assert_eq!(shown[member], value, "{member}: {shown}");
    }
    let public = installation
        .run(&[
            "client",
            "create",
            "--json",
            "--name",
            "App",
            "--public",
            "--redirect-uri",
            URI,
        ])
        .json();
    assert_eq!(public.get("client_secret"), None);
    // Nothing is written over.
    assert_eq!(installation.run_with(&arguments, secret).code, Some(1));
}

#[test]
fn what_is_no_client_is_refused_and_says_why() {
    let installation = Installation::new();
    for (arguments, code, why) in [
        (
            &["--name", "x", "--redirect-uri", "http://app.example/cb"][..],
            1,
            "redirect_uris",
        ),
        (
            &["--name", "x", "--redirect-uri", "https://app.example/*"],
            1,
            "redirect_uris",
        ),
        (
            &["--name", "x", "--redirect-uri", "javascript:alert(1)"],
            1,
            "redirect_uris",
        ),
        (
            &["--name", "x", "--redirect-uri", "https://app.example/cb#x"],
            1,
            "redirect_uris",
        ),
        (&["--name", "x"], 1, "redirect_uris"),
        (&["--name", "", "--redirect-uri", URI], 1, "client_name"),
        (&["--name", "x", "--redirect-uri", URI, "--id", "a b"], 1, "client_id"),
        (
            &[
                "--name",
                "x",
                "--redirect-uri",
                URI,
                "--public",
                "--auth-method",
                "client_secret_basic",
            ],
            1,
            "--public",
        ),
        (
            &[
                "--name",
                "x",
                "--redirect-uri",
                URI,
                "--public",
                "--grant",
                "client_credentials",
            ],
            1,
            "client_credentials",
        ),
        (&["--redirect-uri", URI], 2, "--name"),
        (
            &["--name", "x", "--redirect-uri", URI, "--grant", "password"],
            2,
            "--grant",
        ),
        (
            &["--name", "x", "--redirect-uri", URI, "--frist-party"],
            2,
            "--frist-party",
        ),
    ] {
        let done = installation.run(&[&["client", "create"], arguments].concat());
        assert_eq!(done.code, Some(code), "{done:?}");
        assert!(done.err.contains(why) && done.out.is_empty(), "{why}: {done:?}");
    }
    let short = installation.run_with(
        &[
            "client",
            "create",
            "--name",
            "x",
            "--redirect-uri",
            URI,
            "--secret-stdin",
        ],
        "short",
    );
    assert!(
        short.code == Some(1) && short.err.contains("client_secret"),
        "{short:?}"
    );
    assert!(ids(&installation).is_empty());
}

#[test]
fn a_file_of_clients_is_taken_whole_or_not_at_all() {
    let installation = Installation::new();
    let file = installation.folder.path().join("clients.json");
    let import = |text: String| {
        std::fs::write(&file, text).unwrap();
        installation.run(&["client", "import", "--json", file.to_str().unwrap()])
    };
    let good = |id: &str| {
        json!({
            "client_id": id, "client_secret": "a secret made by a machine 0123456789", "client_name": id, "redirect_uris": [URI],
            "grant_types": ["authorization_code", "implicit"], "unknown_member": 1,
        })
    };
    for (bad, why) in [
        (
            json!([good("one"), { "client_id": "two", "redirect_uris": ["ftp://x"] }]).to_string(),
            "object 2",
        ),
        (
            json!([good("one"), { "client_id": "two", "redirect_uris": 5 }]).to_string(),
            "object 2",
        ),
        (json!(good("one")).to_string(), "clients.json"),
        ("[{".into(), "clients.json"),
        (
            json!([good("one"), { "client_id": "a b", "redirect_uris": [URI] }]).to_string(),
            "object 2",
        ),
        (
            json!([good("one"), { "client_id": "two", "client_secret": "short", "redirect_uris": [URI] }]).to_string(),
            "object 2",
        ),
        (json!([good("one"), good("one")]).to_string(), "one"),
    ] {
        let done = import(bad);
        assert_eq!(done.code, Some(1), "{why}: {done:?}");
        assert!(done.err.contains(why), "{why}: {done:?}");
        assert!(ids(&installation).is_empty(), "{why}: nothing was taken");
    }
    let done = import(json!([good("one"), good("two")]).to_string()).json();
    assert_eq!(done[0]["client_id"], "one");
    assert_eq!(done[0]["left_out"], json!(["grant_types: implicit"]));
    assert_eq!(ids(&installation).len(), 2);
    assert_eq!(installation.run(&["client", "import", "nowhere.json"]).code, Some(1));
}
