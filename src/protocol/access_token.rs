//! Access tokens: JWT profile of RFC 9068.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::mappings::Facts;
use crate::model::Timestamp;
use crate::model::authorization::Authorization;
use crate::model::catalogue::Entitlements;
use crate::model::claim_mapping::Target;
use crate::model::client::{AccessTokenTyp, Client, LONGEST_ACCESS_TOKEN};
use crate::model::scope::Scope;
use crate::model::user::User;

/// The types that headers of access tokens have: that of RFC 9068 section 2.1, and the other one that a client may want. ID
/// tokens have none, so that neither is taken for the other.
pub const TYPES: [AccessTokenTyp; 2] = AccessTokenTyp::ALL;

/// `aud`: one string or several (RFC 7519 section 4.1.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Audience {
    /// A single audience.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl Audience {
    /// Every audience.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many.as_slice(),
        }
        .iter()
        .map(String::as_str)
    }
}

/// The claims of RFC 9068 section 2.2, and ours. Those about a person are absent where no person is involved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccessTokenClaims {
    /// The issuer.
    pub iss: String,
    /// The person, or the client where it acts on its own.
    pub sub: String,
    /// Which services it is for.
    pub aud: Audience,
    /// To whom it was issued.
    pub client_id: String,
    /// What it may be used for.
    #[serde(default, skip_serializing_if = "Scope::is_empty")]
    pub scope: Scope,
    /// Seconds since 1970.
    pub iat: i64,
    /// Seconds since 1970.
    pub exp: i64,
    /// Unique; led by the grant where there is one, see [`Jti`].
    pub jti: String,
    /// The session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<Uuid>,
    /// When the person proved who they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// With which assurance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// How (RFC 8176).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amr: Option<Vec<String>>,
    /// What services authorise on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// What services authorise on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// Ours: claims that the `claims` parameter asked userinfo for, one by one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub userinfo_claims: Vec<String>,
    /// What the client's mappings add. They are not read back: whoever asks about a token is told what holds now.
    #[serde(flatten, skip_deserializing)]
    pub mapped: Map<String, Value>,
}

/// When a token is made and how long it lives.
#[derive(Clone, Copy, Debug)]
pub struct Lifetime {
    /// Now.
    pub now: Timestamp,
    /// Seconds.
    pub seconds: i64,
}

/// How long a client's access tokens live.
pub fn lifetime(client: &Client, setting: u32) -> u32 {
    client
        .metadata
        .access_token_seconds
        .unwrap_or(setting)
        .min(LONGEST_ACCESS_TOKEN)
}

/// The id of a token: the grant, a full stop, and a unique part; or the unique part alone. So a whole grant is revoked by
/// one name, and nothing is stored for a token that is never revoked.
pub struct Jti<'a> {
    /// The grant.
    pub grant: Option<&'a str>,
    /// The whole.
    pub whole: &'a str,
}

impl<'a> Jti<'a> {
    /// Makes the claim.
    pub fn make(grant: Option<Uuid>, unique: Uuid) -> String {
        match grant {
            Some(grant) => format!("{}.{}", grant.simple(), unique.simple()),
            None => unique.simple().to_string(),
        }
    }

    /// Takes the claim apart.
    pub fn read(jti: &'a str) -> Self {
        Self {
            grant: jti.split_once('.').map(|(grant, _)| grant),
            whole: jti,
        }
    }
}

/// What a person's tokens are made of.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The issuer.
    pub issuer: &'a str,
    /// To whom.
    pub client: &'a Client,
    /// The grant.
    pub authorization: &'a Authorization,
    /// May be narrower than the grant's.
    pub scope: &'a Scope,
    /// The person, as they are now.
    pub user: &'a User,
    /// What they have, as far as the client's mappings need it.
    pub entitlements: &'a Entitlements,
}

impl Subject<'_> {
    /// What the client's mappings are applied to.
    pub fn facts(&self) -> Facts<'_> {
        Facts {
            client: &self.client.metadata,
            scope: self.scope,
            person: Some((self.user, self.entitlements)),
        }
    }
}

/// The claims for a person's grant.
pub fn for_person(subject: &Subject<'_>, unique: Uuid, lifetime: Lifetime) -> AccessTokenClaims {
    let Subject {
        issuer,
        client,
        authorization,
        scope,
        user,
        ..
    } = *subject;
    AccessTokenClaims {
        iss: issuer.to_owned(),
        sub: user.subject(),
        aud: audience(issuer, client),
        client_id: client.id.clone(),
        scope: scope.clone(),
        iat: lifetime.now.timestamp(),
        exp: lifetime.now.timestamp() + lifetime.seconds,
        jti: Jti::make(Some(authorization.grant_id), unique),
        sid: Some(authorization.session_id),
        auth_time: Some(authorization.auth_time.timestamp()),
        acr: Some(authorization.acr.clone()),
        amr: Some(authorization.amr.clone()),
        role: Some(user.role.clone()),
        plan: Some(user.plan.clone()),
        userinfo_claims: authorization.claims.userinfo.keys().cloned().collect(),
        mapped: subject.facts().claims(Target::AccessToken).claims,
    }
}

/// The claims for a client that acts on its own: `sub` is the client (RFC 9068 section 2.2).
pub fn for_client(issuer: &str, client: &Client, scope: &Scope, unique: Uuid, lifetime: Lifetime) -> AccessTokenClaims {
    AccessTokenClaims {
        iss: issuer.to_owned(),
        sub: client.id.clone(),
        aud: audience(issuer, client),
        client_id: client.id.clone(),
        scope: scope.clone(),
        iat: lifetime.now.timestamp(),
        exp: lifetime.now.timestamp() + lifetime.seconds,
        jti: Jti::make(None, unique),
        sid: None,
        auth_time: None,
        acr: None,
        amr: None,
        role: None,
        plan: None,
        userinfo_claims: Vec::new(),
        mapped: alone(client, scope).claims(Target::AccessToken).claims,
    }
}

/// What the mappings of a client that acts on its own are applied to.
pub fn alone<'a>(client: &'a Client, scope: &'a Scope) -> Facts<'a> {
    Facts {
        client: &client.metadata,
        scope,
        person: None,
    }
}

fn audience(issuer: &str, client: &Client) -> Audience {
    match client.metadata.audience.as_slice() {
        [] => Audience::One(issuer.to_owned()),
        [one] => Audience::One(one.clone()),
        many => Audience::Many(many.to_vec()),
    }
}
