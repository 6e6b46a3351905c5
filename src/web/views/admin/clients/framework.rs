//! What applications are made with: where their answers go, what they are, and the lines that connect them. A further one is
//! a line here and its template below `admin/snippets/`.

use askama::Template;

use super::ClientSetup;
use crate::web::i18n::Translator;

/// Declares them: the name in addresses, what people call it, where its library takes the answer, where it listens while it is
/// developed.
macro_rules! frameworks {
    ($($(#[$meta:meta])* $framework:ident = $slug:literal, $name:literal, $path:literal, $port:literal;)*) => {
        /// What an application is made with.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Framework { $($(#[$meta])* $framework,)* }

        impl Framework {
            /// In the order of the choice.
            pub const ALL: &'static [Self] = &[$(Self::$framework),*];

            /// Its name in addresses.
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$framework => $slug,)* }
            }

            const fn name(self) -> &'static str {
                match self { $(Self::$framework => $name,)* }
            }

            /// Where its library takes the answer.
            pub const fn path(self) -> &'static str {
                match self { $(Self::$framework => $path,)* }
            }

            const fn port(self) -> u16 {
                match self { $(Self::$framework => $port,)* }
            }
        }
    };
}

frameworks! {
    /// Next.js with Auth.js: next-auth 4.
    Next = "nextjs", "Next.js, Auth.js", "/api/auth/callback/passgate", 3000;
    /// A page of its own: oidc-client-ts 3 and react-oidc-context 3.
    React = "react", "React, oidc-client-ts", "/", 5173;
    /// Express 5 with openid-client 6.
    Express = "express", "Express, openid-client", "/callback", 3000;
    /// Django with mozilla-django-oidc 5.
    Django = "django", "Django, mozilla-django-oidc", "/oidc/callback/", 8000;
    /// Flask 3 with Authlib 1.
    Flask = "flask", "Flask, Authlib", "/callback", 5000;
    /// Spring Boot 4, and 3.
    Spring = "spring", "Spring Boot", "/login/oauth2/code/passgate", 8081;
    /// ASP.NET Core.
    AspNet = "aspnet", "ASP.NET Core", "/signin-oidc", 5000;
    /// Go with go-oidc 3.
    Go = "go", "Go, go-oidc", "/callback", 3000;
    /// Laravel, or plain PHP, with jumbojett/openid-connect-php 1.
    Php = "php", "Laravel, PHP", "/sign-in", 8000;
    /// A program that acts for itself.
    Service = "service", "", "", 0;
    /// Anything else.
    Other = "other", "", "/callback", 3000;
}

// Indentation means something in what people copy.
#[derive(Template)]
#[template(path = "admin/snippets/all.txt", whitespace = "preserve")]
struct Snippets<'a> {
    framework: Framework,
    s: &'a ClientSetup,
}

impl Framework {
    /// By its name in addresses.
    pub fn find(slug: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.slug() == slug)
    }

    /// What people call it; words where it has no name of its own.
    pub fn called(self, t: Translator) -> &'static str {
        match self {
            Self::Service => t.get("admin_clients.framework_service"),
            Self::Other => t.get("admin_clients.framework_other"),
            _ => self.name(),
        }
    }

    /// Whether it cannot keep a secret.
    pub const fn is_public(self) -> bool {
        matches!(self, Self::React)
    }

    /// Whether nobody signs in to it.
    pub const fn acts_for_itself(self) -> bool {
        matches!(self, Self::Service)
    }

    /// Where its answers go while it is developed; empty for one that gets none.
    pub fn redirect_uri(self) -> String {
        match self.acts_for_itself() {
            true => String::new(),
            false => format!("http://localhost:{}{}", self.port(), self.path()),
        }
    }

    /// The lines that connect it.
    pub(super) fn snippet(self, setup: &ClientSetup) -> String {
        let snippets = Snippets {
            framework: self,
            s: setup,
        };
        snippets.render().unwrap_or_default()
    }
}
