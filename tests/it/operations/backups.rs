//! `passgate backup`: a copy of a database that is in use.

use std::path::Path;

use futures_util::future::join_all;
use passgate::store::Engine;
use tokio::sync::watch;

use super::{ada, assert_sound, file, installation, party, tokens};
use crate::harness::command_line::Installation;
use crate::harness::database::on_every_engine;

#[actix_web::test]
async fn a_backup_taken_under_load_restores_to_a_database_that_verifies() {
    let installation = installation();
    let (mut server, _) = installation.serve();
    let mut browser = ada(&installation).await;
    let mut families = Vec::new();
    for _ in 0..6 {
        families.push(
            tokens(&installation, &mut browser)
                .await
                .text("refresh_token")
                .to_owned(),
        );
    }
    let backup = file(&installation, "backup.db");
    let (stopping, stop) = watch::channel(false);
    // Every refresh is a write; each worker goes on for as long as backups are taken.
    let working = join_all(families.into_iter().map(|mut token| {
        let (party, stop) = (party(&installation), stop.clone());
        async move {
            let mut rotated = 0;
            while !*stop.borrow() {
                let next = party.refresh(&token).await;
                assert_eq!(next.status, 200, "{next:?}");
                next.text("refresh_token").clone_into(&mut token);
                rotated += 1;
            }
            rotated
        }
    }));
    let folder = installation.folder.path().to_owned();
    let commands = std::sync::Arc::new(installation);
    let backing_up = {
        let (commands, backup) = (std::sync::Arc::clone(&commands), backup.clone());
        async move {
            let runs = tokio::task::spawn_blocking(move || {
                // Several, of which the last is kept: each meets another moment of the load.
                let mut made = serde_json::Value::Null;
                for _ in 0..5 {
                    drop(std::fs::remove_file(&backup));
                    made = commands.run(&["backup", &backup, "--json"]).json();
                }
                made
            });
            let made = runs.await.unwrap();
            stopping.send_replace(true);
            made
        }
    };
    let (rotated, made) = tokio::join!(working, backing_up);
    let installation = std::sync::Arc::into_inner(commands).unwrap();
    assert!(rotated.iter().all(|count| *count > 0), "the load ran: {rotated:?}");
    assert_eq!(made["rows"]["users"], 1, "{made}");
    assert_eq!(made["rows"]["refresh_families"], 6, "{made}");
    assert_eq!(made["pending"], serde_json::json!([]));
    server.terminate();
    assert_eq!(server.wait(), Some(0));

    let restored = installation.run(&["restore", &backup, "--json"]).json();
    assert!(Path::new(restored["kept"].as_str().unwrap()).exists(), "{restored}");
    assert_sound(&installation);
    assert!(folder.join("data/passgate.db.before-restore").exists());
    let (_server, _) = installation.serve();
    ada(&installation).await;
}

#[cfg(unix)]
#[test]
fn a_backup_overwrites_nothing_and_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let installation = installation();
    let backup = file(&installation, "backup.db");
    let made = installation.run(&["backup", &backup]);
    assert_eq!(made.code, Some(0), "{made:?}");
    assert!(made.out.contains("users") && made.out.contains("whole"), "{made:?}");
    let mode = std::fs::metadata(&backup).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let before = std::fs::read(&backup).unwrap();
    let again = installation.run(&["backup", &backup]);
    assert_eq!(again.code, Some(1));
    assert!(again.err.contains("nothing is overwritten"), "{again:?}");
    assert_eq!(std::fs::read(&backup).unwrap(), before);
    // Neither through a link that leads nowhere, nor into a folder that is not there; and no half files are left.
    let link = file(&installation, "link.db");
    std::os::unix::fs::symlink("nowhere.db", &link).unwrap();
    assert_eq!(installation.run(&["backup", &link]).code, Some(1));
    assert!(!installation.folder.path().join("nowhere.db").exists());
    let nowhere = file(&installation, "missing/backup.db");
    assert_eq!(installation.run(&["backup", &nowhere]).code, Some(1));
    let parts = std::fs::read_dir(installation.folder.path()).unwrap();
    assert!(
        !parts
            .flatten()
            .any(|entry| entry.file_name().to_string_lossy().contains(".part"))
    );
}

#[test]
fn an_installation_that_was_never_started_has_nothing_to_back_up() {
    let installation = Installation::new();
    let done = installation.run(&["backup", &file(&installation, "backup.db")]);
    assert_eq!(done.code, Some(1));
    assert!(done.err.contains("there is no database"), "{done:?}");
    assert!(!installation.folder.path().join("data").exists(), "looking makes none");
}

on_every_engine! {
    async fn postgres_is_backed_up_with_its_own_tool(database) {
        if database.engine == Engine::Sqlite {
            return;
        }
        let url = database.url.replace("postgres://", "postgres://someone:s3cret@");
        let url = if database.url.contains('@') { database.url.clone() } else { url };
        let installation = Installation::new().with("PASSGATE_DATABASE_URL", &url);
        let done = installation.run(&["backup", "x.dump"]);
        assert_eq!(done.code, Some(1));
        assert!(done.err.contains("pg_dump --format=custom --no-owner --file=x.dump 'postgres://"), "{done:?}");
        assert!(!done.err.contains("s3cret"), "{done:?}");
    }
}
