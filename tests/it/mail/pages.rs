//! `/dev/letters`: every letter, to be looked at, in development only.

use crate::harness::app::{Options, TestApp};

#[actix_web::test]
async fn every_letter_is_shown_in_each_language() {
    let app = TestApp::spawn();
    let mut browser = app.browser();
    let list = browser.get("/dev/letters").await;
    assert_eq!(list.status, 200);
    let names: Vec<_> = list
        .body
        .split("href=\"/dev/letters/")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect();
    assert!(names.len() > 20, "{names:?}");
    for name in names {
        let page = browser.get(&format!("/dev/letters/{name}")).await;
        assert_eq!(page.status, 200, "{name}");
        for lang in ["en", "zh-Hans"] {
            let address = format!("/dev/letters/{name}/{lang}");
            assert!(page.body.contains(&format!("href=\"{address}\"")), "{address}");
            let letter = browser.get(&address).await;
            assert_eq!(letter.status, 200, "{address}");
            assert!(letter.body.contains(&format!("<html lang=\"{lang}\">")), "{address}");
            let policy = letter.headers["content-security-policy"].to_str().unwrap();
            assert!(policy.starts_with("default-src 'none'; "), "{policy}");
            assert!(
                policy.contains("; sandbox allow-popups") && !policy.contains("script"),
                "{policy}"
            );
            assert_eq!(letter.headers["x-content-type-options"], "nosniff");
            assert_eq!(letter.headers["x-frame-options"], "DENY");
        }
    }
    for nowhere in ["/dev/letters/none", "/dev/letters/test/fr", "/dev/letters/none/en"] {
        assert_eq!(browser.get(nowhere).await.status, 404, "{nowhere}");
    }
}

#[actix_web::test]
async fn a_real_installation_shows_no_letters() {
    let app = Options::new(None)
        .with("PASSGATE_PUBLIC_URL", "https://id.example.com")
        .with("PASSGATE_LIMITS__ENABLED", "true")
        .spawn();
    for path in ["/dev/letters", "/dev/letters/test", "/dev/letters/test/en"] {
        let answer = app.http.get(app.url(path)).send().await.unwrap();
        assert_eq!(answer.status(), 404, "{path}");
    }
}
