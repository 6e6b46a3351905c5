//! Who may give what, and whom they may change: nobody grants what they do not hold, and nobody touches somebody who holds
//! more than themselves (SECURITY-CASES AD-05).

use crate::model::catalogue::Role;
use crate::model::permission::Authority;
use crate::model::user::ADMIN_ROLE;

/// What the holders of a role may administer. The built-in role of administrators holds everything, whatever is stored.
pub fn of_role<'a>(name: &str, permissions: impl IntoIterator<Item = &'a str>) -> Authority {
    match name == ADMIN_ROLE {
        true => Authority::all(),
        false => Authority::among(permissions),
    }
}

impl Role {
    /// See [`of_role`].
    pub fn authority(&self) -> Authority {
        of_role(&self.name, self.permissions.iter().map(String::as_str))
    }

    /// Whether its holders are administrators: of those there must always be one.
    pub fn holds_everything(&self) -> bool {
        self.authority().covers(&Authority::all())
    }
}

/// Whether somebody may give what comes with an authority: a role, a scope, a key.
pub fn may_give(giver: &Authority, given: &Authority) -> bool {
    giver.covers(given)
}

/// Whether somebody may change a person who holds an authority: their role, their status, their password, anything by which
/// one could become them.
pub fn may_change(by: &Authority, person: &Authority) -> bool {
    by.covers(person)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(names: &[&str]) -> Authority {
        Authority::of(names.iter().copied()).unwrap_or_default()
    }

    #[test]
    fn the_administrators_role_holds_everything_whatever_is_stored() {
        assert_eq!(of_role(ADMIN_ROLE, []), Authority::all());
        assert_eq!(of_role("owner", ["passgate:*"]), Authority::all());
        assert_eq!(
            of_role("support", ["passgate:users:read", "posts:write"]),
            of(&["users:read"])
        );
        assert!(of_role("user", []).is_empty());
    }

    #[test]
    fn nobody_gives_or_touches_what_is_above_them() {
        let support = of(&["users:*", "sessions:*"]);
        for (other, below) in [
            (of(&["users:read"]), true),
            (support.clone(), true),
            (Authority::default(), true),
            (of(&["users:read", "clients:read"]), false),
            (Authority::all(), false),
        ] {
            assert_eq!(may_give(&support, &other), below, "{other:?}");
            assert_eq!(may_change(&support, &other), below, "{other:?}");
            assert!(may_change(&Authority::all(), &other));
        }
        // Who administers nothing can still be changed by whoever administers something, and by nobody less.
        assert!(may_change(&Authority::default(), &Authority::default()));
    }
}
