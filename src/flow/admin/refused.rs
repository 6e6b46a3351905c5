//! Why an operation is refused, in codes that programs decide by.

use serde::Serialize;
use utoipa::ToSchema;

use crate::flow::Fault;
use crate::model::permission::Permission;
use crate::store::StoreError;

/// Why a call is refused. The names are stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AdminProblemCode)]
pub enum Code {
    /// The call is not what this operation takes: no JSON, an unknown member, another type.
    InvalidRequest,
    /// A member has a value that it must not have; `errors` says which.
    InvalidValue,
    /// The body is not `application/json`.
    UnsupportedMediaType,
    /// The body is too large.
    TooLarge,
    /// No key, token or session, or one that is not valid (any more), or not from this address.
    Unauthenticated,
    /// Whoever calls does not hold the right that the operation needs.
    InsufficientPermission,
    /// The call would give a right that whoever calls does not hold, or change somebody who holds more.
    ExceedsAuthority,
    /// In a browser: whoever is signed in proves first who they are.
    FreshSignInRequired,
    /// Whoever administers as a person shows a second factor first.
    SecondFactorRequired,
    /// There is no such thing, or nothing at this address.
    NotFound,
    /// The address has nothing for this method.
    MethodNotAllowed,
    /// Something with this name or address exists already.
    AlreadyExists,
    /// It is still used by something else.
    InUse,
    /// It is as the installation needs it.
    BuiltIn,
    /// Somebody must be able to administer.
    LastAdministrator,
    /// What is to be changed has another revision than `If-Match` says.
    RevisionMismatch,
    /// The `Idempotency-Key` belongs to another call.
    IdempotencyKeyReused,
    /// The call of this `Idempotency-Key` has not ended, or nobody knows how.
    IdempotencyUnresolved,
    /// There are as many of these as there may be.
    LimitReached,
    /// Too many calls; `Retry-After` says when.
    RateLimited,
    /// Something is busy or away; `Retry-After` says when.
    Unavailable,
    /// The server failed.
    Internal,
}

/// A member with a value that it must not have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize, ToSchema)]
#[schema(as = AdminProblemField)]
pub struct Wrong {
    /// The member, as a JSON pointer (RFC 6901); of the query or path where there is no body.
    pub pointer: String,
    /// What is wrong with it, for whoever develops.
    pub detail: String,
}

/// A refusal.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The caller's to mend.
    #[error("{detail}")]
    Problem {
        /// What to decide by.
        code: Code,
        /// In a sentence.
        detail: String,
        /// Which members, where it is about some.
        wrong: Vec<Wrong>,
    },
    /// Ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refused {
    /// Refuses with a sentence.
    pub fn because(code: Code, detail: impl Into<String>) -> Self {
        Self::Problem {
            code,
            detail: detail.into(),
            wrong: Vec::new(),
        }
    }

    /// Refuses the value of a member.
    pub fn value(member: &str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self::Problem {
            code: Code::InvalidValue,
            detail: format!("{member}: {detail}"),
            wrong: vec![Wrong {
                pointer: format!("/{member}"),
                detail,
            }],
        }
    }

    /// There is no such thing.
    pub fn unknown(what: &str) -> Self {
        Self::because(Code::NotFound, format!("there is no such {what}"))
    }

    pub(super) fn nobody() -> Self {
        Self::because(
            Code::Unauthenticated,
            "an API key or an access token for this service is needed, as Authorization: Bearer",
        )
    }

    pub(super) fn permission(needed: Permission) -> Self {
        Self::because(Code::InsufficientPermission, format!("{needed} is needed"))
    }

    pub(super) fn exceeds() -> Self {
        Self::because(Code::ExceedsAuthority, "nobody gives or takes what they do not hold")
    }

    pub(super) fn stale_session() -> Self {
        Self::because(Code::FreshSignInRequired, "the sign-in is more than ten minutes ago")
    }

    pub(super) fn second_factor() -> Self {
        Self::because(
            Code::SecondFactorRequired,
            "administrators show a second factor first (second_factor.administrators)",
        )
    }

    pub(super) fn revision() -> Self {
        Self::because(Code::RevisionMismatch, "somebody has changed it since")
    }

    /// What to decide by.
    pub fn code(&self) -> Code {
        match self {
            Self::Problem { code, .. } => *code,
            Self::Fault(Fault::Unavailable(_) | Fault::Busy) => Code::Unavailable,
            Self::Fault(Fault::Conflict | Fault::Internal(_)) => Code::Internal,
        }
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}
