//! Refusals as `application/problem+json` (RFC 9457).

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use serde::Serialize;
use utoipa::ToSchema;

use crate::flow::admin::{Code, Refused, Wrong};
use crate::web::context::Ctx;
use crate::web::error;

/// A refused call (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AdminProblem)]
pub struct Body {
    /// The status of the answer.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What to decide by.
    code: Code,
    /// The kind of problem in a few words.
    title: &'static str,
    /// What exactly.
    detail: String,
    /// Which members, where it is about some.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Wrong>,
    /// Names the request in the logs and in the audit trail.
    request_id: String,
}

/// A refusal on its way.
pub struct Problem {
    refused: Refused,
    allow: Option<String>,
}

impl Problem {
    /// Refuses.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Refused::because(code, detail).into()
    }

    /// Refuses a member.
    pub fn member(pointer: String, detail: String) -> Self {
        Self::from(Refused::Problem {
            code: Code::InvalidRequest,
            detail: format!("{pointer}: {detail}"),
            wrong: vec![Wrong { pointer, detail }],
        })
    }

    /// The path has nothing for this method.
    pub fn method(allow: String) -> Self {
        Self {
            allow: Some(allow),
            ..Self::new(
                Code::MethodNotAllowed,
                "there is nothing at this address for this method",
            )
        }
    }

    /// Draws it. A fault is logged.
    pub fn answer(self, ctx: &Ctx) -> HttpResponse {
        let code = self.refused.code();
        let status = status(code);
        let (detail, errors) = match self.refused {
            Refused::Problem { detail, wrong, .. } => (detail, wrong),
            Refused::Fault(fault) => {
                error::log(ctx, &fault);
                (title(code).to_owned(), Vec::new())
            }
        };
        let mut response = HttpResponse::build(status).json(Body {
            status: status.as_u16(),
            code,
            title: title(code),
            detail,
            errors,
            request_id: ctx.origin.request_id.clone(),
        });
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let challenge = match code {
            Code::Unauthenticated if ctx.header(header::AUTHORIZATION).is_some() => {
                Some("Bearer realm=\"passgate\", error=\"invalid_token\"")
            }
            Code::Unauthenticated => Some("Bearer realm=\"passgate\""),
            Code::InsufficientPermission => Some("Bearer realm=\"passgate\", error=\"insufficient_scope\""),
            _ => None,
        };
        if let Some(challenge) = challenge {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        if let Some(Ok(allow)) = self.allow.map(HeaderValue::try_from) {
            headers.insert(header::ALLOW, allow);
        }
        match code {
            Code::Unavailable | Code::IdempotencyUnresolved => error::with_wait(response, error::RETRY_AFTER),
            _ => response,
        }
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        Self { refused, allow: None }
    }
}

/// The statuses of refusals, for the description.
pub const STATUSES: &[(u16, &str)] = &[
    (400, "The call is not what this operation takes."),
    (401, "Nobody that is known here."),
    (403, "Not permitted to this caller."),
    (404, "There is no such thing."),
    (405, "There is nothing at this address for this method."),
    (409, "It does not go with what is there."),
    (412, "It has another revision than If-Match says."),
    (413, "The body is too large."),
    (415, "The body is not application/json."),
    (422, "A member has a value that it must not have."),
    (429, "Too many calls."),
    (500, "The server failed."),
    (503, "Something is busy or away."),
];

fn status(code: Code) -> StatusCode {
    match code {
        Code::InvalidRequest => StatusCode::BAD_REQUEST,
        Code::InvalidValue | Code::IdempotencyKeyReused => StatusCode::UNPROCESSABLE_ENTITY,
        Code::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Code::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::InsufficientPermission
        | Code::ExceedsAuthority
        | Code::FreshSignInRequired
        | Code::SecondFactorRequired => StatusCode::FORBIDDEN,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Code::AlreadyExists
        | Code::InUse
        | Code::BuiltIn
        | Code::LastAdministrator
        | Code::IdempotencyUnresolved
        | Code::LimitReached => StatusCode::CONFLICT,
        Code::RevisionMismatch => StatusCode::PRECONDITION_FAILED,
        Code::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn title(code: Code) -> &'static str {
    match code {
        Code::InvalidRequest => "The call is not what this operation takes.",
        Code::InvalidValue => "A value is not allowed.",
        Code::UnsupportedMediaType => "The body must be application/json.",
        Code::TooLarge => "The body is too large.",
        Code::Unauthenticated => "Nobody that is known here.",
        Code::InsufficientPermission => "This needs a right that is not held.",
        Code::ExceedsAuthority => "This would go beyond the rights of the caller.",
        Code::FreshSignInRequired => "This needs a sign-in of the last ten minutes.",
        Code::SecondFactorRequired => "Administrators show a second factor first.",
        Code::NotFound => "There is no such thing.",
        Code::MethodNotAllowed => "There is nothing here for this method.",
        Code::AlreadyExists => "This exists already.",
        Code::InUse => "This is still used.",
        Code::BuiltIn => "This is as the installation needs it.",
        Code::LastAdministrator => "Somebody must be able to administer.",
        Code::RevisionMismatch => "Somebody has changed it since.",
        Code::IdempotencyKeyReused => "The Idempotency-Key belongs to another call.",
        Code::IdempotencyUnresolved => "The call of this Idempotency-Key has not ended.",
        Code::LimitReached => "There are as many as there may be.",
        Code::RateLimited => "Too many calls.",
        Code::Unavailable => "Try again in a moment.",
        Code::Internal => "The server failed.",
    }
}
