//! Whoever has the database, and not the master key, leaves traces: each way is found, at the first event that is not right.

use passgate::crypto::audit_chain;
use passgate::flow::audit::verify::{self, Known};
use passgate::flow::audit::{What, seal};
use passgate::model::audit::Checkpoint;
use passgate::sql;
use passgate::store::audit_chain as rows;

use super::{assert_broken, assert_verified, event, number, report, sealed, tamper};
use crate::harness::app::TestApp;
use crate::harness::database::on_every_engine;

/// Gives each event of a range another number, in an order in which none is taken.
async fn shift(app: &TestApp, numbers: impl Iterator<Item = i64>, by: i64) {
    for seq in numbers {
        tamper(
            &app.state.db,
            format!("UPDATE audit_events SET seq = {} WHERE seq = {seq}", seq + by),
        )
        .await;
    }
}

async fn ends(app: &TestApp) -> rows::Ends {
    app.state
        .db
        .read((), |tx, ()| Box::pin(rows::find(tx)))
        .await
        .unwrap()
        .unwrap()
}

/// Puts the end of the chain where it was.
async fn put_head(app: &TestApp, head: Checkpoint) {
    let statement = "UPDATE audit_chain SET seq = $1, hash = $2, at = $3, signature = $4";
    let put = app.state.db.write(head, move |tx, head| {
        Box::pin(async move {
            sql!(
                tx,
                execute,
                statement,
                head.seq,
                head.hash.as_bytes(),
                head.at,
                &head.signature
            )
            .map(drop)
        })
    });
    put.await.unwrap();
}

