//! Administration: every operation is one file that says its name, its place in the REST interface, the right that it needs,
//! what it takes and gives, and what it does. REST, the command line and the console call [`run`]; none of them has a rule
//! of its own.
//!
//! Adding an operation is its file, its line in [`each`], and its command and page where people want one.

mod administrator;
mod identify;
mod once;
mod operation;
mod page;
mod refused;
mod remote;
mod text;

pub mod api_keys;

pub use administrator::{Administrator, Kind};
pub use identify::{Credentials, identify};
pub use once::{KEY_BYTES, run_once};
pub use operation::{Call, Method, Operation, Route, Visitor, run};
pub use page::{LIMIT, Nothing, Page};
pub use refused::{Code, Refused, Wrong};
pub use remote::{Remote, RemoteError, RemoteProblem};

/// Shows every operation to a visitor, in the order of the documentation.
pub fn each(visitor: &mut impl Visitor) {
    visitor.visit::<api_keys::List>();
    visitor.visit::<api_keys::Create>();
    visitor.visit::<api_keys::Show>();
    visitor.visit::<api_keys::Delete>();
}
