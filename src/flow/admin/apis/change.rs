//! Makes, changes and removes services.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::see::Which;
use super::{Api, Scope, rules};
use crate::flow::admin::catalogue::seen;
use crate::flow::admin::{Call, Code, Nothing, Operation, Refused, Route, text};
use crate::model::api;
use crate::model::audit::AuditKind;
use crate::model::permission::{Permission, Resource};
use crate::store::{StoreError, apis, audit};

/// A service that is to be made.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CreateApi)]
pub struct NewApi {
    /// The `aud` of tokens that are for it, as `https://api.example.com`.
    pub identifier: String,
    /// What people see.
    pub name: String,
    /// For administrators.
    #[serde(default)]
    pub description: String,
    /// What may be asked for there.
    #[serde(default)]
    pub scopes: Vec<Scope>,
}

/// See [`Operation::SUMMARY`].
pub struct Create;

impl Operation for Create {
    const ID: &'static str = "createApi";
    const SUMMARY: &'static str = "Makes a service known that verifies tokens, with its scopes.";
    const PERMISSION: Permission = Permission::write(Resource::Apis);
    const ROUTE: Route = Route::create("/apis");
    type Input = NewApi;
    type Output = Api;

    async fn run(call: Call<'_>, input: NewApi) -> Result<Api, Refused> {
        let now = call.state.clock.now();
        let api = api::Api {
            identifier: rules::identifier(&input.identifier)?,
            name: text::line("name", &input.name, 100)?,
            description: rules::description(&input.description)?,
            scopes: rules::scopes(&input.scopes)?,
            revision: 1,
            created_at: now,
            updated_at: now,
        };
        let made = call
            .state
            .db
            .write((api, call.origin.clone()), move |tx, (api, origin)| {
                Box::pin(async move {
                    apis::hold(tx).await?;
                    let all = apis::list(tx).await?;
                    if all.iter().any(|known| known.identifier == api.identifier) {
                        return Ok(Err(exists(&api.identifier)));
                    }
                    if all.len() >= rules::MOST {
                        let detail = format!("there are {} APIs, which is the most there may be", rules::MOST);
                        return Ok(Err(Refused::because(Code::LimitReached, detail)));
                    }
                    if let Err(refused) = rules::of_nobody_else(&all, &api.identifier, &api.scopes) {
                        return Ok(Err(refused));
                    }
                    apis::insert(tx, api).await?;
                    let details = json!({ "before": null, "after": document(api) });
                    audit::record(tx, AuditKind::ApiCreated, origin, &api.identifier, details, now).await?;
                    Ok(Ok(api.clone()))
                })
            });
        match made.await {
            Ok(made) => Ok(made?.into()),
            // Somebody was faster.
            Err(StoreError::Conflict) => Err(exists(&input.identifier)),
            Err(error) => Err(error.into()),
        }
    }

    fn revision(output: &Api) -> Option<String> {
        Some(output.revision.to_string())
    }
}

/// What is to be changed: what is not named stays.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UpdateApi)]
pub struct Changes {
    /// Its identifier; encoded where it is a URL.
    pub identifier: String,
    /// What people see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// For administrators.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// All of its scopes, in place of those that there are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<Scope>>,
}

/// See [`Operation::SUMMARY`].
pub struct Update;

impl Operation for Update {
    const ID: &'static str = "updateApi";
    const SUMMARY: &'static str = "Changes a service that verifies tokens.";
    const PERMISSION: Permission = Permission::write(Resource::Apis);
    const ROUTE: Route = Route::patch("/apis/{identifier}");
    type Input = Changes;
    type Output = Api;

    async fn run(call: Call<'_>, input: Changes) -> Result<Api, Refused> {
        let (seen, now) = (seen(&call)?, call.state.clock.now());
        let name = input
            .name
            .as_deref()
            .map(|name| text::line("name", name, 100))
            .transpose()?;
        let description = input.description.as_deref().map(rules::description).transpose()?;
        let scopes = input.scopes.as_deref().map(rules::scopes).transpose()?;
        let unit = (input.identifier, name, description, scopes, call.origin.clone());
        let changed = call
            .state
            .db
            .write(unit, move |tx, (identifier, name, description, scopes, origin)| {
                Box::pin(async move {
                    apis::hold(tx).await?;
                    let all = apis::list(tx).await?;
                    let Some(before) = all.iter().find(|known| known.identifier == *identifier) else {
                        return Ok(Err(unknown()));
                    };
                    if seen.is_some_and(|seen| seen != before.revision) {
                        return Ok(Err(Refused::revision()));
                    }
                    let mut after = before.clone();
                    after.name = name.clone().unwrap_or(after.name);
                    after.description = description.clone().unwrap_or(after.description);
                    after.scopes = scopes.clone().unwrap_or(after.scopes);
                    if let Err(refused) = rules::of_nobody_else(&all, identifier, &after.scopes) {
                        return Ok(Err(refused));
                    }
                    apis::update(tx, &after, now).await?;
                    let details = json!({ "before": document(before), "after": document(&after) });
                    audit::record(tx, AuditKind::ApiUpdated, origin, identifier, details, now).await?;
                    Ok(apis::find(tx, identifier).await?.ok_or_else(unknown))
                })
            });
        Ok(changed.await??.into())
    }

    fn revision(output: &Api) -> Option<String> {
        Some(output.revision.to_string())
    }
}

/// See [`Operation::SUMMARY`].
pub struct Delete;

impl Operation for Delete {
    const ID: &'static str = "deleteApi";
    const SUMMARY: &'static str = "Forgets a service; tokens that are for it live on until they end.";
    const PERMISSION: Permission = Permission::delete(Resource::Apis);
    const ROUTE: Route = Route::delete("/apis/{identifier}");
    type Input = Which;
    type Output = Nothing;

    async fn run(call: Call<'_>, input: Which) -> Result<Nothing, Refused> {
        let (seen, now) = (seen(&call)?, call.state.clock.now());
        let unit = (input.identifier, call.origin.clone());
        let removed = call.state.db.write(unit, move |tx, (identifier, origin)| {
            Box::pin(async move {
                apis::hold(tx).await?;
                let Some(api) = apis::find(tx, identifier).await? else {
                    return Ok(Err(unknown()));
                };
                if seen.is_some_and(|seen| seen != api.revision) {
                    return Ok(Err(Refused::revision()));
                }
                apis::delete(tx, identifier).await?;
                let details = json!({ "before": document(&api), "after": null });
                audit::record(tx, AuditKind::ApiDeleted, origin, identifier, details, now).await?;
                Ok(Ok(Nothing {}))
            })
        });
        removed.await?
    }
}

fn unknown() -> Refused {
    Refused::unknown("API")
}

fn exists(identifier: &str) -> Refused {
    Refused::because(Code::AlreadyExists, format!("the API {identifier} exists already"))
}

fn document(api: &api::Api) -> Value {
    json!({ "name": api.name, "description": api.description, "scopes": api.scopes })
}
