//! What the metadata of a person may be, and how a part of it is changed (RFC 7396).

use serde_json::{Map, Value};

/// Bytes of each of the three objects, as compact JSON.
pub const MOST_BYTES: usize = 8 * 1024;
/// Objects and lists within each other.
pub const MOST_DEPTH: usize = 8;

/// Why metadata is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    /// See [`MOST_BYTES`].
    #[error("public, private and unsafe metadata are at most {MOST_BYTES} bytes each")]
    TooLarge,
    /// See [`MOST_DEPTH`].
    #[error("metadata has at most {MOST_DEPTH} objects and lists within each other")]
    TooDeep,
    /// PostgreSQL keeps no such text in JSON.
    #[error("metadata holds no NUL characters")]
    Nul,
}

/// Judges one of the three objects.
pub fn judge(object: &Map<String, Value>) -> Result<(), MetadataError> {
    fits(object, MOST_BYTES)?;
    object
        .iter()
        .try_for_each(|(name, value)| member(name, value, MOST_DEPTH - 1))
}

/// Judges any value within the bounds of depth and text.
pub fn judge_value(value: &Value) -> Result<(), MetadataError> {
    walk(value, MOST_DEPTH)
}

fn fits(object: &Map<String, Value>, bytes: usize) -> Result<(), MetadataError> {
    let written = serde_json::to_string(object).map_err(|_| MetadataError::TooLarge)?;
    match written.len() <= bytes {
        true => Ok(()),
        false => Err(MetadataError::TooLarge),
    }
}

fn member(name: &str, value: &Value, depth: usize) -> Result<(), MetadataError> {
    match name.contains('\0') {
        true => Err(MetadataError::Nul),
        false => walk(value, depth),
    }
}

fn walk(value: &Value, depth: usize) -> Result<(), MetadataError> {
    match value {
        Value::String(text) if text.contains('\0') => Err(MetadataError::Nul),
        Value::Array(_) | Value::Object(_) if depth == 0 => Err(MetadataError::TooDeep),
        Value::Array(list) => list.iter().try_for_each(|value| walk(value, depth - 1)),
        Value::Object(object) => object
            .iter()
            .try_for_each(|(name, value)| member(name, value, depth - 1)),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

/// Applies a merge patch (RFC 7396 section 2): members of the patch replace, `null` removes, objects are gone into.
pub fn merge(target: &mut Map<String, Value>, patch: &Map<String, Value>) {
    for (name, change) in patch {
        match change {
            Value::Null => drop(target.remove(name)),
            Value::Object(inner) => {
                let slot = target.entry(name.clone()).or_insert_with(|| Value::Object(Map::new()));
                if !slot.is_object() {
                    *slot = Value::Object(Map::new());
                }
                if let Value::Object(object) = slot {
                    merge(object, inner);
                }
            }
            other => drop(target.insert(name.clone(), other.clone())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap_or_default()
    }

    /// The examples of RFC 7396 appendix A whose patch and target are objects.
    #[test]
    fn rfc7396_appendix_a() {
        for (target, patch, result) in [
            (json!({"a":"b"}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":"b"}), json!({"b":"c"}), json!({"a":"b","b":"c"})),
            (json!({"a":"b"}), json!({"a":null}), json!({})),
            (json!({"a":"b","b":"c"}), json!({"a":null}), json!({"b":"c"})),
            (json!({"a":["b"]}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":"c"}), json!({"a":["b"]}), json!({"a":["b"]})),
            (
                json!({"a":{"b":"c"}}),
                json!({"a":{"b":"d","c":null}}),
                json!({"a":{"b":"d"}}),
            ),
            (json!({"a":[{"b":"c"}]}), json!({"a":[1]}), json!({"a":[1]})),
            (json!({"e":null}), json!({"a":1}), json!({"e":null,"a":1})),
            (json!({}), json!({"a":{"bb":{"ccc":null}}}), json!({"a":{"bb":{}}})),
            (json!({"a":1}), json!({"a":{"b":2}}), json!({"a":{"b":2}})),
        ] {
            let mut merged = object(target.clone());
            merge(&mut merged, &object(patch.clone()));
            assert_eq!(Value::Object(merged), result, "{target} {patch}");
        }
    }

    #[test]
    fn it_is_bounded_in_bytes_and_depth() {
        let of = |bytes: usize| object(json!({ "a": "x".repeat(bytes - 8) }));
        assert_eq!(judge(&of(MOST_BYTES)), Ok(()));
        assert_eq!(judge(&of(MOST_BYTES + 1)), Err(MetadataError::TooLarge));
        let nested = |depth: usize| (0..depth).fold(json!(1), |inner, _| json!({ "a": inner }));
        assert_eq!(judge(&object(nested(MOST_DEPTH))), Ok(()));
        assert_eq!(judge(&object(nested(MOST_DEPTH + 1))), Err(MetadataError::TooDeep));
        let lists = (0..MOST_DEPTH).fold(json!(1), |inner, _| json!([inner]));
        assert_eq!(judge(&object(json!({ "a": lists }))), Err(MetadataError::TooDeep));
        for nul in [
            json!({ "a\0": 1 }),
            json!({ "a": ["\0"] }),
            json!({ "a": { "b\0": null } }),
        ] {
            assert_eq!(judge(&object(nul.clone())), Err(MetadataError::Nul), "{nul}");
        }
    }
}
