//! Many people at once: a file of lines in, everybody out.

use super::*;

const IMPORT: &str = "/admin/users/import";

/// Sends a file as the form of the page does, with a token or without.
async fn upload(app: &TestApp, browser: &Browser, csrf: Option<&str>, file: &str) -> (u16, String) {
    let token = csrf.map_or(String::new(), |csrf| {
        format!("--lines\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n")
    });
    let part = "--lines\r\ncontent-disposition: form-data; name=\"file\"; filename=\"people.ndjson\"\r\n\r\n";
    let jar: Vec<_> = browser
        .cookies
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let request = app
        .http
        .post(app.url(IMPORT))
        .header("cookie", jar.join("; "))
        .header("content-type", "multipart/form-data; boundary=lines")
        .body(format!("{token}{part}{file}\r\n--lines--\r\n"));
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

async fn import(app: &TestApp, browser: &mut Browser, file: &str) -> (u16, String) {
    let csrf = browser.get("/account").await.form().fields["csrf"].clone();
    upload(app, browser, Some(&csrf), file).await
}

on_every_engine! {
async fn a_file_of_people_comes_in_and_everybody_is_taken_along(database) {
    let app = TestApp::on(&database.url);
    let mut root = root(&app).await;
    assert!(root.get("/admin/users").await.has("a[href='/admin/users/import']"));
    assert!(root.get(IMPORT).await.has("form[enctype='multipart/form-data'] input[type=file]"));
    let lines = format!("{{\"email\": \"{GRACE}\", \"email_verified\": true}}\n\n{{\"email\": \"{ROOT}\"}}\n{{\"email\": \"nonsense\"}}\n[]\n");
    let (status, page) = import(&app, &mut root, &lines).await;
    assert_eq!(status, 200, "{page}");
    for part in ["Some lines made no account", "Line 4", "Line 5"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("Line 1") && !page.contains("Line 3"), "{page}");
    assert!(root.get("/admin/users?search=grace").await.text().contains(GRACE));
    let (_, page) = import(&app, &mut root, &lines[..lines.find('\n').unwrap()]).await;
    assert!(page.contains("Everybody in the file has an account now."), "{page}");

    let export = root.get("/admin/users/export").await;
    assert_eq!(export.headers["content-type"], "application/x-ndjson");
    assert!(export.headers["content-disposition"].to_str().unwrap().contains("people.ndjson"));
    let people: Vec<serde_json::Value> = export.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut emails: Vec<_> = people.iter().map(|person| person["email"].as_str().unwrap()).collect();
    // Both were made in the same moment.
    emails.sort_unstable();
    assert_eq!(emails, [GRACE, ROOT]);
    assert!(root.get("/admin/audit?kind=data_exported").await.has("details"), "that somebody did is an event");
}

async fn a_file_that_is_none_or_too_large_is_refused_in_words(database) {
    let app = TestApp::on(&database.url);
    let mut root = root(&app).await;
    let (status, page) = import(&app, &mut root, "").await;
    assert!(status == 400 && page.contains("Choose a file."), "{status}: {page}");
    let (status, page) = import(&app, &mut root, &"x".repeat(1024 * 1024 + 1)).await;
    assert!(status == 400 && page.contains("larger than 1 MiB"), "{status}: {page}");
}

async fn ad_02_whoever_may_see_people_imports_none(database) {
    let app = TestApp::on(&database.url);
    let mut reader = holder(&app, "reader", &["users:read"]).await;
    assert_eq!(reader.get(IMPORT).await.status, 403);
    assert!(!reader.get("/admin/users").await.has("a[href='/admin/users/import']"));
    let (status, _) = import(&app, &mut reader, &format!("{{\"email\": \"{GRACE}\"}}")).await;
    assert_eq!(status, 403);
    let export = reader.get("/admin/users/export").await;
    assert!(export.status == 200 && !export.body.contains(GRACE), "{}", export.body);
    // Nor gives anybody what they do not hold.
    let mut writer = holder(&app, "writer", &["users:write"]).await;
    let (status, page) = import(&app, &mut writer, &format!("{{\"email\": \"{GRACE}\", \"role\": \"admin\"}}")).await;
    assert!(status == 200 && page.contains("nobody gives or takes what they do not hold"), "{status}: {page}");
    assert_eq!(writer.get("/admin/users/export").await.status, 403);
    // Nor without the token of the page.
    let (status, _) = upload(&app, &writer, None, &format!("{{\"email\": \"{GRACE}\"}}")).await;
    assert_eq!(status, 403);
    assert_eq!(users::list(&app.state, None, 10).await.unwrap().len(), 2);
}
}
