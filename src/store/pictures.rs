//! `pictures`: one for each person, drawn anew by us.

use uuid::Uuid;

use super::{StoreError, Tx};
use crate::model::Timestamp;
use crate::model::secret::Digest;

statements! {
    PUT = "INSERT INTO pictures (user_id, media_type, digest, image, updated_at) VALUES ($1, $2, $3, $4, $5) \
           ON CONFLICT (user_id) DO UPDATE SET media_type = excluded.media_type, digest = excluded.digest, \
           image = excluded.image, updated_at = excluded.updated_at";
    FIND = "SELECT media_type, image FROM pictures WHERE user_id = $1 AND digest = $2";
    DELETE = "DELETE FROM pictures WHERE user_id = $1";
}

/// Sets the picture of a person. `digest` is the file's SHA-256, which is part of its address.
pub async fn put(
    tx: &mut Tx,
    user_id: Uuid,
    media_type: &str,
    digest: &Digest,
    image: &[u8],
    now: Timestamp,
) -> Result<(), StoreError> {
    sql!(tx, execute, PUT, user_id, media_type, digest.as_bytes(), image, now).map(drop)
}

/// The picture of a person with its media type, while it is the one of this digest.
pub async fn find(tx: &mut Tx, user_id: Uuid, digest: &Digest) -> Result<Option<(String, Vec<u8>)>, StoreError> {
    sql!(tx, optional(String, Vec<u8>), FIND, user_id, digest.as_bytes())
}

/// Removes the picture of a person; false when there is none.
pub async fn delete(tx: &mut Tx, user_id: Uuid) -> Result<bool, StoreError> {
    Ok(sql!(tx, execute, DELETE, user_id)? == 1)
}
