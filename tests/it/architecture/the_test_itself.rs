//! The test of the test: what it must catch, and what it must let through.

use std::path::Path;

use super::source::Source;

fn crossings(path: &str, text: &str) -> Vec<(usize, String)> {
    Source::parse(Path::new(path), text).crossings()
}

#[track_caller]
fn caught(path: &str, text: &str, why: &str) {
    let found = crossings(path, text);
    assert!(found.iter().any(|(_, message)| message == why), "{text}\n{found:?}");
}

#[track_caller]
fn free(path: &str, text: &str) {
    assert_eq!(crossings(path, text), [], "{text}");
}

#[test]
fn catches_a_room_in_a_use_line_a_group_or_a_path() {
    for text in [
        "use crate::store::users;",
        "pub(crate) use crate::store;",
        "use crate::{flow::sign_in, store::{self, users}};",
        "use crate::{flow::{a, b},\n store as s};",
        "fn f() { let u = crate::store::users::find(); }",
        "fn f(_: &::passgate::store::Db) {}",
        "fn f() { g!(x, crate::store::y()); }",
        "use super::super::super::store::Db;",
        "use super::super::super::{flow, store};",
        "mod inner { use super::super::super::super::store::Db; }",
    ] {
        caught("web/oidc/token.rs", text, "web must not see store");
    }
    caught("web/mod.rs", "use super::store;", "web must not see store");
    caught("web/mod.rs", "use super::{flow, store};", "web must not see store");
    caught("protocol/pkce.rs", "use crate::flow::x;", "protocol must not see flow");
    caught(
        "protocol/pkce.rs",
        "use crate::clock::Clock;",
        "protocol must not see clock",
    );
    caught(
        "crypto/jwt.rs",
        "use crate::protocol::x;",
        "crypto must not see protocol",
    );
    caught("model/user.rs", "use crate::crypto::x;", "model must not see crypto");
    caught(
        "store/users.rs",
        "use crate::identity::x;",
        "store must not see identity",
    );
}

#[test]
fn catches_ways_around() {
    caught(
        "web/a.rs",
        "use crate as c;",
        "the crate under another name hides what a path sees",
    );
    caught("web/a.rs", "use crate::*;", "* is no room; name the room itself");
    caught("web/a.rs", "use crate::Db;", "Db is no room; name the room itself");
}

#[test]
fn catches_crates_outside_their_rooms() {
    caught("flow/token.rs", "use sqlx::Row;", "flow must not name sqlx");
    caught("flow/token.rs", "use sqlx as q;", "flow must not name sqlx");
    caught(
        "model/user.rs",
        "#[derive(sqlx::FromRow)] struct U;",
        "model must not name sqlx",
    );
    caught(
        "flow/token.rs",
        "fn f() -> actix_web::HttpResponse { g() }",
        "flow must not name actix_web",
    );
    caught(
        "flow/token.rs",
        "use ::actix_http::Request;",
        "flow must not name actix_http",
    );
    caught(
        "protocol/a.rs",
        "use {tokio::fs, std::io};",
        "protocol must not name tokio",
    );
    caught("flow/a.rs", "use rand::Rng;", "flow must not name rand");
    free("store/users.rs", "use sqlx::Row;");
    free("web/mod.rs", "use actix_web::{web, App};");
}

#[test]
fn says_the_line() {
    assert_eq!(
        crossings("web/a.rs", "//! doc\n\nuse crate::{\n    flow,\n    store,\n};")[0].0,
        5
    );
}

#[test]
fn lets_through_what_the_rule_allows() {
    free(
        "web/oidc/token.rs",
        "use crate::{flow::token, model::client::Client};\nuse super::form;",
    );
    free("flow/token.rs", "use crate::store::codes; use crate::protocol::token;");
    free("app.rs", "use crate::{store::Db, web}; use sqlx::PgPool;");
    free(
        "web/a.rs",
        "use super::{store_front, views::{store, page}}; fn f(x: T) { x.store.get(); crate::sql!(x) }",
    );
    free("web/store/a.rs", "use super::super::store::x;");
    free("lib.rs", "pub mod store; pub mod web;");
}

#[test]
fn ignores_comments_texts_and_tests() {
    free(
        "web/a.rs",
        "// use crate::store;\n/* crate::store /* x */ */\n/// [`crate::store`]\nfn f() { \"crate::store::x\"; }",
    );
    free("web/a.rs", "#[cfg(test)]\nmod tests { use crate::store::Db; }");
    free(
        "web/a.rs",
        "#[cfg(test)]\n#[allow(x)]\nuse crate::{store, flow};\nfn f() {}",
    );
    free("web/a.rs", "struct S { #[cfg(test)] x: crate::store::Db, y: u8 }");
    caught(
        "web/a.rs",
        "#[cfg(test)]\nmod tests {}\nuse crate::store;",
        "web must not see store",
    );
    caught(
        "web/a.rs",
        "#[cfg(test)]\nuse x::y;\nuse crate::store;",
        "web must not see store",
    );
    caught(
        "web/a.rs",
        "#[cfg(not(test))]\nmod m { use crate::store::Db; }",
        "web must not see store",
    );
    let source = Source::parse(Path::new("web/mod.rs"), "#[cfg(test)] mod tests; mod b;");
    assert_eq!(
        source.test_files,
        [Path::new("web/tests.rs"), Path::new("web/tests/mod.rs")]
    );
}
