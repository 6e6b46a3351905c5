//! People, from the first account to its end, in a browser without scripts.

use super::*;

on_every_engine! {
async fn a_person_is_made_found_changed_and_removed(database) {
    let app = TestApp::on(&database.url);
    app.catalogue(&["editor"], &["team"]).await;
    let mut root = root(&app).await;
    let page = root.get("/admin/new/user").await;
    let filled = form(&page, "create").fill("email", GRACE).fill("name", "Grace Hopper").fill("role", "user").fill("plan", "team");
    // What is wrong is said at its field, and what was typed stays.
    let page = root.submit(&filled.clone().fill("email", "grace")).await;
    assert_eq!(page.status, 400);
    assert!(page.has("#email[aria-invalid][aria-describedby=email-error]") && page.has("#email-error"), "{}", page.body);
    assert!(page.has("#name[value='Grace Hopper']"), "{}", page.body);
    let page = root.submit(&filled.clone().fill("password", PASSWORD)).await;
    assert!(page.text().contains("Created.") && page.text().contains(GRACE), "{}", page.text());
    let person = page.url.path().to_owned();
    let page = root.submit(&filled).await;
    assert_eq!(page.status, 409, "{}", page.text());

    let found = root.get("/admin/users?search=hopp&role=user&plan=team&status=active").await;
    assert!(found.has(&format!("a[href='{person}']")), "{}", found.body);
    for filter in ["search=nobody", "role=editor", "status=disabled"] {
        assert!(!root.get(&format!("/admin/users?{filter}")).await.has(&format!("a[href='{person}']")), "{filter}");
    }

    let page = root.get(&person).await;
    let page = root.submit(&form(&page, "save").fill("role", "editor").fill("plan", "team").fill("given_name", "Grace")
        .fill("family_name", "Hopper").fill("claims", "{\"birthdate\": \"1906-12-09\"}")).await;
    assert!(page.text().contains("Saved."), "{}", page.text());
    let page = root.get(&person).await;
    assert!(page.has("#family_name[value=Hopper]") && page.has("option[value=editor][selected]"), "{}", page.body);
    assert!(page.text().contains("1906-12-09"));
    for wrong in ["[]", "{", "{\"birthdate\": \"yesterday\"}", "{\"role\": \"admin\"}"] {
        let page = root.submit(&form(&page, "save").fill("role", "editor").fill("plan", "team").fill("claims", wrong)).await;
        assert_eq!(page.status, 400, "{wrong}");
        assert!(page.has("#claims[aria-invalid]") && page.has("#claims-error"), "{wrong}: {}", page.body);
    }

    let delete = format!("{person}/delete");
    let question = root.get(&delete).await;
    let page = root.submit(&form(&question, "delete").fill("typed", "somebody@example.com")).await;
    assert_eq!(page.status, 400);
    assert!(page.has("#typed[aria-invalid]"));
    let page = root.submit(&form(&question, "delete").fill("typed", GRACE)).await;
    assert_eq!(page.url.path(), "/admin/users");
    assert!(page.text().contains("The account is gone."), "{}", page.text());
    assert_eq!(root.get(&person).await.status, 404);
}

async fn what_somebody_else_changed_meanwhile_is_not_written_over(database) {
    let app = TestApp::on(&database.url);
    let person = format!("/admin/users/{}", account(&app, GRACE, "user").await);
    let mut root = root(&app).await;
    let old = root.get(&person).await;
    let page = root.submit(&form(&old, "save").fill("role", "user").fill("plan", "free_user").fill("name", "Second Name").fill("claims", "{}")).await;
    assert!(page.text().contains("Saved."), "{}", page.text());
    let page = root.submit(&form(&old, "save").fill("role", "user").fill("plan", "free_user").fill("name", "Third Name").fill("claims", "{}")).await;
    assert_eq!(page.status, 412);
    assert!(page.text().contains("Somebody changed this in the meantime"), "{}", page.text());
    assert!(page.has("#name[value='Third Name']"), "what was typed stays: {}", page.body);
    assert!(page.text_of("section[aria-labelledby=theirs]").contains("Second Name"), "{}", page.body);
    // Sent again by whoever has seen that, it stands.
    let page = root.submit(&form(&page, "save").fill("role", "user").fill("plan", "free_user").fill("claims", "{}")).await;
    assert!(page.text().contains("Saved.") && page.has("#name[value='Third Name']"), "{}", page.text());

    let metadata = format!("{person}/metadata");
    let old = root.get(&metadata).await;
    let fill = |public: &str| form(&old, "save").fill("public", public).fill("private", "").fill("unsafe", "");
    assert!(root.submit(&fill("{\"tier\": {\"level\": 2}}")).await.text().contains("Saved."));
    let page = root.submit(&fill("{\"tier\": 3}")).await;
    assert_eq!(page.status, 412);
    assert!(page.text_of("section[aria-labelledby=theirs]").contains("\"level\": 2"), "{}", page.text());
    assert!(page.text_of("#public").contains("\"tier\": 3"), "what was typed stays: {}", page.body);
    let page = root.submit(&form(&page, "save").fill("public", "[1]").fill("private", "").fill("unsafe", "")).await;
    assert_eq!(page.status, 400);
    assert!(page.has("#public[aria-invalid]") && page.has("#public-error") && !page.has("#private-error"), "{}", page.body);
}

async fn addresses_passwords_sessions_and_history(database) {
    let app = TestApp::on(&database.url);
    let person = format!("/admin/users/{}", account(&app, GRACE, "user").await);
    let mut grace = signed_in(&app, GRACE).await;
    let mut root = root(&app).await;
    let page = send(&mut root, &format!("{person}/addresses"), &[("do", "add"), ("email", "work@example.com")]).await;
    assert!(page.text().contains("The address was added."), "{}", page.text());
    let page = send(&mut root, &format!("{person}/addresses"), &[("do", "primary"), ("email", "work@example.com")]).await;
    assert!(page.text().contains("The address is the primary one now."), "{}", page.text());
    let page = send(&mut root, &format!("{person}/addresses"), &[("do", "remove"), ("email", GRACE)]).await;
    assert!(page.text().contains("The address was removed.") && !page.text().contains(GRACE), "{}", page.text());
    let page = send(&mut root, &format!("{person}/addresses"), &[("do", "add"), ("email", "nonsense")]).await;
    assert_eq!(page.status, 400);

    let security = format!("{person}/security");
    let page = send(&mut root, &security, &[("do", "password"), ("password", "short")]).await;
    assert_eq!(page.status, 400);
    assert!(page.has("#password[aria-invalid]") && !page.body.contains("short\""), "{}", page.body);
    let link = send(&mut root, &security, &[("do", "recovery-link")]).await;
    assert_eq!(link.status, 200);
    assert!(link.text().contains("/lost-factor/remove?token=") && link.headers["cache-control"] == "no-store", "{}", link.text());
    assert!(!root.get(&security).await.body.contains("token="), "shown once");

    let sessions = root.get(&format!("{person}/sessions")).await;
    assert!(sessions.has("button[value=end]"), "{}", sessions.body);
    let page = root.submit(&form(&sessions, "end")).await;
    assert!(page.text().contains("That device is signed out."), "{}", page.text());
    assert_eq!(grace.get("/account").await.url.path(), "/sign-in");

    let history = root.get(&format!("{person}/history")).await;
    for kind in ["user_created", "signed_in", "email_added", "primary_email_changed", "email_removed", "session_ended"] {
        assert!(history.text().contains(kind), "{kind}: {}", history.text());
    }
}

async fn a_list_goes_on_page_by_page_with_its_filter(database) {
    let app = TestApp::on(&database.url);
    for number in 0..23 {
        account(&app, &format!("person{number}@example.com"), "user").await;
    }
    let mut root = root(&app).await;
    let first = root.get("/admin/users?role=user&status=").await;
    let next = scraper::Html::parse_document(&first.body);
    let next = next.select(&scraper::Selector::parse("a[rel=next]").unwrap()).next().unwrap().attr("href").unwrap().to_owned();
    assert!(next.starts_with("/admin/users?role=user&after=") && !first.has("a[rel=first]"), "{next}");
    let second = root.get(&next).await;
    assert!(second.has("a[rel=first][href='/admin/users?role=user']") && !second.has("a[rel=next]"), "{}", second.body);
    for number in 0..23 {
        let email = format!("person{number}@example.com");
        let on = [&first, &second].map(|page| page.text().contains(&email));
        assert!(on[0] != on[1], "{email}: {on:?}");
    }
}

async fn the_last_administrator_stays(database) {
    let app = TestApp::on(&database.url);
    let mut root = root(&app).await;
    let own = root.get("/admin/users?role=admin").await;
    let document = scraper::Html::parse_document(&own.body);
    let own = document.select(&scraper::Selector::parse("td a").unwrap()).next().unwrap().attr("href").unwrap().to_owned();
    drop(document);
    for (below, fields) in [
        ("/danger", &[("do", "disable")][..]),
        ("/delete", &[("typed", ROOT)]),
        ("", &[("role", "user"), ("plan", "free_user"), ("email_verified", "yes")]),
    ] {
        let page = send(&mut root, &format!("{own}{below}"), fields).await;
        assert_eq!(page.status, 409, "{below}: {}", page.text());
        assert!(page.text().contains("This is the last administrator"), "{below}: {}", page.text());
    }
}

async fn an_invitation_is_sent_and_taken_back(database) {
    let app = TestApp::on(&database.url);
    let mut root = root(&app).await;
    let page = root.get("/admin/invitations").await;
    let filled = form(&page, "invite").fill("email", "guest@example.com").fill("role", "user").fill("plan", "free_user")
        .fill("locale", "zh-Hans");
    for days in ["0", "1000", "many"] {
        let page = root.submit(&filled.clone().fill("expires_in_days", days)).await;
        assert_eq!(page.status, 400, "{days}");
        assert!(page.has("#expires_in_days[aria-invalid]") && page.has("#email[value='guest@example.com']"), "{}", page.body);
    }
    let page = root.submit(&filled.fill("expires_in_days", "3")).await;
    assert!(page.text().contains("The invitation is on its way."), "{}", page.text());
    let mails = app.mails_to("guest@example.com", 1).await;
    assert!(mails[0].subject.contains("邀请"), "{}", mails[0].subject);
    let revoke = page.forms().into_iter().find(|form| form.fields.contains_key("invitation")).unwrap();
    let page = root.submit(&revoke.fill("do", "revoke")).await;
    assert!(page.text().contains("The invitation was taken back."), "{}", page.text());
    assert!(!page.text().contains("guest@example.com"), "{}", page.text());
}
}
