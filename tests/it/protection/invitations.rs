//! EV-14: an invitation is for one address, once, until it is over, taken back or replaced.

use chrono::TimeDelta;
use futures_util::future::join_all;
use passgate::flow::invitations::{self, NewInvitation, Refused};
use passgate::flow::roles::{self, NewRole};
use passgate::model::audit::Origin;
use passgate::model::invitation::Invitation;
use passgate::model::permission::Authority;
use passgate::model::secret::Secret;

use crate::harness::app::{Options, TestApp};
use crate::harness::database::on_every_engine;

const GUEST: &str = "guest@example.com";

async fn invite(app: &TestApp, email: &str) -> Result<Invitation, Refused> {
    let new = NewInvitation {
        email: email.to_owned(),
        role: Some("editor".to_owned()),
        plan: None,
        life: TimeDelta::days(7),
        locale: "en".to_owned(),
    };
    let (giver, origin) = (Authority::all(), Origin::command_line());
    let editor = NewRole {
        name: "editor".to_owned(),
        ..NewRole::default()
    };
    // The second time it is there.
    let _there = roles::create(&app.state, editor, &giver, &origin).await;
    invitations::invite(&app.state, new, &giver, &origin).await
}

/// The secret of the newest invitation, from its mail; `count` are awaited.
async fn token(app: &TestApp, count: usize) -> Secret {
    app.mails_to(GUEST, count).await;
    let link = app.link_to(GUEST).await;
    let (page, token) = link.split_once("?invitation=").unwrap();
    assert_eq!(page, format!("{}/sign-up", app.issuer));
    Secret::new(token.to_owned())
}

async fn accept(app: &TestApp, token: &Secret, email_key: &'static str) -> Option<Invitation> {
    let (digest, now) = (passgate::crypto::digest::digest(token), app.clock.now());
    app.state
        .db
        .write((), move |tx, ()| {
            Box::pin(async move { invitations::accept(tx, &digest, email_key, now).await })
        })
        .await
        .unwrap()
}

on_every_engine! {
async fn ev_14_a_link_is_good_once_and_for_its_address_alone(database) {
    let app = TestApp::on(&database.url);
    let made = invite(&app, "guest@Example.com").await.unwrap();
    let token = token_of(&app).await;
    let seen = invitations::look(&app.state, &token).await.unwrap().unwrap();
    assert_eq!((seen.id, seen.role.as_str(), seen.plan.as_str()), (made.id, "editor", "free_user"));
    assert_eq!(seen.invited_by, "cli");
    // Handed on: nothing, and nothing is used up.
    assert!(accept(&app, &token, "thief@evil.test").await.is_none());
    let taken = join_all((0..8).map(|_| accept(&app, &token, GUEST))).await;
    assert_eq!(taken.iter().flatten().count(), 1);
    assert!(accept(&app, &token, GUEST).await.is_none());
    assert!(invitations::look(&app.state, &token).await.unwrap().is_none());
    let listed = invitations::list(&app.state, 10).await.unwrap();
    assert!(listed.len() == 1 && listed[0].consumed_at.is_some());
    // Once accepted it is no longer in the way of another one, and cannot be taken back.
    assert!(matches!(invitations::revoke(&app.state, GUEST, &Origin::command_line()).await, Err(Refused::Unknown)));
    invite(&app, GUEST).await.unwrap();
}

async fn ev_14_a_newer_one_replaces_it_and_it_can_be_taken_back_by_id_and_address(database) {
    let app = TestApp::on(&database.url);
    invite(&app, GUEST).await.unwrap();
    let first = token(&app, 1).await;
    app.advance(1);
    let newer = invite(&app, GUEST).await.unwrap();
    let second = token(&app, 2).await;
    assert_ne!(first.expose(), second.expose());
    assert!(accept(&app, &first, GUEST).await.is_none(), "the older link");
    let by = Origin::command_line();
    invitations::revoke(&app.state, &newer.id.to_string(), &by).await.unwrap();
    assert!(accept(&app, &second, GUEST).await.is_none());
    app.advance(1);
    invite(&app, GUEST).await.unwrap();
    invitations::revoke(&app.state, "GUEST@example.com", &by).await.unwrap();
    let third = token(&app, 3).await;
    assert!(accept(&app, &third, GUEST).await.is_none());
}

async fn of_two_invitations_at_once_one_is_open(database) {
    let app = TestApp::on(&database.url);
    for made in join_all((0..8).map(|_| invite(&app, GUEST))).await {
        made.unwrap();
    }
    let listed = invitations::list(&app.state, 10).await.unwrap();
    assert_eq!(listed.len(), 1);
}

async fn ev_14_an_expired_link_is_refused_though_nothing_was_cleaned_up(database) {
    let app = TestApp::on(&database.url);
    invite(&app, GUEST).await.unwrap();
    let link = token_of(&app).await;
    app.advance(7 * 86_400);
    assert!(accept(&app, &link, GUEST).await.is_none());
    assert!(invitations::look(&app.state, &link).await.unwrap().is_none());
    // The place is free for another one.
    invite(&app, GUEST).await.unwrap();
}

async fn what_cannot_be_is_refused_with_its_reason(database) {
    let app = Options::new(Some(&database.url)).with("PASSGATE_ACCOUNTS__BLOCKED_DOMAINS", "spam.example").spawn();
    app.user("ada@example.com").await;
    assert!(matches!(invite(&app, "ADA@example.com").await, Err(Refused::Taken)));
    assert!(matches!(invite(&app, "nobody").await, Err(Refused::Email)));
    assert!(matches!(invite(&app, "x@mail.spam.example").await, Err(Refused::NotAdmitted(_))));
    for (role, days) in [("two words", 7), ("user", 0), ("user", 91)] {
        let new = NewInvitation {
            email: GUEST.to_owned(),
            role: Some(role.to_owned()),
            plan: None,
            life: TimeDelta::days(days),
            locale: "en".to_owned(),
        };
        let refused = invitations::invite(&app.state, new, &Authority::all(), &Origin::command_line()).await;
        assert!(matches!(refused, Err(Refused::Name | Refused::Life)), "{role} {days}");
    }
    assert!(invitations::list(&app.state, 10).await.unwrap().is_empty());
}
}

async fn token_of(app: &TestApp) -> Secret {
    token(app, 1).await
}

#[actix_web::test]
async fn where_accounts_are_made_by_administrators_nobody_is_invited() {
    let app = Options::new(None).with("PASSGATE_ACCOUNTS__SIGN_UP", "closed").spawn();
    assert!(matches!(invite(&app, GUEST).await, Err(Refused::NotAdmitted(_))));
}
