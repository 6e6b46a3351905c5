//! How an application is connected: the exact settings, and the lines for what it is made with.

use askama::Template;
use url::Url;

use super::Framework;
use crate::flow::admin::clients::Client;
use crate::web::views::{AdminFrame, Page};

/// What stands in the place of a secret that nobody knows any more.
const UNKNOWN: &str = "YOUR_CLIENT_SECRET";

/// The settings of an application, as its snippet needs them.
#[derive(Debug, Clone)]
pub struct ClientSetup {
    /// The issuer.
    pub issuer: String,
    /// Its id.
    pub client_id: String,
    /// Its secret, or what stands in its place.
    pub secret: String,
    /// Whether it has one.
    pub confidential: bool,
    /// Where its answers go.
    pub redirect_uri: String,
    /// The path of that.
    pub redirect_path: String,
    /// Scheme, host and port of that.
    pub origin: String,
    /// The port where it listens: behind a proxy, where it is reached by TLS.
    pub port: u16,
    /// What it asks for.
    pub scope: String,
    /// How it sends its secret.
    pub auth_method: String,
    /// The algorithm of its tokens.
    pub alg: String,
    /// Whether this installation is reached without TLS.
    pub plain_http: bool,
    /// Whether the application is reached by TLS.
    pub https_app: bool,
    /// A secret of the application's own, for its cookies.
    pub own_secret: String,
}

impl ClientSetup {
    /// Of an application; `secret` where it is known, which is once. `own_secret` is made by whoever draws the page.
    pub fn of(client: &Client, issuer: &str, secret: Option<&str>, own_secret: &str) -> Self {
        let settings = &client.settings;
        let redirect_uri = settings
            .redirect_uris
            .iter()
            .flatten()
            .next()
            .cloned()
            .unwrap_or_default();
        let url = Url::parse(&redirect_uri).ok();
        let asked = ["openid", "profile", "email", "offline_access"];
        let may = settings.scope.as_deref().unwrap_or_default();
        let wanted = asked
            .iter()
            .copied()
            .filter(|scope| may.split(' ').any(|known| known == *scope));
        let https_app = url.as_ref().is_some_and(|url| url.scheme() == "https");
        let confidential = settings.token_endpoint_auth_method.as_deref() != Some("none");
        Self {
            issuer: issuer.to_owned(),
            client_id: client.client_id.clone(),
            secret: secret.unwrap_or(UNKNOWN).to_owned(),
            confidential,
            redirect_path: url.as_ref().map_or_else(|| "/".to_owned(), |url| url.path().to_owned()),
            origin: url
                .as_ref()
                .map_or_else(String::new, |url| url.origin().ascii_serialization()),
            port: url
                .as_ref()
                .filter(|_| !https_app)
                .and_then(Url::port_or_known_default)
                .unwrap_or(3000),
            https_app,
            redirect_uri,
            scope: wanted.collect::<Vec<_>>().join(" "),
            auth_method: settings.token_endpoint_auth_method.clone().unwrap_or_default(),
            alg: settings.id_token_signed_response_alg.clone().unwrap_or_default(),
            plain_http: issuer.starts_with("http://"),
            own_secret: own_secret.to_owned(),
        }
    }

    /// What it asks for, one by one.
    pub fn scopes(&self) -> Vec<&str> {
        self.scope.split(' ').collect()
    }

    /// What it asks for, with commas between.
    pub fn scope_commas(&self) -> String {
        self.scope.replace(' ', ",")
    }

    /// The files of the snippet.
    pub fn files(&self, framework: Framework) -> Vec<SnippetFile> {
        let text = framework.snippet(self);
        let parts = text.split("=== ").skip(1);
        parts
            .filter_map(|part| part.split_once('\n'))
            .map(|(name, text)| SnippetFile {
                name: (name != "$").then(|| name.to_owned()),
                text: format!("{}\n", text.trim_end()),
            })
            .collect()
    }
}

/// A file of a snippet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnippetFile {
    /// Its name; `None` for what is typed in a terminal.
    pub name: Option<String>,
    /// What stands in it.
    pub text: String,
}

/// A new application, with its secret, which is shown this once.
#[derive(Debug, Template)]
#[template(path = "admin/clients/created.html")]
pub struct AdminClientCreated<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// The settings.
    pub setup: ClientSetup,
    /// Its secret.
    pub secret: Option<String>,
    /// What it is made with.
    pub framework: Framework,
    /// Its page.
    pub href: String,
}

