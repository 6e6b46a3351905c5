//! The input of an operation, out of path, query and body.

use actix_web::http::header;
use actix_web::web::Payload;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::problem::Problem;
use crate::flow::admin::{Code, Operation};
use crate::web::body::{self, BodyError};
use crate::web::context::Ctx;

/// Reads it.
pub async fn read<O: Operation>(ctx: &Ctx, payload: Payload) -> Result<O::Input, Problem> {
    let in_path: Vec<_> = O::ROUTE.in_path().map(|name| (name, ctx.in_path(name))).collect();
    match O::ROUTE.method.has_body() {
        true if !ctx.request.query_string().is_empty() => {
            Err(Problem::new(Code::InvalidRequest, "this operation takes no query"))
        }
        true => of_body(in_path, object(ctx, payload).await?),
        false => of_query(in_path, ctx.request.query_string()),
    }
}

fn of_query<T: DeserializeOwned>(in_path: Vec<(&str, String)>, query: &str) -> Result<T, Problem> {
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in &in_path {
        pairs.append_pair(name, text(name, value)?);
    }
    // What is empty counts as absent.
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()).filter(|(_, value)| !value.is_empty()) {
        pairs.append_pair(&name, text(&name, &value)?);
    }
    serde_urlencoded::from_str(&pairs.finish()).map_err(|error| Problem::new(Code::InvalidRequest, error.to_string()))
}

fn of_body<T: DeserializeOwned>(in_path: Vec<(&str, String)>, mut object: Map<String, Value>) -> Result<T, Problem> {
    for (name, value) in in_path {
        let value = text(name, &value)?.to_owned();
        if object.insert(name.to_owned(), value.into()).is_some() {
            return Err(Problem::member(format!("/{name}"), "stands in the path".to_owned()));
        }
    }
    serde_path_to_error::deserialize(Value::Object(object)).map_err(|error| {
        let pointer = error.path().iter().map(|segment| format!("/{segment}")).collect();
        Problem::member(pointer, error.into_inner().to_string())
    })
}

/// A text without the one character that PostgreSQL cannot keep.
fn text<'a>(name: &str, value: &'a str) -> Result<&'a str, Problem> {
    match value.contains('\0') {
        true => Err(Problem::member(format!("/{name}"), "holds a NUL".to_owned())),
        false => Ok(value),
    }
}

async fn object(ctx: &Ctx, payload: Payload) -> Result<Map<String, Value>, Problem> {
    let bytes = body::bytes(payload).await.map_err(|error| match error {
        BodyError::TooLarge => Problem::new(Code::TooLarge, "a body is 64 KiB at most"),
        BodyError::NoForm | BodyError::Incomplete => Problem::new(Code::InvalidRequest, "the body did not arrive"),
    })?;
    if bytes.is_empty() {
        return Ok(Map::new());
    }
    // The content type must say JSON: that is what keeps the forms of strangers out (CS-03).
    let essence = ctx.header(header::CONTENT_TYPE).and_then(|kind| kind.split(';').next());
    let essence = essence.map(str::trim).unwrap_or_default();
    if !essence.eq_ignore_ascii_case("application/json")
        && !essence.eq_ignore_ascii_case("application/merge-patch+json")
    {
        return Err(Problem::new(
            Code::UnsupportedMediaType,
            "the body must be application/json",
        ));
    }
    let value: Value = serde_json::from_slice(&bytes).map_err(|error| {
        let place = format!("no JSON at line {} column {}", error.line(), error.column());
        Problem::new(Code::InvalidRequest, place)
    })?;
    if has_nul(&value) {
        return Err(Problem::new(Code::InvalidRequest, "a text holds a NUL"));
    }
    match value {
        Value::Object(object) => Ok(object),
        _ => Err(Problem::new(Code::InvalidRequest, "the body must be a JSON object")),
    }
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(members) => members
            .iter()
            .any(|(name, value)| name.contains('\0') || has_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
