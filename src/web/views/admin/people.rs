//! Many people at once.

use askama::Template;

use super::AdminFrame;
use crate::flow::admin::bulk::{Line, Summary};
use crate::web::views::{Page, paths};

/// What became of a file.
#[derive(Debug)]
pub struct Imported {
    /// How many became what.
    pub summary: Summary,
    /// The first lines that made no account.
    pub refused: Vec<Line>,
}

impl Imported {
    fn is_whole(&self) -> bool {
        self.summary.refused == 0
    }

    /// Lines that are not named.
    fn more(&self) -> u64 {
        self.summary.refused.saturating_sub(self.refused.len() as u64)
    }
}

/// GET, and POST `file` as multipart/form-data.
#[derive(Debug, Template)]
#[template(path = "admin/import.html")]
pub struct AdminImport<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// What became of the file, once there was one.
    pub imported: Option<Imported>,
}
