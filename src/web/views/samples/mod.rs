//! Renders every page from samples, in every language, and checks what all of them owe their readers.
//!
//! `PASSGATE_RENDER_SAMPLES=<dir> cargo test samples` also writes them there, with the static files, to look at.

mod account;
mod arriving;
mod console;
mod house;
mod journey;
mod pages;
mod proving;
mod weight;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use scraper::{ElementRef, Html, Selector};

use super::assets;
use crate::web::i18n::Lang;

/// Somebody else's text at its worst.
pub(super) const HOSTILE: &str = "\"><svg onload=alert(1)></script>{{7*7}}${7*7}' <b>Ada</b>";

fn select<'d>(document: &'d Html, selector: &str) -> Vec<ElementRef<'d>> {
    document.select(&Selector::parse(selector).unwrap()).collect()
}

fn inside<'d>(element: ElementRef<'d>, selector: &str) -> Vec<ElementRef<'d>> {
    element.select(&Selector::parse(selector).unwrap()).collect()
}

/// Runs `check` over every page in every language; its complaint is told with the page's name.
fn each(check: impl Fn(Lang, &str, &str, &Html)) {
    for lang in Lang::ALL {
        for (name, html) in pages::all(lang) {
            let document = Html::parse_document(&html);
            check(lang, &format!("{name} in {}", lang.tag()), &html, &document);
        }
    }
}

#[test]
fn samples_can_be_looked_at() {
    #[expect(
        clippy::disallowed_methods,
        reason = "asked for by whoever wants to look at the pages"
    )]
    let Ok(dir) = std::env::var("PASSGATE_RENDER_SAMPLES") else {
        return;
    };
    for lang in Lang::ALL {
        let folder = Path::new(&dir).join(lang.tag());
        fs::create_dir_all(&folder).unwrap();
        let pages = pages::all(lang).into_iter().map(|(name, html)| (name.to_owned(), html));
        for (name, html) in pages.chain(pages::mails(lang)) {
            fs::write(folder.join(format!("{name}.html")), html).unwrap();
        }
    }
    fs::create_dir_all(Path::new(&dir).join("static")).unwrap();
    for name in [
        "app.css",
        "console.css",
        "icons.svg",
        "favicon.svg",
        "comforts.js",
        "form_post.js",
    ] {
        let asset = assets::find(assets::asset(name)).unwrap();
        fs::write(format!("{dir}{}", asset.path), asset.bytes).unwrap();
    }
}

#[test]
fn nothing_that_others_wrote_becomes_markup() {
    let judge = |name: &str, html: &str| {
        for raw in ["<svg onload", "</script>{{", "<b>Ada", "'<b>"] {
            assert!(!html.contains(raw), "{name}: {raw} came through");
        }
        assert!(
            select(&Html::parse_document(html), "[onload], bdi b, li b, p b").is_empty(),
            "{name}"
        );
    };
    each(|_, name, html, _| judge(name, html));
    for lang in Lang::ALL {
        for (name, html) in pages::mails(lang) {
            judge(&name, &html);
        }
    }
}

#[test]
fn a_strict_policy_for_scripts_and_styles_holds() {
    each(|_, name, html, document| {
        assert!(
            select(document, "style, [style], iframe, base, object").is_empty(),
            "{name}"
        );
        assert!(!html.contains("javascript:"), "{name}");
        for script in select(document, "script") {
            assert!(
                script.attr("src").is_some_and(|src| assets::find(src).is_some()),
                "{name}"
            );
            assert!(script.text().all(|text| text.trim().is_empty()), "{name}");
        }
        for element in select(document, "*") {
            let handler = element
                .value()
                .attrs()
                .find(|(attribute, _)| attribute.starts_with("on"));
            assert!(handler.is_none(), "{name}: {handler:?}");
        }
    });
}

#[test]
fn every_file_that_a_page_loads_from_us_exists() {
    each(|_, name, html, document| {
        for address in html.split('"').filter(|text| text.starts_with(assets::PREFIX)) {
            let path = address.split('#').next().unwrap();
            assert!(assets::find(path).is_some(), "{name}: {address}");
        }
        let sprite = std::str::from_utf8(assets::find(assets::asset("icons.svg")).unwrap().bytes).unwrap();
        for icon in select(document, "use") {
            let (file, id) = icon.attr("href").unwrap().split_once('#').unwrap();
            assert_eq!(file, assets::asset("icons.svg"), "{name}");
            assert!(sprite.contains(&format!("id=\"{id}\"")), "{name}: no icon {id}");
        }
        assert_eq!(
            select(document, "link[rel=stylesheet][href^='/static/app.']").len(),
            1,
            "{name}"
        );
    });
}

#[test]
fn a_page_says_its_language_its_title_and_one_heading() {
    each(|lang, name, _, document| {
        assert_eq!(document.root_element().attr("lang"), Some(lang.tag()), "{name}");
        assert_eq!(select(document, "h1").len(), 1, "{name}");
        assert_eq!(select(document, "main").len(), 1, "{name}");
        let title: String = select(document, "title")[0].text().collect();
        assert!(
            title.ends_with(" · Passgate") && title.len() > " · Passgate".len(),
            "{name}: {title}"
        );
    });
}

