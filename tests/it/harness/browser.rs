//! A person with a browser that has cookies, forms and no JavaScript.

use std::collections::BTreeMap;

use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Method, StatusCode};
use scraper::{Html, Selector};
use url::Url;

use super::app::{PASSWORD, TestApp};

/// A browser. It follows redirects as long as they stay at the server.
#[derive(Clone)]
pub struct Browser {
    http: reqwest::Client,
    /// Where the server is; links to the issuer lead there.
    pub address: String,
    issuer: String,
    /// Cookies by name.
    pub cookies: BTreeMap<String, String>,
    /// Sent with every request.
    pub headers: Vec<(String, String)>,
}

/// What the browser shows.
pub struct Page {
    /// Status.
    pub status: StatusCode,
    /// Where it is now; the address outside where it was sent away.
    pub url: Url,
    /// Headers.
    pub headers: reqwest::header::HeaderMap,
    /// Text.
    pub body: String,
}

impl Page {
    /// A parameter of the address.
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.url
            .query_pairs()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.into_owned())
    }

    /// A form by its action, else the first one.
    pub fn form(&self) -> Form {
        self.forms()
            .into_iter()
            .next()
            .unwrap_or_else(|| panic!("no form in {}", self.body))
    }

    /// Every form.
    pub fn forms(&self) -> Vec<Form> {
        let html = Html::parse_document(&self.body);
        let (form, input) = (Selector::parse("form").unwrap(), Selector::parse("input").unwrap());
        let read = |form: scraper::ElementRef<'_>| Form {
            action: form.value().attr("action").unwrap_or_default().to_owned(),
            fields: form
                .select(&input)
                // As browsers do: a box that nobody ticked is not sent.
                .filter(|input| {
                    let boxed = matches!(input.value().attr("type"), Some("checkbox" | "radio"));
                    !boxed || input.value().attr("checked").is_some()
                })
                .filter_map(|input| {
                    let name = input.value().attr("name")?.to_owned();
                    Some((name, input.value().attr("value").unwrap_or_default().to_owned()))
                })
                .collect(),
        };
        html.select(&form).map(read).collect()
    }

    /// Whether the page has an element.
    pub fn has(&self, selector: &str) -> bool {
        Html::parse_document(&self.body)
            .select(&Selector::parse(selector).unwrap())
            .next()
            .is_some()
    }

    /// The text of the first element.
    pub fn text_of(&self, selector: &str) -> String {
        let html = Html::parse_document(&self.body);
        let found = html.select(&Selector::parse(selector).unwrap()).next();
        let found = found.unwrap_or_else(|| panic!("no {selector} in {}", self.body));
        found.text().collect()
    }

    /// Where the last link leads.
    pub fn link(&self, selector: &str) -> String {
        let html = Html::parse_document(&self.body);
        let found = html.select(&Selector::parse(selector).unwrap()).next_back();
        let found = found.unwrap_or_else(|| panic!("no {selector} in {}", self.body));
        found.value().attr("href").unwrap().to_owned()
    }

    /// The value of the submit button `name` in the list entry that shows a text.
    pub fn value_beside(&self, name: &str, text: &str) -> String {
        let html = Html::parse_document(&self.body);
        let (entry, button) = (
            Selector::parse("li").unwrap(),
            Selector::parse(&format!("button[name={name}]")).unwrap(),
        );
        html.select(&entry)
            .filter(|entry| entry.text().any(|part| part.contains(text)))
            .find_map(|entry| entry.select(&button).next()?.value().attr("value").map(str::to_owned))
            .unwrap_or_else(|| panic!("no {name} beside {text} in {}", self.body))
    }

    /// The visible text.
    pub fn text(&self) -> String {
        Html::parse_document(&self.body)
            .root_element()
            .text()
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// A form with what its fields hold.
#[derive(Clone, Debug)]
pub struct Form {
    /// Where it goes.
    pub action: String,
    /// Fields by name.
    pub fields: BTreeMap<String, String>,
}

impl Form {
    /// Fills a field.
    pub fn fill(mut self, name: &str, value: &str) -> Self {
        self.fields.insert(name.to_owned(), value.to_owned());
        self
    }
}

impl Browser {
    /// A new one, without cookies.
    pub fn new(app: &TestApp) -> Self {
        Self {
            http: app.http.clone(),
            address: app.address.clone(),
            issuer: app.issuer.clone(),
            cookies: BTreeMap::new(),
            headers: Vec::new(),
        }
    }

    /// The same for a server of which only the address is known.
    pub fn at(address: &str) -> Self {
        Self {
            http: super::app::http(),
            address: address.to_owned(),
            issuer: address.to_owned(),
            cookies: BTreeMap::new(),
            headers: Vec::new(),
        }
    }

    /// At a node that listens elsewhere than its issuer says.
    pub fn of(mut self, issuer: &str) -> Self {
        issuer.clone_into(&mut self.issuer);
        self
    }

    /// With the same cookies over connections of its own: those to a server that was stopped lead nowhere.
    pub fn reconnected(mut self) -> Self {
        self.http = super::app::http();
        self
    }

    /// One request, no redirect followed.
    pub async fn request(&mut self, method: Method, url: &str, form: Option<&BTreeMap<String, String>>) -> Page {
        self.try_request(method, url, form).await.unwrap()
    }

    /// The same, of a server that may be gone before it has answered.
    pub async fn try_request(
        &mut self,
        method: Method,
        url: &str,
        form: Option<&BTreeMap<String, String>>,
    ) -> Result<Page, reqwest::Error> {
        let url = self.absolute(url);
        let mut request = self.http.request(method, url.as_str());
        if !self.cookies.is_empty() {
            let jar = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect::<Vec<_>>();
            request = request.header(COOKIE, jar.join("; "));
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(form) = form {
            request = request.form(form);
        }
        let response = request.send().await?;
        for cookie in response.headers().get_all(SET_COOKIE) {
            let text = cookie.to_str().unwrap();
            let (name, rest) = text.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if text.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok(Page {
            status: response.status(),
            url,
            headers: response.headers().clone(),
            body: response.text().await?,
        })
    }

    /// Opens an address.
    pub async fn get(&mut self, url: &str) -> Page {
        let page = self.request(Method::GET, url, None).await;
        self.follow(page).await
    }

    /// Sends a form.
    pub async fn submit(&mut self, form: &Form) -> Page {
        let page = self
            .request(Method::POST, &form.action.clone(), Some(&form.fields))
            .await;
        self.follow(page).await
    }

    async fn follow(&mut self, mut page: Page) -> Page {
        for _ in 0..10 {
            if !page.status.is_redirection() || page.status == StatusCode::NOT_MODIFIED {
                return page;
            }
            let location = page.headers[LOCATION].to_str().unwrap().to_owned();
            let next = page.url.join(&location).unwrap();
            if !next.as_str().starts_with(&self.address) && !next.as_str().starts_with(&self.issuer) {
                page.url = next;
                return page;
            }
            page = self.request(Method::GET, next.as_str(), None).await;
        }
        panic!("too many redirects, now at {}", page.url);
    }

    /// Signs in on a sign-in page.
    pub async fn sign_in_on(&mut self, page: &Page, email: &str, password: &str) -> Page {
        let form = page.form().fill("identifier", email).fill("password", password);
        self.submit(&form).await
    }

    /// Signs in from the front door.
    pub async fn sign_in(&mut self, email: &str) -> Page {
        let page = self.get("/sign-in").await;
        let page = self.sign_in_on(&page, email, PASSWORD).await;
        assert_eq!(page.url.path(), "/account", "{}", page.text());
        page
    }

    /// Answers a consent page.
    pub async fn decide(&mut self, page: &Page, decision: &str) -> Page {
        let form = page.form().fill("decision", decision);
        self.submit(&form).await
    }

    fn absolute(&self, url: &str) -> Url {
        let url = Url::parse(&self.address).unwrap().join(url).unwrap();
        let at_issuer = url
            .as_str()
            .strip_prefix(&self.issuer)
            .map(|rest| format!("{}{rest}", self.address));
        at_issuer.map_or(url, |moved| Url::parse(&moved).unwrap())
    }
}
