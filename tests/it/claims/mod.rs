//! Roles, plans, metadata, and what applications are told of them.

mod catalogue;
mod clients;
mod command_line;
mod grants;
mod mappings;
mod metadata;
mod preview;

use passgate::flow::clients::{self as flow_clients, Registered};
use passgate::flow::plans::{self, NewPlan};
use passgate::flow::roles::{self, NewRole};
use passgate::flow::users::metadata::{Changes, Write};
use passgate::model::audit::Origin;
use passgate::model::catalogue::{Plan, Role};
use passgate::model::metadata::Section;
use passgate::model::permission::Authority;
use passgate::protocol::registration::Registration;
use passgate::sql;
use passgate::store::Db;
use serde_json::{Value, json};
use sqlx::types::Json;

use crate::harness::app::TestApp;
use crate::oidc::scene::{ADA, Scene};

/// Whoever works on the command line.
fn cli() -> Origin {
    Origin::command_line()
}

/// What texts name together.
fn of(names: &[&str]) -> Authority {
    Authority::of(names.iter().copied()).unwrap()
}

fn texts(all: &[&str]) -> Vec<String> {
    all.iter().map(|text| (*text).to_owned()).collect()
}

fn new_role(name: &str, permissions: &[&str]) -> NewRole {
    NewRole {
        name: name.to_owned(),
        description: format!("The role {name}."),
        permissions: texts(permissions),
    }
}

async fn role(app: &TestApp, name: &str, permissions: &[&str]) -> Role {
    roles::create(&app.state, new_role(name, permissions), &Authority::all(), &cli())
        .await
        .unwrap()
}

async fn plan(app: &TestApp, name: &str, features: &[&str]) -> Plan {
    let new = NewPlan {
        name: name.to_owned(),
        description: String::new(),
        features: texts(features),
    };
    plans::create(&app.state, new, &cli()).await.unwrap()
}

/// Ada's metadata, one section of it.
async fn metadata(app: &TestApp, section: Section, object: Value) {
    let changes = Changes {
        sections: vec![(section, Write::Replace(object.as_object().unwrap().clone()))],
    };
    passgate::flow::users::metadata::set(&app.state, ADA, changes, &Authority::all(), &cli())
        .await
        .unwrap();
}

/// Gives the client `web` of a scene other members, and keeps those that it has.
async fn change_client(scene: &Scene, members: Value) -> Registered {
    let id = scene.party.client_id.as_str();
    let client = flow_clients::find(&scene.app.state, id).await.unwrap().unwrap();
    let mut metadata = serde_json::to_value(&client.metadata).unwrap();
    let object = metadata.as_object_mut().unwrap();
    object.extend(members.as_object().unwrap().clone());
    let registration = Registration::read(metadata).unwrap();
    flow_clients::update(&scene.app.state, id, &registration, None, &Authority::all(), &cli())
        .await
        .unwrap()
}

/// The newest event of a kind: who did it, to what, and the details.
async fn event(db: &Db, kind: &str) -> (String, String, Value) {
    db.read(kind.to_owned(), |tx, kind| {
        Box::pin(async move {
            let statement =
                "SELECT actor, target, details FROM audit_events WHERE kind = $1 ORDER BY at DESC, id DESC LIMIT 1";
            let (actor, target, details) = sql!(tx, one(String, String, Json<Value>), statement, kind)?;
            Ok((actor, target, details.0))
        })
    })
    .await
    .unwrap()
}

/// How many events of a kind there are.
async fn events(db: &Db, kind: &str) -> i64 {
    db.read(kind.to_owned(), |tx, kind| {
        Box::pin(async move { sql!(tx, scalar i64, "SELECT COUNT(*) FROM audit_events WHERE kind = $1", kind) })
    })
    .await
    .unwrap()
}

/// Every place in which a mapping may tell a claim.
fn everywhere(claim: &str, from: Value) -> Value {
    json!({ "claim": claim, "from": from, "tokens": ["access_token", "id_token", "userinfo"] })
}
