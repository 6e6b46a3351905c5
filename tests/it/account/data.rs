//! Everything about a person as one file.

use serde_json::Value;

use super::*;
use crate::harness::app::PASSWORD;
use crate::harness::database::on_every_engine;

/// Every table with rows of one person, and where the person finds them in the file; empty for what is secret or lives for
/// minutes.
pub const TABLES: [(&str, &str); 19] = [
    ("password_credentials", "password"),
    ("sessions", "sessions"),
    ("consents", "connected_apps"),
    ("authorization_codes", ""),
    ("refresh_families", ""),
    ("email_addresses", "emails"),
    ("pictures", "picture"),
    ("totp_credentials", "authenticator_apps"),
    ("passkeys", "passkeys"),
    ("text_factors", "text_messages"),
    ("recovery_codes", "recovery_codes_left"),
    ("devices", "devices"),
    ("factor_resets", "factor_reset"),
    ("user_metadata", "metadata"),
    ("user_words", ""),
    ("users", "account"),
    ("audit_events", "history"),
    ("challenges", ""),
    ("journeys", ""),
];

/// A table that is added later does not slip through: it is in the list above, and so in the file and in the deletion.
#[test]
fn every_table_about_a_person_is_known() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "sql") {
            continue;
        }
        let text = std::fs::read_to_string(path).unwrap();
        for table in text.split("CREATE TABLE ").skip(1) {
            let (name, columns) = table.split_once(" (").unwrap();
            let columns = columns.split("\n);").next().unwrap();
            let known = TABLES.iter().any(|(known, _)| *known == name);
            assert!(
                known || !columns.contains("    user_id "),
                "{name} holds rows of persons"
            );
        }
    }
}

on_every_engine! {
async fn the_file_has_everything_and_no_secret(database) {
    let app = TestApp::on(&database.url);
    let mut ada = newcomer(&app, ADA).await;
    newcomer(&app, EVE).await;
    add_email(&app, &mut ada, "work@example.com").await;
    let csrf = ada.get("/account").await.form().fields["csrf"].clone();
    let page = send(&mut ada, "/account/data/download", &[]).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.headers["content-type"], "application/json; charset=utf-8");
    assert!(page.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
    assert_eq!(page.headers["cache-control"], "no-store");
    let document: Value = serde_json::from_str(&page.body).unwrap();
    for (table, key) in TABLES.iter().filter(|(_, key)| !key.is_empty()) {
        assert!(document.get(*key).is_some(), "{table} is not in the file under {key}");
    }
    assert_eq!(document["profile"]["name"], "Ada Lovelace");
    assert_eq!(document["emails"].as_array().unwrap().len(), 2);
    assert!(document["history"].as_array().unwrap().iter().any(|event| event["event"] == "email_added"));
    let cookie = &ada.cookies["passgate_session"];
    for secret in [PASSWORD, "argon2", cookie, &csrf, EVE, "digest"] {
        assert!(!page.body.contains(secret), "{secret}");
    }
    // What is documented is what is there.
    let guide = std::fs::read_to_string(
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/account-data.md"),
    )
    .unwrap();
    for key in document.as_object().unwrap().keys() {
        assert!(guide.contains(&format!("`{key}`")), "{key} is not in docs/account-data.md");
    }
}
}
