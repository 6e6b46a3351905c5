//! A real mail server takes our mail, and refuses some.

use passgate::flow::mails;
use serde_json::json;

use super::server::{LOGIN, MailServer, headers};
use super::{outbox, send, until};
use crate::harness::database::on_every_engine;
use crate::harness::port::Port;

on_every_engine! {
    async fn mail_goes_out_over_starttls_with_a_login(database) {
        let Some(server) = MailServer::with_login("starttls") else { return };
        let secret = server.authority().with_file_name("password");
        std::fs::write(&secret, format!("{}\n", LOGIN.1)).unwrap();
        let app = server
            .options(&database.url)
            .with("PASSGATE_MAIL__SMTP_USERNAME", LOGIN.0)
            .with("PASSGATE_MAIL__SMTP_PASSWORD_FILE", &secret.to_string_lossy())
            .spawn();
        let id = send(&app, "ada@example.com", "Hello, 你好").await;
        let mail = server.next();
        assert_eq!((&mail["tls"], &mail["login"]), (&json!(true), &json!(LOGIN.0)), "{mail}");
        assert_eq!((&mail["sender"], &mail["recipients"]), (&json!("id@acme.example"), &json!(["ada@example.com"])));
        assert_eq!(mail["hello"], "localhost");
        let headers = headers(mail["content"].as_str().unwrap());
        let header = |wanted: &str| {
            let found: Vec<_> = headers.iter().filter(|(name, _)| name == wanted).collect();
            assert_eq!(found.len(), 1, "{wanted} in {headers:?}");
            found[0].1.clone()
        };
        assert_eq!(header("from"), "Acme <id@acme.example>");
        assert_eq!(header("to"), "ada@example.com");
        assert_eq!(header("message-id"), format!("<{id}@acme.example>"));
        assert_eq!(header("auto-submitted"), "auto-generated");
        assert!(header("content-type").starts_with("multipart/alternative"));
        assert!(header("date").starts_with("Wed, 25 Nov 2026 12:00:00"));
        until(&app.state, |rows| rows.is_empty()).await;
    }

    async fn mail_goes_out_over_tls_on_one_connection_after_another(database) {
        let Some(server) = MailServer::with_login("tls") else { return };
        let app = server
            .options(&database.url)
            .with("PASSGATE_MAIL__SMTP_USERNAME", LOGIN.0)
            .with("PASSGATE_MAIL__SMTP_PASSWORD", LOGIN.1)
            .spawn();
        let mut peers = Vec::new();
        for subject in ["one", "two", "three"] {
            send(&app, "ada@example.com", subject).await;
            let mail = server.next();
            assert!(mail["tls"] == true && mail["content"].as_str().unwrap().contains(subject), "{mail}");
            peers.push(mail["peer"].clone());
            until(&app.state, |rows| rows.is_empty()).await;
        }
        assert!(peers.windows(2).all(|pair| pair[0] == pair[1]), "a connection is used again: {peers:?}");
    }

    async fn a_refused_recipient_is_shown_and_holds_nobody_up(database) {
        let Some(server) = MailServer::start("starttls", json!({})) else { return };
        let app = server.options(&database.url).spawn();
        let user = app.user("nobody@example.com").await;
        send(&app, "nobody@example.com", "refused").await;
        send(&app, "busy@example.com", "later").await;
        send(&app, "ada@example.com", "unwanted").await;
        send(&app, "ada@example.com", "taken").await;
        assert!(server.next()["content"].as_str().unwrap().contains("taken"));
        let rows = until(&app.state, |rows| rows.len() == 3 && rows.iter().all(|row| !row.last_error.is_empty())).await;
        let row = |subject: &str| rows.iter().find(|row| row.subject == subject).unwrap();
        assert_eq!((row("refused").failed_at.is_some(), row("refused").attempts), (true, 1));
        assert_eq!(row("refused").last_error, "550 5.1.1 no such mailbox here");
        assert_eq!((row("unwanted").failed_at.is_some(), row("unwanted").last_error.as_str()), (true, "554 5.7.1 not wanted"));
        assert_eq!((row("later").failed_at.is_some(), row("later").last_error.as_str()), (false, "451 4.3.0 try again later"));
        let person = passgate::flow::users::named(&app.state, &user).await.unwrap().unwrap();
        assert_eq!(mails::failed_to(&app.state, &person).await.unwrap().len(), 1);
        // The connection that was refused serves the next one.
        send(&app, "bob@example.com", "next").await;
        assert!(server.next()["content"].as_str().unwrap().contains("next"));
        app.advance(61);
        until(&app.state, |rows| rows.iter().any(|row| row.attempts == 2 && row.failed_at.is_none())).await;
        assert!(server.is_idle());
    }

    async fn a_wrong_password_is_our_fault_and_fails_no_mail(database) {
        let Some(server) = MailServer::with_login("starttls") else { return };
        let app = server
            .options(&database.url)
            .with("PASSGATE_MAIL__SMTP_USERNAME", LOGIN.0)
            .with("PASSGATE_MAIL__SMTP_PASSWORD", "another")
            .spawn();
        send(&app, "ada@example.com", "waits").await;
        let rows = until(&app.state, |rows| !rows[0].last_error.is_empty()).await;
        assert!(rows[0].failed_at.is_none() && rows[0].last_error.contains("535"), "{rows:?}");
        assert!(server.is_idle());
    }
}

