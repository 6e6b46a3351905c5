//! What services say of their scopes, for the person who is asked.

use std::collections::HashMap;

use super::Fault;
use crate::model::permission::PREFIX;
use crate::model::scope::Scope;
use crate::protocol::scopes;
use crate::state::State;
use crate::store::apis;

/// The descriptions of those of the scopes that a service describes.
pub async fn descriptions(state: &State, scope: &Scope) -> Result<HashMap<String, String>, Fault> {
    let is_own = |name: &str| !scopes::STANDARD.contains(&name) && !name.starts_with(PREFIX);
    if !scope.iter().any(is_own) {
        return Ok(HashMap::new());
    }
    let all = state.db.read((), |tx, ()| Box::pin(apis::list(tx))).await?;
    let described = all
        .into_iter()
        .flat_map(|api| api.scopes)
        .filter(|known| scope.contains(&known.name) && !known.description.is_empty());
    Ok(described.map(|known| (known.name, known.description)).collect())
}
