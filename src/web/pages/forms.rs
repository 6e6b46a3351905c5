//! What the pages with forms share.

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Payload;
use uuid::Uuid;

use super::super::context::{Ctx, brand, host_of};
use super::super::error::{self, Trouble};
use super::super::i18n::Lang;
use super::super::limits::Class;
use super::super::oidc::authorize::allow_form_to;
use super::super::views::{
    ApplyProblems, ClientBrand, FormProblem, IdentifierProblem, NameProblem, PasswordProblem, PhoneProblem,
    SignUpProblems, Status, UsernameProblem, paths,
};
use super::super::{body, cookies, work};
use crate::flow::applicants::{self, AddressProblem, FieldProblem, Problems};
use crate::flow::authorize::{self, Waiting};
use crate::flow::journey::Finished;
use crate::flow::{Fault, NewAccount};
use crate::identity::password;
use crate::identity::proof_of_work::Purpose;
use crate::identity::username::UsernameError;
use crate::model::secret::Secret;
use crate::model::session::Session;
use crate::protocol::parameters::Parameters;
use crate::settings::Settings;

/// A form that one of our own pages sent.
pub struct OwnForm(Parameters);

impl OwnForm {
    /// A field; an empty one is the empty text.
    pub fn text(&self, name: &str) -> &str {
        self.0.get(name).unwrap_or_default()
    }

    /// Who the form is about: as somebody typed it, else as the page that asks for a password carries it along.
    pub fn identifier(&self) -> &str {
        self.0
            .get("identifier")
            .or_else(|| self.0.get("username"))
            .unwrap_or_default()
    }

    /// A field that is a secret.
    pub fn secret(&self, name: &str) -> Secret {
        Secret::new(self.text(name).to_owned())
    }

    /// What the form says of a new account.
    pub fn new_account(&self) -> NewAccount {
        NewAccount {
            name: self.text("name").to_owned(),
            username: self.text("username").to_owned(),
            phone: self.text("phone").to_owned(),
            identifier: self.text("identifier").to_owned(),
            password: self.secret("password"),
        }
    }

    /// The work that came with it.
    pub fn work(&self) -> Option<&str> {
        self.0.get(work::FIELD)
    }

    /// What can be handed back to whoever filled it in: everything but secrets.
    pub fn returnable(&self) -> impl Iterator<Item = (&str, &str)> {
        let fields = self.0.values.0.iter();
        fields
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .filter(|(name, _)| !matches!(*name, "csrf" | "password"))
    }

    /// Whether a field came.
    pub fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some()
    }

    /// The waiting request that the form belongs to.
    pub fn flow(&self) -> Option<Uuid> {
        self.uuid("flow")
    }

    /// A field that is an id.
    pub fn uuid(&self, name: &str) -> Option<Uuid> {
        self.0.get(name).and_then(|id| Uuid::parse_str(id).ok())
    }
}

/// Reads a form and makes sure that it was filled in on a page of ours, in this browser, by whoever is signed in now.
pub async fn own_form(ctx: &Ctx, payload: Payload) -> Result<OwnForm, Trouble> {
    let form = body::form(&ctx.request, payload).await?;
    match ctx.is_own_form(form.get("csrf")) {
        true => Ok(OwnForm(form)),
        false => Err(Trouble::Status(Status::FormExpired)),
    }
}

/// The same for a form that may come back to whoever filled it in: whether it belongs to this sign-in is told beside it. One of
/// another sign-in must not do anything.
pub async fn returning_form(ctx: &Ctx, payload: Payload) -> Result<(OwnForm, bool), Trouble> {
    let form = body::form(&ctx.request, payload).await?;
    match ctx.is_own_form(form.get("csrf")) {
        true => Ok((OwnForm(form), true)),
        false if ctx.is_from_own_page() => Ok((OwnForm(form), false)),
        false => Err(Trouble::Status(Status::FormExpired)),
    }
}

/// The waiting request of a page, and what the page shows of it.
pub struct FlowView {
    /// The request.
    pub waiting: Waiting,
    host: String,
}

impl FlowView {
    /// Finds it; `None` when the page belongs to no request or to one that is gone.
    pub async fn find(ctx: &Ctx, flow: Option<Uuid>) -> Result<Option<Self>, Trouble> {
        let Some(id) = flow else { return Ok(None) };
        match authorize::waiting(&ctx.state, id, &ctx.browser()).await? {
            None => Err(Trouble::Status(Status::FormExpired)),
            Some(waiting) => {
                let host = host_of(waiting.request.target.redirect_uri());
                Ok(Some(Self { waiting, host }))
            }
        }
    }

    /// The application.
    pub fn brand(&self) -> ClientBrand<'_> {
        brand(&self.waiting.client, &self.host)
    }
}

/// The language of a page that may belong to a request.
pub fn lang(ctx: &Ctx, view: Option<&FlowView>) -> Lang {
    ctx.lang(view.and_then(|view| view.waiting.request.ui_locales.as_deref()))
}

/// A page's form may end at the application.
pub fn allow_application(response: &mut HttpResponse, view: Option<&FlowView>) {
    if let Some(view) = view {
        allow_form_to(response, view.waiting.request.target.redirect_uri());
    }
}

