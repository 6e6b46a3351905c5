//! Names and user name.

use super::*;
use crate::harness::database::on_every_engine;

on_every_engine! {
async fn names_agree_and_reach_the_claims(database) {
    let app = TestApp::on(&database.url);
    let sub = app.user(ADA).await;
    let mut ada = app.browser();
    ada.sign_in(ADA).await;
    let fields = [
        ("name", "Ada Lovelace"), ("given_name", "Ada"), ("family_name", "King"),
        ("locale", "zh-Hans"), ("zone", "europe/london"),
    ];
    let page = send(&mut ada, "/account/profile", &fields).await;
    assert_eq!(done(&page).as_deref(), Some("profile"), "{}", page.text());
    let claims = stored(&app, &sub).await.claims;
    for (name, value) in [
        ("name", "Ada King"), ("given_name", "Ada"), ("family_name", "King"),
        ("locale", "zh-Hans"), ("zoneinfo", "Europe/London"),
    ] {
        assert_eq!(claims.get_str(name), Some(value));
    }
    let page = send(&mut ada, "/account/profile", &[("name", ""), ("zone", "")]).await;
    assert_eq!(done(&page).as_deref(), Some("profile"));
    assert!(stored(&app, &sub).await.claims.members().is_empty());
    for (field, bad) in [("zone", "Europe/Londn"), ("name", "see https://evil.test"), ("locale", "x y")] {
        let page = send(&mut ada, "/account/profile", &[(field, bad)]).await;
        assert_eq!(page.status, 400, "{field}");
    }
}

async fn ev_08_a_form_changes_what_it_is_for_and_nothing_else(database) {
    let app = TestApp::on(&database.url);
    let mut ada = app.browser();
    let sign_up = ada.get("/sign-up").await.form();
    ada.submit(&sign_up.fill("identifier", ADA).fill("password", crate::harness::app::PASSWORD)).await;
    let fields = [
        ("name", "Ada"), ("email", EVE), ("email_verified", "true"), ("phone_number", "+442079460018"),
        ("phone_number_verified", "true"), ("role", "admin"), ("plan", "gold"), ("picture", "https://evil.test/x"),
        ("sub", "1"), ("username", "ada"), ("preferred_username", "ada"),
    ];
    send(&mut ada, "/account/profile", &fields).await;
    let user = users::list(&app.state, None, 10).await.unwrap().pop().unwrap();
    assert_eq!((user.email.as_str(), user.email_verified), (ADA, false));
    assert_eq!((user.role.as_str(), user.plan.as_str()), ("user", "free_user"));
    assert_eq!(user.claims.members().keys().collect::<Vec<_>>(), ["name"]);
}

async fn bf_04_user_names_are_nobodys_address_and_one_persons_each(database) {
    let app = TestApp::on(&database.url);
    let mut ada = newcomer(&app, ADA).await;
    let mut eve = newcomer(&app, EVE).await;
    for bad in [EVE, "eve＠example.com", "@eve", "ab", "admin", "a b", "6f9619ff-8b86-4011-b42d-00cf4fc964ff", HOSTILE] {
        let page = send(&mut ada, "/account/profile/username", &[("username", bad)]).await;
        assert_eq!(page.status, 400, "{bad}");
        assert!(page.has("#username-error") && !page.body.contains("<svg onload"), "{bad}");
    }
    let page = send(&mut ada, "/account/profile/username", &[("username", "Ada.Lovelace")]).await;
    assert_eq!(done(&page).as_deref(), Some("username"), "{}", page.text());
    assert!(page.has("input[name=username][value='Ada.Lovelace']"));
    for same in ["ada.lovelace", " ADA.lovelace", "a\u{ad}da.lovelace", "ａda.lovelace"] {
        let page = send(&mut eve, "/account/profile/username", &[("username", same)]).await;
        assert_eq!(page.status, 400, "un_01: {same}");
    }
    // Given up, it is free.
    send(&mut ada, "/account/profile/username", &[("username", "")]).await;
    let page = send(&mut eve, "/account/profile/username", &[("username", "ada.lovelace")]).await;
    assert_eq!(done(&page).as_deref(), Some("username"));
}

async fn xs_01_hostile_texts_are_text_on_every_page(database) {
    let app = TestApp::on(&database.url);
    let mut ada = app.browser();
    ada.headers.push(("user-agent".into(), format!("Firefox/1 {HOSTILE}")));
    app.user(ADA).await;
    ada.sign_in(ADA).await;
    send(&mut ada, "/account/profile", &[("name", HOSTILE), ("given_name", HOSTILE)]).await;
    send(&mut ada, "/account/emails", &[("email", "o'{{7*7}}@example.com")]).await;
    for page in ["", "/profile", "/emails", "/phone", "/password", "/security", "/sessions", "/data"] {
        let shown = ada.get(&format!("/account{page}?done={}", "%22%3E%3Csvg%20onload=x%3E")).await;
        assert_eq!(shown.status, 200, "{page}");
        assert!(!shown.has("[onload]") && !shown.has("script:not([src])"), "{page}");
        assert!(!shown.body.contains("<svg onload"), "{page}");
    }
    app.mails_to("o'{{7*7}}@example.com", 1).await;
}
}
