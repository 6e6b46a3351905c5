//! Settings, as they are in force, and those that change while Passgate runs.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{Call, Code, Nothing, Operation, Page, Refused, Route, Wrong};
use crate::flow::{catalogue, settings as flow};
use crate::model::audit::AuditKind;
use crate::model::permission::{Authority, Permission, Resource};
use crate::settings::{Place, Problems, Settings, Told, choices, is_live};
use crate::store::{StoreError, Tx, audit};

/// Where the value of a setting comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SettingSource)]
pub enum Source {
    /// Nobody said anything.
    Default,
    /// It was changed while Passgate ran.
    Database,
    /// The file.
    File,
    /// An environment variable, which wins over everything.
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
    /// Whether it can be changed here: it needs no start, and neither the file nor the environment decides it.
    pub changeable: bool,
    /// The words that it takes; any where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
}

impl Setting {
    /// Reads what somebody wrote as a value of the kind that the setting has; the items of a list stand between commas or on
    /// lines of their own.
    ///
    /// # Errors
    /// What kind of value it is instead.
    pub fn read(&self, text: &str) -> Result<Value, &'static str> {
        match &self.default {
            Value::Bool(_) => text.trim().parse().map(Value::Bool).map_err(|_| "true or false"),
            Value::Number(_) => text
                .trim()
                .parse::<i64>()
                .map(Value::from)
                .map_err(|_| "a whole number"),
            Value::Array(_) => {
                let items = text.split([',', '\n']).map(str::trim);
                Ok(items.filter(|item| !item.is_empty()).collect())
            }
            _ => Ok(text.into()),
        }
    }
}

impl From<&Told> for Setting {
    fn from(told: &Told) -> Self {
        let (source, place) = match &told.place {
            Place::Default => (Source::Default, None),
            Place::Database => (Source::Database, None),
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
            needs_restart: !is_live(&told.key),
            changeable: is_live(&told.key) && matches!(source, Source::Default | Source::Database),
            choices: choices(&told.key).iter().map(|&choice| choice.to_owned()).collect(),
        }
    }
}

impl From<&Settings> for Page<Setting> {
    fn from(settings: &Settings) -> Self {
        Self {
            items: settings.told.iter().map(Setting::from).collect(),
            next: None,
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
        Ok(Page::from(&*call.state.settings))
    }

    fn revision(output: &Self::Output) -> Option<String> {
        Some(super::revision(output))
    }
}

/// What is to be changed: what is not named stays.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UpdateSettings)]
pub struct Changes {
    /// New values by their keys, as `{"accounts.sign_up": "invitation"}`; `null` takes a change back.
    #[schema(value_type = BTreeMap<String, Option<Value>>, example = json!({ "accounts.sign_up": "invitation" }))]
    pub values: BTreeMap<String, Option<Value>>,
}

/// See [`Operation::SUMMARY`].
pub struct Update;

impl Operation for Update {
    const ID: &'static str = "updateSettings";
    const SUMMARY: &'static str =
        "Changes settings at once, on every node within a second; those of the file and the environment stay.";
    const PERMISSION: Permission = Permission::write(Resource::Settings);
    const ROUTE: Route = Route::patch("/settings");
    type Input = Changes;
    type Output = Page<Setting>;

    async fn run(call: Call<'_>, input: Changes) -> Result<Self::Output, Refused> {
        let known = Arc::clone(&call.state.settings);
        let wanted = judge(&known, input)?;
        let now = call.state.clock.now();
        let unit = (known, wanted, call.expected.clone(), call.origin.clone());
        let changed = call.state.db.write(unit, move |tx, (known, wanted, expected, origin)| {
            Box::pin(async move {
                flow::hold(tx).await?;
                let before = flow::now(tx, known).await?;
                let revision = super::revision(&Page::from(&*before));
                if expected.as_ref().is_some_and(|expected| *expected != revision) {
                    return Ok(Err(Refused::revision()));
                }
                let changes = merged(&before, wanted);
                if changes.values == before.changes.values {
                    return Ok(Ok(before));
                }
                let after = match before.with_changes(changes) {
                    Ok(after) => Arc::new(after),
                    Err(Problems(problems)) => return Ok(Err(cannot_be(wanted, &problems))),
                };
                if let Err(refused) = hold_defaults(tx, &before, &after).await? {
                    return Ok(Err(refused));
                }
                flow::store(tx, &after.changes).await?;
                let details = json!({ "before": values(&before, wanted), "after": values(&after, wanted) });
                audit::record(tx, AuditKind::SettingsChanged, origin, "settings", details, now).await?;
                Ok(Ok(after))
            })
        });
        let after = changed.await??;
        let shown = Page::from(&*after);
        call.state.take_settings(after);
        Ok(shown)
    }