/// Sets the cookies of somebody who has signed in and sends the browser on: back to the request that waited, to the page
/// that asked, else to `home`.
pub fn signed_in(ctx: &Ctx, finished: &Finished, home: &str) -> HttpResponse {
    let location = match (finished.interaction, &finished.return_to) {
        (Some(flow), _) => format!("{}?flow={flow}", paths::CONTINUE),
        (None, Some(page)) => page.clone(),
        (None, None) => home.to_owned(),
    };
    let mut response = error::see_other(ctx, &location);
    for cookie in session_cookies(ctx, finished) {
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    response
}

/// The cookie of a session: it goes with the browser's closing unless the person wanted to stay signed in.
pub fn session_cookie(ctx: &Ctx, secret: &str, session: &Session) -> String {
    let https = ctx.state.settings.is_https();
    match session.remembered {
        true => cookies::SESSION.set(
            secret,
            https,
            (session.expires_at - ctx.state.clock.now()).num_seconds(),
        ),
        false => cookies::SESSION.set_until_closed(secret, https),
    }
}

/// The cookies of somebody who has signed in.
pub fn session_cookies(ctx: &Ctx, finished: &Finished) -> Vec<String> {
    let settings = &ctx.state.settings;
    let https = settings.is_https();
    let session = &finished.session;
    let age = settings.sessions.absolute().num_seconds();
    let mut set = vec![session_cookie(ctx, session.secret.expose(), &session.session)];
    if let Some(device) = &finished.device {
        set.push(cookies::DEVICE.set(device.expose(), https, cookies::BROWSER_AGE));
    }
    if !finished.first.is_empty() {
        set.push(cookies::LAST.set(&finished.first, https, cookies::BROWSER_AGE));
    }
    // The account that the browser was signed in to before stays within reach.
    let most = settings.sign_in.accounts_per_browser.saturating_sub(1);
    let others: Vec<&str> = ctx
        .session_secret()
        .into_iter()
        .chain(ctx.other_sessions())
        .take(most)
        .collect();
    if !others.is_empty() {
        // Which of them are to go with the browser's closing is not asked here: this one decides for all.
        set.push(match session.session.remembered {
            true => cookies::ACCOUNTS.set(&others.join("."), https, age),
            false => cookies::ACCOUNTS.set_until_closed(&others.join("."), https),
        });
    }
    set
}

/// Counts a try of the address in a class; gives the seconds to wait when there were too many.
pub fn within(ctx: &Ctx, class: Class) -> Result<(), u64> {
    ctx.limits().count(class, ctx.address)
}

/// Counts a try of the address, and looks at the work that it may be asked for; over the limit the form says so.
pub async fn within_limits(ctx: &Ctx, work: Option<&str>, class: Class) -> Result<Result<(), FormProblem>, Fault> {
    if let Err(retry_after) = within(ctx, class) {
        return Ok(Err(FormProblem::RateLimited { retry_after }));
    }
    let purpose = match class {
        Class::SignUp => Purpose::SignUp,
        Class::Recovery => Purpose::Recovery,
        Class::SignIn | Class::Code | Class::Flow | Class::Unproved => Purpose::SignIn,
    };
    work::paid(ctx, work, purpose).await
}

/// What is wrong with the form of a new account, in the words of the page.
pub fn apply_problems(found: Problems, identifier: &str, password: &str, settings: &Settings) -> ApplyProblems {
    let setup = problems(found, identifier, password, settings);
    ApplyProblems {
        form: setup.form,
        name: found.name.map(|problem| match problem {
            FieldProblem::Missing => NameProblem::Missing,
            FieldProblem::Invalid => NameProblem::Unfit,
        }),
        identifier: setup.identifier,
        username: found.username.map(|problem| match problem {
            applicants::UsernameProblem::Missing => UsernameProblem::Missing,
            applicants::UsernameProblem::Taken => UsernameProblem::Taken,
            applicants::UsernameProblem::Invalid(UsernameError::Length) => UsernameProblem::Length,
            applicants::UsernameProblem::Invalid(UsernameError::Characters) => UsernameProblem::Characters,
            applicants::UsernameProblem::Invalid(UsernameError::Reserved) => UsernameProblem::Reserved,
        }),
        phone: found.phone.map(|problem| match problem {
            FieldProblem::Missing => PhoneProblem::Missing,
            FieldProblem::Invalid => PhoneProblem::Invalid,
        }),
        password: setup.password,
        terms: found.terms,
    }
}

/// What is wrong with a new account, in the words of the page.
pub fn problems(problems: Problems, identifier: &str, password: &str, settings: &Settings) -> SignUpProblems {
    SignUpProblems {
        form: None,
        name: problems.name.map(|_| NameProblem::Unfit),
        identifier: problems.address.map(|problem| match problem {
            AddressProblem::Taken => IdentifierProblem::Taken,
            AddressProblem::NotAdmitted => IdentifierProblem::NotAdmitted,
            AddressProblem::Invalid if identifier.is_empty() => IdentifierProblem::Missing,
            AddressProblem::Invalid if identifier.len() > 254 => IdentifierProblem::TooLong,
            AddressProblem::Invalid => IdentifierProblem::Invalid,
        }),
        password: problems
            .password
            .map(|problem| password_problem(problem, password, settings)),
    }
}

/// What is wrong with a new password, in the words of the page.
pub fn password_problem(problem: password::PasswordProblem, password: &str, settings: &Settings) -> PasswordProblem {
    match problem {
        _ if password.is_empty() => PasswordProblem::Missing,
        password::PasswordProblem::TooShort => PasswordProblem::TooShort {
            min: settings.password_min_length() as u64,
        },
        password::PasswordProblem::TooLong => PasswordProblem::TooLong {
            max: settings.passwords.max_length as u64,
        },
        password::PasswordProblem::TooCommon => PasswordProblem::Common,
        password::PasswordProblem::AboutYou => PasswordProblem::ContainsIdentity,
        password::PasswordProblem::AboutService => PasswordProblem::ContainsBrand,
        password::PasswordProblem::TooSimple => PasswordProblem::TooSimple,
        password::PasswordProblem::Breached => PasswordProblem::Breached,
    }
}
