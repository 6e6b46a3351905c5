//! Exports verify without the database, and tell what somebody did to them.

use passgate::flow::audit::file;
use passgate::flow::audit::verify::{self, Known, Report};
use passgate::flow::audit::{Filter, What, export, seal};
use passgate::model::audit::Origin;
use passgate::model::secret::Digest;
use serde_json::{Value, json};

use super::{event, number, sealed};
use crate::harness::app::TestApp;
use crate::harness::command_line::Installation;
use crate::harness::database::on_every_engine;

async fn given_out(app: &TestApp, filter: Filter, after: Option<i64>) -> String {
    let mut given = export::begin(&app.state, filter, after, &Origin::command_line())
        .await
        .unwrap();
    let mut file = String::new();
    while let Some(lines) = given.next(&app.state).await.unwrap() {
        file.push_str(&lines);
    }
    file
}

fn check(app: &TestApp, file: &str) -> Report {
    let key = verify::public_key(&app.state.master_key).unwrap();
    file::verify(file.as_bytes(), Some(key), &[]).unwrap()
}

#[track_caller]
fn assert_found(found: &Report, what: What, seq: i64) {
    let broken = found
        .broken
        .as_ref()
        .unwrap_or_else(|| panic!("not found: {what:?} at {seq}"));
    assert_eq!((broken.what, broken.seq), (what, seq), "{broken}");
}

/// The lines with one of them changed.
fn with(lines: &[&str], change: impl FnOnce(&mut Vec<String>)) -> String {
    let mut lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    change(&mut lines);
    lines.join("\n")
}

on_every_engine! {

async fn an_export_verifies_offline_and_tells_what_was_done_to_it(database) {
    let app = super::quiet(&database.url);
    sealed(&app, 6).await;
    let file = given_out(&app, Filter::default(), None).await;
    let lines: Vec<_> = file.lines().collect();
    let found = check(&app, &file);
    // That it was given out is the last event in it.
    assert_eq!((&found.broken, found.first, found.last, found.complete), (&None, 1, 8, true));
    assert!(found.signer_known && found.checkpoints >= 1);
    let events: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].contains("\"type\":\"event\"")).collect();
    assert_eq!(events.len(), 8);
    let (three, four) = (events[2], events[3]);
    for (name, other) in [("kind", json!("signed_in")), ("actor", json!("x")), ("details", json!({})), ("at", json!("2026-01-01T00:00:00Z"))] {
        let changed = with(&lines, |lines| {
            let mut line: Value = serde_json::from_str(&lines[three]).unwrap();
            line[name] = other;
            lines[three] = line.to_string();
        });
        assert_found(&check(&app, &changed), What::Changed, 3);
    }
    assert_found(&check(&app, &with(&lines, |lines| drop(lines.remove(three)))), What::Removed, 3);
    assert_found(&check(&app, &with(&lines, |lines| lines.swap(three, four))), What::Reordered, 4);
    let doubled = with(&lines, |lines| lines.insert(four, lines[three].clone()));
    assert_found(&check(&app, &doubled), What::Inserted, 3);
    // Cut anywhere: in the middle, and before the last line.
    assert_found(&check(&app, &lines[..=four].join("\n")), What::TailCut, 5);
    assert_found(&check(&app, &lines[..lines.len() - 1].join("\n")), What::TailCut, 9);
    let shorter = with(&lines, |lines| drop(lines.remove(*events.last().unwrap())));
    assert_found(&check(&app, &shorter), What::TailCut, 8);
    assert_found(&check(&app, &format!("{file}garbage")), What::Unreadable, 0);
    assert!(!check(&app, "").verified);
    // Another installation's key signed nothing of it.
    let stranger = passgate::crypto::sealing::MasterKey::generate();
    let key = verify::public_key(&stranger).unwrap();
    assert_eq!(file::verify(file.as_bytes(), Some(key), &[]).unwrap().broken.unwrap().what, What::MarkForged);
    // Without a key damage shows, but not who signed.
    let alone = file::verify(file.as_bytes(), None, &[]).unwrap();
    assert!(alone.verified && !alone.signer_known);
    let other = [Known { seq: 5, hash: Digest::from_bytes([1; 32]) }];
    assert_eq!(file::verify(file.as_bytes(), None, &other).unwrap().broken.unwrap().what, What::Rewritten);
}

async fn what_came_since_continues_where_the_last_one_ended(database) {
    let app = super::quiet(&database.url);
    sealed(&app, 3).await;
    let first = check(&app, &given_out(&app, Filter::default(), None).await);
    event(&app).await;
    seal::run(&app.state).await.unwrap();
    let second = check(&app, &given_out(&app, Filter::default(), Some(first.last)).await);
    assert_eq!((&second.broken, second.first, second.last), (&None, first.last + 1, first.last + 2));
}

