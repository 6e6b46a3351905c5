//! The metadata of whoever is signed in, for pages that applications draw themselves: what administrators wrote for them to see,
//! and what they write.

use actix_web::HttpResponse;
use actix_web::web::Payload;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::body::json;
use super::problem::{Code, Problem, Trouble, answer};
use crate::flow::account::{self, Actor, SignedIn, metadata};
use crate::model::metadata::Metadata;
use crate::web::context::Ctx;

/// What a person sees of their metadata.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccountMetadata)]
pub struct Shown {
    /// Written by administrators.
    #[schema(value_type = Object)]
    public: Map<String, Value>,
    /// Written by the person. Nothing may be authorised on it.
    #[serde(rename = "unsafe")]
    #[schema(value_type = Object)]
    own: Map<String, Value>,
}

impl From<Metadata> for Shown {
    fn from(metadata: Metadata) -> Self {
        Self {
            public: metadata.public,
            own: metadata.own,
        }
    }
}

/// What a person writes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OwnMetadata)]
pub struct Written {
    /// All of it: at most 8 KiB, at most 8 objects and lists within each other.
    #[serde(rename = "unsafe")]
    #[schema(value_type = Object)]
    own: Map<String, Value>,
}

/// Shows the metadata of whoever is signed in.
#[utoipa::path(
    get, path = "/api/account/metadata", operation_id = "showMetadata", tag = "Account",
    responses(
        (status = 200, description = "Public and unsafe metadata.", body = Shown),
        (status = "default", description = "Refused.", body = super::problem::ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub async fn show(ctx: Ctx) -> HttpResponse {
    let outcome = async {
        let user = signed_in(&ctx).await?.user;
        let found = metadata::show(&ctx.state, &user).await?;
        Ok(HttpResponse::Ok().json(Shown::from(found)))
    };
    let outcome = outcome.await;
    answer(&ctx, outcome)
}

/// Replaces the unsafe metadata of whoever is signed in.
#[utoipa::path(
    put, path = "/api/account/metadata", operation_id = "writeMetadata", tag = "Account",
    request_body = Written,
    responses(
        (status = 200, description = "Public and unsafe metadata as they are now.", body = Shown),
        (status = "default", description = "Refused.", body = super::problem::ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub async fn write(ctx: Ctx, payload: Payload) -> HttpResponse {
    let outcome = async {
        let given: Written = json(&ctx, payload).await?;
        let visitor = ctx.visitor();
        let actor = Actor {
            signed_in: signed_in(&ctx).await?,
            device: visitor.device,
            origin: visitor.origin,
            locale: ctx.lang(None).tag().to_owned(),
        };
        let written = metadata::replace(&ctx.state, &actor, given.own).await?;
        let written = written.map_err(|error| Problem::new(Code::InvalidRequest).saying(error.to_string()))?;
        Ok(HttpResponse::Ok().json(Shown::from(written)))
    };
    let outcome = outcome.await;
    answer(&ctx, outcome)
}

async fn signed_in(ctx: &Ctx) -> Result<SignedIn, Trouble> {
    let found = account::who(&ctx.state, ctx.session()).await?;
    Ok(found.ok_or(Code::SignInRequired)?)
}
