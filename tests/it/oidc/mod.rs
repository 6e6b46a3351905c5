//! The protocol, from outside.

mod authorize_refusals;
mod authorize_requests;
mod client_authentication;
mod code_flow;
mod codes;
mod consent;
mod discovery;
mod form_post;
mod id_token;
mod introspection;
mod keys;
mod pkce;
mod redirect_uris;
mod refresh;
mod refresh_races;
mod request_objects;
mod revocation;
pub mod scene;
mod sessions;
mod silent;
mod token_endpoint;
mod userinfo;
