//! The `claims` request parameter: OpenID Connect Core section 5.5.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The longest `claims` parameter that is read, in bytes.
pub const MAX_CLAIMS_BYTES: usize = 8192;

/// Which single claims were asked for, and where.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ClaimsRequest {
    /// To be returned by userinfo.
    #[serde(default)]
    pub userinfo: BTreeMap<String, Wish>,
    /// To be put into the ID token.
    #[serde(default)]
    pub id_token: BTreeMap<String, Wish>,
}

/// How one claim was asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Wish {
    /// The party says that it needs it.
    #[serde(default)]
    pub essential: bool,
    /// The value or values that it wants.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Value>,
}

/// The parameter is not what Core section 5.5 describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("claims is not a JSON object as OpenID Connect Core section 5.5 describes it")]
pub struct ClaimsRequestError;

impl ClaimsRequest {
    /// Reads the parameter. Unknown top-level members are ignored, as section 5.5 demands.
    pub fn parse(text: &str) -> Result<Self, ClaimsRequestError> {
        if text.len() > MAX_CLAIMS_BYTES {
            return Err(ClaimsRequestError);
        }
        let Ok(Value::Object(members)) = serde_json::from_str::<Value>(text) else {
            return Err(ClaimsRequestError);
        };
        Ok(Self {
            userinfo: wishes(members.get("userinfo"))?,
            id_token: wishes(members.get("id_token"))?,
        })
    }

    /// Whether nothing was asked for.
    pub fn is_empty(&self) -> bool {
        self.userinfo.is_empty() && self.id_token.is_empty()
    }
}

fn wishes(value: Option<&Value>) -> Result<BTreeMap<String, Wish>, ClaimsRequestError> {
    let members = match value {
        None | Some(Value::Null) => return Ok(BTreeMap::new()),
        Some(Value::Object(members)) => members,
        Some(_) => return Err(ClaimsRequestError),
    };
    members
        .iter()
        .map(|(name, wish)| Ok((name.clone(), wish_of(wish)?)))
        .collect()
}

fn wish_of(value: &Value) -> Result<Wish, ClaimsRequestError> {
    let members = match value {
        Value::Null => return Ok(Wish::default()),
        Value::Object(members) => members,
        _ => return Err(ClaimsRequestError),
    };
    let essential = match members.get("essential") {
        None => false,
        Some(Value::Bool(essential)) => *essential,
        Some(_) => return Err(ClaimsRequestError),
    };
    let values = match (members.get("value"), members.get("values")) {
        (Some(single), None) => vec![single.clone()],
        (None, Some(Value::Array(many))) => many.clone(),
        (None, None) => Vec::new(),
        _ => return Err(ClaimsRequestError),
    };
    Ok(Wish { essential, values })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn core_5_5_null_essential_value_and_values() {
        let request = ClaimsRequest::parse(
            r#"{"userinfo":{"name":{"essential":true},"x":null},"id_token":{"acr":{"values":["1","2"]},"sub":{"value":"a"}},"other":1}"#,
        )
        .unwrap();
        assert!(request.userinfo["name"].essential);
        assert_eq!(request.id_token["acr"].values.len(), 2);
        assert_eq!(request.id_token["sub"].values, [Value::from("a")]);
    }

    #[test]
    fn core_5_5_what_is_no_object_is_refused() {
        for bad in [
            "",
            "[]",
            "1",
            "{",
            r#"{"userinfo":[]}"#,
            r#"{"id_token":{"a":1}}"#,
            r#"{"id_token":{"a":{"essential":"yes"}}}"#,
        ] {
            assert!(ClaimsRequest::parse(bad).is_err(), "{bad}");
        }
        assert!(ClaimsRequest::parse(&"[".repeat(8000)).is_err());
    }
}