on_every_engine! {

async fn a_changed_event_is_found(database) {
    let app = super::quiet(&database.url);
    sealed(&app, 6).await;
    for (column, other, back) in [
        ("kind", "'signed_in'", "'user_updated'"),
        ("category", "'token'", "'account'"),
        ("actor", "'somebody'", "'cli'"),
        ("actor_kind", "'person'", "'command_line'"),
        ("target_kind", "'client'", "'user'"),
        ("address", "'192.0.2.1'", "''"),
        ("user_agent", "'curl'", "''"),
        ("request_id", "'r'", "''"),
    ] {
        tamper(&database.db, format!("UPDATE audit_events SET {column} = {other} WHERE seq = 4")).await;
        assert_broken(&app, What::Changed, 4).await;
        tamper(&database.db, format!("UPDATE audit_events SET {column} = {back} WHERE seq = 4")).await;
        assert_verified(&app).await;
    }
    tamper(&database.db, "UPDATE audit_events SET details = '{}' WHERE seq = 3").await;
    assert_broken(&app, What::Changed, 3).await;
    // The last one has nobody behind it who would notice.
    tamper(&database.db, "UPDATE audit_events SET target = 'x' WHERE seq = 2").await;
    assert_broken(&app, What::Changed, 2).await;
}

async fn the_last_event_is_held_by_the_mark(database) {
    let app = super::quiet(&database.url);
    sealed(&app, 3).await;
    tamper(&database.db, "UPDATE audit_events SET actor = 'x' WHERE seq = 4").await;
    assert_broken(&app, What::Changed, 4).await;
}

async fn a_removed_event_is_found_also_when_the_numbers_close_up(database) {
    let app = super::quiet(&database.url);
    sealed(&app, 6).await;
    tamper(&database.db, "DELETE FROM audit_events WHERE seq = 3").await;
    assert_broken(&app, What::Removed, 3).await;
    shift(&app, 4..=7, -1).await;
    assert_broken(&app, What::Removed, 3).await;
}

async fn an_inserted_event_is_found(database) {
    let app = super::quiet(&database.url);
    sealed(&app, 4).await;
    let copy = |seq: i64| {
        format!(
            "INSERT INTO audit_events (id, at, kind, category, actor_kind, actor, target_kind, target, address, request_id, \
             details, user_agent, seq, salt, commitment, hash) SELECT $1, at, 'factors_reset', category, actor_kind, actor, \
             target_kind, target, address, request_id, details, user_agent, {seq}, salt, commitment, hash \
             FROM audit_events WHERE seq = 2"
        )
    };
    let insert = |seq| {
        let statement: &'static str = Box::leak(copy(seq).into_boxed_str());
        let id = uuid::Uuid::from_u128(u128::try_from(seq).unwrap());
        let db = database.db.clone();
        async move {
            db.write((), move |tx, ()| Box::pin(async move { sql!(tx, execute, statement, id).map(drop) })).await.unwrap();
        }
    };
    // Behind the end.
    insert(6).await;
    assert_broken(&app, What::Inserted, 6).await;
    tamper(&database.db, "DELETE FROM audit_events WHERE seq = 6").await;
    assert_verified(&app).await;
    // In the middle, with the others moved up.
    shift(&app, (3..=5).rev(), 1).await;
    insert(3).await;
    assert_broken(&app, What::Inserted, 3).await;
}

async fn reordered_events_are_found(database) {
    let app = super::quiet(&database.url);
    sealed(&app, 6).await;
    for (one, other) in [(3, 4), (2, 6)] {
        shift(&app, [one].into_iter(), 100).await;
        shift(&app, [other].into_iter(), one - other).await;
        shift(&app, [one + 100].into_iter(), other - one - 100).await;
        assert_broken(&app, What::Reordered, one).await;
        shift(&app, [one].into_iter(), 100).await;
        shift(&app, [other].into_iter(), one - other).await;
        shift(&app, [one + 100].into_iter(), other - one - 100).await;
        assert_verified(&app).await;
    }
}

async fn a_cut_tail_is_found(database) {
    let app = super::quiet(&database.url);
    sealed(&app, 5).await;
    tamper(&database.db, "DELETE FROM audit_events WHERE seq > 4").await;
    assert_broken(&app, What::TailCut, 5).await;
    // With the end of the chain moved along: that takes a signature.
    tamper(
        &database.db,
        "UPDATE audit_chain SET seq = 4, hash = (SELECT e.hash FROM audit_events e WHERE e.seq = 4)",
    )
    .await;
    tamper(&database.db, "DELETE FROM audit_checkpoints").await;
    assert_broken(&app, What::MarkForged, 4).await;
    // Nothing is built on it.
    event(&app).await;
    seal::run(&app.state).await.unwrap_err();
}

/// An end that was signed once can be put back with what was there then: marks that stand elsewhere know better.
async fn an_older_state_is_found_by_marks_kept_elsewhere(database) {
    let app = super::quiet(&database.url);
    sealed(&app, 2).await;
    let older = ends(&app).await.head;
    event(&app).await;
    seal::run(&app.state).await.unwrap();
    let newer = ends(&app).await.head;
    let known = [Known { seq: newer.seq, hash: newer.hash }];
    assert!(verify::database(&app.state, &known).await.unwrap().verified);
    tamper(&database.db, format!("DELETE FROM audit_events WHERE seq > {}", older.seq)).await;
    put_head(&app, older.clone()).await;
    // By itself the database is whole ...
    assert_verified(&app).await;
    // ... which the log, an export or another node knows better.
    let broken = verify::database(&app.state, &known).await.unwrap().broken.unwrap();
    assert_eq!((broken.what, broken.seq), (What::TailCut, older.seq + 1), "{broken}");
    // After an hour a mark is kept in the database too.
    app.advance(3601);
    event(&app).await;
    seal::run(&app.state).await.unwrap();
    assert_eq!(number(&database.db, "SELECT COUNT(*) FROM audit_checkpoints").await, 2);
    tamper(&database.db, format!("DELETE FROM audit_events WHERE seq > {}", older.seq)).await;
    put_head(&app, older.clone()).await;
    assert_broken(&app, What::TailCut, older.seq + 1).await;
}

/// The way of hashing is public: with all links made anew it is the signatures that hold.
async fn a_chain_that_was_made_anew_is_found(database) {
    let app = super::quiet(&database.url);
    sealed(&app, 5).await;
    tamper(&database.db, "UPDATE audit_events SET actor = 'nobody' WHERE seq = 3").await;
    let events = database.db.read((), |tx, ()| Box::pin(rows::walk(tx, 0, 100))).await.unwrap();
    let mut previous = events[1].seal.hash;
    for sealed in &events[2..] {
        let seal = audit_chain::seal(&previous, sealed.seal.seq, &sealed.event, [0; audit_chain::SALT_LEN]);
        previous = seal.hash;
        let statement = "UPDATE audit_events SET salt = $2, commitment = $3, hash = $4 WHERE seq = $1";
        database
            .db
            .write(seal, move |tx, seal| {
                Box::pin(async move {
                    let (commitment, hash) = (seal.commitment.as_bytes(), seal.hash.as_bytes());
                    sql!(tx, execute, statement, seal.seq, &seal.salt, commitment, hash).map(drop)
                })
            })
            .await
            .unwrap();
    }
    // The first sealing kept a mark at its end: somewhere up to there.
    let broken = report(&app).await.broken.unwrap();
    assert_eq!(broken.what, What::Rewritten, "{broken}");
    // Without the mark, and with the end made to fit, the signature of the end.
    tamper(&database.db, "DELETE FROM audit_checkpoints").await;
    assert_eq!(report(&app).await.broken.unwrap().what, What::Rewritten);
    tamper(
        &database.db,
        "UPDATE audit_chain SET hash = (SELECT e.hash FROM audit_events e WHERE e.seq = 6)",
    )
    .await;
    assert_broken(&app, What::MarkForged, 6).await;
}

async fn an_event_is_not_emptied_without_reason(database) {
    let app = super::quiet(&database.url);
    sealed(&app, 4).await;
    tamper(&database.db, "UPDATE audit_events SET address = '', user_agent = '', details = '{}', salt = NULL WHERE seq = 3").await;
    assert_broken(&app, What::Emptied, 3).await;
    tamper(&database.db, "UPDATE audit_events SET details = '{\"a\":1}' WHERE seq = 3").await;
    assert_broken(&app, What::Changed, 3).await;
}

async fn the_beginning_is_not_moved_without_a_signature(database) {
    let app = super::quiet(&database.url);
    sealed(&app, 4).await;
    tamper(
        &database.db,
        "UPDATE audit_chain SET anchor_seq = 2, anchor_hash = (SELECT e.hash FROM audit_events e WHERE e.seq = 2)",
    )
    .await;
    tamper(&database.db, "DELETE FROM audit_events WHERE seq <= 2").await;
    assert_broken(&app, What::MarkForged, 2).await;
    // Nor by the signature of an end, which says another thing.
    let head = ends(&app).await.head;
    let statement = "UPDATE audit_chain SET anchor_seq = $1, anchor_hash = $2, anchor_at = $3, anchor_signature = $4";
    let (hash, at) = (head.hash.as_bytes().to_vec(), head.at);
    let (seq, signature) = (head.seq, head.signature);
    database
        .db
        .write((hash, signature), move |tx, (hash, signature)| {
            Box::pin(async move { sql!(tx, execute, statement, seq, hash, at, signature).map(drop) })
        })
        .await
        .unwrap();
    assert_broken(&app, What::MarkForged, seq).await;
}

}
