//! Why an answer is refused, in the words and statuses of pages and programs.

use actix_web::http::StatusCode;

use super::super::views::{CodeProblem, PasskeyProblem, PasswordStepProblem};
use crate::flow::factors::Refusal;
use crate::flow::journey::Problem;

/// Of a code.
pub fn code_problem(refusal: Refusal) -> CodeProblem {
    match refusal {
        Refusal::Missing => CodeProblem::Missing,
        Refusal::Wrong => CodeProblem::Wrong,
        Refusal::Expired => CodeProblem::Expired,
        Refusal::TooMany => CodeProblem::TooMany,
        Refusal::Wait(retry_after) => CodeProblem::Wait { retry_after },
        Refusal::SentTooOften(retry_after) => CodeProblem::SentTooOften { retry_after },
    }
}

/// Of a passkey.
pub fn passkey_problem(refusal: Refusal) -> PasskeyProblem {
    match refusal {
        Refusal::Missing => PasskeyProblem::Missing,
        Refusal::Expired => PasskeyProblem::Expired,
        Refusal::Wait(retry_after) | Refusal::SentTooOften(retry_after) => PasskeyProblem::Wait { retry_after },
        Refusal::Wrong | Refusal::TooMany => PasskeyProblem::Wrong,
    }
}

/// Of a password.
pub fn password_step_problem(refusal: Refusal) -> PasswordStepProblem {
    match refusal {
        Refusal::Missing => PasswordStepProblem::Missing,
        Refusal::Wait(retry_after) => PasswordStepProblem::Wait { retry_after },
        Refusal::Wrong | Refusal::Expired | Refusal::TooMany | Refusal::SentTooOften(_) => PasswordStepProblem::Wrong,
    }
}

/// The status that a problem is answered with.
pub fn status(problem: &Problem) -> StatusCode {
    match problem {
        Problem::Answer(Refusal::Wrong) => StatusCode::UNAUTHORIZED,
        Problem::Answer(Refusal::Wait(_) | Refusal::SentTooOften(_) | Refusal::TooMany) => {
            StatusCode::TOO_MANY_REQUESTS
        }
        _ => StatusCode::BAD_REQUEST,
    }
}
