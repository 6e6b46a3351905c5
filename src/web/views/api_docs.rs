//! The description of the administrators' interface, for people.

use askama::Template;

use super::Shell;

/// GET `/api/v1/docs`.
#[derive(Debug, Template)]
#[template(path = "api_docs.html")]
pub struct ApiDocs<'a> {
    /// Frame.
    pub page: Shell<'a>,
    /// Where the document for programs is.
    pub document: &'a str,
    /// What every path begins with.
    pub base: &'a str,
    /// By what they are about.
    pub groups: Vec<OperationGroup>,
}

/// Operations on one kind of thing.
#[derive(Debug, Clone, Default)]
pub struct OperationGroup {
    /// The resource.
    pub name: String,
    /// In the order of their paths.
    pub operations: Vec<OperationRow>,
}

/// An operation.
#[derive(Debug, Clone, Default)]
pub struct OperationRow {
    /// As `GET`.
    pub method: String,
    /// Below the base.
    pub path: String,
    /// The stable name.
    pub id: String,
    /// What it does.
    pub summary: String,
    /// The right that it needs.
    pub permission: String,
    /// The status of success.
    pub status: String,
    /// What it takes.
    pub members: Vec<MemberRow>,
}

/// A member of what an operation takes.
#[derive(Debug, Clone, Default)]
pub struct MemberRow {
    /// Its name.
    pub name: String,
    /// `path`, `query`, `header` or `body`.
    pub place: String,
    /// Its type.
    pub kind: String,
    /// Whether it must be there.
    pub required: bool,
    /// What it is.
    pub description: String,
}
