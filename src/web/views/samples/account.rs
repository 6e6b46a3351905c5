//! Samples of the account pages beside the overview.

use chrono::TimeDelta;

use super::HOSTILE;
use super::pages::*;
use crate::web::i18n::Lang;
use crate::web::views::*;

pub(super) fn frame(section: Section, notice: Option<Notice>) -> Frame {
    Frame {
        section,
        fresh: true,
        delete_at: None,
        notice,
        problem: None,
    }
}

fn stale(section: Section) -> Frame {
    Frame {
        fresh: false,
        ..frame(section, None)
    }
}

/// Every sample of them in `lang`.
pub fn all(lang: Lang) -> Samples {
    let mut pages = Samples::new();
    let mut add = |name, page: &dyn Render| pages.push((name, page.html()));

    add("account-profile", &profile(lang));
    add(
        "account-profile-refused",
        &AccountProfile {
            frame: stale(Section::Profile),
            called: HOSTILE,
            name: HOSTILE,
            given_name: HOSTILE,
            family_name: HOSTILE,
            locale: HOSTILE,
            zone: HOSTILE,
            username: HOSTILE,
            picture: Some("javascript:alert(1)"),
            problems: ProfileProblems {
                name: true,
                given_name: true,
                family_name: true,
                zone: true,
            },
            picture_problem: Some(PictureProblem::Kind),
            ..profile(lang)
        },
    );
    add(
        "account-profile-username",
        &AccountProfile {
            username_problem: Some(UsernameProblem::Taken),
            ..profile(lang)
        },
    );

    add("account-emails", &emails(lang, "work@example.com"));
    add(
        "account-emails-hostile",
        &AccountEmails {
            typed: HOSTILE,
            problem: Some(EmailProblem::Invalid),
            waiting: vec![],
            ..emails(lang, HOSTILE)
        },
    );
    add(
        "account-emails-stale",
        &AccountEmails {
            frame: Frame {
                problem: Some(FrameProblem::CodeGone),
                ..stale(Section::Emails)
            },
            ..emails(lang, "work@example.com")
        },
    );
    let confirm = |email, account| EmailConfirm {
        page: page(lang),
        id: "6f9619ff-8b86-4011-b42d-00cf4fc964ff",
        code: "123456",
        email,
        account,
    };
    add("account-email-confirm", &confirm("work@example.com", "ada@example.com"));
    add("account-email-confirm-hostile", &confirm(HOSTILE, HOSTILE));
    for (name, reason) in [
        ("account-email-signed-out", Elsewhere::SignedOut),
        ("account-email-gone", Elsewhere::Gone),
    ] {
        add(
            name,
            &EmailElsewhere {
                page: shell(lang),
                reason,
            },
        );
    }

    add("account-phone", &phone(lang));
    add(
        "account-phone-refused",
        &AccountPhone {
            waiting: None,
            typed: HOSTILE,
            problem: Some(PhoneProblem::Invalid),
            ..phone(lang)
        },
    );
    add(
        "account-phone-stale",
        &AccountPhone {
            frame: stale(Section::Phone),
            number: None,
            waiting: None,
            available: false,
            ..phone(lang)
        },
    );

    add("account-password", &password(lang));
    add(
        "account-password-wrong",
        &AccountPassword {
            current_problem: Some(CurrentProblem::Wrong),
            ..password(lang)
        },
    );
    add(
        "account-password-first",
        &AccountPassword {
            changed: None,
            new_problem: Some(PasswordProblem::Common),
            ..password(lang)
        },
    );
    add(
        "account-password-stale",
        &AccountPassword {
            frame: stale(Section::Password),
            ..password(lang)
        },
    );

    add("account-security", &security(lang));
    add(
        "account-security-empty",
        &AccountSecurity {
            devices: vec![],
            events: vec![],
            older: None,
            ..security(lang)
        },
    );

    let session = |device: &str, current| SessionRow {
        id: "s1".to_owned(),
        device: device.to_owned(),
        address: "203.0.113.7".to_owned(),
        last_used: now() - TimeDelta::minutes(7),
        since: now() - TimeDelta::days(2),
        current,
    };
    add(
        "account-sessions",
        &AccountSessions {
            page: page(lang),
            frame: frame(Section::Sessions, Some(Notice::SessionsEnded)),
            sessions: vec![session("Chrome · macOS", true), session(HOSTILE, false)],
            now: now(),
        },
    );

    let data = || AccountData {
        page: page(lang),
        frame: frame(Section::Data, None),
        email: "ada@example.com",
        grace_days: 14,
        problem: None,
    };
    add("account-data", &data());
    add(
        "account-data-refused",
        &AccountData {
            email: HOSTILE,
            problem: Some(DeleteProblem::OtherAddress),
            ..data()
        },
    );
    add(
        "account-data-stale",
        &AccountData {
            frame: stale(Section::Data),
            ..data()
        },
    );
    add(
        "account-data-leaving",
        &AccountData {
            frame: Frame {
                delete_at: Some(now() + TimeDelta::days(14)),
                ..stale(Section::Data)
            },
            ..data()
        },
    );
    add(
        "account-left",
        &Leaving {
            page: shell(lang),
            at: now() + TimeDelta::days(14),
        },
    );
    pages
}

