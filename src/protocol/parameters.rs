//! Reads form and query parameters once, at the door. RFC 6749 section 3.1: unknown ones are ignored, empty ones count as
//! absent, none may be repeated.

use crate::model::interaction::RequestParameters;

/// The most parameters that are read.
pub const MAX_PARAMETERS: usize = 100;

/// Parameters by name, and the names that came more than once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters {
    /// The first value of each.
    pub values: RequestParameters,
    repeated: Vec<String>,
}

/// The text is no `application/x-www-form-urlencoded` form in UTF-8, or has too many parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("parameters are not form-urlencoded UTF-8")]
pub struct MalformedParameters;

impl Parameters {
    /// Decodes each name and value exactly once. Several texts (query and body of one request) count as one list.
    pub fn read(texts: &[&[u8]]) -> Result<Self, MalformedParameters> {
        let mut read = Self::default();
        let mut count = 0_usize;
        for pair in texts
            .iter()
            .flat_map(|text| text.split(|byte| *byte == b'&'))
            .filter(|pair| !pair.is_empty())
        {
            count += 1;
            if count > MAX_PARAMETERS {
                return Err(MalformedParameters);
            }
            let (name, value) = match pair.iter().position(|byte| *byte == b'=') {
                Some(at) => (
                    pair.get(..at).unwrap_or_default(),
                    pair.get(at + 1..).unwrap_or_default(),
                ),
                None => (pair, &[][..]),
            };
            read.insert(decode(name)?, decode(value)?);
        }
        Ok(read)
    }

    fn insert(&mut self, name: String, value: String) {
        match self.values.0.entry(name) {
            std::collections::btree_map::Entry::Vacant(free) => {
                free.insert(value);
            }
            std::collections::btree_map::Entry::Occupied(taken) => self.repeated.push(taken.key().clone()),
        }
    }

    /// The value of a parameter; an empty one counts as absent.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name)
    }

    /// Whether a parameter came more than once.
    pub fn is_repeated(&self, name: &str) -> bool {
        self.repeated.iter().any(|known| known == name)
    }

    /// Whether any name came more than once.
    pub fn any_repeated(&self) -> bool {
        !self.repeated.is_empty()
    }

    /// The names that came more than once.
    pub fn repeated(&self) -> impl Iterator<Item = &str> {
        self.repeated.iter().map(String::as_str)
    }
}

impl From<RequestParameters> for Parameters {
    fn from(values: RequestParameters) -> Self {
        Self {
            values,
            repeated: Vec::new(),
        }
    }
}

/// Decodes `+` and `%XX` once; refuses broken escapes, NUL and what is not UTF-8.
pub fn decode(text: &[u8]) -> Result<String, MalformedParameters> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || {
                    rest.next()
                        .and_then(|d| char::from(*d).to_digit(16))
                        .ok_or(MalformedParameters)
                };
                let value = digit()? * 16 + digit()?;
                u8::try_from(value).map_err(|_| MalformedParameters)?
            }
            other => *other,
        });
    }
    if bytes.contains(&0) {
        return Err(MalformedParameters);
    }
    String::from_utf8(bytes).map_err(|_| MalformedParameters)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rfc6749_3_1_repeated_empty_and_unknown_parameters() {
        let read = Parameters::read(&[b"a=1&b=&a=2&c", b"d=x+y%20z"]).unwrap();
        assert_eq!(read.get("a"), Some("1"));
        assert!(read.is_repeated("a") && read.any_repeated());
        assert_eq!((read.get("b"), read.get("c"), read.get("nope")), (None, None, None));
        assert_eq!(read.get("d"), Some("x y z"));
    }

    #[test]
    fn the_same_parameter_in_query_and_body_is_repeated() {
        assert!(
            Parameters::read(&[b"state=1", b"state=1"])
                .unwrap()
                .is_repeated("state")
        );
    }

    #[test]
    fn broken_escapes_nul_and_bad_utf8_are_refused() {
        for bad in [&b"a=%zz"[..], b"a=%", b"a=%4", b"a=%00", b"a=%ff", b"%ff=1"] {
            assert!(Parameters::read(&[bad]).is_err(), "{bad:?}");
        }
        assert!(Parameters::read(&["a=1&".repeat(10_000).as_bytes()]).is_err());
    }

    proptest! {
        #[test]
        fn what_was_encoded_comes_back(name in "[^\0]{1,20}", value in "[^\0]{1,20}") {
            let text = url::form_urlencoded::Serializer::new(String::new()).append_pair(&name, &value).finish();
            let read = Parameters::read(&[text.as_bytes()]).unwrap();
            prop_assert_eq!(read.get(&name), Some(value.as_str()));
        }

        #[test]
        fn no_bytes_make_it_fall(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Parameters::read(&[&bytes]);
        }
    }
}
