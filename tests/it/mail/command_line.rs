//! `passgate mail`, and what `passgate user` and `passgate doctor` say of mail.

use passgate::store::{Db, DbOptions, outbox_mails};
use serde_json::{Value, json};
use uuid::Uuid;

use super::promise;
use super::server::{LOGIN, MailServer};
use crate::harness::command_line::Installation;

/// Runs work on the database of an installation that is not served.
async fn with_database<T>(installation: &Installation, work: impl AsyncFnOnce(&Db) -> T) -> T {
    let path = installation.folder.path().join("data/passgate.db");
    let db = Db::open(&format!("sqlite://{}", path.display()), DbOptions::default()).unwrap();
    let done = work(&db).await;
    db.close().await;
    done
}

/// A mail that was refused.
async fn refused(installation: &Installation, to: &str) -> Uuid {
    with_database(installation, async |db| {
        let now = chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let id = promise(db, to, "Your code", now).await;
        db.write((), move |tx, ()| {
            Box::pin(async move {
                outbox_mails::claim(tx, now, now, 1).await?;
                outbox_mails::fail(tx, id, "550 5.1.1 no such mailbox", now).await
            })
        })
        .await
        .unwrap();
        id
    })
    .await
}

fn finding(installation: &Installation, what: &str) -> (bool, String) {
    let done = installation.run(&["doctor", "--json"]);
    let all: Vec<Value> = serde_json::from_str(&done.out).unwrap_or_else(|_| panic!("{done:?}"));
    let found = all.iter().find(|finding| finding["what"] == what).unwrap();
    (found["ok"] == true, found["detail"].as_str().unwrap().to_owned())
}

#[actix_web::test]
async fn the_administrator_sees_a_bounce_and_tries_again() {
    let installation = Installation::new();
    let person = [
        "user",
        "create",
        "--json",
        "--email",
        "ada@example.com",
        "--password-stdin",
    ];
    let sub = installation.run_with(&person, "correct horse battery").json()["sub"].clone();
    assert_eq!(installation.run(&["mail", "list", "--json"]).json(), json!([]));
    assert_eq!(
        finding(&installation, "outbox"),
        (true, "no mail is late or failed".into())
    );
    let shown = installation.run(&["user", "show", "ada@example.com", "--json"]).json();
    assert_eq!((&shown["sub"], &shown["failed_mails"]), (&sub, &json!([])));

    let id = refused(&installation, "ada@example.com").await.to_string();
    for arguments in [&["mail", "list", "--json"][..], &["mail", "list", "--failed", "--json"]] {
        let listed = installation.run(arguments).json();
        assert_eq!(
            (&listed[0]["id"], &listed[0]["to"]),
            (&json!(id), &json!("ada@example.com"))
        );
        assert_eq!(
            (&listed[0]["error"], &listed[0]["tries"]),
            (&json!("550 5.1.1 no such mailbox"), &json!(1))
        );
        assert!(
            listed[0]["failed_at"].is_string() && listed[0]["next_try_at"].is_null(),
            "{listed}"
        );
        assert!(
            !listed.to_string().contains("in text"),
            "what it says is not shown: {listed}"
        );
    }
    let people = installation.run(&["mail", "list"]);
    assert!(
        people.out.contains("failed 2027-01-15") && people.out.contains("550 5.1.1"),
        "{people:?}"
    );
    let (ok, detail) = finding(&installation, "outbox");
    assert!(
        ok && detail.contains("1 were refused"),
        "one bad address is no fault of the installation: {detail}"
    );
    let shown = installation.run(&["user", "show", "ada@example.com"]);
    assert!(
        shown.out.contains("bounced") && shown.out.contains("550 5.1.1"),
        "{shown:?}"
    );
    let shown = installation
        .run(&["user", "show", sub.as_str().unwrap(), "--json"])
        .json();
    assert_eq!(shown["failed_mails"][0]["id"], id.as_str());

    assert_eq!(
        installation.run(&["mail", "retry", &id, "--json"]).json(),
        json!({ "retried": 1 })
    );
    let listed = installation.run(&["mail", "list", "--json"]).json();
    assert_eq!(
        (&listed[0]["failed_at"], &listed[0]["tries"]),
        (&Value::Null, &json!(0)),
        "{listed}"
    );
    assert_eq!(
        installation.run(&["mail", "list", "--failed", "--json"]).json(),
        json!([])
    );
    assert_eq!(
        installation.run(&["mail", "retry", "--failed", "--json"]).json(),
        json!({ "retried": 0 })
    );
}

