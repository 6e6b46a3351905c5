//! Who calls: a program with a key or an access token, or a page of ours with the session of its browser.

use actix_web::http::header::{self, HeaderName};

use super::problem::Problem;
use crate::flow::admin::{self, Administrator, Code, Credentials, Refused};
use crate::web::context::Ctx;

/// Finds out.
pub async fn find(ctx: &Ctx) -> Result<Administrator, Problem> {
    let mut given = ctx.request.headers().get_all(header::AUTHORIZATION);
    let nobody = || {
        Problem::from(Refused::because(
            Code::Unauthenticated,
            "Authorization: Bearer with an API key or an access token",
        ))
    };
    let found = match (given.next(), given.next()) {
        (Some(value), None) => {
            let (scheme, token) = value
                .to_str()
                .ok()
                .and_then(|text| text.split_once(' '))
                .ok_or_else(nobody)?;
            // The scheme has no case (RFC 9110 section 11.1).
            if !scheme.eq_ignore_ascii_case("bearer") {
                return Err(nobody());
            }
            admin::identify(&ctx.state, Credentials::Bearer(token.trim()), ctx.address).await
        }
        (None, _) => match ctx.session().filter(|_| is_own_page(ctx)) {
            Some(session) => admin::identify(&ctx.state, Credentials::Session(session), ctx.address).await,
            None => return Err(nobody()),
        },
        (Some(_), Some(_)) => return Err(nobody()),
    };
    Ok(found?)
}

/// Whether a page of our own origin sends this, by the word of the browser: the cookie comes along with what strangers send
/// too (SECURITY-CASES CS-02). A browser that does not say is not believed.
fn is_own_page(ctx: &Ctx) -> bool {
    let site = ctx.header(HeaderName::from_static("sec-fetch-site"));
    let origin = ctx.header(header::ORIGIN);
    site == Some("same-origin") && origin.is_none_or(|origin| origin == ctx.state.issuer())
}
