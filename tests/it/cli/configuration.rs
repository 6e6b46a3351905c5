//! `passgate export`, `passgate plan FILE` and `passgate apply FILE`.

use serde_json::{Value, json};

use crate::harness::command_line::{Done, Installation};
use crate::harness::database::on_every_engine;

const SECRET: &str = "a secret made by a machine 0123456789";

/// An installation with something of everything.
fn populated(installation: Installation) -> Installation {
    for arguments in [
        &[
            "api",
            "create",
            "https://api.example",
            "--name",
            "Posts",
            "--scope",
            "posts:write=Write posts",
            "posts:read",
        ][..],
        &[
            "role",
            "create",
            "editor",
            "--description",
            "Writes: \"posts\".",
            "--permission",
            "posts:write",
            "passgate:users:read",
        ],
        &["plan", "create", "gold", "--feature", "export", "seats:10"],
        &[
            "client",
            "create",
            "--name",
            "Browser",
            "--id",
            "browser",
            "--public",
            "--redirect-uri",
            "https://browser.example/cb",
        ],
        &[
            "client",
            "create",
            "--name",
            "Old",
            "--id",
            "old",
            "--grant",
            "client_credentials",
            "--scope",
            "posts:read",
        ],
        &["client", "disable", "old"],
    ] {
        installation.run(&[arguments, &["--json"]].concat()).json();
    }
    let shop = [
        "client",
        "create",
        "--json",
        "--name",
        "Shop: no #1",
        "--id",
        "shop",
        "--secret-stdin",
        "--first-party",
    ];
    let more = [
        "--redirect-uri",
        "https://shop.example/cb",
        "--audience",
        "https://api.example",
        "--signing-alg",
        "ES256",
    ];
    installation.run_with(&[&shop[..], &more[..]].concat(), SECRET).json();
    let mappings = json!([
        { "claim": "metadata.role", "from": "role", "tokens": ["access_token"] },
        { "claim": "tier", "from": { "value": { "level": 2, "names": ["no", "1e3"] } }, "tokens": ["id_token", "userinfo"] },
        { "claim": "crm", "from": "metadata.private.crm", "tokens": ["userinfo"], "private": true },
    ]);
    let update = [
        "client",
        "update",
        "shop",
        "--json",
        "--claim-mappings",
        &mappings.to_string(),
    ];
    installation
        .run(&[&update[..], &["--access-token-seconds", "600"]].concat())
        .json();
    installation
}

