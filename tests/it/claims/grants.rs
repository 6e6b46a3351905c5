//! Nobody grants what they do not hold, nobody touches somebody who holds more, and somebody always holds everything
//! (SECURITY-CASES AD-05, AD-08).

use futures_util::future::join_all;
use passgate::flow::catalogue::{NotGiven, Refused};
use passgate::flow::clients;
use passgate::flow::import::{self, ImportError};
use passgate::flow::invitations::{self, NewInvitation};
use passgate::flow::users::{self, Change, NewPassword, NewUser};
use passgate::model::permission::{Permission, Resource};

use super::*;
use crate::harness::database::on_every_engine;

const EVE: &str = "eve@example.com";

fn person(email: &str, role: &str) -> NewUser {
    NewUser {
        email: email.to_owned(),
        email_verified: true,
        password: NewPassword::None,
        role: Some(role.to_owned()),
        plan: None,
        claims: serde_json::Map::new(),
    }
}

on_every_engine! {
async fn ad_05_nobody_gives_a_role_that_administers_more_than_they_do(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    role(&app, "support", &["passgate:users:*", "tickets:write"]).await;
    role(&app, "auditor", &["passgate:audit:read"]).await;
    role(&app, "editor", &["posts:write"]).await;
    let support = of(&["users:*", "invitations:*", "roles:*"]);
    let nobody = Authority::default();
    for (giver, given, may) in [
        (&support, "editor", true),
        (&support, "support", true),
        (&support, "auditor", false),
        (&support, "admin", false),
        (&nobody, "editor", true),
        (&nobody, "support", false),
        (&Authority::all(), "admin", true),
    ] {
        let email = format!("{given}{}@example.com", giver.iter().count());
        let made = users::create(&app.state, person(&email, given), giver, &cli()).await;
        assert_eq!(made.is_ok(), may, "{given} {made:?}");
        assert!(may || matches!(made, Err(users::Refused::NotGiven(NotGiven::Beyond(_)))), "{made:?}");
        let invited = invitations::invite(
            &app.state,
            NewInvitation {
                email: format!("x{email}"),
                role: Some(given.to_owned()),
                plan: None,
                life: chrono::TimeDelta::days(1),
                locale: "en".into(),
            },
            giver,
            &cli(),
        )
        .await;
        assert_eq!(invited.is_ok(), may, "{given} {invited:?}");
        let line = json!({ "email": format!("y{email}"), "role": given }).to_string();
        let imported = import::take(&app.state, line.as_bytes(), giver, &cli()).await;
        assert_eq!(imported.is_ok(), may, "{given} {imported:?}");
        let refused = matches!(imported, Err(ImportError::Refused(users::Refused::NotGiven(NotGiven::Beyond(_)))));
        assert!(may || refused);
    }
    for (given, may) in [("auditor", false), ("admin", false), ("editor", true), ("support", true), ("editor", true)] {
        let changed = users::change(&app.state, ADA, Change::Role(given.into()), &support, &cli()).await;
        assert_eq!(changed.is_ok(), may, "{given} {changed:?}");
    }
}

async fn ad_05_nobody_touches_somebody_who_administers_more(database) {
    let app = TestApp::on(&database.url);
    role(&app, "auditor", &["passgate:audit:read"]).await;
    role(&app, "support", &["passgate:users:*"]).await;
    let all = Authority::all();
    for (email, role) in [("boss@example.com", "admin"), ("audit@example.com", "auditor"), ("peer@example.com", "support")] {
        users::create(&app.state, person(email, role), &all, &cli()).await.unwrap();
    }
    users::create(&app.state, person("second@example.com", "admin"), &all, &cli()).await.unwrap();
    let support = of(&["users:*"]);
    let changes = || [
        Change::Role("user".into()), Change::Plan("free_user".into()), Change::Disable, Change::Enable,
        Change::RequirePasswordChange,
    ];
    for name in ["boss@example.com", "audit@example.com"] {
        for change in changes() {
            let refused = users::change(&app.state, name, change.clone(), &support, &cli()).await;
            assert!(matches!(refused, Err(users::Refused::Above)), "{name} {change:?} {refused:?}");
        }
        let changes = Changes { sections: vec![(Section::Public, Write::Replace(serde_json::Map::new()))] };
        let refused = users::metadata::set(&app.state, name, changes, &support, &cli()).await;
        assert!(matches!(refused, Err(users::Refused::Above)), "{name} {refused:?}");
    }
    users::change(&app.state, "peer@example.com", Change::Disable, &support, &cli()).await.unwrap();
}

async fn ad_05_nobody_makes_a_role_more_than_they_are(database) {
    let app = TestApp::on(&database.url);
    role(&app, "auditor", &["passgate:audit:read"]).await;
    role(&app, "editor", &["posts:write"]).await;
    let by = of(&["roles:*", "users:read"]);
    let to = |permissions: &[&str]| roles::Changes { description: None, permissions: Some(texts(permissions)) };
    for permissions in [&["passgate:*"][..], &["passgate:users:write"], &["passgate:*:read"], &["passgate:roles:*", "passgate:audit:read"]] {
        let made = roles::create(&app.state, new_role("mine", permissions), &by, &cli()).await;
        assert!(matches!(made, Err(Refused::Beyond)), "{permissions:?} {made:?}");
        let grown = roles::update(&app.state, "editor", to(permissions), None, &by, &cli()).await;
        assert!(matches!(grown, Err(Refused::Beyond)), "{permissions:?} {grown:?}");
    }
    // Nor less: whoever holds it holds more than they do.
    let narrowed = roles::update(&app.state, "auditor", to(&[]), None, &by, &cli()).await;
    assert!(matches!(narrowed, Err(Refused::Beyond)), "{narrowed:?}");
    let removed = roles::delete(&app.state, "auditor", None, &by, &cli()).await;
    assert!(matches!(removed, Err(Refused::Beyond)), "{removed:?}");
    roles::create(&app.state, new_role("mine", &["passgate:users:read", "posts:*"]), &by, &cli()).await.unwrap();
    roles::update(&app.state, "editor", to(&["passgate:roles:read"]), None, &by, &cli()).await.unwrap();
}

async fn ad_05_nobody_registers_or_bends_an_application_that_administers_more(database) {
    let app = TestApp::on(&database.url);
    let by = of(&["clients:*"]);
    let wanted = |id: &str, scope: &str| {
        Registration::read(json!({
            "client_id": id, "grant_types": ["client_credentials"], "scope": scope,
        })).unwrap()
    };
    let made = clients::register(&app.state, &wanted("mine", "passgate:users:write"), &by, &cli()).await;
    assert!(made.unwrap_err().to_string().contains("more than you do"));
    clients::register(&app.state, &wanted("mine", "api.read passgate:clients:read"), &by, &cli()).await.unwrap();
    clients::register(&app.state, &wanted("console", "passgate:*"), &Authority::all(), &cli()).await.unwrap();
    let grown = clients::update(&app.state, "mine", &wanted("mine", "passgate:*:read"), None, &by, &cli()).await;
    assert!(matches!(grown, Err(clients::Refused::Metadata(_))), "{grown:?}");
    // One that holds more could be made to answer elsewhere.
    let bent = clients::update(&app.state, "console", &wanted("console", ""), None, &by, &cli()).await;
    assert!(matches!(bent, Err(clients::Refused::Above)), "{bent:?}");
    let off = clients::set_disabled(&app.state, "console", true, None, &by, &cli()).await;
    assert!(matches!(off, Err(clients::Refused::Above)), "{off:?}");
    clients::update(&app.state, "mine", &wanted("mine", "api.read"), None, &by, &cli()).await.unwrap();
}

async fn what_a_person_may_administer_is_what_their_role_says_now(database) {
    let app = TestApp::on(&database.url);
    role(&app, "support", &["passgate:users:read", "posts:write"]).await;
    let all = Authority::all();
    let user = users::create(&app.state, person(ADA, "support"), &all, &cli()).await.unwrap();
    let authority = roles::authority(&app.state, &user).await.unwrap();
    assert_eq!(authority, of(&["users:read"]));
    assert!(authority.may(Permission::read(Resource::Users)) && !authority.may(Permission::write(Resource::Users)));
    let boss = users::create(&app.state, person(EVE, "admin"), &all, &cli()).await.unwrap();
    assert_eq!(roles::authority(&app.state, &boss).await.unwrap(), all);
    let changes = roles::Changes { description: None, permissions: Some(texts(&["passgate:sessions:read"])) };
    roles::update(&app.state, "support", changes, None, &all, &cli()).await.unwrap();
    assert_eq!(roles::authority(&app.state, &user).await.unwrap(), of(&["sessions:read"]));
}

/// A role of another name that holds everything makes administrators too; the last of them stays, whichever way is tried.
async fn ad_08_somebody_always_holds_everything(database) {
    let app = TestApp::on(&database.url);
    let all = Authority::all();
    role(&app, "owner", &["passgate:*"]).await;
    users::create(&app.state, person(ADA, "owner"), &all, &cli()).await.unwrap();
    users::create(&app.state, person(EVE, "user"), &all, &cli()).await.unwrap();
    let change = async |name: &str, change| users::change(&app.state, name, change, &all, &cli()).await;
    for demotion in [Change::Role("user".into()), Change::Disable] {
        let refused = change(ADA, demotion).await;
        assert!(matches!(refused, Err(users::Refused::LastAdministrator)), "{refused:?}");
    }
    let narrowed = |permissions: &[&str]| roles::Changes { description: None, permissions: Some(texts(permissions)) };
    let refused = roles::update(&app.state, "owner", narrowed(&["passgate:users:*"]), None, &all, &cli()).await;
    assert!(matches!(refused, Err(Refused::LastAdministrator)), "{refused:?}");
    assert_eq!(roles::show(&app.state, "owner").await.unwrap().revision, 1, "nothing was written");
    // From one role that holds everything to another nothing is lost.
    change(ADA, Change::Role("admin".into())).await.unwrap();
    change(ADA, Change::Role("owner".into())).await.unwrap();
    // While there is another one, all of it may happen.
    change(EVE, Change::Role("admin".into())).await.unwrap();
    roles::update(&app.state, "owner", narrowed(&[]), None, &all, &cli()).await.unwrap();
    assert!(matches!(change(EVE, Change::Disable).await, Err(users::Refused::LastAdministrator)));
    roles::update(&app.state, "owner", narrowed(&["passgate:*"]), None, &all, &cli()).await.unwrap();
    change(EVE, Change::Disable).await.unwrap();
}

/// The role is narrowed in the moment in which the other administrator is demoted.
async fn ad_08_of_two_ways_to_lose_the_last_one_happens(database) {
    let app = TestApp::on(&database.url);
    let all = Authority::all();
    role(&app, "owner", &["passgate:*"]).await;
    users::create(&app.state, person(ADA, "owner"), &all, &cli()).await.unwrap();
    users::create(&app.state, person(EVE, "admin"), &all, &cli()).await.unwrap();
    for _ in 0..6 {
        let narrow = async {
            let changes = roles::Changes { description: None, permissions: Some(Vec::new()) };
            roles::update(&app.state, "owner", changes, None, &all, &cli()).await.is_ok()
        };
        let demote = async { users::change(&app.state, EVE, Change::Disable, &all, &cli()).await.is_ok() };
        let (narrowed, demoted) = futures_util::future::join(narrow, demote).await;
        assert!(narrowed != demoted, "narrowed {narrowed}, demoted {demoted}");
        let changes = roles::Changes { description: None, permissions: Some(texts(&["passgate:*"])) };
        roles::update(&app.state, "owner", changes, None, &all, &cli()).await.unwrap();
        users::change(&app.state, EVE, Change::Enable, &all, &cli()).await.unwrap();
    }
    let both = join_all([ADA, EVE].map(async |name| users::change(&app.state, name, Change::Role("user".into()), &all, &cli()).await.is_ok())).await;
    assert_eq!(both.iter().filter(|done| **done).count(), 1);
}

/// While somebody holds everything by whatever role, nobody becomes the first administrator by a link.
async fn an_installation_with_an_owner_makes_no_link(database) {
    let app = TestApp::on(&database.url);
    assert!(app.setup_link.is_some());
    role(&app, "owner", &["passgate:*"]).await;
    users::create(&app.state, person(ADA, "owner"), &Authority::all(), &cli()).await.unwrap();
    assert!(passgate::flow::setup::link(&app.state).await.unwrap().is_none());
}
}
