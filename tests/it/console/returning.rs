//! Forms of a page that was open too long: nothing is changed by them, and what was typed comes back.

use super::*;

/// Every form of the console that somebody types in: its page, and what is typed.
const TYPED: [(&str, &str, &str); 14] = [
    ("/admin/new/user", "name", "A Name"),
    ("/admin/new/role", "description", "For friends"),
    ("/admin/new/plan", "description", "For friends"),
    ("/admin/new/api", "name", "Posts"),
    ("/admin/new/key", "name", "Backup"),
    ("/admin/new/client?framework=express", "client_name", "Notes"),
    ("/admin/invitations", "email", "guest@example.com"),
    ("/admin/roles/editor", "description", "For friends"),
    ("/admin/plans/team", "description", "For friends"),
    ("/admin/apis/posts", "name", "Other posts"),
    ("/admin/users/{grace}", "given_name", "Amazing"),
    ("/admin/users/{grace}/addresses", "email", "work@example.com"),
    ("/admin/users/{grace}/metadata", "public", "{\"a\": 1}"),
    ("/admin/clients/notes", "client_name", "Other notes"),
];

/// What else a form needs so that it would be taken.
fn whole(form: Form) -> Form {
    let needed = [
        ("do", "save"),
        ("identifier", "https://api.example"),
        ("name", "special"),
        ("role", "user"),
        ("plan", "free_user"),
        ("claims", "{}"),
        ("private", "{}"),
        ("unsafe", "{}"),
        ("public", "{}"),
        ("users:read", "yes"),
        ("expires_in_days", "3"),
        ("redirect_uris", "http://localhost:3000/callback"),
        ("token_endpoint_auth_method", "client_secret_basic"),
        ("id_token_signed_response_alg", "RS256"),
        ("access_token_typ", "at+jwt"),
        ("consent", "remember"),
        ("email", "new@example.com"),
    ];
    needed
        .into_iter()
        .fold(form, |form, (name, value)| form.fill(name, value))
}

/// The form of a page whose address is its own, filled in.
fn filled(page: &Page, field: &str, text: &str) -> Form {
    let own = page
        .forms()
        .into_iter()
        .find(|form| form.action.split('?').next() == Some(page.url.path()));
    let act = if page.url.path().ends_with("/addresses") {
        "add"
    } else {
        "save"
    };
    whole(own.unwrap_or_else(|| panic!("no form in {}", page.body)))
        .fill("do", act)
        .fill(field, text)
}

/// Whether the page shows what was typed in its field.
fn keeps(page: &Page, field: &str, text: &str) -> bool {
    page.has(&format!("#{field}[value='{text}']"))
        || (page.has(&format!("textarea#{field}")) && page.text_of(&format!("#{field}")).contains(text))
}

/// In another tab of the same browser.
async fn signs_in_anew(root: &mut Browser) {
    let page = root.get("/sign-in?again=yes&return_to=/admin").await;
    let page = root.submit(&page.form().fill("password", PASSWORD)).await;
    assert_eq!(page.url.path(), "/admin", "{}", page.text());
}

async fn prepared(app: &TestApp) -> (Browser, Vec<(String, &'static str, &'static str)>) {
    app.catalogue(&["editor"], &["team"]).await;
    let grace = account(app, GRACE, "user").await;
    app.client(
        json!({ "client_id": "notes", "client_name": "Notes", "redirect_uris": ["http://localhost:3000/callback"] }),
    )
    .await;
    let mut root = root(app).await;
    root.headers.push(("origin".to_owned(), app.issuer.clone()));
    send(
        &mut root,
        "/admin/new/api",
        &[("identifier", "posts"), ("name", "Posts")],
    )
    .await;
    let forms = TYPED.map(|(path, field, text)| (path.replace("{grace}", &grace), field, text));
    (root, forms.to_vec())
}

on_every_engine! {
async fn after_another_sign_in_a_form_comes_back_as_it_was_filled_in(database) {
    let app = TestApp::on(&database.url);
    let (mut root, forms) = prepared(&app).await;
    for (path, field, text) in forms {
        let own = filled(&root.get(&path).await, field, text);
        signs_in_anew(&mut root).await;
        let page = root.submit(&own).await;
        assert_eq!(page.status, 403, "{path}: {}", page.text());
        assert!(page.text().contains("You signed in anew since this page was opened."), "{path}: {}", page.text());
        assert!(keeps(&page, field, text), "{path}: {}", page.body);
        // Pressed again, it is done.
        let again = filled(&page, field, text);
        let page = root.submit(&again).await;
        assert!(page.status.is_success(), "{path}: {} {}", page.status, page.text());
    }
}

async fn after_ten_minutes_a_form_comes_back_and_says_where_to_sign_in(database) {
    let app = TestApp::on(&database.url);
    let (mut root, forms) = prepared(&app).await;
    app.advance(601);
    for (path, field, text) in forms {
        let own = filled(&root.get(&path).await, field, text);
        let page = root.submit(&own).await;
        assert_eq!(page.status, 403, "{path}: {}", page.text());
        assert!(keeps(&page, field, text), "{path}: {}", page.body);
        assert!(page.has("a[target=_blank][href^='/sign-in?again=yes']"), "{path}: {}", page.body);
    }
}

async fn whoever_was_signed_out_meanwhile_signs_in_and_goes_on(database) {
    let app = TestApp::on(&database.url);
    let (mut root, _) = prepared(&app).await;
    let own = filled(&root.get("/admin/roles/editor").await, "description", "For <friends>");
    let out = root.get("/account").await.forms().into_iter().find(|form| form.action == "/sign-out").unwrap();
    root.submit(&out.fill("logout", "yes")).await;
    let kept = root.submit(&own.fill("password", "not to be kept")).await;
    assert_eq!(kept.status, 403);
    assert!(kept.text().contains("You are signed out") && !kept.body.contains("not to be kept"), "{}", kept.body);
    assert!(!kept.body.contains("<friends>"), "what was typed is text");
    root.sign_in(ROOT).await;
    let page = root.submit(&kept.form()).await;
    assert!(keeps(&page, "description", "For <friends>"), "{}", page.body);
    let again = filled(&page, "description", "For <friends>");
    assert!(root.submit(&again).await.text().contains("Saved."));
}

async fn cs_02_what_comes_from_elsewhere_is_not_handed_back(database) {
    let app = TestApp::on(&database.url);
    let (mut root, _) = prepared(&app).await;
    let own = filled(&root.get("/admin/roles/editor").await, "description", "From elsewhere").fill("csrf", "x");
    for origin in [None, Some("https://evil.test")] {
        let mut browser = root.clone();
        browser.headers = origin.map(|origin| ("origin".to_owned(), origin.to_owned())).into_iter().collect();
        let page = browser.submit(&own).await;
        assert_eq!(page.status, 403);
        assert!(!page.body.contains("From elsewhere"), "{origin:?}: {}", page.body);
    }
}
}
