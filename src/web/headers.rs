//! Reading headers.

use actix_web::http::header::{self, HeaderMap};

/// A header that is text.
pub fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
