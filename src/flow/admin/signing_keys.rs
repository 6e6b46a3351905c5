//! Keys that sign tokens.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Call, Nothing, Operation, Page, Refused, Route};
use crate::flow::keys;
use crate::model::permission::{Permission, Resource};

/// A key, without its private half, which no answer holds.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SigningKey {
    /// Its name in the headers of tokens.
    pub kid: String,
    /// Its algorithm (RFC 7518 section 3.1).
    pub alg: String,
    /// `next` is published and will sign; `active` signs; `retired` verifies what it has signed.
    pub state: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Since when it signs or signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activated_at: Option<DateTime<Utc>>,
    /// Since when it signs no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retired_at: Option<DateTime<Utc>>,
}

async fn all(call: &Call<'_>) -> Result<Page<SigningKey>, Refused> {
    let stored = keys::list(call.state).await?;
    let show = |key: crate::store::signing_keys::StoredKey| SigningKey {
        kid: key.kid,
        alg: key.alg.as_str().to_owned(),
        state: key.state.as_str().to_owned(),
        created_at: key.created_at,
        activated_at: key.activated_at,
        retired_at: key.retired_at,
    };
    Ok(Page {
        items: stored.into_iter().map(show).collect(),
        next: None,
    })
}

/// See [`Operation::SUMMARY`].
pub struct List;

impl Operation for List {
    const ID: &'static str = "listSigningKeys";
    const SUMMARY: &'static str = "Lists the keys that sign, will sign and have signed tokens, oldest first.";
    const PERMISSION: Permission = Permission::read(Resource::SigningKeys);
    const ROUTE: Route = Route::get("/signing-keys");
    type Input = Nothing;
    type Output = Page<SigningKey>;

    async fn run(call: Call<'_>, _: Nothing) -> Result<Self::Output, Refused> {
        all(&call).await
    }
}

/// See [`Operation::SUMMARY`].
pub struct Rotate;

impl Operation for Rotate {
    const ID: &'static str = "rotateSigningKeys";
    const SUMMARY: &'static str =
        "Lets the next keys sign, and publishes new next ones; every node notices within a second.";
    const PERMISSION: Permission = Permission::write(Resource::SigningKeys);
    const ROUTE: Route = Route::post("/signing-keys/rotate");
    type Input = Nothing;
    type Output = Page<SigningKey>;

    async fn run(call: Call<'_>, _: Nothing) -> Result<Self::Output, Refused> {
        keys::rotate(call.state, &call.origin).await?;
        all(&call).await
    }
}
