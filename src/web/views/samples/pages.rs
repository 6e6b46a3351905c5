//! Every page in every state worth looking at.

use askama::Template;
use chrono::{DateTime, TimeDelta, TimeZone, Utc};

use super::HOSTILE;
use crate::web::i18n::{Lang, Translator};
use crate::web::views::*;

const FLOW: Option<&str> = Some("pgf_sample");

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 12, 8, 30, 0).unwrap()
}

fn acme() -> ClientBrand<'static> {
    ClientBrand {
        name: "Acme Notes",
        logo_uri: None,
        policy_uri: Some("https://acme.example/privacy"),
        tos_uri: Some("https://acme.example/terms"),
        redirect_host: "notes.acme.example",
    }
}

fn hostile_client() -> ClientBrand<'static> {
    ClientBrand {
        name: HOSTILE,
        logo_uri: Some("https://acme.example/\"><svg onload=alert(1)>.svg"),
        policy_uri: Some("https://acme.example/\"><svg onload=alert(1)>"),
        tos_uri: None,
        redirect_host: HOSTILE,
    }
}

fn shell(lang: Lang) -> Shell<'static> {
    Shell::new(lang, "Passgate", Some("/sample?flow=pgf_sample"))
}

fn page(lang: Lang) -> Page<'static> {
    shell(lang).with_csrf("csrf-sample")
}

