//! What the forms of a journey's pages give, and what they count as.

use super::super::forms::OwnForm;
use crate::flow::factors::Answer;
use crate::flow::journey::{Action, Submission};
use crate::identity::proof_of_work::Purpose;
use crate::model::journey::JourneyKind;
use crate::web::limits::Class;

/// What a form gives, whatever step it is of.
pub fn submission(form: &OwnForm) -> Submission {
    Submission {
        identifier: form.identifier().to_owned(),
        method: form.has("method").then(|| form.text("method").to_owned()),
        answer: Answer {
            password: form.secret("password"),
            code: form.secret("code"),
            credential: form.text("credential").to_owned(),
            name: form.text("name").to_owned(),
            phone: form.text("phone").to_owned(),
        },
        remember: form.has("remember"),
        trust: form.has("trust"),
        terms: form.text("terms").to_owned(),
        keep: form.has("keep").then(|| form.text("keep") == "yes"),
    }
}

/// What a form of a journey's page asks for. A button that chooses a way is pressed for the way, whatever a password manager
/// has filled in; only a form that brings that way's own proof gives it.
pub fn action(form: &OwnForm) -> Action {
    let proof = match form.text("method") {
        "password" => "password",
        "passkey" => "credential",
        _ => "code",
    };
    match () {
        () if form.has("other") => Action::StartOver,
        () if form.has("again") => Action::Again,
        () if form.has("method") && form.text(proof).is_empty() => Action::Method {
            name: form.text("method").to_owned(),
            identifier: form.identifier().to_owned(),
        },
        () => Action::Submit(submission(form)),
    }
}

/// What an action counts as.
pub fn class(action: &Action, kind: JourneyKind) -> Class {
    match (action, kind) {
        (Action::Method { .. } | Action::Again, _) => Class::Code,
        // A number asks for a code as well.
        (Action::Submit(submission), _) if !submission.answer.phone.is_empty() => Class::Code,
        (_, JourneyKind::Recover) => Class::Recovery,
        (Action::Submit(_) | Action::StartOver, _) => Class::SignIn,
    }
}

/// The work that a journey's tries may be asked for.
pub fn purpose(kind: JourneyKind) -> Purpose {
    match kind {
        JourneyKind::Recover => Purpose::Recovery,
        JourneyKind::SignUp => Purpose::SignUp,
        JourneyKind::SignIn | JourneyKind::Enrol => Purpose::SignIn,
    }
}
