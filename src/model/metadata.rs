//! What applications and administrators keep about a person: three objects, told apart by who reads and who writes them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The metadata of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// Written by administrators, read by the person, and by applications where a mapping says so.
    #[serde(default)]
    pub public: Map<String, Value>,
    /// Written and read by administrators alone.
    #[serde(default)]
    pub private: Map<String, Value>,
    /// `unsafe`: written by the person too. Nothing may be authorised on it.
    #[serde(default, rename = "unsafe")]
    pub own: Map<String, Value>,
}

/// One of the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// See [`Metadata::public`].
    Public,
    /// See [`Metadata::private`].
    Private,
    /// See [`Metadata::own`].
    Unsafe,
}

impl Section {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Public, Self::Private, Self::Unsafe];

    /// The stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
            Self::Unsafe => "unsafe",
        }
    }

    /// Reads a stable name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.as_str() == name)
    }
}

impl Metadata {
    /// One of the three objects.
    pub fn section(&self, section: Section) -> &Map<String, Value> {
        match section {
            Section::Public => &self.public,
            Section::Private => &self.private,
            Section::Unsafe => &self.own,
        }
    }

    /// One of the three objects, to be changed.
    pub fn section_mut(&mut self, section: Section) -> &mut Map<String, Value> {
        match section {
            Section::Public => &mut self.public,
            Section::Private => &mut self.private,
            Section::Unsafe => &mut self.own,
        }
    }

    /// What is found along a path of member names; the whole object for an empty one.
    pub fn at(&self, section: Section, path: &[String]) -> Option<Value> {
        let object = self.section(section);
        match path.split_first() {
            None => (!object.is_empty()).then(|| Value::Object(object.clone())),
            Some((first, rest)) => {
                let found = rest
                    .iter()
                    .try_fold(object.get(first)?, |value, name| value.get(name))?;
                (!found.is_null()).then(|| found.clone())
            }
        }
    }
}
