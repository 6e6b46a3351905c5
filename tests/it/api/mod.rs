//! The JSON interface, as the script of an application's own page calls it.

mod document;
mod flows;
mod guard;
mod own_pages;

use std::collections::BTreeMap;

use reqwest::header::{CONTENT_TYPE, COOKIE, HeaderMap, ORIGIN, SET_COOKIE};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::app::TestApp;
use crate::harness::browser::Browser;

/// A script in a page, with the cookies of its browser.
pub struct Script {
    http: reqwest::Client,
    address: String,
    pub cookies: BTreeMap<String, String>,
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
    pub fn step(&self) -> &str {
        self.json["step"]
            .as_str()
            .unwrap_or_else(|| panic!("no step in {self:?}"))
    }

    /// The codes of what is wrong, by field.
    pub fn errors(&self) -> Vec<(&str, &str)> {
        self.json["errors"]
            .as_array()
            .unwrap_or_else(|| panic!("no errors in {self:?}"))
            .iter()
            .map(|error| {
                assert!(!error["message"].as_str().unwrap().is_empty());
                (
                    error["field"].as_str().unwrap_or_default(),
                    error["code"].as_str().unwrap(),
                )
            })
            .collect()
    }

    /// The names of what the step asks for.
    pub fn fields(&self) -> Vec<&str> {
        let fields = self.json["fields"].as_array().unwrap();
        fields.iter().map(|field| field["name"].as_str().unwrap()).collect()
    }

    fn path(&self) -> String {
        format!("/api/flows/{}", self.json["id"].as_str().unwrap())
    }
}

impl Script {
    /// In a browser without cookies, on a page of the server's own origin.
    pub fn new(app: &TestApp) -> Self {
        Self {
            http: app.http.clone(),
            address: app.address.clone(),
            cookies: BTreeMap::new(),
            headers: vec![(ORIGIN.as_str(), app.issuer.clone())],
        }
    }

    /// In a browser that has been somewhere.
    pub fn within(app: &TestApp, browser: &Browser) -> Self {
        Self {
            cookies: browser.cookies.clone(),
            ..Self::new(app)
        }
    }

    /// On a page of another origin.
    pub fn from(mut self, origin: &str) -> Self {
        self.headers = vec![(ORIGIN.as_str(), origin.to_owned())];
        self
    }

    /// The browser that it is in.
    pub fn browser(&self, app: &TestApp) -> Browser {
        let mut browser = app.browser();
        browser.cookies = self.cookies.clone();
        browser
    }

    pub async fn send(&mut self, method: Method, path: &str, body: Option<(&str, String)>) -> Answer {
        let mut request = self.http.request(method, format!("{}{path}", self.address));
        let jar: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if !jar.is_empty() {
            request = request.header(COOKIE, jar.join("; "));
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if let Some((kind, body)) = body {
            request = request.header(CONTENT_TYPE, kind).body(body);
        }
        let response = request.send().await.unwrap();
        for cookie in response.headers().get_all(SET_COOKIE) {
            let text = cookie.to_str().unwrap();
            let (name, rest) = text.split_once('=').unwrap();
            match text.contains("Max-Age=0") {
                true => drop(self.cookies.remove(name)),
                false => drop(
                    self.cookies
                        .insert(name.to_owned(), rest.split(';').next().unwrap().to_owned()),
                ),
            }
        }
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.unwrap();
        Answer {
            status,
            headers,
            json: serde_json::from_str(&text).unwrap_or(Value::Null),
        }
    }

    pub async fn post(&mut self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(("application/json", body.to_string())))
            .await
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    /// Begins a flow.
    pub async fn begin(&mut self, kind: &str) -> Answer {
        let answer = self.post("/api/flows", json!({ "kind": kind })).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer
    }

    /// Goes on with one.
    pub async fn go_on(&mut self, flow: &Answer, given: Value) -> Answer {
        self.post(&flow.path(), given).await
    }

    /// Who is signed in.
    pub async fn who(&mut self) -> Value {
        self.get("/api/session").await.json["user"].clone()
    }
}
