//! What an application would get of a person.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::settings::Mapping;
use super::unknown;
use crate::flow::Fault;
use crate::flow::admin::{Call, Operation, Refused, Route};
use crate::flow::preview as flow;
use crate::model::permission::{Permission, Resource};
use crate::model::scope::Scope;

/// Of whom, to which application.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PreviewClientClaims)]
pub struct Preview {
    /// Its id.
    pub client_id: String,
    /// The person: a `sub`, or an address.
    pub user_id: String,
    /// Mappings in place of those that it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim_mappings: Option<Vec<Mapping>>,
    /// What would be granted, separated by spaces; everything that it may ask for where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// The claims.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = PreviewedClaims)]
pub struct Previewed {
    /// Of the access token, and of introspection.
    #[schema(value_type = Object)]
    pub access_token: Value,
    /// Of the ID token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub id_token: Option<Value>,
    /// Of the answer of userinfo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub userinfo: Option<Map<String, Value>>,
    /// Claims that would make a token too large.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
}

/// See [`Operation::SUMMARY`].
pub struct PreviewClaims;

impl Operation for PreviewClaims {
    const ID: &'static str = "previewClientClaims";
    const SUMMARY: &'static str =
        "Shows the claims that an application would get of a person, before mappings are saved.";
    // Private metadata may be told by a mapping: this reads people as much as applications.
    const PERMISSION: Permission = Permission::read(Resource::Users);
    const ROUTE: Route = Route::post("/clients/{client_id}/preview-claims");
    type Input = Preview;
    type Output = Previewed;

    async fn run(call: Call<'_>, input: Preview) -> Result<Previewed, Refused> {
        let mappings = match input.claim_mappings {
            None => None,
            Some(mappings) => {
                let value = serde_json::to_value(mappings).map_err(|error| Fault::Internal(error.to_string()))?;
                Some(
                    serde_json::from_value(value)
                        .map_err(|error| Refused::value("claim_mappings", error.to_string()))?,
                )
            }
        };
        let scope = input.scope.as_deref().map(Scope::parse).transpose();
        let asked = flow::Input {
            client_id: input.client_id,
            mappings,
            user: input.user_id,
            scope: scope.map_err(|error| Refused::value("scope", error.to_string()))?,
        };
        let shown = flow::run(call.state, asked).await?;
        Ok(Previewed {
            access_token: shown.access_token,
            id_token: shown.id_token,
            userinfo: shown.userinfo,
            left_out: shown.left_out,
        })
    }
}

impl From<flow::Refused> for Refused {
    fn from(refused: flow::Refused) -> Self {
        use flow::Refused as R;
        match refused {
            R::Client => unknown(),
            R::User => Self::unknown("user"),
            R::Mappings(error) => Self::value("claim_mappings", error.to_string()),
            R::Fault(fault) => Self::Fault(fault),
        }
    }
}
