//! Mail that is captured in a folder. Each is two files there: `ID.eml`, as it would have left, and `ID.json`, for the page
//! that shows captured mail.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Envelope, Refusal, message};
use crate::model::Timestamp;

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

    /// Writes a mail; gives the file.
    ///
    /// # Errors
    /// [`Refusal::ForGood`] where it cannot be built, [`Refusal::ForNow`] where the folder cannot be written.
    pub fn deliver(&self, envelope: Envelope<'_>) -> Result<String, Refusal> {
        let Envelope { id, to, letter, at } = envelope;
        let message = message::build(&self.from, envelope)?;
        let captured = Captured {
            id: id.to_owned(),
            from: self.from.clone(),
            to: to.to_owned(),
            subject: letter.subject.clone(),
            text: letter.text.clone(),
            sent_at: at,
        };
        self.write(&captured, &message.formatted())
            .map_err(|error| Refusal::ForNow(format!("the mail cannot be captured: {error}")))
    }

    fn write(&self, captured: &Captured, eml: &[u8]) -> std::io::Result<String> {
        let note = serde_json::to_vec_pretty(captured)?;
        std::fs::create_dir_all(&self.folder)?;
        let path = self.folder.join(format!("{}.eml", captured.id));
        write_whole(&self.folder.join(format!("{}.json", captured.id)), &note)?;
        write_whole(&path, eml)?;
        Ok(format!("captured as {}", path.display()))
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
    use crate::model::letter::Letter;

    #[test]
    fn what_is_captured_is_found_by_its_id_and_by_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let capture = Capture::new(folder.path().join("mail"), "Passgate <no-reply@localhost>".into());
        let letter = Letter {
            subject: "Hello".into(),
            text: "a".into(),
            html: "<p>a</p>".into(),
        };
        let id = uuid::Uuid::nil().to_string();
        let deliver = |to| {
            capture.deliver(Envelope {
                id: &id,
                to,
                letter: &letter,
                at: chrono::DateTime::UNIX_EPOCH,
            })
        };
        deliver("nobody").unwrap_err();
        assert!(capture.list().is_empty());
        assert!(deliver("a@x.test").unwrap().ends_with(".eml"));
        assert_eq!(capture.list().len(), 1);
        assert!(capture.find("../../etc/passwd").is_none());
        assert_eq!(capture.find(&id).unwrap().to, "a@x.test");
    }
}
