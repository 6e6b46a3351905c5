//! Settings, as they are in force.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{Call, Nothing, Operation, Page, Refused, Route};
use crate::model::permission::{Permission, Resource};
use crate::settings::{Place, Told};

/// Where the value of a setting comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SettingSource)]
pub enum Source {
    /// Nobody said anything.
    Default,
    /// The file.
    File,
    /// An environment variable, which wins over the file.
    Environment,
}

/// A setting.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Setting {
    /// Its key with its section, as in `tokens.code_seconds`.
    pub key: String,
    /// What it is about.
    pub explanation: String,
    /// Its value; absent where it is a secret that is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Value>)]
    pub value: Option<Value>,
    /// Its default.
    #[schema(value_type = Value)]
    pub default: Value,
    /// Where the value comes from.
    pub source: Source,
    /// The file or the variable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Whether a change waits for the next start of the server.
    pub needs_restart: bool,
}

impl From<&Told> for Setting {
    fn from(told: &Told) -> Self {
        let (source, place) = match &told.place {
            Place::Default => (Source::Default, None),
            Place::File(path) => (Source::File, Some(path.clone())),
            Place::Environment(name) => (Source::Environment, Some(name.clone())),
        };
        let json = |value: &toml::Value| serde_json::to_value(value).unwrap_or_default();
        Self {
            key: told.key.clone(),
            explanation: told.explanation.clone(),
            value: told.value.as_ref().map(json),
            default: json(&told.default),
            source,
            place,
            // What may change while the server runs lies in the database: roles, plans, applications, keys.
            needs_restart: true,
        }
    }
}

/// See [`Operation::SUMMARY`].
pub struct List;

impl Operation for List {
    const ID: &'static str = "listSettings";
    const SUMMARY: &'static str =
        "Lists the settings in force, with their explanations and where they come from; never a secret.";
    const PERMISSION: Permission = Permission::read(Resource::Settings);
    const ROUTE: Route = Route::get("/settings");
    type Input = Nothing;
    type Output = Page<Setting>;

    async fn run(call: Call<'_>, _: Nothing) -> Result<Self::Output, Refused> {
        Ok(Page {
            items: call.state.settings.told.iter().map(Setting::from).collect(),
            next: None,
        })
    }
}
