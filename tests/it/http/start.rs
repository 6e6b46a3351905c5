//! HT-13, FR-04: how a server begins and ends.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use serde_json::Value;

use crate::harness::app::{PASSWORD, http};
use crate::harness::command_line::Installation;

#[actix_web::test]
async fn ht_13_a_stop_finishes_what_runs_and_keeps_what_was_acknowledged() {
    // Hashes that take a while, so that the stop comes in the middle.
    let installation = Installation::new()
        .with("PASSGATE_PASSWORDS__MEMORY_KIB", "32768")
        .with("PASSGATE_PASSWORDS__ITERATIONS", "4");
    let (mut server, _) = installation.serve();
    let http = http();
    let response = http.get(installation.url("/sign-up")).send().await.unwrap();
    let cookie = response.headers()["set-cookie"]
        .to_str()
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let page = response.text().await.unwrap();
    let csrf = page
        .split("name=\"csrf\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let sign_ups = join_all((0..24).map(|n| {
        let email = format!("user{n}@example.com");
        let form = BTreeMap::from([
            ("csrf", csrf.clone()),
            ("identifier", email.clone()),
            ("password", PASSWORD.into()),
        ]);
        let request = http
            .post(installation.url("/sign-up"))
            .header("cookie", &cookie)
            .form(&form);
        async move { (email, request.send().await.map(|response| response.status().as_u16())) }
    }));
    let stop = async {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        server.terminate();
    };
    let (answers, ()) = tokio::join!(sign_ups, stop);
    assert_eq!(server.wait(), Some(0));
    let stored: Vec<Value> = serde_json::from_value(installation.run(&["user", "list", "--json"]).json()).unwrap();
    let mut acknowledged = 0;
    for (email, answer) in answers {
        match answer {
            Ok(303) => {
                acknowledged += 1;
                assert!(
                    stored.iter().any(|user| user["email"] == email.as_str()),
                    "{email} was acknowledged"
                );
            }
            // Turned away, or too late to be let in.
            Ok(status) => assert_eq!(status, 503),
            Err(error) => assert!(error.is_connect() || error.is_request(), "{error}"),
        }
    }
    assert!(acknowledged > 0);
    // It starts again and serves.
    let (server, _) = installation.serve();
    assert_eq!(
        http.get(installation.url("/readyz")).send().await.unwrap().status(),
        200
    );
    drop(server);
}

#[test]
fn fr_04_bad_settings_are_all_named_and_nothing_starts() {
    let installation = Installation::new()
        .with("PASSGATE_PUBLIC_URL", "http://id.example.com")
        .with("PASSGATE_TOKENS__CODE_SECONDS", "5")
        .with("PASSGATE_ACCOUNTS__SIGN_UP", "sometimes")
        .with("PASSGATE_LOG__FORMAT", "xml")
        .with("PASSGATE_LISTEN", "here")
        .with("PASSGATE_PASWORDS__QUEUE", "1")
        .with("PASSGATE_WORKERS", "-1");
    for command in [
        &["serve"][..],
        &["user", "list"],
        &["doctor"],
        &["migrate"],
        &["key", "rotate"],
    ] {
        let done = installation.run(command);
        assert_eq!(done.code, Some(1), "{done:?}");
        for name in [
            "public_url with http is only for loopback",
            "limits.enabled = false",
            "tokens.code_seconds",
            "accounts.sign_up",
            "log.format",
            "listen",
            "did you mean PASSGATE_PASSWORDS__QUEUE?",
            "workers",
        ] {
            assert!(done.err.contains(name), "{name} is not in {}", done.err);
        }
        assert!(done.out.is_empty(), "{done:?}");
    }
    assert_eq!(
        std::fs::read_dir(installation.folder.path()).unwrap().count(),
        0,
        "nothing was made"
    );
}

#[test]
fn fr_04_a_master_key_that_is_none_starts_nothing() {
    for bad in [
        "",
        "short",
        "example secret",
        "00000000000000000000000000000000",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=x",
    ] {
        let installation = Installation::new().with("PASSGATE_MASTER_KEY", bad);
        let done = installation.run(&["user", "list"]);
        assert_eq!(done.code, Some(1), "{bad:?}: {done:?}");
        assert!(done.err.contains("master key"), "{bad:?}: {done:?}");
        assert!(
            bad.len() < 6 || !done.err.contains(bad),
            "the key is not repeated: {done:?}"
        );
    }
    let installation = Installation::new().with("PASSGATE_MASTER_KEY_FILE", "/nowhere/master.key");
    assert_eq!(installation.run(&["user", "list"]).code, Some(1));
}

#[cfg(unix)]
#[test]
fn fr_04_the_master_key_is_the_owners_alone_and_another_one_opens_nothing() {
    use std::os::unix::fs::PermissionsExt as _;
    let installation = Installation::new();
    assert_eq!(installation.run(&["key", "list"]).code, Some(0));
    let keys = installation.folder.path().join("keys");
    let names: Vec<_> = std::fs::read_dir(&keys)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names, ["master.key"]);
    assert_eq!(
        std::fs::metadata(keys.join("master.key")).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(std::fs::metadata(&keys).unwrap().permissions().mode() & 0o777, 0o700);
    std::fs::remove_file(keys.join("master.key")).unwrap();
    let done = installation.run(&["key", "list"]);
    assert_eq!(done.code, Some(1));
    assert!(done.err.contains("another master key"), "{done:?}");
}

#[test]
fn fr_03_processes_that_start_together_agree_on_one_master_key() {
    let installation = Installation::new();
    let key = |folder: &std::path::Path| passgate::app::master_key(folder).map(|key| key.to_text());
    let folder = installation.folder.path().join("keys");
    std::fs::create_dir(&folder).unwrap();
    let threads: Vec<_> = (0..16)
        .map(|_| {
            let folder = folder.clone();
            std::thread::spawn(move || key(&folder).unwrap().to_string())
        })
        .collect();
    let keys: std::collections::BTreeSet<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert_eq!(keys.len(), 1);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "no half files are left");
}
