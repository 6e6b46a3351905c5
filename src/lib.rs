//! Passgate, a self-hosted identity provider. This page is the map of the house.
//!
//! | room | what lives in it |
//! |---|---|
//! | [`model`] | nouns and newtypes; knows nobody else |
//! | [`protocol`] | the OAuth 2.1 / OpenID Connect rules, pure: facts in, decision out |
//! | [`identity`] | the account rules, pure: password policy, lockout, e-mail form, assurance |
//! | [`crypto`] | keys, signatures, sealing, random secrets and their digests, the password hashing pool |
//! | [`store`] | SQL, one file per table, the same text for SQLite and PostgreSQL |
//! | [`outbound`] | everything that leaves: mail, text messages, requests to addresses that others name |
//! | [`flow`] | use cases: the only place where rules meet the store |
//! | [`web`] | actix: routes, cookies, CSRF, headers, pages, the one error renderer |
//! | [`cli`] | one file per command, over the same flows as the server |
//! | [`metrics`] | what is counted, for whoever watches |
//! | [`settings`], [`state`], [`clock`], [`telemetry`], [`app`] | what the process starts with; [`app`] composes it |
//!
//! The dependency rule: `web, cli -> flow -> { protocol, identity, crypto, store, outbound } -> model`. `protocol` and
//! `identity` see only `model` and `crypto`, and `store` takes row ids from `crypto`; `web` never sees `store`; actix stays
//! in `web` and `app`, sqlx in `store` and `app`. `tests/it/architecture.rs` fails when a line crosses a wall.
//!
//! One request: `web/oidc/token.rs` turns HTTP into an input struct; `flow/token.rs` authenticates the client, opens a unit
//! of work, reads the facts, lets `protocol::token` judge them, consumes the code, stores what must be stored, commits and
//! signs; `web` renders the outcome. Errors are values all the way; `web/error.rs` makes them JSON, a redirect or a page.

pub mod app;
pub mod cli;
pub mod clock;
pub mod crypto;
pub mod flow;
pub mod identity;
pub mod metrics;
pub mod model;
pub mod outbound;
pub mod protocol;
pub mod settings;
pub mod state;
pub mod store;
pub mod telemetry;
pub mod web;
