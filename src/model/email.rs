//! E-mail addresses.

/// An address that `identity::email::parse` took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    address: String,
    key: String,
}

impl Email {
    /// Only `identity::email` makes one.
    pub(crate) fn new(address: String, key: String) -> Self {
        Self { address, key }
    }

    /// As it is stored, shown and written to.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The folded form: two addresses with the same key are the same account.
    pub fn key(&self) -> &str {
        &self.key
    }
}
