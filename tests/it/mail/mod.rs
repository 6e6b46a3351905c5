//! Mail on its way: what the outbox promises, what a mail server does to it, what the administrator is told.

mod command_line;
mod outbox;
mod pages;
mod server;
mod smtp;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use passgate::flow::mails::{self, Which};
use passgate::state::State;
use passgate::store::outbox_mails::{self, MailRow, OutboxMail};
use passgate::store::{Db, StoreError};
use uuid::Uuid;

use crate::harness::app::TestApp;

/// A mail to an address, not written yet.
fn mail_to(recipient: &str, subject: &str) -> OutboxMail {
    OutboxMail {
        id: passgate::crypto::random::uuid(),
        recipient: recipient.to_owned(),
        subject: subject.to_owned(),
        body_text: format!("{subject} in text"),
        body_html: format!("<p>{subject} in HTML</p>"),
        attempts: 0,
    }
}

/// Promises a mail as a flow does; gives its id.
async fn promise(db: &Db, recipient: &str, subject: &str, now: DateTime<Utc>) -> Uuid {
    let mail = mail_to(recipient, subject);
    let id = mail.id;
    db.write(mail, move |tx, mail| Box::pin(outbox_mails::insert(tx, mail, now)))
        .await
        .unwrap();
    id
}

/// The same in the installation of a server.
async fn send(app: &TestApp, recipient: &str, subject: &str) -> Uuid {
    promise(&app.state.db, recipient, subject, app.clock.now()).await
}

/// The outbox as the administrator sees it.
async fn outbox(state: &Arc<State>) -> Vec<MailRow> {
    mails::list(state, Which::All).await.unwrap()
}

/// Waits until the outbox is as wanted.
async fn until(state: &Arc<State>, wanted: impl Fn(&[MailRow]) -> bool) -> Vec<MailRow> {
    for _ in 0..400 {
        let rows = outbox(state).await;
        if wanted(&rows) {
            return rows;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the outbox stays as it is: {:#?}", outbox(state).await);
}

/// A unit that promises a mail and then fails.
async fn promise_in_vain(db: &Db, now: DateTime<Utc>) {
    let failed = db.write(mail_to("ada@example.com", "never"), move |tx, mail| {
        Box::pin(async move {
            outbox_mails::insert(tx, mail, now).await?;
            Err::<(), _>(StoreError::Conflict)
        })
    });
    assert!(matches!(failed.await, Err(StoreError::Conflict)));
}
