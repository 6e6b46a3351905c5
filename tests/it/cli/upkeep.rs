//! `passgate migrate`, `passgate doctor`, and the frame around every command.

use serde_json::Value;

use crate::harness::command_line::Installation;

#[test]
fn migrate_says_what_it_did() {
    let installation = Installation::new();
    let first = installation.run(&["migrate", "--json"]).json();
    assert!(!first["applied"].as_array().unwrap().is_empty(), "{first}");
    let second = installation.run(&["migrate", "--json"]).json();
    assert!(second["applied"].as_array().unwrap().is_empty(), "{second}");
    assert_eq!(first["version"], second["version"]);
    assert!(installation.run(&["migrate"]).out.contains("nothing to do"));
}

#[test]
fn doctor_finds_what_is_wrong_and_changes_nothing() {
    let installation = Installation::new();
    let finding = |name: &str| {
        let done = installation.run(&["doctor", "--json"]);
        let all: Vec<Value> = serde_json::from_str(&done.out).unwrap_or_else(|_| panic!("{done:?}"));
        let found = all
            .iter()
            .find(|finding| finding["what"] == name)
            .map(|finding| finding["ok"] == true);
        (done.code, found)
    };
    // A folder in which nothing was ever started.
    assert_eq!(finding("database"), (Some(1), Some(false)));
    assert!(!installation.folder.path().join("data").exists(), "looking makes none");
    installation.run(&["migrate"]);
    assert_eq!(finding("master key"), (Some(1), Some(false)));
    assert!(
        !installation.folder.path().join("keys/master.key").exists(),
        "looking makes none"
    );
    installation.run(&["key", "list"]);
    for what in ["settings", "migrations", "statements", "invariants", "master key"] {
        assert_eq!(finding(what), (Some(0), Some(true)), "{what}");
    }
    let people = installation.run(&["doctor"]);
    assert!(
        people.out.contains("master key") && !people.out.contains("BAD"),
        "{people:?}"
    );
    // The wrong keys folder.
    let key = installation.folder.path().join("keys/master.key");
    std::fs::remove_file(&key).unwrap();
    passgate::app::master_key(key.parent().unwrap()).unwrap();
    assert_eq!(finding("master key"), (Some(1), Some(false)));
}

#[test]
fn arguments_that_make_no_sense_are_told_from_failures() {
    let installation = Installation::new();
    for bad in [
        &["nonsense"][..],
        &["user"],
        &["client", "show"],
        &["--nonsense"],
        &["user", "list", "--limit", "many"],
    ] {
        let done = installation.run(bad);
        assert_eq!(done.code, Some(2), "{done:?}");
        assert!(done.err.contains("--help") && done.out.is_empty(), "{done:?}");
    }
    let help = installation.run(&["--help"]);
    assert_eq!(help.code, Some(0));
    for command in ["serve", "client", "user", "key", "migrate", "doctor"] {
        assert!(help.out.contains(command), "{command}");
    }
    assert!(installation.run(&["--version"]).out.starts_with("passgate "));
    assert_eq!(
        std::fs::read_dir(installation.folder.path()).unwrap().count(),
        0,
        "nothing was made"
    );
}

#[test]
fn a_settings_file_is_read_where_it_is_named_and_where_it_lies() {
    let installation = Installation::new();
    let folder = installation.folder.path();
    std::fs::create_dir(folder.join("config")).unwrap();
    std::fs::write(
        folder.join("config/passgate.toml"),
        "[accounts]\ndefault_plan = \"silver\"\n",
    )
    .unwrap();
    std::fs::write(folder.join("other.toml"), "[accounts]\ndefault_plan = \"gold\"\n").unwrap();
    let make = |email: &str, arguments: &[&str]| {
        let all = [
            &["user", "create", "--json", "--password-stdin", "--email", email],
            arguments,
        ]
        .concat();
        installation.run_with(&all, "correct horse battery").json();
        installation.run(&["user", "set-role", email, "user", "--json"]).json()["plan"].clone()
    };
    assert_eq!(make("a@example.com", &[]), "silver");
    assert_eq!(make("b@example.com", &["--config", "other.toml"]), "gold");
    installation.run(&["plan", "create", "own", "--json"]).json();
    assert_eq!(make("c@example.com", &["--plan", "own"]), "own");
    for (file, text) in [("broken.toml", "[accounts"), ("unknown.toml", "[acounts]\nx = 1\n")] {
        std::fs::write(folder.join(file), text).unwrap();
        let done = installation.run(&["doctor", "--config", file]);
        assert_eq!(done.code, Some(1), "{done:?}");
        assert!(done.err.contains(file), "{done:?}");
    }
    assert_eq!(installation.run(&["doctor", "--config", "nowhere.toml"]).code, Some(1));
}

#[test]
fn a_port_that_is_taken_is_said() {
    let installation = Installation::new();
    let (_server, _) = installation.serve();
    let done = installation.run(&["serve"]);
    assert_eq!(done.code, Some(1));
    assert!(done.err.contains("cannot listen on"), "{done:?}");
}
