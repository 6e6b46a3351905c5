//! What an application would get of a person: the claims of its tokens, with mappings that are not saved yet.

use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::users::find;
use super::{Fault, clients};
use crate::identity::assurance;
use crate::model::authorization::Authorization;
use crate::model::claim_mapping::{ClaimMapping, Target};
use crate::model::claims_request::ClaimsRequest;
use crate::model::client::Client;
use crate::model::scope::Scope;
use crate::protocol::access_token::{self, Lifetime, Subject};
use crate::protocol::mappings::{self, MappingError};
use crate::protocol::{claims, id_token, scopes};
use crate::state::State;
use crate::store::{StoreError, entitlements};

/// Of whom, to which application.
#[derive(Clone, Debug)]
pub struct Input {
    /// The application.
    pub client_id: String,
    /// In place of those that it has; `None` for those.
    pub mappings: Option<Vec<ClaimMapping>>,
    /// An address or a `sub`.
    pub user: String,
    /// What would be granted; everything that the application may ask for where `None`.
    pub scope: Option<Scope>,
}

/// The claims. What differs from sign-in to sign-in (`jti`, `sid`, `at_hash`) stands for itself: nobody signed in.
#[derive(Clone, Debug, Serialize)]
pub struct Preview {
    /// Of the access token, and, beside what introspection adds, of introspection.
    pub access_token: Value,
    /// Of the ID token; `None` without the scope `openid`.
    pub id_token: Option<Value>,
    /// Of the answer of userinfo; `None` without the scope `openid`.
    pub userinfo: Option<Map<String, Value>>,
    /// Claims that would make the access token or the ID token too large.
    pub left_out: Vec<String>,
}

/// Why nothing is shown.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// No such application.
    #[error("there is no such client")]
    Client,
    /// No such person.
    #[error("there is no such account")]
    User,
    /// Mappings that may not be.
    #[error(transparent)]
    Mappings(#[from] MappingError),
    /// A fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// Makes the claims by the rules that make tokens, and signs nothing.
pub async fn run(state: &State, input: Input) -> Result<Preview, Refused> {
    let known = clients::find(state, &input.client_id).await?.ok_or(Refused::Client)?;
    let mut client = Client::clone(&known);
    if let Some(mappings) = input.mappings {
        mappings::judge(&mappings)?;
        client.metadata.claim_mappings = mappings;
    }
    let found = state.db.read(input.user, move |tx, name| {
        Box::pin(async move {
            let Some(user) = find(tx, name).await? else {
                return Ok(None);
            };
            let entitlements = entitlements::find(tx, user.id).await?;
            Ok(Some((user, entitlements)))
        })
    });
    let (user, entitlements) = found.await?.ok_or(Refused::User)?;
    let now = state.clock.now();
    let scope = match input.scope {
        Some(asked) => asked.intersection(&client.metadata.scope),
        None => client.metadata.scope.clone(),
    };
    let amr = vec![assurance::AMR_PASSWORD.to_owned()];
    let authorization = Authorization {
        grant_id: Uuid::nil(),
        client_id: client.id.clone(),
        user_id: user.id,
        session_id: Uuid::nil(),
        scope: scope.clone(),
        auth_time: now,
        acr: assurance::acr(&amr).to_owned(),
        amr,
        nonce: None,
        claims: ClaimsRequest::default(),
    };
    let subject = Subject {
        issuer: state.issuer(),
        client: &client,
        authorization: &authorization,
        scope: &scope,
        user: &user,
        entitlements: &entitlements,
    };
    let tokens = &state.settings.tokens;
    let seconds = access_token::lifetime(&client, tokens.access_token_seconds).into();
    let access_token = access_token::for_person(&subject, Uuid::nil(), Lifetime { now, seconds });
    let facts = subject.facts();
    let mut left_out = facts.claims(Target::AccessToken).left_out;
    let is_openid = scope.contains(scopes::OPENID);
    let id_token = is_openid.then(|| {
        let seconds = tokens.id_token_seconds.into();
        id_token::claims(&subject, "at_hash".to_owned(), None, Lifetime { now, seconds })
    });
    if is_openid {
        left_out.extend(facts.claims(Target::IdToken).left_out);
    }
    left_out.sort();
    left_out.dedup();
    let told = |error: serde_json::Error| Fault::Internal(error.to_string());
    Ok(Preview {
        access_token: serde_json::to_value(&access_token).map_err(told)?,
        id_token: id_token.map(serde_json::to_value).transpose().map_err(told)?,
        userinfo: is_openid.then(|| {
            let mut answer = claims::userinfo(&user, &scope, &[]);
            answer.extend(facts.claims(Target::Userinfo).claims);
            answer
        }),
        left_out,
    })
}
