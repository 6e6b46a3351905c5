//! The metadata of a person, as administrators and as the person write it.

use serde_json::{Map, Value, json};

use super::change::find_held;
use super::{Refused, find};
use crate::flow::roles;
use crate::identity::{authority, metadata as rules};
use crate::model::Timestamp;
use crate::model::audit::{AuditKind, Origin};
use crate::model::metadata::{Metadata, Section};
use crate::model::permission::Authority;
use crate::model::user::User;
use crate::state::State;
use crate::store::{StoreError, Tx, audit, user_metadata};

/// What is written over one of the three objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// All of it.
    Replace(Map<String, Value>),
    /// A part of it (RFC 7396).
    Merge(Map<String, Value>),
}

/// What is to be different; sections that are not named stay as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Each section at most once.
    pub sections: Vec<(Section, Write)>,
}

/// The metadata of the account that an address or a `sub` names.
pub async fn show(state: &State, name: &str) -> Result<Metadata, Refused> {
    let found = state.db.read(name.to_owned(), |tx, name| {
        Box::pin(async move {
            match find(tx, name).await? {
                Some(user) => user_metadata::find(tx, user.id).await.map(Some),
                None => Ok(None),
            }
        })
    });
    found.await?.ok_or(Refused::Unknown)
}

/// Writes the metadata of the account that an address or a `sub` names. It shows in the next token of applications whose
/// mappings tell it, and in introspection and userinfo at once.
pub async fn set(
    state: &State,
    name: &str,
    changes: Changes,
    by: &Authority,
    origin: &Origin,
) -> Result<Metadata, Refused> {
    let now = state.clock.now();
    let unit = (name.to_owned(), changes, by.clone(), origin.clone());
    let written = state.db.write(unit, move |tx, (name, changes, by, origin)| {
        Box::pin(async move {
            let Some(user) = find_held(tx, name).await? else {
                return Ok(Err(Refused::Unknown));
            };
            if !authority::may_change(by, &roles::authority_of(tx, &user.role).await?) {
                return Ok(Err(Refused::Above));
            }
            write(tx, &user, changes, origin, now).await
        })
    });
    written.await?
}

/// Writes metadata of an account that is held. Judged afterwards, since a merge may make it grow.
pub(in crate::flow) async fn write(
    tx: &mut Tx,
    user: &User,
    changes: &Changes,
    origin: &Origin,
    now: Timestamp,
) -> Result<Result<Metadata, Refused>, StoreError> {
    let before = user_metadata::find(tx, user.id).await?;
    let mut after = before.clone();
    for (section, write) in &changes.sections {
        let object = after.section_mut(*section);
        match write {
            Write::Replace(all) => all.clone_into(object),
            Write::Merge(patch) => rules::merge(object, patch),
        }
        if let Err(error) = rules::judge(object) {
            return Ok(Err(error.into()));
        }
    }
    if after == before {
        return Ok(Ok(after));
    }
    user_metadata::put(tx, user.id, &after, now).await?;
    let details = difference(&before, &after);
    audit::record(tx, AuditKind::MetadataUpdated, origin, &user.subject(), details, now).await?;
    Ok(Ok(after))
}

/// Which members changed, by name: their values are the person's, and may be 24 KiB.
fn difference(before: &Metadata, after: &Metadata) -> Value {
    let mut changed = Map::new();
    for section in Section::ALL {
        let (old, new) = (before.section(section), after.section(section));
        let named: std::collections::BTreeSet<_> = old.keys().chain(new.keys()).collect();
        let names: Vec<_> = named
            .into_iter()
            .filter(|name| old.get(*name) != new.get(*name))
            .collect();
        if !names.is_empty() {
            changed.insert(section.as_str().to_owned(), json!(names));
        }
    }
    json!({ "changed": changed })
}
