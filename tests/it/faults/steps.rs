//! The way from a request to a code, walked in any order: random steps with fixed seeds, in two browsers of two people, with
//! forms that are replayed, carried over, or sent for requests that are not theirs. A model beside it knows which facts a code
//! needs; no order of steps may give one without them.

use std::collections::BTreeMap;

use reqwest::Method;

use super::{Dice, dose};
use crate::harness::app::{PASSWORD, TestApp};
use crate::harness::browser::{Browser, Form, Page};
use crate::harness::relying_party::{REDIRECT_URI, RelyingParty};

const PEOPLE: [&str; 2] = ["ada@example.com", "bob@example.com"];
const PROMPTS: [&str; 4] = ["", "login", "consent", "login consent"];
const SCOPES: [&str; 2] = ["openid email", "openid email profile"];

/// A request as the model knows it; its number is its `state`.
struct Request {
    browser: usize,
    prompt: &'static str,
    scope: &'static str,
    flow: String,
    /// Who signed in at this browser after it came, if anybody did.
    signed_in_since: bool,
    answered: bool,
}

/// One walk.
struct Walk<'a> {
    app: &'a TestApp,
    party: &'a RelyingParty,
    dice: Dice,
    browsers: [Browser; 2],
    /// Who is signed in where.
    person: [Option<usize>; 2],
    /// What each person agreed to, by an own answer to a consent page.
    agreed: [Vec<&'static str>; 2],
    requests: Vec<Request>,
    /// Every form that was ever shown, and in which browser.
    forms: Vec<(usize, Form)>,
    codes: usize,
}

/// What a step did, as far as the model must know before it looks at the answer.
#[derive(Default)]
struct Deed {
    /// A right password was sent for this person.
    password_of: Option<usize>,
    /// A consent form said yes.
    allowed: bool,
    signs_out: bool,
}

