//! The same commands beside the database and with a key from elsewhere: the same words, the same answers, the same rules.

use serde_json::{Value, json};

use crate::harness::command_line::{Done, Installation};
use crate::harness::database::on_every_engine;

const PASSWORD: &str = "correct horse battery\n";

/// An installation that is served, and somebody elsewhere with a key to it.
struct Both {
    here: Installation,
    elsewhere: Installation,
    _server: crate::harness::command_line::Served,
}

impl Both {
    fn new(url: &str, permissions: &[&str]) -> Self {
        let here = Installation::new().with("PASSGATE_DATABASE_URL", url);
        let (_server, _) = here.serve();
        let key = [
            &["api-key", "create", "--json", "--name", "ci", "--permission"],
            permissions,
        ]
        .concat();
        let key = here.run(&key).json()["key"].as_str().unwrap().to_owned();
        let elsewhere = Installation::new().with("PASSGATE_API_KEY", &key);
        Self {
            here,
            elsewhere,
            _server,
        }
    }

    fn far(&self, arguments: &[&str]) -> Done {
        self.far_with(arguments, "")
    }

    fn far_with(&self, arguments: &[&str], input: &str) -> Done {
        let url = self.here.url("");
        self.elsewhere
            .run_with(&[arguments, &["--json", "--server", &url]].concat(), input)
    }

    /// What both answer.
    fn same(&self, arguments: &[&str]) -> Value {
        let near = self.here.run(&[arguments, &["--json"]].concat()).json();
        assert_eq!(
            timeless(self.far(arguments).json()),
            timeless(near.clone()),
            "{arguments:?}"
        );
        near
    }
}

/// An answer without the moments that a preview of claims takes from the clock.
fn timeless(mut answer: Value) -> Value {
    match &mut answer {
        Value::Array(items) => items.iter_mut().for_each(|item| *item = timeless(item.take())),
        Value::Object(members) => {
            members.retain(|name, _| !["iat", "exp", "auth_time"].contains(&name.as_str()));
            members.values_mut().for_each(|value| *value = timeless(value.take()));
        }
        _ => {}
    }
    answer
}

fn error(done: &Done) -> String {
    assert_eq!(done.code, Some(1), "{done:?}");
    assert!(done.out.is_empty(), "{done:?}");
    let error: Value = serde_json::from_str(&done.err).unwrap_or_else(|_| panic!("{done:?}"));
    error["error"].as_str().unwrap().to_owned()
}

