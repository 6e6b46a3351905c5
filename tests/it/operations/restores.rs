//! `passgate restore`: what it refuses, and what does not come back to life (SECURITY-CASES MG-06, KR-05).

use std::path::PathBuf;

use serde_json::Value;

use super::{ADA, ada, assert_sound, file, installation, party, tokens};
use crate::harness::app::http;
use crate::harness::browser::Browser;
use crate::harness::command_line::{Done, Installation};

/// Waits until tokens are issued in a later second than the one that the restore named.
async fn after(restored: &Value) {
    let moment: chrono::DateTime<chrono::Utc> = restored["tokens_not_before"].as_str().unwrap().parse().unwrap();
    while passgate::clock::Clock::system().now().timestamp() <= moment.timestamp() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[actix_web::test]
async fn mg_06_what_ended_after_the_backup_stays_dead() {
    let installation = installation();
    let (mut server, _) = installation.serve();
    let party = party(&installation);
    let mut browser = ada(&installation).await;
    let revoked = tokens(&installation, &mut browser).await;
    let machine = party.token(&[("grant_type", "client_credentials")]).await;
    let link = installation.run(&["user", "recovery-link", ADA, "--json"]).json()["link"]
        .as_str()
        .unwrap()
        .to_owned();
    let opened = Browser::at(&installation.url("")).get(&link).await;
    assert!(opened.has("input[name=token]"), "the link is alive: {}", opened.text());
    let code = party.code(&mut browser, "openid").await;
    let backup = file(&installation, "backup.db");
    installation.run(&["backup", &backup, "--json"]).json();

    // Alive in the backup, ended since.
    assert_eq!(party.revoke(revoked.text("refresh_token")).await.status, 200);
    let after_backup = tokens(&installation, &mut browser).await;
    server.terminate();
    assert_eq!(server.wait(), Some(0));
    let restored = installation.run(&["restore", &backup, "--json"]).json();
    let ended = |what: &str| {
        let all = restored["ended"].as_array().unwrap();
        let found = all.iter().find(|thing| thing["what"] == what);
        found.unwrap_or_else(|| panic!("{what}: {restored}"))["number"]
            .as_u64()
            .unwrap()
    };
    assert_eq!(ended("sessions"), 1);
    assert_eq!(ended("refresh tokens"), 1);
    assert_eq!(ended("authorization codes"), 2);
    assert!(ended("links") >= 1);
    assert_sound(&installation);

    after(&restored).await;
    let (_server, _) = installation.serve();
    let (party, mut browser) = (super::party(&installation), browser.reconnected());
    for answer in [&revoked, &after_backup] {
        let (access, refresh) = (answer.text("access_token"), answer.text("refresh_token"));
        assert_eq!(party.introspect(access).await.json["active"], false);
        assert_eq!(party.userinfo(access).await.status, 401);
        assert_eq!(party.introspect(refresh).await.json["active"], false);
        assert_eq!(party.refresh(refresh).await.status, 400);
    }
    assert_eq!(
        party.introspect(machine.text("access_token")).await.json["active"],
        false
    );
    assert_eq!(party.exchange(&code).await.status, 400);
    assert_eq!(
        browser.get("/account").await.url.path(),
        "/sign-in",
        "the session is dead"
    );
    let gone = Browser::at(&installation.url("")).get(&link).await;
    assert!(!gone.has("input[name=token]"), "{}", gone.text());

    // What is new is alive.
    let mut browser = ada(&installation).await;
    let fresh = tokens(&installation, &mut browser).await;
    assert_eq!(party.introspect(fresh.text("access_token")).await.json["active"], true);
    assert_eq!(party.userinfo(fresh.text("access_token")).await.status, 200);
    assert_eq!(party.refresh(fresh.text("refresh_token")).await.status, 200);
}

#[actix_web::test]
async fn a_restore_on_another_machine_needs_the_backup_and_the_keys() {
    let there = installation();
    let backup = file(&there, "backup.db");
    there.run(&["backup", &backup, "--json"]).json();

    let here = Installation::new();
    let refused = here.run(&["restore", &backup]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("there is no master key"), "{refused:?}");
    // Somebody else's key.
    passgate::app::master_key(&here.folder.path().join("keys")).unwrap();
    let refused = here.run(&["restore", &backup]);
    assert_eq!(refused.code, Some(1));
    assert!(
        refused.err.contains("the master key does not open this database"),
        "{refused:?}"
    );
    assert!(
        !here.folder.path().join("data/passgate.db").exists(),
        "nothing was changed"
    );
    // The right one.
    let key = |installation: &Installation| installation.folder.path().join("keys/master.key");
    std::fs::copy(key(&there), key(&here)).unwrap();
    let restored = here.run(&["restore", &backup, "--json"]).json();
    assert_eq!(restored["kept"], Value::Null);
    assert_sound(&here);
    let (_server, _) = here.serve();
    ada(&here).await;
}

/// The files of the data folder with what is in them, the lock apart.
fn files(installation: &Installation) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = std::fs::read_dir(installation.folder.path().join("data")).unwrap();
    let mut files: Vec<_> = folder
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_file() && path.extension().is_none_or(|ending| ending != "lock"))
        .map(|path| (path.clone(), std::fs::read(path).unwrap()))
        .collect();
    files.sort();
    files
}

