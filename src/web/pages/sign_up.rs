//! The sign-up page, for everybody and for who is invited.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Payload;

use super::super::context::Ctx;
use super::super::error::{self, Trouble};
use super::super::limits::Class;
use super::super::oidc::authorize::flow_id;
use super::super::views::{
    Apply, ApplyProblems, Asked, FormProblem, InvitedTo, Method, NoSignUp, NoSignUpReason, Way, paths,
};
use super::super::work;
use super::forms::{FlowView, OwnForm, allow_application, apply_problems, lang, own_form, within_limits};
use super::journey::{Drawing, go_on, here, show_stored, stored, terms};
use super::sign_in::own_page;
use crate::flow::Fault;
use crate::flow::invitations;
use crate::flow::journey::{self, Application, Outcome, Problem};
use crate::flow::limits::{self, Limit, Verdict};
use crate::identity::proof_of_work::Purpose;
use crate::model::invitation::Invitation;
use crate::model::journey::{JourneyFacts, JourneyKind};
use crate::model::secret::Secret;
use crate::settings::{Field, SignUp};

/// Shows the page.
pub async fn get(ctx: Ctx) -> HttpResponse {
    let outcome = show(&ctx).await;
    error::page(&ctx, outcome)
}

async fn show(ctx: &Ctx) -> Result<HttpResponse, Trouble> {
    if let Some(id) = ctx.query("journey") {
        return show_stored(ctx, &id).await;
    }
    let flow = ctx.query("flow").map(|flow| flow_id(Some(&flow))).transpose()?;
    // An invitation's link leads to the form that knows the invitation.
    if ctx.query("invitation").is_none()
        && let Some(elsewhere) = own_page(ctx, &ctx.state.settings.headless.sign_up_uri, flow)
    {
        return Ok(elsewhere);
    }
    let view = FlowView::find(ctx, flow).await?;
    let page = SignUpPage {
        ctx,
        view: view.as_ref(),
        invited: Invited::of(ctx, ctx.query("invitation")).await?,
    };
    if let Some(reason) = page.shut() {
        return Ok(page.no_sign_up(reason));
    }
    let hint = view.as_ref().and_then(|view| view.waiting.request.login_hint.clone());
    let typed = Typed {
        identifier: hint.unwrap_or_default(),
        ..Typed::default()
    };
    Ok(page.draw(StatusCode::OK, &typed, ApplyProblems::default()))
}

/// The link of an invitation, and what it is for.
struct Invited {
    token: String,
    invitation: Option<Invitation>,
}

impl Invited {
    async fn of(ctx: &Ctx, token: Option<String>) -> Result<Option<Self>, Trouble> {
        let Some(token) = token.filter(|token| !token.is_empty()) else {
            return Ok(None);
        };
        let invitation = invitations::look(&ctx.state, &Secret::new(token.clone())).await?;
        Ok(Some(Self { token, invitation }))
    }
}

/// What was typed; passwords are typed again.
#[derive(Default)]
struct Typed {
    name: String,
    username: String,
    phone: String,
    identifier: String,
    terms: bool,
}

impl Typed {
    fn of(form: &OwnForm) -> Self {
        let text = |name: &str| form.text(name).to_owned();
        Self {
            name: text("name"),
            username: text("username"),
            phone: text("phone"),
            identifier: text("identifier"),
            terms: form.has("terms"),
        }
    }
}

/// The page of one request.
struct SignUpPage<'a> {
    ctx: &'a Ctx,
    view: Option<&'a FlowView>,
    invited: Option<Invited>,
}

