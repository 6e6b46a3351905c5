//! Mail: built by lettre, so that no header can be smuggled in, and captured in a folder. Each mail is two files there:
//! `ID.eml`, as it would have left, and `ID.json`, for the page that shows captured mail.

use std::path::{Path, PathBuf};

use lettre::Message;
use lettre::message::{Mailbox, MultiPart};
use serde::{Deserialize, Serialize};

use crate::model::Timestamp;
use crate::model::letter::Letter;

/// A captured mail.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Captured {
    /// Its file name without the ending.
    pub id: String,
    /// Sender.
    pub from: String,
    /// Recipient.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// When it left.
    pub sent_at: Timestamp,
}

/// The mail could not leave.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The address or a header cannot be written.
    #[error("the mail cannot be built: {0}")]
    Build(String),
    /// The folder cannot be written.
    #[error("the mail cannot be captured: {0}")]
    Folder(#[from] std::io::Error),
}

/// Captures mail in a folder.
#[derive(Clone, Debug)]
pub struct Capture {
    folder: PathBuf,
    from: String,
}

impl Capture {
    /// Takes the folder, which is made at the first mail, and the sender.
    pub fn new(folder: PathBuf, from: String) -> Self {
        Self { folder, from }
    }

    /// Writes a mail to exactly one recipient.
    pub fn deliver(&self, id: &str, to: &str, letter: &Letter, now: Timestamp) -> Result<(), MailError> {
        let build = |error: String| MailError::Build(error);
        let from: Mailbox = self.from.parse().map_err(|_| build("sender".into()))?;
        let recipient: Mailbox = to
            .parse()
            .map(|address| Mailbox::new(None, address))
            .map_err(|_| build("recipient".into()))?;
        let message = Message::builder()
            .from(from)
            .to(recipient)
            .date(std::time::SystemTime::from(now))
            .subject(&letter.subject)
            .multipart(MultiPart::alternative_plain_html(
                letter.text.clone(),
                letter.html.clone(),
            ))
            .map_err(|error| build(error.to_string()))?;
        if message.envelope().to().len() != 1 {
            return Err(build("more than one recipient".into()));
        }
        let captured = Captured {
            id: id.to_owned(),
            from: self.from.clone(),
            to: to.to_owned(),
            subject: letter.subject.clone(),
            text: letter.text.clone(),
            sent_at: now,
        };
        let note = serde_json::to_vec_pretty(&captured).map_err(|error| build(error.to_string()))?;
        std::fs::create_dir_all(&self.folder)?;
        write_whole(&self.folder.join(format!("{id}.json")), &note)?;
        write_whole(&self.folder.join(format!("{id}.eml")), &message.formatted())?;
        Ok(())
    }

    /// Where the mail lies.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Captured mail, newest first; at most 200.
    pub fn list(&self) -> Vec<Captured> {
        let Ok(entries) = std::fs::read_dir(&self.folder) else {
            return Vec::new();
        };
        let names = entries.flatten().map(|entry| entry.path());
        let mut mails: Vec<_> = names
            .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
            .filter_map(|path| serde_json::from_slice::<Captured>(&std::fs::read(path).ok()?).ok())
            .collect();
        mails.sort_by(|a, b| b.sent_at.cmp(&a.sent_at).then_with(|| b.id.cmp(&a.id)));
        mails.truncate(200);
        mails
    }

    /// One captured mail. Only a UUID names one: nothing that could be a path.
    pub fn find(&self, id: &str) -> Option<Captured> {
        let id = uuid::Uuid::parse_str(id).ok()?;
        serde_json::from_slice(&std::fs::read(self.folder.join(format!("{id}.json"))).ok()?).ok()
    }
}

/// A reader sees the whole file or none.
fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let part = path.with_extension("part");
    std::fs::write(&part, bytes)?;
    std::fs::rename(part, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xs_05_no_header_can_be_smuggled_in_and_one_recipient_is_one() {
        let folder = tempfile::tempdir().unwrap();
        let capture = Capture::new(folder.path().join("mail"), "Passgate <no-reply@localhost>".into());
        let letter = Letter {
            subject: "Hello\r\nBcc: evil@x.test".into(),
            text: "a".into(),
            html: "<p>a</p>".into(),
        };
        let id = uuid::Uuid::nil().to_string();
        capture
            .deliver(&id, "a@x.test", &letter, chrono::DateTime::UNIX_EPOCH)
            .unwrap();
        let eml = std::fs::read_to_string(capture.folder().join(format!("{id}.eml"))).unwrap();
        assert!(
            !eml.lines().any(|line| line.to_lowercase().starts_with("bcc:")),
            "{eml}"
        );
        for bad in ["a@x.test, b@x.test", "a@x.test\r\nBcc: b@x.test", ""] {
            assert!(
                capture
                    .deliver(&id, bad, &letter, chrono::DateTime::UNIX_EPOCH)
                    .is_err(),
                "{bad:?}"
            );
        }
        assert_eq!(capture.list().len(), 1);
        assert!(capture.find("../../etc/passwd").is_none());
        assert_eq!(capture.find(&id).unwrap().to, "a@x.test");
    }
}
