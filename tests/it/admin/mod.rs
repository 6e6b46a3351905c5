//! The REST interface of administrators, and who may do what with it.

mod api_keys;
mod bulk;
mod calls;
mod catalogues;
mod clients;
mod matrix;
mod records;
mod secrets;
mod settings;
mod side_by_side;
mod users;

use passgate::flow::admin::api_keys::{Create, NewApiKey};
use passgate::flow::admin::{self, Administrator};
use passgate::model::audit::Origin;
use reqwest::header::{AUTHORIZATION, HeaderMap};
use reqwest::{Method, StatusCode};
use serde_json::Value;

use crate::harness::app::TestApp;
use crate::harness::database::on_every_engine;

/// A program that administers with a key.
pub struct Program<'a> {
    app: &'a TestApp,
    pub key: String,
    pub headers: Vec<(&'static str, String)>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub json: Value,
}

impl Answer {
    /// The code of a refusal, in a problem that says its status.
    pub fn code(&self) -> &str {
        assert_eq!(self.headers["content-type"], "application/problem+json", "{self:?}");
        assert_eq!(self.json["status"], self.status.as_u16(), "{self:?}");
        assert!(!self.json["request_id"].as_str().unwrap().is_empty(), "{self:?}");
        self.json["code"].as_str().unwrap()
    }

    /// The answer of a call that went well.
    pub fn ok(self) -> Value {
        assert!(self.status.is_success(), "{self:?}");
        self.json
    }
}

impl<'a> Program<'a> {
    /// With a key that may do what is named.
    pub async fn new(app: &'a TestApp, permissions: &[&str]) -> Self {
        let input = NewApiKey {
            name: "test".to_owned(),
            permissions: permissions.iter().map(|name| (*name).to_owned()).collect(),
            ..NewApiKey::default()
        };
        let (administrator, origin) = (Administrator::command_line(), Origin::command_line());
        let created = admin::run::<Create>(&app.state, &administrator, &origin, None, input).await;
        Self::with(app, &created.unwrap().key)
    }

    /// With this key or token.
    pub fn with(app: &'a TestApp, key: &str) -> Self {
        Self {
            app,
            key: key.to_owned(),
            headers: Vec::new(),
        }
    }

    /// With a header.
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = self.app.http.request(method, self.app.url(&format!("/api/v1{path}")));
        if !self.key.is_empty() {
            request = request.header(AUTHORIZATION, format!("Bearer {}", self.key));
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.unwrap();
        let read = |text| serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        let json = match headers.get("content-type").map(|kind| kind.as_bytes()) {
            Some(b"application/x-ndjson") => text.lines().map(read).collect(),
            _ if text.is_empty() => Value::Null,
            _ => read(&text),
        };
        Answer { status, headers, json }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PATCH, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }
}
