//! The metadata of a person.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{Which, take, unknown};
use crate::flow::admin::{Call, Operation, Refused, Route, revision};
use crate::flow::users::metadata::{self as flow, Write};
use crate::model::metadata::{self, Section};
use crate::model::permission::{Permission, Resource};
use crate::store::{user_metadata, users};

/// What is kept about a person beside the claims.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = UserMetadata)]
pub struct Metadata {
    /// Written by administrators, read by the person too.
    #[schema(value_type = Object)]
    pub public: Map<String, Value>,
    /// Written and read by administrators alone.
    #[schema(value_type = Object)]
    pub private: Map<String, Value>,
    /// Written by the person too: nothing to decide by.
    #[schema(value_type = Object)]
    pub r#unsafe: Map<String, Value>,
}

impl From<metadata::Metadata> for Metadata {
    fn from(metadata: metadata::Metadata) -> Self {
        let section = |section| metadata.section(section).clone();
        Self {
            public: section(Section::Public),
            private: section(Section::Private),
            r#unsafe: section(Section::Unsafe),
        }
    }
}

/// See [`Operation::SUMMARY`].
pub struct ShowMetadata;

impl Operation for ShowMetadata {
    const ID: &'static str = "showUserMetadata";
    const SUMMARY: &'static str = "Shows the metadata of a person.";
    const PERMISSION: Permission = Permission::read(Resource::Users);
    const ROUTE: Route = Route::get("/users/{user_id}/metadata");
    type Input = Which;
    type Output = Metadata;

    async fn run(call: Call<'_>, input: Which) -> Result<Metadata, Refused> {
        Ok(flow::show(call.state, &input.user_id).await?.into())
    }

    fn revision(output: &Metadata) -> Option<String> {
        Some(revision(output))
    }
}

/// What is to be changed: sections and members that are not named stay, and null takes a member away (RFC 7396).
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UpdateUserMetadata)]
pub struct MetadataChanges {
    /// Their `sub`, or an address of theirs.
    pub user_id: String,
    /// Written by administrators, read by the person too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub public: Option<Map<String, Value>>,
    /// Written and read by administrators alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub private: Option<Map<String, Value>>,
    /// Written by the person too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub r#unsafe: Option<Map<String, Value>>,
    /// Put what is named in the place of what is there, in place of merging it.
    #[serde(default)]
    pub replace: bool,
}

/// See [`Operation::SUMMARY`].
pub struct UpdateMetadata;

impl Operation for UpdateMetadata {
    const ID: &'static str = "updateUserMetadata";
    const SUMMARY: &'static str = "Changes the metadata of a person; applications see it where their mappings tell it.";
    const PERMISSION: Permission = Permission::write(Resource::Users);
    const ROUTE: Route = Route::patch("/users/{user_id}/metadata");
    type Input = MetadataChanges;
    type Output = Metadata;

    async fn run(call: Call<'_>, input: MetadataChanges) -> Result<Metadata, Refused> {
        let write = if input.replace { Write::Replace } else { Write::Merge };
        let sections = [
            (Section::Public, input.public),
            (Section::Private, input.private),
            (Section::Unsafe, input.r#unsafe),
        ];
        let sections = sections
            .into_iter()
            .filter_map(|(section, members)| members.map(|members| (section, write(members))));
        let changes = flow::Changes {
            sections: sections.collect(),
        };
        let (id, now) = (take(&call, &input.user_id).await?.id, call.state.clock.now());
        let unit = (changes, call.expected.clone(), call.origin.clone());
        let written = call.state.db.write(unit, move |tx, (changes, expected, origin)| {
            Box::pin(async move {
                users::hold(tx, id).await?;
                let Some(user) = users::find(tx, id).await? else {
                    return Ok(Err(unknown()));
                };
                if let Some(expected) = expected {
                    let known = Metadata::from(user_metadata::find(tx, id).await?);
                    if revision(&known) != *expected {
                        return Ok(Err(Refused::revision()));
                    }
                }
                let written = flow::write(tx, &user, changes, origin, now).await?;
                Ok(written.map(Metadata::from).map_err(Refused::from))
            })
        });
        written.await?
    }

    fn revision(output: &Metadata) -> Option<String> {
        Some(revision(output))
    }
}
