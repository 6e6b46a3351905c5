//! The phone number.

use super::*;
use crate::harness::database::on_every_engine;

const NUMBER: &str = "+442079460018";

on_every_engine! {
async fn a_number_joins_when_its_code_comes_back(database) {
    let app = TestApp::on(&database.url);
    let sub = app.user(ADA).await;
    let mut ada = app.browser();
    ada.sign_in(ADA).await;
    let page = send(&mut ada, "/account/phone", &[("phone", "0044 (20) 7946-0018")]).await;
    assert_eq!(done(&page).as_deref(), Some("phone-sent"), "{}", page.text());
    assert!(stored(&app, &sub).await.claims.get("phone_number").is_none());
    let (id, code) = (waiting_id(&page), app.texted_code(NUMBER, 1).await);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let page = send(&mut ada, "/account/phone/confirm", &[("id", &id), ("code", wrong)]).await;
    assert_eq!(page.status, 400);
    let mut eve = newcomer(&app, EVE).await;
    let page = send(&mut eve, "/account/phone/confirm", &[("id", &id), ("code", &code)]).await;
    assert_eq!(page.status, 410, "another account");
    let page = send(&mut ada, "/account/phone/confirm", &[("id", &id), ("code", &code)]).await;
    assert_eq!(done(&page).as_deref(), Some("phone-added"), "{}", page.text());
    let claims = stored(&app, &sub).await.claims;
    assert_eq!(claims.get_str("phone_number"), Some(NUMBER));
    assert_eq!(claims.get("phone_number_verified"), Some(&true.into()));
    app.mails_to(ADA, 1).await;
    let page = send(&mut ada, "/account/phone/remove", &[]).await;
    assert_eq!(done(&page).as_deref(), Some("phone-removed"));
    assert!(stored(&app, &sub).await.claims.get("phone_number").is_none());
    app.mails_to(ADA, 2).await;
}

async fn texts_cost_money_and_are_few(database) {
    let app = TestApp::on(&database.url);
    let mut ada = newcomer(&app, ADA).await;
    for bad in ["", "020 7946 0018", "+44 20 x", HOSTILE] {
        assert_eq!(send(&mut ada, "/account/phone", &[("phone", bad)]).await.status, 400, "{bad}");
    }
    for _ in 0..3 {
        send(&mut ada, "/account/phone", &[("phone", NUMBER)]).await;
    }
    let page = send(&mut ada, "/account/phone", &[("phone", NUMBER)]).await;
    assert_eq!(page.status, 429);
}
}
