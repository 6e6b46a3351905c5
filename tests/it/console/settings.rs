//! Settings that change while Passgate runs, by the console's forms.

use scraper::{Html, Selector};

use super::*;

/// The value that a page shows as the one in force.
fn in_force(page: &Page) -> String {
    let html = Html::parse_document(&page.body);
    let shown = html.select(&Selector::parse("code.value").unwrap()).next();
    shown.unwrap_or_else(|| panic!("{}", page.body)).text().collect()
}

on_every_engine! {
    async fn every_kind_of_value_is_changed_by_its_form_and_taken_back(database) {
        let app = TestApp::on(&database.url);
        let mut browser = root(&app).await;
        let list = browser.get("/admin/settings").await;
        assert!(list.has("a[href='/admin/settings/accounts.sign_up']") && !list.has("a[href='/admin/settings/listen']"), "{}", list.body);
        for (key, fields, shown) in [
            ("accounts.sign_up", &[("value", "invitation")][..], "invitation"),
            ("accounts.allowed_domains", &[("value", "acme.example\n\n corp.example ")], "[\"acme.example\",\"corp.example\"]"),
            ("accounts.block_disposable", &[("value", "true")], "true"),
            ("sign_in.methods", &[("value-password", "yes"), ("value-email", "yes")], "[\"password\",\"email\"]"),
            ("tokens.code_seconds", &[("value", "45")], "45"),
        ] {
            let path = format!("/admin/settings/{key}");
            let page = browser.get(&path).await;
            let mut entered = form(&page, "save");
            entered.fields.retain(|name, _| !name.starts_with("value"));
            for (name, value) in fields {
                entered = entered.fill(name, value);
            }
            let page = browser.submit(&entered).await;
            assert_eq!(in_force(&page), shown, "{key}: {}", page.text());
            let page = browser.submit(&form(&page, "reset")).await;
            assert_ne!(in_force(&page), shown, "{key}");
        }
    }

    async fn a_value_that_cannot_be_comes_back_with_the_reason(database) {
        let app = TestApp::on(&database.url);
        let mut browser = root(&app).await;
        for (key, typed) in [("tokens.code_seconds", "9999"), ("tokens.code_seconds", "many"), ("branding.accent", "blue")] {
            let page = browser.get(&format!("/admin/settings/{key}")).await;
            let page = browser.submit(&form(&page, "save").fill("value", typed)).await;
            assert_eq!(page.status, 400, "{key} {typed}");
            assert!(page.has("#values-error") && page.has(&format!("input[value='{typed}']")), "{}", page.body);
        }
        let refused = send(&mut browser, "/admin/settings/listen", &[("do", "save"), ("value", "0.0.0.0:1"), ("revision", "")]).await;
        assert_eq!(refused.status, 400);
        assert_eq!(browser.get("/admin/settings/nothing").await.status, 404);
        let mut reader = holder(&app, "auditor", &["settings:read"]).await;
        assert!(!reader.get("/admin/settings/tokens.code_seconds").await.has("input[name=value]"));
        let refused = send(&mut reader, "/admin/settings/tokens.code_seconds", &[("do", "save"), ("value", "45"), ("revision", "")]).await;
        assert_eq!(refused.status, 403, "{}", refused.text());
    }

    async fn whoever_changed_it_meanwhile_is_shown_and_nothing_typed_is_lost(database) {
        let app = TestApp::on(&database.url);
        let mut browser = root(&app).await;
        let page = browser.get("/admin/settings/accounts.allowed_domains").await;
        let first = form(&page, "save").fill("value", "theirs.example");
        let second = form(&page, "save").fill("value", "mine.example");
        assert_eq!(in_force(&browser.submit(&first).await), "[\"theirs.example\"]");
        let stale = browser.submit(&second).await;
        assert_eq!(stale.status, 412, "{}", stale.text());
        let shown = |css: &str| {
            let html = Html::parse_document(&stale.body);
            let found = html.select(&Selector::parse(css).unwrap()).next();
            found.map(|element| element.text().collect::<String>().trim().to_owned())
        };
        assert_eq!(shown("section[aria-labelledby=theirs] code").as_deref(), Some("theirs.example"));
        assert_eq!(shown("textarea[name=value]").as_deref(), Some("mine.example"));
        let page = browser.submit(&form(&stale, "save").fill("value", "mine.example")).await;
        assert_eq!(in_force(&page), "[\"mine.example\"]", "{}", page.text());
    }
}