on_every_engine! {
    async fn a_key_elsewhere_does_what_the_database_does_here(database) {
        let both = Both::new(&database.url, &["*"]);
        // What is made there is seen here, in the same shapes.
        both.far(&["role", "create", "editor", "--permission", "posts:write"]).json();
        both.far(&["plan", "create", "gold", "--feature", "export"]).json();
        both.far(&["api", "create", "https://api.example", "--name", "Posts", "--scope", "posts:write=Write posts", "posts:read"]).json();
        let ada = ["user", "create", "--email", "ada@example.com", "--password-stdin", "--email-verified", "--role", "editor"];
        let sub = both.far_with(&ada, PASSWORD).json();
        assert_eq!(sub.as_object().unwrap().keys().collect::<Vec<_>>(), ["sub"]);
        let shop = ["client", "create", "--name", "Shop", "--id", "shop", "--redirect-uri", "https://shop.example/cb"];
        let made = both.far(&shop).json();
        assert_eq!(made["client_id"], "shop");
        assert!(made["client_secret"].as_str().unwrap().len() >= 43, "256 bits");
        both.far(&["invitation", "create", "--email", "guest@example.com"]).json();
        assert_eq!(both.far(&["user", "set-plan", "ada@example.com", "gold"]).json()["plan"], "gold");
        let updated = both.far(&["user", "update", "ada@example.com", "--name", "Ada", "--username", "ada"]).json();
        assert_eq!((&updated["claims"]["name"], &updated["username"]), (&json!("Ada"), &json!("ada")));
        both.far(&["user", "set-metadata", "ada@example.com", "--public", "{\"team\":\"engines\"}"]).json();
        both.far(&["user", "add-email", "ada@example.com", "ada@work.example", "--primary"]).json();
        for arguments in [
            &["role", "list"][..], &["role", "show", "editor"], &["plan", "list"], &["plan", "show", "gold"], &["api", "list"],
            &["api", "show", "https://api.example"], &["user", "list"], &["user", "list", "--search", "ada"],
            &["user", "list", "--role", "editor", "--plan", "gold"], &["user", "list", "--disabled"],
            &["user", "show", "ada@work.example"], &["user", "show-metadata", "ada@work.example"],
            &["user", "emails", "ada@work.example"], &["user", "sessions", "ada@work.example"], &["user", "grants", "ada@work.example"],
            &["user", "factors", "ada@work.example"], &["client", "list"], &["client", "show", "shop"],
            &["client", "preview-claims", "shop", "ada@work.example"], &["invitation", "list"], &["key", "list"], &["session", "list"],
            &["mail", "list", "--failed"], &["client", "requests", "shop"], &["session", "list", "--user", "ada@work.example"],
            &["audit", "list", "--target", "shop"], &["audit", "list", "--limit", "3"], &["audit", "kinds"],
        ] {
            both.same(arguments);
        }
        let ada = both.same(&["user", "list"])[0].clone();
        assert_eq!((&ada["sub"], &ada["role"], &ada["email"]), (&sub["sub"], &json!("editor"), &json!("ada@work.example")));
        assert_eq!(both.same(&["user", "list", "--role", "user"]), json!([]));
        assert_eq!(both.same(&["user", "list", "--search", "nobody"]), json!([]));
        assert_eq!(both.same(&["user", "show-metadata", "ada@work.example"])["public"], json!({ "team": "engines" }));
        assert_eq!(
            std::fs::read_dir(both.elsewhere.folder.path()).unwrap().count(), 0,
            "no database and no key was made elsewhere"
        );
        // What the trail says of itself there, and whether it passes a mark that was kept.
        let verified = both.far(&["audit", "verify"]).json();
        assert_eq!(verified["verified"], true, "{verified}");
        let mark = format!("{}:{}", verified["last"], verified["hash"].as_str().unwrap());
        assert_eq!(both.far(&["audit", "verify", "--checkpoint", &mark]).json()["verified"], true);
        let forged = both.far(&["audit", "verify", "--checkpoint", &format!("1:{}", "ab".repeat(32))]);
        assert_eq!(forged.code, Some(1), "{forged:?}");
        assert!(forged.out.contains("\"verified\":false") || forged.out.contains("\"verified\": false"), "{forged:?}");
        assert_eq!(both.same(&["session", "list", "--user", "nobody@example.com"]), json!([]));
        // Secrets rotate, and the one before ends.
        let rotated = both.far(&["client", "rotate-secret", "shop", "--overlap-seconds", "600"]).json();
        assert_ne!(rotated["client_secret"], made["client_secret"]);
        assert!(both.same(&["client", "show", "shop"])["previous_secret_expires_at"].is_string());
        assert_eq!(both.far(&["client", "end-previous-secret", "shop"]).json(), json!({ "ended": "shop" }));
        assert!(both.same(&["client", "show", "shop"]).get("previous_secret_expires_at").is_none());
        let keys = both.far(&["key", "rotate"]).json();
        assert!(keys[0]["active"].is_string() && keys[0]["next"].is_string(), "{keys}");
        // What goes there is gone here.
        both.far_with(&["user", "set-password", "ada@work.example", "--password-stdin"], "another horse battery\n").json();
        both.far(&["user", "end-sessions", "ada@work.example"]).json();
        both.far(&["user", "remove-email", "ada@work.example", "ada@example.com"]).json();
        assert_eq!(both.same(&["user", "emails", "ada@work.example"]).as_array().unwrap().len(), 1);
        assert_eq!(both.far(&["user", "delete", "ada@work.example"]).json(), json!({ "deleted": "ada@work.example" }));
        assert_eq!(both.far(&["client", "delete", "shop"]).json(), json!({ "deleted": "shop" }));
        both.far(&["invitation", "revoke", "guest@example.com"]).json();
        for list in ["user", "invitation"] {
            assert_eq!(both.same(&[list, "list"]), json!([]));
        }
        // What is served for development has its playground.
        let left = both.same(&["client", "list"]);
        assert!(left.as_array().unwrap().iter().all(|client| client["client_id"] == "playground"), "{left}");
    }

    async fn applications_of_a_file_and_hashes_of_firebase_come_from_elsewhere_too(database) {
        let both = Both::new(&database.url, &["clients:*", "users:*", "outbox:*"]);
        let file = both.elsewhere.folder.path().join("clients.json");
        let import = |clients: Value| {
            std::fs::write(&file, clients.to_string()).unwrap();
            both.far(&["client", "import", file.to_str().unwrap()])
        };
        let good = json!({ "client_id": "shop", "redirect_uris": ["https://shop.example/callback"], "response_types": ["code"] });
        let why = error(&import(json!([good, { "redirect_uris": ["ftp://x"] }])));
        assert!(why.contains("clients.json") && why.contains("object 2"), "{why}");
        let why = error(&import(json!([good, good])));
        assert!(why.contains("the client shop exists already"), "{why}");
        assert_eq!(both.far(&["client", "show", "shop"]).code, Some(1), "all of them or none");
        let made = import(json!([good])).json();
        assert_eq!(made[0]["client_id"], "shop");
        assert!(made[0]["client_secret"].as_str().unwrap().len() > 40);
        assert_eq!(both.same(&["client", "show", "shop"])["client_id"], "shop");
        assert_eq!(both.same(&["client", "requests", "--unknown"]), json!([]));
        assert_eq!(both.same(&["text", "list"]), json!([]));
        assert!(both.far(&["mail", "test", "ada@example.com"]).json()["said"].as_str().unwrap().contains("captured as"));
        assert!(error(&both.far(&["mail", "test", "nobody"])).contains("not an e-mail address"));
        // The parameters stay where they are: each line is complete by itself when it leaves.
        let parameters = both.elsewhere.folder.path().join("firebase.txt");
        std::fs::write(&parameters, super::imports::FIREBASE).unwrap();
        let lines = [
            json!({ "email": "fire@example.com", "password_hash": super::imports::FIREBASE_HASH, "password_salt": "42xEC+ixf3L2lw==" }),
            json!({ "email": "plain@example.com" }),
            json!({ "email": "wrong@example.com", "password_hash": "!!", "password_salt": "!!" }),
            json!({ "email": "last@example.com" }),
        ];
        let lines = lines.map(|line| line.to_string()).join("\n");
        let arguments = ["user", "import", "-", "--firebase-parameters", parameters.to_str().unwrap()];
        let done = both.far_with(&arguments, &lines);
        let told: Vec<Value> = done.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let statuses: Vec<_> = told.iter().filter_map(|line| line["status"].as_str()).collect();
        assert_eq!(statuses, ["made", "made", "failed", "made"], "{done:?}");
        assert_eq!(told[2]["line"], 3);
        assert!(!done.out.contains("password_salt is for"), "the parameters are there: {done:?}");
        assert_eq!(super::imports::signs_in(&both.here, "fire@example.com", "user1password").await, "/account");
    }

    async fn a_key_without_the_permission_is_refused_with_its_sentence(database) {
        let both = Both::new(&database.url, &["users:read", "roles:read"]);
        assert!(both.far(&["user", "list"]).json().is_array());
        let role = error(&both.far(&["role", "create", "editor"]));
        assert!(role.contains("roles:write is needed") && role.contains("insufficient_permission"), "{role}");
        let export = error(&both.far(&["export"]));
        assert!(export.contains("apis:read is needed"), "{export}");
        let ada = ["user", "create", "--json", "--email", "ada@example.com", "--password-stdin"];
        both.here.run_with(&ada, PASSWORD).json();
        // Who may see people and no mail sees people.
        let shown = both.far(&["user", "show", "ada@example.com"]).json();
        assert_eq!((&shown["email"], shown.get("failed_mails")), (&json!("ada@example.com"), None));
        let unknown = error(&both.far(&["user", "show", "nobody@example.com"]));
        assert_eq!(unknown, "there is no such account");
    }

    async fn lines_are_taken_in_and_along_here_and_from_elsewhere(database) {
        let both = Both::new(&database.url, &["users:*", "audit:read"]);
        // More than are sent at once, with one that makes no account and one that says nothing.
        let mut lines: Vec<_> = (1..=260).map(|n| json!({ "email": format!("p{n}@example.com") }).to_string()).collect();
        lines[4] = "{ broken".to_owned();
        lines[210] = "  ".to_owned();
        let done = both.far_with(&["user", "import", "-"], &lines.join("\n"));
        assert_eq!(done.code, Some(1), "{}", done.err);
        let told: Vec<Value> = done.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(told.last().unwrap(), &json!({ "made": 258, "skipped": 0, "failed": 1 }));
        assert_eq!((&told[4]["line"], &told[4]["status"]), (&json!(5), &json!("failed")));
        assert_eq!((&told[258]["line"], &told[258]["email"]), (&json!(260), &json!("p260@example.com")));
        let again = both.here.run_with(&["user", "import", "--json"], &lines[..3].join("\n"));
        assert!(again.out.contains(r#"{"failed":0,"made":0,"skipped":3}"#), "{}", again.out);
        // Everybody, the same from both places, and in a file.
        let near = both.here.run(&["user", "export"]).out;
        assert_eq!(near.lines().count(), 258);
        assert_eq!(both.far(&["user", "export"]).out, near);
        assert!(!near.contains("password"), "no secret leaves");
        // The trail of elsewhere is verified where nothing but its key is known.
        let file = both.elsewhere.folder.path().join("trail.ndjson");
        let file = file.to_str().unwrap();
        let taken = both.far(&["audit", "export", "--output", file]);
        assert_eq!(taken.code, Some(0), "{}", taken.err);
        let twice = error(&both.far(&["audit", "export", "--output", file]));
        assert!(twice.contains("trail.ndjson"), "a file that is there stays: {twice}");
        let key = both.far(&["audit", "verify"]).json()["public_key"].as_str().unwrap().to_owned();
        let found = both.elsewhere.run(&["audit", "verify", file, "--key", &key, "--json"]).json();
        assert_eq!((&found["verified"], &found["signer_known"]), (&json!(true), &json!(true)), "{found}");
        let some = both.far(&["audit", "export", "--kind", "user_created"]).out;
        assert_eq!(some.lines().filter(|line| line.contains(r#""type":"event""#)).count(), 258);
        let wrong = error(&both.far(&["audit", "export", "--kind", "no_such_thing"]));
        assert!(wrong.contains("no_such_thing") || wrong.contains("kind"), "{wrong}");
    }

    async fn what_needs_the_database_says_so(database) {
        let both = Both::new(&database.url, &["*"]);
        for arguments in [
            &["serve"][..], &["migrate"], &["doctor"], &["backup", "x.db"], &["restore", "x.db"],
        ] {
            let why = error(&both.far(arguments));
            assert!(why.contains("beside the database"), "{arguments:?}: {why}");
        }
        assert_eq!(std::fs::read_dir(both.elsewhere.folder.path()).unwrap().count(), 0);
        let without = Installation::new();
        let url = both.here.url("");
        let why = error(&without.run(&["user", "list", "--json", "--server", &url]));
        assert!(why.contains("PASSGATE_API_KEY"), "{why}");
        let file = without.folder.path().join("key");
        std::fs::write(&file, "pgk_wrong\n").unwrap();
        let why = error(&without.run(&["user", "list", "--json", "--server", &url, "--api-key-file", file.to_str().unwrap()]));
        assert!(why.contains("unauthenticated"), "{why}");
        let plain = error(&without.with("PASSGATE_API_KEY", "x").run(&["user", "list", "--json", "--server", "http://id.example"]));
        assert!(plain.contains("https"), "no key leaves in the clear: {plain}");
    }
}
