//! Samples of the pages on which somebody says and proves who they are.

use super::HOSTILE;
use super::pages::*;
use crate::web::i18n::Lang;
use crate::web::views::*;

const ADA: &str = "ada@example.com";
const REQUEST: PasskeyOptions<'_> = PasskeyOptions::Are(
    r#"{"publicKey":{"challenge":"c2FtcGxl","rpId":"localhost","timeout":300000,"userVerification":"preferred"}}"#,
);
const FETCHED: PasskeyOptions<'_> = PasskeyOptions::At(paths::PASSKEY_OPTIONS);
const SECOND: &[Method] = &[Method::Passkey, Method::RecoveryCode];

/// Every sample of them in `lang`.
pub fn all(lang: Lang) -> Samples {
    let mut pages = Samples::new();
    let mut add = |name, page: &dyn Render| pages.push((name, page.html()));

    add("identify", &identify(page(lang)));
    let full = |problem| Identify {
        identifier: ADA,
        by_username: true,
        last_used: Some(Method::Passkey),
        accounts: 2,
        problem,
        ..identify(at(lang, acme()))
    };
    add("identify-client", &full(None));
    let puzzle = Puzzle {
        challenge: "sample-challenge".to_owned(),
        difficulty: 17,
    };
    add("identify-work", &identify(page(lang).asking(Some(puzzle))));
    add(
        "identify-hostile",
        &Identify {
            identifier: HOSTILE,
            ..identify(at(lang, hostile_client()))
        },
    );
    add("identify-missing", &full(Some(IdentifyProblem::Missing)));
    add("identify-passkey", &full(Some(IdentifyProblem::Passkey)));
    add("identify-wait", &full(Some(IdentifyProblem::Wait { retry_after: 40 })));
    add("identify-busy", &full(Some(IdentifyProblem::Form(FormProblem::Busy))));
    add(
        "identify-plain",
        &Identify {
            email: false,
            passkey: None,
            last_used: Some(Method::Password),
            sign_up_open: false,
            recovery: false,
            ..identify(page(lang))
        },
    );
    add(
        "identify-passkey-only",
        &Identify {
            email: false,
            ..identify(page(lang))
        },
    );
    add(
        "identify-hostile",
        &Identify {
            identifier: HOSTILE,
            ..identify(at(lang, hostile_client()))
        },
    );
    add("identify-branded", &identify(branded(lang)));

    add("password", &password(lang, Why::SignIn, ADA, None));
    for (name, problem) in [
        ("password-missing", PasswordStepProblem::Missing),
        ("password-wrong", PasswordStepProblem::Wrong),
        ("password-wait", PasswordStepProblem::Wait { retry_after: 300 }),
        ("password-busy", PasswordStepProblem::Form(FormProblem::Busy)),
    ] {
        add(name, &password(lang, Why::SignIn, ADA, Some(problem)));
    }
    let wrong = Some(PasswordStepProblem::Wrong);
    add("password-again", &password(lang, Why::Again, ADA, wrong));
    add("password-sensitive", &password(lang, Why::Sensitive, ADA, None));
    add("password-hostile", &password(lang, Why::SignIn, HOSTILE, wrong));
    add(
        "password-only",
        &PasswordStep {
            others: &[],
            remember: None,
            page: page(lang),
            ..password(lang, Why::SignIn, ADA, None)
        },
    );

    for (name, kind, sent_to) in [
        ("code-mail-sign-in", CodeKind::MailIfKnown, Some(ADA)),
        ("code-mail-sign-in-username", CodeKind::MailIfKnown, None),
        ("code-mail-sign-up", CodeKind::MailSignUp, Some(ADA)),
        ("code-mail", CodeKind::Mail, Some("a•••@example.com")),
        ("code-mail-bare", CodeKind::Mail, None),
        ("code-sms", CodeKind::Sms, Some("+44••••••••23")),
        ("code-sms-bare", CodeKind::Sms, None),
        ("code-totp", CodeKind::Totp, None),
        ("code-recovery", CodeKind::RecoveryCode, None),
        ("code-hostile", CodeKind::MailSignUp, Some(HOSTILE)),
    ] {
        let first = matches!(kind, CodeKind::MailIfKnown | CodeKind::MailSignUp);
        let mut page = code(lang, kind, None);
        page.sent_to = sent_to;
        if first {
            page.trust_days = None;
            page.others = &[];
            page.lost = false;
            page.remember = (kind == CodeKind::MailIfKnown).then_some(true);
        }
        add(name, &page);
    }
    let problems = [
        ("code-missing", CodeProblem::Missing),
        ("code-wrong", CodeProblem::Wrong),
        ("code-expired", CodeProblem::Expired),
        ("code-too-many", CodeProblem::TooMany),
        ("code-sent-too-often", CodeProblem::SentTooOften { retry_after: 500 }),
        ("code-wait", CodeProblem::Wait { retry_after: 30 }),
        (
            "code-limited",
            CodeProblem::Form(FormProblem::RateLimited { retry_after: 20 }),
        ),
    ];
    for (name, problem) in problems {
        add(name, &code(lang, CodeKind::Mail, Some(problem)));
    }
    add("code-totp-wrong", &code(lang, CodeKind::Totp, Some(CodeProblem::Wrong)));
    add(
        "code-totp-too-many",
        &code(lang, CodeKind::Totp, Some(CodeProblem::TooMany)),
    );
    add(
        "code-recovery-wrong",
        &code(lang, CodeKind::RecoveryCode, Some(CodeProblem::Wrong)),
    );
    add(
        "code-sent-again",
        &CodeStep {
            notice: Some(CodeNotice::SentAgain),
            why: Why::Recover,
            others: &[],
            trust_days: None,
            lost: false,
            ..code(lang, CodeKind::MailIfKnown, None)
        },
    );
    add(
        "code-sensitive",
        &CodeStep {
            why: Why::Sensitive,
            trust_days: None,
            ..code(lang, CodeKind::Totp, None)
        },
    );

    add("passkey", &passkey(lang, Why::SignIn, None));
    for (name, problem) in [
        ("passkey-missing", PasskeyProblem::Missing),
        ("passkey-wrong", PasskeyProblem::Wrong),
        ("passkey-expired", PasskeyProblem::Expired),
        ("passkey-wait", PasskeyProblem::Wait { retry_after: 9 }),
        ("passkey-busy", PasskeyProblem::Form(FormProblem::Busy)),
    ] {
        add(name, &passkey(lang, Why::SignIn, Some(problem)));
    }
    add(
        "passkey-again",
        &PasskeyStep {
            identifier: Some(HOSTILE),
            others: &[Method::Password],
            trust_days: None,
            lost: false,
            ..passkey(lang, Why::Again, None)
        },
    );
    pages
}