fn profile(lang: Lang) -> AccountProfile<'static> {
    AccountProfile {
        page: page(lang),
        frame: frame(Section::Profile, Some(Notice::ProfileSaved)),
        called: "Ada Lovelace",
        picture: None,
        name: "Ada Lovelace",
        given_name: "Ada",
        family_name: "Lovelace",
        locale: "en",
        zone: "Europe/London",
        username: "ada.lovelace",
        problems: ProfileProblems::default(),
        username_problem: None,
        picture_problem: None,
    }
}

fn emails(lang: Lang, other: &str) -> AccountEmails<'static> {
    let row = |email: &str, primary, verified| EmailRow {
        key: email.to_owned(),
        email: email.to_owned(),
        primary,
        verified,
    };
    AccountEmails {
        page: page(lang),
        frame: frame(Section::Emails, None),
        addresses: vec![
            row("ada@example.com", true, false),
            row(other, false, true),
            row("countess.of.lovelace@a-rather-long-domain-name.example", false, true),
        ],
        waiting: vec![WaitingEmail {
            id: "6f9619ff-8b86-4011-b42d-00cf4fc964ff".to_owned(),
            key: other.to_owned(),
            email: other.to_owned(),
            wrong: true,
        }],
        typed: "",
        problem: None,
    }
}

fn phone(lang: Lang) -> AccountPhone<'static> {
    AccountPhone {
        page: page(lang),
        frame: frame(Section::Phone, Some(Notice::PhoneSent)),
        available: true,
        number: Some("+442079460018"),
        verified: true,
        waiting: Some(WaitingPhone {
            id: "6f9619ff-8b86-4011-b42d-00cf4fc964ff".to_owned(),
            number: "+442079460019".to_owned(),
            wrong: true,
        }),
        typed: "",
        problem: None,
    }
}

fn password(lang: Lang) -> AccountPassword<'static> {
    AccountPassword {
        page: page(lang),
        frame: frame(Section::Password, None),
        account: "ada@example.com",
        changed: Some(now() - TimeDelta::days(90)),
        min_length: 8,
        current_problem: None,
        new_problem: None,
        now: now(),
    }
}

fn security(lang: Lang) -> AccountSecurity<'static> {
    let device = |device: &str, trusted: i64| DeviceRow {
        id: "00".repeat(32),
        device: device.to_owned(),
        address: "2001:db8:85a3::8a2e:370:7334".to_owned(),
        last_used: now() - TimeDelta::hours(3),
        trusted_until: Some(now() + TimeDelta::days(trusted)),
    };
    let event = |kind: &str, by_other| EventRow {
        kind: kind.to_owned(),
        at: now() - TimeDelta::hours(30),
        device: if by_other { "" } else { "Firefox · Linux" }.to_owned(),
        address: if by_other { "" } else { "203.0.113.7" }.to_owned(),
        by_other,
    };
    AccountSecurity {
        page: page(lang),
        frame: frame(Section::Security, None),
        factors: vec![
            FactorRow {
                factor: "passkey",
                id: "x".to_owned(),
                name: HOSTILE.to_owned(),
                renamable: true,
                added: now() - TimeDelta::days(9),
                last_used: Some(now() - TimeDelta::hours(5)),
            },
            FactorRow {
                factor: "totp",
                id: "y".to_owned(),
                name: String::new(),
                renamable: true,
                added: now() - TimeDelta::days(9),
                last_used: None,
            },
        ],
        codes_left: 9,
        can_add: vec!["passkey", "totp"],
        devices: vec![device("Firefox · Linux", 20), device(HOSTILE, -1)],
        events: vec![
            event("signed_in", false),
            event("sign_in_failed", false),
            event("user_updated", true),
            event("factor_renamed", false),
            event("factor_reset_requested", false),
            event("sign_in_disowned", false),
            event("something_new", false),
            EventRow {
                device: HOSTILE.to_owned(),
                address: HOSTILE.to_owned(),
                ..event("password_changed", false)
            },
        ],
        older: Some("/account/security?before=1_x#history".to_owned()),
        now: now(),
    }
}
