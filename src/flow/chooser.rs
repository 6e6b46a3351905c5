//! Several accounts in one browser. Each has a session of its own, whose secret the browser holds; nothing on the server
//! says which sessions belong together, so that no cookie of one account opens another.

use super::Fault;
use crate::model::audit::{AuditKind, Origin};
use crate::model::secret::Digest;
use crate::model::session::Session;
use crate::model::user::User;
use crate::state::State;
use crate::store::{audit, sessions};

/// An account of this browser.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Its session.
    pub session: Session,
    /// Its person.
    pub user: User,
    /// Which of the secrets it is that were asked about.
    pub at: usize,
}

/// The accounts whose live sessions this browser holds secrets of, each person once, in the order of the secrets.
pub async fn accounts(state: &State, secrets: Vec<Digest>) -> Result<Vec<Choice>, Fault> {
    let now = state.clock.now();
    let found = state
        .db
        .read(secrets, move |tx, secrets| {
            Box::pin(async move {
                let mut found = Vec::new();
                for (at, digest) in secrets.iter().enumerate() {
                    if let Some(live) = sessions::find_live(tx, digest, "", now).await? {
                        found.push(Choice {
                            session: live.session,
                            user: live.user,
                            at,
                        });
                    }
                }
                Ok(found)
            })
        })
        .await?;
    let mut known = std::collections::BTreeSet::new();
    Ok(found
        .into_iter()
        .filter(|choice| known.insert(choice.user.id))
        .collect())
}

/// Ends the session of one account of this browser.
pub async fn sign_out(state: &State, choice: &Choice, origin: &Origin) -> Result<(), Fault> {
    let (session, user_id, now) = (choice.session.id, choice.user.id, state.clock.now());
    let ended = state.db.write(origin.by(choice.user.subject()), move |tx, origin| {
        Box::pin(async move {
            if sessions::end(tx, session, user_id, now).await? {
                let target = session.to_string();
                audit::record(tx, AuditKind::SessionEnded, origin, &target, serde_json::json!({}), now).await?;
            }
            Ok(())
        })
    });
    Ok(ended.await?)
}
