//! Operations of a Passgate elsewhere, through its REST interface.

use serde::Deserialize;
use serde_json::{Map, Value};
use url::form_urlencoded::byte_serialize;

use super::operation::{Operation, Route};
use super::refused::Wrong;
use crate::outbound::remote;

/// What the paths of the REST interface begin with.
const BASE: &str = "/api/v1";

/// A Passgate elsewhere.
pub struct Remote(remote::Remote);

/// Why an operation was not done there.
#[derive(Debug, thiserror::Error)]
pub enum RemoteError {
    /// No answer.
    #[error(transparent)]
    NoAnswer(#[from] remote::RemoteError),
    /// It refused.
    #[error("{}", .0.sentence())]
    Refused(Box<RemoteProblem>),
    /// Something else answers there.
    #[error("what answers there is no Passgate of this version (status {0})")]
    Strange(u16),
}

/// What a refusal says (RFC 9457).
#[derive(Debug, Deserialize)]
pub struct RemoteProblem {
    /// What to decide by.
    pub code: String,
    /// In a sentence.
    pub detail: String,
    /// Which members, where it is about some.
    #[serde(default)]
    pub errors: Vec<Wrong>,
}

impl RemoteProblem {
    fn sentence(&self) -> String {
        format!("{} ({})", self.detail, self.code)
    }
}

impl Remote {
    /// Takes its address and a key.
    ///
    /// # Errors
    /// [`RemoteError::NoAnswer`] for an address to which no key is sent.
    pub fn new(address: &str, key: String) -> Result<Self, RemoteError> {
        Ok(Self(remote::Remote::new(address, key)?))
    }

    /// Runs an operation there.
    ///
    /// # Errors
    /// See [`RemoteError`].
    pub async fn run<O: Operation>(&self, expected: Option<&str>, input: &O::Input) -> Result<O::Output, RemoteError> {
        let input = serde_json::to_value(input).unwrap_or_default();
        let body = self.call(O::ROUTE, expected, input).await?;
        serde_json::from_slice(&body).map_err(|_| RemoteError::Strange(O::ROUTE.status))
    }

    /// Gives the body of success.
    async fn call(&self, route: Route, expected: Option<&str>, input: Value) -> Result<Vec<u8>, RemoteError> {
        let Value::Object(mut members) = input else {
            return Err(RemoteError::Strange(0));
        };
        let mut path = format!("{BASE}{}", route.path);
        for name in route.in_path() {
            let value = plain(members.remove(name).unwrap_or_default());
            // Spaces as %20: a plus sign means itself in a path.
            let value: String = byte_serialize(value.as_bytes()).collect::<String>().replace('+', "%20");
            path = path.replace(&format!("{{{name}}}"), &value);
        }
        let (query, body) = match route.method.has_body() {
            true => (Vec::new(), Some(Value::Object(members).to_string().into_bytes())),
            false => (pairs(members), None),
        };
        let answer = self
            .0
            .call(route.method.as_str(), &path, &query, body, expected)
            .await?;
        if answer.status == route.status {
            return Ok(match answer.body.is_empty() {
                true => b"{}".to_vec(),
                false => answer.body,
            });
        }
        let problem = serde_json::from_slice(&answer.body);
        Err(problem.map_or(RemoteError::Strange(answer.status), |problem| {
            RemoteError::Refused(Box::new(problem))
        }))
    }
}

fn pairs(members: Map<String, Value>) -> Vec<(String, String)> {
    let there = members.into_iter().filter(|(_, value)| !value.is_null());
    there.map(|(name, value)| (name, plain(value))).collect()
}

fn plain(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
