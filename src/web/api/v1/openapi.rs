//! The description of the REST interface (OpenAPI 3.1), made from the operations themselves.

use std::collections::BTreeSet;

use actix_web::HttpResponse;
use actix_web::http::header;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use super::BASE;
use super::problem::{Body, STATUSES};
use crate::flow::admin::bulk::{self, Bulk, NDJSON};
use crate::flow::admin::{self, About, KEY_BYTES, Method, Operation, Route, Visitor};
use crate::model::permission::Permission;

/// The document, for whoever asks: it says nothing about this installation.
pub async fn document() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .json(build())
}

/// Makes the document.
pub fn build() -> Value {
    let mut builder = Builder::default();
    admin::each(&mut builder);
    for bulk in bulk::ALL {
        builder.describe_lines(bulk);
    }
    builder.learn(Shape::of::<Body>());
    let responses: Map<_, _> = STATUSES
        .iter()
        .map(|(status, description)| {
            let schema = json!({ "$ref": "#/components/schemas/AdminProblem" });
            let response =
                json!({ "description": description, "content": { "application/problem+json": { "schema": schema } } });
            (format!("Problem{status}"), response)
        })
        .collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Passgate administration",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What administrators do. Refusals are application/problem+json (RFC 9457); decide by `code`. Lists \
                come in pages: send `next` as `after`. A change may carry If-Match with the ETag that it is of. A POST may carry \
                an Idempotency-Key: sent again within a day, it is done once and answered the same.",
        },
        "servers": [{ "url": BASE }],
        "security": [{ "bearer": [] }],
        "tags": builder.tags.iter().map(|tag| json!({ "name": tag })).collect::<Vec<_>>(),
        "paths": builder.paths,
        "components": {
            "schemas": builder.schemas,
            "responses": responses,
            "securitySchemes": { "bearer": {
                "type": "http", "scheme": "bearer",
                "description": "An API key (`pgk_…`), or an access token of this issuer with `passgate:` scopes.",
            } },
        },
    })
}

/// Every refusal, by status.
fn refusals() -> Map<String, Value> {
    let refusal = |(status, _): &(u16, &str)| {
        let reference = json!({ "$ref": format!("#/components/responses/Problem{status}") });
        (status.to_string(), reference)
    };
    STATUSES.iter().map(refusal).collect()
}

#[derive(Default)]
struct Builder {
    paths: Map<String, Value>,
    schemas: Map<String, Value>,
    tags: BTreeSet<&'static str>,
}

/// What a type says of itself.
struct Shape {
    name: String,
    schema: RefOr<Schema>,
    /// What it is made of.
    parts: Vec<(String, RefOr<Schema>)>,
}

impl Shape {
    fn of<T: ToSchema>() -> Self {
        let mut parts = Vec::new();
        T::schemas(&mut parts);
        Self {
            name: T::name().into_owned(),
            schema: T::schema(),
            parts,
        }
    }
}

impl Builder {
    /// Describes a type and what it is made of; gives its name.
    fn learn(&mut self, shape: Shape) -> String {
        self.learn_parts(shape.parts);
        let schema = serde_json::to_value(shape.schema).unwrap_or_default();
        self.schemas.insert(shape.name.clone(), schema);
        shape.name
    }

    fn learn_parts(&mut self, parts: Vec<(String, RefOr<Schema>)>) {
        for (name, schema) in parts {
            self.schemas
                .insert(name, serde_json::to_value(schema).unwrap_or_default());
        }
    }
}

/// The input of an operation, taken apart.
struct Input {
    parameters: Vec<Value>,
    body: Option<Value>,
}

impl Input {
    fn of(route: Route, schema: RefOr<Schema>) -> Self {
        let schema = serde_json::to_value(schema).unwrap_or_default();
        let in_path: Vec<_> = route.in_path().collect();
        let required: Vec<String> =
            serde_json::from_value(schema.get("required").cloned().unwrap_or_default()).unwrap_or_default();
        let members = schema
            .get("properties")
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default();
        let mut parameters = Vec::new();
        let mut body = Map::new();
        for (name, mut member) in members {
            let place = match in_path.contains(&name.as_str()) {
                true => "path",
                false if route.method.has_body() => {
                    body.insert(name, member);
                    continue;
                }
                false => "query",
            };
            let description = member.as_object_mut().and_then(|member| member.remove("description"));
            parameters.push(json!({
                "name": name, "in": place, "required": place == "path" || required.contains(&name),
                "description": description, "schema": without_null(member),
            }));
        }
        let required: Vec<_> = required.into_iter().filter(|name| body.contains_key(name)).collect();
        let body = route.method.has_body().then(|| {
            let mut schema = Map::new();
            schema.insert("type".to_owned(), "object".into());
            schema.insert("properties".to_owned(), body.into());
            schema.insert("additionalProperties".to_owned(), false.into());
            if !required.is_empty() {
                schema.insert("required".to_owned(), required.clone().into());
            }
            json!({ "required": !required.is_empty(), "content": { "application/json": { "schema": schema } } })
        });
        Self { parameters, body }
    }
}

