//! Texts that are captured in a folder, each as `ID.json`.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Refusal, Text};
use crate::model::Timestamp;

/// A captured text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Captured {
    /// Its file name without the ending.
    pub id: String,
    /// The number.
    pub to: String,
    /// What it says.
    pub text: String,
    /// When it left.
    pub sent_at: Timestamp,
}

/// Captures texts in a folder.
#[derive(Clone, Debug)]
pub struct Capture {
    folder: PathBuf,
}

impl Capture {
    /// Takes the folder, which is made at the first text.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Writes a text.
    ///
    /// # Errors
    /// [`Refusal::ForNow`] where the folder cannot be written.
    pub fn deliver(&self, text: Text<'_>) -> Result<(), Refusal> {
        let captured = Captured {
            id: text.id.to_owned(),
            to: text.to.to_owned(),
            text: text.body.to_owned(),
            sent_at: text.at,
        };
        self.write(&captured)
            .map_err(|error| Refusal::ForNow(format!("the text cannot be captured: {error}")))
    }

    fn write(&self, captured: &Captured) -> std::io::Result<()> {
        let note = serde_json::to_vec_pretty(captured)?;
        std::fs::create_dir_all(&self.folder)?;
        // A reader sees the whole file or none.
        let part = self.folder.join(format!("{}.part", captured.id));
        std::fs::write(&part, note)?;
        std::fs::rename(part, self.folder.join(format!("{}.json", captured.id)))
    }

    /// Where the texts lie.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Captured texts, newest first; at most 200.
    pub fn list(&self) -> Vec<Captured> {
        let Ok(entries) = std::fs::read_dir(&self.folder) else {
            return Vec::new();
        };
        let paths = entries.flatten().map(|entry| entry.path());
        let mut texts: Vec<Captured> = paths
            .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
            .filter_map(|path| serde_json::from_slice(&std::fs::read(path).ok()?).ok())
            .collect();
        texts.sort_by(|a, b| b.sent_at.cmp(&a.sent_at).then_with(|| b.id.cmp(&a.id)));
        texts.truncate(200);
        texts
    }
}