fn identify(page: Page<'static>) -> Identify<'static> {
    Identify {
        page,
        way: way(paths::SIGN_IN),
        identifier: "",
        by_username: false,
        email: true,
        passkey: Some(FETCHED),
        last_used: None,
        problem: None,
        sign_up_open: true,
        recovery: true,
        accounts: 0,
    }
}

fn password(
    lang: Lang,
    why: Why,
    identifier: &'static str,
    problem: Option<PasswordStepProblem>,
) -> PasswordStep<'static> {
    PasswordStep {
        page: at(lang, acme()),
        way: way(paths::SIGN_IN),
        why,
        identifier,
        remember: (why == Why::SignIn).then_some(false),
        others: &[Method::Passkey, Method::Email],
        last_used: Some(Method::Email),
        problem,
    }
}

fn code(lang: Lang, kind: CodeKind, problem: Option<CodeProblem>) -> CodeStep<'static> {
    CodeStep {
        page: at(lang, acme()),
        way: way(paths::SIGN_IN),
        why: Why::SignIn,
        kind,
        sent_to: kind_is_sent(kind).then_some("a•••@example.com"),
        trust_days: Some(30),
        remember: None,
        others: SECOND,
        lost: true,
        notice: None,
        problem,
    }
}

fn kind_is_sent(kind: CodeKind) -> bool {
    !matches!(kind, CodeKind::Totp | CodeKind::RecoveryCode)
}

fn passkey(lang: Lang, why: Why, problem: Option<PasskeyProblem>) -> PasskeyStep<'static> {
    PasskeyStep {
        page: page(lang),
        way: way(paths::SIGN_IN),
        why,
        identifier: None,
        options: REQUEST,
        trust_days: Some(30),
        remember: None,
        others: &[Method::Totp, Method::RecoveryCode],
        lost: true,
        problem,
    }
}