impl Walk<'_> {
    async fn step(&mut self) {
        let at = self.dice.roll(2);
        match self.dice.roll(10) {
            0 | 1 => self.ask(at).await,
            2 => self.open(at, "/sign-in").await,
            3 => self.open(at, "/consent").await,
            4 => self.open(at, "/continue").await,
            5 | 6 => self.send_form(at).await,
            7 => self.send_bare_consent(at).await,
            _ => self.go_on(at).await,
        }
    }

    /// A new request.
    async fn ask(&mut self, at: usize) {
        let (prompt, scope) = (PROMPTS[self.dice.roll(4)], SCOPES[self.dice.roll(2)]);
        let number = self.requests.len();
        self.requests.push(Request {
            browser: at,
            prompt,
            scope,
            flow: String::new(),
            signed_in_since: false,
            answered: false,
        });
        let address = self
            .party
            .request(scope, &[("prompt", prompt), ("state", &number.to_string())]);
        let page = self.browsers[at].request(Method::GET, &address, None).await;
        let location = page.headers["location"].to_str().unwrap();
        if let Some((_, flow)) = location.split_once("flow=") {
            self.requests[number].flow = flow.to_owned();
        }
        self.look(at, page, &Deed::default()).await;
    }

    /// The flow of some request, of either browser, or one that nobody was given.
    fn any_flow(&mut self) -> String {
        match self.dice.roll(8) {
            0 => "0b7bb7a2-9d6d-4b5e-8f0e-6d1f3f2f9a11".to_owned(),
            _ => self
                .dice
                .pick(&self.requests)
                .map(|request| request.flow.clone())
                .unwrap_or_default(),
        }
    }

    async fn open(&mut self, at: usize, path: &str) {
        let address = format!("{path}?flow={}", self.any_flow());
        let page = self.browsers[at].request(Method::GET, &address, None).await;
        self.look(at, page, &Deed::default()).await;
    }

    /// Fills and sends a form that was shown at some time, here or in the other browser, perhaps for another request.
    async fn send_form(&mut self, at: usize) {
        let Some((_, form)) = self.dice.pick(&self.forms) else {
            return;
        };
        let mut form = form.clone();
        if self.dice.roll(4) == 0 && form.fields.contains_key("flow") {
            let flow = self.any_flow();
            form = form.fill("flow", &flow);
        }
        // A token that is good here, whatever the form was.
        if self.dice.roll(2) == 0
            && let Some(token) = self.own_token(at).await
        {
            form = form.fill("csrf", &token);
        }
        self.send(at, form).await;
    }

    /// Consent without any page.
    async fn send_bare_consent(&mut self, at: usize) {
        let Some(token) = self.own_token(at).await else { return };
        let fields = BTreeMap::from([("csrf".to_owned(), token), ("flow".to_owned(), self.any_flow())]);
        self.send(
            at,
            Form {
                action: "/consent".to_owned(),
                fields,
            }
            .fill("login", "done"),
        )
        .await;
    }

    /// What an honest person would do: the last page's form.
    async fn go_on(&mut self, at: usize) {
        let own = self.forms.iter().rev().find(|(browser, _)| *browser == at);
        let Some((_, form)) = own else {
            return self.ask(at).await;
        };
        let form = form.clone();
        self.send(at, form).await;
    }

    async fn own_token(&mut self, at: usize) -> Option<String> {
        let page = self.browsers[at].request(Method::GET, "/sign-up", None).await;
        page.forms()
            .into_iter()
            .find_map(|form| form.fields.get("csrf").cloned())
    }

    async fn send(&mut self, at: usize, mut form: Form) {
        let mut deed = Deed::default();
        match form.action.as_str() {
            "/sign-in" => {
                let who = self.dice.roll(2);
                let right = self.dice.roll(5) != 0;
                if form.fields.contains_key("identifier") || form.fields.contains_key("username") {
                    form = form.fill("identifier", PEOPLE[who]);
                    deed.password_of = right.then_some(who);
                } else {
                    // Asked once more: as whoever is signed in.
                    deed.password_of = self.person[at].filter(|_| right);
                }
                form = form.fill("password", if right { PASSWORD } else { "not the password" });
            }
            "/consent" => {
                let answer = ["allow", "allow", "allow", "deny", "maybe"][self.dice.roll(5)];
                deed.allowed = answer == "allow";
                form = form.fill("decision", answer);
            }
            "/sign-out" => {
                deed.signs_out = true;
                form = form.fill("logout", "yes");
            }
            _ => return,
        }
        let page = self.browsers[at]
            .request(Method::POST, &form.action, Some(&form.fields))
            .await;
        self.look(at, page, &deed).await;
    }

    /// Brings the model up to date with an answer, and holds every code against it.
    async fn look(&mut self, at: usize, mut page: Page, deed: &Deed) {
        assert!(page.status.as_u16() < 500, "{}: {}", page.status, page.text());
        if let Some(who) = deed.password_of
            && page.status == 303
        {
            self.person[at] = Some(who);
            for request in self.requests.iter_mut().filter(|request| request.browser == at) {
                request.signed_in_since = true;
            }
        }
        if deed.signs_out && page.status == 303 {
            self.person[at] = None;
        }
        for _ in 0..6 {
            let Some(location) = page.headers.get("location").map(|to| to.to_str().unwrap().to_owned()) else {
                break;
            };
            if location.starts_with(REDIRECT_URI) {
                return self.answered(at, &location, deed);
            }
            page = self.browsers[at].request(Method::GET, &location, None).await;
        }
        for form in page.forms() {
            self.forms.push((at, form));
        }
    }

    fn answered(&mut self, at: usize, location: &str, deed: &Deed) {
        let answer = url::Url::parse(location).unwrap();
        let parameters: BTreeMap<_, _> = answer.query_pairs().into_owned().collect();
        let request = &mut self.requests[parameters["state"].parse::<usize>().unwrap()];
        assert_eq!(request.browser, at, "another browser's request");
        assert!(!request.answered, "answered twice");
        request.answered = true;
        if !parameters.contains_key("code") {
            return;
        }
        self.codes += 1;
        let who = self.person[at].expect("a code without sign-in");
        assert!(
            !request.prompt.contains("login") || request.signed_in_since,
            "a code without the sign-in it asked for"
        );
        if deed.allowed {
            self.agreed[who].push(request.scope);
        }
        let remembered = self.agreed[who].iter().any(|agreed| agreed.starts_with(request.scope));
        assert!(remembered, "a code without consent");
        assert!(
            !request.prompt.contains("consent") || deed.allowed,
            "a code without the consent it asked for"
        );
    }
}

#[actix_web::test]
async fn az_17_no_order_of_steps_gives_a_code_without_sign_in_and_consent() {
    let mut codes = 0;
    for seed in 0..dose("PASSGATE_WALKS", 4, 30) as u64 {
        let app = TestApp::spawn();
        for person in PEOPLE {
            app.user(person).await;
        }
        let party = RelyingParty::new(&app, "web", Some(&app.web_client().await));
        let mut walk = Walk {
            app: &app,
            party: &party,
            dice: Dice(seed),
            browsers: [app.browser(), app.browser()],
            person: [None; 2],
            agreed: [Vec::new(), Vec::new()],
            requests: Vec::new(),
            forms: Vec::new(),
            codes: 0,
        };
        for _ in 0..250 {
            walk.step().await;
            // Requests that come at the same instant as a sign-in could not be told from older ones.
            walk.app.advance(1);
        }
        codes += walk.codes;
    }
    assert!(codes > 20, "only {codes} codes: the walk leads nowhere");
}