fn at(lang: Lang, client: ClientBrand<'static>) -> Page<'static> {
    shell(lang).for_client(Some(client)).with_csrf("csrf-sample")
}

/// Name and HTML of every sample in `lang`.
pub fn all(lang: Lang) -> Vec<(&'static str, String)> {
    let mut pages = Vec::new();
    let mut add = |name, page: &dyn Render| pages.push((name, page.html()));

    let sign_in = |page, identifier, problem| SignIn {
        page,
        flow: FLOW,
        identifier,
        again_as: None,
        problem,
        sign_up_open: true,
    };
    add("sign-in", &sign_in(page(lang), "", None));
    add("sign-in-client", &sign_in(at(lang, acme()), "ada@example.com", None));
    let wrong = Some(SignInProblem::WrongCredentials);
    add("sign-in-wrong", &sign_in(at(lang, acme()), "ada@example.com", wrong));
    let locked = Some(SignInProblem::Locked { retry_after: 30 });
    add("sign-in-locked", &sign_in(page(lang), "ada@example.com", locked));
    let limited = Some(SignInProblem::Form(FormProblem::RateLimited { retry_after: 400 }));
    add("sign-in-limited", &sign_in(page(lang), "ada@example.com", limited));
    add(
        "sign-in-busy",
        &sign_in(
            page(lang),
            "ada@example.com",
            Some(SignInProblem::Form(FormProblem::Busy)),
        ),
    );
    add(
        "sign-in-no-name",
        &sign_in(page(lang), "", Some(SignInProblem::MissingIdentifier)),
    );
    add(
        "sign-in-no-password",
        &sign_in(page(lang), "ada@example.com", Some(SignInProblem::MissingPassword)),
    );
    add("sign-in-hostile", &sign_in(at(lang, hostile_client()), HOSTILE, wrong));
    let again_as = Some("ada@example.com");
    add(
        "sign-in-again",
        &SignIn {
            again_as,
            ..sign_in(at(lang, acme()), "", None)
        },
    );

    let sign_up = |page, name, identifier, problems| SignUp {
        page,
        flow: FLOW,
        name,
        identifier,
        min_length: 8,
        problems,
    };
    add("sign-up", &sign_up(at(lang, acme()), "", "", SignUpProblems::default()));
    let problems = SignUpProblems {
        form: Some(FormProblem::RateLimited { retry_after: 60 }),
        name: Some(NameProblem::Unfit),
        identifier: Some(IdentifierProblem::Taken),
        password: Some(PasswordProblem::TooShort { min: 8 }),
    };
    add("sign-up-problems", &sign_up(page(lang), HOSTILE, HOSTILE, problems));
    let problems = SignUpProblems {
        password: Some(PasswordProblem::Common),
        ..SignUpProblems::default()
    };
    add(
        "sign-up-common",
        &sign_up(page(lang), "Ada", "ada@example.com", problems),
    );

    let setup = |problems| Setup {
        page: page(lang),
        token: "pgt_sample",
        name: "",
        identifier: "",
        min_length: 8,
        problems,
    };
    add("setup", &setup(SignUpProblems::default()));
    add("setup-gone", &SetupGone { page: shell(lang) });

    let scope = |name| ScopeLine {
        name,
        description: None,
    };
    let scopes = vec![
        scope("openid"),
        scope("profile"),
        scope("email"),
        scope("phone"),
        scope("offline_access"),
        ScopeLine {
            name: "notes.write",
            description: Some("Create and change notes"),
        },
        scope("notes.admin"),
    ];
    let consent = |client, account, scopes| Consent {
        page: page(lang),
        flow: "pgf_sample",
        client,
        account,
        scopes,
    };
    add("consent", &consent(acme(), "ada@example.com", scopes));
    let few = vec![scope("openid"), scope("email")];
    add("consent-small", &consent(acme(), "ada@example.com", few));
    let odd = vec![
        scope(HOSTILE),
        ScopeLine {
            name: "x",
            description: Some(HOSTILE),
        },
    ];
    add("consent-hostile", &consent(hostile_client(), HOSTILE, odd));

    let error = |code, detail| ErrorPage {
        page: shell(lang),
        code,
        detail,
        request_id: "0198f3a2-5c1e-7b11-9d5e-3f1f6a2b8c77",
    };
    add(
        "error",
        &error("invalid_request", "redirect_uri is not registered for this client"),
    );
    add("error-server", &error("server_error", "the database did not answer"));
    add("error-hostile", &error(HOSTILE, HOSTILE));

    let fields = vec![
        ("code".to_owned(), "pgc_sample".to_owned()),
        ("state".to_owned(), HOSTILE.to_owned()),
    ];
    let page_for_acme = shell(lang).for_client(Some(acme()));
    add(
        "form-post",
        &FormPost {
            page: page_for_acme.clone(),
            action: "https://notes.acme.example/cb",
            fields,
        },
    );

    add(
        "sign-out",
        &SignOut {
            page: at(lang, acme()),
            flow: FLOW,
            account: Some("ada@example.com"),
        },
    );
    add(
        "signed-out",
        &SignedOut {
            page: shell(lang),
            back: None,
        },
    );
    add(
        "signed-out-client",
        &SignedOut {
            page: page_for_acme,
            back: Some("https://notes.acme.example/bye"),
        },
    );

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

    add(
        "verify-email",
        &VerifyEmail {
            page: page(lang),
            token: "pgv_sample",
            email: "ada@example.com",
        },
    );
    add(
        "verify-email-done",
        &VerifyEmailDone {
            page: shell(lang),
            email: "ada@example.com",
        },
    );
    add("verify-email-gone", &VerifyEmailGone { page: shell(lang) });

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
    let subject = verify_email_subject(Translator::new(lang), "Passgate");
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
    let body = mail_text(lang);
    add("dev-mail", &dev_mail(lang, &subject, &body));
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

/// The HTML part of every mail in `lang`.
pub fn mails(lang: Lang) -> Vec<(&'static str, String)> {
    let link = "https://id.example/verify-email?token=pgv_sample";
    let t = Translator::new(lang);
    let html = |brand| {
        VerifyEmailHtml {
            t,
            brand,
            link,
            valid_for: 86_400,
        }
        .render()
        .unwrap()
    };
    vec![
        ("mail-verify-email", html("Passgate")),
        ("mail-verify-email-hostile", html(HOSTILE)),
    ]
}

/// The text part of the mail that verifies an address.
pub fn mail_text(lang: Lang) -> String {
    let link = "http://localhost:8080/verify-email?token=pgv_sample";
    VerifyEmailText {
        t: Translator::new(lang),
        brand: "Passgate",
        link,
        valid_for: 86_400,
    }
    .render()
    .unwrap()
}

fn account<'a>(lang: Lang, name: Option<&'a str>, email: &'a str, email_verified: bool) -> Account<'a> {
    let session = |id: &str, device: &str, address: &str, minutes, current| SessionRow {
        id: id.to_owned(),
        device: device.to_owned(),
        address: address.to_owned(),
        last_used: now() - TimeDelta::minutes(minutes),
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
        name,
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
        notice: (!email_verified).then_some(Notice::VerificationSent),
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

/// Lets one list hold pages of every type.
trait Render {
    fn html(&self) -> String;
}

impl<T: Template> Render for T {
    fn html(&self) -> String {
        self.render().unwrap()
    }
}
