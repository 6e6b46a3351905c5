//! Draws where a journey stands, whichever page it began on, and reads what its forms give.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};

use super::super::context::Ctx;
use super::super::error::{self, Trouble};
use super::super::views::{FormProblem, SignIn, SignInProblem, Status, paths};
use super::super::work;
use super::forms::{FlowView, OwnForm, allow_application, lang, signed_in};
use crate::flow::factors::{Answer, Refusal};
use crate::flow::journey::{Outcome, Problem, Stand, Submission};
use crate::identity::journey::Step;
use crate::identity::proof_of_work::Purpose;

/// What a form gives, whatever step it is of.
pub fn submission(form: &OwnForm) -> Submission {
    Submission {
        identifier: form.text("identifier").to_owned(),
        method: form.has("method").then(|| form.text("method").to_owned()),
        answer: Answer {
            password: form.secret("password"),
            code: form.secret("code"),
            credential: form.text("credential").to_owned(),
            name: form.text("name").to_owned(),
        },
        remember: form.has("remember"),
        trust: form.has("trust"),
        terms: form.text("terms").to_owned(),
        keep: form.has("keep").then(|| form.text("keep") == "yes"),
    }
}

/// Whether a form holds a proof, and not only the choice of a factor.
pub fn answers(form: &OwnForm) -> bool {
    ["password", "code", "credential"]
        .iter()
        .any(|field| !form.text(field).is_empty())
}

/// Draws the pages of one request.
pub struct Drawing<'a> {
    ctx: &'a Ctx,
    view: Option<&'a FlowView>,
}

impl<'a> Drawing<'a> {
    /// The pages of a request, which may be on the way to an application.
    pub fn of(ctx: &'a Ctx, view: Option<&'a FlowView>) -> Self {
        Self { ctx, view }
    }

    /// What came of an action.
    pub fn outcome(&self, outcome: Outcome) -> Result<HttpResponse, Trouble> {
        match outcome {
            Outcome::Gone => Err(Trouble::Status(Status::FormExpired)),
            Outcome::SignedIn(finished) => Ok(signed_in(self.ctx, &finished, paths::ACCOUNT)),
            Outcome::Enrolled => Ok(error::see_other(self.ctx, paths::ACCOUNT)),
            Outcome::PasswordSet => Ok(error::see_other(self.ctx, paths::SIGN_IN)),
            // Shown by GET, so that it can be loaded again, in another language too.
            Outcome::Step(stand, None) if stand.journey.revision > 0 => Ok(error::see_other(
                self.ctx,
                &format!("{}?journey={}", paths::SIGN_IN, stand.journey.id),
            )),
            Outcome::Step(stand, problem) => {
                let status = problem.as_ref().map_or(StatusCode::OK, status);
                Ok(self.draw(status, &stand, problem.as_ref()))
            }
        }
    }

    /// The page of a step that was not even looked at.
    pub fn refuse(&self, status: StatusCode, stand: &Stand, problem: FormProblem) -> HttpResponse {
        error::with_wait_of(
            self.page(status, stand, Some(SignInProblem::Form(problem))),
            Some(problem),
        )
    }

    /// The page of a step.
    pub fn draw(&self, status: StatusCode, stand: &Stand, problem: Option<&Problem>) -> HttpResponse {
        let shown = problem.and_then(|problem| match problem {
            Problem::NoIdentifier => Some(SignInProblem::MissingIdentifier),
            Problem::Answer(Refusal::Missing) => Some(SignInProblem::MissingPassword),
            Problem::Answer(Refusal::Wait(retry_after)) => Some(SignInProblem::Locked {
                retry_after: *retry_after,
            }),
            Problem::Answer(_) => Some(SignInProblem::WrongCredentials),
            _ => None,
        });
        let mut response = self.page(status, stand, shown);
        if let Some(Problem::Answer(Refusal::Wait(seconds) | Refusal::SentTooOften(seconds))) = problem {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
        }
        response
    }

    fn page(&self, status: StatusCode, stand: &Stand, problem: Option<SignInProblem>) -> HttpResponse {
        let ctx = self.ctx;
        let lang = lang(ctx, self.view);
        let csrf = ctx.csrf();
        let facts = &stand.journey.facts;
        let flow = facts.interaction.map(|id| id.to_string());
        let journey = (stand.journey.revision > 0).then(|| stand.journey.id.to_string());
        let template = SignIn {
            journey: journey.as_deref(),
            page: ctx
                .page(lang, self.view.map(FlowView::brand), &csrf)
                .asking(work::puzzle(ctx, Purpose::SignIn)),
            flow: flow.as_deref(),
            identifier: &facts.identifier,
            again_as: facts.expected.is_some().then_some(facts.identifier.as_str()),
            problem,
            sign_up_open: ctx.state.settings.accounts.sign_up.is_offered() && stand.step != Step::Done,
        };
        let mut response = error::render(ctx, status, lang, &template);
        allow_application(&mut response, self.view);
        response
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
