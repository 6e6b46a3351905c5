//! `user_words`: the words by which people are found. They follow what they are made of: whatever writes a name, an address or
//! a user name calls [`renew`] in its unit.

use uuid::Uuid;

use super::{StoreError, Tx, users};
use crate::model::search;

statements! {
    CLEAR = "DELETE FROM user_words WHERE user_id = $1";
    ADD = "INSERT INTO user_words (user_id, word) VALUES ($1, $2)";
    ADDRESSES = "SELECT email FROM email_addresses WHERE user_id = $1";
    MADE = "UPDATE users SET words_version = $2 WHERE id = $1";
    OUTDATED = "SELECT id FROM users WHERE words_version < $1 ORDER BY words_version, id LIMIT $2";
}

/// Makes the words of a person anew.
pub async fn renew(tx: &mut Tx, user_id: Uuid) -> Result<(), StoreError> {
    let (Some(user), Some(standing)) = (users::find(tx, user_id).await?, users::standing(tx, user_id).await?) else {
        return Ok(());
    };
    let mut texts: Vec<String> = sql!(tx, all_scalars String, ADDRESSES, user_id)?;
    texts.push(user.email.clone());
    texts.extend(standing.username_key);
    for claim in [
        "name",
        "given_name",
        "family_name",
        "nickname",
        "preferred_username",
        "phone_number",
    ] {
        texts.extend(user.claims.get_str(claim).map(str::to_owned));
    }
    sql!(tx, execute, CLEAR, user_id)?;
    for word in search::words(texts.iter().map(String::as_str)) {
        sql!(tx, execute, ADD, user_id, &word)?;
    }
    sql!(tx, execute, MADE, user_id, search::VERSION).map(drop)
}

/// People whose words are not as they would be made now.
pub async fn outdated(tx: &mut Tx, limit: i64) -> Result<Vec<Uuid>, StoreError> {
    sql!(tx, all_scalars Uuid, OUTDATED, search::VERSION, limit)
}
