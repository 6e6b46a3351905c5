//! What a configuration consists of, in one form: as a server has it, and as a file wants it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::cli::CommandError;
use crate::cli::administration::Server;
use crate::cli::client::settings::{Members, judged, members};
use crate::flow::admin::apis::{self, NewApi};
use crate::flow::admin::clients::{self, Client, Listing, NewClient};
use crate::flow::admin::plans::{self, NewPlan};
use crate::flow::admin::roles::{self, NewRole};
use crate::flow::admin::settings::{self, Setting, Source};
use crate::flow::admin::{Nothing, Operation as _, Page};
use crate::identity::catalogue as rules;

/// The member of an application that is switched off.
pub const DISABLED: &str = "disabled";
/// Names the variable from which an application that is made gets its secret. It is told by nobody, so it is in no export.
const SECRET_ENV: &str = "client_secret_env";
/// What a server says of things beside what they are.
const NOT_TOLD: [&str; 5] = [
    "revision",
    "created_at",
    "updated_at",
    "has_secret",
    "previous_secret_expires_at",
];

/// The kinds of things, in the order in which they are made: applications ask for the scopes of services.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A service.
    Api,
    /// A role.
    Role,
    /// A plan.
    Plan,
    /// What was changed of the settings while Passgate ran: all of it is one thing.
    Settings,
    /// An application.
    Client,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Api, Self::Role, Self::Plan, Self::Settings, Self::Client];

    /// For people.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Role => "role",
            Self::Plan => "plan",
            Self::Settings => "settings",
            Self::Client => "client",
        }
    }

    /// Its section of the file.
    pub fn section(self) -> &'static str {
        match self {
            Self::Api => "apis",
            Self::Role => "roles",
            Self::Plan => "plans",
            Self::Settings => "settings",
            Self::Client => "clients",
        }
    }

    /// The member that names one of them; nothing names the settings.
    pub fn key(self) -> &'static str {
        match self {
            Self::Api => "identifier",
            Self::Role | Self::Plan => "name",
            Self::Settings => "",
            Self::Client => "client_id",
        }
    }
}

/// One thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its kind.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// The rest, under the names of the REST interface.
    pub members: Members,
}

/// A thing that a server has.
pub struct Stored {
    /// It.
    pub item: Item,
    /// What it must still be when it is changed.
    pub revision: String,
    /// Of the settings, all that may be changed, as they are in force.
    pub in_force: Members,
}

/// A thing that a file wants.
pub struct Wanted {
    /// It.
    pub item: Item,
    /// The variable with the secret of an application.
    pub secret_env: Option<String>,
}

/// What a file wants.
pub struct Configuration {
    /// The sections that it has.
    pub sections: Vec<Kind>,
    /// What is in them, by kind and name.
    pub wanted: Vec<Wanted>,
}

/// What a server has of these kinds, by kind and name.
pub async fn stored(server: &Server, kinds: &[Kind]) -> Result<Vec<Stored>, CommandError> {
    let mut all = Vec::new();
    for kind in kinds {
        match kind {
            Kind::Api => {
                let found = server.run::<apis::List>(Nothing {}).await?.items;
                all.extend(found.iter().map(|api| told(*kind, api)));
            }
            Kind::Role => {
                let found = server.run::<roles::List>(Nothing {}).await?.items;
                all.extend(found.iter().map(|role| told(*kind, role)));
            }
            Kind::Plan => {
                let found = server.run::<plans::List>(Nothing {}).await?.items;
                all.extend(found.iter().map(|plan| told(*kind, plan)));
            }
            Kind::Settings => all.push(settings(&server.run::<settings::List>(Nothing {}).await?)),
            Kind::Client => {
                let page = |limit, after| Listing { limit, after };
                let found: Vec<Client> = server.all::<clients::List, _>(usize::MAX, page).await?;
                all.extend(found.iter().map(|client| told(*kind, client)));
            }
        }
    }
    // Each engine sorts text in its own way.
    all.sort_by(|a, b| (a.item.kind, &a.item.name).cmp(&(b.item.kind, &b.item.name)));
    Ok(all)
}

fn told(kind: Kind, shown: &impl Serialize) -> Stored {
    let mut members = members(shown);
    let revision = members.remove("revision").unwrap_or_default().to_string();
    members.retain(|name, _| !NOT_TOLD.contains(&name.as_str()));
    Stored {
        item: named(kind, members),
        revision,
        in_force: Members::new(),
    }
}

fn settings(told: &Page<Setting>) -> Stored {
    let those = |keep: &dyn Fn(&Setting) -> bool| -> Members {
        let kept = told.items.iter().filter(|setting| keep(setting));
        kept.filter_map(|setting| Some((setting.key.clone(), setting.value.clone()?)))
            .collect()
    };
    Stored {
        item: Item {
            kind: Kind::Settings,
            name: String::new(),
            members: those(&|setting| setting.source == Source::Database),
        },
        revision: settings::List::revision(told).unwrap_or_default(),
        in_force: those(&|setting| !setting.needs_restart),
    }
}

/// Settings as in their own file, `[settings.accounts]`, or under their whole keys.
fn wanted_settings(given: Map<String, Value>) -> Wanted {
    let mut members = Members::new();
    for (name, value) in given {
        match value {
            Value::Object(section) => {
                let keys = section.into_iter();
                members.extend(keys.map(|(key, value)| (format!("{name}.{key}"), value)));
            }
            value => drop(members.insert(name, value)),
        }
    }
    Wanted {
        item: Item {
            kind: Kind::Settings,
            name: String::new(),
            members,
        },
        secret_env: None,
    }
}

