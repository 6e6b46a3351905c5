//! Draws where a journey stands, whichever page it began on, and reads what its forms give.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use askama::Template;
use uuid::Uuid;

use super::super::context::Ctx;
use super::super::error::{self, Trouble};
use super::super::i18n::Lang;
use super::super::limits::Class;
use super::super::views::{
    AcceptTerms, CodeKind, CodeNotice, CodeProblem, CodeStep, EnrolChoice, EnrolPasskey, EnrolPhone, EnrolTotp, Forgot,
    FormProblem, Identify, IdentifyProblem, KeepAccount, KeepCodes, Method, NewPassword, Page, PasskeyOptions,
    PasskeyProblem, PasskeyStep, PasswordReason, PasswordSet, PasswordStep, PasswordStepProblem, Status, Terms, Way,
    Why, paths,
};
use super::super::work;
use super::forms::{FlowView, OwnForm, allow_application, lang, password_problem, signed_in, within_limits};
use super::refusals::{code_problem, passkey_problem, password_step_problem, status};
use crate::flow::Fault;
use crate::flow::factors::{Answer, Factor, Prompt, Refusal, Setup};
use crate::flow::journey::{self as flow, Action, Here, Outcome, Problem, Stand, Submission, find};
use crate::identity::journey::Step;
use crate::identity::proof_of_work::Purpose;
use crate::model::account::Account;
use crate::model::journey::{Journey, JourneyKind};
use crate::protocol::next_step::NextStep;
use crate::settings::{Field, Remember};

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

/// Who is on a journey, on the way to what waits.
pub fn here(ctx: &Ctx, view: Option<&FlowView>) -> Here {
    let demand = view.map(|view| view.waiting.demand()).unwrap_or_default();
    ctx.here(lang(ctx, view), demand)
}

/// The page on which journeys of a kind go on.
fn path_of(kind: JourneyKind) -> &'static str {
    match kind {
        JourneyKind::SignIn => paths::SIGN_IN,
        JourneyKind::SignUp => paths::SIGN_UP,
        JourneyKind::Recover => paths::FORGOT_PASSWORD,
        JourneyKind::Enrol => paths::ADD_FACTOR,
    }
}

/// In the address of a page: another code was sent, as its person asked.
const SENT: &str = "sent";

/// The address of a stored journey's page.
pub fn address_of(journey: &Journey) -> String {
    format!("{}?journey={}", path_of(journey.kind), journey.id)
}

/// The journey that a page or form names.
pub async fn stored(ctx: &Ctx, id: Option<Uuid>) -> Result<Journey, Trouble> {
    let gone = || Trouble::Status(Status::FormExpired);
    find(&ctx.state, &here(ctx, None), id.ok_or_else(gone)?)
        .await?
        .ok_or_else(gone)
}

/// The page of a stored journey.
pub async fn show_stored(ctx: &Ctx, id: &str) -> Result<HttpResponse, Trouble> {
    let found = stored(ctx, Uuid::parse_str(id).ok()).await?;
    let view = FlowView::find(ctx, found.facts.interaction).await?;
    let here = here(ctx, view.as_ref());
    let stand = flow::stand(&ctx.state, &here, found).await?;
    if stand.step == Step::Apply {
        return Ok(error::see_other(ctx, paths::SIGN_UP));
    }
    Ok(Drawing::of(ctx, view.as_ref()).draw(StatusCode::OK, &stand, None))
}