#[test]
fn arguments_that_make_no_sense_say_so() {
    let installation = Installation::new();
    let nowhere = installation.run(&["mail", "retry", &Uuid::nil().to_string()]);
    assert!(
        nowhere.code == Some(1) && nowhere.err.contains("no mail"),
        "{nowhere:?}"
    );
    for bad in [
        &["mail", "retry"][..],
        &["mail", "retry", "x"],
        &["mail", "test"],
        &["mail", "retry", "--failed", "00000000-0000-0000-0000-000000000000"],
    ] {
        assert_eq!(installation.run(bad).code, Some(2), "{bad:?}");
    }
    let nobody = installation.run(&["user", "show", "nobody@example.com"]);
    assert!(
        nobody.code == Some(1) && nobody.err.contains("no such account"),
        "{nobody:?}"
    );
    let bad = installation.run(&["mail", "test", "a@x.test, b@x.test"]);
    assert!(bad.code == Some(1) && bad.err.contains("address"), "{bad:?}");
}

#[test]
fn a_test_mail_says_where_it_was_captured() {
    let installation = Installation::new();
    let said = installation.run(&["mail", "test", "ada@example.com"]);
    assert!(said.code == Some(0) && said.out.contains("captured as"), "{said:?}");
    let path = said.out.trim().trim_start_matches("captured as ");
    assert!(
        std::fs::read_to_string(path)
            .unwrap()
            .contains("Subject: Test mail from Passgate")
    );
    let chinese = installation
        .run(&["mail", "test", "ada@example.com", "--language", "zh", "--json"])
        .json();
    let path = chinese["said"]
        .as_str()
        .unwrap()
        .trim_start_matches("captured as ")
        .to_owned();
    assert!(std::fs::read_to_string(path).unwrap().contains("Subject: =?utf-8?"));
    let (ok, detail) = finding(&installation, "mail");
    assert!(ok && detail.contains("none leaves"), "{detail}");
}

#[test]
fn a_test_mail_says_what_the_server_said() {
    let Some(server) = MailServer::with_login("starttls") else {
        return;
    };
    let mut installation = Installation::new();
    let mut variables: Vec<_> = server
        .variables()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    variables.push(("PASSGATE_MAIL__SMTP_USERNAME".into(), LOGIN.0.into()));
    variables.push(("PASSGATE_MAIL__SMTP_PASSWORD".into(), LOGIN.1.into()));
    installation.variables.extend(variables);
    let said = installation.run(&["mail", "test", "ada@example.com"]);
    assert_eq!(
        (said.code, said.out.trim()),
        (Some(0), "250 2.0.0 taken as 4711"),
        "{said:?}"
    );
    assert_eq!(server.next()["recipients"], json!(["ada@example.com"]));
    let refused = installation.run(&["mail", "test", "nobody@example.com"]);
    assert!(
        refused.code == Some(1) && refused.err.contains("550 5.1.1"),
        "{refused:?}"
    );
    let (ok, detail) = finding(&installation, "mail");
    assert!(ok && detail.contains("with TLS, signed in as passgate"), "{detail}");

    installation
        .variables
        .push(("PASSGATE_MAIL__SMTP_PASSWORD".into(), "wrong password".into()));
    let (ok, detail) = finding(&installation, "mail");
    assert!(!ok && detail.contains("535"), "{detail}");
    let failed = installation.run(&["mail", "test", "ada@example.com"]);
    assert!(
        failed.code == Some(1) && failed.err.contains("not signed in"),
        "{failed:?}"
    );
    assert!(!failed.err.contains("wrong password") && !detail.contains("wrong password"));
    assert!(server.is_idle(), "asking sends nothing");
}
