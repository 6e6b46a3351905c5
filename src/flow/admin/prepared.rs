//! Operations whose types are hidden: what callers do with all of them alike is compiled once, and not once for each.

use std::future::ready;

use futures_util::future::{FutureExt as _, LocalBoxFuture};
use serde_json::Value;

use super::administrator::Administrator;
use super::operation::{About, Operation, run};
use super::refused::Refused;
use crate::flow::Fault;
use crate::model::audit::Origin;
use crate::state::State;

/// An operation that can be prepared.
#[derive(Clone, Copy)]
pub struct Untyped {
    /// What it says of itself.
    pub about: About,
    of_query: fn(&str) -> Result<Box<dyn Prepared>, String>,
    of_object: fn(Value) -> Result<Box<dyn Prepared>, Unfit>,
}

/// A member that does not fit.
pub struct Unfit {
    /// Which, as a JSON pointer (RFC 6901).
    pub pointer: String,
    /// In what.
    pub detail: String,
}

impl Untyped {
    /// This one.
    pub const fn of<O: Operation>() -> Self {
        Self {
            about: About::of::<O>(),
            of_query: |query| {
                let input = serde_urlencoded::from_str(query).map_err(|error| error.to_string())?;
                Ok(Box::new(Ready::<O>(input)))
            },
            of_object: |object| match serde_path_to_error::deserialize(object) {
                Ok(input) => Ok(Box::new(Ready::<O>(input))),
                Err(error) => Err(Unfit {
                    pointer: error.path().iter().map(|segment| format!("/{segment}")).collect(),
                    detail: error.into_inner().to_string(),
                }),
            },
        }
    }

    /// With the input of a query.
    ///
    /// # Errors
    /// What does not fit, in a sentence.
    pub fn of_query(&self, query: &str) -> Result<Box<dyn Prepared>, String> {
        (self.of_query)(query)
    }

    /// With the input of a JSON object.
    ///
    /// # Errors
    /// What does not fit.
    pub fn of_object(&self, object: Value) -> Result<Box<dyn Prepared>, Unfit> {
        (self.of_object)(object)
    }
}

/// What an operation gave.
pub struct Given {
    /// As JSON.
    pub json: String,
    /// [`Operation::revision`].
    pub revision: Option<String>,
}

/// An operation with its input.
pub trait Prepared {
    /// What it says of itself.
    fn about(&self) -> About;

    /// The input as JSON, the same for the same input.
    ///
    /// # Errors
    /// None that depends on the input.
    fn input(&self) -> Result<String, Fault>;

    /// Runs it: see [`run`].
    fn run<'a>(
        self: Box<Self>,
        state: &'a State,
        administrator: &'a Administrator,
        origin: &Origin,
        expected: Option<String>,
    ) -> LocalBoxFuture<'a, Result<Given, Refused>>;

    /// What it gave once, from the JSON of that time.
    ///
    /// # Errors
    /// What was kept is of another operation.
    fn given(&self, json: &str) -> Result<Given, Fault>;
}

struct Ready<O: Operation>(O::Input);

impl<O: Operation> Prepared for Ready<O> {
    fn about(&self) -> About {
        About::of::<O>()
    }

    fn input(&self) -> Result<String, Fault> {
        json(&self.0)
    }

    fn run<'a>(
        self: Box<Self>,
        state: &'a State,
        administrator: &'a Administrator,
        origin: &Origin,
        expected: Option<String>,
    ) -> LocalBoxFuture<'a, Result<Given, Refused>> {
        let running = run::<O>(state, administrator, origin, expected, self.0);
        running
            .then(|outcome| ready(outcome.and_then(|output| Ok(given::<O>(&output)?))))
            .boxed_local()
    }

    fn given(&self, json: &str) -> Result<Given, Fault> {
        let output = serde_json::from_str(json).map_err(|error| Fault::Internal(error.to_string()))?;
        given::<O>(&output)
    }
}

fn given<O: Operation>(output: &O::Output) -> Result<Given, Fault> {
    Ok(Given {
        json: json(output)?,
        revision: O::revision(output),
    })
}

fn json(value: &impl serde::Serialize) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|error| Fault::Internal(error.to_string()))
}
