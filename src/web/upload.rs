//! Reads a form with a file in it (RFC 7578), once, with a bound on size and time.

use std::collections::BTreeMap;
use std::time::Duration;

use actix_multipart::Multipart;
use actix_web::HttpRequest;
use actix_web::web::Payload;
use futures_util::StreamExt as _;

use super::body::BodyError;

/// Beside the file there is little more than a token.
const MAX_TEXT: usize = 4096;
const MAX_PARTS: usize = 8;
const DEADLINE: Duration = Duration::from_secs(30);

/// What came.
#[derive(Default)]
pub struct Upload {
    texts: BTreeMap<String, String>,
    /// The file, empty where none was chosen.
    pub file: Vec<u8>,
}

impl Upload {
    /// A field that is no file.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(String::as_str)
    }
}

/// Reads the fields and the file called `file`, of which at most one byte more than `max` is kept: who judges it sees that it
/// is too large. File names and declared types are not looked at: anybody can write anything there.
pub async fn read(request: &HttpRequest, payload: Payload, file: &str, max: usize) -> Result<Upload, BodyError> {
    let parts = Multipart::new(request.headers(), payload.into_inner());
    tokio::time::timeout(DEADLINE, collect(parts, file, max))
        .await
        .map_err(|_| BodyError::Incomplete)?
}

async fn collect(mut parts: Multipart, file: &str, max: usize) -> Result<Upload, BodyError> {
    let mut upload = Upload::default();
    let mut count = 0;
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(|_| BodyError::NoForm)?;
        count += 1;
        if count > MAX_PARTS {
            return Err(BodyError::TooLarge);
        }
        let name = part.name().unwrap_or_default().to_owned();
        let is_file = name == file;
        let bound = if is_file { max + 1 } else { MAX_TEXT };
        let mut bytes = Vec::new();
        while let Some(chunk) = part.next().await {
            let chunk = chunk.map_err(|_| BodyError::Incomplete)?;
            let room = bound - bytes.len();
            bytes.extend(chunk.iter().take(room));
            if chunk.len() > room {
                if is_file {
                    upload.file = bytes;
                    return Ok(upload);
                }
                return Err(BodyError::TooLarge);
            }
        }
        if is_file {
            upload.file = bytes;
        } else {
            let text = String::from_utf8(bytes).map_err(|_| BodyError::NoForm)?;
            upload.texts.insert(name, text);
        }
    }
    Ok(upload)
}