/// Mail does not leave, and says why.
async fn stays(server: &MailServer, variables: &[(&str, &str)], why: &str) {
    let database = crate::harness::database::fresh(passgate::store::Engine::Sqlite).unwrap();
    let mut options = server.options(&database.url);
    for (name, value) in variables {
        options = options.with(name, value);
    }
    let app = options.spawn();
    send(&app, "ada@example.com", "secret").await;
    let rows = until(&app.state, |rows| !rows[0].last_error.is_empty()).await;
    assert!(rows[0].failed_at.is_none(), "{rows:?}");
    assert!(rows[0].last_error.contains(why), "{rows:?}");
    assert!(server.is_idle());
}

#[actix_web::test]
async fn nothing_is_said_to_a_server_that_does_not_prove_who_it_is() {
    for security in ["starttls", "tls"] {
        let Some(server) = MailServer::start(security, json!({})) else {
            return;
        };
        stays(&server, &[("PASSGATE_MAIL__SMTP_TRUSTED_FILE", "")], "certificate").await;
    }
}

#[actix_web::test]
async fn without_starttls_nothing_is_sent() {
    let Some(server) = MailServer::start("none", json!({})) else {
        return;
    };
    stays(&server, &[("PASSGATE_MAIL__SMTP_SECURITY", "starttls")], "STARTTLS").await;
}

#[actix_web::test]
async fn a_server_that_is_not_there_is_waited_for() {
    let Some(server) = MailServer::start("none", json!({})) else {
        return;
    };
    let nobody = Port::free();
    stays(
        &server,
        &[("PASSGATE_MAIL__SMTP_PORT", &nobody.to_string())],
        "no connection to 127.0.0.1",
    )
    .await;
}

#[actix_web::test]
async fn an_address_beyond_ascii_needs_a_server_that_knows_such() {
    for (utf8, leaves) in [(true, true), (false, false)] {
        let Some(server) = MailServer::start("none", json!({ "utf8": utf8 })) else {
            return;
        };
        let database = crate::harness::database::fresh(passgate::store::Engine::Sqlite).unwrap();
        let app = server.options(&database.url).spawn();
        send(&app, "zoë@example.com", "hello").await;
        if leaves {
            assert_eq!(server.next()["recipients"], json!(["zoë@example.com"]));
        } else {
            let rows = until(&app.state, |rows| rows[0].failed_at.is_some()).await;
            assert!(rows[0].last_error.contains("SMTPUTF8"), "{rows:?}");
        }
        assert!(leaves || !outbox(&app.state).await.is_empty());
    }
}
