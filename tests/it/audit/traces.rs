//! What is kept of requests, for how long, and how much.

use passgate::flow::requests::{self, MOST};
use passgate::store::{cleaner, request_traces};
use reqwest::StatusCode;
use serde_json::Value;

use super::number;
use crate::harness::app::{TestApp, http};
use crate::harness::command_line::Installation;
use crate::harness::database::on_every_engine;
use crate::harness::relying_party::RelyingParty;
use crate::oidc::scene::Scene;

on_every_engine! {

async fn unknown_clients_share_one_small_list(database) {
    let app = TestApp::on(&database.url);
    for at in 0..120 {
        let party = RelyingParty::new(&app, &format!("nobody-{at}"), Some("x"));
        assert_eq!(party.token(&[("grant_type", "client_credentials")]).await.status, StatusCode::UNAUTHORIZED);
        app.advance(1);
        if at % 30 == 0 {
            requests::flush(&app.state).await.unwrap();
        }
    }
    requests::flush(&app.state).await.unwrap();
    assert_eq!(number(&database.db, "SELECT COUNT(*) FROM request_traces").await, MOST);
    let found = requests::run(&app.state, None, false).await.unwrap();
    assert_eq!(found.len() as i64, MOST);
    assert_eq!(found[0].checks[1].sent.as_deref(), Some("nobody-119"), "the newest stay");
    assert!(requests::run(&app.state, Some("nobody-1"), false).await.is_err());
}

async fn a_busy_client_writes_no_row_for_each_request(database) {
    let app = TestApp::on(&database.url);
    let secret = app.web_client().await;
    let party = RelyingParty::new(&app, "web", Some(&secret));
    for _ in 0..100 {
        assert_eq!(party.token(&[("grant_type", "client_credentials")]).await.status, StatusCode::OK);
    }
    requests::flush(&app.state).await.unwrap();
    // Time stands still here: twenty at once, then one in six seconds.
    assert_eq!(number(&database.db, "SELECT COUNT(*) FROM request_traces").await, 20);
    app.advance(12);
    for _ in 0..100 {
        party.token(&[("grant_type", "client_credentials")]).await;
    }
    requests::flush(&app.state).await.unwrap();
    assert_eq!(number(&database.db, "SELECT COUNT(*) FROM request_traces").await, 22);
}

async fn successes_do_not_push_failures_out(database) {
    let app = TestApp::on(&database.url);
    let secret = app.web_client().await;
    let wrong = RelyingParty::new(&app, "web", Some("wrong"));
    wrong.token(&[("grant_type", "client_credentials")]).await;
    let party = RelyingParty::new(&app, "web", Some(&secret));
    for _ in 0..70 {
        app.advance(6);
        party.token(&[("grant_type", "client_credentials")]).await;
    }
    requests::flush(&app.state).await.unwrap();
    assert_eq!(number(&database.db, "SELECT COUNT(*) FROM request_traces WHERE NOT failed").await, MOST);
    let failures = requests::run(&app.state, Some("web"), true).await.unwrap();
    assert_eq!(failures.len(), 1);
}

async fn traces_go_after_a_week_and_with_their_client(database) {
    let scene = Scene::at(&database).await;
    let app = &scene.app;
    scene.party.userinfo("garbage").await;
    scene.party.token(&[("grant_type", "nonsense")]).await;
    requests::flush(&app.state).await.unwrap();
    assert_eq!(number(&database.db, "SELECT COUNT(*) FROM request_traces").await, 2);
    let origin = passgate::model::audit::Origin::command_line();
    passgate::flow::clients::delete(&app.state, "web", &origin).await.unwrap();
    assert_eq!(number(&database.db, "SELECT COUNT(*) FROM request_traces").await, 1);
    app.advance(request_traces::KEPT.as_secs() - 10);
    cleaner::clean(&database.db, app.clock.now()).await.unwrap();
    assert_eq!(number(&database.db, "SELECT COUNT(*) FROM request_traces").await, 1);
    app.advance(20);
    cleaner::clean(&database.db, app.clock.now()).await.unwrap();
    assert_eq!(number(&database.db, "SELECT COUNT(*) FROM request_traces").await, 0);
}

async fn a_client_that_is_refused_is_an_event_once_a_minute(database) {
    let app = TestApp::on(&database.url);
    app.web_client().await;
    let wrong = RelyingParty::new(&app, "web", Some("wrong"));
    for _ in 0..5 {
        wrong.token(&[("grant_type", "client_credentials")]).await;
    }
    requests::flush(&app.state).await.unwrap();
    let events = "SELECT COUNT(*) FROM audit_events WHERE kind = 'client_refused' AND target = 'web' AND address = '127.0.0.1'";
    assert_eq!(number(&database.db, events).await, 1);
    app.advance(61);
    wrong.token(&[("grant_type", "client_credentials")]).await;
    requests::flush(&app.state).await.unwrap();
    assert_eq!(number(&database.db, events).await, 2);
}

}

#[actix_web::test]
async fn the_command_line_shows_what_a_running_server_refused() {
    let installation = Installation::new();
    let made = installation
        .run(&[
            "client",
            "create",
            "--json",
            "--name",
            "Web",
            "--id",
            "web",
            "--redirect-uri",
            "https://app.example/cb",
        ])
        .json();
    assert_eq!(made["client_id"], "web");
    let (server, _) = installation.serve();
    let sent = "client_id=web&response_type=code&redirect_uri=https%3A%2F%2Fapp.example%2Fcb%2F";
    http()
        .get(installation.url(&format!("/oauth2/authorize?{sent}")))
        .send()
        .await
        .unwrap();
    let mut found = Value::Null;
    for _ in 0..100 {
        found = installation
            .run(&["client", "requests", "web", "--failed", "--json"])
            .json();
        if !found.as_array().unwrap().is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(found[0]["error"], "invalid_request", "{found}");
    let text = installation.run(&["client", "requests", "web"]).out;
    for word in [
        "FAILED redirect_uri (RFC 6749",
        "trailing slash",
        "registered: https://app.example/cb",
        "to do: ",
    ] {
        assert!(text.contains(word), "{word}: {text}");
    }
    assert_ne!(installation.run(&["client", "requests", "nobody"]).code, Some(0));
    assert_eq!(
        installation.run(&["client", "requests", "--unknown", "--json"]).json(),
        Value::Array(Vec::new())
    );
    drop(server);
}
