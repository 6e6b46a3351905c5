//! The description of the interface as a page: made from the same document that programs read.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde_json::Value;

use super::{BASE, OPENAPI, openapi};
use crate::web::context::Ctx;
use crate::web::error;
use crate::web::views::{ApiDocs, MemberRow, OperationGroup, OperationRow};

/// The page. It says nothing about this installation, and anybody may read it.
pub async fn page(ctx: Ctx) -> HttpResponse {
    let lang = ctx.lang(None);
    let template = ApiDocs {
        page: ctx.shell(lang, None),
        document: OPENAPI,
        base: BASE,
        groups: groups(&openapi::build()),
    };
    error::render(&ctx, StatusCode::OK, lang, &template)
}

fn groups(document: &Value) -> Vec<OperationGroup> {
    let mut groups: Vec<OperationGroup> = Vec::new();
    let paths = document.get("paths").and_then(Value::as_object);
    for (path, methods) in paths.into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let name = text(operation.pointer("/tags/0"));
            let row = row(document, path, method, operation);
            match groups.iter_mut().find(|group| group.name == name) {
                Some(group) => group.operations.push(row),
                None => groups.push(OperationGroup {
                    name,
                    operations: vec![row],
                }),
            }
        }
    }
    groups.sort_by(|a, b| a.name.cmp(&b.name));
    groups
}

fn row(document: &Value, path: &str, method: &str, operation: &Value) -> OperationRow {
    let mut members = Vec::new();
    for parameter in operation
        .get("parameters")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        members.push(MemberRow {
            name: text(parameter.get("name")),
            place: text(parameter.get("in")),
            kind: kind(parameter.get("schema")),
            required: parameter.get("required") == Some(&Value::Bool(true)),
            description: text(parameter.get("description")),
        });
    }
    let schema = operation.pointer("/requestBody/content/application~1json/schema");
    let required = schema
        .and_then(|schema| schema.get("required"))
        .and_then(Value::as_array);
    let properties = schema
        .and_then(|schema| schema.get("properties"))
        .and_then(Value::as_object);
    for (name, member) in properties.into_iter().flatten() {
        members.push(MemberRow {
            name: name.clone(),
            place: "body".to_owned(),
            kind: kind(Some(member)),
            required: required.is_some_and(|all| all.iter().any(|one| one == name)),
            description: text(member.get("description")),
        });
    }
    let responses = operation.get("responses").and_then(Value::as_object);
    let success = responses.and_then(|all| all.keys().find(|status| status.starts_with('2')));
    let shown = success.and_then(|status| {
        let content = operation.pointer(&format!("/responses/{status}/content/application~1json/schema/$ref"))?;
        content.as_str()?.rsplit('/').next().map(str::to_owned)
    });
    let known = shown.filter(|name| document.pointer(&format!("/components/schemas/{name}")).is_some());
    OperationRow {
        method: method.to_ascii_uppercase(),
        path: path.to_owned(),
        id: text(operation.get("operationId")),
        summary: text(operation.get("summary")),
        permission: text(operation.get("x-permission")),
        status: [success.cloned(), known]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" "),
        members,
    }
}

fn text(value: Option<&Value>) -> String {
    value.and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// A type in a word.
fn kind(schema: Option<&Value>) -> String {
    let Some(schema) = schema else { return String::new() };
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        return reference.rsplit('/').next().unwrap_or_default().to_owned();
    }
    let of = |value: &Value| match value {
        Value::String(name) => name.clone(),
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | "),
        _ => String::new(),
    };
    let name = schema.get("type").map(of).unwrap_or_else(|| "any".to_owned());
    match (name.as_str(), schema.get("items")) {
        ("array", Some(items)) => format!("{}[]", kind(Some(items))),
        _ => name,
    }
}
