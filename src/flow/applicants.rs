//! What a form says of a new account, judged: everything that is wrong at once.

use serde_json::{Map, Value};

use super::{Fault, passwords};
use crate::identity::password::PasswordProblem;
use crate::identity::username::{self, UsernameError};
use crate::identity::{email, names, phone};
use crate::model::email::Email;
use crate::model::secret::Secret;
use crate::settings::Field;
use crate::state::State;

/// What a form says of a new account, as typed. What the form did not ask for is empty.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// The name.
    pub name: String,
    /// The name to sign in with.
    pub username: String,
    /// The phone number.
    pub phone: String,
    /// The address.
    pub identifier: String,
    /// The password.
    pub password: Secret,
}

/// Everything that is wrong with a form, so that it is said at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    /// See [`FieldProblem`]: the name.
    pub name: Option<FieldProblem>,
    /// The user name.
    pub username: Option<UsernameProblem>,
    /// The phone number.
    pub phone: Option<FieldProblem>,
    /// See [`AddressProblem`].
    pub address: Option<AddressProblem>,
    /// See [`PasswordProblem`].
    pub password: Option<PasswordProblem>,
    /// The terms are not accepted.
    pub terms: bool,
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldProblem {
    /// It is empty and must not be.
    Missing,
    /// It is not what it should be.
    Invalid,
}

/// What is wrong with a user name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UsernameProblem {
    /// It is empty and must not be.
    Missing,
    /// See [`UsernameError`].
    Invalid(UsernameError),
    /// Somebody has it.
    Taken,
}

/// What is wrong with an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressProblem {
    /// Not an address.
    Invalid,
    /// It has an account.
    Taken,
    /// Nobody with an address there may have an account here.
    NotAdmitted,
}

/// A judged form.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The address.
    pub email: Email,
    /// The user name, folded.
    pub username_key: Option<String>,
    /// The standard claims.
    pub claims: Map<String, Value>,
    /// The password in the form in which it is hashed; `None` for an account without one.
    pub password: Option<Secret>,
}

/// What a form must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demands {
    /// The name.
    pub name: Field,
    /// The user name.
    pub username: Field,
    /// The phone number.
    pub phone: Field,
    /// Whether there is no password.
    pub no_password: bool,
}

/// Judges a form.
pub async fn judge(state: &State, form: &NewAccount, demands: Demands) -> Result<Result<Judged, Problems>, Fault> {
    let mut problems = Problems::default();
    let mut claims = Map::new();
    let required = |field: Field, text: &str| field == Field::Required && text.trim().is_empty();
    if demands.name != Field::Off {
        match names::parse(&form.name) {
            Err(_) => problems.name = Some(FieldProblem::Invalid),
            Ok(Some(name)) => drop(claims.insert("name".to_owned(), name.into())),
            Ok(None) => problems.name = required(demands.name, "").then_some(FieldProblem::Missing),
        }
    }
    let mut username_key = None;
    if demands.username != Field::Off {
        match username::parse(&form.username) {
            Err(error) => problems.username = Some(UsernameProblem::Invalid(error)),
            Ok(Some(username)) => {
                username_key = Some(username.key().to_owned());
                claims.insert("preferred_username".to_owned(), username.as_str().into());
            }
            Ok(None) => problems.username = required(demands.username, "").then_some(UsernameProblem::Missing),
        }
    }
    if demands.phone != Field::Off {
        match phone::parse(&form.phone) {
            Ok(number) => {
                claims.insert("phone_number".to_owned(), number.into());
                claims.insert("phone_number_verified".to_owned(), false.into());
            }
            Err(_) if form.phone.trim().is_empty() => {
                problems.phone = required(demands.phone, "").then_some(FieldProblem::Missing);
            }
            Err(_) => problems.phone = Some(FieldProblem::Invalid),
        }
    }
    let email = email::parse(&form.identifier).ok();
    problems.address = email.is_none().then_some(AddressProblem::Invalid);
    let without_password = demands.no_password;
    let password = match without_password {
        true => None,
        false => {
            let about = [form.identifier.as_str(), &form.name, &form.username];
            match passwords::judge_new(state, &form.password, &about).await? {
                Ok(normal) => Some(normal),
                Err(problem) => {
                    problems.password = Some(problem);
                    None
                }
            }
        }
    };
    Ok(match (email, problems == Problems::default()) {
        (Some(email), true) => Ok(Judged {
            email,
            username_key,
            claims,
            password,
        }),
        _ => Err(problems),
    })
}
