//! People with sessions and an application, put into the database through the house's own rooms.

use std::collections::HashMap;
use std::path::Path;

use passgate::app;
use passgate::clock::Clock;
use passgate::crypto::{digest, random};
use passgate::flow::admin::api_keys::{Create, NewApiKey};
use passgate::flow::admin::{self, Administrator};
use passgate::flow::clients;
use passgate::identity::{claims, email};
use passgate::model::audit::Origin;
use passgate::model::claims::StandardClaims;
use passgate::model::email::Email;
use passgate::model::permission::Authority;
use passgate::model::secret::{Digest, Secret};
use passgate::model::session::Session;
use passgate::model::user::User;
use passgate::protocol::registration::Registration;
use passgate::settings::Settings;
use passgate::store::{email_addresses, passwords, sessions, user_words, users};
use serde_json::json;

use crate::Failure;

/// The password of everybody.
pub const PASSWORD: &str = "correct horse battery";
/// Where codes go; nobody goes there.
pub const REDIRECT_URI: &str = "https://app.example/cb";

/// Rows in one transaction.
const BATCH: usize = 500;

/// What the load needs to know of the installation.
pub struct Seed {
    /// `Host`.
    pub host: String,
    /// The people.
    pub people: Vec<Person>,
    /// The application, whose people are not asked for consent.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// A key to see people with.
    pub api_key: String,
}

/// A person with a browser that is signed in.
pub struct Person {
    /// Address.
    pub email: String,
    /// The `Cookie` header.
    pub cookies: String,
}

#[derive(Clone)]
struct Row {
    user: User,
    email: Email,
    phc: String,
    session: Session,
    digest: Digest,
}

/// Fills the database of an installation whose server is not running. The password is hashed once, at the default cost.
pub async fn seed(variables: &HashMap<String, String>, folder: &Path, count: usize) -> Result<Seed, Failure> {
    // A file of that name in the current folder must not be read: the server does not see it either.
    let settings = Settings::load(Some(&empty_file(folder)?), variables.clone().into_iter())?;
    let host = settings.issuer().trim_start_matches("http://").to_owned();
    let state = app::compose(settings, Clock::system()).await?;
    let registration = Registration::read(json!({
        "client_id": "bench", "client_name": "Bench", "redirect_uris": [REDIRECT_URI], "consent": "skip",
        "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
        "scope": "openid profile email offline_access api.read",
    }))
    .map_err(|error| error.description.to_string())?;
    let registered = clients::register(&state, &registration, &Authority::all(), &Origin::command_line()).await?;
    let client_secret = registered
        .secret
        .ok_or("the application has no secret")?
        .expose()
        .to_owned();

    let wanted = NewApiKey {
        name: "bench".to_owned(),
        permissions: vec!["users:read".to_owned()],
        ..NewApiKey::default()
    };
    let (root, origin) = (Administrator::command_line(), Origin::command_line());
    let api_key = admin::run::<Create>(&state, &root, &origin, None, wanted).await?.key;

    let phc = state.passwords.hash(Secret::new(PASSWORD.to_owned())).await?;
    let members = json!({ "name": "Ada Lovelace", "given_name": "Ada", "family_name": "Lovelace", "locale": "en-GB" });
    let members = claims::validate(members.as_object().cloned().unwrap_or_default())?;
    let mut people = Vec::with_capacity(count);
    let mut rows = Vec::with_capacity(BATCH);
    for number in 0..count.max(1) {
        let (row, person) = person(&state, number, &phc, members.clone())?;
        rows.push(row);
        people.push(person);
        if rows.len() == BATCH || number + 1 == count.max(1) {
            let batch = std::mem::take(&mut rows);
            state
                .db
                .write(batch, |tx, batch: &Vec<Row>| {
                    Box::pin(async move {
                        for row in batch {
                            let now = row.user.created_at;
                            users::insert(tx, &row.user, &row.email).await?;
                            email_addresses::insert(tx, row.user.id, &row.email, now).await?;
                            user_words::renew(tx, row.user.id).await?;
                            passwords::put(tx, row.user.id, &row.phc, now).await?;
                            sessions::insert(tx, &row.session, &row.digest, row.session.expires_at).await?;
                        }
                        Ok(())
                    })
                })
                .await?;
        }
    }
    state.db.close().await;
    Ok(Seed {
        host,
        people,
        client_id: "bench".to_owned(),
        client_secret,
        api_key,
    })
}

fn person(
    state: &passgate::state::State,
    number: usize,
    phc: &str,
    claims: StandardClaims,
) -> Result<(Row, Person), Failure> {
    let now = state.clock.now();
    let email = email::parse(&format!("person-{number}@example.org"))?;
    let user = User {
        id: random::uuid(),
        email: email.address().to_owned(),
        email_verified: true,
        role: state.settings.accounts.default_role.clone(),
        plan: state.settings.accounts.default_plan.clone(),
        claims,
        disabled_at: None,
        created_at: now,
        updated_at: now,
    };
    let secret = random::secret(random::prefix::SESSION);
    let browser = random::secret(random::prefix::BROWSER);
    let session = Session {
        id: random::uuid_at(now),
        user_id: user.id,
        authenticated_at: now,
        amr: vec!["pwd".to_owned()],
        created_at: now,
        last_seen_at: now,
        expires_at: now + state.settings.sessions.absolute(),
        user_agent: "bench".to_owned(),
        address: "127.0.0.1".to_owned(),
        remembered: false,
    };
    let cookies = format!(
        "passgate_browser={}; passgate_session={}",
        browser.expose(),
        secret.expose()
    );
    let person = Person {
        email: email.address().to_owned(),
        cookies,
    };
    Ok((
        Row {
            user,
            email,
            phc: phc.to_owned(),
            session,
            digest: digest::digest(&secret),
        },
        person,
    ))
}

/// A settings file that says nothing.
pub fn empty_file(folder: &Path) -> std::io::Result<std::path::PathBuf> {
    let path = folder.join("settings.toml");
    std::fs::write(&path, "")?;
    Ok(path)
}
