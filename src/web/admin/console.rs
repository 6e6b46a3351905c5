//! Who administers in a browser, and what every page of the console does for them.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Payload;
use askama::Template;
use url::form_urlencoded;
use uuid::Uuid;

use crate::flow::account;
use crate::flow::admin::bulk::Bulk;
use crate::flow::admin::{self, Administrator, Code, Credentials, Operation, Refused};
use crate::model::Timestamp;
use crate::model::permission::{Permission, Verb};
use crate::web::context::Ctx;
use crate::web::error::{self, Trouble};
use crate::web::i18n::{Lang, Translator};
use crate::web::pages::{OwnForm, returning_form};
use crate::web::upload;
use crate::web::views::{AdminFrame, AdminKept, AdminSection, Page, Paging, Refusal, Status, as_query, notice, paths};

/// What a page answers.
pub type Answer = Result<HttpResponse, Trouble>;

/// Somebody who administers, in a browser.
pub struct Console {
    /// The request.
    pub ctx: Ctx,
    found: Found,
    lang: Lang,
    csrf: String,
    /// The form belongs to another sign-in: it comes back as it was filled in, and nothing is changed by it.
    held: bool,
}

/// Who was found.
struct Found {
    administrator: Administrator,
    /// Their address.
    who: String,
    session: Uuid,
}

/// Shows a page to whoever may administer anything; others sign in first and come back, or are told that they may not.
pub async fn shown(ctx: Ctx, draw: impl AsyncFnOnce(&Console) -> Answer) -> HttpResponse {
    match Console::of(ctx).await {
        Ok(console) => {
            let outcome = draw(&console).await;
            error::page(&console.ctx, outcome)
        }
        Err(elsewhere) => elsewhere,
    }
}

/// Takes a form of a page of the console. What was typed is never lost: where the sign-in is not what it was when the page was
/// drawn, every change is refused, and the page comes back as it was filled in.
pub async fn changed(
    ctx: Ctx,
    payload: Payload,
    change: impl AsyncFnOnce(&Console, &OwnForm) -> Answer,
) -> HttpResponse {
    let (form, own) = match returning_form(&ctx, payload).await {
        Ok(form) => form,
        Err(trouble) => return error::page(&ctx, Err(trouble)),
    };
    match Console::find(&ctx).await {
        Ok(Some(found)) if found.administrator.must_show_second_factor() => keep(&ctx, &form, AGAIN),
        Ok(Some(found)) => {
            let console = Console {
                held: !own,
                ..Console::with(ctx, found)
            };
            let outcome = change(&console, &form).await;
            error::page(&console.ctx, outcome)
        }
        Ok(None) => keep(&ctx, &form, ""),
        Err(trouble) => error::page(&ctx, Err(trouble)),
    }
}

/// Takes a form with a file in it. Files are handed back to nobody: whoever has to sign in chooses theirs again.
pub async fn uploaded(
    ctx: Ctx,
    payload: Payload,
    file: &str,
    max: usize,
    change: impl AsyncFnOnce(&Console, Vec<u8>) -> Answer,
) -> HttpResponse {
    // Of somebody who may not, nothing is read.
    let found = match Console::find(&ctx).await {
        Ok(Some(found)) if found.administrator.must_show_second_factor() => {
            return error::see_other(&ctx, &sign_in(&ctx, AGAIN));
        }
        Ok(Some(found)) => found,
        Ok(None) => return error::page(&ctx, Err(Trouble::Status(Status::FormExpired))),
        Err(trouble) => return error::page(&ctx, Err(trouble)),
    };
    let upload = match upload::read(&ctx.request, payload, file, max).await {
        Ok(upload) => upload,
        Err(broken) => return error::page(&ctx, Err(broken.into())),
    };
    let own = ctx.is_own_form(upload.text("csrf"));
    if !own && !ctx.is_from_own_page() {
        return error::page(&ctx, Err(Trouble::Status(Status::FormExpired)));
    }
    let console = Console {
        held: !own,
        ..Console::with(ctx, found)
    };
    let outcome = change(&console, upload.file).await;
    error::page(&console.ctx, outcome)
}

/// Nobody is signed in any more, or not as administrators must be: a page that keeps what was typed until somebody is.
fn keep(ctx: &Ctx, form: &OwnForm, more: &str) -> HttpResponse {
    let (lang, csrf) = (ctx.lang(None), ctx.csrf());
    let here = ctx.request.uri().path_and_query().map(|here| here.as_str());
    let template = AdminKept {
        page: ctx.page(lang, None, &csrf),
        here: here.unwrap_or_default(),
        sign_in: &sign_in(ctx, more),
        fields: form.returnable().collect(),
    };
    error::render(ctx, StatusCode::FORBIDDEN, lang, &template)
}