impl SignUpPage<'_> {
    /// Why nobody can sign up here, if so.
    fn shut(&self) -> Option<NoSignUpReason> {
        match &self.invited {
            Some(invited) => invited.invitation.is_none().then_some(NoSignUpReason::InvitationGone),
            None if journey::is_open(&self.ctx.state) => None,
            None if self.ctx.state.settings.accounts.sign_up == SignUp::Invitation => {
                Some(NoSignUpReason::InvitationOnly)
            }
            None => Some(NoSignUpReason::Closed),
        }
    }

    fn no_sign_up(&self, reason: NoSignUpReason) -> HttpResponse {
        let lang = lang(self.ctx, self.view);
        let flow = self.view.map(|view| view.waiting.interaction.id.to_string());
        let status = match reason {
            NoSignUpReason::InvitationGone => StatusCode::GONE,
            NoSignUpReason::Closed | NoSignUpReason::InvitationOnly => StatusCode::NOT_FOUND,
            NoSignUpReason::AddressNotAdmitted => StatusCode::BAD_REQUEST,
        };
        let template = NoSignUp {
            page: self.ctx.shell(lang, self.view.map(FlowView::brand)),
            way: Way {
                flow: flow.as_deref(),
                ..Way::default()
            },
            reason,
        };
        error::render(self.ctx, status, lang, &template)
    }

    fn draw(&self, status: StatusCode, typed: &Typed, problems: ApplyProblems) -> HttpResponse {
        let ctx = self.ctx;
        let (lang, csrf) = (lang(ctx, self.view), ctx.csrf());
        let settings = &ctx.state.settings;
        let accounts = &settings.accounts;
        let flow = self.view.map(|view| view.waiting.interaction.id.to_string());
        let passwords = settings.sign_in.offers("password");
        let choice = passwords && self.invited.is_none() && settings.sign_in.offers("email");
        let without: &[Method] = match (choice, settings.sign_in.offers("passkey")) {
            (true, true) => &[Method::Passkey, Method::Email],
            (true, false) => &[Method::Email],
            (false, _) => &[],
        };
        let whole = problems.form;
        let template = Apply {
            page: ctx
                .page(lang, self.view.map(FlowView::brand), &csrf)
                .asking(work::puzzle(ctx, Purpose::SignUp)),
            way: Way {
                action: paths::SIGN_UP,
                journey: None,
                flow: flow.as_deref(),
            },
            invited: self.invited.as_ref().and_then(|invited| {
                Some(InvitedTo {
                    email: &invited.invitation.as_ref()?.email,
                    token: &invited.token,
                })
            }),
            identifier: &typed.identifier,
            name: asked(accounts.name, &typed.name),
            username: asked(accounts.username, &typed.username),
            phone: asked(accounts.phone, &typed.phone),
            password: passwords.then_some(settings.password_min_length() as u64),
            others: without,
            terms: (!accounts.terms_version.is_empty()).then(|| terms(accounts, typed.terms)),
            problems,
        };
        let mut response = error::render(ctx, status, lang, &template);
        allow_application(&mut response, self.view);
        error::with_wait_of(response, whole)
    }
}

fn asked(field: Field, typed: &str) -> Asked<'_> {
    match field {
        Field::Off => Asked::No,
        Field::Optional => Asked::Optional(typed),
        Field::Required => Asked::Required(typed),
    }
}

/// Takes the form.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = take(&ctx, payload).await;
    error::page(&ctx, outcome)
}

async fn take(ctx: &Ctx, payload: Payload) -> Result<HttpResponse, Trouble> {
    let form = own_form(ctx, payload).await?;
    if form.has("journey") {
        let journey = stored(ctx, form.uuid("journey")).await?;
        let view = FlowView::find(ctx, journey.facts.interaction).await?;
        return go_on(ctx, view.as_ref(), &form, journey).await;
    }
    let view = FlowView::find(ctx, form.flow()).await?;
    let token = form.has("invitation").then(|| form.text("invitation").to_owned());
    let page = SignUpPage {
        ctx,
        view: view.as_ref(),
        invited: Invited::of(ctx, token.clone()).await?,
    };
    if let Some(reason) = page.shut() {
        return Ok(page.no_sign_up(reason));
    }
    let typed = Typed::of(&form);
    let refuse = |status, problem| {
        let problems = ApplyProblems {
            form: Some(problem),
            ..ApplyProblems::default()
        };
        Ok(page.draw(status, &typed, problems))
    };
    if let Err(limited) = within_limits(ctx, form.work(), Class::SignUp).await? {
        return refuse(StatusCode::TOO_MANY_REQUESTS, limited);
    }
    work::suspect(ctx);
    if let Verdict::Over(retry_after) = limits::count(&ctx.state, Limit::SignUpFrom(&ctx.origin.address)).await? {
        return refuse(StatusCode::TOO_MANY_REQUESTS, FormProblem::RateLimited { retry_after });
    }
    let facts = JourneyFacts {
        interaction: view.as_ref().map(|view| view.waiting.interaction.id),
        ..JourneyFacts::default()
    };
    let begun = journey::begin(&ctx.state, JourneyKind::SignUp, facts);
    let settings = &ctx.state.settings;
    let application = Application {
        account: form.new_account(),
        terms: form.text("terms").to_owned(),
        way: journey::Way::named(settings, form.text("method")),
        invitation: token.map(Secret::new),
    };
    match journey::apply(&ctx.state, &here(ctx, view.as_ref()), begun, application).await {
        Ok(Outcome::Gone) => Ok(page.no_sign_up(NoSignUpReason::Closed)),
        Ok(Outcome::Step(_, Some(Problem::Application(found)))) => {
            let found = apply_problems(found, &typed.identifier, form.text("password"), settings);
            Ok(page.draw(StatusCode::BAD_REQUEST, &typed, found))
        }
        Ok(outcome) => Drawing::of(ctx, view.as_ref()).outcome(outcome),
        Err(Fault::Busy) => refuse(StatusCode::SERVICE_UNAVAILABLE, FormProblem::Busy),
        Err(fault) => Err(fault.into()),
    }
}