fn named(kind: Kind, mut members: Members) -> Item {
    let name = members.remove(kind.key()).unwrap_or_default();
    Item {
        kind,
        name: name.as_str().unwrap_or_default().to_owned(),
        members,
    }
}

/// A file as it is written. What is misspelled is refused.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    apis: Option<Vec<NewApi>>,
    roles: Option<Vec<NewRole>>,
    plans: Option<Vec<NewPlan>>,
    settings: Option<Map<String, Value>>,
    clients: Option<Vec<Map<String, Value>>>,
}

/// Reads what a file wants, in the form in which a server would keep it.
pub fn wanted(document: Value) -> Result<Configuration, String> {
    let document: Document = strictly("", document)?;
    let mut sections = Vec::new();
    let mut all = Vec::new();
    if let Some(apis) = document.apis {
        sections.push(Kind::Api);
        all.extend(apis.into_iter().map(api));
    }
    if let Some(roles) = document.roles {
        sections.push(Kind::Role);
        for role in roles {
            all.push(self::role(role)?);
        }
    }
    if let Some(plans) = document.plans {
        sections.push(Kind::Plan);
        for plan in plans {
            all.push(self::plan(plan)?);
        }
    }
    if let Some(settings) = document.settings {
        sections.push(Kind::Settings);
        all.push(wanted_settings(settings));
    }
    if let Some(clients) = document.clients {
        sections.push(Kind::Client);
        for (at, client) in clients.into_iter().enumerate() {
            all.push(self::client(at, client)?);
        }
    }
    all.sort_by(|a, b| (a.item.kind, &a.item.name).cmp(&(b.item.kind, &b.item.name)));
    let twins = all.iter().zip(all.iter().skip(1));
    for (Wanted { item: one, .. }, Wanted { item: other, .. }) in twins {
        if (one.kind, &one.name) == (other.kind, &other.name) {
            return Err(format!("{}: {} is there twice", one.kind.section(), one.name));
        }
    }
    Ok(Configuration { sections, wanted: all })
}

fn strictly<T: for<'de> Deserialize<'de>>(place: &str, value: Value) -> Result<T, String> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = match (place, error.path().to_string().as_str()) {
            ("", ".") => return error.into_inner().to_string(),
            ("", path) => path.to_owned(),
            (place, ".") => place.to_owned(),
            (place, path) => format!("{place}.{path}"),
        };
        format!("{path}: {}", error.into_inner())
    })
}

fn plain(kind: Kind, new: &impl Serialize) -> Wanted {
    Wanted {
        item: named(kind, members(new)),
        secret_env: None,
    }
}

fn api(mut new: NewApi) -> Wanted {
    let trimmed = |text: &str| text.trim().to_owned();
    new.name = trimmed(&new.name);
    new.description = trimmed(&new.description);
    for scope in &mut new.scopes {
        scope.description = trimmed(&scope.description);
    }
    plain(Kind::Api, &new)
}

fn role(mut new: NewRole) -> Result<Wanted, String> {
    let named = |error: rules::Malformed| format!("roles: {}: {error}", new.name);
    rules::name(&new.name).map_err(named)?;
    new.description = rules::description(&new.description).map_err(named)?;
    new.permissions = rules::permissions(&new.permissions).map_err(named)?;
    Ok(plain(Kind::Role, &new))
}

fn plan(mut new: NewPlan) -> Result<Wanted, String> {
    let named = |error: rules::Malformed| format!("plans: {}: {error}", new.name);
    rules::name(&new.name).map_err(named)?;
    new.description = rules::description(&new.description).map_err(named)?;
    new.features = rules::features(&new.features).map_err(named)?;
    Ok(plain(Kind::Plan, &new))
}

fn client(at: usize, mut given: Map<String, Value>) -> Result<Wanted, String> {
    let place = format!("clients[{at}]");
    let disabled = match given.remove(DISABLED) {
        None | Some(Value::Bool(false)) => false,
        Some(Value::Bool(true)) => true,
        Some(_) => return Err(format!("{place}.{DISABLED}: true or false")),
    };
    let secret_env = match given.remove(SECRET_ENV) {
        None => None,
        Some(Value::String(name)) => Some(name),
        Some(_) => return Err(format!("{place}.{SECRET_ENV}: the name of a variable")),
    };
    if given.contains_key("client_secret") {
        return Err(format!(
            "{place}.client_secret: no secret stands in a file: name the variable that holds it as {SECRET_ENV}"
        ));
    }
    let new: NewClient = strictly(&place, given.into())?;
    let Some(name) = new.client_id.clone() else {
        return Err(format!("{place}: client_id is missing"));
    };
    let (mut members, left_out) = judged(members(&new)).map_err(|error| format!("clients: {name}: {error}"))?;
    if let Some(what) = left_out.first() {
        return Err(format!("clients: {name}: {what} is not supported"));
    }
    if disabled {
        members.insert(DISABLED.to_owned(), true.into());
    }
    Ok(Wanted {
        item: Item {
            kind: Kind::Client,
            name,
            members,
        },
        secret_env,
    })
}
