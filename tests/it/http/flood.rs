//! BF-08, BF-09, UE-02: more passwords than can be hashed.

use futures_util::future::{join, join_all};

use crate::harness::app::{Options, PASSWORD, TestApp};
use crate::harness::browser::Browser;
use crate::harness::relying_party::RelyingParty;

/// A browser with connections of its own. On a machine that has other things to do a flood lasts, and longer since hashing steps
/// back: the connections that it opened and left alone are closed by the server meanwhile, five seconds after nothing was asked
/// and seventy-five after the last answer. Whoever takes one of them up in that very moment is told that it is gone.
fn afterwards(app: &TestApp) -> Browser {
    Browser::at(&app.address)
}

#[actix_web::test]
async fn bf_09_when_too_many_passwords_wait_the_answer_is_503_and_tokens_are_issued_all_the_while() {
    let app = Options::new(None)
        .with("PASSGATE_PASSWORDS__QUEUE", "1")
        .with("PASSGATE_PASSWORDS__MEMORY_KIB", "65536")
        .with("PASSGATE_PASSWORDS__ITERATIONS", "8")
        .spawn();
    let secret = app.web_client().await;
    app.user("ada@example.com").await;
    let party = RelyingParty::new(&app, "web", Some(&secret));
    let mut forms = Vec::new();
    for n in 0..40 {
        let mut browser = app.browser();
        let page = browser.get("/sign-in").await;
        // UE-02: nobody has these addresses, and each of them costs a hash all the same: else nothing would be full.
        let form = page
            .form()
            .fill("identifier", &format!("nobody{n}@example.com"))
            .fill("password", PASSWORD);
        forms.push(async move { browser.submit(&form).await });
    }
    let flood = join_all(forms);
    let tokens = async {
        for _ in 0..50 {
            assert_eq!(party.token(&[("grant_type", "client_credentials")]).await.status, 200);
        }
    };
    let (pages, ()) = join(flood, tokens).await;
    let busy: Vec<_> = pages.iter().filter(|page| page.status == 503).collect();
    let looked_at = pages.iter().filter(|page| page.status == 401).count();
    assert!(
        !busy.is_empty() && looked_at > 0,
        "{} busy, {looked_at} looked at",
        busy.len()
    );
    assert_eq!(busy.len() + looked_at, pages.len());
    for page in busy {
        assert!(page.headers["retry-after"].to_str().unwrap().parse::<u32>().unwrap() > 0);
        assert!(page.has("form"), "the form is there to try again");
        assert!(
            page.form().fields["username"].starts_with("nobody"),
            "and holds what was typed"
        );
    }
    let mut ada = afterwards(&app);
    ada.sign_in("ada@example.com").await;
}

#[actix_web::test]
async fn bf_09_who_was_turned_away_as_busy_has_not_failed() {
    let app = Options::new(None)
        .with("PASSGATE_PASSWORDS__QUEUE", "1")
        .with("PASSGATE_PASSWORDS__MEMORY_KIB", "65536")
        .with("PASSGATE_PASSWORDS__ITERATIONS", "8")
        .spawn();
    app.user("ada@example.com").await;
    let mut tries = Vec::new();
    for n in 0..40 {
        let mut browser = app.browser();
        let page = browser.get("/sign-in").await;
        // Half of them are the owner with the right password, in the middle of a flood.
        let email = if n % 4 == 3 {
            "ada@example.com".to_owned()
        } else {
            format!("nobody{n}@example.com")
        };
        let form = page.form().fill("identifier", &email).fill("password", PASSWORD);
        tries.push(async move { browser.submit(&form).await });
    }
    let pages = join_all(tries).await;
    assert!(pages.iter().any(|page| page.status == 503));
    let mut ada = afterwards(&app);
    ada.sign_in("ada@example.com").await;
}

#[actix_web::test]
async fn bf_08_a_thousand_wrong_passwords_at_once_are_all_answered() {
    let app = Options::new(None).with("PASSGATE_PASSWORDS__QUEUE", "4").spawn();
    let mut browser = app.browser();
    let page = browser.get("/sign-in").await;
    let pages = join_all((0..1000).map(|n| {
        let mut browser = browser.clone();
        let form = page
            .form()
            .fill("identifier", &format!("nobody{}@example.com", n % 10))
            .fill("password", PASSWORD);
        async move { browser.submit(&form).await }
    }))
    .await;
    for page in &pages {
        assert!([401, 429, 503].contains(&page.status.as_u16()), "{}", page.status);
    }
    assert_eq!(app.http.get(app.url("/readyz")).send().await.unwrap().status(), 200);
}

/// The name of each thread of this process, and its priority: 0 is the usual one, 19 the weakest.
#[cfg(target_os = "linux")]
fn threads() -> Vec<(String, i64)> {
    let threads = std::fs::read_dir("/proc/self/task").unwrap();
    threads
        .filter_map(|thread| named_priority(&thread.ok()?.path()))
        .collect()
}

/// proc_pid_stat(5): the name stands in brackets and may hold anything; the priority is the 19th field.
#[cfg(target_os = "linux")]
fn named_priority(thread: &std::path::Path) -> Option<(String, i64)> {
    // One that has ended meanwhile has no file.
    let stat = std::fs::read_to_string(thread.join("stat")).ok()?;
    let (name, fields) = stat.split_once('(')?.1.rsplit_once(')')?;
    Some((name.to_owned(), fields.split_whitespace().nth(16)?.parse().ok()?))
}

/// Those that hash, in a server that is in use. What answers, and what asks the database, keeps its place.
#[cfg(target_os = "linux")]
#[actix_web::test]
async fn only_the_threads_that_hash_passwords_step_back() {
    let app = TestApp::spawn();
    app.user("ada@example.com").await;
    app.browser().sign_in("ada@example.com").await;
    let (_, usual) = named_priority("/proc/thread-self".as_ref()).unwrap();
    let (hashing, others): (Vec<_>, Vec<_>) = threads()
        .into_iter()
        .partition(|(name, _)| name.starts_with("password-"));
    // One at least has hashed by now; another may not have been on a core yet.
    let stepped_back = hashing.iter().any(|(_, priority)| *priority == (usual + 5).min(19));
    assert!(stepped_back, "{hashing:?}");
    let moved: Vec<_> = others.iter().filter(|(_, priority)| *priority != usual).collect();
    assert!(moved.is_empty(), "usual is {usual}: {moved:?}");
}