#[test]
fn a_field_has_a_label_and_its_error_is_tied_to_it() {
    each(|_, name, _, document| {
        let ids: Vec<_> = select(document, "[id]").iter().filter_map(|e| e.attr("id")).collect();
        assert_eq!(
            ids.len(),
            ids.iter().collect::<BTreeSet<_>>().len(),
            "{name}: an id stands twice"
        );
        for field in select(
            document,
            "input:not([type=hidden]):not([aria-hidden]), select, textarea",
        ) {
            let by_id = field
                .attr("id")
                .is_some_and(|id| !select(document, &format!("label[for={id}]")).is_empty());
            let around = field
                .parent()
                .and_then(ElementRef::wrap)
                .is_some_and(|parent| parent.value().name() == "label");
            assert!(by_id || around, "{name}: a field without a label");
            for id in field.attr("aria-describedby").unwrap_or_default().split_whitespace() {
                assert!(ids.contains(&id), "{name}: nothing is called {id}");
            }
            if field.attr("aria-invalid").is_some() {
                assert!(
                    field.attr("aria-describedby").is_some_and(|ids| ids.contains("-error")),
                    "{name}"
                );
            }
        }
        assert!(select(document, "[autofocus]").len() <= 1, "{name}");
    });
}

#[test]
fn a_form_posts_the_csrf_token_and_its_first_submit_goes_on() {
    each(|_, name, _, document| {
        for form in select(document, "form") {
            // What is asked by GET stands in the address: a token would leak there.
            if form.attr("method") == Some("get") {
                assert!(inside(form, "input[name=csrf]").is_empty(), "{name}");
                continue;
            }
            assert_eq!(form.attr("method"), Some("post"), "{name}");
            // The answer to a client is not a form of ours: a token would leak to the client.
            let ours = form.attr("action").is_some_and(|action| action.starts_with('/'));
            assert_eq!(inside(form, "input[name=csrf]").len(), usize::from(ours), "{name}");
            let submits = inside(form, "[type=submit]");
            assert!(!submits.is_empty(), "{name}");
            assert!(
                !inside(form, "button:not([type])").iter().any(|_| true),
                "{name}: a button without a type"
            );
        }
    });
}

#[test]
fn a_page_stays_small() {
    let files: usize = ["app.css", "icons.svg", "favicon.svg", "comforts.js"]
        .into_iter()
        .map(|name| assets::find(assets::asset(name)).unwrap().bytes.len())
        .sum();
    each(|_, name, html, _| {
        assert!(
            html.len() + files < 60_000,
            "{name} weighs {} bytes",
            html.len() + files
        )
    });
}

fn sample(lang: Lang, wanted: &str) -> Html {
    let html = pages::all(lang)
        .into_iter()
        .find(|(name, _)| *name == wanted)
        .unwrap()
        .1;
    Html::parse_document(&html)
}

fn words(document: &Html) -> String {
    select(document, "body")
        .iter()
        .flat_map(|body| body.text())
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn programs_without_scripts_find_their_way() {
    let sign_in = sample(Lang::En, "identify-client");
    for field in ["input[name=identifier]", "input[name=password]", "input[name=flow]"] {
        assert_eq!(select(&sign_in, &format!("form {field}")).len(), 1, "{field}");
    }
    let first = select(&sign_in, "form [type=submit]")[0];
    assert_eq!(first.text().collect::<String>(), "Continue");
    assert_eq!(
        select(
            &sign_in,
            "a[href='https://acme.example/privacy'], a[href='https://acme.example/terms']"
        )
        .len(),
        2
    );

    let consent = sample(Lang::En, "consent");
    assert!(select(&consent, "[name=identifier], [name=password]").is_empty());
    let decisions = select(&consent, "form button[type=submit][name=decision]");
    let values: Vec<_> = decisions.iter().filter_map(|button| button.attr("value")).collect();
    assert_eq!(values, ["allow", "deny"]);

    let again = sample(Lang::En, "password-again");
    assert!(select(&again, "input[name=identifier]:not([type=hidden]):not([readonly])").is_empty());
    assert!(
        select(&again, "[type=submit]")[0].attr("name").is_none(),
        "the first button goes on"
    );

    assert!(words(&sample(Lang::En, "error")).contains("invalid_request"));
    assert!(words(&sample(Lang::En, "signed-out")).contains("signed out"));
    let question = sample(Lang::En, "sign-out");
    assert_eq!(
        select(&question, "button[type=submit][name=logout]")[0].attr("value"),
        Some("yes")
    );
    assert!(words(&question).contains("Sign out"));

    let post = sample(Lang::En, "form-post");
    assert_eq!(
        select(&post, "script")[0].attr("src"),
        Some(assets::asset("form_post.js"))
    );
    assert_eq!(select(&post, "form input[name=state]")[0].attr("value"), Some(HOSTILE));
}

#[test]
fn a_password_is_never_sent_back() {
    each(|_, name, _, document| {
        for field in select(document, "input[type=password]") {
            assert!(field.attr("value").is_none(), "{name}");
        }
    });
}

#[test]
fn the_text_mail_is_text() {
    let mail = pages::verification(Lang::En, "Passgate").text;
    assert!(
        mail.contains("\n\nhttp://localhost:8080/verify-email?token=pgv_sample\n\n"),
        "{mail}"
    );
    assert!(!mail.contains('<') && !mail.contains("&#"), "{mail}");
}