    fn revision(output: &Self::Output) -> Option<String> {
        Some(super::revision(output))
    }
}

/// Values that are to be set, and those that are to be taken back.
type Wanted = BTreeMap<String, Option<toml::Value>>;

/// What is asked for, when each of it is a setting that may be changed here; everything that is wrong at once.
fn judge(settings: &Settings, input: Changes) -> Result<Wanted, Refused> {
    let (mut wanted, mut wrong) = (Wanted::new(), Vec::new());
    for (key, value) in input.values {
        let refused = match (settings.unchanged(&key), settings.pinned(&key)) {
            (None, _) => Some("there is no such setting".to_owned()),
            (Some(_), _) if !is_live(&key) => {
                Some("it changes in the file or the environment, for the next start".to_owned())
            }
            (Some(_), Some(Place::File(path))) => Some(format!("{path} decides it: change it there")),
            (Some(_), Some(Place::Environment(name))) => {
                Some(format!("the variable {name} decides it: change it there"))
            }
            (Some(_), _) => None,
        };
        let value = value.map(toml::Value::try_from).transpose();
        match (refused, value) {
            (None, Ok(value)) => drop(wanted.insert(key, value)),
            (Some(detail), _) => wrong.push(field(&key, detail)),
            (None, Err(_)) => wrong.push(field(&key, "this is no value that a setting has".to_owned())),
        }
    }
    match wrong.is_empty() {
        true => Ok(wanted),
        false => Err(wrong_fields(wrong)),
    }
}

fn field(key: &str, detail: String) -> Wrong {
    // Keys have no characters that a JSON pointer escapes, and a stranger's key is shown as it came.
    Wrong {
        pointer: format!("/values/{}", key.replace('~', "~0").replace('/', "~1")),
        detail,
    }
}

fn wrong_fields(wrong: Vec<Wrong>) -> Refused {
    let lines: Vec<_> = wrong
        .iter()
        .map(|field| format!("{}: {}", field.pointer.trim_start_matches("/values/"), field.detail))
        .collect();
    Refused::Problem {
        code: Code::InvalidValue,
        detail: lines.join("; "),
        wrong,
    }
}

/// Problems begin with the key that they are about, where they are about one alone.
fn cannot_be(wanted: &Wanted, problems: &[String]) -> Refused {
    let of = |problem: &String| {
        let named = wanted.keys().find(|key| problem.contains(key.as_str()));
        field(named.map_or("", String::as_str), problem.clone())
    };
    Refused::Problem {
        code: Code::InvalidValue,
        detail: problems.join("; "),
        wrong: problems.iter().map(of).collect(),
    }
}

/// The changes that there are, with those that are asked for; what is as it was anyway is no change.
fn merged(settings: &Settings, wanted: &Wanted) -> crate::settings::Changes {
    let mut changes = settings.changes.clone();
    changes.revision += 1;
    let values = &mut changes.values;
    for (key, value) in wanted {
        match value {
            Some(value) if settings.unchanged(key) != Some(value) => drop(values.insert(key.clone(), value.clone())),
            _ => drop(values.remove(key)),
        }
    }
    changes
}

/// What new accounts get is in the catalogues, and administers nothing.
async fn hold_defaults(tx: &mut Tx, before: &Settings, after: &Settings) -> Result<Result<(), Refused>, StoreError> {
    let (was, is) = (&before.accounts, &after.accounts);
    if was.default_role != is.default_role
        && let Err(refused) = catalogue::hold_role(tx, &is.default_role, &Authority::default()).await?
    {
        let detail = match refused {
            catalogue::NotGiven::Unknown(unknown) => unknown.to_string(),
            catalogue::NotGiven::Beyond(_) => catalogue::Refused::DefaultAdministers.to_string(),
        };
        return Ok(Err(wrong_fields(vec![field("accounts.default_role", detail)])));
    }
    if was.default_plan != is.default_plan
        && let Err(refused) = catalogue::hold_plan(tx, &is.default_plan).await?
    {
        return Ok(Err(wrong_fields(vec![field(
            "accounts.default_plan",
            refused.to_string(),
        )])));
    }
    Ok(Ok(()))
}

/// The values of the settings that are asked for.
fn values(settings: &Settings, wanted: &Wanted) -> BTreeMap<String, Value> {
    let told = settings.told.iter().filter(|told| wanted.contains_key(&told.key));
    told.map(|told| (told.key.clone(), serde_json::to_value(&told.value).unwrap_or_default()))
        .collect()
}
