//! Samples of what somebody meets on the way in and out: sign-in, sign-up, consent, errors, signing out, verification.

use super::HOSTILE;
use super::pages::*;
use crate::web::i18n::Lang;
use crate::web::views::*;

/// Every sample of them in `lang`.
pub fn all(lang: Lang) -> Samples {
    let mut pages = Samples::new();
    let mut add = |name, page: &dyn Render| pages.push((name, page.html()));

    let sign_in = |page, identifier, problem| SignIn {
        page,
        journey: None,
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
    let puzzle = Puzzle {
        challenge: "sample-challenge".to_owned(),
        difficulty: 17,
    };
    add(
        "sign-in-work",
        &sign_in(page(lang).asking(Some(puzzle)), "ada@example.com", None),
    );
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
