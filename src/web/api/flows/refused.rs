//! What is wrong with an answer: a field, a code to decide by, and the sentence that our own page would say.

use super::shape::FieldError;
use crate::flow::factors::Refusal;
use crate::flow::journey::Problem;
use crate::settings::Settings;
use crate::web::i18n::Translator;
use crate::web::pages::forms::{apply_problems, password_problem};
use crate::web::pages::refusals::{code_problem, passkey_problem, password_step_problem};
use crate::web::views::{
    ApplyProblems, CodeKind, IdentifierProblem, NameProblem, PasswordProblem, PhoneProblem, UsernameProblem,
};

/// What was asked and answered.
pub struct Asked<'a> {
    /// The factor whose proof it is.
    pub factor: Option<&'static str>,
    /// Whether a number was asked for.
    pub recipient: bool,
    /// Whether the person has proved something before.
    pub known: bool,
    /// The name that came.
    pub identifier: &'a str,
    /// The password that came.
    pub password: &'a str,
}

/// Everything that is wrong.
pub fn errors(settings: &Settings, t: Translator, problem: &Problem, asked: Asked<'_>) -> Vec<FieldError> {
    match problem {
        Problem::NoIdentifier => vec![error("identifier", "missing", IdentifierProblem::Missing.text(t))],
        Problem::Method => vec![error("method", "not_offered", t.get("problem.method_not_offered"))],
        Problem::Terms => vec![error("terms", "not_accepted", t.get("apply.terms_missing"))],
        Problem::Answer(refusal) => vec![answer(t, *refusal, &asked)],
        Problem::Password(found) => {
            let found = password_problem(*found, asked.password, settings);
            vec![error("password", password_code(found), found.text(t))]
        }
        Problem::Application(found) => {
            application(t, apply_problems(*found, asked.identifier, asked.password, settings))
        }
    }
}

fn error(field: &'static str, code: &'static str, message: impl Into<String>) -> FieldError {
    FieldError {
        field: Some(field),
        code,
        message: message.into(),
        retry_after: None,
    }
}

fn answer(t: Translator, refusal: Refusal, asked: &Asked<'_>) -> FieldError {
    let (code, retry_after) = match refusal {
        Refusal::Missing => ("missing", None),
        Refusal::Wrong => ("wrong", None),
        Refusal::Expired => ("expired", None),
        Refusal::TooMany => ("too_many_tries", None),
        Refusal::Wait(seconds) => ("wait", Some(seconds)),
        Refusal::SentTooOften(seconds) => ("sent_too_often", Some(seconds)),
    };
    let (field, message) = match asked.factor {
        Some("sms") if asked.recipient && refusal == Refusal::Wrong => {
            return error("phone", "invalid", PhoneProblem::Invalid.text(t));
        }
        Some("sms") if asked.recipient => ("phone", code_problem(refusal).text(CodeKind::Sms, t)),
        Some("password") => ("password", password_step_problem(refusal).text(asked.known, t)),
        Some("passkey") => ("credential", passkey_problem(refusal).text(t)),
        Some("totp") => ("code", code_problem(refusal).text(CodeKind::Totp, t)),
        Some("recovery_code") => ("code", code_problem(refusal).text(CodeKind::RecoveryCode, t)),
        _ => ("code", code_problem(refusal).text(CodeKind::Mail, t)),
    };
    FieldError {
        retry_after,
        ..error(field, code, message)
    }
}

fn application(t: Translator, problems: ApplyProblems) -> Vec<FieldError> {
    let ApplyProblems {
        form: _,
        name,
        identifier,
        username,
        phone,
        password,
        terms,
    } = problems;
    [
        name.map(|found| error("name", name_code(found), found.text(t))),
        identifier.map(|found| error("identifier", identifier_code(found), found.text(t))),
        username.map(|found| error("username", username_code(found), found.text(t))),
        phone.map(|found| error("phone", phone_code(found), found.text(t))),
        password.map(|found| error("password", password_code(found), found.text(t))),
        terms.then(|| error("terms", "not_accepted", t.get("apply.terms_missing"))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn name_code(found: NameProblem) -> &'static str {
    match found {
        NameProblem::Missing => "missing",
        NameProblem::TooLong => "too_long",
        NameProblem::Unfit => "invalid",
    }
}

fn identifier_code(found: IdentifierProblem) -> &'static str {
    match found {
        IdentifierProblem::Missing => "missing",
        IdentifierProblem::Invalid => "invalid",
        IdentifierProblem::TooLong => "too_long",
        IdentifierProblem::Taken => "taken",
        IdentifierProblem::NotAdmitted => "not_admitted",
        IdentifierProblem::Disposable => "disposable",
    }
}

fn username_code(found: UsernameProblem) -> &'static str {
    match found {
        UsernameProblem::Missing => "missing",
        UsernameProblem::Length => "length",
        UsernameProblem::Characters => "invalid",
        UsernameProblem::Reserved => "reserved",
        UsernameProblem::Taken => "taken",
    }
}

fn phone_code(found: PhoneProblem) -> &'static str {
    match found {
        PhoneProblem::Missing => "missing",
        PhoneProblem::Invalid => "invalid",
    }
}

fn password_code(found: PasswordProblem) -> &'static str {
    match found {
        PasswordProblem::Missing => "missing",
        PasswordProblem::TooShort { .. } => "too_short",
        PasswordProblem::TooLong { .. } => "too_long",
        PasswordProblem::Common => "common",
        PasswordProblem::ContainsIdentity => "contains_identity",
        PasswordProblem::ContainsBrand => "contains_brand",
        PasswordProblem::TooSimple => "too_simple",
        PasswordProblem::Breached => "breached",
    }
}
