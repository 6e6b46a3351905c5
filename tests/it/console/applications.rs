//! Applications in the console, from the first lines of a framework to the end, in a browser without scripts.

use passgate::flow::requests;
use serde_json::json;

use super::*;

const NEW: &str = "/admin/new/client?framework=express";
const CALLBACK: &str = "http://localhost:3000/callback";

/// Makes one with the helping hand; gives its page's path and its secret.
async fn made(root: &mut Browser) -> (String, String) {
    let fields = [
        ("client_name", "Notes"),
        ("redirect_uris", CALLBACK),
        ("kind", "confidential"),
    ];
    let page = send(root, NEW, &fields).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let secret = page.text_of(".secret code");
    let link = page.link("a.button[href^='/admin/clients/']");
    (link, secret)
}

/// Whether a secret opens the token endpoint: what is refused then is the code, not the client.
async fn opens(app: &TestApp, id: &str, secret: &str) -> bool {
    let form = [
        ("grant_type", "authorization_code"),
        ("code", "x"),
        ("redirect_uri", CALLBACK),
    ];
    let request = app
        .http
        .post(app.url("/oauth2/token"))
        .basic_auth(id, Some(secret))
        .form(&form);
    let answer: serde_json::Value = request.send().await.unwrap().json().await.unwrap();
    match answer["error"].as_str().unwrap() {
        "invalid_grant" => true,
        "invalid_client" => false,
        other => panic!("{other}"),
    }
}