/// GET: how an application is connected.
#[derive(Debug, Template)]
#[template(path = "admin/clients/setup.html")]
pub struct AdminClientSetup<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// The settings.
    pub setup: ClientSetup,
    /// What it is made with.
    pub framework: Framework,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::admin::clients::Settings;

    fn setup(secret: Option<&str>, framework: Framework) -> ClientSetup {
        let settings = Settings {
            redirect_uris: Some(vec![format!("https://app.example{}", framework.path())]),
            token_endpoint_auth_method: Some(
                if framework.is_public() {
                    "none"
                } else {
                    "client_secret_basic"
                }
                .into(),
            ),
            scope: Some("openid profile email phone".into()),
            id_token_signed_response_alg: Some("RS256".into()),
            ..Settings::default()
        };
        let client = Client {
            client_id: "client-of-the-test".into(),
            disabled: false,
            has_secret: true,
            previous_secret_expires_at: None,
            created_at: chrono::DateTime::UNIX_EPOCH,
            revision: 1,
            settings,
        };
        ClientSetup::of(&client, "https://id.example", secret, "secret-of-cookies")
    }

    /// Everything that a snippet says.
    fn text(setup: &ClientSetup, framework: Framework) -> String {
        setup.files(framework).into_iter().map(|file| file.text).collect()
    }

    #[test]
    fn every_snippet_holds_the_exact_values_of_its_application() {
        for &framework in Framework::ALL {
            let setup = setup(Some("pgc_the-secret"), framework);
            let text = text(&setup, framework);
            let name = framework.slug();
            for needed in ["https://id.example", "client-of-the-test"] {
                assert!(text.contains(needed), "{name}: no {needed} in {text}");
            }
            assert_eq!(text.contains("pgc_the-secret"), !framework.is_public(), "{name}");
            assert!(!text.contains(UNKNOWN), "{name}");
            if !framework.acts_for_itself() {
                assert!(text.contains(&setup.redirect_uri), "{name}: {text}");
            }
            assert!(
                !text.contains("phone"),
                "{name} asks for what people sign in for, and no more"
            );
        }
    }

    #[test]
    fn what_stands_in_a_snippet_keeps_its_indentation() {
        let spring = text(&setup(None, Framework::Spring), Framework::Spring);
        for line in [
            "\n            redirect-uri: \"{baseUrl}",
            "\n            issuer-uri: \"https://id.example\"\n",
        ] {
            assert!(spring.contains(line), "{line:?} is not in {spring}");
        }
        let aspnet = text(&setup(None, Framework::AspNet), Framework::AspNet);
        for scope in ["openid", "profile", "email"] {
            let line = format!("\n        options.Scope.Add(\"{scope}\");");
            assert!(aspnet.contains(&line), "{line:?} is not in {aspnet}");
        }
        for &framework in Framework::ALL {
            let text = text(&setup(None, framework), framework);
            assert!(
                text.lines().all(|line| line.trim_end() == line),
                "{framework:?}: a line ends in spaces: {text}"
            );
            assert!(!text.contains("\n\n\n\n"), "{framework:?}: {text}");
        }
    }

    #[test]
    fn a_secret_that_nobody_knows_any_more_has_a_place_in_the_snippet() {
        for &framework in Framework::ALL.iter().filter(|framework| !framework.is_public()) {
            assert!(
                text(&setup(None, framework), framework).contains(UNKNOWN),
                "{framework:?}"
            );
        }
    }

    #[test]
    fn a_snippet_is_made_of_files_and_nothing_of_the_template_is_left() {
        for &framework in Framework::ALL {
            let files = setup(Some("pgc_the-secret"), framework).files(framework);
            assert!(!files.is_empty());
            for file in files {
                assert!(
                    file.text.len() > 10 && !file.text.contains("===  "),
                    "{framework:?}: {file:?}"
                );
                let django = file.name.as_deref() == Some("base.html");
                assert!(django || !file.text.contains("{%"), "{framework:?}: {file:?}");
                assert!(
                    !file.text.contains("&#") && !file.text.contains("{{"),
                    "{framework:?}: {file:?}"
                );
            }
        }
    }
}
