//! Who may call: pages of our own origin and of the declared ones (`headless.origins`), and programs that are no browsers.
//!
//! The cookies come along, so a page of a stranger must not get through (SECURITY-CASES CS-02, CS-03). Browsers say where a
//! request comes from, by `Origin` with every POST and every call across origins, and by `Sec-Fetch-Site`. What a stranger's
//! page can send without being asked first (a form, text) is no JSON; JSON is asked about first, and refused here.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, FromRequest as _, HttpResponse};

use super::problem::{Code, Problem};
use crate::settings::Headless;
use crate::state::State;
use crate::web::context::Ctx;
use crate::web::headers::text;

/// Lets a request through that comes from where it may, and says so in the answer.
pub async fn declared_origins<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let (http, payload) = request.parts_mut();
    let ctx = Ctx::from_request(http, payload).await?;
    let caller = Caller::of(request.headers(), &ctx.state);
    let mut response = match caller {
        Caller::Stranger => {
            let refused = Problem::new(Code::ForeignOrigin).answer(&ctx);
            drop(ctx);
            request.into_response(refused)
        }
        Caller::Ours | Caller::Declared(_) => {
            // actix wants to be the only owner of the request until a handler was found.
            drop(ctx);
            next.call(request).await?.map_into_boxed_body()
        }
    };
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    if let Caller::Declared(origin) = caller {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
            HeaderValue::from_static("true"),
        );
        headers.insert(
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static("Retry-After, X-Request-Id"),
        );
    }
    Ok(response)
}

/// Answers the question before the request.
pub async fn preflight() -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PUT, DELETE"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, "Content-Type, Accept-Language"))
        .insert_header((header::ACCESS_CONTROL_MAX_AGE, "600"))
        .finish()
}

/// Where a request comes from.
enum Caller {
    /// A page of ours, or no browser.
    Ours,
    /// A page of a declared origin.
    Declared(HeaderValue),
    /// Any other page.
    Stranger,
}

impl Caller {
    fn of(headers: &HeaderMap, state: &State) -> Self {
        let site = text(headers, HeaderName::from_static("sec-fetch-site"));
        let headless: &Headless = &state.settings.headless;
        match headers.get(header::ORIGIN) {
            None if matches!(site, None | Some("same-origin" | "none")) => Self::Ours,
            None => Self::Stranger,
            Some(origin) => match origin.to_str() {
                // The browser's own word goes first: `same-origin` is not said of a forged header.
                Ok(name) if name == state.issuer() && matches!(site, None | Some("same-origin")) => Self::Ours,
                Ok(name) if headless.admits(name) => Self::Declared(origin.clone()),
                _ => Self::Stranger,
            },
        }
    }
}