impl Console {
    fn with(ctx: Ctx, found: Found) -> Self {
        Self {
            lang: ctx.lang(None),
            csrf: ctx.csrf(),
            found,
            ctx,
            held: false,
        }
    }

    async fn of(ctx: Ctx) -> Result<Self, HttpResponse> {
        match Self::find(&ctx).await {
            Ok(Some(found)) if found.administrator.must_show_second_factor() => {
                Err(error::see_other(&ctx, &sign_in(&ctx, AGAIN)))
            }
            Ok(Some(found)) => Ok(Self::with(ctx, found)),
            Ok(None) => Err(error::see_other(&ctx, &sign_in(&ctx, ""))),
            Err(trouble) => Err(error::page(&ctx, Err(trouble))),
        }
    }

    async fn find(ctx: &Ctx) -> Result<Option<Found>, Trouble> {
        let Some(session) = ctx.session() else { return Ok(None) };
        let Some(signed_in) = account::who(&ctx.state, Some(session)).await? else {
            return Ok(None);
        };
        let found = admin::identify(&ctx.state, Credentials::Session(session), ctx.address).await;
        match found {
            Ok(administrator) if administrator.authority().is_empty() => Err(Trouble::Status(Status::Forbidden)),
            Ok(administrator) => Ok(Some(Found {
                administrator,
                who: signed_in.user.email,
                session: signed_in.session.id,
            })),
            Err(refused) if refused.code() == Code::Unauthenticated => Ok(None),
            Err(refused) => Err(refused.into()),
        }
    }

    /// Runs an operation for whoever is signed in.
    ///
    /// # Errors
    /// What the operation refuses.
    pub async fn operate<O: Operation>(&self, input: O::Input) -> Result<O::Output, Refused> {
        self.operate_at::<O>("", input).await
    }

    /// The same on the revision that the page was drawn from; an empty text is any.
    ///
    /// # Errors
    /// What the operation refuses.
    pub async fn operate_at<O: Operation>(&self, revision: &str, input: O::Input) -> Result<O::Output, Refused> {
        self.admit(O::PERMISSION)?;
        let expected = (!revision.is_empty()).then(|| revision.to_owned());
        admin::run::<O>(
            &self.ctx.state,
            &self.found.administrator,
            &self.ctx.origin,
            expected,
            input,
        )
        .await
    }

    /// Refuses a change by a form of another sign-in.
    fn admit(&self, permission: Permission) -> Result<(), Refused> {
        match self.held && permission.verb != Verb::Read {
            true => Err(Refused::because(
                Code::Unauthenticated,
                "the form belongs to another sign-in",
            )),
            false => Ok(()),
        }
    }

    /// The same as [`Self::operate`] for what is no operation, but many of them: who does it.
    ///
    /// # Errors
    /// They may not.
    pub fn bulk(&self, bulk: Bulk) -> Result<&Administrator, Refused> {
        self.admit(bulk.permission)?;
        self.found.administrator.admit(bulk.permission)?;
        Ok(&self.found.administrator)
    }

    /// Whether they may run an operation: what they may not is not shown.
    pub fn may<O: Operation>(&self) -> bool {
        self.found.administrator.authority().may(O::PERMISSION)
    }

    /// The same for what is no operation.
    pub fn may_bulk(&self, bulk: Bulk) -> bool {
        self.found.administrator.authority().may(bulk.permission)
    }

    /// The session of this browser.
    pub fn session(&self) -> Uuid {
        self.found.session
    }

    /// What stands around a page.
    pub fn frame(&self, section: AdminSection) -> AdminFrame {
        // Said once: not again above a form that was refused.
        let is_get = self.ctx.request.method() == actix_web::http::Method::GET;
        AdminFrame {
            section,
            title: None,
            here: self.path().to_owned(),
            who: self.found.who.clone(),
            authority: self.found.administrator.authority().clone(),
            again: self.found.administrator.must_prove_again().then(|| self.again()),
            action: None,
            crumb: None,
            tabs: Vec::new(),
            notice: self.ctx.query("done").filter(|_| is_get).and_then(|done| notice(&done)),
            refusal: Refusal::default(),
        }
    }

