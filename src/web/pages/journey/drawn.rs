//! A page on its way to the browser: what all of them say of the journey. What each shows is in the files beside.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::super::refusals::{code_problem, passkey_problem};
use super::drawing::{Drawing, Wrong};
use super::given::purpose;
use crate::flow::factors::Refusal;
use crate::flow::journey::{Problem, Stand};
use crate::identity::journey::Step;
use crate::model::account::Account;
use crate::model::journey::JourneyKind;
use crate::protocol::next_step::NextStep;
use crate::settings::{Field, Remember};
use crate::web::views::{CodeProblem, FormProblem, Method, Page, PasskeyProblem, Way, Why};

/// One page on its way to the browser.
pub(super) struct Drawn<'a> {
    pub(super) drawing: &'a Drawing<'a>,
    pub(super) stand: &'a Stand,
    pub(super) way: Way<'a>,
    pub(super) wrong: Option<Wrong<'a>>,
    pub(super) others: Vec<Method>,
    pub(super) status: StatusCode,
}

impl Drawn<'_> {
    pub(super) fn refusal(&self) -> Option<Refusal> {
        match self.wrong? {
            Wrong::Problem(Problem::Answer(refusal)) => Some(*refusal),
            Wrong::Problem(Problem::Method) => Some(Refusal::Expired),
            _ => None,
        }
    }

    pub(super) fn form_problem(&self) -> Option<FormProblem> {
        match self.wrong? {
            Wrong::Form(problem) => Some(problem),
            Wrong::Problem(_) => None,
        }
    }

    pub(super) fn passkey_problem(&self) -> Option<PasskeyProblem> {
        self.form_problem()
            .map(PasskeyProblem::Form)
            .or_else(|| self.refusal().map(passkey_problem))
    }

    pub(super) fn code_problem(&self) -> Option<CodeProblem> {
        self.form_problem()
            .map(CodeProblem::Form)
            .or_else(|| self.refusal().map(code_problem))
    }

    pub(super) fn render(&self, template: &impl Template) -> HttpResponse {
        self.drawing.render(self.status, template)
    }

    pub(super) fn page(&self) -> Page<'_> {
        self.drawing.frame(purpose(self.stand.journey.kind))
    }

    pub(super) fn why(&self) -> Why {
        let facts = &self.stand.journey.facts;
        match self.stand.journey.kind {
            JourneyKind::Recover => Why::Recover,
            JourneyKind::SignIn if facts.expected.is_some() && facts.interaction.is_some() => {
                match self.asks_for_more() {
                    true => Why::StepUp,
                    false => Why::Again,
                }
            }
            JourneyKind::SignIn if facts.expected.is_some() => Why::Sensitive,
            // What is proved on the way to a factor is the factor itself.
            JourneyKind::Enrol if self.stand.step == Step::Enrol => Why::SignIn,
            JourneyKind::Enrol => Why::Sensitive,
            JourneyKind::SignIn | JourneyKind::SignUp => Why::SignIn,
        }
    }

    /// Whether the application wants another proof beside those of the session, not all of them anew.
    pub(super) fn asks_for_more(&self) -> bool {
        let next = self.drawing.view.map(|view| &view.waiting.next);
        matches!(next, Some(NextStep::SignIn { step_up: true, .. }))
    }

    pub(super) fn by_username(&self) -> bool {
        self.drawing.ctx.state.settings.accounts.username != Field::Off
    }

    /// Whether people are asked to stay signed in, where a first proof is all there is.
    pub(super) fn remember(&self) -> Option<bool> {
        let asks = self.drawing.ctx.state.settings.sign_in.remember == Remember::Ask;
        let first = self.stand.step == Step::FirstFactor && self.stand.journey.kind == JourneyKind::SignIn;
        (asks && first).then_some(self.stand.journey.facts.remember)
    }

    pub(super) fn trust_days(&self) -> Option<u64> {
        let days = self.drawing.ctx.state.settings.second_factor.trusted_device_days;
        let second = self.stand.step == Step::SecondFactor && self.stand.journey.kind == JourneyKind::SignIn;
        (second && days > 0).then_some(days.into())
    }

    pub(super) fn lost(&self) -> bool {
        self.stand.step == Step::SecondFactor && self.stand.journey.kind != JourneyKind::Enrol
    }

    pub(super) fn last_used(&self) -> Option<Method> {
        self.drawing.ctx.last_used().and_then(Method::parse)
    }

    pub(super) fn account(&self) -> &str {
        self.stand.account.as_ref().map_or("", |account| &account.user.email)
    }

    pub(super) fn verified_phone(&self) -> &str {
        let account = self.stand.account.as_ref();
        account.and_then(Account::verified_phone).unwrap_or_default()
    }
}
