//! Bytes to a server, and what came back: for what no client library would send.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::app::TestApp;

/// A connection.
pub struct Raw(TcpStream);

impl Raw {
    /// Opens one.
    pub async fn connect(app: &TestApp) -> Self {
        let address = app.address.strip_prefix("http://localhost").unwrap();
        Self(TcpStream::connect(format!("127.0.0.1{address}")).await.unwrap())
    }

    /// Sends bytes; whether the server still listens is nobody's business here.
    pub async fn send(&mut self, bytes: &[u8]) {
        drop(self.0.write_all(bytes).await);
    }

    /// Everything that comes until the server closes, or is quiet for `quiet`.
    pub async fn read(&mut self, quiet: Duration) -> Reply {
        let (mut text, mut closed) = (Vec::new(), false);
        let mut buffer = [0; 4096];
        while let Ok(read) = tokio::time::timeout(quiet, self.0.read(&mut buffer)).await {
            match read {
                Ok(0) | Err(_) => {
                    closed = true;
                    break;
                }
                Ok(count) => text.extend_from_slice(&buffer[..count]),
            }
        }
        Reply {
            text: String::from_utf8_lossy(&text).into_owned(),
            closed,
        }
    }
}

/// What came.
#[derive(Debug)]
pub struct Reply {
    /// All of it.
    pub text: String,
    /// Whether the server closed the connection.
    pub closed: bool,
}

impl Reply {
    /// The status of every answer.
    pub fn statuses(&self) -> Vec<u16> {
        self.text
            .split("HTTP/1.1 ")
            .skip(1)
            .map(|answer| answer[..3].parse().unwrap())
            .collect()
    }
}

/// One connection, these bytes, and what came.
pub async fn exchange(app: &TestApp, bytes: impl AsRef<[u8]>) -> Reply {
    let mut connection = Raw::connect(app).await;
    connection.send(bytes.as_ref()).await;
    connection.read(Duration::from_millis(400)).await
}
