//! What one connection does, again and again, and how it knows that it was answered rightly.

use std::net::SocketAddr;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::Failure;
use crate::http::Connection;
use crate::paths::Path;
use crate::seed::{PASSWORD, Person, REDIRECT_URI, Seed};

/// Families and tokens that each connection has at hand.
const GRANTS: usize = 4;
/// The code verifier of every code flow; what it is does not change what it costs.
const VERIFIER: &str = "a-code-verifier-of-at-least-43-characters-for-every-flow";

/// One connection and what it does.
pub struct Actor {
    connection: Connection,
    work: Work,
    turn: usize,
}

enum Work {
    /// A document that is the same each time.
    Document {
        request: Vec<u8>,
        expected: Vec<u8>,
    },
    /// Requests in turn, and what stands in the answer.
    Requests {
        requests: Vec<Vec<u8>>,
        expected: &'static str,
    },
    CodeFlow {
        authorize: Vec<Vec<u8>>,
        client: Client,
    },
    Refresh {
        tokens: Vec<String>,
        client: Client,
    },
    SignIn {
        emails: Vec<String>,
        host: String,
    },
}

/// How the application speaks to the token endpoint.
#[derive(Clone)]
struct Client {
    host: String,
    authorization: String,
}

impl Client {
    fn new(seed: &Seed) -> Self {
        let credentials = STANDARD.encode(format!("{}:{}", seed.client_id, seed.client_secret));
        Self {
            host: seed.host.clone(),
            authorization: format!("Basic {credentials}"),
        }
    }

    fn post(&self, path: &str, body: &str) -> Vec<u8> {
        let Self { host, authorization } = self;
        let length = body.len();
        format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {authorization}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .into_bytes()
    }

    fn redeem(&self, code: &str) -> Vec<u8> {
        let redirect_uri = encode(REDIRECT_URI);
        self.post(
            "/oauth2/token",
            &format!("grant_type=authorization_code&code={code}&redirect_uri={redirect_uri}&code_verifier={VERIFIER}"),
        )
    }

    fn refresh(&self, token: &str) -> Vec<u8> {
        self.post(
            "/oauth2/token",
            &format!("grant_type=refresh_token&refresh_token={token}"),
        )
    }
}

fn encode(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn get(host: &str, path: &str, headers: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n").into_bytes()
}

fn authorize(seed: &Seed, person: &Person) -> Vec<u8> {
    let sum = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, VERIFIER.as_bytes());
    let path = format!(
        "/oauth2/authorize?client_id={}&redirect_uri={}&response_type=code&scope=openid%20profile%20email&state=s&\
         nonce=n&code_challenge={}&code_challenge_method=S256",
        seed.client_id,
        encode(REDIRECT_URI),
        URL_SAFE_NO_PAD.encode(sum)
    );
    get(&seed.host, &path, &format!("Cookie: {}\r\n", person.cookies))
}

impl Actor {
    /// Prepares one of `connections` actors: tokens that it will use are got here.
    pub async fn prepare(
        path: Path,
        seed: &Seed,
        address: SocketAddr,
        number: usize,
        connections: usize,
    ) -> Result<Self, Failure> {
        let mut connection = Connection::to(address);
        let mut people: Vec<&Person> = seed.people.iter().skip(number).step_by(connections).collect();
        if people.is_empty() {
            people.extend(seed.people.first());
        }
        let client = Client::new(seed);
        let work = match path {
            Path::Discovery | Path::Jwks => {
                let (path, member) = match path {
                    Path::Discovery => ("/.well-known/openid-configuration", "\"issuer\""),
                    _ => ("/.well-known/jwks.json", "\"keys\""),
                };
                let request = get(&seed.host, path, "");
                let answer = connection.send(&request).await?;
                if answer.status != 200 || !answer.has(member) {
                    return Err(answer.unexpected("a document"));
                }
                let expected = answer.body.to_vec();
                Work::Document { request, expected }
            }
            Path::ClientCredentials => Work::Requests {
                requests: vec![client.post("/oauth2/token", "grant_type=client_credentials")],
                expected: "\"access_token\"",
            },
            Path::CodeFlow => Work::CodeFlow {
                authorize: people.iter().map(|person| authorize(seed, person)).collect(),
                client,
            },
            Path::Refresh | Path::RefreshInStorm => {
                let mut tokens = Vec::new();
                for person in people.iter().cycle().take(GRANTS) {
                    tokens.push(
                        code_flow(&mut connection, &authorize(seed, person), &client)
                            .await?
                            .refresh,
                    );
                }
                Work::Refresh { tokens, client }
            }
            Path::Userinfo | Path::Introspection => {
                let mut requests = Vec::new();
                for person in people.iter().cycle().take(GRANTS) {
                    let token = code_flow(&mut connection, &authorize(seed, person), &client)
                        .await?
                        .access;
                    requests.push(match path {
                        Path::Userinfo => {
                            let header = format!("Authorization: Bearer {token}\r\n");
                            get(&seed.host, "/oauth2/userinfo", &header)
                        }
                        _ => client.post("/oauth2/introspect", &format!("token={token}")),
                    });
                }
                let expected = if path == Path::Userinfo {
                    "\"sub\":\""
                } else {
                    "\"active\":true"
                };
                Work::Requests { requests, expected }
            }
            Path::UserList | Path::UserSearch => {
                let header = format!("Authorization: Bearer {}\r\n", seed.api_key);
                let queries: &[&str] = match path {
                    Path::UserList => &[
                        "",
                        "sort=created_at",
                        "role=user",
                        "plan=free_user&sort=created_at",
                        "email_verified=false",
                    ],
                    _ => &[
                        "search=lov",
                        "search=grace%20hopper",
                        "search=crowd",
                        "search=person-7%40example.org",
                        "search=tim%20kay",
                        "search=nobody",
                    ],
                };
                let asked = |query: &&str| get(&seed.host, &format!("/api/v1/users?{query}"), &header);
                Work::Requests {
                    requests: queries.iter().map(asked).collect(),
                    expected: "\"items\":[",
                }
            }
            Path::SignIn => Work::SignIn {
                emails: people.iter().map(|person| person.email.clone()).collect(),
                host: seed.host.clone(),
            },
        };
        Ok(Self {
            connection,
            work,
            turn: 0,
        })
    }

