//! Samples of the console of administrators.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::HOSTILE;
use super::pages::*;
use crate::flow::admin::invitations::{Invitation, Status as InvitationStatus};
use crate::flow::admin::statistics::{ActiveKey, Day, System};
use crate::flow::admin::users::{Email, Factor, Factors, Grant, Session, Status as UserStatus, User};
use crate::flow::admin::{Code, Refused};
use crate::model::permission::{Authority, Permission, Resource};
use crate::web::i18n::Lang;
use crate::web::views::*;

const ID: Uuid = Uuid::from_u128(0x018b_0000_0000_7000_8000_0000_0000_0000);

fn frame(section: AdminSection) -> AdminFrame {
    AdminFrame {
        section,
        title: None,
        here: "/admin/users".to_owned(),
        who: "ada@example.com".to_owned(),
        authority: Authority::all(),
        again: None,
        action: None,
        crumb: None,
        tabs: Vec::new(),
        notice: None,
        refusal: Refusal::default(),
    }
}

/// Of somebody who may only look, and signed in long ago.
fn looking(section: AdminSection) -> AdminFrame {
    AdminFrame {
        authority: Authority::named("*:read").unwrap(),
        who: HOSTILE.to_owned(),
        again: Some("/sign-in?again=yes&return_to=%2Fadmin".to_owned()),
        ..frame(section)
    }
}

fn refused(member: &str) -> Refusal {
    Refusal::of(&Refused::value(member, HOSTILE))
}

fn claims(name: &str) -> Map<String, Value> {
    let claims = json!({ "name": name, "website": "https://ada.example", "birthdate": name });
    claims.as_object().unwrap().clone()
}

fn user(name: &str, status: UserStatus) -> User {
    User {
        id: ID,
        email: "grace@example.com".to_owned(),
        email_verified: status == UserStatus::Active,
        username: Some(name.to_owned()),
        role: "editor".to_owned(),
        plan: "team".to_owned(),
        status,
        claims: claims(name),
        created_at: now() - TimeDelta::days(3),
        updated_at: now(),
        delete_at: (status == UserStatus::Leaving).then(now),
    }
}

fn names(some: &[&str]) -> Vec<String> {
    some.iter().map(|name| (*name).to_owned()).collect()
}

fn of_person(tab: UserTab, frame: AdminFrame) -> AdminFrame {
    let user = user("Grace Hopper", UserStatus::Active);
    let tabs = tab.links(&user, &frame);
    frame
        .titled("Grace Hopper")
        .crumb("admin.nav_users", paths::ADMIN_USERS)
        .tabs(tabs)
}

fn day(at: DateTime<Utc>, value: i64) -> Day {
    Day {
        begins: at,
        sign_ups: value,
        sign_ins: value * 7,
        sign_in_failures: value % 3,
        sessions: value + 40,
    }
}

/// Every sample of them in `lang`.
pub fn all(lang: Lang) -> Samples {
    let mut pages = Samples::new();
    let mut add = |name, page: &dyn Render| pages.push((name, page.html()));
    dashboard(lang, &mut add);
    people(lang, &mut add);
    person(lang, &mut add);
    rest(lang, &mut add);
    pages
}