async fn a_selection_is_verified_event_by_event(database) {
    let app = super::quiet(&database.url);
    sealed(&app, 4).await;
    let filter = Filter { kind: Some("user_updated".into()), ..Filter::default() };
    let file = given_out(&app, filter, None).await;
    let found = check(&app, &file);
    assert_eq!((&found.broken, found.first, found.last, found.complete), (&None, 2, 5, false));
    assert_found(&check(&app, &file.replace("\"cli\"", "\"eve\"")), What::Changed, 2);
    let lines: Vec<_> = file.lines().collect();
    assert_found(&check(&app, &with(&lines, |lines| drop(lines.remove(1)))), What::Removed, 5);
    let unknown = Filter { kind: Some("nonsense".into()), ..Filter::default() };
    assert!(export::begin(&app.state, unknown, None, &Origin::command_line()).await.is_err());
}

async fn a_year_of_events_is_given_out_in_pages(database) {
    let app = super::quiet(&database.url);
    sealed(&app, 1).await;
    // More than a page of the export and one of the verification.
    let now = app.clock.now();
    for part in 0..3 {
        app.state
            .db
            .write(part, move |tx, part| {
                Box::pin(async move {
                    for at in 0..400 {
                        let target = format!("client-{part}-{at}");
                        let kind = passgate::model::audit::AuditKind::ClientDeleted;
                        passgate::store::audit::record(tx, kind, &Origin::system(), &target, json!({}), now).await?;
                    }
                    Ok(())
                })
            })
            .await
            .unwrap();
    }
    let found = check(&app, &given_out(&app, Filter::default(), None).await);
    assert_eq!((&found.broken, found.last), (&None, 1203));
    // A mark for a thousand events, and the first one.
    assert_eq!(number(&database.db, "SELECT COUNT(*) FROM audit_checkpoints").await, 2);
}

}

#[test]
fn the_command_line_exports_and_verifies_without_the_database() {
    let installation = Installation::new();
    let sub = |done: &Value| done["sub"].as_str().unwrap().to_owned();
    let made = installation.run_with(
        &[
            "user",
            "create",
            "--json",
            "--email",
            "ada@example.com",
            "--password-stdin",
        ],
        "correct horse battery",
    );
    let sub = sub(&made.json());
    installation.run(&["user", "set-plan", "ada@example.com", "pro"]);
    let listed = installation.run(&["audit", "list", "--target", &sub, "--json"]).json();
    assert_eq!(
        listed["events"].as_array().unwrap().last().unwrap()["kind"],
        "user_created"
    );
    assert!(installation.run(&["audit", "list", "--kind", "nonsense"]).code != Some(0));
    assert!(installation.run(&["audit", "kinds"]).out.contains("factors_reset"));
    let file = installation.folder.path().join("trail.ndjson");
    let file = file.to_str().unwrap();
    assert_eq!(installation.run(&["audit", "export", "--output", file]).code, Some(0));
    assert_ne!(
        installation.run(&["audit", "export", "--output", file]).code,
        Some(0),
        "a file is not written over"
    );
    let database = installation.run(&["audit", "verify", "--json"]).json();
    assert_eq!(database["verified"], true);
    // On another machine there is nothing but the file, and the public key that somebody wrote down.
    let elsewhere = Installation::new();
    let unknown = elsewhere.run(&["audit", "verify", file]);
    assert!(
        unknown.code == Some(0) && unknown.out.contains("compare it"),
        "{unknown:?}"
    );
    let key = database["public_key"].as_str().unwrap();
    let known = elsewhere.run(&["audit", "verify", file, "--key", key]);
    assert!(
        known.code == Some(0) && known.out.contains("signed by this installation"),
        "{known:?}"
    );
    // One key in 64 begins with a hyphen, as an option does.
    let another = elsewhere.run(&["audit", "verify", file, "--key", &format!("-{}", "A".repeat(42))]);
    assert_eq!(another.code, Some(1), "{another:?}");
    assert!(!elsewhere.folder.path().join("data").exists(), "nothing was made");
    let text = std::fs::read_to_string(file).unwrap();
    std::fs::write(file, text.replace("user_created", "signed_in")).unwrap();
    let broken = elsewhere.run(&["audit", "verify", file, "--json"]);
    assert_eq!(broken.code, Some(1));
    let broken: Value = serde_json::from_str(&broken.out).unwrap();
    assert_eq!(
        (&broken["verified"], &broken["broken"]["what"]),
        (&json!(false), &json!("changed"))
    );
}
