//! The description of the JSON interface (OpenAPI 3.1), made from the code that answers.

use actix_web::HttpResponse;
use utoipa::OpenApi;

use super::{flows, metadata, problem, session};

/// The document.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Passgate",
        description = "Sign-in, sign-up, recovery and factors for applications that draw their own pages. Calls carry the \
            cookies of the browser (`credentials: \"include\"`), come from pages of the origin of Passgate or of \
            `headless.origins`, and have bodies of `application/json`.",
    ),
    paths(flows::begin, flows::show, flows::go_on, session::show, session::end, metadata::show, metadata::write),
    components(schemas(flows::input::Begin, flows::input::Given, flows::shape::Flow, session::Session, metadata::Shown, metadata::Written, problem::ProblemDetails)),
    tags(
        (name = "Flows", description = "A person on the way, step by step."),
        (name = "Session", description = "Who is signed in in the browser."),
        (name = "Account", description = "What is kept about who is signed in."),
    ),
)]
struct Document;

/// The document, for whoever asks.
pub async fn document() -> HttpResponse {
    let mut document = Document::openapi();
    // The package names none, which the derived document calls an empty one.
    document.info.license = None;
    HttpResponse::Ok().json(document)
}
