//! Operations of a Passgate elsewhere, through its REST interface.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::form_urlencoded::byte_serialize;

use super::bulk::{self, Bulk, Line, NDJSON};
use super::operation::{Operation, Route};
use super::refused::Wrong;
use crate::outbound::remote::{self, Answer, Request};

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
        let request = Request {
            method: route.method.as_str(),
            path: &path,
            query: &query,
            body: body.as_deref().map(|body| ("application/json", body)),
            if_match: expected,
        };
        let answer = self.0.call(request).await?.whole().await?;
        if answer.status != route.status {
            return Err(refusal(&answer));
        }
        Ok(match answer.body.is_empty() {
            true => b"{}".to_vec(),
            false => answer.body,
        })
    }

    /// Begins to take lines of JSON along from there, those that `export` gives.
    ///
    /// # Errors
    /// See [`RemoteError`].
    pub async fn export(&self, export: &Bulk, asked: &impl Serialize) -> Result<Lines, RemoteError> {
        let query = match serde_json::to_value(asked) {
            Ok(Value::Object(members)) => pairs(members),
            _ => Vec::new(),
        };
        let request = Request {
            method: export.method.as_str(),
            path: &format!("{BASE}{}", export.path),
            query: &query,
            ..Request::default()
        };
        let response = self.0.call(request).await?;
        match response.status() {
            200 => Ok(Lines {
                response,
                last: Vec::new(),
            }),
            _ => Err(refusal(&response.whole().await?)),
        }
    }

    /// Imports some lines there: what became of them, and why it went no further where it did not.
    ///
    /// # Errors
    /// See [`RemoteError`].
    pub async fn import(&self, lines: &[u8]) -> Result<(Vec<Line>, Option<String>), RemoteError> {
        let request = Request {
            method: bulk::IMPORT.method.as_str(),
            path: &format!("{BASE}{}", bulk::IMPORT.path),
            body: Some((NDJSON, lines)),
            ..Request::default()
        };
        let answer = self.0.call(request).await?.whole().await?;
        if answer.status != 200 {
            return Err(refusal(&answer));
        }
        let mut done = Vec::new();
        for line in answer.body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            match serde_json::from_slice(line).map_err(|_| RemoteError::Strange(answer.status))? {
                Said::Line(line) => done.push(line),
                Said::Broken { error } => return Ok((done, Some(error))),
                Said::Summary { .. } => return Ok((done, None)),
            }
        }
        Ok((done, Some("the answer did not arrive whole".to_owned())))
    }
}

/// A line of the answer to an import.
#[derive(Deserialize)]
#[serde(untagged)]
enum Said {
    Line(Line),
    Broken {
        error: String,
    },
    Summary {
        #[serde(rename = "summary")]
        _counts: Value,
    },
}

/// Lines that a server gives out, as they come.
#[derive(Debug)]
pub struct Lines {
    response: remote::Response,
    /// What came of the last line.
    last: Vec<u8>,
}

impl Lines {
    /// The next part, which may end within a line; `None` after the last one.
    ///
    /// # Errors
    /// [`RemoteError::NoAnswer`] where they break off, or say that they did.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, RemoteError> {
        let Some(part) = self.response.next().await? else {
            return match serde_json::from_slice(&self.last) {
                Ok(Said::Broken { error }) => Err(remote::RemoteError::NoAnswer(error).into()),
                _ => Ok(None),
            };
        };
        self.last.extend_from_slice(&part);
        // The newline at the end belongs to the last line.
        let lines = self.last.strip_suffix(b"\n").unwrap_or(&self.last);
        if let Some(at) = lines.iter().rposition(|byte| *byte == b'\n') {
            self.last.drain(..=at);
        }
        Ok(Some(part))
    }
}

fn refusal(answer: &Answer) -> RemoteError {
    let problem = serde_json::from_slice(&answer.body);
    problem.map_or(RemoteError::Strange(answer.status), |problem| {
        RemoteError::Refused(Box::new(problem))
    })
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
