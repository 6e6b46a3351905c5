//! Who, and how it is proved.

use actix_web::HttpResponse;

use super::super::refusals::password_step_problem;
use super::drawing::Wrong;
use super::drawn::Drawn;
use crate::flow::factors::{Factor, Prompt, Refusal, Setup};
use crate::flow::journey::{self as flow, Problem};
use crate::identity::journey::Step;
use crate::web::views::{
    CodeKind, CodeNotice, CodeStep, Forgot, Identify, IdentifyProblem, PasskeyOptions, PasskeyStep, PasswordStep,
    PasswordStepProblem, paths,
};

impl Drawn<'_> {
    pub(super) fn identify(&self) -> HttpResponse {
        let ctx = self.drawing.ctx;
        let settings = &ctx.state.settings;
        let problem = self.wrong.map(|wrong| match wrong {
            Wrong::Form(problem) => IdentifyProblem::Form(problem),
            Wrong::Problem(Problem::Answer(Refusal::Wait(retry_after))) => IdentifyProblem::Wait {
                retry_after: *retry_after,
            },
            Wrong::Problem(Problem::Answer(_)) => IdentifyProblem::Passkey,
            Wrong::Problem(_) => IdentifyProblem::Missing,
        });
        let template = Identify {
            page: self.page(),
            way: self.way,
            identifier: &self.stand.journey.facts.identifier,
            by_username: self.by_username(),
            email: settings.sign_in.offers("email"),
            passkey: settings
                .sign_in
                .offers("passkey")
                .then_some(PasskeyOptions::At(paths::PASSKEY_OPTIONS)),
            last_used: self.last_used(),
            problem,
            sign_up_open: flow::is_open(&ctx.state),
            recovery: settings.sign_in.offers("password"),
            accounts: ctx.other_sessions().len() + usize::from(ctx.session_secret().is_some()),
        };
        self.render(&template)
    }

    pub(super) fn forgot(&self) -> HttpResponse {
        let template = Forgot {
            page: self.page(),
            way: self.way,
            identifier: &self.stand.journey.facts.identifier,
            by_username: self.by_username(),
            missing: matches!(self.wrong, Some(Wrong::Problem(_))),
            problem: self.form_problem(),
        };
        self.render(&template)
    }

    pub(super) fn proof(&self) -> HttpResponse {
        let applicant = self.stand.journey.facts.applicant.is_some();
        match self.stand.factor.map_or("", Factor::name) {
            "password" => self.password(),
            "passkey" => self.passkey(),
            "totp" => self.code(CodeKind::Totp),
            "sms" => self.code(CodeKind::Sms),
            "recovery_code" => self.code(CodeKind::RecoveryCode),
            _ if applicant => self.code(CodeKind::MailSignUp),
            _ if self.stand.step == Step::FirstFactor => self.code(CodeKind::MailIfKnown),
            _ => self.code(CodeKind::Mail),
        }
    }

    pub(super) fn password(&self) -> HttpResponse {
        let template = PasswordStep {
            page: self.page(),
            way: self.way,
            why: self.why(),
            identifier: &self.stand.journey.facts.identifier,
            remember: self.remember(),
            others: &self.others,
            last_used: self.last_used(),
            problem: self
                .form_problem()
                .map(PasswordStepProblem::Form)
                .or_else(|| self.refusal().map(password_step_problem)),
        };
        self.render(&template)
    }

    pub(super) fn passkey(&self) -> HttpResponse {
        let options = match &self.stand.prompt {
            Prompt::Credential(options) => options.to_string(),
            Prompt::Nothing | Prompt::Sent(_) => String::new(),
        };
        let named = &self.stand.journey.facts.identifier;
        let template = PasskeyStep {
            page: self.page(),
            way: self.way,
            why: self.why(),
            identifier: (!named.is_empty()).then_some(named.as_str()),
            options: match options.as_str() {
                "" => PasskeyOptions::At(paths::PASSKEY_OPTIONS),
                json => PasskeyOptions::Are(json),
            },
            trust_days: self.trust_days(),
            remember: self.remember(),
            others: &self.others,
            lost: self.lost(),
            problem: self.passkey_problem(),
        };
        self.render(&template)
    }

    pub(super) fn code(&self, kind: CodeKind) -> HttpResponse {
        let sent_to = match (&self.stand.prompt, &self.stand.setup) {
            (_, Some(Setup::Sent(recipient))) | (Prompt::Sent(recipient), _) => Some(recipient.as_str()),
            _ => None,
        };
        let template = CodeStep {
            page: self.page(),
            way: self.way,
            why: self.why(),
            kind,
            sent_to,
            trust_days: self.trust_days(),
            remember: self.remember(),
            others: &self.others,
            lost: self.lost(),
            notice: self.drawing.sent_again.then_some(CodeNotice::SentAgain),
            problem: self.code_problem(),
        };
        self.render(&template)
    }
}
