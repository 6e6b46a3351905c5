//! Pages of a person on the way to an application, and the front page.

pub mod assets;
pub mod brand;
pub mod choose_account;
pub mod consent;
pub mod forgot;
pub mod home;
pub mod not_me;
pub mod setup;
pub mod sign_in;
pub mod sign_out;
pub mod sign_up;
pub mod verify_email;

pub mod forms;
pub mod journey;
pub mod link;
pub mod lost_factor;
pub mod refusals;

pub use forms::{OwnForm, own_form, password_problem, returning_form};
