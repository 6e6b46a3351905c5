//! BF-12, PW-09, MF-09, RL-09: limits that all nodes share and a restart does not lift.

use futures_util::future::join_all;
use passgate::flow::limits::{self, Limit, Verdict};

use super::ADDRESS;
use crate::harness::app::{Options, TestApp};
use crate::harness::database::on_every_engine;

async fn mail(app: &TestApp, to: &str) -> Verdict {
    limits::count(&app.state, Limit::MailTo(to)).await.unwrap()
}

on_every_engine! {
async fn pw_09_a_recipient_gets_three_mails_in_any_hour(database) {
    let app = TestApp::on(&database.url);
    // A minute before the hour of the first is over the third goes; the fourth must wait for an hour from then on.
    for pause in [0, 1800, 1740] {
        app.advance(pause);
        assert_eq!(mail(&app, ADDRESS).await, Verdict::Within);
    }
    app.advance(120);
    let Verdict::Over(wait) = mail(&app, ADDRESS).await else { panic!("a fourth mail") };
    assert!((3400..=3600).contains(&wait), "{wait}");
    // Asking again does not make it longer, and others are not touched.
    assert_eq!(mail(&app, ADDRESS).await, Verdict::Over(wait));
    assert_eq!(mail(&app, "eve@example.com").await, Verdict::Within);
    assert_eq!(limits::count(&app.state, Limit::CodeTo(ADDRESS)).await.unwrap(), Verdict::Within);
    app.advance(wait);
    assert_eq!(mail(&app, ADDRESS).await, Verdict::Within);
}

async fn bf_12_many_at_once_on_two_nodes_are_one_limit_and_a_restart_forgets_nothing(database) {
    let options = Options::new(Some(&database.url));
    let first = options.spawn();
    let tries = if database.engine == passgate::store::Engine::Postgres {
        let second = options.another_node(&first).spawn();
        join_all((0..32).map(|n| mail(if n % 2 == 0 { &first } else { &second }, ADDRESS))).await
    } else {
        join_all((0..32).map(|_| mail(&first, ADDRESS))).await
    };
    assert_eq!(tries.iter().filter(|verdict| **verdict == Verdict::Within).count(), 3);
    drop(first);
    let again = options.spawn();
    assert!(matches!(mail(&again, ADDRESS).await, Verdict::Over(_)));
}

async fn keys_at_rest_do_not_say_whom_they_are_about(database) {
    let app = TestApp::on(&database.url);
    // Digests are written as hex digits: each part of this address has a letter that is none, so that chance spells none of it.
    mail(&app, "turing@example.com").await;
    super::guess(&app, "turing@example.com").await;
    for statement in [
        "SELECT COUNT(*) FROM rate_limits WHERE key LIKE '%turing%' OR key LIKE '%example%'",
        "SELECT COUNT(*) FROM sign_in_throttles WHERE identifier_key LIKE '%turing%' OR identifier_key LIKE '%example%'",
    ] {
        assert_eq!(number(&database, statement).await, 0, "{statement}");
    }
    assert!(number(&database, "SELECT COUNT(*) FROM sign_in_throttles").await > 0);
    assert_eq!(number(&database, "SELECT COUNT(*) FROM rate_limits").await, 1);
    // And go when they are over.
    app.advance(3601);
    passgate::store::cleaner::clean(&database.db, app.clock.now()).await.unwrap();
    assert_eq!(number(&database, "SELECT COUNT(*) FROM rate_limits").await, 0);
}

async fn sign_ups_from_one_network_end_at_their_limit(database) {
    let app = Options::new(Some(&database.url))
        .with("PASSGATE_LIMITS__ENABLED", "true")
        .with("PASSGATE_LIMITS__SIGN_UPS_PER_HOUR", "2")
        .spawn();
    let of = |address| limits::count(&app.state, Limit::SignUpFrom(address));
    for address in ["2001:db8::1", "2001:db8::2"] {
        assert_eq!(of(address).await.unwrap(), Verdict::Within);
    }
    assert!(matches!(of("2001:db8::ffff:3").await.unwrap(), Verdict::Over(_)));
    assert_eq!(of("2001:db8:0:1::1").await.unwrap(), Verdict::Within);
    // RL-07: whoever comes from nowhere is counted too.
    for expected in [true, true, false] {
        assert_eq!(of("unix socket").await.unwrap() == Verdict::Within, expected);
    }
}
}

async fn number(database: &crate::harness::database::TestDatabase, statement: &'static str) -> i64 {
    database
        .db
        .read(statement, |tx, statement| {
            Box::pin(async move { passgate::sql!(tx, scalar i64, *statement) })
        })
        .await
        .unwrap()
}

#[actix_web::test]
async fn limits_by_recipient_hold_where_limits_by_address_are_lifted() {
    let app = TestApp::spawn();
    for _ in 0..3 {
        assert_eq!(mail(&app, ADDRESS).await, Verdict::Within);
    }
    assert!(matches!(mail(&app, ADDRESS).await, Verdict::Over(_)));
    for _ in 0..100 {
        let counted = limits::count(&app.state, Limit::SignUpFrom("192.0.2.1")).await.unwrap();
        assert_eq!(counted, Verdict::Within);
    }
}

#[actix_web::test]
async fn rl_01_whom_a_request_says_that_it_comes_from_makes_no_difference() {
    let app = Options::new(None)
        .with("PASSGATE_LIMITS__ENABLED", "true")
        .with("PASSGATE_LIMITS__PROOF_OF_WORK", "off")
        .with("PASSGATE_LIMITS__SIGN_IN_PER_MINUTE", "3")
        .spawn();
    let mut statuses = Vec::new();
    for n in 0..6 {
        let mut browser = app.browser();
        browser.headers = [
            "x-forwarded-for",
            "x-real-ip",
            "forwarded",
            "true-client-ip",
            "cf-connecting-ip",
        ]
        .map(|name| (name.to_owned(), format!("198.51.100.{n}")))
        .to_vec();
        statuses.push(
            super::try_with(&mut browser, &format!("user{n}@example.com"), "wrong password")
                .await
                .status
                .as_u16(),
        );
    }
    assert_eq!(statuses, [401, 401, 401, 429, 429, 429]);
    app.advance(60);
    assert_eq!(super::guess(&app, ADDRESS).await.status, 401, "the minute is over");
}
