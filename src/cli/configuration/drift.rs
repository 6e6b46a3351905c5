//! What stands between a server and a file.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::items::{Configuration, Item, Kind, Stored};
use crate::cli::client::settings::{Members, difference};
use crate::model::user::ADMIN_ROLE;

/// What is done to a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It is made.
    Add,
    /// It becomes another.
    Change,
    /// It goes.
    Remove,
}

/// A member, before and after; null where it is not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Both {
    before: Value,
    after: Value,
}

/// One thing that is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What.
    pub action: Action,
    /// To what; as it is to be, or as it was where it goes.
    pub item: Item,
    /// What becomes different of a thing that is there.
    pub changes: Map<String, Value>,
    /// How it was.
    before: Map<String, Value>,
}

/// Everything that is done, in the order in which it is done.
pub struct Drift {
    /// It.
    pub steps: Vec<Step>,
    /// What is there and not in the file, and stays.
    kept: Vec<(Kind, String)>,
}

/// Compares. What is changed comes before what is made, so that a scope or a name is free; what goes goes last, and
/// applications before what they may refer to.
pub fn compare(stored: &[Stored], wanted: &Configuration, prune: bool) -> Drift {
    let find = |item: &Item| {
        let mut all = stored.iter();
        all.find(|known| (known.item.kind, &known.item.name) == (item.kind, &item.name))
    };
    let (mut steps, mut added) = (Vec::new(), Vec::new());
    for item in wanted.wanted.iter().map(|wanted| &wanted.item) {
        let before = find(item).map(|known| before(known, item, prune));
        let Some(before) = before else {
            added.push(Step {
                action: Action::Add,
                item: item.clone(),
                changes: Map::new(),
                before: Map::new(),
            });
            continue;
        };
        let changes = difference(&before, &item.members);
        if !changes.is_empty() {
            let action = Action::Change;
            let item = item.clone();
            steps.push(Step {
                action,
                item,
                changes,
                before,
            });
        }
    }
    steps.extend(added);
    // Stable: within a kind changes stay before additions.
    steps.sort_by_key(|step| step.item.kind);
    let is_wanted = |item: &Item| {
        wanted
            .wanted
            .iter()
            .any(|wanted| (wanted.item.kind, &wanted.item.name) == (item.kind, &item.name))
    };
    let mut kept = Vec::new();
    for item in stored
        .iter()
        .rev()
        .map(|stored| &stored.item)
        .filter(|item| !is_wanted(item))
    {
        // The role of administrators is in every installation.
        let stays = !prune || (item.kind == Kind::Role && item.name == ADMIN_ROLE);
        match stays {
            true => kept.push((item.kind, item.name.clone())),
            false => steps.push(Step {
                action: Action::Remove,
                item: item.clone(),
                changes: Map::new(),
                before: item.members.clone(),
            }),
        }
    }
    kept.reverse();
    let settings = wanted.wanted.iter().find(|wanted| wanted.item.kind == Kind::Settings);
    if let Some(settings) = settings.map(|wanted| &wanted.item).filter(|_| !prune) {
        let there = find(settings).map(|stored| stored.item.members.keys());
        let others = there
            .into_iter()
            .flatten()
            .filter(|key| !settings.members.contains_key(*key));
        kept.extend(others.map(|key| (Kind::Settings, key.clone())));
    }
    Drift { steps, kept }
}

/// What a thing is before, as far as it is compared. A setting that the file does not have stays as it is, unless what is not
/// in the file is to go; one that it has is compared with what is in force, whoever decided it.
fn before(known: &Stored, wanted: &Item, prune: bool) -> Members {
    if known.item.kind != Kind::Settings {
        return known.item.members.clone();
    }
    let in_force = known
        .in_force
        .iter()
        .filter(|(key, _)| wanted.members.contains_key(*key));
    let changed = known.item.members.iter().filter(|_| prune);
    in_force
        .chain(changed)
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

impl Step {
    /// In a line.
    pub fn line(&self) -> String {
        let sign = match self.action {
            Action::Add => '+',
            Action::Change => '~',
            Action::Remove => '-',
        };
        format!("{sign} {} {}", self.item.kind.noun(), self.item.name)
            .trim_end()
            .to_owned()
    }

    /// The members that become different, before and after.
    fn members(&self) -> Vec<(&String, Both)> {
        let of = |name: &String| Both {
            before: self.before.get(name).cloned().unwrap_or_default(),
            after: self.item.members.get(name).cloned().unwrap_or_default(),
        };
        match self.action {
            Action::Add => self.item.members.keys().map(|name| (name, of(name))).collect(),
            Action::Change => self.changes.keys().map(|name| (name, of(name))).collect(),
            Action::Remove => Vec::new(),
        }
    }

    /// For programs.
    pub fn document(&self) -> Value {
        let members: Map<String, Value> = self
            .members()
            .into_iter()
            .map(|(name, both)| (name.clone(), json!(both)))
            .collect();
        json!({ "action": self.action, "kind": self.item.kind, "name": self.item.name, "members": members })
    }
}

impl Drift {
    /// For programs.
    pub fn document(&self) -> Value {
        let kept: Vec<_> = self
            .kept
            .iter()
            .map(|(kind, name)| json!({ "kind": kind, "name": name }))
            .collect();
        let steps: Vec<_> = self.steps.iter().map(Step::document).collect();
        json!({ "drift": !self.steps.is_empty(), "changes": steps, "not_in_file": kept })
    }

    /// For people.
    pub fn for_people(&self) -> String {
        let mut lines = Vec::new();
        for step in &self.steps {
            lines.push(step.line());
            for (name, both) in step.members() {
                lines.push(match step.action {
                    Action::Add => format!("    {name}: {}", both.after),
                    _ => format!("    {name}: {} -> {}", shown(&both.before), shown(&both.after)),
                });
            }
        }
        if !self.kept.is_empty() {
            let kept: Vec<_> = self
                .kept
                .iter()
                .map(|(kind, name)| format!("{} {name}", kind.noun()))
                .collect();
            lines.push(format!("not in the file, and stays: {}", kept.join(", ")));
        }
        let count = |action| self.steps.iter().filter(|step| step.action == action).count();
        lines.push(match self.steps.is_empty() {
            true => "no drift: everything is as the file says".to_owned(),
            false => format!(
                "{} to add, {} to change, {} to remove",
                count(Action::Add),
                count(Action::Change),
                count(Action::Remove)
            ),
        });
        lines.join("\n")
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        value => value.to_string(),
    }
}
