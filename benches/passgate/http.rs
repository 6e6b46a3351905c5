//! HTTP/1.1 as the load needs it: one request at a time on a connection that stays open, answers with a `Content-Length`.
//! It is small because every microsecond it takes is taken from the server on the same cores.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::Failure;

/// A connection to the server, opened at its first request and again after a failure.
pub struct Connection {
    address: SocketAddr,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
}

/// An answer; it lives until the next request.
pub struct Answer<'a> {
    /// Status.
    pub status: u16,
    /// Status line and headers.
    pub head: &'a [u8],
    /// The body.
    pub body: &'a [u8],
}

impl Connection {
    /// A connection that is not open yet.
    pub fn to(address: SocketAddr) -> Self {
        Self {
            address,
            stream: None,
            buffer: Vec::with_capacity(32 * 1024),
        }
    }

    /// Forgets the connection; the next request opens another.
    pub fn reset(&mut self) {
        self.stream = None;
    }

    /// Sends a whole request and reads the whole answer.
    pub async fn send(&mut self, request: &[u8]) -> Result<Answer<'_>, Failure> {
        let stream = match &mut self.stream {
            Some(stream) => stream,
            closed => {
                let stream = TcpStream::connect(self.address).await?;
                stream.set_nodelay(true)?;
                closed.insert(stream)
            }
        };
        stream.write_all(request).await?;
        self.buffer.clear();
        let mut frame: Option<Frame> = None;
        loop {
            if stream.read_buf(&mut self.buffer).await? == 0 {
                return Err("the server closed the connection".into());
            }
            let known = match frame {
                Some(known) => known,
                None => match Frame::read(&self.buffer)? {
                    Some(read) => *frame.insert(read),
                    None => continue,
                },
            };
            if self.buffer.len() >= known.end {
                let (head, body) = self.buffer.split_at_checked(known.head).ok_or("a short answer")?;
                return Ok(Answer {
                    status: known.status,
                    head,
                    body,
                });
            }
        }
    }
}

#[derive(Clone, Copy)]
struct Frame {
    status: u16,
    head: usize,
    end: usize,
}

impl Frame {
    /// `None` while the head is not complete.
    fn read(buffer: &[u8]) -> Result<Option<Self>, Failure> {
        let Some(at) = find(buffer, b"\r\n\r\n") else {
            return Ok(None);
        };
        let head = at + 4;
        let status = buffer
            .get(9..12)
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .unwrap_or_default();
        let status: u16 = status.parse()?;
        let length = match header(buffer.get(..head).unwrap_or_default(), "content-length") {
            Some(length) => length.parse()?,
            None if matches!(status, 204 | 304) => 0,
            None => return Err("an answer without Content-Length".into()),
        };
        Ok(Some(Self {
            status,
            head,
            end: head + length,
        }))
    }
}

impl Answer<'_> {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(self.head, name)
    }

    /// The value of a cookie that it sets.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        headers(self.head, "set-cookie").find_map(|value| {
            let (found, rest) = value.split_once('=')?;
            (found == name).then(|| rest.split(';').next().unwrap_or_default())
        })
    }

    /// What stands in the body between a text and the next quotation mark.
    pub fn quoted(&self, before: &str) -> Option<&str> {
        let start = find(self.body, before.as_bytes())? + before.len();
        let rest = self.body.get(start..)?;
        let end = rest.iter().position(|byte| *byte == b'"')?;
        std::str::from_utf8(rest.get(..end)?).ok()
    }

    /// Whether a text stands in the body.
    pub fn has(&self, text: &str) -> bool {
        find(self.body, text.as_bytes()).is_some()
    }

    /// An error that shows what came instead of what was expected.
    pub fn unexpected(&self, wanted: &str) -> Failure {
        let body: String = String::from_utf8_lossy(self.body).chars().take(200).collect();
        format!(
            "wanted {wanted}, got {} {} {body}",
            self.status,
            self.header("location").unwrap_or_default()
        )
        .into()
    }
}

fn header<'a>(head: &'a [u8], name: &str) -> Option<&'a str> {
    headers(head, name).next()
}

fn headers<'a>(head: &'a [u8], name: &str) -> impl Iterator<Item = &'a str> {
    head.split(|byte| *byte == b'\n').filter_map(move |line| {
        let value = line.get(name.len()..)?.strip_prefix(b":")?;
        let named = line.get(..name.len())?.eq_ignore_ascii_case(name.as_bytes());
        named.then(|| std::str::from_utf8(value).ok().map(str::trim)).flatten()
    })
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}
