//! What an administrator may do: a verb on a resource, as in `users:read`.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Before the name of a permission where names of others stand too: in scopes and in the permissions of a role.
pub const PREFIX: &str = "passgate:";

macro_rules! names {
    ($(#[$doc:meta])* $type:ident { $($(#[$of:meta])* $variant:ident = $name:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $type { $($(#[$of])* $variant,)* }

        impl $type {
            /// Every one, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable name.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            fn parse(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.as_str() == name)
            }
        }
    };
}

names! {
    /// What there is to administer.
    Resource {
        /// Accounts, with their addresses, passwords, factors and metadata.
        Users = "users",
        /// Signed-in browsers.
        Sessions = "sessions",
        /// What people have let applications have.
        Grants = "grants",
        /// Invitations.
        Invitations = "invitations",
        /// Applications, with their secrets and claim mappings.
        Clients = "clients",
        /// Services that verify tokens, and the scopes that they know.
        Apis = "apis",
        /// Roles and what they permit.
        Roles = "roles",
        /// Plans and what belongs to them.
        Plans = "plans",
        /// Keys for programs that administer.
        ApiKeys = "api_keys",
        /// Keys that sign tokens.
        SigningKeys = "signing_keys",
        /// Settings that may change while the server runs.
        Settings = "settings",
        /// The audit trail.
        Audit = "audit",
        /// Mail and messages that wait to leave.
        Outbox = "outbox",
        /// Figures over time.
        Statistics = "statistics",
    }
}

names! {
    /// What is done to it.
    Verb {
        /// See it.
        Read = "read",
        /// Make and change it.
        Write = "write",
        /// Remove or end it.
        Delete = "delete",
    }
}

/// One right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Permission {
    /// To what.
    pub resource: Resource,
    /// To do what.
    pub verb: Verb,
}

impl Permission {
    /// The right to see.
    pub const fn read(resource: Resource) -> Self {
        Self {
            resource,
            verb: Verb::Read,
        }
    }

    /// The right to make and change.
    pub const fn write(resource: Resource) -> Self {
        Self {
            resource,
            verb: Verb::Write,
        }
    }

    /// The right to remove.
    pub const fn delete(resource: Resource) -> Self {
        Self {
            resource,
            verb: Verb::Delete,
        }
    }

    /// As a scope, and as a permission of a role: with [`PREFIX`].
    pub fn scope(self) -> String {
        format!("{PREFIX}{self}")
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.resource.as_str(), self.verb.as_str())
    }
}

/// A text that names no right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no permission; they are written resource:verb, as users:read, or users:*, *:read, *")]
pub struct UnknownPermission(pub String);

/// What somebody may do, all in all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct Authority(BTreeSet<Permission>);

impl Authority {
    /// Everything there is.
    pub fn all() -> Self {
        Self::covering(None, None)
    }

    fn covering(resource: Option<Resource>, verb: Option<Verb>) -> Self {
        let wanted = |permission: &Permission| {
            resource.is_none_or(|resource| resource == permission.resource)
                && verb.is_none_or(|verb| verb == permission.verb)
        };
        let each = Resource::ALL
            .iter()
            .flat_map(|&resource| Verb::ALL.iter().map(move |&verb| Permission { resource, verb }));
        Self(each.filter(wanted).collect())
    }

    /// What one text names, with or without [`PREFIX`]: `users:read`, `users:*`, `*:read` or `*`.
    pub fn named(text: &str) -> Result<Self, UnknownPermission> {
        let unknown = || UnknownPermission(text.to_owned());
        let name = text.strip_prefix(PREFIX).unwrap_or(text);
        if name == "*" {
            return Ok(Self::all());
        }
        let (resource, verb) = name.split_once(':').ok_or_else(unknown)?;
        let resource = match resource {
            "*" => None,
            name => Some(Resource::parse(name).ok_or_else(unknown)?),
        };
        let verb = match verb {
            "*" => None,
            name => Some(Verb::parse(name).ok_or_else(unknown)?),
        };
        Ok(Self::covering(resource, verb))
    }

    /// What texts name together.
    pub fn of<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self, UnknownPermission> {
        let mut all = BTreeSet::new();
        for name in names {
            all.extend(Self::named(name)?.0);
        }
        Ok(Self(all))
    }

    /// What those of the texts that begin with [`PREFIX`] name; others are the applications' own, and what nobody knows
    /// any more gives nothing.
    pub fn among<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let ours = names.into_iter().filter(|name| name.starts_with(PREFIX));
        Self(
            ours.filter_map(|name| Self::named(name).ok())
                .flat_map(|named| named.0)
                .collect(),
        )
    }

    /// Whether this is permitted.
    pub fn may(&self, permission: Permission) -> bool {
        self.0.contains(&permission)
    }

    /// Whether everything that another may is permitted.
    pub fn covers(&self, other: &Self) -> bool {
        self.0.is_superset(&other.0)
    }

    /// What both may.
    pub fn and(&self, other: &Self) -> Self {
        Self(self.0.intersection(&other.0).copied().collect())
    }

    /// Whether nothing is permitted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each right, in order.
    pub fn iter(&self) -> impl Iterator<Item = Permission> + '_ {
        self.0.iter().copied()
    }
}

impl TryFrom<Vec<String>> for Authority {
    type Error = UnknownPermission;

    fn try_from(names: Vec<String>) -> Result<Self, Self::Error> {
        Self::of(names.iter().map(String::as_str))
    }
}

impl From<Authority> for Vec<String> {
    fn from(authority: Authority) -> Self {
        authority.iter().map(|permission| permission.to_string()).collect()
    }
}

impl FromStr for Authority {
    type Err = UnknownPermission;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::named(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_for_what_it_says() {
        let one = Authority::named("users:read").ok();
        assert_eq!(one.as_ref().map(|a| a.iter().count()), Some(1));
        assert_eq!(one, Authority::named("passgate:users:read").ok());
        assert_eq!(
            Authority::named("users:*").map(|a| a.iter().count()),
            Ok(Verb::ALL.len())
        );
        assert_eq!(
            Authority::named("*:read").map(|a| a.iter().count()),
            Ok(Resource::ALL.len())
        );
        assert_eq!(Authority::named("*"), Ok(Authority::all()));
        for wrong in [
            "",
            "users",
            "users:",
            ":read",
            "users:read:all",
            "user:read",
            "users:Read",
            "users:read ",
        ] {
            assert_eq!(Authority::named(wrong), Err(UnknownPermission(wrong.to_owned())));
        }
    }

    #[test]
    fn permissions_of_applications_give_nothing_here() {
        assert!(Authority::among(["users:read", "invoices:write", "passgate:nonsense:read"]).is_empty());
        assert!(Authority::among(["passgate:users:*"]).may(Permission::write(Resource::Users)));
    }

    #[test]
    fn a_right_is_covered_by_the_same_right_only() {
        let users = Authority::named("users:*").unwrap_or_default();
        let read = Authority::named("*:read").unwrap_or_default();
        assert!(!users.covers(&read) && !read.covers(&users));
        assert!(users.covers(&users.and(&read)) && read.covers(&users.and(&read)));
    }
}
