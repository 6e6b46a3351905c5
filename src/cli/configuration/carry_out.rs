//! Does what a plan says, step by step, by the operations of administrators, and says how far it came.

use std::collections::BTreeMap;
use std::process::ExitCode;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::drift::{Action, Drift, Step};
use super::items::{Configuration, DISABLED, Item, Kind, Stored};
use crate::cli::CommandError;
use crate::cli::administration::{Server, variable};
use crate::cli::output::{Output, say};
use crate::flow::admin::clients::{self, Which};
use crate::flow::admin::{Operation, apis, plans, roles, settings};

/// The secrets that applications bring along, by their ids. They are read before anything is done.
pub fn secrets(wanted: &Configuration, drift: &Drift) -> Result<BTreeMap<String, String>, CommandError> {
    let is_added = |item: &Item| {
        let mut added = drift.steps.iter().filter(|step| step.action == Action::Add);
        added.any(|step| (step.item.kind, &step.item.name) == (item.kind, &item.name))
    };
    let mut secrets = BTreeMap::new();
    for wanted in wanted.wanted.iter().filter(|wanted| is_added(&wanted.item)) {
        let Some(name) = &wanted.secret_env else { continue };
        let Some(secret) = variable(name).filter(|secret| !secret.is_empty()) else {
            let id = &wanted.item.name;
            return Err(CommandError::Refused(format!(
                "nothing was done: {name}, which holds the secret of the client {id}, is not set"
            )));
        };
        secrets.insert(wanted.item.name.clone(), secret);
    }
    Ok(secrets)
}

/// Does it. The first refusal ends it; what was done before stays done.
pub async fn run(
    server: &Server,
    stored: &[Stored],
    drift: &Drift,
    secrets: &BTreeMap<String, String>,
    output: Output,
) -> Result<ExitCode, CommandError> {
    let mut done = Vec::new();
    let mut made = Map::new();
    let mut refused = None;
    for step in &drift.steps {
        let mut doing = Doing {
            server,
            revision: revision(stored, &step.item),
            brought: secrets.get(&step.item.name),
            made: None,
        };
        let outcome = doing.step(step).await;
        // A secret that was made is known to nobody else, whatever came after it.
        if let Some(secret) = doing.made {
            if !output.json {
                say(&format!("{}: client_secret {secret} (not shown again)", step.item.name));
            }
            made.insert(step.item.name.clone(), secret.into());
        }
        if let Err(error) = outcome {
            refused = Some((step, error));
            break;
        }
        if !output.json {
            say(&format!("done: {}", step.line()));
        }
        done.push(step.document());
    }
    let (count, all) = (done.len(), drift.steps.len());
    if output.json {
        say(&json!({ "done": done, "of": all, "client_secrets": made }).to_string());
    }
    match refused {
        None => Ok(ExitCode::SUCCESS),
        Some((step, error)) => Err(CommandError::Refused(format!(
            "{}: {error}; {count} of {all} changes were made",
            step.line()
        ))),
    }
}

fn revision(stored: &[Stored], item: &Item) -> Option<String> {
    let mut all = stored.iter();
    let found = all.find(|known| (known.item.kind, &known.item.name) == (item.kind, &item.name));
    found.map(|known| known.revision.clone())
}

/// One step, and what it needs.
struct Doing<'a> {
    server: &'a Server,
    revision: Option<String>,
    brought: Option<&'a String>,
    made: Option<String>,
}

impl Doing<'_> {
    async fn step(&mut self, step: &Step) -> Result<(), CommandError> {
        let Step {
            action, item, changes, ..
        } = step;
        match (item.kind, action) {
            (Kind::Api, Action::Add) => self.run::<apis::Create>(item, &item.members).await.map(drop),
            (Kind::Api, Action::Change) => self.run::<apis::Update>(item, changes).await.map(drop),
            (Kind::Api, Action::Remove) => self.run::<apis::Delete>(item, &Map::new()).await.map(drop),
            (Kind::Role, Action::Add) => self.run::<roles::Create>(item, &item.members).await.map(drop),
            (Kind::Role, Action::Change) => self.run::<roles::Update>(item, changes).await.map(drop),
            (Kind::Role, Action::Remove) => self.run::<roles::Delete>(item, &Map::new()).await.map(drop),
            (Kind::Plan, Action::Add) => self.run::<plans::Create>(item, &item.members).await.map(drop),
            (Kind::Plan, Action::Change) => self.run::<plans::Update>(item, changes).await.map(drop),
            (Kind::Plan, Action::Remove) => self.run::<plans::Delete>(item, &Map::new()).await.map(drop),
            (Kind::Settings, _) => self.change_settings(item, changes).await,
            (Kind::Client, Action::Add) => self.add_client(item).await,
            (Kind::Client, Action::Change) => self.change_client(item, changes).await,
            (Kind::Client, Action::Remove) => self.run::<clients::Delete>(item, &Map::new()).await.map(drop),
        }
    }

    /// Runs an operation whose input is the name of a thing and some of its members.
    async fn run<O: Operation>(&self, item: &Item, members: &Map<String, Value>) -> Result<O::Output, CommandError> {
        let mut members = members.clone();
        members.remove(DISABLED);
        members.insert(item.kind.key().to_owned(), item.name.clone().into());
        self.server.change::<O>(self.revision.clone(), input(members)?).await
    }

    /// All of them at once: some only go together. What is no more wanted is what it was before anybody changed it.
    async fn change_settings(&self, item: &Item, changes: &Map<String, Value>) -> Result<(), CommandError> {
        let values = changes.keys().map(|key| (key.clone(), item.members.get(key).cloned()));
        let changes = settings::Changes {
            values: values.collect(),
        };
        let done = self.server.change::<settings::Update>(self.revision.clone(), changes);
        done.await.map(drop)
    }

    async fn add_client(&mut self, item: &Item) -> Result<(), CommandError> {
        let mut members = item.members.clone();
        if let Some(secret) = self.brought {
            members.insert("client_secret".to_owned(), secret.clone().into());
        }
        let created = self.run::<clients::Create>(item, &members).await?;
        self.made = created.client_secret.filter(|_| self.brought.is_none());
        match item.members.contains_key(DISABLED) {
            true => self.switch(item, true).await,
            false => Ok(()),
        }
    }

    async fn change_client(&mut self, item: &Item, changes: &Map<String, Value>) -> Result<(), CommandError> {
        let switched = changes.get(DISABLED).and_then(Value::as_bool);
        if changes.len() > usize::from(switched.is_some()) {
            self.made = self.run::<clients::Update>(item, changes).await?.client_secret;
        }
        match switched {
            Some(disabled) => self.switch(item, disabled).await,
            None => Ok(()),
        }
    }

    async fn switch(&self, item: &Item, disabled: bool) -> Result<(), CommandError> {
        let which = Which {
            client_id: item.name.clone(),
        };
        match disabled {
            true => self.server.run::<clients::Disable>(which).await.map(drop),
            false => self.server.run::<clients::Enable>(which).await.map(drop),
        }
    }
}

fn input<T: DeserializeOwned>(members: Map<String, Value>) -> Result<T, CommandError> {
    serde_json::from_value(members.into()).map_err(CommandError::from_display)
}
