//! Promises and tries. The capture folder stands for the other side: where a file lies in its place nothing can leave.

use passgate::flow::mails::{self, Which};
use passgate::store::{cleaner, outbox_mails};

use super::{outbox, promise_in_vain, send, until};
use crate::harness::app::{Options, TestApp};
use crate::harness::database::on_every_engine;

const MINUTE: u64 = 60;
const DAY: u64 = 86_400;

/// Puts a file in the place of the folder, so that mail cannot leave.
fn close(app: &TestApp) {
    std::fs::create_dir_all(app.mail_folder().parent().unwrap()).unwrap();
    std::fs::write(app.mail_folder(), "").unwrap();
}

fn open(app: &TestApp) {
    std::fs::remove_file(app.mail_folder()).unwrap();
}

on_every_engine! {
    async fn a_promise_is_kept_or_undone_with_what_it_tells_of(database) {
        let app = TestApp::on(&database.url);
        close(&app);
        promise_in_vain(&app.state.db, app.clock.now()).await;
        assert!(outbox(&app.state).await.is_empty());
        send(&app, "ada@example.com", "kept").await;
        assert_eq!(outbox(&app.state).await[0].subject, "kept");
    }

    async fn what_cannot_leave_is_tried_again_ever_more_rarely_until_it_can(database) {
        let app = TestApp::on(&database.url);
        close(&app);
        let id = send(&app, "ada@example.com", "patience").await;
        let rows = until(&app.state, |rows| rows[0].attempts == 1 && !rows[0].last_error.is_empty()).await;
        assert!(rows[0].last_error.contains("cannot be captured"), "{rows:?}");
        assert_eq!((rows[0].due_at - app.clock.now()).num_minutes(), 1);
        for (wait, tries) in [(1, 2), (2, 3), (4, 4)] {
            // A claim ends after a minute, so a longer wait must hold by itself.
            app.advance(wait * MINUTE - 1);
            let due = app.clock.now();
            assert_eq!(app.state.db.read((), move |tx, ()| Box::pin(outbox_mails::next_due(tx, due))).await.unwrap(), 0);
            app.advance(1);
            let now = app.clock.now();
            until(&app.state, |rows| rows[0].attempts == tries && rows[0].due_at > now + chrono::TimeDelta::minutes(1)).await;
        }
        open(&app);
        app.advance(8 * MINUTE);
        let mail = app.mails_to("ada@example.com", 1).await.pop().unwrap();
        assert_eq!((mail.id, mail.text), (id.to_string(), "patience in text".to_owned()));
        until(&app.state, |rows| rows.is_empty()).await;
    }

    async fn after_twelve_tries_it_is_the_administrators(database) {
        let app = TestApp::on(&database.url);
        close(&app);
        let id = send(&app, "ada@example.com", "lost").await;
        for tries in 1..=12 {
            until(&app.state, |rows| rows[0].attempts == tries && (tries == 12) == rows[0].failed_at.is_some()
                && (tries == 12 || rows[0].due_at != app.clock.now() + chrono::TimeDelta::minutes(1) || tries == 1)).await;
            app.advance(4 * 60 * MINUTE);
        }
        let failed = mails::list(&app.state, Which::Failed).await.unwrap();
        assert_eq!((failed.len(), failed[0].id, failed[0].attempts), (1, id, 12));
        assert!(failed[0].last_error.contains("cannot be captured"));

        // Nobody tries it any more; the administrator does.
        open(&app);
        assert!(mails::retry(&app.state, id).await.unwrap());
        assert_eq!(app.mails_to("ada@example.com", 1).await[0].subject, "lost");
        until(&app.state, |rows| rows.is_empty()).await;
        assert!(!mails::retry(&app.state, id).await.unwrap(), "it has left");
    }

    async fn a_failed_mail_is_kept_for_thirty_days(database) {
        let app = TestApp::on(&database.url);
        // The capture refuses for good what is no address.
        send(&app, "nobody", "refused").await;
        let rows = until(&app.state, |rows| rows[0].failed_at.is_some()).await;
        assert_eq!(rows[0].attempts, 1, "{rows:?}");
        app.advance(29 * DAY);
        cleaner::clean(&app.state.db, app.clock.now()).await.unwrap();
        assert_eq!(outbox(&app.state).await.len(), 1);
        app.advance(2 * DAY);
        cleaner::clean(&app.state.db, app.clock.now()).await.unwrap();
        assert!(outbox(&app.state).await.is_empty());
    }

    async fn one_bad_address_holds_nobody_up(database) {
        let app = Options::new(Some(&database.url)).with("PASSGATE_MAIL__DELIVERIES", "2").spawn();
        for mail in 0..30 {
            let to = if mail % 3 == 0 { "nobody".to_owned() } else { format!("u{mail}@example.com") };
            send(&app, &to, "many").await;
        }
        let rows = until(&app.state, |rows| rows.len() == 10 && rows.iter().all(|row| row.failed_at.is_some())).await;
        assert!(rows.iter().all(|row| row.recipient == "nobody"));
        assert_eq!(std::fs::read_dir(app.mail_folder()).unwrap().count(), 40);
        assert_eq!(mails::retry_failed(&app.state).await.unwrap(), 10);
        until(&app.state, |rows| rows.iter().all(|row| row.failed_at.is_some() && row.attempts == 1)).await;
    }

    async fn a_claim_of_a_node_that_died_ends_after_a_minute(database) {
        let app = TestApp::on(&database.url);
        let now = app.clock.now();
        // Promised and claimed in one transaction: no running server comes in between.
        let mail = super::mail_to("ada@example.com", "twice");
        app.state.db.write(mail, move |tx, mail| Box::pin(async move {
            outbox_mails::insert(tx, mail, now).await?;
            let claimed = outbox_mails::claim(tx, now, now + chrono::TimeDelta::minutes(1), 8).await?;
            assert_eq!(claimed.len(), 1);
            assert!(outbox_mails::claim(tx, now, now + chrono::TimeDelta::minutes(1), 8).await?.is_empty());
            Ok(())
        })).await.unwrap();
        app.advance(59);
        assert_eq!(outbox(&app.state).await[0].attempts, 1);
        app.advance(1);
        app.mails_to("ada@example.com", 1).await;
        until(&app.state, |rows| rows.is_empty()).await;
    }
}
