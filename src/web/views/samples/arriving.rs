//! Samples of the pages on which accounts are made, found again and completed.

use chrono::TimeDelta;

use super::HOSTILE;
use super::pages::*;
use crate::web::i18n::Lang;
use crate::web::views::*;

const ADA: &str = "ada@example.com";
/// As `identity::totp` draws it, but smaller.
const QR: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 45 45\" shape-rendering=\"crispEdges\" \
    aria-hidden=\"true\" focusable=\"false\"><path fill=\"#fff\" d=\"M0 0h45v45H0z\"/><path fill=\"#000\" \
    d=\"M4 4h7v7H4zM6 13h9v2H6zM20 20h8v5h-8zM34 4h7v7h-7zM4 34h7v7H4zM30 30h3v9h-3z\"/></svg>";
const CREATE: PasskeyOptions<'_> = PasskeyOptions::Are(
    r#"{"publicKey":{"challenge":"c2FtcGxl","rp":{"id":"localhost","name":"P"},"user":{"id":"YQ","name":"a","displayName":"A"}}}"#,
);

/// Every sample of them in `lang`.
pub fn all(lang: Lang) -> Samples {
    let mut pages = Samples::new();
    sign_up(lang, &mut pages);
    enrol(lang, &mut pages);
    links(lang, &mut pages);
    recover(lang, &mut pages);
    between(lang, &mut pages);
    pages
}

fn apply(lang: Lang) -> Apply<'static> {
    Apply {
        page: at(lang, acme()),
        way: way(paths::SIGN_UP),
        invited: None,
        identifier: "",
        name: Asked::Optional(""),
        username: Asked::No,
        phone: Asked::No,
        password: Some(8),
        others: &[Method::Email, Method::Passkey],
        terms: None,
        problems: ApplyProblems::default(),
    }
}

fn terms(accepted: bool) -> Terms<'static> {
    Terms {
        version: "2026-11-01",
        terms_uri: Some("https://id.example/terms"),
        privacy_uri: Some("https://id.example/privacy"),
        accepted,
    }
}

fn sign_up(lang: Lang, pages: &mut Samples) {
    let mut add = |name, page: &dyn Render| pages.push((name, page.html()));
    add("apply", &apply(lang));
    let full = |typed, problems| Apply {
        page: page(lang),
        identifier: typed,
        name: Asked::Required(typed),
        username: Asked::Required(typed),
        phone: Asked::Optional(typed),
        terms: Some(terms(false)),
        problems,
        ..apply(lang)
    };
    add("apply-full", &full("", ApplyProblems::default()));
    let problems = ApplyProblems {
        form: Some(FormProblem::RateLimited { retry_after: 60 }),
        name: Some(NameProblem::Missing),
        identifier: Some(IdentifierProblem::Taken),
        username: Some(UsernameProblem::Taken),
        phone: Some(PhoneProblem::Invalid),
        password: Some(PasswordProblem::TooShort { min: 8 }),
        terms: true,
    };
    add("apply-problems", &full(HOSTILE, problems));
    for (name, problems) in [
        (
            "apply-not-admitted",
            ApplyProblems {
                identifier: Some(IdentifierProblem::NotAdmitted),
                username: Some(UsernameProblem::Missing),
                phone: Some(PhoneProblem::Missing),
                password: Some(PasswordProblem::Breached),
                ..ApplyProblems::default()
            },
        ),
        (
            "apply-disposable",
            ApplyProblems {
                identifier: Some(IdentifierProblem::Disposable),
                ..ApplyProblems::default()
            },
        ),
        (
            "apply-terms",
            ApplyProblems {
                terms: true,
                ..ApplyProblems::default()
            },
        ),
    ] {
        add(name, &full("ada", problems));
    }
    let invited = |email| {
        Some(InvitedTo {
            email,
            token: "pgi_sample",
        })
    };
    for (name, email) in [("apply-invited", ADA), ("apply-invited-hostile", HOSTILE)] {
        add(
            name,
            &Apply {
                page: page(lang),
                invited: invited(email),
                others: &[],
                terms: Some(terms(true)),
                ..apply(lang)
            },
        );
    }
    add(
        "apply-without-password",
        &Apply {
            password: None,
            name: Asked::No,
            others: &[],
            ..apply(lang)
        },
    );
    add(
        "apply-branded",
        &Apply {
            page: branded(lang),
            ..apply(lang)
        },
    );
    for (name, reason) in [
        ("no-sign-up", NoSignUpReason::Closed),
        ("no-sign-up-invitation", NoSignUpReason::InvitationOnly),
        ("no-sign-up-address", NoSignUpReason::AddressNotAdmitted),
        ("no-sign-up-invitation-gone", NoSignUpReason::InvitationGone),
    ] {
        add(
            name,
            &NoSignUp {
                page: shell(lang),
                way: way(paths::SIGN_UP),
                reason,
            },
        );
    }
}

