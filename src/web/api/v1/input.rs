//! The input of an operation, out of path, query and body.

use actix_web::http::header;
use actix_web::web::Payload;
use serde_json::{Map, Value};

use super::problem::Problem;
use crate::flow::admin::{Code, Prepared, Unfit, Untyped};
use crate::web::body::{self, BodyError};
use crate::web::context::Ctx;

/// Reads it.
pub async fn read(ctx: &Ctx, operation: &Untyped, payload: Payload) -> Result<Box<dyn Prepared>, Problem> {
    let route = operation.about.route;
    let in_path: Vec<_> = route.in_path().map(|name| (name, ctx.in_path(name))).collect();
    let query = ctx.request.query_string();
    match route.method.has_body() {
        true if !query.is_empty() => Err(Problem::new(Code::InvalidRequest, "this operation takes no query")),
        true => {
            let object = of_body(in_path, object(ctx, payload).await?)?;
            let unfit = |unfit: Unfit| Problem::member(unfit.pointer, unfit.detail);
            operation.of_object(object.into()).map_err(unfit)
        }
        false => {
            let pairs = of_query(in_path, query)?;
            let unfit = |detail| Problem::new(Code::InvalidRequest, detail);
            operation.of_query(&pairs).map_err(unfit)
        }
    }
}

/// The query, without what is empty, and what stands in the path.
pub(super) fn of_query(in_path: Vec<(&str, String)>, query: &str) -> Result<String, Problem> {
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in &in_path {
        pairs.append_pair(name, text(name, value)?);
    }
    // What is empty counts as absent.
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()).filter(|(_, value)| !value.is_empty()) {
        pairs.append_pair(&name, text(&name, &value)?);
    }
    Ok(pairs.finish())
}

fn of_body(in_path: Vec<(&str, String)>, mut object: Map<String, Value>) -> Result<Map<String, Value>, Problem> {
    for (name, value) in in_path {
        let value = text(name, &value)?.to_owned();
        if object.insert(name.to_owned(), value.into()).is_some() {
            return Err(Problem::member(format!("/{name}"), "stands in the path".to_owned()));
        }
    }
    Ok(object)
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
