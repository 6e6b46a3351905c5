//! What a request draws: where the journey stands, or what came of an action.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use askama::Template;

use super::super::forms::{FlowView, OwnForm, allow_application, lang, signed_in};
use super::super::refusals::status;
use super::drawn::Drawn;
use super::{SENT, address_of, path_of};
use crate::flow::factors::{Factor, Refusal};
use crate::flow::journey::{Outcome, Problem, Stand};
use crate::identity::journey::Step;
use crate::identity::proof_of_work::Purpose;
use crate::model::journey::JourneyKind;
use crate::web::context::Ctx;
use crate::web::error::{self, Trouble};
use crate::web::i18n::Lang;
use crate::web::views::{FormProblem, Method, Page, PasswordSet, Status, Way, paths};
use crate::web::work;

/// What is wrong with what a page shows.
#[derive(Clone, Copy)]
pub(super) enum Wrong<'a> {
    /// The step says so.
    Problem(&'a Problem),
    /// The form as a whole.
    Form(FormProblem),
}

/// Draws the pages of one request.
pub struct Drawing<'a> {
    pub(super) ctx: &'a Ctx,
    pub(super) view: Option<&'a FlowView>,
    lang: Lang,
    csrf: String,
    pub(super) sent_again: bool,
    /// The number that was typed, which a page that refuses it gives back.
    pub(super) phone: Option<&'a str>,
}

impl<'a> Drawing<'a> {
    /// The pages of a request, which may be on the way to an application.
    pub fn of(ctx: &'a Ctx, view: Option<&'a FlowView>) -> Self {
        Self {
            ctx,
            view,
            lang: lang(ctx, view),
            csrf: ctx.csrf(),
            sent_again: ctx.query(SENT).is_some(),
            phone: None,
        }
    }

    /// The same for what a form held.
    pub fn answering(self, form: &'a OwnForm) -> Self {
        Self {
            phone: Some(form.text("phone")).filter(|phone| !phone.is_empty()),
            ..self
        }
    }

    /// What came of an action.
    pub fn outcome(&self, outcome: Outcome) -> Result<HttpResponse, Trouble> {
        match outcome {
            Outcome::Gone => Err(Trouble::Status(Status::FormExpired)),
            Outcome::SignedIn(finished) => Ok(signed_in(self.ctx, &finished, paths::ACCOUNT)),
            Outcome::Enrolled => Ok(error::see_other(self.ctx, paths::ACCOUNT_SECURITY)),
            Outcome::PasswordSet => Ok(self.password_set()),
            // Shown by GET, so that it can be loaded again, in another language too.
            Outcome::Step(stand, None) if stand.journey.revision > 0 => {
                Ok(error::see_other(self.ctx, &address_of(&stand.journey)))
            }
            Outcome::Step(stand, problem) => {
                let status = problem.as_ref().map_or(StatusCode::OK, status);
                Ok(self.draw(status, &stand, problem.as_ref()))
            }
        }
    }

    /// The page of a step that was not even looked at.
    pub fn refuse(&self, status: StatusCode, stand: &Stand, problem: FormProblem) -> HttpResponse {
        error::with_wait_of(self.page(status, stand, Some(Wrong::Form(problem))), Some(problem))
    }

    /// The page of a step.
    pub fn draw(&self, status: StatusCode, stand: &Stand, problem: Option<&Problem>) -> HttpResponse {
        let mut response = self.page(status, stand, problem.map(Wrong::Problem));
        if let Some(Problem::Answer(Refusal::Wait(seconds) | Refusal::SentTooOften(seconds))) = problem {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
        }
        response
    }

    pub(super) fn render(&self, status: StatusCode, template: &impl Template) -> HttpResponse {
        let mut response = error::render(self.ctx, status, self.lang, template);
        allow_application(&mut response, self.view);
        response
    }

    pub(super) fn frame(&self, purpose: Purpose) -> Page<'_> {
        self.ctx
            .page(self.lang, self.view.map(FlowView::brand), &self.csrf)
            .asking(work::puzzle(self.ctx, purpose))
    }

    fn password_set(&self) -> HttpResponse {
        let template = PasswordSet {
            page: self.ctx.shell(self.lang, self.view.map(FlowView::brand)),
            way: Way::default(),
        };
        self.render(StatusCode::OK, &template)
    }

    fn page(&self, status: StatusCode, stand: &Stand, wrong: Option<Wrong<'_>>) -> HttpResponse {
        let journey = &stand.journey;
        let id = (journey.revision > 0).then(|| journey.id.to_string());
        let flow = journey.facts.interaction.map(|id| id.to_string());
        let drawn = Drawn {
            drawing: self,
            stand,
            way: Way {
                action: path_of(journey.kind),
                journey: id.as_deref(),
                flow: flow.as_deref(),
            },
            wrong,
            others: others(stand),
            status,
        };
        match stand.step {
            Step::Identify if journey.kind == JourneyKind::Recover => drawn.forgot(),
            Step::Identify => drawn.identify(),
            Step::FirstFactor | Step::SecondFactor | Step::VerifyMail => drawn.proof(),
            Step::Enrol => drawn.enrol(),
            Step::KeepCodes => drawn.keep_codes(),
            Step::NewPassword => drawn.new_password(),
            Step::AcceptTerms => drawn.accept_terms(),
            Step::KeepAccount => drawn.keep_account(),
            // None of these waits for anybody.
            Step::Apply | Step::Create | Step::Done => error::see_other(self.ctx, paths::SIGN_IN),
        }
    }
}

/// The ways beside the shown one.
fn others(stand: &Stand) -> Vec<Method> {
    let shown = stand.factor.map(Factor::name);
    stand
        .options
        .iter()
        .filter(|name| Some(**name) != shown)
        .filter_map(|name| Method::parse(name))
        .collect()
}