/// A parameter of the query that is there has a value.
fn without_null(mut schema: Value) -> Value {
    if let Some(kinds) = schema.get("type").and_then(Value::as_array) {
        let kinds: Vec<_> = kinds.iter().filter(|kind| *kind != "null").cloned().collect();
        if let [one] = kinds.as_slice() {
            let one = one.clone();
            if let Some(schema) = schema.as_object_mut() {
                schema.insert("type".to_owned(), one);
            }
        }
    }
    if let Some(choices) = schema.get("oneOf").and_then(Value::as_array) {
        let choices: Vec<_> = choices
            .iter()
            .filter(|choice| choice["type"] != "null")
            .cloned()
            .collect();
        if let [one] = choices.as_slice() {
            return one.clone();
        }
    }
    schema
}

impl Visitor for Builder {
    fn visit<O: Operation>(&mut self) {
        self.describe(About::of::<O>(), Shape::of::<O::Input>(), Shape::of::<O::Output>());
    }
}

impl Builder {
    /// What is done with lines of JSON.
    fn describe_lines(&mut self, bulk: Bulk) {
        let lines = json!({ NDJSON: { "schema": { "type": "string" } } });
        let mut responses = refusals();
        responses.insert(
            "200".to_owned(),
            json!({ "description": "Lines of JSON.", "content": lines }),
        );
        let query = bulk.query.map(|schema| Input::of(Route::get(bulk.path), schema()));
        let parameters = query.map_or(Vec::new(), |input| input.parameters);
        self.tags.insert(bulk.permission.resource.as_str());
        let mut operation = head(bulk.id, bulk.summary, bulk.permission, parameters, responses);
        if bulk.method.has_body() {
            operation.insert("requestBody".to_owned(), json!({ "required": true, "content": lines }));
        }
        let methods = Map::from_iter([(bulk.method.as_str().to_ascii_lowercase(), operation.into())]);
        self.paths.insert(bulk.path.to_owned(), methods.into());
    }

    fn describe(&mut self, about: About, input: Shape, output: Shape) {
        let route = about.route;
        // What the input is made of; the input itself stands in the operation.
        self.learn_parts(input.parts);
        let input = Input::of(route, input.schema);
        let mut parameters = input.parameters;
        let header = |name: &str, description: &str, schema: Value| json!({ "name": name, "in": "header", "required": false, "description": description, "schema": schema });
        if matches!(route.method, Method::Put | Method::Patch | Method::Delete) {
            parameters.push(header(
                "If-Match",
                "The ETag of what is to be changed.",
                json!({ "type": "string" }),
            ));
        }
        if route.method == Method::Post {
            let schema = json!({ "type": "string", "minLength": 1, "maxLength": KEY_BYTES });
            parameters.push(header(
                "Idempotency-Key",
                "Names the call, so that it is done once.",
                schema,
            ));
        }
        let mut responses = Map::new();
        let success = match route.status {
            204 => json!({ "description": "Done." }),
            _ => {
                let name = self.learn(output);
                let schema = json!({ "$ref": format!("#/components/schemas/{name}") });
                json!({ "description": "Done.", "content": { "application/json": { "schema": schema } } })
            }
        };
        responses.insert(route.status.to_string(), success);
        responses.extend(refusals());
        self.tags.insert(about.permission.resource.as_str());
        let mut operation = head(about.id, about.summary, about.permission, parameters, responses);
        if let Some(body) = input.body {
            operation.insert("requestBody".to_owned(), body);
        }
        let path = self.paths.entry(route.path).or_insert_with(|| Map::new().into());
        if let Some(path) = path.as_object_mut() {
            path.insert(route.method.as_str().to_ascii_lowercase(), operation.into());
        }
    }
}

/// What every operation says of itself.
fn head(
    id: &str,
    summary: &str,
    permission: Permission,
    parameters: Vec<Value>,
    responses: Map<String, Value>,
) -> Map<String, Value> {
    Map::from_iter([
        ("operationId".to_owned(), id.into()),
        ("summary".to_owned(), summary.into()),
        ("description".to_owned(), format!("Needs `{permission}`.").into()),
        ("x-permission".to_owned(), permission.to_string().into()),
        ("tags".to_owned(), vec![permission.resource.as_str()].into()),
        ("parameters".to_owned(), parameters.into()),
        ("responses".to_owned(), responses.into()),
    ])
}
