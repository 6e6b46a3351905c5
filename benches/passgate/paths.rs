//! The paths that are measured: what each needs, and what is expected of it.

/// A path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Path {
    Discovery,
    Jwks,
    ClientCredentials,
    CodeFlow,
    Refresh,
    Userinfo,
    Introspection,
    SignIn,
    /// Refreshes while as many connections sign in as fast as they can.
    RefreshInStorm,
    /// A page of people, as an administrator's program lists them.
    UserList,
    /// A page of people who are found by words.
    UserSearch,
}

impl Path {
    /// Every path, in the order in which they are measured.
    pub const ALL: [Self; 11] = [
        Self::Discovery,
        Self::Jwks,
        Self::ClientCredentials,
        Self::CodeFlow,
        Self::Refresh,
        Self::Userinfo,
        Self::Introspection,
        Self::SignIn,
        Self::RefreshInStorm,
        Self::UserList,
        Self::UserSearch,
    ];

    /// What it is called in tables.
    pub fn title(self) -> &'static str {
        match self {
            Self::Discovery => "discovery",
            Self::Jwks => "JWKS",
            Self::ClientCredentials => "client_credentials",
            Self::CodeFlow => "silent code flow",
            Self::Refresh => "refresh",
            Self::Userinfo => "userinfo",
            Self::Introspection => "introspection",
            Self::SignIn => "password sign-in",
            Self::RefreshInStorm => "refresh in a storm of sign-ins",
            Self::UserList => "list of people",
            Self::UserSearch => "search for people",
        }
    }

    /// What goes on beside it, on as many connections, and is not counted.
    pub fn beside(self) -> Option<Self> {
        (self == Self::RefreshInStorm).then_some(Self::SignIn)
    }

    /// RS256 signatures, RS256 verifications, password hashes, commits of one operation: what it cannot do without.
    pub fn needs(self) -> Needs {
        let none = Needs {
            signatures: 0,
            verifications: 0,
            hashes: 0,
            commits: 0,
        };
        match self {
            Self::Discovery | Self::Jwks | Self::UserList | Self::UserSearch => none,
            Self::ClientCredentials => Needs { signatures: 1, ..none },
            Self::CodeFlow => Needs {
                signatures: 2,
                commits: 2,
                ..none
            },
            Self::Refresh | Self::RefreshInStorm => Needs {
                signatures: 2,
                commits: 1,
                ..none
            },
            Self::Userinfo | Self::Introspection => Needs {
                verifications: 1,
                ..none
            },
            Self::SignIn => Needs {
                hashes: 1,
                commits: 1,
                ..none
            },
        }
    }

    /// What its CPU time in the server should be at most, in milliseconds; for a sign-in besides the password hash.
    pub fn aim_ms(self) -> f64 {
        match self {
            Self::Discovery | Self::Jwks => 0.02,
            Self::ClientCredentials => 0.4,
            Self::CodeFlow => 1.2,
            Self::Refresh | Self::RefreshInStorm => 0.9,
            Self::Userinfo | Self::Introspection => 0.08,
            Self::SignIn => 0.5,
            Self::UserList | Self::UserSearch => 1.0,
        }
    }

    /// The best of six well-known durable servers, per second: 16 connections, RS256, two cores shared with the load and
    /// the database.
    pub fn best_peer(self) -> Option<f64> {
        match self {
            Self::Discovery => Some(34_265.0),
            Self::ClientCredentials => Some(1_131.0),
            Self::CodeFlow => Some(374.0),
            Self::Refresh => Some(833.0),
            Self::Userinfo => Some(10_127.0),
            Self::Introspection => Some(6_349.0),
            Self::Jwks | Self::SignIn | Self::RefreshInStorm | Self::UserList | Self::UserSearch => None,
        }
    }
}

/// See [`Path::needs`].
#[derive(Clone, Copy)]
pub struct Needs {
    pub signatures: u32,
    pub verifications: u32,
    pub hashes: u32,
    pub commits: u32,
}