type Add<'a> = &'a mut dyn FnMut(&'static str, &dyn Render);

fn dashboard(lang: Lang, add: Add<'_>) {
    let days: Vec<_> = (0..30)
        .map(|back| day(now() - TimeDelta::days(29 - back), back * 37 % 23))
        .collect();
    let system = System {
        version: "1.0.0".to_owned(),
        database: "PostgreSQL".to_owned(),
        ready: true,
        mails_late: 0,
        mails_given_up: 0,
        mails_refused: 3,
        keys: vec![ActiveKey {
            alg: "RS256".to_owned(),
            since: now() - TimeDelta::days(12),
        }],
    };
    let charts = vec![
        Chart::of_events(
            "admin_dashboard.sign_ups",
            days.iter().map(|day| day.sign_ups).collect(),
        ),
        Chart::of_events(
            "admin_dashboard.sign_ins",
            days.iter().map(|day| day.sign_ins).collect(),
        ),
        Chart::of_events(
            "admin_dashboard.failures",
            days.iter().map(|day| day.sign_in_failures).collect(),
        ),
        Chart::of_level(
            "admin_dashboard.sessions",
            days.iter().map(|day| day.sessions).collect(),
        ),
    ];
    let page_of = |frame, charts, days, health| AdminDashboard {
        page: page(lang),
        frame,
        days,
        charts,
        health,
        now: now(),
    };
    let health = Health { system };
    let sick = Health {
        system: System {
            ready: false,
            mails_late: 2,
            keys: vec![ActiveKey {
                alg: HOSTILE.to_owned(),
                since: now() - TimeDelta::days(400),
            }],
            ..health.system.clone()
        },
    };
    let section = AdminSection::Dashboard;
    add("admin-dashboard", &page_of(frame(section), charts, days, Some(health)));
    add(
        "admin-dashboard-sick",
        &page_of(looking(section), vec![], vec![], Some(sick)),
    );
    let nothing = AdminFrame {
        authority: Authority::named("users:read").unwrap(),
        ..frame(section)
    };
    add("admin-dashboard-nothing", &page_of(nothing, vec![], vec![], None));
}

fn people(lang: Lang, add: Add<'_>) {
    let list = |frame, users, filter, roles| AdminUsers {
        page: page(lang),
        frame,
        filter,
        roles,
        plans: names(&["free_user", "team"]),
        users,
        paging: Paging {
            first: Some("/admin/users".to_owned()),
            next: Some("/admin/users?after=x".to_owned()),
        },
        now: now(),
    };
    let section = AdminSection::Users;
    let action = |frame: AdminFrame| {
        frame.action(
            Permission::write(Resource::Users),
            "admin_users.new",
            paths::ADMIN_USER_NEW,
        )
    };
    let roles = || names(&["admin", "editor", "user"]);
    let many = (0..12)
        .map(|at| match at {
            0 => user(HOSTILE, UserStatus::Disabled),
            1 => user("Leaving Person", UserStatus::Leaving),
            _ => user("Grace Brewster Murray Hopper", UserStatus::Active),
        })
        .collect();
    add(
        "admin-users",
        &list(action(frame(section)), many, UserFilter::default(), roles()),
    );
    let hostile = UserFilter {
        search: HOSTILE.to_owned(),
        role: HOSTILE.to_owned(),
        plan: "team".to_owned(),
        status: "disabled".to_owned(),
    };
    add(
        "admin-users-none-found",
        &list(action(looking(section)), vec![], hostile, vec![]),
    );
    let mut empty = list(action(frame(section)), vec![], UserFilter::default(), roles());
    empty.paging = Paging::default();
    add("admin-users-empty", &empty);
    for (name, refusal) in [
        ("admin-user-new", Refusal::default()),
        ("admin-user-new-refused", refused("email")),
        ("admin-user-new-password", refused("password")),
        (
            "admin-user-new-exists",
            Refusal::of(&Refused::because(Code::AlreadyExists, HOSTILE)),
        ),
    ] {
        let form = AdminUserNew {
            page: page(lang),
            frame: frame(section)
                .titled("New")
                .crumb("admin.nav_users", paths::ADMIN_USERS)
                .refused(refusal),
            typed: NewUserForm {
                email: HOSTILE.to_owned(),
                name: HOSTILE.to_owned(),
                role: "user".to_owned(),
                ..NewUserForm::default()
            },
            roles: roles(),
            plans: vec![],
        };
        add(name, &form);
    }
}

fn person(lang: Lang, add: Add<'_>) {
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

    let session = |agent: &str| Session {
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
    };
    let sessions = |frame, sessions| AdminUserSessions {
        page: page(lang),
        frame,
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
}

fn rest(lang: Lang, add: Add<'_>) {
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
        paging: Paging::default(),
        now: now(),
    };
    let some = vec![
        (event("signed_in"), String::new()),
        (event(HOSTILE), HOSTILE.to_owned()),
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

    let invitation = |status| Invitation {
        id: ID,
        email: HOSTILE.to_owned(),
        role: "user".to_owned(),
        plan: "free_user".to_owned(),
        status,
        invited_by: "cli".to_owned(),
        created_at: now(),
        expires_at: now(),
    };
    let invitations = |frame, invitations| AdminInvitations {
        page: page(lang),
        frame,
        invitations,
        paging: Paging::default(),
        typed: InvitationForm {
            email: HOSTILE.to_owned(),
            days: "7".to_owned(),
            ..InvitationForm::default()
        },
        roles: vec![],
        plans: names(&["team"]),
        now: now(),
    };
    let section = AdminSection::Invitations;
    let all = vec![
        invitation(InvitationStatus::Open),
        invitation(InvitationStatus::Accepted),
        invitation(InvitationStatus::Expired),
    ];
    let said = AdminFrame {
        notice: notice("invited"),
        ..frame(section)
    };
    add("admin-invitations", &invitations(said, all.clone()));
    add("admin-invitations-looking", &invitations(looking(section), all));
    let wrong = frame(section).refused(refused("expires_in_days"));
    add("admin-invitations-refused", &invitations(wrong, vec![]));
}
