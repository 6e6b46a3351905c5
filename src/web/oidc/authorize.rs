//! The authorization endpoint (RFC 6749 section 3.1), and the way back to a request that waited for a person.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Payload;
use uuid::Uuid;

use super::super::body;
use super::super::context::Ctx;
use super::super::error::{self, Trouble};
use super::super::middleware::policy_with_form_action;
use super::super::views::{FormPost, Status, paths};
use crate::flow::authorize::{self, Outcome, PersonStep};
use crate::protocol::parameters::Parameters;
use crate::protocol::response::AuthorizationReply;

/// A request by GET.
pub async fn get(ctx: Ctx) -> HttpResponse {
    let outcome = begin(&ctx).await;
    error::page(&ctx, outcome)
}

async fn begin(ctx: &Ctx) -> Result<HttpResponse, Trouble> {
    let parameters =
        Parameters::read(&[ctx.request.query_string().as_bytes()]).map_err(|_| Trouble::Status(Status::BadRequest))?;
    let outcome = authorize::begin(&ctx.state, &parameters, &ctx.browser()).await?;
    draw(ctx, outcome)
}

/// A request by POST (OpenID Connect Core section 3.1.2.1). A form from another site comes without our cookies, so the
/// browser asks again by GET. Query and body count as one list of parameters: a repeated one stays repeated.
pub async fn post(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = async {
        let form = body::raw_form(&ctx.request, payload).await?;
        let form = std::str::from_utf8(&form).map_err(|_| Trouble::Status(Status::BadRequest))?;
        // Nothing that could not stand in an address: the form is still encoded.
        if !form.bytes().all(|byte| (0x21..=0x7e).contains(&byte) && byte != b'#') {
            return Err(Trouble::Status(Status::BadRequest));
        }
        let query = ctx.request.query_string();
        let joint = if query.is_empty() || form.is_empty() { "" } else { "&" };
        Ok(error::see_other(
            &ctx,
            &format!("{}?{query}{joint}{form}", super::paths::AUTHORIZE),
        ))
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}

/// Back to a waiting request.
pub async fn go_on(ctx: Ctx) -> HttpResponse {
    let outcome = async {
        let flow = flow_id(ctx.query("flow").as_deref())?;
        let outcome = authorize::resume(&ctx.state, flow, &ctx.browser(), None).await?;
        draw(&ctx, outcome)
    };
    let outcome = outcome.await;
    error::page(&ctx, outcome)
}

/// The id of a waiting request in a link or form.
pub fn flow_id(text: Option<&str>) -> Result<Uuid, Trouble> {
    text.and_then(|text| Uuid::parse_str(text).ok())
        .ok_or(Trouble::Status(Status::FormExpired))
}

/// Draws what became of a request.
pub fn draw(ctx: &Ctx, outcome: Outcome) -> Result<HttpResponse, Trouble> {
    match outcome {
        Outcome::Gone => Err(Trouble::Status(Status::FormExpired)),
        Outcome::Shown(refused) => Ok(error::shown(ctx, &refused)),
        Outcome::Interact { interaction, page } => {
            let path = match page {
                PersonStep::SignIn => paths::SIGN_IN,
                PersonStep::Choose => paths::CHOOSE_ACCOUNT,
                PersonStep::SignUp => paths::SIGN_UP,
                PersonStep::Consent => paths::CONSENT,
            };
            let lang = ctx
                .query("lang")
                .map(|lang| format!("&lang={}", encode(&lang)))
                .unwrap_or_default();
            Ok(error::see_other(ctx, &format!("{path}?flow={interaction}{lang}")))
        }
        Outcome::Reply(AuthorizationReply::Redirect { location }) => Ok(error::see_other(ctx, &location)),
        Outcome::Reply(AuthorizationReply::FormPost { action, fields }) => {
            let lang = ctx.lang(None);
            let fields = fields
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect();
            let template = FormPost {
                page: ctx.shell(lang, None),
                action: &action,
                fields,
            };
            let mut response = error::render(ctx, StatusCode::OK, lang, &template);
            allow_form_to(&mut response, &action);
            Ok(response)
        }
    }
}

/// Lets the page's form end at an application (`form-action`).
pub fn allow_form_to(response: &mut HttpResponse, redirect_uri: &str) {
    let Ok(url) = url::Url::parse(redirect_uri) else { return };
    let source = match url.host_str() {
        Some(_) => url.origin().ascii_serialization(),
        None => format!("{}:", url.scheme()),
    };
    if let Ok(value) = HeaderValue::from_str(&policy_with_form_action(&source)) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, value);
    }
}

fn encode(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
