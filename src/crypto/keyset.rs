//! The keys of the installation at one moment: which sign, which may still verify, and the JWKS of RFC 7517.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use super::keys::SigningKey;
use crate::model::alg::SigningAlg;

/// Where a key is in its life. All three are published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    /// Published, so that verifiers know it before it signs.
    Next,
    /// Signs.
    Active,
    /// Verifies what it signed.
    Retired,
}

impl KeyState {
    /// The stored name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Active => "active",
            Self::Retired => "retired",
        }
    }

    /// Reads a stored name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Next, Self::Active, Self::Retired]
            .into_iter()
            .find(|state| state.as_str() == name)
    }
}

/// A key and where it is in its life.
#[derive(Clone, Debug)]
pub struct KeyEntry {
    /// The key.
    pub key: Arc<SigningKey>,
    /// Its state.
    pub state: KeyState,
}

/// An immutable set. A rotation makes a new one.
#[derive(Debug)]
pub struct KeySet {
    entries: Vec<KeyEntry>,
    /// Prepared `typ` and key headers in base64url, to the key that they name: see `crypto::jwt`.
    headers: BTreeMap<String, (usize, Option<&'static str>)>,
    jwks: Arc<str>,
    etag: String,
}

impl KeySet {
    /// Makes a set. `types` are the header types that tokens of this installation have.
    pub fn new(entries: Vec<KeyEntry>, types: &[Option<&'static str>]) -> Self {
        let mut headers = BTreeMap::new();
        for (index, entry) in entries.iter().enumerate() {
            for typ in types {
                headers.insert(entry.key.header(*typ), (index, *typ));
            }
        }
        let keys: Vec<_> = entries.iter().map(|entry| entry.key.public_jwk()).collect();
        let jwks: Arc<str> = json!({ "keys": keys }).to_string().into();
        let sum = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, jwks.as_bytes());
        let etag = format!(
            "\"{}\"",
            URL_SAFE_NO_PAD.encode(sum.as_ref().get(..12).unwrap_or_default())
        );
        Self {
            entries,
            headers,
            jwks,
            etag,
        }
    }

    /// The key that signs with an algorithm.
    pub fn active(&self, alg: SigningAlg) -> Option<&Arc<SigningKey>> {
        self.entries
            .iter()
            .find(|entry| entry.state == KeyState::Active && entry.key.alg() == alg)
            .map(|entry| &entry.key)
    }

    /// The key and type that a header names, when it is to the byte one that we write.
    pub(super) fn by_header(&self, header: &str) -> Option<(&SigningKey, Option<&'static str>)> {
        let (index, typ) = self.headers.get(header)?;
        Some((&self.entries.get(*index)?.key, *typ))
    }

    /// Every key.
    pub fn entries(&self) -> &[KeyEntry] {
        &self.entries
    }

    /// The document of RFC 7517 section 5: public members only.
    pub fn jwks(&self) -> &Arc<str> {
        &self.jwks
    }

    /// A strong entity tag of that document.
    pub fn etag(&self) -> &str {
        &self.etag
    }
}
