//! What administrators must have shown of themselves (SECURITY-CASES AD-09): two factors where they have them, in the console
//! and with tokens of theirs, whatever browser they trusted.

use super::*;
use crate::harness::app::Options;
use crate::harness::relying_party::RelyingParty;
use crate::journeys::{Phone, add_app, codes_on, with_password};

const SCOPE: &str = "openid passgate:users:read";

/// An administrator with an authenticator app, in a browser that they trusted, signed in by the password alone.
async fn trusting(app: &TestApp) -> (Browser, Phone) {
    account(app, ROOT, "admin").await;
    let (phone, _) = add_app(app, &mut signed_in(app, ROOT).await).await;
    app.advance(60);
    let mut browser = app.browser();
    let page = with_password(&mut browser, ROOT).await;
    let form = page.form().fill("code", &phone.code(app)).fill("trust", "yes");
    assert_eq!(browser.submit(&form).await.url.path(), "/account");
    let out = browser.get("/sign-out").await.form().fill("logout", "yes");
    browser.submit(&out).await;
    let page = with_password(&mut browser, ROOT).await;
    assert_eq!(page.url.path(), "/account", "trusted: {}", page.text());
    app.advance(60);
    (browser, phone)
}

on_every_engine! {
    async fn ad_09_whoever_has_a_second_factor_shows_it_before_they_administer(database) {
        let app = TestApp::on(&database.url);
        let (mut browser, phone) = trusting(&app).await;
        let page = browser.get("/admin/users").await;
        assert!(page.has("input[name=code]") && !page.has("input[name=password]"), "only what is missing: {}", page.text());
        // Neither by a form nor by REST.
        let sent = send(&mut browser, "/admin/outbox", &[("do", "retry-all")]).await;
        assert_eq!((sent.status.as_u16(), sent.has("a[href^='/sign-in?again=yes']")), (403, true), "{}", sent.text());
        let cookies: Vec<_> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let called = app.http.get(app.url("/api/v1/users")).header("cookie", cookies.join("; ")).header("sec-fetch-site", "same-origin");
        let refused = called.send().await.unwrap();
        assert_eq!(refused.status(), 403);
        assert_eq!(refused.json::<serde_json::Value>().await.unwrap()["code"], "second_factor_required");
        let page = browser.submit(&page.form().fill("code", &phone.code(&app))).await;
        assert_eq!(page.url.path(), "/admin/users", "{}", page.text());
    }

    async fn ad_09_a_token_says_how_its_person_signed_in(database) {
        let app = TestApp::on(&database.url);
        app.client(json!({
            "client_id": "tool", "client_name": "Tool", "redirect_uris": [crate::harness::relying_party::REDIRECT_URI],
            "grant_types": ["authorization_code"], "scope": SCOPE, "token_endpoint_auth_method": "none", "consent": "skip",
        })).await;
        let (mut browser, phone) = trusting(&app).await;
        let party = RelyingParty::new(&app, "tool", None);
        for (more, status) in [(&[][..], 403), (&[("acr_values", "2")][..], 200)] {
            let mut parameters = vec![("resource", app.issuer.as_str())];
            parameters.extend(more);
            let mut page = browser.get(&party.request(SCOPE, &parameters)).await;
            if page.has("input[name=code]") {
                page = browser.submit(&page.form().fill("code", &phone.code(&app))).await;
            }
            let tokens = party.exchange(&page.parameter("code").expect("a code")).await;
            let called = app.http.get(app.url("/api/v1/users")).bearer_auth(tokens.text("access_token"));
            assert_eq!(called.send().await.unwrap().status(), status, "{more:?}");
        }
    }

    async fn ad_09_where_it_is_required_whoever_has_none_sets_one_up(database) {
        let app = Options::new(Some(&database.url)).with("PASSGATE_SECOND_FACTOR__ADMINISTRATORS", "required").spawn();
        let mut browser = root(&app).await;
        let page = browser.get("/admin").await;
        assert_eq!(page.url.path(), "/sign-in", "{}", page.text());
        let page = browser.submit(&page.form().fill("method", "totp")).await;
        let phone = Phone::scan(&page);
        let page = browser.submit(&page.form().fill("code", &phone.code(&app))).await;
        assert_eq!(codes_on(&page).len(), 10, "{}", page.text());
        let page = browser.submit(&page.form()).await;
        assert_eq!(page.url.path(), "/admin", "{}", page.text());
        // Whoever administers nothing is asked for nothing.
        account(&app, GRACE, "user").await;
        assert_eq!(signed_in(&app, GRACE).await.get("/account").await.url.path(), "/account");
    }

    async fn ad_09_off_is_as_everybody(database) {
        let app = Options::new(Some(&database.url)).with("PASSGATE_SECOND_FACTOR__ADMINISTRATORS", "off").spawn();
        let (mut browser, _) = trusting(&app).await;
        assert_eq!(browser.get("/admin/users").await.url.path(), "/admin/users");
    }
}
