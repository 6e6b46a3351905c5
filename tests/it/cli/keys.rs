//! `passgate key`: what it does to a server that runs.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;

use crate::harness::app::http;
use crate::harness::command_line::Installation;

fn kids(keys: &Value) -> BTreeSet<String> {
    keys.as_array()
        .unwrap()
        .iter()
        .map(|key| key["kid"].as_str().unwrap().to_owned())
        .collect()
}

#[actix_web::test]
async fn a_running_server_publishes_rotated_keys_without_a_restart() {
    let installation = Installation::new();
    let (server, _) = installation.serve();
    let http = http();
    let published = || async {
        let response = http
            .get(installation.url("/.well-known/jwks.json"))
            .send()
            .await
            .unwrap();
        let etag = response.headers()["etag"].clone();
        (kids(&response.json::<Value>().await.unwrap()["keys"]), etag)
    };
    let (before, etag) = published().await;
    let listed = installation.run(&["key", "list", "--json"]);
    assert_eq!(kids(&listed.json()), before);
    assert!(
        !listed.out.contains("sealed") && !listed.out.contains("\"d\""),
        "public halves only"
    );
    let rotated = installation.run(&["key", "rotate", "--json"]).json();
    let mut found = BTreeSet::new();
    for _ in 0..100 {
        found = published().await.0;
        if found != before {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let (_, new_etag) = published().await;
    assert_ne!(etag, new_etag);
    assert!(found.is_superset(&before), "what was issued before still verifies");
    for alg in rotated.as_array().unwrap() {
        // The one that signs now was published before it signed; the one that signs next is published now.
        assert!(before.contains(alg["active"].as_str().unwrap()), "{alg}");
        assert!(
            found.contains(alg["next"].as_str().unwrap()) && !before.contains(alg["next"].as_str().unwrap()),
            "{alg}"
        );
    }
    let states = installation.run(&["key", "list", "--json"]).json();
    for state in ["next", "active", "retired"] {
        let count = states
            .as_array()
            .unwrap()
            .iter()
            .filter(|key| key["state"] == state)
            .count();
        assert_eq!(count, rotated.as_array().unwrap().len(), "{state}: {states}");
    }
    assert!(installation.run(&["key", "list"]).out.contains("STATE"));
    drop(server);
}
