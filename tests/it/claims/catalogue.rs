//! What may stand in the catalogues, and who stays in them.

use futures_util::future::join_all;
use passgate::flow::catalogue::Refused;
use passgate::flow::invitations::{self, NewInvitation};
use passgate::flow::users::{self, Change};
use passgate::identity::catalogue::{MOST, Malformed};

use super::*;
use crate::harness::app::Options;
use crate::harness::database::on_every_engine;

/// Another role, as a whole.
fn to(permissions: &[&str]) -> roles::Changes {
    roles::Changes {
        description: None,
        permissions: Some(texts(permissions)),
    }
}

on_every_engine! {
async fn a_new_installation_has_what_people_need(database) {
    let options = Options::new(Some(&database.url));
    let app = options.spawn();
    let all = roles::list(&app.state).await.unwrap();
    let names: Vec<_> = all.iter().map(|role| (role.name.as_str(), role.permissions.len())).collect();
    assert_eq!(names, [("admin", 1), ("user", 0)]);
    assert!(all[0].holds_everything() && all[1].authority().is_empty());
    let all = plans::list(&app.state).await.unwrap();
    assert_eq!(all.iter().map(|plan| plan.name.as_str()).collect::<Vec<_>>(), ["free_user"]);
    drop(app);
    // What new accounts get by the settings is made at the start, and is as empty as everything that nobody wrote.
    let app = options
        .with("PASSGATE_ACCOUNTS__DEFAULT_ROLE", "member")
        .with("PASSGATE_ACCOUNTS__DEFAULT_PLAN", "trial")
        .spawn();
    assert_eq!(roles::show(&app.state, "member").await.unwrap().permissions, Vec::<String>::new());
    assert_eq!(plans::show(&app.state, "trial").await.unwrap().revision, 1);
    app.user(ADA).await;
}

async fn a_role_is_made_changed_and_removed_and_each_time_told(database) {
    let app = TestApp::on(&database.url);
    let made = role(&app, "editor", &["posts:write", "posts:read", "posts:write"]).await;
    assert_eq!(made.permissions, ["posts:read", "posts:write"]);
    assert_eq!(roles::show(&app.state, "editor").await.unwrap(), made);
    let (actor, target, details) = event(&database.db, "role_created").await;
    assert_eq!((actor.as_str(), target.as_str(), &details["before"]), ("cli", "editor", &Value::Null));
    assert_eq!(details["after"]["permissions"], json!(["posts:read", "posts:write"]));

    app.advance(5);
    let all = Authority::all();
    let changed = roles::update(&app.state, "editor", to(&["posts:*"]), Some(1), &all, &cli()).await.unwrap();
    assert_eq!((changed.revision, changed.permissions.as_slice()), (2, texts(&["posts:*"]).as_slice()));
    assert_eq!((&changed.description, changed.created_at), (&made.description, made.created_at));
    assert!(changed.updated_at > made.updated_at);
    let details = event(&database.db, "role_updated").await.2;
    assert_eq!(details["before"]["permissions"], json!(["posts:read", "posts:write"]));
    assert_eq!(details["after"], json!({ "description": "The role editor.", "permissions": ["posts:*"], "revision": 2 }));

    // Of two who saw the same, one comes too late; nothing is written by a refusal.
    let stale = roles::update(&app.state, "editor", to(&[]), Some(1), &all, &cli()).await;
    assert!(matches!(stale, Err(Refused::Stale(2))), "{stale:?}");
    let stale = roles::delete(&app.state, "editor", Some(1), &all, &cli()).await;
    assert!(matches!(stale, Err(Refused::Stale(2))), "{stale:?}");
    assert_eq!(events(&database.db, "role_updated").await, 1);
    roles::delete(&app.state, "editor", Some(2), &all, &cli()).await.unwrap();
    assert_eq!(event(&database.db, "role_deleted").await.2["before"]["permissions"], json!(["posts:*"]));
    let gone = roles::show(&app.state, "editor").await.unwrap_err();
    assert_eq!(gone.to_string(), "there is no role \"editor\"; there are: admin, user");
}

async fn a_plan_is_made_changed_and_removed_and_each_time_told(database) {
    let app = TestApp::on(&database.url);
    let made = plan(&app, "pro", &["seats:10", "export"]).await;
    assert_eq!(made.features, ["export", "seats:10"]);
    let changes = plans::Changes {
        description: Some(" Paid. ".into()),
        features: None,
    };
    let changed = plans::update(&app.state, "pro", changes, Some(1), &cli()).await.unwrap();
    assert_eq!((changed.description.as_str(), changed.features.len(), changed.revision), ("Paid.", 2, 2));
    let details = event(&database.db, "plan_updated").await.2;
    assert_eq!((&details["before"]["description"], &details["after"]["description"]), (&json!(""), &json!("Paid.")));
    let stale = plans::delete(&app.state, "pro", Some(1), &cli()).await;
    assert!(matches!(stale, Err(Refused::Stale(2))), "{stale:?}");
    plans::delete(&app.state, "pro", None, &cli()).await.unwrap();
    assert_eq!(events(&database.db, "plan_deleted").await, 1);
    let gone = plans::show(&app.state, "pro").await.unwrap_err();
    assert_eq!(gone.to_string(), "there is no plan \"pro\"; there are: free_user");
}

async fn what_cannot_stand_in_a_catalogue_is_refused(database) {
    let app = TestApp::on(&database.url);
    let try_role = async |new: NewRole| roles::create(&app.state, new, &Authority::all(), &cli()).await;
    for (new, wanted) in [
        (new_role("two words", &[]), Malformed::Name),
        (new_role("", &[]), Malformed::Name),
        (new_role(&"x".repeat(65), &[]), Malformed::Name),
        (new_role("a", &["Posts"]), Malformed::Text("Posts".into())),
        (new_role("a", &["a\0b"]), Malformed::Text("a\0b".into())),
        (NewRole { description: "a\nb".into(), ..new_role("a", &[]) }, Malformed::Description),
    ] {
        let refused = try_role(new).await;
        assert!(matches!(&refused, Err(Refused::Malformed(why)) if *why == wanted), "{refused:?}");
    }
    let misspelled = try_role(new_role("a", &["passgate:users:raed"])).await;
    assert!(matches!(misspelled, Err(Refused::Malformed(Malformed::Permission(_)))), "{misspelled:?}");
    assert!(matches!(try_role(new_role("user", &[])).await, Err(Refused::Exists(..))));
    // Told at once: exactly one of them is there first.
    let made = join_all((0..8).map(|_| try_role(new_role("same", &[])))).await;
    assert_eq!(made.iter().filter(|made| made.is_ok()).count(), 1);
    assert!(made.iter().filter_map(|made| made.as_ref().err()).all(|error| matches!(error, Refused::Exists(..))));
    for at in roles::list(&app.state).await.unwrap().len()..MOST {
        role(&app, &format!("r{at}"), &[]).await;
    }
    assert!(matches!(try_role(new_role("more", &[])).await, Err(Refused::Full(_))));
    assert_eq!(events(&database.db, "role_created").await, MOST as i64 - 2, "refusals leave no trace");
}

async fn administrators_hold_everything_whatever_is_tried(database) {
    let app = TestApp::on(&database.url);
    let all = Authority::all();
    for permissions in [&[][..], &["passgate:users:read"], &["passgate:*", "more"]] {
        let refused = roles::update(&app.state, "admin", to(permissions), None, &all, &cli()).await;
        assert!(matches!(refused, Err(Refused::BuiltIn)), "{refused:?}");
    }
    assert!(matches!(roles::delete(&app.state, "admin", None, &all, &cli()).await, Err(Refused::BuiltIn)));
    let described = roles::Changes { description: Some("Us.".into()), permissions: None };
    assert_eq!(roles::update(&app.state, "admin", described, None, &all, &cli()).await.unwrap().description, "Us.");
    // What everybody gets gives nobody anything to administer.
    let refused = roles::update(&app.state, "user", to(&["passgate:users:read"]), None, &all, &cli()).await;
    assert!(matches!(refused, Err(Refused::DefaultAdministers)), "{refused:?}");
    roles::update(&app.state, "user", to(&["posts:read"]), None, &all, &cli()).await.unwrap();
}

async fn what_somebody_has_or_is_promised_stays(database) {
    let app = TestApp::on(&database.url);
    let all = Authority::all();
    role(&app, "editor", &[]).await;
    plan(&app, "pro", &[]).await;
    app.user(ADA).await;
    let remove_role = async |name: &str| roles::delete(&app.state, name, None, &all, &cli()).await;
    let remove_plan = async |name: &str| plans::delete(&app.state, name, None, &cli()).await;
    assert!(matches!(remove_role("user").await, Err(Refused::Default(_))));
    assert!(matches!(remove_plan("free_user").await, Err(Refused::Default(_))));
    let invite = async |role: &str, plan: &str| {
        let new = NewInvitation {
            email: "guest@example.com".into(),
            role: Some(role.into()),
            plan: Some(plan.into()),
            life: chrono::TimeDelta::days(1),
            locale: "en".into(),
        };
        invitations::invite(&app.state, new, &all, &cli()).await
    };
    invite("editor", "pro").await.unwrap();
    assert!(matches!(remove_role("editor").await, Err(Refused::Promised(_))));
    assert!(matches!(remove_plan("pro").await, Err(Refused::Promised(_))));
    // Taken back, or over, it promises nothing.
    app.advance(86_401);
    let change = async |change| users::change(&app.state, ADA, change, &all, &cli()).await.unwrap();
    change(Change::Role("editor".into())).await;
    change(Change::Plan("pro".into())).await;
    assert!(matches!(remove_role("editor").await, Err(Refused::Held(_))));
    assert!(matches!(remove_plan("pro").await, Err(Refused::Held(_))));
    change(Change::Role("user".into())).await;
    change(Change::Plan("free_user".into())).await;
    remove_role("editor").await.unwrap();
    remove_plan("pro").await.unwrap();
    assert!(invite("editor", "free_user").await.is_err());
    assert!(invite("user", "pro").await.is_err());
}

/// Somebody is given what somebody else removes: whoever is first wins, and nobody has what does not exist.
async fn of_giving_and_removing_one_happens(database) {
    let app = TestApp::on(&database.url);
    app.user(ADA).await;
    let all = Authority::all();
    for round in 0..8 {
        let name = format!("r{round}");
        role(&app, &name, &[]).await;
        let origin = cli();
        let give = users::change(&app.state, ADA, Change::Role(name.clone()), &all, &origin);
        let remove = roles::delete(&app.state, &name, None, &all, &origin);
        let (given, removed) = futures_util::future::join(give, remove).await;
        assert_ne!(given.is_ok(), removed.is_ok(), "{given:?} {removed:?}");
        users::change(&app.state, ADA, Change::Role("user".into()), &all, &cli()).await.unwrap();
    }
    assert_eq!(passgate::store::verify::verify(&database.db).await.unwrap(), Vec::<String>::new());
}
}
