//! The console of administrators, without scripts: who sees what, and who may do what.

mod applications;
mod assurance;
mod bulk;
mod dashboard;
mod desk;
mod frame;
mod people;
mod returning;
mod rights;
mod services;
mod sessions;
mod settings;

use passgate::flow::roles::{self, NewRole};
use passgate::flow::users::{self, NewUser};
use passgate::model::audit::Origin;
use passgate::model::permission::Authority;
use passgate::model::secret::Secret;
use reqwest::Method;
use serde_json::json;

use crate::harness::app::{PASSWORD, TestApp};
use crate::harness::browser::{Browser, Form, Page};
use crate::harness::database::on_every_engine;

const ROOT: &str = "root@example.com";
const GRACE: &str = "grace@example.com";

/// Makes an account with a role; gives its `sub`.
async fn account(app: &TestApp, email: &str, role: &str) -> String {
    let new = NewUser {
        email: email.to_owned(),
        email_verified: true,
        password: Secret::new(PASSWORD.to_owned()).into(),
        role: Some(role.to_owned()),
        plan: None,
        claims: json!({ "name": "Grace Hopper" }).as_object().unwrap().clone(),
    };
    let made = users::create(&app.state, new, &Authority::all(), &Origin::command_line()).await;
    made.unwrap().subject()
}

/// A browser in which an administrator is signed in who may do everything.
async fn root(app: &TestApp) -> Browser {
    account(app, ROOT, "admin").await;
    signed_in(app, ROOT).await
}

/// A browser in which somebody is signed in who may do what is named.
async fn holder(app: &TestApp, name: &str, permissions: &[&str]) -> Browser {
    let new = NewRole {
        name: name.to_owned(),
        permissions: permissions.iter().map(|right| format!("passgate:{right}")).collect(),
        ..NewRole::default()
    };
    roles::create(&app.state, new, &Authority::all(), &Origin::command_line())
        .await
        .unwrap();
    let email = format!("{name}@example.com");
    account(app, &email, name).await;
    signed_in(app, &email).await
}

async fn signed_in(app: &TestApp, email: &str) -> Browser {
    let mut browser = app.browser();
    browser.sign_in(email).await;
    browser
}

/// A form of this page, by what it does; the page has to be one that was reached.
fn form(page: &Page, act: &str) -> Form {
    let forms = page.forms();
    let sends = page.url.path();
    let found = forms.into_iter().find(|form| form.action == sends);
    let found = found.unwrap_or_else(|| panic!("no form of its own in {}", page.body));
    found.fill("do", act)
}

/// Sends something to a page of the console that its forms could send.
async fn send(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Page {
    let csrf = browser.get("/account").await.form().fields["csrf"].clone();
    let mut form = Form {
        action: path.to_owned(),
        fields: [("csrf".to_owned(), csrf)].into(),
    };
    for (name, value) in fields {
        form = form.fill(name, value);
    }
    browser.submit(&form).await
}
