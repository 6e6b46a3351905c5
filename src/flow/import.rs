//! Accounts from another system, with the hashes of their passwords: one JSON object for each. Nobody has to choose another
//! password, and nobody is mailed; a hash stays as it came until its person signs in, which hashes it anew.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::Fault;
use super::catalogue::{Defaults, hold_given};
use super::users::{self, NewPassword, NewUser, Refused};
pub use crate::crypto::password::FirebaseParameters;
use crate::identity::email;
use crate::identity::phone::{self, PhoneError};
use crate::identity::username::{self, UsernameError};
use crate::model::audit::Origin;
use crate::model::permission::Authority;
use crate::model::user::User;
use crate::state::State;
use crate::store::{self, StoreError};

/// A line of an import.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// The address to sign in with.
    email: String,
    /// Whether mail is known to reach it.
    #[serde(default)]
    email_verified: bool,
    /// Short for the claim.
    name: Option<String>,
    /// Another name to sign in with.
    username: Option<String>,
    /// A number with its country code.
    phone: Option<String>,
    /// Whether texts are known to reach it.
    #[serde(default)]
    phone_verified: bool,
    /// The role; the default one without.
    role: Option<String>,
    /// The plan; the default one without.
    plan: Option<String>,
    /// A hash in one of the forms of `crypto::password`; without one the account has no password.
    password_hash: Option<String>,
    /// For a hash of Firebase, which keeps the salt beside it.
    password_salt: Option<String>,
    /// The next sign-in with the password ends in another one.
    #[serde(default)]
    require_password_change: bool,
    /// Standard claims of OpenID Connect Core section 5.1.
    #[serde(default)]
    claims: Map<String, Value>,
}

/// What became of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Imported {
    /// There is an account now.
    Made {
        /// Its address.
        email: String,
        /// Its `sub`.
        sub: String,
    },
    /// There was one, and it is as it was.
    Skipped {
        /// The address of the line.
        email: String,
        /// Its `sub`.
        sub: String,
    },
}