/// Takes a form of a journey's page.
pub async fn go_on(
    ctx: &Ctx,
    view: Option<&FlowView>,
    form: &OwnForm,
    journey: Journey,
) -> Result<HttpResponse, Trouble> {
    let (drawing, here) = (Drawing::of(ctx, view), here(ctx, view));
    let mut kept = journey.clone();
    if kept.facts.expected.is_none() && !form.identifier().is_empty() {
        form.identifier().clone_into(&mut kept.facts.identifier);
    }
    let action = action(form);
    let class = class(&action, journey.kind);
    if let Err(limited) = within_limits(ctx, form.work(), class).await? {
        let stand = flow::stand(&ctx.state, &here, kept).await?;
        return Ok(drawing.refuse(StatusCode::TOO_MANY_REQUESTS, &stand, limited));
    }
    let again = matches!(action, Action::Again);
    match flow::act(&ctx.state, &here, journey, action).await {
        Ok(Outcome::Step(stand, None)) if again => Ok(error::see_other(
            ctx,
            &format!("{}&{SENT}=again", address_of(&stand.journey)),
        )),
        Ok(outcome) => {
            if let Outcome::Step(_, Some(Problem::Answer(Refusal::Wrong | Refusal::TooMany))) = outcome {
                work::suspect(ctx);
            }
            drawing.outcome(outcome)
        }
        Err(Fault::Busy) => {
            let stand = flow::stand(&ctx.state, &here, kept).await?;
            Ok(drawing.refuse(StatusCode::SERVICE_UNAVAILABLE, &stand, FormProblem::Busy))
        }
        Err(fault) => Err(fault.into()),
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

/// What is wrong with what a page shows.
#[derive(Clone, Copy)]
enum Wrong<'a> {
    /// The step says so.
    Problem(&'a Problem),
    /// The form as a whole.
    Form(FormProblem),
}

/// Draws the pages of one request.
pub struct Drawing<'a> {
    ctx: &'a Ctx,
    view: Option<&'a FlowView>,
    lang: Lang,
    csrf: String,
    sent_again: bool,
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

    fn render(&self, status: StatusCode, template: &impl Template) -> HttpResponse {
        let mut response = error::render(self.ctx, status, self.lang, template);
        allow_application(&mut response, self.view);
        response
    }

    fn frame(&self, purpose: Purpose) -> Page<'_> {
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

/// One page on its way to the browser.
struct Drawn<'a> {
    drawing: &'a Drawing<'a>,
    stand: &'a Stand,
    way: Way<'a>,
    wrong: Option<Wrong<'a>>,
    others: Vec<Method>,
    status: StatusCode,
}

impl Drawn<'_> {
    fn refusal(&self) -> Option<Refusal> {
        match self.wrong? {
            Wrong::Problem(Problem::Answer(refusal)) => Some(*refusal),
            Wrong::Problem(Problem::Method) => Some(Refusal::Expired),
            _ => None,
        }
    }

    fn form_problem(&self) -> Option<FormProblem> {
        match self.wrong? {
            Wrong::Form(problem) => Some(problem),
            Wrong::Problem(_) => None,
        }
    }

    fn render(&self, template: &impl Template) -> HttpResponse {
        self.drawing.render(self.status, template)
    }

    fn page(&self) -> Page<'_> {
        self.drawing.frame(purpose(self.stand.journey.kind))
    }

    fn why(&self) -> Why {
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
    fn asks_for_more(&self) -> bool {
        let next = self.drawing.view.map(|view| &view.waiting.next);
        matches!(next, Some(NextStep::SignIn { step_up: true, .. }))
    }

    fn by_username(&self) -> bool {
        self.drawing.ctx.state.settings.accounts.username != Field::Off
    }

    /// Whether people are asked to stay signed in, where a first proof is all there is.
    fn remember(&self) -> Option<bool> {
        let asks = self.drawing.ctx.state.settings.sign_in.remember == Remember::Ask;
        let first = self.stand.step == Step::FirstFactor && self.stand.journey.kind == JourneyKind::SignIn;
        (asks && first).then_some(self.stand.journey.facts.remember)
    }

    fn trust_days(&self) -> Option<u64> {
        let days = self.drawing.ctx.state.settings.second_factor.trusted_device_days;
        let second = self.stand.step == Step::SecondFactor && self.stand.journey.kind == JourneyKind::SignIn;
        (second && days > 0).then_some(days.into())
    }

    fn lost(&self) -> bool {
        self.stand.step == Step::SecondFactor && self.stand.journey.kind != JourneyKind::Enrol
    }

    fn last_used(&self) -> Option<Method> {
        self.drawing.ctx.last_used().and_then(Method::parse)
    }

    fn identify(&self) -> HttpResponse {
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

    fn forgot(&self) -> HttpResponse {
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

    fn proof(&self) -> HttpResponse {
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

    fn password(&self) -> HttpResponse {
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

    fn passkey(&self) -> HttpResponse {
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

    fn passkey_problem(&self) -> Option<PasskeyProblem> {
        self.form_problem()
            .map(PasskeyProblem::Form)
            .or_else(|| self.refusal().map(passkey_problem))
    }

    fn code_problem(&self) -> Option<CodeProblem> {
        self.form_problem()
            .map(CodeProblem::Form)
            .or_else(|| self.refusal().map(code_problem))
    }

    fn code(&self, kind: CodeKind) -> HttpResponse {
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

    fn enrol(&self) -> HttpResponse {
        match &self.stand.setup {
            None => {
                let methods: Vec<_> = self
                    .stand
                    .options
                    .iter()
                    .filter_map(|name| Method::parse(name))
                    .collect();
                self.render(&EnrolChoice {
                    page: self.page(),
                    way: self.way,
                    methods: &methods,
                    for_client: self.stand.journey.facts.interaction.is_some(),
                    problem: self.form_problem(),
                })
            }
            Some(Setup::Key { key, qr }) => self.render(&EnrolTotp {
                page: self.page(),
                way: self.way,
                key: &key.replace(' ', ""),
                qr,
                others: &self.others,
                problem: self.code_problem(),
            }),
            Some(Setup::Credential(options)) => {
                let options = options.to_string();
                self.render(&EnrolPasskey {
                    page: self.page(),
                    way: self.way,
                    skip: self.stand.journey.facts.to_set_up.is_some(),
                    options: PasskeyOptions::Are(&options),
                    name: "",
                    others: &self.others,
                    problem: self.passkey_problem(),
                })
            }
            Some(Setup::Recipient) => self.render(&EnrolPhone {
                page: self.page(),
                way: self.way,
                phone: self.verified_phone(),
                others: &self.others,
                invalid: self.refusal() == Some(Refusal::Wrong),
                problem: self.code_problem().filter(|_| self.refusal() != Some(Refusal::Wrong)),
            }),
            Some(Setup::Sent(_)) => self.code(CodeKind::Sms),
        }
    }

    fn account(&self) -> &str {
        self.stand.account.as_ref().map_or("", |account| &account.user.email)
    }

    fn verified_phone(&self) -> &str {
        let account = self.stand.account.as_ref();
        account.and_then(Account::verified_phone).unwrap_or_default()
    }

    fn keep_codes(&self) -> HttpResponse {
        self.render(&KeepCodes {
            page: self.page(),
            way: self.way,
            account: self.account(),
            codes: &self.stand.recovery_codes,
            replaces: false,
        })
    }

    fn new_password(&self) -> HttpResponse {
        let settings = &self.drawing.ctx.state.settings;
        let problem = match self.wrong {
            Some(Wrong::Problem(Problem::Password(problem))) => Some(password_problem(*problem, " ", settings)),
            _ => None,
        };
        self.render(&NewPassword {
            page: self.page(),
            way: self.way,
            reason: match self.stand.journey.kind {
                JourneyKind::Recover => PasswordReason::Forgotten,
                JourneyKind::SignIn | JourneyKind::SignUp | JourneyKind::Enrol => PasswordReason::Demanded,
            },
            account: self.account(),
            min_length: settings.password_min_length() as u64,
            problem,
            form: self.form_problem(),
        })
    }

    fn accept_terms(&self) -> HttpResponse {
        let accounts = &self.drawing.ctx.state.settings.accounts;
        self.render(&AcceptTerms {
            page: self.page(),
            way: self.way,
            terms: terms(accounts, false),
            changed: self
                .stand
                .account
                .as_ref()
                .is_some_and(|account| account.terms_version.is_some()),
            problem: self.form_problem(),
        })
    }

    fn keep_account(&self) -> HttpResponse {
        let until = self.stand.account.as_ref().and_then(|account| account.delete_at);
        self.render(&KeepAccount {
            page: self.page(),
            way: self.way,
            account: self.account(),
            until: until.unwrap_or_default(),
        })
    }
}

/// The terms of the settings, as pages show them.
pub fn terms(accounts: &crate::settings::Accounts, accepted: bool) -> Terms<'_> {
    let link = |uri: &'_ String| (!uri.is_empty()).then_some(());
    Terms {
        version: &accounts.terms_version,
        terms_uri: link(&accounts.terms_uri).map(|()| accounts.terms_uri.as_str()),
        privacy_uri: link(&accounts.privacy_uri).map(|()| accounts.privacy_uri.as_str()),
        accepted,
    }
}
