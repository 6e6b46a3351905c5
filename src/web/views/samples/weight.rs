//! What a page weighs with everything that it loads from us.

use std::collections::BTreeSet;

use scraper::Html;

use super::pages::LOOK;
use super::{each, select};
use crate::web::views::{assets, paths};

/// Bytes of the file at an address of ours; `None` for one that is not loaded from us.
fn weight(address: &str) -> Option<usize> {
    let (path, _) = address.split_once(['#', '?']).unwrap_or((address, ""));
    match path {
        paths::THEME_CSS => LOOK.css().map(|(css, _)| css.len()),
        // Any logo may be as heavy as settings let it be.
        paths::LOGO => Some(16 * 1024),
        path if path.starts_with(assets::PREFIX) => Some(assets::find(path)?.bytes.len()),
        _ => None,
    }
}

/// Every address of ours from which a page loads something, once.
fn loads(document: &Html) -> BTreeSet<String> {
    let attributes = [
        ("link[href]", "href"),
        ("script[src]", "src"),
        ("img[src]", "src"),
        ("use[href]", "href"),
    ];
    attributes
        .into_iter()
        .flat_map(|(selector, attribute)| {
            select(document, selector)
                .into_iter()
                .filter_map(move |element| element.attr(attribute))
        })
        .filter(|address| address.starts_with('/'))
        .map(|address| address.split('#').next().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn a_page_with_everything_it_loads_stays_under_sixty_kilobytes() {
    each(|_, name, html, document| {
        let mut total = html.len();
        for address in loads(document) {
            total += weight(&address).unwrap_or_else(|| panic!("{name}: nothing is served at {address}"));
        }
        assert!(total < 60_000, "{name} weighs {total} bytes");
    });
}

#[test]
fn the_scripts_of_a_page_are_few_kilobytes() {
    for name in ["comforts.js", "passkey.js", "form_post.js"] {
        let bytes = assets::find(assets::asset(name)).unwrap().bytes.len();
        assert!(bytes < 8_000, "{name} weighs {bytes} bytes");
    }
}
