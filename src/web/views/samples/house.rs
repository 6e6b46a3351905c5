//! Samples of the pages of the house itself: account, front page, captured mail, playground, statuses.

use chrono::TimeDelta;

use super::HOSTILE;
use super::pages::*;
use crate::model::letter::Letter;
use crate::web::i18n::Lang;
use crate::web::views::*;

/// Every sample of them in `lang`.
pub fn all(lang: Lang) -> Samples {
    let mut pages = Samples::new();
    let mut add = |name, page: &dyn Render| pages.push((name, page.html()));

    add(
        "account",
        &account(lang, Some("Ada Lovelace"), "ada@example.com", false),
    );
    add(
        "account-new",
        &Account {
            sessions: vec![],
            apps: vec![],
            ..account(lang, None, "ada@example.com", true)
        },
    );
    add("account-hostile", &account(lang, Some(HOSTILE), HOSTILE, true));

    let development = Some(DevCard {
        issuer: "http://localhost:8080",
    });
    add(
        "welcome",
        &Welcome {
            page: shell(lang),
            signed_in: None,
            sign_up_open: true,
            development,
        },
    );
    let signed_in = Some("ada@example.com");
    add(
        "welcome-in",
        &Welcome {
            page: shell(lang),
            signed_in,
            sign_up_open: true,
            development: None,
        },
    );

    let mail = |subject: &str, minutes| MailRow {
        id: "20261112-083000-1".to_owned(),
        to: "ada@example.com".to_owned(),
        subject: subject.to_owned(),
        sent: now() - TimeDelta::minutes(minutes),
    };
    let Letter {
        subject, text: body, ..
    } = verification(lang, "Passgate");
    let member = MemberRow {
        name: "user_id".to_owned(),
        place: "path".to_owned(),
        kind: "string".to_owned(),
        required: true,
        description: "Their sub, or an address of theirs.".to_owned(),
    };
    let operation = OperationRow {
        method: "GET".to_owned(),
        path: "/users/{user_id}".to_owned(),
        id: "showUser".to_owned(),
        summary: "Shows a person.".to_owned(),
        permission: "users:read".to_owned(),
        status: "200 User".to_owned(),
        members: vec![member],
    };
    add(
        "api-docs",
        &ApiDocs {
            page: shell(lang),
            document: "/api/v1/openapi.json",
            base: "/api/v1",
            groups: vec![OperationGroup {
                name: "users".to_owned(),
                operations: vec![operation],
            }],
        },
    );
    add(
        "dev-mail-list",
        &DevMailList {
            page: shell(lang),
            mails: vec![mail(&subject, 2), mail(HOSTILE, 90)],
            now: now(),
        },
    );
    add(
        "dev-mail-empty",
        &DevMailList {
            page: shell(lang),
            mails: vec![],
            now: now(),
        },
    );
    add("dev-mail", &dev_mail(lang, &subject, &body));
    add(
        "dev-letters",
        &DevLetters {
            page: shell(lang),
            letters: vec![LetterRow {
                name: "verify-email",
                subject: subject.clone(),
            }],
        },
    );
    add(
        "dev-letter",
        &DevLetter {
            page: shell(lang),
            name: "verify-email",
            written: vec![LetterInLanguage {
                lang,
                subject: HOSTILE.to_owned(),
                text: HOSTILE.to_owned(),
            }],
        },
    );
    add("dev-mail-hostile", &dev_mail(lang, HOSTILE, HOSTILE));

    let scopes = ["openid", "profile", "email", "offline_access"];
    let scopes = scopes
        .into_iter()
        .map(|s| (s.to_owned(), s != "offline_access"))
        .collect();
    add(
        "playground",
        &Playground {
            page: page(lang),
            scopes,
            issuer: "http://localhost:8080",
            client_id: "playground",
        },
    );
    add("playground-result", &result(lang, true));
    add("playground-failed", &result(lang, false));

    for (name, status) in [
        ("status-bad-request", Status::BadRequest),
        ("status-forbidden", Status::Forbidden),
        ("status-form-expired", Status::FormExpired),
        ("status-not-found", Status::NotFound),
        ("status-method", Status::MethodNotAllowed),
        ("status-too-large", Status::TooLarge),
        ("status-too-many", Status::TooManyRequests { retry_after: 20 }),
        ("status-internal", Status::Internal),
        ("status-unavailable", Status::Unavailable),
    ] {
        let retry = matches!(status, Status::FormExpired).then_some("/sign-in");
        add(
            name,
            &StatusPage {
                page: shell(lang),
                status,
                request_id: "0198f3a2-5c1e-7b11-9d5e-3f1f6a2b8c77",
                retry,
            },
        );
    }
    pages
}

