//! Many writers and two sealers: one chain without a gap.

use std::time::Duration;

use futures_util::future::{join, join_all};
use passgate::flow::audit::seal;
use passgate::flow::clients;
use passgate::model::audit::{AuditKind, Origin};
use passgate::model::permission::Authority;
use passgate::protocol::registration::Registration;
use passgate::store::{Engine, audit, verify};
use serde_json::json;

use super::{assert_verified, number};
use crate::harness::app::TestApp;
use crate::harness::database::on_every_engine;

async fn register(app: &TestApp, id: String) {
    let metadata = json!({ "client_id": id, "client_name": id, "redirect_uris": ["https://app.example/cb"] });
    let registration = Registration::read(metadata).unwrap();
    clients::register(&app.state, &registration, &Authority::all(), &Origin::command_line())
        .await
        .unwrap();
}

/// An event whose transaction stays open for a while: it is older than others that are sealed before it is seen.
async fn late(app: &TestApp, number: usize) {
    let now = app.clock.now();
    let written = app.state.db.write(number, move |tx, number| {
        Box::pin(async move {
            let target = format!("late-{number}");
            audit::record(tx, AuditKind::ClientDeleted, &Origin::system(), &target, json!({}), now).await?;
            tokio::time::sleep(Duration::from_millis(100)).await;
            Ok(())
        })
    });
    written.await.unwrap();
}

on_every_engine! {

async fn a_chain_of_many_writers_on_two_nodes_has_no_gap(database) {
    let options = super::quietly(&database.url);
    let one = options.spawn();
    let two = options.another_node(&one).spawn();
    let nodes = [&one, &two];
    let slow = if database.engine == Engine::Postgres { 6 } else { 2 };
    let writers = (0..8).map(|writer| async move {
        for at in 0..15 {
            register(nodes[writer % 2], format!("client-{writer}-{at}")).await;
        }
    });
    let late = (0..slow).map(|at| late(nodes[at % 2], at));
    let sealers = nodes.map(|node| async move {
        for _ in 0..40 {
            seal::run(&node.state).await.unwrap();
        }
    });
    join(join(join_all(writers), join_all(late)), join_all(sealers)).await;
    seal::run(&two.state).await.unwrap();
    let events = number(&database.db, "SELECT COUNT(*) FROM audit_events").await;
    assert!(events >= 8 * 15 + i64::try_from(slow).unwrap());
    assert_eq!(number(&database.db, "SELECT COUNT(DISTINCT seq) FROM audit_events").await, events);
    assert_eq!(number(&database.db, "SELECT MIN(seq) FROM audit_events").await, 1);
    assert_eq!(number(&database.db, "SELECT MAX(seq) FROM audit_events").await, events);
    assert_eq!(assert_verified(&one).await.last, events);
    assert_verified(&two).await;
    assert_eq!(verify::verify(&database.db).await.unwrap(), Vec::<String>::new());
}

}
