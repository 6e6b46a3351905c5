//! `passgate setting`: what is in force, and what changes while Passgate runs.

use std::collections::BTreeMap;
use std::process::ExitCode;

use clap::Subcommand;
use serde_json::Value;

use super::CommandError;
use super::administration::Server;
use super::output::{Output, table};
use crate::flow::admin::settings::{self, Changes, Setting, Source};
use crate::flow::admin::{Nothing, Page};

/// What can be done with settings.
#[derive(Subcommand)]
pub enum Command {
    /// List the settings in force and where they come from; never a secret.
    List,
    /// Show a setting with what it is about.
    Show {
        /// Its key, as accounts.sign_up.
        key: String,
    },
    /// Change settings of a running installation, all or none; every node follows within a second.
    Set {
        /// What is to be, as accounts.sign_up=invitation; lists are comma-separated.
        #[arg(value_name = "KEY=VALUE", required = true)]
        values: Vec<String>,
    },
    /// Take changes back: what the file and the environment leave open is the default again.
    Reset {
        /// Their keys.
        #[arg(value_name = "KEY", required = true)]
        keys: Vec<String>,
    },
}

/// Does it.
pub async fn run(server: &Server, command: Command, output: Output) -> Result<ExitCode, CommandError> {
    let known = server.run::<settings::List>(Nothing {}).await?;
    match command {
        Command::List => {
            let rows: Vec<_> = known.items.iter().map(row).collect();
            output.answer(&known.items, || table(&["KEY", "VALUE", "FROM"], &rows));
        }
        Command::Show { key } => {
            let setting = find(&known, &key)?;
            output.answer(setting, || for_people(setting));
        }
        Command::Set { values } => {
            let values = values.iter().map(|text| wanted(&known, text));
            change(server, values.collect::<Result<_, _>>()?, output).await?;
        }
        Command::Reset { keys } => {
            let values = keys.into_iter().map(|key| (key, None));
            change(server, values.collect(), output).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn change(server: &Server, values: BTreeMap<String, Option<Value>>, output: Output) -> Result<(), CommandError> {
    let keys: Vec<_> = values.keys().cloned().collect();
    let mut after = server.run::<settings::Update>(Changes { values }).await?.items;
    after.retain(|setting| keys.contains(&setting.key));
    let rows: Vec<_> = after.iter().map(row).collect();
    output.answer(&after, || table(&["KEY", "VALUE", "FROM"], &rows));
    Ok(())
}

fn find<'a>(known: &'a Page<Setting>, key: &str) -> Result<&'a Setting, CommandError> {
    let found = known.items.iter().find(|setting| setting.key == key);
    found.ok_or_else(|| CommandError::Refused(format!("{key} is no setting; `passgate setting list` lists them")))
}

/// Reads `KEY=VALUE` as the value that the setting has.
fn wanted(known: &Page<Setting>, text: &str) -> Result<(String, Option<Value>), CommandError> {
    let Some((key, value)) = text.split_once('=') else {
        return Err(CommandError::Refused(format!("{text} is not KEY=VALUE")));
    };
    let read = find(known, key)?.read(value);
    let value = read.map_err(|kind| CommandError::Refused(format!("{key} is {kind}, not {value:?}")))?;
    Ok((key.to_owned(), Some(value)))
}

fn row(setting: &Setting) -> Vec<String> {
    vec![setting.key.clone(), value(setting), source(setting)]
}

fn value(setting: &Setting) -> String {
    setting
        .value
        .as_ref()
        .map_or_else(|| "(secret)".to_owned(), ToString::to_string)
}

fn source(setting: &Setting) -> String {
    match (&setting.place, setting.source) {
        (Some(place), _) => place.clone(),
        (None, Source::Database) => "changed while running".to_owned(),
        (None, _) => "default".to_owned(),
    }
}

fn for_people(setting: &Setting) -> String {
    let mut lines = vec![
        format!("{} = {}", setting.key, value(setting)),
        String::new(),
        setting.explanation.clone(),
        String::new(),
        format!("default  {}", setting.default),
        format!("from     {}", source(setting)),
    ];
    if !setting.choices.is_empty() {
        lines.push(format!("one of   {}", setting.choices.join(", ")));
    }
    lines.push(match (setting.needs_restart, setting.changeable) {
        (true, _) => "changes  in the file or the environment, for the next start".to_owned(),
        (false, true) => format!("changes  at once: passgate setting set {}=VALUE", setting.key),
        (false, false) => "changes  where it comes from, for the next start".to_owned(),
    });
    lines.join("\n")
}