fn account<'a>(lang: Lang, name: Option<&'a str>, email: &'a str, email_verified: bool) -> Account<'a> {
    let session = |id: &str, device: &str, address: &str, minutes, current| SessionRow {
        id: id.to_owned(),
        device: device.to_owned(),
        address: address.to_owned(),
        last_used: now() - TimeDelta::minutes(minutes),
        since: now() - TimeDelta::days(6),
        current,
    };
    let app = |name: &str, scope: &str| AppRow {
        client_id: "client".to_owned(),
        name: name.to_owned(),
        scope: scope.to_owned(),
        since: now() - TimeDelta::days(40),
    };
    let hostile = name == Some(HOSTILE);
    Account {
        page: page(lang),
        frame: super::account::frame(Section::Overview, (!email_verified).then_some(Notice::VerificationSent)),
        name,
        picture: None,
        email,
        email_verified,
        role: "user",
        plan: "free_user",
        sessions: vec![
            session("s1", "Chrome · macOS", "203.0.113.7", 0, true),
            session("s2", "Safari · iPhone", "2001:db8:85a3::8a2e:370:7334", 60 * 27, false),
            session(
                "s3",
                if hostile { HOSTILE } else { "" },
                "198.51.100.23",
                60 * 24 * 5,
                false,
            ),
        ],
        apps: vec![
            app("Acme Notes", "openid profile email offline_access"),
            app(if hostile { HOSTILE } else { "Weather" }, "openid"),
        ],
        now: now(),
    }
}

fn dev_mail<'a>(lang: Lang, subject: &'a str, body: &'a str) -> DevMail<'a> {
    DevMail {
        page: shell(lang),
        from: "Passgate <no-reply@localhost>",
        to: "ada@example.com",
        subject,
        sent: now(),
        body,
        public_url: "http://localhost:8080",
    }
}

fn result(lang: Lang, success: bool) -> PlaygroundResult<'static> {
    let row = |name: &str, value: &str, explain: &str| Row {
        name: name.to_owned(),
        value: value.to_owned(),
        explain: explain.to_owned(),
        highlight: matches!(name, "role" | "plan"),
    };
    let check = |ok, text: &str| Check {
        ok,
        text: text.to_owned(),
    };
    let steps = vec![
        Step {
            title: "Authorization request".to_owned(),
            explain: "The app sent your browser to the authorization endpoint with these parameters.".to_owned(),
            rows: vec![
                row(
                    "response_type",
                    "code",
                    "Asks for a code, never for a token in the address bar.",
                ),
                row("client_id", "playground", "Which app asks."),
                row(
                    "code_challenge",
                    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbGJSstw-cM",
                    "The hash of a secret that only the app knows.",
                ),
                row("state", HOSTILE, "Ties the answer to this browser."),
            ],
            ..Step::default()
        },
        Step {
            title: "Access token".to_owned(),
            explain: "An API verifies it offline with the keys from JWKS.".to_owned(),
            rows: vec![
                row("sub", "0198f3a2-5c1e-7b11-9d5e-3f1f6a2b8c77", "Who."),
                row("role", "user", "What you may do."),
                row("plan", "free_user", "What you pay for."),
            ],
            json: Some(format!("{{\n  \"typ\": \"at+jwt\",\n  \"x\": \"{HOSTILE}\"\n}}")),
            checks: vec![
                check(true, "Signature by a key from JWKS"),
                check(success, "Audience is this app"),
            ],
        },
    ];
    PlaygroundResult {
        page: page(lang),
        success,
        role_and_plan: success.then(|| ("user".to_owned(), "free_user".to_owned())),
        steps,
        can_refresh: success,
    }
}