    /// The frame of a template.
    pub fn page(&self) -> Page<'_> {
        self.ctx.page(self.lang, None, &self.csrf)
    }

    /// The words.
    pub fn words(&self) -> Translator {
        Translator::new(self.lang)
    }

    /// The moment.
    pub fn now(&self) -> Timestamp {
        self.ctx.state.clock.now()
    }

    /// Draws a page.
    pub fn draw(&self, template: &impl Template) -> Answer {
        self.draw_as(200, template)
    }

    /// Draws a page with a status of its own: that of a refusal.
    pub fn draw_as(&self, status: u16, template: &impl Template) -> Answer {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
        Ok(error::render(&self.ctx, status, self.lang, template))
    }

    /// Sends the browser on to a page, which says what was done; `words` is a key of the list of notices.
    pub fn done(&self, path: &str, words: &'static str) -> Answer {
        Ok(error::see_other(&self.ctx, &format!("{path}?done={}", as_query(words))))
    }

    /// The path of this page.
    pub fn path(&self) -> &str {
        self.ctx.request.path()
    }

    /// A part of the path that was declared in braces.
    pub fn part(&self, name: &str) -> &str {
        self.ctx.request.match_info().get(name).unwrap_or_default()
    }

    /// Where a list goes on, with the filters that it has.
    pub fn paging(&self, next: Option<&str>) -> Paging {
        Paging {
            first: self.ctx.query("after").map(|_| self.here_with("")),
            next: next.map(|next| self.here_with(next)),
        }
    }

    fn here_with(&self, after: &str) -> String {
        let query = self.ctx.request.query_string();
        let kept = form_urlencoded::parse(query.as_bytes())
            .filter(|(name, value)| !matches!(&**name, "after" | "done" | "lang") && !value.is_empty());
        let mut own = form_urlencoded::Serializer::new(String::new());
        own.extend_pairs(kept);
        if !after.is_empty() {
            own.append_pair("after", after);
        }
        match own.finish() {
            query if query.is_empty() => self.path().to_owned(),
            query => format!("{}?{query}", self.path()),
        }
    }

    fn again(&self) -> String {
        sign_in(&self.ctx, AGAIN)
    }
}

/// Asks whoever is signed in once more.
const AGAIN: &str = "again=yes&";

/// Where somebody signs in and comes back to this page from.
fn sign_in(ctx: &Ctx, more: &str) -> String {
    let here = match *ctx.request.method() {
        actix_web::http::Method::GET => ctx.request.uri().path_and_query().map(|here| here.as_str()),
        _ => None,
    };
    let here = here.unwrap_or_else(|| ctx.request.path());
    let here: String = form_urlencoded::byte_serialize(here.as_bytes()).collect();
    format!("{}?{more}return_to={here}", paths::SIGN_IN)
}

/// Whether an address is one of the console: a sign-in may go back there.
pub fn is_own_address(text: &str) -> bool {
    const MOST: usize = 1000;
    let path = text.split('?').next().unwrap_or_default();
    let below = path.strip_prefix(paths::ADMIN);
    text.len() <= MOST
        && text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\' && byte != b'#')
        && below.is_some_and(|below| below.is_empty() || below.starts_with('/'))
        && path
            .split('/')
            .skip(1)
            .all(|part| !part.is_empty() && !part.starts_with('.'))
}

impl From<Refused> for Trouble {
    /// For a page that cannot be drawn; a form that is refused says so in itself.
    fn from(refused: Refused) -> Self {
        match refused.code() {
            Code::InsufficientPermission
            | Code::ExceedsAuthority
            | Code::FreshSignInRequired
            | Code::SecondFactorRequired => Self::Status(Status::Forbidden),
            Code::NotFound => Self::Status(Status::NotFound),
            Code::Unauthenticated => Self::Status(Status::FormExpired),
            _ => match refused {
                Refused::Fault(fault) => Self::Fault(fault),
                Refused::Problem { .. } => Self::Status(Status::BadRequest),
            },
        }
    }
}

/// What was refused, to be shown in the form.
///
/// # Errors
/// A fault of ours, which has a page of its own.
pub fn refusal(refused: Refused) -> Result<Refusal, Trouble> {
    match refused {
        Refused::Fault(fault) => Err(fault.into()),
        problem @ Refused::Problem { .. } => Ok(Refusal::of(&problem)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_goes_back_to_the_console_and_nowhere_else() {
        for own in [
            "/admin",
            "/admin/users",
            "/admin/users?search=ada&after=x",
            "/admin?done=saved",
        ] {
            assert!(is_own_address(own), "{own}");
        }
        for other in [
            "",
            "/",
            "/administrator",
            "//admin",
            "/admin/",
            "/admin//evil.example",
            "/admin/../account",
            "/admin\\evil.example",
            "https://evil.example/admin",
            "/admin/users\r\nset-cookie: a=b",
            "/admin/users#x",
        ] {
            assert!(!is_own_address(other), "{other}");
        }
    }
}
