//! Nodes that start together, and the links that their banners print.

use std::sync::Arc;

use passgate::app;
use passgate::flow::users;
use passgate::model::audit::Origin;
use passgate::model::permission::Authority;
use passgate::store::Engine;
use reqwest::StatusCode;
use sqlx::{Connection as _, Executor as _};

use super::{SECRET, assert_sound, at_once, first_party, post};
use crate::harness::app::{PASSWORD, TestApp};
use crate::harness::command_line::Installation;
use crate::harness::database::{self, on_every_engine};
use crate::harness::node::Node;

/// FR-03: one schema, one master key, one set of signing keys, one administrator.
#[test]
fn fr_03_three_nodes_start_together_on_an_empty_database() {
    database::run(Engine::Postgres, |database| async move {
        let mut connection = sqlx::PgConnection::connect(&database.url).await.unwrap();
        connection
            .execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            .await
            .unwrap();
        let installation = Arc::new(Installation::new().with("PASSGATE_DATABASE_URL", &database.url));
        let mut a = Node::first(&installation);
        let (mut b, mut c) = (Node::another(&installation), Node::another(&installation));
        tokio::join!(a.start(), b.start(), c.start());
        let nodes = [a, b, c];

        let keys = at_once(&nodes, 3, async |node: &Node, _| {
            reqwest::get(format!("{}/.well-known/jwks.json", node.address))
                .await
                .unwrap()
                .text()
                .await
                .unwrap()
        })
        .await;
        assert!(
            keys[0].contains("\"kid\"") && keys.iter().all(|set| *set == keys[0]),
            "{keys:?}"
        );

        // Whatever the three banners said: one person becomes the administrator.
        let links: Vec<_> = nodes.iter().filter_map(|node| node.setup_link.clone()).collect();
        assert_eq!(links.len(), 3);
        let became = at_once(&nodes, 24, async |node: &Node, at| {
            let link = &links[at / 3 % 3];
            let mut browser = node.browser();
            let page = browser.get(link).await;
            if page.status != 200 {
                return page.status;
            }
            let form = page
                .form()
                .fill("identifier", &format!("admin{at}@example.com"))
                .fill("password", PASSWORD);
            post(&mut browser, &form).await.status
        })
        .await;
        assert_eq!(became.iter().filter(|status| **status == 303).count(), 1, "{became:?}");
        assert!(
            became
                .iter()
                .all(|status| *status == 303 || *status == StatusCode::GONE),
            "{became:?}"
        );

        // Each node serves: signed up at one, a code from the next, redeemed at the last, asked for at all.
        first_party(&installation);
        let mut browser = nodes[0].browser();
        let form = browser.get("/sign-up").await.form();
        post(
            &mut browser,
            &form.fill("identifier", "ada@example.com").fill("password", PASSWORD),
        )
        .await;
        let mut moved = nodes[1].browser();
        moved.cookies.clone_from(&browser.cookies);
        let parties: Vec<_> = nodes.iter().map(|node| node.party("web", SECRET)).collect();
        let code = parties[1].code(&mut moved, "openid offline_access").await;
        let tokens = parties[2].exchange(&code).await;
        for party in &parties {
            assert_eq!(party.introspect(tokens.text("access_token")).await.json["active"], true);
            assert_eq!(party.userinfo(tokens.text("access_token")).await.status, 200);
        }
        assert_sound(&installation);
    });
}

/// Nodes that share a keys folder make one master key between them, and none reads half of it.
#[test]
fn nodes_that_start_together_make_one_master_key() {
    for _ in 0..100 {
        let folder = tempfile::tempdir().unwrap();
        let keys = folder.path().join("keys");
        let made: Vec<_> = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..4).map(|_| scope.spawn(|| app::master_key(&keys))).collect();
            starts
                .into_iter()
                .map(|start| start.join().unwrap().unwrap().to_text())
                .collect()
        });
        assert!(made.iter().all(|key| *key == made[0]));
        assert_eq!(
            std::fs::read_dir(&keys).unwrap().count(),
            1,
            "nothing is left beside it"
        );
    }
}

on_every_engine! {
    /// All administrators are demoted at the same moment: one of them stays.
    async fn one_administrator_remains_whoever_is_demoted_together(database) {
        let app = TestApp::on(&database.url);
        let set_role = async |name: &String, role: &str| {
            users::change(&app.state, name, users::Change::Role(role.into()), &Authority::all(), &Origin::command_line()).await.is_ok()
        };
        for round in 0..4 {
            for at in 0..3 {
                let name = format!("admin{round}{at}@example.com");
                app.user(&name).await;
                assert!(set_role(&name, "admin").await);
            }
            let people = users::list(&app.state, None, 100).await.unwrap();
            let admins: Vec<_> = people.into_iter().filter(|user| user.role == "admin").map(|user| user.email).collect();
            let demoted = at_once(&admins, admins.len(), async |name: &String, _| set_role(name, "user").await).await;
            assert_eq!(demoted.iter().filter(|done| **done).count(), admins.len() - 1);
        }
    }
}
