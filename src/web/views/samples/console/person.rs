//! The pages of one person.

use chrono::TimeDelta;
use serde_json::{Map, Value, json};

use super::*;
use crate::flow::admin::users::{Email, Factor, Factors, Grant, Session, Status as UserStatus, User};

fn claims(name: &str) -> Map<String, Value> {
    let claims = json!({ "name": name, "website": "https://ada.example", "birthdate": name });
    claims.as_object().unwrap().clone()
}

/// Somebody.
pub fn user(name: &str, status: UserStatus) -> User {
    User {
        id: ID,
        email: "grace@example.com".to_owned(),
        email_verified: status == UserStatus::Active,
        username: Some(name.to_owned()),
        role: "editor".to_owned(),
        plan: "team".to_owned(),
        status,
        claims: claims(name),
        second_factor: status == UserStatus::Active,
        last_sign_in_at: (status != UserStatus::Disabled).then(|| now() - TimeDelta::hours(2)),
        created_at: now() - TimeDelta::days(3),
        updated_at: now(),
        delete_at: (status == UserStatus::Leaving).then(now),
    }
}

/// Somewhere where somebody is signed in.
pub fn session(agent: &str) -> Session {
    Session {
        id: ID,
        user_id: ID,
        authenticated_at: now(),
        amr: vec!["pwd".to_owned()],
        acr: "1".to_owned(),
        created_at: now(),
        last_seen_at: now(),
        expires_at: now(),
        user_agent: agent.to_owned(),
        address: HOSTILE.to_owned(),
    }
}

fn of_person(tab: UserTab, frame: AdminFrame) -> AdminFrame {
    let user = user("Grace Hopper", UserStatus::Active);
    let tabs = tab.links(&user, &frame);
    frame
        .titled("Grace Hopper")
        .crumb("admin.nav_users", paths::ADMIN_USERS)
        .tabs(tabs)
}

