//! `docs/security-cases.md` names the tests of each case: they exist, and no line is empty.

use std::collections::BTreeSet;
use std::path::Path;

use super::collect;

/// The page's lines: the case, and what its last column says.
fn lines(page: &str) -> Vec<(&str, &str)> {
    let rows = page
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    rows.map(|row| row.split(" | ").collect::<Vec<_>>())
        .filter_map(|cells| match cells.as_slice() {
            [case, _, tests] if case.contains('-') => Some((*case, *tests)),
            _ => None,
        })
        .collect()
}

#[test]
fn every_test_that_the_page_of_security_cases_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/security-cases.md")).expect("the page");
    let mut files = Vec::new();
    for folder in ["tests/it", "src"] {
        collect(&root.join(folder), &mut files);
    }
    let sources: String = files
        .iter()
        .map(|path| std::fs::read_to_string(path).expect("a readable source file"))
        .collect();
    let exists = |name: &str| sources.contains(&format!("fn {name}("));
    let lines = lines(&page);
    assert!(lines.len() > 90, "{} cases", lines.len());
    let cases: BTreeSet<&str> = lines.iter().map(|(case, _)| *case).collect();
    assert_eq!(cases.len(), lines.len(), "each case has one line");
    for (case, tests) in lines {
        let named: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
        let missing: Vec<&&str> = named.iter().filter(|name| !exists(name)).collect();
        assert!(missing.is_empty(), "{case} names tests that are not there: {missing:?}");
        assert!(!tests.trim().is_empty(), "{case} has neither a test nor a reason");
    }
}