fn enrol(lang: Lang, pages: &mut Samples) {
    let mut add = |name, page: &dyn Render| pages.push((name, page.html()));
    let choice = |for_client, problem| EnrolChoice {
        page: page(lang),
        way: way(paths::SIGN_IN),
        methods: &[Method::Passkey, Method::Totp, Method::Sms],
        for_client,
        problem,
    };
    add("enrol", &choice(false, None));
    add("enrol-client", &choice(true, Some(FormProblem::Busy)));
    let totp = |problem| EnrolTotp {
        page: page(lang),
        way: way(paths::SIGN_IN),
        key: "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ",
        qr: QR,
        others: &[Method::Passkey, Method::Sms],
        problem,
    };
    add("enrol-totp", &totp(None));
    add("enrol-totp-wrong", &totp(Some(CodeProblem::Wrong)));
    add("enrol-totp-wait", &totp(Some(CodeProblem::Wait { retry_after: 3 })));
    let passkey = |name: &'static str, problem| EnrolPasskey {
        skip: name.is_empty(),
        page: page(lang),
        way: way(paths::SIGN_IN),
        options: CREATE,
        name,
        others: &[Method::Totp],
        problem,
    };
    add("enrol-passkey", &passkey("", None));
    add("enrol-passkey-wrong", &passkey(HOSTILE, Some(PasskeyProblem::Wrong)));
    let phone = |phone, invalid| EnrolPhone {
        page: page(lang),
        way: way(paths::SIGN_IN),
        phone,
        others: &[Method::Totp],
        invalid,
        problem: invalid.then_some(CodeProblem::SentTooOften { retry_after: 480 }),
    };
    add("enrol-phone", &phone("", false));
    add("enrol-phone-invalid", &phone(HOSTILE, true));
    let codes: Vec<String> = (0..10).map(|at| format!("0{at}4hj-k2mnp-q7{at}tv")).collect();
    for (name, account, replaces) in [("keep-codes", ADA, false), ("keep-codes-hostile", HOSTILE, true)] {
        add(
            name,
            &KeepCodes {
                page: page(lang),
                way: way(paths::SIGN_IN),
                account,
                codes: &codes,
                replaces,
            },
        );
    }
}

fn links(lang: Lang, pages: &mut Samples) {
    let mut add = |name, page: &dyn Render| pages.push((name, page.html()));
    for (here, elsewhere, purpose, text) in [
        (
            "link-sign-in",
            "link-sign-in-elsewhere",
            LinkPurpose::SignIn,
            "Firefox · Windows",
        ),
        ("link-sign-up", "link-sign-up-elsewhere", LinkPurpose::SignUp, ""),
        ("link-recover", "link-recover-elsewhere", LinkPurpose::Recover, HOSTILE),
    ] {
        let email = if text == HOSTILE { HOSTILE } else { ADA };
        add(
            here,
            &LinkHere {
                page: at(lang, acme()),
                way: way(paths::LINK),
                token: "pgl_sample",
                purpose,
                email,
            },
        );
        add(
            elsewhere,
            &LinkElsewhere {
                page: page(lang),
                way: way(paths::LINK),
                token: "pgl_sample",
                purpose,
                email,
                asked: AskedFrom {
                    device: text,
                    address: "2001:db8:85a3::8a2e:370:7334",
                    at: now() - TimeDelta::minutes(3),
                },
                now: now(),
            },
        );
    }
    for (name, purpose) in [
        ("link-gone", None),
        ("link-gone-sign-in", Some(LinkPurpose::SignIn)),
        ("link-gone-sign-up", Some(LinkPurpose::SignUp)),
        ("link-gone-recover", Some(LinkPurpose::Recover)),
    ] {
        add(
            name,
            &LinkGone {
                page: shell(lang),
                purpose,
            },
        );
    }
}

