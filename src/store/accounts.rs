//! Accounts as a journey needs them: the person, the password, and what else is to be asked. A view over several tables.

use uuid::Uuid;

use super::users::UserRow;
use super::{StoreError, Tx};
use crate::model::Timestamp;
use crate::model::account::Account;

/// What a journey asks of an account. A factor that keeps credentials of its own counts them here.
macro_rules! account {
    ($condition:literal) => {
        concat!(
            "SELECT ",
            user_columns!(),
            ", p.phc, p.change_required, u.terms_version, u.delete_at, \
             (SELECT COUNT(*) FROM totp_credentials t WHERE t.user_id = u.id AND t.confirmed_at IS NOT NULL) AS totp_credentials, \
             (SELECT COUNT(*) FROM passkeys k WHERE k.user_id = u.id) AS passkeys, \
             (SELECT f.number FROM text_factors f WHERE f.user_id = u.id) AS text_number, \
             (SELECT COUNT(*) FROM recovery_codes r WHERE r.user_id = u.id AND r.consumed_at IS NULL) AS recovery_codes \
             FROM users u LEFT JOIN password_credentials p ON p.user_id = u.id WHERE ",
            $condition
        )
    };
}

statements! {
    FIND = account!("u.id = $1");
    FIND_BY_EMAIL = account!("u.id = (SELECT e.user_id FROM email_addresses e WHERE e.email_key = $1)");
    FIND_BY_USERNAME = account!("u.username_key = $1");
}

#[derive(sqlx::FromRow)]
struct AccountRow {
    #[sqlx(flatten)]
    user: UserRow,
    phc: Option<String>,
    change_required: Option<bool>,
    terms_version: Option<String>,
    delete_at: Option<Timestamp>,
    totp_credentials: i64,
    passkeys: i64,
    text_number: Option<String>,
    recovery_codes: i64,
}

impl From<AccountRow> for Account {
    fn from(row: AccountRow) -> Self {
        Self {
            user: row.user.into(),
            phc: row.phc,
            password_change_required: row.change_required.unwrap_or_default(),
            terms_version: row.terms_version,
            delete_at: row.delete_at,
            totp_credentials: row.totp_credentials,
            passkeys: row.passkeys,
            text_number: row.text_number,
            recovery_codes: row.recovery_codes,
        }
    }
}

/// An account by its id.
pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<Account>, StoreError> {
    Ok(sql!(tx, optional AccountRow, FIND, id)?.map(Account::from))
}

/// The account that a folded identifier names: an address has an `@`, a user name never.
pub async fn find_by_key(tx: &mut Tx, key: &str) -> Result<Option<Account>, StoreError> {
    let row = match key.contains('@') {
        true => sql!(tx, optional AccountRow, FIND_BY_EMAIL, key)?,
        false => sql!(tx, optional AccountRow, FIND_BY_USERNAME, key)?,
    };
    Ok(row.map(Account::from))
}
