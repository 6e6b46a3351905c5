//! Makes a key.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::ApiKey;
use crate::crypto::{digest, random};
use crate::flow::admin::{Call, Code, Operation, Refused, Route, text};
use crate::model::Timestamp;
use crate::model::api_key::{self, AddressRange};
use crate::model::audit::AuditKind;
use crate::model::permission::{Authority, Permission, Resource};
use crate::store::{api_keys, audit};

/// Keys of an installation.
const MOST: i64 = 500;
/// Networks of a key.
const MOST_ADDRESSES: usize = 50;

/// A key that is to be made.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CreateApiKey)]
pub struct NewApiKey {
    /// What people call it.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// What it may do: `users:read`, `users:*`, `*:read`, `*`. Nobody gives what they do not hold.
    #[schema(min_items = 1)]
    pub permissions: Vec<String>,
    /// Addresses and networks from which it may be used, as `192.0.2.0/24`; everywhere when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 50)]
    pub addresses: Vec<String>,
    /// When it ends; never by itself where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
}

/// A new key with its secret.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = CreatedApiKey)]
pub struct Created {
    /// The secret, which is shown this once.
    pub key: String,
    /// The rest.
    pub api_key: ApiKey,
}

/// See [`Operation::SUMMARY`].
pub struct Create;

impl Operation for Create {
    const ID: &'static str = "createApiKey";
    const SUMMARY: &'static str = "Makes a key for a program and shows its secret this once.";
    const PERMISSION: Permission = Permission::write(Resource::ApiKeys);
    const ROUTE: Route = Route::create("/api-keys");
    type Input = NewApiKey;
    type Output = Created;

    async fn run(call: Call<'_>, input: NewApiKey) -> Result<Created, Refused> {
        let now = call.state.clock.now();
        let key = judge(&call, input, now)?;
        let secret = random::secret(random::prefix::API_KEY);
        let unit = (key.clone(), digest::digest(&secret), call.origin.clone());
        let stored = call.state.db.write(unit, move |tx, (key, digest, origin)| {
            Box::pin(async move {
                if api_keys::count(tx).await? >= MOST {
                    return Ok(false);
                }
                api_keys::insert(tx, key, digest).await?;
                let details = json!({
                    "name": key.name, "permissions": key.permissions, "addresses": key.addresses, "expires_at": key.expires_at,
                });
                audit::record(tx, AuditKind::ApiKeyCreated, origin, &key.id.to_string(), details, now).await?;
                Ok(true)
            })
        });
        match stored.await? {
            true => Ok(Created {
                key: secret.expose().to_owned(),
                api_key: key.into(),
            }),
            false => Err(Refused::because(
                Code::LimitReached,
                format!("there are {MOST} API keys, which is the most there may be"),
            )),
        }
    }
}

fn judge(call: &Call<'_>, input: NewApiKey, now: Timestamp) -> Result<api_key::ApiKey, Refused> {
    let name = text::line("name", &input.name, 100)?;
    let permissions = Authority::of(input.permissions.iter().map(String::as_str))
        .map_err(|error| Refused::value("permissions", error.to_string()))?;
    if permissions.is_empty() {
        return Err(Refused::value("permissions", "a key that may do nothing is none"));
    }
    call.administrator.may_give(&permissions)?;
    if input.addresses.len() > MOST_ADDRESSES {
        return Err(Refused::value("addresses", format!("{MOST_ADDRESSES} at most")));
    }
    let addresses = input.addresses.iter().map(|range| range.parse::<AddressRange>());
    let addresses = addresses
        .collect::<Result<_, _>>()
        .map_err(|error| Refused::value("addresses", error.to_string()))?;
    // Whole microseconds, as the database keeps it.
    let expires_at = input
        .expires_at
        .map(|end| Timestamp::from_timestamp_micros(end.timestamp_micros()).unwrap_or(end));
    if expires_at.is_some_and(|end| end <= now || end.timestamp() > LATEST) {
        return Err(Refused::value("expires_at", "a moment to come, before the year 3000"));
    }
    Ok(api_key::ApiKey {
        id: random::uuid_at(now),
        name,
        permissions,
        addresses,
        created_by: call.origin.actor.clone(),
        created_at: now,
        expires_at,
        last_used_at: None,
        last_used_address: None,
    })
}

/// The first second of the year 3000: what lies beyond is a slip of the pen, and may be no date to a database.
const LATEST: i64 = 32_503_680_000;
