//! Several nodes on one PostgreSQL.

use std::collections::BTreeSet;

use passgate::flow::users::{self, Change};
use passgate::model::audit::Origin;
use passgate::model::permission::Authority;
use passgate::store::Engine;
use passgate::store::verify;
use serde_json::Value;

use crate::harness::app::{Options, PASSWORD, TestApp};
use crate::harness::database;

async fn jwks(app: &TestApp) -> Value {
    app.http
        .get(app.url("/.well-known/jwks.json"))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap()
}

#[test]
fn fr_03_three_nodes_that_start_together_on_an_empty_database_are_one_installation() {
    database::run(Engine::Postgres, async |database| {
        // An empty schema in front of the path is an empty database.
        let mut connection = <sqlx::PgConnection as sqlx::Connection>::connect(&database.url)
            .await
            .unwrap();
        sqlx::query("CREATE SCHEMA fresh")
            .execute(&mut connection)
            .await
            .unwrap();
        let joint = if database.url.contains('?') { '&' } else { '?' };
        let options = Options::new(Some(&format!("{}{joint}options=-c%20search_path=fresh", database.url)));
        let nodes: Vec<_> = (0..3).map(|_| options.elsewhere()).collect();
        let nodes: Vec<_> = nodes
            .into_iter()
            .map(|options| std::thread::spawn(move || options.spawn()))
            .collect::<Vec<_>>()
            .into_iter()
            .map(|node| node.join().unwrap())
            .collect();
        let published = jwks(&nodes[0]).await;
        let kids: BTreeSet<_> = published["keys"]
            .as_array()
            .unwrap()
            .iter()
            .map(|key| key["kid"].to_string())
            .collect();
        let algorithms: BTreeSet<_> = published["keys"]
            .as_array()
            .unwrap()
            .iter()
            .map(|key| key["alg"].to_string())
            .collect();
        assert_eq!(
            kids.len(),
            algorithms.len() * 2,
            "one key that signs and one that follows, of each algorithm"
        );
        for node in &nodes {
            let own: BTreeSet<_> = jwks(node).await["keys"]
                .as_array()
                .unwrap()
                .iter()
                .map(|key| key["kid"].to_string())
                .collect();
            assert_eq!(own, kids);
        }
        // However many links the three banners show, there will be one administrator.
        let mut made = 0;
        for (n, node) in nodes.iter().enumerate() {
            let link = node.setup_link.clone().unwrap();
            let mut browser = node.browser();
            let page = browser.get(&link).await;
            if page.status == 200 {
                let form = page
                    .form()
                    .fill("identifier", &format!("admin{n}@example.com"))
                    .fill("password", PASSWORD);
                made += usize::from(browser.submit(&form).await.status != 410);
            }
        }
        assert_eq!(made, 1);
        assert_eq!(verify::verify(&nodes[0].state.db).await.unwrap(), Vec::<String>::new());
    });
}

#[test]
fn se_06_a_session_that_one_node_ends_is_ended_on_every_node() {
    database::run(Engine::Postgres, async |database| {
        let options = Options::new(Some(&database.url));
        let first = options.spawn();
        let second = options.another_node(&first).spawn();
        first.user("ada@example.com").await;
        let mut browser = first.browser();
        browser.sign_in("ada@example.com").await;
        let mut elsewhere = second.browser();
        elsewhere.cookies = browser.cookies.clone();
        assert_eq!(
            elsewhere.get("/account").await.url.path(),
            "/account",
            "one session, every node"
        );
        users::change(
            &first.state,
            "ada@example.com",
            Change::Disable,
            &Authority::all(),
            &Origin::command_line(),
        )
        .await
        .unwrap();
        for path in ["/account", "/sign-out"] {
            let page = elsewhere.get(path).await;
            assert!(!page.text().contains("ada@example.com"), "{path}: {}", page.text());
        }
        users::change(
            &second.state,
            "ada@example.com",
            Change::Enable,
            &Authority::all(),
            &Origin::command_line(),
        )
        .await
        .unwrap();
        browser.sign_in("ada@example.com").await;
        elsewhere.cookies = browser.cookies.clone();
        let form = browser.get("/sign-out").await.form().fill("logout", "yes");
        browser.submit(&form).await;
        assert_eq!(elsewhere.get("/account").await.url.path(), "/sign-in");
    });
}