/// Why there is no account. The sentences hold no hash.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Not what a line is.
    #[error("{0}")]
    Line(#[from] serde_json::Error),
    /// See [`UsernameError`].
    #[error(transparent)]
    Username(#[from] UsernameError),
    /// Somebody else has the name.
    #[error("another account has this user name")]
    UsernameTaken,
    /// See [`PhoneError`].
    #[error("phone: {0}")]
    Phone(#[from] PhoneError),
    /// A salt is for hashes of Firebase alone.
    #[error("password_salt is for hashes of Firebase: it needs a password_hash, and the parameters of the project")]
    Salt,
    /// Any other reason.
    #[error(transparent)]
    Refused(#[from] Refused),
}

impl From<Fault> for ImportError {
    fn from(fault: Fault) -> Self {
        Self::Refused(fault.into())
    }
}

/// Imports a line. Nobody gives a role that administers more than they do.
///
/// # Errors
/// See [`ImportError`]; nothing was stored then.
pub async fn take(state: &State, line: &[u8], giver: &Authority, origin: &Origin) -> Result<Imported, ImportError> {
    let entry: Entry = serde_json::from_slice(line)?;
    // What cannot be an account is told even where there is one by the address.
    let address = entry.email.clone();
    let (new, username, must_change) = judge(entry)?;
    if let Some(user) = account_of(state, &address).await? {
        return Ok(skipped(address, &user));
    }
    let mut prepared = users::prepare(state, new).await?;
    if let Some(key) = &username {
        let key = key.clone();
        let found = state
            .db
            .read(key, |tx, key| Box::pin(store::users::find_by_username(tx, key)));
        if found.await.map_err(Fault::from)?.is_some() {
            return Err(ImportError::UsernameTaken);
        }
    }
    prepared.username_key = username;
    let user = prepared.user.clone();
    let unit = (prepared, Defaults::of(&state.settings), giver.clone(), origin.clone());
    let stored = state.db.write(unit, move |tx, (prepared, defaults, giver, origin)| {
        Box::pin(async move {
            let user = &prepared.user;
            if let Err(refused) = hold_given(tx, defaults, &user.role, &user.plan, giver).await? {
                return Ok(Err(refused));
            }
            users::store(tx, prepared, origin).await?;
            if must_change {
                store::passwords::require_change(tx, prepared.user.id).await?;
            }
            Ok(Ok(()))
        })
    });
    match stored.await {
        Ok(Err(refused)) => Err(Refused::from(refused).into()),
        Ok(Ok(())) => Ok(Imported::Made {
            email: user.email.clone(),
            sub: user.subject(),
        }),
        // Somebody was faster, perhaps a line before this one.
        Err(StoreError::Conflict) => match account_of(state, &address).await? {
            Some(user) => Ok(skipped(address, &user)),
            None => Err(ImportError::UsernameTaken),
        },
        Err(error) => Err(Fault::from(error).into()),
    }
}

fn skipped(email: String, user: &User) -> Imported {
    Imported::Skipped {
        email,
        sub: user.subject(),
    }
}

async fn account_of(state: &State, address: &str) -> Result<Option<User>, Fault> {
    let found = state.db.read(email::key_of(address), |tx, key| {
        Box::pin(store::users::find_by_email(tx, key))
    });
    Ok(found.await?)
}

/// The account of a line, its folded user name, and whether its password must be changed.
fn judge(entry: Entry) -> Result<(NewUser, Option<String>, bool), ImportError> {
    let mut claims = entry.claims;
    if let Some(name) = entry.name {
        claims.insert("name".to_owned(), name.into());
    }
    let username = username::parse(&entry.username.unwrap_or_default())?;
    if let Some(username) = &username {
        claims.insert("preferred_username".to_owned(), username.as_str().into());
    }
    if let Some(number) = entry.phone.filter(|number| !number.is_empty()) {
        claims.insert("phone_number".to_owned(), phone::parse(&number)?.into());
        claims.insert("phone_number_verified".to_owned(), entry.phone_verified.into());
    }
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let password = match (given(entry.password_hash), given(entry.password_salt)) {
        (None, None) => NewPassword::None,
        (Some(hash), None) => NewPassword::Hashed(hash),
        (_, Some(_)) => return Err(ImportError::Salt),
    };
    let must_change = entry.require_password_change && !matches!(password, NewPassword::None);
    let new = NewUser {
        email: entry.email,
        email_verified: entry.email_verified,
        password,
        role: given(entry.role),
        plan: given(entry.plan),
        claims,
    };
    Ok((new, username.map(|username| username.key().to_owned()), must_change))
}

/// Makes one member of the two in which Firebase exports a hash, so that the line says everything by itself; other lines stay as
/// they are.
///
/// # Errors
/// [`ImportError::Line`], and [`ImportError::Refused`] for what is no hash of Firebase.
pub fn with_parameters(line: &[u8], firebase: &FirebaseParameters) -> Result<Vec<u8>, ImportError> {
    let mut members: Map<String, Value> = serde_json::from_slice(line)?;
    let text = |name: &str| {
        members
            .get(name)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
    };
    let (Some(hash), Some(salt)) = (text("password_hash"), text("password_salt")) else {
        return Ok(line.to_vec());
    };
    let form = firebase.form(hash, salt).map_err(Refused::Hash)?;
    members.remove("password_salt");
    members.insert("password_hash".to_owned(), form.into());
    Ok(serde_json::to_vec(&members)?)
}

/// Reads what Firebase shows as the hash parameters of a project, as it shows it (`hash_config { … }`) or as JSON.
///
/// # Errors
/// A sentence that names what is missing.
pub fn firebase_parameters(text: &str) -> Result<FirebaseParameters, String> {
    let value = |name: &str| {
        let unquoted = |text: &str| text.trim_matches(|c: char| c.is_whitespace() || c == '"').to_owned();
        text.split(['\n', ',', '{', '}'])
            .filter_map(|pair| pair.split_once(':'))
            .find(|(known, _)| unquoted(known) == name)
            .map(|(_, value)| unquoted(value))
            .ok_or_else(|| format!("{name} is missing"))
    };
    let number = |name: &str| value(name)?.parse().map_err(|_| format!("{name} is not a number"));
    Ok(FirebaseParameters {
        signer_key: value("base64_signer_key")?,
        salt_separator: value("base64_salt_separator")?,
        rounds: number("rounds")?,
        mem_cost: number("mem_cost")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_as_firebase_shows_them() {
        let shown = "hash_config {\n  algorithm: SCRYPT,\n  base64_signer_key: jxspr8Ki0Rya==,\n  \
                     base64_salt_separator: Bw==,\n  rounds: 8,\n  mem_cost: 14,\n}\n";
        let json = r#"{"base64_signer_key":"jxspr8Ki0Rya==","base64_salt_separator":"Bw==","rounds":8,"mem_cost":14}"#;
        for text in [shown, json] {
            let read = firebase_parameters(text).unwrap();
            assert_eq!(
                (read.signer_key.as_str(), read.salt_separator.as_str()),
                ("jxspr8Ki0Rya==", "Bw==")
            );
            assert_eq!((read.rounds, read.mem_cost), (8, 14));
        }
        for (text, why) in [
            ("", "base64_signer_key is missing"),
            (
                "base64_signer_key: a\nbase64_salt_separator: b\nrounds: many",
                "rounds is not a number",
            ),
        ] {
            assert_eq!(firebase_parameters(text).unwrap_err(), why);
        }
    }
}