on_every_engine! {
async fn the_lines_of_a_new_application_hold_its_exact_values(database) {
    let app = TestApp::on(&database.url);
    let mut root = root(&app).await;
    // What it is made with decides what the form begins with.
    let page = root.get("/admin/new/client?framework=nextjs").await;
    assert!(page.body.contains("http://localhost:3000/api/auth/callback/passgate"), "{}", page.body);
    assert!(root.get("/admin/new/client").await.has("a[href='/admin/new/client?framework=spring']"));
    let page = send(&mut root, NEW, &[("client_name", "Notes"), ("redirect_uris", "https://notes.example/cb#part")]).await;
    assert_eq!(page.status, 400);
    assert!(page.has("#redirect_uris[aria-invalid]") && page.has("#redirect_uris-error"), "{}", page.body);
    assert!(page.has("#client_name[value=Notes]"), "what was typed stays");

    let page = send(&mut root, NEW, &[("client_name", "Notes"), ("redirect_uris", CALLBACK), ("refresh", "yes")]).await;
    let (secret, link) = (page.text_of(".secret code"), page.link("a.button[href^='/admin/clients/']"));
    let id = link.trim_start_matches("/admin/clients/");
    let lines: String = page.text_of("section[aria-labelledby=lines]");
    for value in [app.issuer.as_str(), id, &secret, CALLBACK, "openid profile email offline_access"] {
        assert!(lines.contains(value), "{value} is not in {lines}");
    }
    assert!(opens(&app, id, &secret).await);
    // Shown this once.
    for below in ["", "/secrets", "/setup", "/setup?framework=flask"] {
        let page = root.get(&format!("{link}{below}")).await;
        assert_eq!(page.status, 200, "{below}");
        assert!(!page.body.contains(&secret), "{below}");
    }
    let page = root.get(&format!("{link}/setup")).await;
    assert!(page.has("option[value=express][selected]"), "its redirect URI tells what it is made with");
    assert!(page.text().contains("YOUR_CLIENT_SECRET"));
    assert!(root.get("/admin/clients").await.has(&format!("a[href='{link}']")));

    // Of one that runs in a browser there is no secret, and of a service no redirect URI.
    let page = send(&mut root, "/admin/new/client?framework=react", &[("client_name", "Page"), ("redirect_uris", "https://page.example/"), ("kind", "public")]).await;
    assert!(!page.has(".secret"), "{}", page.body);
    let page = send(&mut root, "/admin/new/client?framework=service", &[("client_name", "Robot"), ("scope", "api.read")]).await;
    let (id, secret) = (page.link("a.button[href^='/admin/clients/']").replace("/admin/clients/", ""), page.text_of(".secret code"));
    let request = app.http.post(app.url("/oauth2/token")).basic_auth(id, Some(secret)).form(&[("grant_type", "client_credentials")]);
    assert_eq!(request.send().await.unwrap().status(), 200);
}

async fn every_setting_is_changed_by_the_form_and_by_nobody_else_meanwhile(database) {
    let app = TestApp::on(&database.url);
    let mut root = root(&app).await;
    let (link, _) = made(&mut root).await;
    let old = root.get(&link).await;
    let fields = form(&old, "").fill("client_name", "Notes two").fill("redirect_uris", "https://notes.example/cb\nhttps://b.example/cb")
        .fill("token_endpoint_auth_method", "client_secret_post").fill("consent", "always").fill("minimum_acr", "2")
        .fill("id_token_signed_response_alg", "ES256").fill("access_token_typ", "JWT").fill("access_token_seconds", "120")
        .fill("require_pkce", "yes").fill("audience", "https://api.example").fill("default_acr_values", "1 2");
    let page = root.submit(&fields).await;
    assert!(page.text().contains("Saved."), "{}", page.text());
    let page = root.get(&link).await;
    for shown in [
        "#client_name[value='Notes two']", "#consent option[value=always][selected]", "#minimum_acr option[value='2'][selected]",
        "#access_token_seconds[value='120']", "#require_pkce[checked]", "#access_token_typ option[value=JWT][selected]",
        "#default_acr_values[value='1 2']", "input[name='grant_types.authorization_code'][checked]",
    ] {
        assert!(page.has(shown), "{shown}: {}", page.body);
    }
    assert!(page.body.contains("https://notes.example/cb\nhttps://b.example/cb"));
    // The page that was open before knows another revision.
    let page = root.submit(&fields.clone().fill("client_name", "Notes three")).await;
    assert_eq!(page.status, 412);
    assert!(page.has("#client_name[value='Notes three']"), "what was typed stays: {}", page.body);
    assert!(page.text_of("section[aria-labelledby=theirs]").contains("Notes two"), "{}", page.body);
    for (field, wrong) in [("access_token_seconds", "5"), ("access_token_seconds", "soon"), ("jwks", "[]"), ("logo_uri", "http://a.example/x")] {
        let page = root.get(&link).await;
        let page = root.submit(&form(&page, "").fill("redirect_uris", CALLBACK).fill("token_endpoint_auth_method", "client_secret_basic")
            .fill("id_token_signed_response_alg", "RS256").fill("access_token_typ", "at+jwt").fill("consent", "remember").fill(field, wrong)).await;
        assert_eq!(page.status, 400, "{field} {wrong}: {}", page.text());
        assert!(page.has(".banner.danger"), "{field} {wrong}");
    }
}

async fn a_secret_is_replaced_while_the_one_before_still_counts(database) {
    let app = TestApp::on(&database.url);
    let mut root = root(&app).await;
    let (link, first) = made(&mut root).await;
    let (id, secrets) = (link.replace("/admin/clients/", ""), format!("{link}/secrets"));
    let page = send(&mut root, &secrets, &[("do", "rotate"), ("overlap_seconds", "3600")]).await;
    let second = page.text_of(".secret code");
    assert_ne!(first, second);
    assert!(opens(&app, &id, &first).await && opens(&app, &id, &second).await);
    assert!(!root.get(&secrets).await.body.contains(&second));
    let page = send(&mut root, &secrets, &[("do", "end")]).await;
    assert!(page.text().contains("Only the present secret counts now."), "{}", page.text());
    app.advance(2);
    assert!(!opens(&app, &id, &first).await && opens(&app, &id, &second).await);
    for overlap in ["-1", "9999999", "long"] {
        assert_eq!(send(&mut root, &secrets, &[("do", "rotate"), ("overlap_seconds", overlap)]).await.status, 400, "{overlap}");
    }
    assert!(opens(&app, &id, &second).await);
}

async fn claims_are_looked_at_before_they_are_kept(database) {
    let app = TestApp::on(&database.url);
    app.catalogue(&["editor"], &[]).await;
    account(&app, GRACE, "editor").await;
    let mut root = root(&app).await;
    let (link, _) = made(&mut root).await;
    let claims = format!("{link}/claims");
    let mapping = r#"[{"claim": "what.may", "from": "role", "tokens": ["access_token"]}]"#;
    let page = send(&mut root, &claims, &[("do", "preview"), ("claim_mappings", mapping), ("user_id", GRACE)]).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let shown = page.text_of("section[aria-labelledby=preview]");
    assert!(shown.contains("\"may\": \"editor\""), "{shown}");
    assert!(!root.get(&claims).await.body.contains("what.may"), "nothing was saved");
    for (wrong, user, field) in [
        ("{", GRACE, "claim_mappings"), (r#"[{"claim": "sub", "from": "role", "tokens": ["access_token"]}]"#, GRACE, "claim_mappings"),
        ("[]", "nobody@example.com", "user_id"),
    ] {
        let page = send(&mut root, &claims, &[("do", "preview"), ("claim_mappings", wrong), ("user_id", user)]).await;
        assert_eq!(page.status, 400, "{wrong}");
        assert!(page.has(&format!("#{field}[aria-invalid]")), "{wrong}: {}", page.body);
    }
    let page = send(&mut root, &claims, &[("do", "save"), ("claim_mappings", mapping)]).await;
    assert!(page.text().contains("Saved.") && page.text().contains("what.may"), "{}", page.text());
}

async fn why_a_request_failed_is_told_with_what_to_change(database) {
    let app = TestApp::on(&database.url);
    let mut root = root(&app).await;
    let (link, _) = made(&mut root).await;
    let id = link.replace("/admin/clients/", "");
    let page = root.get(&format!("{link}/check")).await;
    assert!(page.text().contains("No request came within a week."), "{}", page.text());
    root.get(&format!("/oauth2/authorize?client_id={id}&response_type=code&scope=openid&redirect_uri=https://evil.example/cb&state=s3cret-state")).await;
    requests::flush(&app.state).await.unwrap();
    let page = root.get(&format!("{link}/requests")).await;
    let text = page.text();
    for part in ["redirect_uri", "RFC 6749", "https://evil.example/cb", CALLBACK, "What to change:"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!page.body.contains("s3cret-state"));
    assert!(!page.has("meta[http-equiv=refresh]"));
    let live = root.get(&format!("{link}/requests?refresh=yes&failed=yes")).await;
    assert!(live.has("meta[http-equiv=refresh]"), "it asks for itself again, without a script");
    let page = root.get(&format!("{link}/check")).await;
    assert!(page.text().contains("The newest request failed:"), "{}", page.text());
}

async fn an_application_is_switched_off_and_removed_by_its_name(database) {
    let app = TestApp::on(&database.url);
    let mut root = root(&app).await;
    let (link, secret) = made(&mut root).await;
    let (id, danger) = (link.replace("/admin/clients/", ""), format!("{link}/danger"));
    let page = send(&mut root, &danger, &[("do", "disable")]).await;
    assert!(page.text().contains("The application is off."), "{}", page.text());
    app.advance(2);
    assert!(!opens(&app, &id, &secret).await);
    assert!(root.get(&format!("{link}/check")).await.text().contains("switch it on under Danger"));
    let page = send(&mut root, &danger, &[("do", "enable")]).await;
    assert!(page.text().contains("The application is on."), "{}", page.text());
    app.advance(2);
    assert!(opens(&app, &id, &secret).await);
    let page = send(&mut root, &danger, &[("do", "delete"), ("typed", "Notes")]).await;
    assert_eq!(page.status, 400);
    assert!(page.has("#typed[aria-invalid]"));
    let page = send(&mut root, &danger, &[("do", "delete"), ("typed", &id)]).await;
    assert_eq!((page.url.path(), page.status.as_u16()), ("/admin/clients", 200));
    assert_eq!(root.get(&link).await.status, 404);
}

async fn applications_that_have_metadata_come_all_or_none(database) {
    let app = TestApp::on(&database.url);
    let mut root = root(&app).await;
    let import = "/admin/new/clients";
    assert!(root.get("/admin/clients").await.has("a[href='/admin/new/clients']"));
    let one = json!({ "client_id": "notes", "client_secret": "a secret made by a machine 0123456789", "client_name": "Notes",
        "redirect_uris": [CALLBACK], "grant_types": ["authorization_code", "implicit"], "unknown_member": 1 });
    let two = json!({ "client_name": "Page", "redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none" });
    for (bad, status, why) in [
        ("[{".to_owned(), 400, "line 1"),
        (one.to_string(), 400, "expected a sequence"),
        (json!([one, { "redirect_uris": ["ftp://x"] }]).to_string(), 400, "object 2"),
        (json!([one, one]).to_string(), 409, "object 2: the client notes exists already"),
    ] {
        let page = send(&mut root, import, &[("clients", &bad)]).await;
        assert_eq!(page.status, status, "{}", page.text());
        assert!(page.has("#clients[aria-invalid]") && page.text().contains(why), "{why}: {}", page.text());
        assert!(page.text().contains(&bad), "what was typed stays");
        assert_eq!(root.get("/admin/clients/notes").await.status, 404, "none is registered");
    }
    let page = send(&mut root, import, &[("clients", &json!([one, two]).to_string())]).await;
    let text = page.text();
    assert!(text.contains("All of them are registered.") && text.contains("a secret made by a machine 0123456789"), "{text}");
    assert!(text.contains("grant_types: implicit"), "{text}");
    assert!(page.has("a[href='/admin/clients/notes']"));
    assert!(root.get("/admin/clients").await.text().contains("Page"));
}

async fn requests_of_applications_that_do_not_exist_are_shown(database) {
    let app = TestApp::on(&database.url);
    let mut root = root(&app).await;
    let page = root.get("/admin/unknown-requests").await;
    assert!(page.text().contains("Nobody sent a request with a client_id that does not exist."), "{}", page.text());
    root.get("/oauth2/authorize?client_id=mispelt&response_type=code&scope=openid&redirect_uri=https://a.example/").await;
    passgate::flow::requests::flush(&app.state).await.unwrap();
    let page = root.get("/admin/unknown-requests?failed=yes").await;
    assert!(page.text().contains("client_id") && page.text().contains("mispelt"), "{}", page.text());
    assert!(root.get("/admin/clients").await.has("a[href='/admin/unknown-requests']"));
    let mut other = holder(&app, "other", &["users:read"]).await;
    assert_eq!(other.get("/admin/unknown-requests").await.status, 403);
}

async fn ad_02_whoever_may_look_at_applications_changes_none(database) {
    let app = TestApp::on(&database.url);
    let mut root = root(&app).await;
    let (link, secret) = made(&mut root).await;
    let mut reader = holder(&app, "reader", &["clients:read"]).await;
    let id = link.replace("/admin/clients/", "");
    for below in ["", "/secrets", "/claims", "/requests", "/check", "/setup", "/danger"] {
        assert_eq!(reader.get(&format!("{link}{below}")).await.status, 200, "{below}");
    }
    assert_eq!(reader.get("/admin/new/client").await.status, 403);
    assert_eq!(reader.get("/admin/new/clients").await.status, 403);
    assert!(!reader.get("/admin/clients").await.has("a[href='/admin/new/client']"));
    for (below, fields) in [
        ("", &[("client_name", "Mine"), ("redirect_uris", CALLBACK), ("grant_types.authorization_code", "yes")][..]),
        ("/secrets", &[("do", "rotate"), ("overlap_seconds", "0")]),
        ("/secrets", &[("do", "end")]),
        ("/claims", &[("do", "save"), ("claim_mappings", "[]")]),
        ("/claims", &[("do", "preview"), ("claim_mappings", "[]"), ("user_id", ROOT)]),
        ("/danger", &[("do", "disable")]),
        ("/danger", &[("do", "enable")]),
        ("/danger", &[("do", "delete"), ("typed", &id)]),
    ] {
        let page = send(&mut reader, &format!("{link}{below}"), fields).await;
        assert_eq!(page.status, 403, "{below} {fields:?}: {}", page.text());
    }
    assert_eq!(send(&mut reader, NEW, &[("client_name", "Mine"), ("redirect_uris", CALLBACK)]).await.status, 403);
    assert!(opens(&app, &id, &secret).await);
    // Nor does anybody register what would hold more than they do.
    let mut writer = holder(&app, "writer", &["clients:read", "clients:write"]).await;
    let fields = [("client_name", "Robot"), ("scope", "passgate:users:write")];
    assert_eq!(send(&mut writer, "/admin/new/client?framework=service", &fields).await.status, 403);
}
}
