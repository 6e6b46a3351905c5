//! Pages and mails: one file per page, a struct with everything its template shows, the template beside it under
//! `templates/`.
//!
//! A handler builds a [`Shell`] (language, product name, the app somebody came from), turns it into a [`Page`] with the
//! session's CSRF token where the page has a form, fills the page's struct and calls [`askama::Template::render`].
//! Nothing here knows HTTP, the store or the clock. Every sentence comes from [`crate::web::i18n`], every address that
//! is not given by the caller from [`paths`], every static file from [`assets`].
//!
//! To add a page: a struct here, a template that extends `card.html` (one decision, 400 px) or `wide.html` (one column,
//! 720 px), its sentences in each catalogue, and its samples in the list of [`samples`], which renders and checks them.

pub mod assets;
pub mod paths;

mod account;
mod admin;
mod api_docs;
mod consent;
mod dev_letters;
mod dev_mail;
mod error;
mod form_post;
mod journey;
mod look;
mod mail;
mod not_me;
mod page;
mod playground;
mod problem;
mod setup;
mod sign_out;
mod status;
mod verify_email;
mod welcome;

#[cfg(test)]
mod samples;

pub use account::{
    Account, AccountData, AccountEmails, AccountPassword, AccountPhone, AccountProfile, AccountSecurity,
    AccountSessions, AppRow, CurrentProblem, DeleteProblem, DeviceRow, Elsewhere, EmailConfirm, EmailElsewhere,
    EmailProblem, EmailRow, EventRow, FactorRow, Frame, FrameProblem, Leaving, Notice, PictureProblem, ProfileProblems,
    Section, SessionRow, WaitingEmail, WaitingPhone, again_href,
};
pub use admin::*;
pub use api_docs::{ApiDocs, MemberRow, OperationGroup, OperationRow};
pub use consent::{Consent, ScopeLine};
pub use dev_letters::{DevLetter, DevLetters, LetterInLanguage, LetterRow};
pub use dev_mail::{DevMail, DevMailList, MailRow};
pub use error::ErrorPage;
pub use form_post::FormPost;
pub use journey::*;
pub use look::{Logo, Look};
pub use mail::{samples as letter_samples, write_letter};
pub use not_me::{NotMe, NotMeDone, NotMeGone};
pub use page::{ClientBrand, LangLink, Page, Puzzle, Shell};
pub use playground::{Check, Playground, PlaygroundResult, Row, Step};
pub use problem::{
    FormProblem, IdentifierProblem, NameProblem, PasswordProblem, PhoneProblem, SignUpProblems, UsernameProblem,
};
pub use setup::{Setup, SetupGone};
pub use sign_out::{SignOut, SignedOut};
pub use status::{Status, StatusPage};
pub use verify_email::{VerifyEmail, VerifyEmailDone, VerifyEmailGone};
pub use welcome::{DevCard, Welcome};
