//! People: their list, a new one, many at once, where they are signed in, who is invited.

use super::person::{session, user};
use super::*;
use crate::flow::admin::Code;
use crate::flow::admin::bulk::{Fate, Line, Summary};
use crate::flow::admin::invitations::{Invitation, Status as InvitationStatus};
use crate::flow::admin::users::Status as UserStatus;
use crate::model::permission::{Permission, Resource};

/// Adds them.
pub fn all(lang: Lang, add: Add<'_>) {
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
    sessions(lang, add);
    import(lang, add);
    invitations(lang, add);
}

fn sessions(lang: Lang, add: Add<'_>) {
    let list = |frame, asked: &str, sessions, names| AdminSessions {
        page: page(lang),
        frame,
        person: asked.to_owned(),
        own: ID,
        sessions,
        names,
        paging: Paging::default(),
        now: now(),
    };
    let section = AdminSection::Sessions;
    let many = (0..12)
        .map(|at| match at {
            0 => (session(HOSTILE), String::new()),
            _ => (session(HOSTILE), "Firefox · Linux".to_owned()),
        })
        .collect();
    let nobody = Names::default();
    add("admin-sessions", &list(frame(section), "", many, called_so()));
    add(
        "admin-sessions-none",
        &list(frame(section), HOSTILE, vec![], nobody.clone()),
    );
    let one = vec![(session(HOSTILE), "Firefox · Linux".to_owned())];
    add("admin-sessions-looking", &list(looking(section), "", one, nobody));
}

fn import(lang: Lang, add: Add<'_>) {
    let form = |imported, refused| AdminImport {
        page: page(lang),
        frame: frame(AdminSection::Users)
            .titled("Import")
            .crumb("admin.nav_users", paths::ADMIN_USERS)
            .refused(refused),
        imported,
    };
    add("admin-import", &form(None, Refusal::default()));
    add(
        "admin-import-no-file",
        &form(None, Refusal::saying("file", "admin_import.no_file")),
    );
    let line = Line {
        line: 7,
        status: Fate::Refused,
        email: None,
        id: None,
        detail: Some(HOSTILE.to_owned()),
    };
    let done = |refused, lines| Imported {
        summary: Summary {
            created: 40,
            exists: 2,
            refused,
        },
        refused: lines,
    };
    add("admin-import-done", &form(Some(done(0, vec![])), Refusal::default()));
    add(
        "admin-import-in-part",
        &form(Some(done(3, vec![line])), Refusal::default()),
    );
}

fn invitations(lang: Lang, add: Add<'_>) {
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
