//! People: found, made, changed and removed; and who may do that to whom.

use passgate::flow::users::Change;
use passgate::model::permission::Authority;
use serde_json::json;

use super::*;
use crate::harness::app::PASSWORD;
use crate::harness::relying_party::RelyingParty;

/// Makes somebody an administrator.
pub async fn promote(app: &TestApp, email: &str) {
    let change = Change::Role("admin".to_owned());
    let origin = Origin::command_line();
    passgate::flow::users::change(&app.state, email, change, &Authority::all(), &origin)
        .await
        .unwrap();
}

async fn emails(root: &Program<'_>, path: &str) -> Vec<String> {
    let page = root.get(path).await.ok();
    let items = page["items"].as_array().unwrap();
    items
        .iter()
        .map(|user| user["email"].as_str().unwrap().to_owned())
        .collect()
}

on_every_engine! {
    async fn when_somebody_was_last_here_and_whether_they_have_a_second_factor_is_seen(database) {
        let app = TestApp::on(&database.url);
        let root = Program::new(&app, &["users:*"]).await;
        app.user("ada@example.com").await;
        let first = root.get("/users/ada@example.com").await;
        assert_eq!((&first.json["second_factor"], first.json.get("last_sign_in_at")), (&json!(false), None));
        app.advance(60);
        let mut ada = app.browser();
        ada.sign_in("ada@example.com").await;
        let seen = root.get("/users/ada@example.com").await;
        let at: chrono::DateTime<chrono::Utc> = seen.json["last_sign_in_at"].as_str().unwrap().parse().unwrap();
        assert_eq!(at, app.clock.now());
        // What a person does meanwhile refuses nobody's change.
        let etag = first.headers["etag"].to_str().unwrap().to_owned();
        assert_eq!(seen.headers["etag"].to_str().unwrap(), etag);
        let one = Program::with(&app, &root.key).header("if-match", &etag);
        one.patch("/users/ada@example.com", json!({ "claims": { "name": "Ada" } })).await.ok();
        crate::journeys::add_app(&app, &mut ada).await;
        for path in ["/users", "/users?search=ada", "/users?role=user", "/users?plan=free_user"] {
            let page = root.get(path).await.ok();
            assert_eq!(page["items"][0]["second_factor"], true, "{path}: {page}");
            assert!(page["items"][0]["last_sign_in_at"].is_string(), "{path}: {page}");
        }
    }

    async fn people_are_found_by_the_beginnings_of_their_words(database) {
        let app = TestApp::on(&database.url);
        let root = Program::new(&app, &["users:*"]).await;
        for (email, name, username) in [
            ("ada@example.com", "Ada Lovelace", Some("countess")), ("alan@example.org", "Alan Turing", None),
            ("xm@example.cn", "王小明", None), ("zoe@example.com", "Zoë Lovell", None),
        ] {
            app.advance(1);
            let body = json!({ "email": email, "name": name, "username": username, "password": PASSWORD });
            assert_eq!(root.post("/users", body).await.status, 201, "{email}");
        }
        for (search, expected) in [
            ("ada", vec!["ada@example.com"]), ("LOVE", vec!["ada@example.com", "zoe@example.com"]),
            ("lovel ada", vec!["ada@example.com"]), ("countess", vec!["ada@example.com"]), ("小明", vec!["xm@example.cn"]),
            ("zoe", vec!["zoe@example.com"]), ("zo\u{eb}", vec!["zoe@example.com"]), ("alan@example.org", vec!["alan@example.org"]),
            ("alan@", vec!["alan@example.org"]), ("lan", vec![]), ("%", vec![]), ("ada turing", vec![]), ("'; --", vec![]),
        ] {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            let query = query.append_pair("search", search).finish();
            let mut found = emails(&root, &format!("/users?{query}")).await;
            found.sort();
            assert_eq!(found, expected, "{search}");
        }
        // What they are called now, not what they were called.
        root.patch("/users/ada@example.com", json!({ "claims": { "name": "Ada King", "family_name": null } })).await.ok();
        assert_eq!(emails(&root, "/users?search=lovelace").await, Vec::<String>::new());
        assert_eq!(emails(&root, "/users?search=king").await, ["ada@example.com"]);
        assert_eq!(emails(&root, "/users?search=example&limit=2").await.len(), 2);
        // Whichever word leads through the pages.
        for (search, expected) in [
            ("exam", &["ada@example.com", "alan@example.org", "xm@example.cn", "zoe@example.com"][..]),
            ("example+a", &["ada@example.com", "alan@example.org"]),
            ("king+example+ad", &["ada@example.com"]),
        ] {
            let first = format!("/users?search={search}&limit=1");
            let (mut all, mut path) = (Vec::new(), first.clone());
            loop {
                let page = root.get(&path).await.ok();
                all.extend(page["items"].as_array().unwrap().iter().map(|user| user["email"].as_str().unwrap().to_owned()));
                match page["next"].as_str() {
                    Some(next) => path = format!("{first}&after={next}"),
                    None => break,
                }
            }
            all.sort();
            assert_eq!(all, expected, "each once");
        }
        for after in ["AAAA", "%20", "AAAAAAAAAAAAAAAAAAAAAA"] {
            assert_eq!(root.get(&format!("/users?search=exam&after={after}")).await.status, 422, "{after}");
        }
    }

    async fn lists_are_filtered_and_in_order(database) {
        let app = TestApp::on(&database.url);
        let root = Program::new(&app, &["*"]).await;
        for email in ["a@example.com", "b@example.com", "c@example.com"] {
            app.advance(1);
            root.post("/users", json!({ "email": email, "email_verified": email != "b@example.com" })).await.ok();
        }
        promote(&app, "b@example.com").await;
        root.post("/users/a@example.com/disable", json!({})).await.ok();
        assert_eq!(emails(&root, "/users").await, ["c@example.com", "b@example.com", "a@example.com"]);
        assert_eq!(emails(&root, "/users?sort=created_at").await, ["a@example.com", "b@example.com", "c@example.com"]);
        assert_eq!(emails(&root, "/users?sort=-created_at&limit=1").await, ["c@example.com"]);
        assert_eq!(emails(&root, "/users?role=admin").await, ["b@example.com"]);
        assert_eq!(emails(&root, "/users?plan=free_user&sort=created_at&limit=2").await, ["a@example.com", "b@example.com"]);
        assert_eq!(emails(&root, "/users?disabled=true").await, ["a@example.com"]);
        assert_eq!(emails(&root, "/users?disabled=false&role=user").await, ["c@example.com"]);
        assert_eq!(emails(&root, "/users?email_verified=false").await, ["b@example.com"]);
        let first = root.get("/users?sort=created_at&limit=2").await.ok();
        let next = format!("/users?sort=created_at&limit=2&after={}", first["next"].as_str().unwrap());
        assert_eq!(emails(&root, &next).await, ["c@example.com"]);
    }

    async fn ad_12_a_change_of_another_revision_is_refused(database) {
        let app = TestApp::on(&database.url);
        app.user("ada@example.com").await;
        let root = Program::new(&app, &["*"]).await;
        let first = root.get("/users/ada@example.com").await;
        let etag = first.headers["etag"].to_str().unwrap().to_owned();
        let one = Program::with(&app, &root.key).header("if-match", &etag);
        let changed = one.patch("/users/ada@example.com", json!({ "claims": { "nickname": "A" } })).await;
        assert_eq!(changed.status, 200);
        assert_ne!(changed.headers["etag"].to_str().unwrap(), etag);
        let late = one.patch("/users/ada@example.com", json!({ "claims": { "nickname": "B" } })).await;
        assert_eq!((late.status.as_u16(), late.code()), (412, "revision_mismatch"));
        assert_eq!(root.get("/users/ada@example.com").await.ok()["claims"]["nickname"], "A");
        let same = Program::with(&app, &root.key).header("if-none-match", changed.headers["etag"].to_str().unwrap());
        assert_eq!(same.get("/users/ada@example.com").await.status, 304);
    }

    async fn ad_05_nobody_changes_somebody_who_holds_more(database) {
        let app = TestApp::on(&database.url);
        app.user("root@example.com").await;
        app.user("boss@example.com").await;
        app.user("ada@example.com").await;
        promote(&app, "root@example.com").await;
        promote(&app, "boss@example.com").await;
        let helper = Program::new(&app, &["users:*", "sessions:*", "grants:*"]).await;
        let (some, none) = (json!({}), json!({ "password": "another fine password" }));
        for (method, path, body) in [
            (Method::POST, "/password", Some(&none)),
            (Method::POST, "/emails", Some(&json!({ "email": "evil@example.com", "primary": true }))),
            (Method::DELETE, "/emails/other@example.com", None),
            (Method::POST, "/recovery-link", Some(&some)),
            (Method::POST, "/disable", Some(&some)),
            (Method::POST, "/enable", Some(&some)),
            (Method::POST, "/password/require-change", Some(&some)),
            (Method::DELETE, "/factors/totp/00000000-0000-4000-8000-000000000000", None),
            (Method::DELETE, "/sessions", None),
            (Method::DELETE, "/sessions/00000000-0000-4000-8000-000000000000", None),
            (Method::DELETE, "/grants/web", None),
            (Method::PATCH, "", Some(&json!({ "claims": { "nickname": "x" } }))),
            (Method::DELETE, "", None),
        ] {
            let answer = helper.send(method.clone(), &format!("/users/boss@example.com{path}"), body.cloned()).await;
            assert_eq!(answer.code(), "exceeds_authority", "{method} {path}");
        }
        let raised = helper.patch("/users/ada@example.com", json!({ "role": "admin" })).await;
        assert_eq!(raised.code(), "exceeds_authority");
        let made = helper.post("/users", json!({ "email": "new@example.com", "role": "admin" })).await;
        assert_eq!(made.code(), "exceeds_authority");
        let inviting = Program::new(&app, &["invitations:write"]).await;
        let invited = inviting.post("/invitations", json!({ "email": "new@example.com", "role": "admin" })).await;
        assert_eq!(invited.code(), "exceeds_authority");
        assert_eq!(helper.patch("/users/ada@example.com", json!({ "claims": { "nickname": "x" } })).await.status, 200);
    }

    async fn ad_08_the_last_administrator_stays(database) {
        let app = TestApp::on(&database.url);
        app.user("root@example.com").await;
        promote(&app, "root@example.com").await;
        let root = Program::new(&app, &["*"]).await;
        assert_eq!(root.patch("/users/root@example.com", json!({ "role": "user" })).await.code(), "last_administrator");
        assert_eq!(root.post("/users/root@example.com/disable", json!({})).await.code(), "last_administrator");
        assert_eq!(root.delete("/users/root@example.com").await.code(), "last_administrator");
        app.user("second@example.com").await;
        promote(&app, "second@example.com").await;
        let (one, other) = futures_util::future::join(
            root.patch("/users/root@example.com", json!({ "role": "user" })),
            root.delete("/users/second@example.com"),
        ).await;
        let won = [&one, &other].iter().filter(|answer| answer.status.is_success()).count();
        assert_eq!(won, 1, "{one:?} {other:?}");
        assert_eq!(emails(&root, "/users?role=admin").await.len(), 1);
    }

    async fn a_change_shows_in_the_next_token_and_at_once_in_userinfo(database) {
        let app = TestApp::on(&database.url);
        let secret = app.web_client().await;
        app.user("ada@example.com").await;
        let root = Program::new(&app, &["*"]).await;
        let web = RelyingParty::new(&app, "web", Some(&secret));
        let mut browser = app.browser();
        browser.sign_in("ada@example.com").await;
        let code = web.code(&mut browser, "openid profile offline_access").await;
        let tokens = web.exchange(&code).await;
        assert_eq!(crate::harness::relying_party::claims(tokens.text("access_token"))["role"], "user");
        promote(&app, "ada@example.com").await;
        root.patch("/users/ada@example.com", json!({ "claims": { "nickname": "Countess" } })).await.ok();
        let shown = web.userinfo(tokens.text("access_token")).await.json;
        assert_eq!((&shown["role"], &shown["nickname"]), (&json!("admin"), &json!("Countess")));
        let renewed = web.refresh(tokens.text("refresh_token")).await;
        assert_eq!(crate::harness::relying_party::claims(renewed.text("access_token"))["role"], "admin");
    }

    async fn another_password_ends_what_the_old_one_opened(database) {
        let app = TestApp::on(&database.url);
        app.user("ada@example.com").await;
        let root = Program::new(&app, &["*"]).await;
        let mut browser = app.browser();
        browser.sign_in("ada@example.com").await;
        assert_eq!(root.get("/users/ada@example.com/sessions").await.ok()["items"].as_array().unwrap().len(), 1);
        let weak = root.post("/users/ada@example.com/password", json!({ "password": "password" })).await;
        assert_eq!(weak.code(), "invalid_value");
        let set = root.post("/users/ada@example.com/password", json!({ "password": "a whole new sentence" })).await;
        assert_eq!(set.status, 204);
        assert_eq!(root.get("/users/ada@example.com/sessions").await.ok()["items"].as_array().unwrap().len(), 0);
        app.mails_to("ada@example.com", 1).await;
        let both = root.post("/users/ada@example.com/password", json!({ "password": "x", "password_hash": "y" })).await;
        assert_eq!(both.code(), "invalid_value");
    }

    async fn addresses_join_and_leave(database) {
        let app = TestApp::on(&database.url);
        app.user("ada@example.com").await;
        app.user("bob@example.com").await;
        let root = Program::new(&app, &["*"]).await;
        let path = "/users/ada@example.com/emails";
        assert_eq!(root.post(path, json!({ "email": "BOB@example.com" })).await.code(), "already_exists");
        assert_eq!(root.post(path, json!({ "email": "nonsense" })).await.code(), "invalid_value");
        let added = root.post(path, json!({ "email": "countess@example.com" })).await.ok();
        assert_eq!(added["items"].as_array().unwrap().len(), 2);
        assert_eq!(emails(&root, "/users?search=countess").await, ["ada@example.com"], "found by any of them");
        root.post(path, json!({ "email": "countess@example.com", "primary": true })).await.ok();
        assert_eq!(root.get("/users/countess@example.com").await.ok()["email"], "countess@example.com");
        assert_eq!(root.delete("/users/countess@example.com/emails/countess@example.com").await.code(), "in_use");
        assert_eq!(root.delete("/users/countess@example.com/emails/ADA@example.com").await.status, 204);
        assert_eq!(root.get("/users/ada@example.com").await.code(), "not_found");
    }

    async fn whoever_is_removed_is_gone_from_everywhere(database) {
        let app = TestApp::on(&database.url);
        app.user("ada@example.com").await;
        let root = Program::new(&app, &["*"]).await;
        let mut browser = app.browser();
        browser.sign_in("ada@example.com").await;
        assert_eq!(root.delete("/users/ada@example.com").await.status, 204);
        assert_eq!(root.get("/users/ada@example.com").await.code(), "not_found");
        assert_eq!(emails(&root, "/users?search=ada").await, Vec::<String>::new());
        let page = browser.get("/account").await;
        assert!(page.url.path().contains("/sign-in"), "{}", page.url);
        assert_eq!(passgate::store::verify::verify(&app.state.db).await.unwrap(), Vec::<String>::new());
    }
}
