//! Samples of what somebody meets on the way in and out: sign-in, sign-up, consent, errors, signing out, verification.

use super::HOSTILE;
use super::pages::*;
use crate::web::i18n::Lang;
use crate::web::views::*;

/// Every sample of them in `lang`.
pub fn all(lang: Lang) -> Samples {
    let mut pages = Samples::new();
    let mut add = |name, page: &dyn Render| pages.push((name, page.html()));

    let setup = |problems| Setup {
        page: page(lang),
        token: "pgt_sample",
        name: "",
        identifier: "",
        min_length: 8,
        problems,
    };
    add("setup", &setup(SignUpProblems::default()));
    let problems = SignUpProblems {
        form: Some(FormProblem::RateLimited { retry_after: 60 }),
        name: Some(NameProblem::Unfit),
        identifier: Some(IdentifierProblem::Taken),
        password: Some(PasswordProblem::TooShort { min: 8 }),
    };
    add("setup-problems", &setup(problems));
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
    for (name, device) in [("not-me", "Firefox · Windows"), ("not-me-hostile", HOSTILE)] {
        add(
            name,
            &NotMe {
                page: page(lang),
                token: "pgl_sample",
                email: "ada@example.com",
                device: device.to_owned(),
                address: "192.0.2.1",
                at: now(),
            },
        );
    }
    add(
        "not-me-done",
        &NotMeDone {
            page: shell(lang),
            email: "ada@example.com",
        },
    );
    add("not-me-gone", &NotMeGone { page: shell(lang) });
    pages
}
