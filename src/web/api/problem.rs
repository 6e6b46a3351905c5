//! What is wrong with a call as a whole (RFC 9457). What is wrong with a person's answer stands in the flow itself.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use serde::Serialize;
use utoipa::ToSchema;

use crate::flow::Fault;
use crate::web::context::Ctx;
use crate::web::error;

/// Why a call was refused. The names are stable: programs decide by them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ProblemCode)]
pub enum Code {
    /// The body is not JSON, or not what this call takes.
    InvalidRequest,
    /// The body is not `application/json`.
    UnsupportedMediaType,
    /// The body is larger than 64 KiB.
    TooLarge,
    /// The page's origin is not one of `headless.origins`.
    ForeignOrigin,
    /// Nobody is signed in in this browser.
    SignInRequired,
    /// Whoever is signed in proves first who they are: begin a `sign_in` flow with `again`.
    FreshSignInRequired,
    /// There is no such flow, or it is another browser's, or it is over: begin a new one.
    FlowGone,
    /// The waiting authorization request is gone: the application begins anew.
    InteractionGone,
    /// Nobody can sign up here, or not with this invitation.
    SignUpClosed,
    /// `return_to` is at no declared origin.
    InvalidReturnTo,
    /// The address has nothing for this method.
    MethodNotAllowed,
    /// Too many calls; `Retry-After` says when.
    RateLimited,
    /// Something is busy or away; `Retry-After` says when.
    Unavailable,
    /// The server failed.
    Internal,
}

impl Code {
    fn status(self) -> StatusCode {
        match self {
            Self::InvalidRequest | Self::InvalidReturnTo => StatusCode::BAD_REQUEST,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::SignInRequired => StatusCode::UNAUTHORIZED,
            Self::ForeignOrigin | Self::FreshSignInRequired | Self::SignUpClosed => StatusCode::FORBIDDEN,
            Self::FlowGone | Self::InteractionGone => StatusCode::GONE,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::InvalidRequest => "The body is not what this call takes.",
            Self::UnsupportedMediaType => "The body must be application/json.",
            Self::TooLarge => "The body is larger than 64 KiB.",
            Self::ForeignOrigin => "Pages of this origin may not call.",
            Self::SignInRequired => "Nobody is signed in.",
            Self::FreshSignInRequired => "This needs a sign-in of the last ten minutes.",
            Self::FlowGone => "There is no such flow any more.",
            Self::InteractionGone => "The authorization request does not wait any more.",
            Self::SignUpClosed => "Nobody can sign up here.",
            Self::InvalidReturnTo => "return_to is at no declared origin.",
            Self::MethodNotAllowed => "There is nothing here for this method.",
            Self::RateLimited => "Too many calls.",
            Self::Unavailable => "Try again in a moment.",
            Self::Internal => "The server failed.",
        }
    }
}

/// A refused call: `application/problem+json` (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemDetails {
    /// The status of the answer.
    status: u16,
    /// What to decide by.
    code: Code,
    /// The code in a sentence, for whoever develops.
    title: &'static str,
    /// What exactly, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// Names the request in the logs.
    request_id: String,
}

/// A refusal on its way.
#[derive(Debug)]
pub struct Problem {
    code: Code,
    detail: Option<String>,
    wait: Option<u64>,
    allow: Option<&'static str>,
}

impl Problem {
    /// Refuses.
    pub fn new(code: Code) -> Self {
        Self {
            code,
            detail: None,
            wait: None,
            allow: None,
        }
    }

    /// What exactly is wrong.
    pub fn saying(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Seconds until it is worth trying again.
    pub fn waiting(mut self, seconds: u64) -> Self {
        self.wait = Some(seconds);
        self
    }

    /// The methods that there are.
    pub fn allowing(mut self, methods: &'static str) -> Self {
        self.allow = Some(methods);
        self
    }

    /// Draws it.
    pub fn answer(self, ctx: &Ctx) -> HttpResponse {
        let status = self.code.status();
        let mut response = HttpResponse::build(status).json(ProblemDetails {
            status: status.as_u16(),
            code: self.code,
            title: self.code.title(),
            detail: self.detail,
            request_id: ctx.origin.request_id.clone(),
        });
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(allow) = self.allow {
            headers.insert(header::ALLOW, HeaderValue::from_static(allow));
        }
        match self.wait {
            Some(seconds) => error::with_wait(response, seconds),
            None => response,
        }
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

/// Draws an outcome; a fault is logged.
pub fn answer(ctx: &Ctx, outcome: Result<HttpResponse, Trouble>) -> HttpResponse {
    match outcome {
        Ok(response) => response,
        Err(Trouble::Problem(problem)) => problem.answer(ctx),
        Err(Trouble::Fault(fault)) => {
            error::log(ctx, &fault);
            match fault {
                Fault::Unavailable(_) | Fault::Busy => Problem::new(Code::Unavailable).waiting(error::RETRY_AFTER),
                Fault::Conflict | Fault::Internal(_) => Problem::new(Code::Internal),
            }
            .answer(ctx)
        }
    }
}

/// Why a call gets no flow.
#[derive(Debug)]
pub enum Trouble {
    /// It is refused.
    Problem(Problem),
    /// The house is at fault.
    Fault(Fault),
}

impl From<Problem> for Trouble {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<Code> for Trouble {
    fn from(code: Code) -> Self {
        Self::Problem(code.into())
    }
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