    /// One operation; an error when it was not answered as it should be.
    pub async fn step(&mut self) -> Result<(), Failure> {
        self.turn = self.turn.wrapping_add(1);
        let done = self.work.perform(&mut self.connection, self.turn).await;
        if done.is_err() {
            self.connection.reset();
        }
        done
    }
}

impl Work {
    async fn perform(&mut self, connection: &mut Connection, turn: usize) -> Result<(), Failure> {
        match self {
            Self::Document { request, expected } => {
                let answer = connection.send(request).await?;
                let right = answer.status == 200 && answer.body == expected.as_slice();
                if right {
                    Ok(())
                } else {
                    Err(answer.unexpected("the same document"))
                }
            }
            Self::Requests { requests, expected } => {
                let answer = connection.send(in_turn(requests, turn)?).await?;
                let right = answer.status == 200 && answer.has(expected);
                if right {
                    Ok(())
                } else {
                    Err(answer.unexpected(expected))
                }
            }
            Self::CodeFlow { authorize, client } => {
                code_flow(connection, in_turn(authorize, turn)?, client).await.map(drop)
            }
            Self::Refresh { tokens, client } => {
                let at = turn % tokens.len().max(1);
                let token = tokens.get_mut(at).ok_or("no family")?;
                *token = tokens_of(connection, &client.refresh(token)).await?.refresh;
                Ok(())
            }
            Self::SignIn { emails, host } => sign_in(connection, in_turn(emails, turn)?, host).await,
        }
    }
}

fn in_turn<T>(all: &[T], turn: usize) -> Result<&T, Failure> {
    Ok(all.get(turn % all.len().max(1)).ok_or("nothing was prepared")?)
}

struct Tokens {
    access: String,
    refresh: String,
}

/// Authorize with a session, then redeem the code.
async fn code_flow(connection: &mut Connection, authorize: &[u8], client: &Client) -> Result<Tokens, Failure> {
    let answer = connection.send(authorize).await?;
    let code = answer.header("location").and_then(|location| {
        let (_, query) = location.strip_prefix(REDIRECT_URI)?.split_once('?')?;
        query.split('&').find_map(|pair| pair.strip_prefix("code="))
    });
    let redeem = client.redeem(code.ok_or_else(|| answer.unexpected("a code"))?);
    tokens_of(connection, &redeem).await
}

async fn tokens_of(connection: &mut Connection, request: &[u8]) -> Result<Tokens, Failure> {
    let answer = connection.send(request).await?;
    let member = |before| answer.quoted(before).map(str::to_owned);
    match (
        answer.status,
        member("\"access_token\":\""),
        member("\"refresh_token\":\""),
        answer.has("\"id_token\":\""),
    ) {
        (200, Some(access), Some(refresh), true) => Ok(Tokens { access, refresh }),
        _ => Err(answer.unexpected("tokens")),
    }
}

/// The sign-in page in a browser without cookies, then its form.
async fn sign_in(connection: &mut Connection, email: &str, host: &str) -> Result<(), Failure> {
    let page = connection.send(&get(host, "/sign-in", "")).await?;
    let (Some(browser), Some(csrf)) = (page.cookie("passgate_browser"), page.quoted("name=\"csrf\" value=\"")) else {
        return Err(page.unexpected("the sign-in page"));
    };
    let body = format!("csrf={csrf}&identifier={}&password={}", encode(email), encode(PASSWORD));
    let length = body.len();
    let request = format!(
        "POST /sign-in HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: passgate_browser={browser}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    let answer = connection.send(request.as_bytes()).await?;
    let right = answer.status == 303 && answer.cookie("passgate_session").is_some_and(|value| !value.is_empty());
    if right {
        Ok(())
    } else {
        Err(answer.unexpected("a session"))
    }
}