#[track_caller]
fn assert_refused(done: &Done, why: &str) {
    assert_eq!(done.code, Some(1), "{done:?}");
    assert!(done.err.contains(why), "{why}: {done:?}");
}

#[actix_web::test]
async fn a_database_that_is_in_use_is_not_replaced() {
    let installation = installation();
    let backup = file(&installation, "backup.db");
    installation.run(&["backup", &backup, "--json"]).json();
    let (mut server, _) = installation.serve();
    assert_refused(&installation.run(&["restore", &backup]), "the database is in use");
    assert_eq!(
        http().get(installation.url("/readyz")).send().await.unwrap().status(),
        200
    );
    server.terminate();
    server.wait();
    installation.run(&["restore", &backup, "--json"]).json();
    // The old database of that restore is not thrown away by the next.
    assert_refused(
        &installation.run(&["restore", &backup]),
        "before-restore is there already",
    );
}

#[test]
fn a_file_that_fails_its_checks_replaces_nothing() {
    let installation = installation();
    let backup = file(&installation, "backup.db");
    installation.run(&["backup", &backup, "--json"]).json();
    let before = files(&installation);
    let sound = std::fs::read(&backup).unwrap();
    let bad = file(&installation, "bad.db");
    let with = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = sound.clone();
        change(&mut bytes);
        std::fs::write(&bad, bytes).unwrap();
    };

    assert_refused(
        &installation.run(&["restore", &file(&installation, "nowhere.db")]),
        "nowhere.db",
    );
    with(&|bytes| bytes.clear());
    assert_refused(&installation.run(&["restore", &bad]), "this is no database of Passgate");
    with(&|bytes| bytes.truncate(sound.len() / 2));
    assert_eq!(installation.run(&["restore", &bad]).code, Some(1));
    with(&|bytes| bytes[100..].fill(0x5a));
    assert_eq!(installation.run(&["restore", &bad]).code, Some(1));
    // Whole by SQLite's standards, and not by ours.
    with(&|_| {});
    alter(
        &bad,
        "INSERT INTO _sqlx_migrations VALUES (999999, 'later', '2026-01-01', TRUE, x'00', 0)",
    );
    assert_refused(
        &installation.run(&["restore", &bad]),
        "a newer Passgate has used this database",
    );
    with(&|_| {});
    alter(
        &bad,
        "CREATE TRIGGER evil AFTER UPDATE ON sessions BEGIN DELETE FROM users; END",
    );
    assert_refused(&installation.run(&["restore", &bad]), "this is no database of Passgate");
    with(&|_| {});
    alter(&bad, "UPDATE password_credentials SET phc = 'plain'");
    assert_refused(&installation.run(&["restore", &bad]), "passwords that are not hashed");
    with(&|_| {});
    alter(&bad, "UPDATE signing_keys SET sealed = x'00'");
    assert_refused(
        &installation.run(&["restore", &bad]),
        "the master key does not open this database",
    );
    with(&|_| {});
    std::fs::write(format!("{bad}-wal"), "what a running server has not folded in yet").unwrap();
    assert_refused(
        &installation.run(&["restore", &bad]),
        "this is a running or interrupted database",
    );

    assert_eq!(
        files(&installation),
        before,
        "the database is as it was, and nothing lies beside it"
    );
    assert_sound(&installation);
}

/// Runs a statement on a file.
fn alter(path: &str, statement: &'static str) {
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(false);
    let work = async move {
        let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
        sqlx::raw_sql(statement).execute(&mut connection).await.unwrap();
        sqlx::Connection::close(connection).await.unwrap();
    };
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(work);
}
