//! Pages of a person on the way to an application, and the front page.

pub mod assets;
pub mod consent;
pub mod home;
pub mod not_me;
pub mod setup;
pub mod sign_in;
pub mod sign_out;
pub mod sign_up;
pub mod verify_email;

mod forms;
mod journey;

pub use forms::{OwnForm, own_form, password_problem};