/// Adds them.
pub fn all(lang: Lang, add: Add<'_>) {
    let section = AdminSection::Users;
    let profile = |frame, name: &str, status| AdminUserProfile {
        page: page(lang),
        frame,
        user: user(name, status),
        typed: ProfileForm {
            name: name.to_owned(),
            more: format!("{{\"website\": \"{name}\"}}"),
            role: "editor".to_owned(),
            plan: "team".to_owned(),
            ..ProfileForm::default()
        },
        roles: names(&["admin", "editor"]),
        plans: names(&["team"]),
        now: now(),
    };
    let own = |tab| of_person(tab, frame(section));
    let tab = UserTab::Profile;
    add("admin-user", &profile(own(tab), "Grace Hopper", UserStatus::Active));
    let looks = of_person(tab, looking(section));
    add("admin-user-looking", &profile(looks, HOSTILE, UserStatus::Leaving));
    let wrong = own(tab).refused(refused("claims"));
    add("admin-user-refused", &profile(wrong, HOSTILE, UserStatus::Disabled));

    let address = |email: &str, primary| Email {
        email: email.to_owned(),
        primary,
        verified: primary,
        created_at: now(),
    };
    let addresses = |frame, typed| AdminUserAddresses {
        page: page(lang),
        frame,
        addresses: vec![address("grace@example.com", true), address(HOSTILE, false)],
        typed,
        now: now(),
    };
    let tab = UserTab::Addresses;
    add("admin-user-addresses", &addresses(own(tab), ""));
    add(
        "admin-user-addresses-refused",
        &addresses(own(tab).refused(refused("email")), HOSTILE),
    );
    add(
        "admin-user-addresses-looking",
        &addresses(of_person(tab, looking(section)), ""),
    );

    let factor = |factor: &str, name: &str| Factor {
        factor: factor.to_owned(),
        id: "1".to_owned(),
        name: name.to_owned(),
        created_at: now(),
        last_used_at: Some(now()),
    };
    let security = |frame, items| AdminUserSecurity {
        page: page(lang),
        frame,
        factors: Factors {
            items,
            recovery_codes_left: 9,
        },
        now: now(),
    };
    let tab = UserTab::Security;
    let both = vec![factor("passkey", HOSTILE), factor("totp", "")];
    add("admin-user-security", &security(own(tab), both.clone()));
    add(
        "admin-user-security-refused",
        &security(own(tab).refused(refused("password")), vec![]),
    );
    add(
        "admin-user-security-looking",
        &security(of_person(tab, looking(section)), both),
    );
    add(
        "admin-secret",
        &AdminSecret {
            page: page(lang),
            frame: own(tab),
            lead: "admin_users.lost_once",
            secret: HOSTILE,
            back: "/admin/users",
        },
    );

    let sessions = |frame, sessions| AdminUserSessions {
        page: page(lang),
        frame,
        own: ID,
        sessions,
        now: now(),
    };
    let tab = UserTab::Sessions;
    let some = vec![
        (session(HOSTILE), "Firefox · Linux".to_owned()),
        (session(""), String::new()),
    ];
    add("admin-user-sessions", &sessions(own(tab), some));
    add("admin-user-sessions-none", &sessions(own(tab), vec![]));

    let grants = |grants| AdminUserGrants {
        page: page(lang),
        frame: own(UserTab::Grants),
        grants,
        now: now(),
    };
    let grant = Grant {
        client_id: HOSTILE.to_owned(),
        client_name: HOSTILE.to_owned(),
        scope: "openid email".to_owned(),
        granted_at: now(),
    };
    add("admin-user-grants", &grants(vec![grant]));
    add("admin-user-grants-none", &grants(vec![]));

    let metadata = |frame| AdminUserMetadata {
        page: page(lang),
        frame,
        revision: "abc".to_owned(),
        sections: [
            ("public", "{}".to_owned()),
            ("private", HOSTILE.to_owned()),
            ("unsafe", "{\"theme\": \"dark\"}".to_owned()),
        ],
    };
    let tab = UserTab::Metadata;
    add("admin-user-metadata", &metadata(own(tab)));
    add(
        "admin-user-metadata-refused",
        &metadata(own(tab).refused(refused("private"))),
    );
    add(
        "admin-user-metadata-looking",
        &metadata(of_person(tab, looking(section))),
    );
    end(lang, add);
}

/// What happened, and how it ends.
fn end(lang: Lang, add: Add<'_>) {
    let section = AdminSection::Users;
    let own = |tab| of_person(tab, frame(section));
    let event = |kind: &str| EventRow {
        kind: kind.to_owned(),
        at: now(),
        device: "Firefox · Linux".to_owned(),
        address: "192.0.2.7".to_owned(),
        by_other: false,
    };
    let history = |events| AdminUserHistory {
        page: page(lang),
        frame: own(UserTab::History),
        events,
        names: called_so(),
        paging: Paging::default(),
        now: now(),
    };
    let some = vec![
        (event("signed_in"), String::new()),
        (event(HOSTILE), HOSTILE.to_owned()),
        (event("email_added"), ID.to_string()),
    ];
    add("admin-user-history", &history(some));
    add("admin-user-history-none", &history(vec![]));

    let danger = |status| AdminUserDanger {
        page: page(lang),
        frame: own(UserTab::Danger),
        user: user("Grace Hopper", status),
    };
    add("admin-user-danger", &danger(UserStatus::Active));
    add("admin-user-danger-off", &danger(UserStatus::Disabled));
    for (name, refusal) in [
        ("admin-confirm", Refusal::default()),
        ("admin-confirm-refused", refused("typed")),
    ] {
        let question = AdminConfirm {
            page: page(lang),
            frame: own(UserTab::Danger).refused(refusal),
            lead: "admin_users.delete_lead",
            name: HOSTILE,
            button: "admin_users.delete",
            back: "/admin/users",
        };
        add(name, &question);
    }
}