fn recover(lang: Lang, pages: &mut Samples) {
    let mut add = |name, page: &dyn Render| pages.push((name, page.html()));
    let forgot = |identifier, by_username, missing, problem| Forgot {
        page: at(lang, acme()),
        way: way(paths::FORGOT_PASSWORD),
        identifier,
        by_username,
        missing,
        problem,
    };
    add("forgot", &forgot(ADA, false, false, None));
    add("forgot-missing", &forgot("", false, true, None));
    add("forgot-missing-username", &forgot("", true, true, None));
    add("forgot-busy", &forgot(HOSTILE, false, false, Some(FormProblem::Busy)));
    let new_password = |reason, account, problem| NewPassword {
        page: page(lang),
        way: way(paths::FORGOT_PASSWORD),
        reason,
        account,
        min_length: 8,
        problem,
        form: problem.map(|_| FormProblem::Busy),
    };
    for (name, reason) in [
        ("new-password", PasswordReason::Forgotten),
        ("new-password-demanded", PasswordReason::Demanded),
        ("new-password-unsafe", PasswordReason::Unsafe),
        ("new-password-compromised", PasswordReason::Compromised),
    ] {
        add(name, &new_password(reason, ADA, None));
    }
    let common = Some(PasswordProblem::Common);
    add(
        "new-password-common",
        &new_password(PasswordReason::Forgotten, HOSTILE, common),
    );
    add(
        "password-set",
        &PasswordSet {
            page: shell(lang),
            way: way(paths::SIGN_IN),
        },
    );

    let lost = |others, state, problem| LostFactor {
        page: page(lang),
        way: way(paths::LOST_FACTOR),
        others,
        state,
        now: now(),
        problem,
    };
    let until = now() + TimeDelta::days(3);
    let codes: &[Method] = &[Method::RecoveryCode, Method::Email];
    add("lost", &lost(codes, LostState::Offered { days: 3 }, None));
    add("lost-bare", &lost(&[], LostState::NotOffered, Some(FormProblem::Busy)));
    add("lost-begun", &lost(&[], LostState::Begun { until }, None));
    add(
        "lost-cancel",
        &LostFactorCancel {
            page: page(lang),
            way: way("/lost-factor/cancel"),
            token: "pgl_sample",
            until,
        },
    );
    add("lost-cancelled", &LostFactorCancelled { page: shell(lang) });
    for (name, of_administrator) in [("lost-gone", false), ("lost-link-gone", true)] {
        let page = shell(lang);
        add(name, &LostFactorGone { page, of_administrator });
    }
}

fn between(lang: Lang, pages: &mut Samples) {
    let mut add = |name, page: &dyn Render| pages.push((name, page.html()));
    let account = |id: &str, name: &str, email: &str, signed_in| AccountChoice {
        id: id.to_owned(),
        name: name.to_owned(),
        email: email.to_owned(),
        signed_in,
    };
    let accounts = [
        account("a1", "Ada Lovelace", ADA, true),
        account("a2", "", "countess@a-rather-long-domain-name.example", true),
        account("a3", HOSTILE, HOSTILE, false),
    ];
    for (name, room) in [("choose-account", true), ("choose-account-full", false)] {
        add(
            name,
            &ChooseAccount {
                page: at(lang, acme()),
                way: way(paths::CHOOSE_ACCOUNT),
                accounts: &accounts,
                room,
            },
        );
    }
    for (name, changed) in [("accept-terms", false), ("accept-terms-changed", true)] {
        add(
            name,
            &AcceptTerms {
                page: page(lang),
                way: way(paths::SIGN_IN),
                terms: terms(false),
                changed,
                problem: changed.then_some(FormProblem::Busy),
            },
        );
    }
    for (name, account) in [("keep-account", ADA), ("keep-account-hostile", HOSTILE)] {
        add(
            name,
            &KeepAccount {
                page: page(lang),
                way: way(paths::SIGN_IN),
                account,
                until: now() + TimeDelta::days(9),
            },
        );
    }
}