fn write(installation: &Installation, name: &str, text: &str) -> String {
    let path = installation.folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn plan(installation: &Installation, file: &str, more: &[&str]) -> (Option<i32>, Value) {
    let done = installation.run(&[&["plan", file, "--json"], more].concat());
    let shown = serde_json::from_str(&done.out).unwrap_or_else(|_| panic!("{done:?}"));
    (done.code, shown)
}

fn why(done: &Done) -> &str {
    assert_eq!(done.code, Some(1), "{done:?}");
    &done.err
}

on_every_engine! {
    async fn what_is_exported_makes_the_same_installation_elsewhere(database) {
        let first = populated(Installation::new().with("PASSGATE_DATABASE_URL", &database.url));
        for (format, name) in [("toml", "passgate.toml"), ("yaml", "passgate.yaml")] {
            let text = first.run(&["export", "--format", format]).out;
            assert_eq!(first.run(&["export", "--format", format]).out, text, "the same bytes each time");
            for secret in [SECRET, "client_secret =", "client_secret:", "pgk_", "revision", "created_at"] {
                assert!(!text.contains(secret), "{secret}: {text}");
            }
            let file = write(&first, name, &text);
            assert_eq!(plan(&first, &file, &["--prune"]), (Some(0), json!({ "drift": false, "changes": [], "not_in_file": [] })));

            let second = Installation::new();
            let (code, drift) = plan(&second, &file, &[]);
            assert_eq!((code, drift["changes"].as_array().unwrap().len()), (Some(2), 6), "{drift}");
            let applied = second.run(&["apply", &file, "--yes", "--json"]).json();
            assert_eq!((&applied["of"], applied["done"].as_array().unwrap().len()), (&json!(6), 6), "{applied}");
            // Of the two that have one; it was made here and is shown this once.
            let secrets = applied["client_secrets"].as_object().unwrap();
            assert_eq!(secrets.keys().collect::<Vec<_>>(), ["old", "shop"], "{applied}");
            assert_eq!(second.run(&["export", "--format", format]).out, text, "{format}");
            assert_eq!(plan(&second, &file, &["--prune"]).0, Some(0));
            assert_eq!(second.run(&["client", "show", "old", "--json"]).json()["disabled"], true);
            let nothing = second.run(&["apply", &file, "--json"]).json();
            assert_eq!(nothing, json!({ "done": [], "of": 0, "client_secrets": {} }), "what is so is not asked about");
        }
    }

    async fn drift_is_shown_member_by_member_before_anything_is_done(database) {
        let installation = populated(Installation::new().with("PASSGATE_DATABASE_URL", &database.url));
        let text = installation.run(&["export"]).out;
        let changed = text
            .replace("https://shop.example/cb", "https://shop.example/back")
            .replace("\"seats:10\"", "\"seats:20\"")
            .replace("access_token_seconds = 600\n", "");
        let changed = format!("{changed}\n[[roles]]\nname = \"support\"\npermissions = [\"passgate:users:read\"]\n");
        let file = write(&installation, "passgate.toml", &changed);
        installation.run(&["role", "create", "spare", "--json"]).json();
        let (code, drift) = plan(&installation, &file, &[]);
        assert_eq!((code, &drift["drift"]), (Some(2), &json!(true)));
        let steps: Vec<_> = drift["changes"].as_array().unwrap().iter()
            .map(|step| (step["action"].as_str().unwrap(), step["kind"].as_str().unwrap(), step["name"].as_str().unwrap())).collect();
        assert_eq!(steps, [("add", "role", "support"), ("change", "plan", "gold"), ("change", "client", "shop")]);
        let shop = &drift["changes"][2]["members"];
        assert_eq!(shop["redirect_uris"], json!({ "before": ["https://shop.example/cb"], "after": ["https://shop.example/back"] }));
        assert_eq!(shop["access_token_seconds"], json!({ "before": 600, "after": null }));
        assert_eq!(shop.as_object().unwrap().len(), 2, "{shop}");
        assert_eq!(drift["not_in_file"], json!([{ "kind": "role", "name": "spare" }]));
        let people = installation.run(&["plan", &file]);
        assert_eq!(people.code, Some(2));
        for line in [
            "+ role support", "~ client shop", "    redirect_uris: [\"https://shop.example/cb\"] -> [\"https://shop.example/back\"]",
            "    access_token_seconds: 600 -> nothing", "and stays: role spare", "1 to add, 2 to change, 0 to remove",
        ] {
            assert!(people.out.contains(line), "{line}: {people:?}");
        }
        // Looking changes nothing, and where nobody can be asked nothing is done.
        assert_eq!(plan(&installation, &file, &[]), (code, drift));
        assert!(why(&installation.run(&["apply", &file])).contains("nothing was done"));
        assert_eq!(plan(&installation, &file, &[]).0, Some(2));
        installation.run(&["apply", &file, "--yes"]);
        assert_eq!(plan(&installation, &file, &[]).0, Some(0));
        let shop = installation.run(&["client", "show", "shop", "--json"]).json();
        assert_eq!(shop["redirect_uris"], json!(["https://shop.example/back"]));
        assert!(shop.get("access_token_seconds").is_none() && shop["has_secret"] == true, "{shop}");
        // Only now, and only in the sections that the file has.
        let roles = write(&installation, "roles.toml", "[[roles]]\nname = \"user\"\n[[roles]]\nname = \"editor\"\n[[roles]]\nname = \"support\"\n");
        let (_, drift) = plan(&installation, &roles, &["--prune"]);
        let removed: Vec<_> = drift["changes"].as_array().unwrap().iter().filter(|step| step["action"] == "remove").map(|step| &step["name"]).collect();
        assert_eq!(removed, ["spare"], "the role of administrators stays, and no client is looked at: {drift}");
        assert_eq!(plan(&installation, &file, &["--prune"]).1["changes"].as_array().unwrap().len(), 1);
        let done = installation.run(&["apply", &file, "--prune", "--yes", "--json"]).json();
        assert_eq!(done["done"][0]["action"], "remove", "{done}");
        assert_eq!(installation.run(&["role", "show", "spare"]).code, Some(1));
    }

    async fn a_server_elsewhere_is_configured_with_a_key(database) {
        let here = populated(Installation::new().with("PASSGATE_DATABASE_URL", &database.url));
        let (_server, _) = here.serve();
        let key = |permissions: &[&str]| {
            let create = [&["api-key", "create", "--json", "--name", "ci", "--permission"], permissions].concat();
            here.run(&create).json()["key"].as_str().unwrap().to_owned()
        };
        let url = here.url("");
        let ci = Installation::new().with("PASSGATE_API_KEY", &key(&["*"]));
        let text = ci.run(&["export", "--format", "yaml", "--server", &url]).out;
        assert_eq!(text, here.run(&["export", "--format", "yaml"]).out);
        let more = "  - client_id: new\n    client_name: New\n    grant_types: [client_credentials]\n    client_secret_env: NEW_SECRET\n";
        let file = write(&ci, "passgate.yaml", &format!("{}\nclients:\n{more}", "roles:\n  - name: support"));
        let apply = ["apply", &file, "--yes", "--json", "--server", &url];
        let unset = ci.run(&apply);
        assert!(why(&unset).contains("NEW_SECRET") && why(&unset).contains("nothing was done"), "{unset:?}");
        assert_eq!(here.run(&["role", "show", "support"]).code, Some(1));
        let ci = ci.with("NEW_SECRET", SECRET);
        let done = ci.run(&apply);
        assert_eq!(done.json()["client_secrets"], json!({}), "who brought it knows it");
        assert!(!done.out.contains(SECRET) && !ci.run(&["export", "--server", &url]).out.contains(SECRET));
        assert_eq!(ci.run(&["plan", &file, "--server", &url]).code, Some(0));

        // A key that may do half of it: what was done is said, and what was refused.
        let half = Installation::new().with("PASSGATE_API_KEY", &key(&["*:read", "roles:*"]));
        let text = "clients = []\n[[roles]]\nname = \"third\"\n[[plans]]\nname = \"fourth\"\n";
        let file = write(&half, "half.toml", text);
        let refused = half.run(&["apply", &file, "--yes", "--json", "--server", &url]);
        for part in ["+ plan fourth", "plans:write is needed", "1 of 2 changes were made"] {
            assert!(why(&refused).contains(part), "{part}: {refused:?}");
        }
        let done: Value = serde_json::from_str(&refused.out).unwrap();
        assert_eq!((&done["done"][0]["name"], &done["of"]), (&json!("third"), &json!(2)));
        assert_eq!(here.run(&["role", "show", "third"]).code, Some(0));
    }

    async fn settings_are_part_of_it_and_only_go_together(database) {
        let first = Installation::new().with("PASSGATE_DATABASE_URL", &database.url);
        let file = write(&first, "a.toml", "[settings.accounts]\nsign_up = \"allow_list\"\nallowed_domains = [\"acme.example\"]\n\
            [settings.tokens]\ncode_seconds = 60\n");
        let (code, drift) = plan(&first, &file, &[]);
        // What is so by default is no drift.
        let members = &drift["changes"][0]["members"];
        assert_eq!((code, members.as_object().unwrap().len()), (Some(2), 2), "{drift}");
        assert_eq!(members["accounts.sign_up"], json!({ "before": "open", "after": "allow_list" }));
        first.run(&["apply", &file, "--yes", "--json"]).json();
        assert_eq!(plan(&first, &file, &["--prune"]).0, Some(0));
        let exported = first.run(&["export"]).out;
        assert!(exported.contains("[settings.accounts]\nallowed_domains = [\"acme.example\"]\nsign_up = \"allow_list\""), "{exported}");
        // The same installation elsewhere, from either form.
        for (format, name) in [("toml", "b.toml"), ("yaml", "b.yaml")] {
            let text = first.run(&["export", "--format", format]).out;
            let second = Installation::new();
            let file = write(&second, name, &text);
            second.run(&["apply", &file, "--yes", "--json"]).json();
            assert_eq!(second.run(&["export", "--format", format]).out, text);
        }
        // Another way to write a key; what is not there stays, unless it is to go.
        let file = write(&first, "c.toml", "[settings]\n\"accounts.sign_up\" = \"open\"\n");
        let (_, drift) = plan(&first, &file, &[]);
        assert_eq!(drift["not_in_file"], json!([{ "kind": "settings", "name": "accounts.allowed_domains" }]));
        let (_, drift) = plan(&first, &file, &["--prune"]);
        assert_eq!(drift["changes"][0]["members"]["accounts.allowed_domains"]["after"], Value::Null);
        first.run(&["apply", &file, "--yes", "--prune", "--json"]).json();
        assert!(!first.run(&["export"]).out.contains("sign_up"));
        let wrong = write(&first, "d.toml", "[settings.accounts]\nsign_up = \"closed\"\n[settings.tokens]\ncode_seconds = 1\n");
        let refused = first.run(&["apply", &wrong, "--yes"]);
        assert!(why(&refused).contains("tokens.code_seconds is 10 to 600"), "{refused:?}");
        assert_eq!(first.run(&["setting", "show", "accounts.sign_up", "--json"]).json()["value"], "open", "all or nothing");
    }

    async fn a_setting_is_set_shown_and_reset(database) {
        let here = Installation::new().with("PASSGATE_DATABASE_URL", &database.url).with("PASSGATE_LOG__LEVEL", "error");
        let set = ["setting", "set", "accounts.allowed_domains=acme.example, corp.example", "accounts.sign_up=allow_list", "--json"];
        let set = here.run(&set).json();
        assert_eq!((set.as_array().unwrap().len(), &set[0]["source"]), (2, &json!("database")), "{set}");
        let shown = here.run(&["setting", "show", "accounts.allowed_domains", "--json"]).json();
        assert_eq!(shown["value"], json!(["acme.example", "corp.example"]));
        let people = here.run(&["setting", "show", "accounts.sign_up"]).out;
        assert!(people.contains("allow_list") && people.contains("invitation") && people.contains("changed while running"), "{people}");
        for (arguments, part) in [
            (&["setting", "set", "accounts.sign_up"][..], "KEY=VALUE"),
            (&["setting", "set", "accounts.sgn_up=open"], "accounts.sgn_up is no setting"),
            (&["setting", "set", "tokens.code_seconds=soon"], "a whole number"),
            (&["setting", "set", "log.level=debug"], "next start"),
            (&["setting", "set", "accounts.sign_up=sometimes"], "unknown variant"),
            (&["setting", "reset", "accounts.allowed_domains"], "allow_list"),
            (&["setting", "show", "nothing"], "nothing is no setting"),
        ] {
            let done = here.run(arguments);
            assert!(why(&done).contains(part), "{part}: {done:?}");
        }
        here.run(&["setting", "reset", "accounts.sign_up", "accounts.allowed_domains", "--json"]).json();
        assert_eq!(here.run(&["setting", "show", "accounts.sign_up", "--json"]).json()["source"], "default");
    }
}

#[test]
fn what_is_misspelled_is_refused_and_named() {
    let installation = Installation::new();
    for (name, text, part) in [
        ("a.toml", "[[role]]\nname = \"x\"\n", "unknown field `role`"),
        (
            "a.toml",
            "[[roles]]\nname = \"x\"\npermission = []\n",
            "roles[0].permission",
        ),
        ("a.toml", "[[roles]]\nname = \"two words\"\n", "two words"),
        (
            "a.toml",
            "[[roles]]\nname = \"x\"\npermissions = [\"passgate:usrs:read\"]\n",
            "roles: x",
        ),
        (
            "a.toml",
            "[[roles]]\nname = \"x\"\n[[roles]]\nname = \"x\"\n",
            "x is there twice",
        ),
        (
            "a.toml",
            "[[clients]]\nclient_id = \"x\"\nredirect_uri = \"y\"\n",
            "clients[0]",
        ),
        ("a.toml", "[[clients]]\nclient_name = \"x\"\n", "client_id is missing"),
        (
            "a.toml",
            "[[clients]]\nclient_id = \"xyz\"\nredirect_uris = [\"ftp://x\"]\n",
            "clients: xyz: redirect_uris",
        ),
        (
            "a.toml",
            "[[clients]]\nclient_id = \"xyz\"\nclient_secret = \"s\"\n",
            "no secret stands in a file",
        ),
        (
            "a.toml",
            "[[clients]]\nclient_id = \"xyz\"\ngrant_types = [\"client_credentials\", \"implicit\"]\n",
            "implicit",
        ),
        (
            "a.toml",
            "[[clients]]\nclient_id = \"xyz\"\ndisabled = \"no\"\n",
            "true or false",
        ),
        ("a.toml", "roles = 5\n", "roles"),
        ("a.toml", "[[roles]\n", "a.toml"),
        ("a.yaml", "roles:\n  - nmae: x\n", "roles[0]"),
        ("a.yaml", "roles: [\n", "a.yaml"),
        ("a.json", "{}", ".toml, .yaml or .yml"),
    ] {
        let file = write(&installation, name, text);
        for command in [&["plan", &file][..], &["apply", &file, "--yes"]] {
            let done = installation.run(command);
            assert!(why(&done).contains(part) && done.out.is_empty(), "{part}: {done:?}");
        }
    }
    assert!(why(&installation.run(&["plan", "nowhere.toml"])).contains("nowhere.toml"));
    assert_eq!(installation.run(&["plan"]).code, Some(2));
    // The catalogue's commands are still there.
    assert_eq!(
        installation.run(&["plan", "list", "--json"]).json()[0]["name"],
        "free_user"
    );
}
