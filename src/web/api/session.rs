//! Who is signed in in the browser, and signing out.

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderValue};
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::answer;
use crate::flow::account::{self, SignedIn};
use crate::flow::sign_out;
use crate::identity::assurance;
use crate::web::context::Ctx;
use crate::web::cookies;

/// Who is signed in; `user` is null where nobody is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Session {
    /// The person.
    user: Option<Person>,
    /// When they last proved who they are.
    #[schema(format = DateTime)]
    authenticated_at: Option<String>,
    /// How (RFC 8176).
    amr: Vec<String>,
    /// How much that is worth: `1`, `2` or `phr`.
    acr: Option<&'static str>,
    /// Whether it was within ten minutes, so that the account can be changed.
    fresh: bool,
}

/// A person who is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Person {
    /// The `sub` of their tokens.
    sub: String,
    /// Their primary address.
    email: String,
    /// Whether mail to it has been shown to arrive.
    email_verified: bool,
    /// Their name.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Their user name.
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_username: Option<String>,
    /// Their picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    picture: Option<String>,
    /// What services authorise on.
    role: String,
    /// What services authorise on.
    plan: String,
}

impl Person {
    fn of(signed_in: &SignedIn) -> Self {
        let user = &signed_in.user;
        let claim = |name| user.claims.get_str(name).map(str::to_owned);
        Self {
            sub: user.subject(),
            email: user.email.clone(),
            email_verified: user.email_verified,
            name: claim("name"),
            preferred_username: claim("preferred_username"),
            picture: claim("picture"),
            role: user.role.clone(),
            plan: user.plan.clone(),
        }
    }
}

/// Tells who is signed in.
///
/// For pages. A service takes no such word from a browser: it verifies tokens.
#[utoipa::path(
    get, path = "/api/session", operation_id = "showSession", tag = "Session",
    responses(
        (status = 200, description = "Who is signed in.", body = Session),
        (status = "default", description = "Refused.", body = super::problem::ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub async fn show(ctx: Ctx) -> HttpResponse {
    let outcome = async {
        let found = account::who(&ctx.state, ctx.session()).await?;
        let now = ctx.state.clock.now();
        Ok(HttpResponse::Ok().json(Session {
            user: found.as_ref().map(Person::of),
            authenticated_at: found.as_ref().map(|found| found.session.authenticated_at.to_rfc3339()),
            acr: found.as_ref().map(|found| assurance::acr(&found.session.amr)),
            fresh: found.as_ref().is_some_and(|found| found.is_fresh(now)),
            amr: found.map(|found| found.session.amr).unwrap_or_default(),
        }))
    };
    let outcome = outcome.await;
    answer(&ctx, outcome)
}

/// Signs out: the session ends on every node, and what lives by it.
#[utoipa::path(
    delete, path = "/api/session", operation_id = "endSession", tag = "Session",
    responses(
        (status = 204, description = "Nobody is signed in any more."),
        (status = "default", description = "Refused.", body = super::problem::ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub async fn end(ctx: Ctx) -> HttpResponse {
    let outcome = async {
        if let Some(session) = ctx.session() {
            sign_out::run(&ctx.state, session, ctx.origin.clone()).await?;
        }
        let mut response = HttpResponse::NoContent().finish();
        let gone = cookies::SESSION.remove(ctx.state.settings.is_https());
        if let Ok(value) = HeaderValue::from_str(&gone) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
        Ok(response)
    };
    let outcome = outcome.await;
    answer(&ctx, outcome)
}
