//! What must not live again after a restore, on both engines: the list, and `passgate restore --settle` for databases that
//! came back by other means.

use std::collections::BTreeSet;

use passgate::sql;
use passgate::store::settle::{LEFT, SETTLED};
use passgate::store::{Db, Engine};

use super::{ada, file, party, populated, tokens};
use crate::harness::command_line::Installation;
use crate::harness::database::on_every_engine;

/// Columns that say that something ends, has ended, or was used.
const ENDS: [&str; 8] = [
    "expires_at",
    "idle_expires_at",
    "consumed_at",
    "revoked_at",
    "ended_at",
    "disabled_at",
    "trusted_until",
    "window_ends_at",
];

async fn columns(db: &Db) -> Vec<(String, String)> {
    let engine = db.engine();
    db.read((), move |tx, ()| {
        Box::pin(async move {
            // fork: each engine keeps its catalogue elsewhere.
            match engine {
                Engine::Sqlite => {
                    sql!(
                        tx,
                        all(String, String),
                        "SELECT m.name, c.name FROM sqlite_master m \
                        JOIN pragma_table_info(m.name) c WHERE m.type = 'table'"
                    )
                }
                Engine::Postgres => {
                    sql!(
                        tx,
                        all(String, String),
                        "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) \
                        FROM information_schema.columns WHERE table_schema = current_schema()"
                    )
                }
            }
        })
    })
    .await
    .unwrap()
}

on_every_engine! {
    /// A table that holds what can end is either settled after a restore or left, with a reason: nobody forgets to decide.
    async fn every_table_with_an_end_is_decided_about(database) {
        let with_an_end: BTreeSet<String> = columns(&database.db)
            .await
            .into_iter()
            .filter(|(_, column)| ENDS.contains(&column.as_str()))
            .map(|(table, _)| table)
            .collect();
        assert!(with_an_end.len() > 8, "{with_an_end:?}");
        let decided: BTreeSet<String> = SETTLED
            .iter()
            .copied()
            .chain(LEFT.iter().map(|(table, _)| *table))
            .map(str::to_owned)
            .collect();
        let undecided: Vec<_> = with_an_end.difference(&decided).collect();
        assert!(
            undecided.is_empty(),
            "src/store/settle.rs does not say what a restore does with {undecided:?}: end it in ENDINGS and SETTLED, or \
             say in LEFT why it may live again"
        );
    }

    async fn a_database_that_came_back_by_other_means_is_settled(database) {
        let mut bare = Installation::new();
        if database.engine == Engine::Postgres {
            bare = bare.with("PASSGATE_DATABASE_URL", &database.url);
            let refused = bare.run(&["restore", "x.dump"]);
            // The keys come first.
            assert!(refused.err.contains("there is no master key"), "{refused:?}");
        }
        let installation = populated(bare);
        if database.engine == Engine::Postgres {
            let refused = installation.run(&["restore", "x.dump"]);
            assert!(refused.err.contains("pg_restore --clean --if-exists"), "{refused:?}");
        }
        let (_server, _) = installation.serve();
        let party = party(&installation);
        let mut browser = ada(&installation).await;
        let alive = tokens(&installation, &mut browser).await;
        let machine = party.token(&[("grant_type", "client_credentials")]).await;
        assert_eq!(party.introspect(machine.text("access_token")).await.json["active"], true);
        let settled = installation.run(&["restore", "--settle", "--json"]).json();
        assert!(settled["tokens_not_before"].is_string(), "{settled}");
        // Running servers ask the database, so they know at once.
        assert_eq!(party.introspect(alive.text("access_token")).await.json["active"], false);
        assert_eq!(party.userinfo(alive.text("access_token")).await.status, 401);
        assert_eq!(party.introspect(machine.text("access_token")).await.json["active"], false);
        assert_eq!(party.refresh(alive.text("refresh_token")).await.status, 400);
        assert_eq!(browser.get("/account").await.url.path(), "/sign-in");
        let both = installation.run(&["restore", "--settle", &file(&installation, "x.db")]);
        assert_eq!(both.code, Some(2), "{both:?}");
    }
}
