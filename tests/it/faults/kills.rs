//! `kill -9` under load. Whoever gets no answer asks again after the restart, as a client would; at the end everything that was
//! acknowledged must still be true, and nothing may have happened twice or by half.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use passgate::store::Engine;
use tokio::sync::watch;

use super::load::{History, World};
use super::{Dice, SECRET, assert_sound, dose, first_party, post};
use crate::harness::app::PASSWORD;
use crate::harness::command_line::Installation;
use crate::harness::database::on_every_engine;
use crate::harness::node::Node;

const WORKERS: usize = 6;

fn installation(database_url: Option<&str>) -> Arc<Installation> {
    // No token may die of age while it is asked for.
    let mut installation = Installation::new().with("PASSGATE_TOKENS__ACCESS_TOKEN_SECONDS", "3600");
    if let Some(url) = database_url {
        installation = installation.with("PASSGATE_DATABASE_URL", url);
    }
    first_party(&installation);
    let person = [
        "user",
        "create",
        "--json",
        "--email",
        "ada@example.com",
        "--password-stdin",
    ];
    installation.run_with(&person, PASSWORD).json();
    Arc::new(installation)
}

on_every_engine! {
    async fn what_was_acknowledged_survives_kill_9(database) {
        let url = (database.engine == Engine::Postgres).then_some(database.url.as_str());
        let installation = installation(url);
        let mut node = Node::first(&installation);
        node.start().await;
        let mut browser = node.browser();
        browser.sign_in("ada@example.com").await;
        let (switch, up) = watch::channel(true);
        let (stopping, stop) = watch::channel(false);
        let party = node.party("web", SECRET);
        let world = World { party, browser, up, history: Mutex::default() };

        let killing = async {
            let mut dice = Dice(7);
            let kills = dose("PASSGATE_KILLS", 20, 200);
            let mut slowest = Duration::ZERO;
            for kill in 1..=kills {
                tokio::time::sleep(Duration::from_micros(500 * dice.roll(400) as u64)).await;
                switch.send_replace(false);
                node.kill();
                let begun = Instant::now();
                node.start().await;
                slowest = slowest.max(begun.elapsed());
                switch.send_replace(true);
                if kill % 20 == 0 || kill == kills {
                    assert_sound(&installation);
                }
            }
            stopping.send_replace(true);
            (kills, slowest)
        };
        let working = futures_util::future::join_all((0..WORKERS).map(|worker| world.work(worker, &stop)));
        let ((kills, slowest), _) = tokio::join!(killing, working);
        let counted = judge(&world, &node).await;
        let signed_up = std::mem::take(&mut world.history.lock().unwrap().signed_up);
        assert_mail(&installation, url, &signed_up).await;
        assert_sound(&installation);
        assert!(!node.log().contains("panicked"), "{}", node.log());
        println!("{:?}: {kills} kills, slowest start {slowest:?}, {counted}", database.engine);
    }
}

/// Holds the history against the server.
async fn judge(world: &World, node: &Node) -> String {
    let History {
        signed_up,
        used_codes,
        revoked,
        live,
        interrupted,
    } = std::mem::take(&mut *world.history.lock().unwrap());
    for (access, _) in &live {
        assert_eq!(
            world.party.introspect(access).await.json["active"],
            true,
            "a live token died"
        );
    }
    for (_, refresh) in &live {
        let next = world.party.refresh(refresh).await;
        assert_eq!(next.status, 200, "an acknowledged refresh was lost");
    }
    for token in &revoked {
        world.assert_inactive(token).await;
    }
    for (code, tokens) in &used_codes {
        let again = world.party.exchange(code).await;
        assert_eq!(
            (again.status.as_u16(), again.error()),
            (400, "invalid_grant"),
            "a used code works again"
        );
        if let Some(tokens) = tokens {
            world.assert_inactive(tokens.text("access_token")).await;
            world.assert_inactive(tokens.text("refresh_token")).await;
        }
    }
    for email in &signed_up {
        let mut browser = node.browser();
        let form = browser.get("/sign-in").await.form();
        let page = post(&mut browser, &form.fill("identifier", email).fill("password", PASSWORD)).await;
        assert_eq!(page.status, 303, "the acknowledged sign-up of {email} was lost");
    }
    let counted = format!(
        "{interrupted} calls interrupted; survived: {} sign-ups, {} revocations, {} used codes, {} live grants",
        signed_up.len(),
        revoked.len(),
        used_codes.len(),
        live.len()
    );
    world.history.lock().unwrap().signed_up = signed_up;
    counted
}

/// Every account has its verification mail, in the outbox or delivered, and every mail its account.
async fn assert_mail(installation: &Installation, postgres: Option<&str>, signed_up: &[String]) {
    const WAITING: &str = "SELECT recipient FROM outbox_mails";
    use sqlx::Connection as _;
    // The outbox first: what leaves it meanwhile is in the folder then.
    let waiting: Vec<String> = match postgres {
        Some(url) => {
            let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
            sqlx::query_scalar(WAITING).fetch_all(&mut connection).await.unwrap()
        }
        None => {
            let file =
                sqlx::sqlite::SqliteConnectOptions::new().filename(installation.folder.path().join("data/passgate.db"));
            let mut connection = sqlx::SqliteConnection::connect_with(&file).await.unwrap();
            sqlx::query_scalar(WAITING).fetch_all(&mut connection).await.unwrap()
        }
    };
    let notes = std::fs::read_dir(installation.folder.path().join("data/mail"))
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    let left = notes
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .map(|path| {
            let mail: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
            mail["to"].as_str().unwrap().to_owned()
        });
    let mailed: BTreeSet<String> = waiting.into_iter().chain(left).collect();
    let people: BTreeSet<String> = signed_up.iter().cloned().collect();
    assert_eq!(mailed, people);
}
