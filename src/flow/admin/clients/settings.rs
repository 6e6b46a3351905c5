//! The metadata of applications as the REST interface has it: RFC 7591 section 2, and what is our own.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::flow::Fault;
use crate::model::client::ClientMetadata;
use crate::model::permission::Authority;
use crate::protocol::registration::Registration;

/// A claim that an application gets beside the usual ones.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = ClaimMapping)]
pub struct Mapping {
    /// What it is called; full stops lead into objects, as in `metadata.role`.
    pub claim: String,
    /// `role`, `plan`, `permissions`, `features`, `metadata.public.a.b`, `metadata.unsafe.a`, `metadata.private.a`,
    /// `user.email`, or `{"value": …}`.
    #[schema(value_type = Value)]
    pub from: Value,
    /// Where it is told: `access_token`, `id_token`, `userinfo`.
    pub tokens: Vec<String>,
    /// Must stand where private metadata is told.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub private: bool,
}

/// Tells null from nothing.
pub(super) fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// A struct with every setting of a client, none of which must be there. `$extra` come first.
macro_rules! settings {
    ($(#[$meta:meta])* pub struct $name:ident { $($(#[$of:meta])* pub $extra:ident: $type:ty,)* }) => {
        $(#[$meta])*
        pub struct $name {
            $($(#[$of])* pub $extra: $type,)*
            /// What people see.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub client_name: Option<String>,
            /// Where answers go, byte for byte.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub redirect_uris: Option<Vec<String>>,
            /// Where a person may be sent after sign-out.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub post_logout_redirect_uris: Option<Vec<String>>,
            /// `client_secret_basic`, `client_secret_post` or `none`.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub token_endpoint_auth_method: Option<String>,
            /// `authorization_code`, `refresh_token`, `client_credentials`.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub grant_types: Option<Vec<String>>,
            /// The scopes that it may ask for, separated by spaces. Nobody gives administrative ones that they do not hold.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub scope: Option<String>,
            /// Public keys that sign its request objects (RFC 7517 section 5).
            #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::flow::admin::clients::settings::present")]
            #[schema(value_type = Option<Object>)]
            pub jwks: Option<Option<serde_json::Map<String, serde_json::Value>>>,
            /// Algorithm of its tokens: `RS256`, `PS256`, `ES256`, `EdDSA`.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub id_token_signed_response_alg: Option<String>,
            /// Home page.
            #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::flow::admin::clients::settings::present")]
            #[schema(value_type = Option<String>)]
            pub client_uri: Option<Option<String>>,
            /// Shown on the pages of its sign-in.
            #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::flow::admin::clients::settings::present")]
            #[schema(value_type = Option<String>)]
            pub logo_uri: Option<Option<String>>,
            /// Its privacy policy.
            #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::flow::admin::clients::settings::present")]
            #[schema(value_type = Option<String>)]
            pub policy_uri: Option<Option<String>>,
            /// Its terms of service.
            #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::flow::admin::clients::settings::present")]
            #[schema(value_type = Option<String>)]
            pub tos_uri: Option<Option<String>>,
            /// Seconds after which people prove anew who they are.
            #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::flow::admin::clients::settings::present")]
            #[schema(value_type = Option<u32>)]
            pub default_max_age: Option<Option<u32>>,
            /// Assurances that it would like: `1`, `2`, `phr`.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub default_acr_values: Option<Vec<String>>,
            /// The assurance below which it gets no code: `1`, `2` or `phr`.
            #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::flow::admin::clients::settings::present")]
            #[schema(value_type = Option<String>)]
            pub minimum_acr: Option<Option<String>>,
            /// When people are asked for consent: `remember`, `always` or `skip`.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub consent: Option<String>,
            /// Only the registered way of sending the secret is taken.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub strict_auth_method: Option<bool>,
            /// PKCE is demanded even of a confidential client.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub require_pkce: Option<bool>,
            /// ID tokens without role, plan, profile and e-mail, which then come from userinfo alone.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub slim_id_token: Option<bool>,
            /// The `aud` of its access tokens; the issuer when empty.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub audience: Option<Vec<String>>,
            /// Audiences whose tokens it may introspect, whoever they were issued to.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub introspects: Option<Vec<String>>,
            /// Whether it may introspect any token.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub introspects_any: Option<bool>,
            /// Claims that it gets beside the usual ones.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub claim_mappings: Option<Vec<crate::flow::admin::clients::settings::Mapping>>,
            /// Seconds that its access tokens live; as the settings say where null.
            #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::flow::admin::clients::settings::present")]
            #[schema(value_type = Option<u32>, minimum = 60, maximum = 86_400)]
            pub access_token_seconds: Option<Option<u32>>,
            /// The type in the header of its access tokens: `at+jwt` or `JWT`.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub access_token_typ: Option<String>,
        }
    };
}
pub(super) use settings;

settings! {
    /// The settings of an application.
    #[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
    #[schema(as = ClientSettings)]
    pub struct Settings {}
}

impl Settings {
    /// Of a registered client.
    pub fn of(metadata: &ClientMetadata) -> Self {
        let value = serde_json::to_value(metadata).unwrap_or_default();
        serde_json::from_value(value).unwrap_or_default()
    }
}

/// Metadata with some members changed, as a registration; `changes` is a struct of [`settings!`], of which other members are
/// left out. Null takes a member away.
pub(super) fn registration(
    current: Option<&ClientMetadata>,
    changes: &impl Serialize,
    leave_out: &[&str],
) -> Result<Registration, super::Refused> {
    let object = |value: Result<Value, serde_json::Error>| match value {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(Fault::Internal("settings are an object".to_owned())),
        Err(error) => Err(Fault::Internal(error.to_string())),
    };
    let mut members = match current {
        Some(metadata) => object(serde_json::to_value(metadata))?,
        None => serde_json::Map::new(),
    };
    for (name, value) in object(serde_json::to_value(changes))? {
        match value {
            _ if leave_out.contains(&name.as_str()) => {}
            Value::Null => drop(members.remove(&name)),
            value => drop(members.insert(name, value)),
        }
    }
    Registration::read(members.into()).map_err(super::metadata)
}

/// What the scopes of a registration would let a client administer.
pub(super) fn administers(registration: &Registration) -> Authority {
    Authority::among(registration.scope.as_deref().unwrap_or_default().split(' '))
}
