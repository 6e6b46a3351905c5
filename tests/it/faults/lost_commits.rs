//! DB-01: the commit arrives and its answer does not. Nobody can know then, so the answer is 503, and asking again comes to
//! the same end as if nothing had happened.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use passgate::store::Engine;
use reqwest::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};

use crate::harness::app::{PASSWORD, TestApp};
use crate::harness::browser::{Form, Page};
use crate::harness::database;
use crate::harness::relying_party::{Answer, RelyingParty};

/// Between a node and its database. Once, when told to, it waits until the database has committed and then breaks the
/// connection in place of passing the answer on.
struct Wire {
    url: String,
    cut: Arc<AtomicBool>,
    /// Its own: the test's runtime stands still while a server starts.
    runtime: Option<Runtime>,
}

impl Wire {
    fn to(database_url: &str) -> Self {
        let mut url = url::Url::parse(database_url).unwrap();
        let server = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap_or(5432));
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(listener.local_addr().unwrap().port())).unwrap();
        let cut = Arc::new(AtomicBool::new(false));
        let armed = Arc::clone(&cut);
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        runtime.spawn(async move {
            let listener = TcpListener::from_std(listener).unwrap();
            while let Ok((node, _)) = listener.accept().await {
                let database = TcpStream::connect(&server).await.unwrap();
                tokio::spawn(carry(node.into_split(), database.into_split(), Arc::clone(&armed)));
            }
        });
        Self {
            url: url.to_string(),
            cut,
            runtime: Some(runtime),
        }
    }

    fn cut_the_next_commit(&self) {
        self.cut.store(true, Ordering::SeqCst);
    }

    fn has_cut(&self) -> bool {
        !self.cut.load(Ordering::SeqCst)
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

type Ends = (OwnedReadHalf, OwnedWriteHalf);

async fn carry((mut from_node, mut to_node): Ends, (mut from_database, mut to_database): Ends, armed: Arc<AtomicBool>) {
    let (mut sent, mut answered) = (vec![0; 65_536], vec![0; 65_536]);
    loop {
        tokio::select! {
            read = from_node.read(&mut sent) => {
                let Ok(length @ 1..) = read else { return };
                let commits = sent[..length].windows(7).any(|part| part == b"COMMIT\0");
                if to_database.write_all(&sent[..length]).await.is_err() {
                    return;
                }
                if commits && armed.swap(false, Ordering::SeqCst) {
                    let _ = from_database.read(&mut answered).await;
                    return;
                }
            }
            read = from_database.read(&mut answered) => {
                let Ok(length @ 1..) = read else { return };
                if to_node.write_all(&answered[..length]).await.is_err() {
                    return;
                }
            }
        }
    }
}

fn assert_honest(answer: &Answer) {
    assert_eq!(answer.status, 503, "{answer:?}");
    assert!(answer.headers.contains_key("retry-after"));
}

#[test]
fn db_01_a_commit_whose_answer_is_lost_is_503_and_asking_again_converges() {
    database::run(Engine::Postgres, |database| async move {
        let wire = Wire::to(&database.url);
        let app = TestApp::on(&wire.url);
        app.user("ada@example.com").await;
        let party = RelyingParty::new(&app, "web", Some(&app.web_client().await));
        let mut browser = app.browser();
        browser.sign_in("ada@example.com").await;

        // A sign-up: the account is there, whole.
        let mut other = app.browser();
        let form = other
            .get("/sign-up")
            .await
            .form()
            .fill("identifier", "bob@example.com")
            .fill("password", PASSWORD);
        let post = async |browser: &mut crate::harness::browser::Browser, form: &Form| -> Page {
            browser.request(Method::POST, &form.action, Some(&form.fields)).await
        };
        wire.cut_the_next_commit();
        let lost = post(&mut other, &form).await;
        assert!(wire.has_cut());
        assert_eq!(lost.status, 503);
        assert!(lost.headers.contains_key("retry-after"));
        assert_eq!(post(&mut other, &form).await.status, 400, "the address is taken");
        app.browser().sign_in("bob@example.com").await;

        // A refresh: the same successor, as if the first answer had come.
        let code = party.code(&mut browser, "openid offline_access").await;
        let token = party.exchange(&code).await.text("refresh_token").to_owned();
        wire.cut_the_next_commit();
        let lost = party.refresh(&token).await;
        assert!(wire.has_cut());
        assert_honest(&lost);
        let again = party.refresh(&token).await;
        assert_eq!(again.status, 200);
        assert_eq!(party.refresh(again.text("refresh_token")).await.status, 200);

        // A revocation: it holds.
        wire.cut_the_next_commit();
        assert_honest(&party.revoke(again.text("access_token")).await);
        assert_eq!(party.introspect(again.text("access_token")).await.json["active"], false);
        assert_eq!(party.revoke(again.text("access_token")).await.status, 200);

        // A code: it is used up, and nobody holds what it led to.
        let code = party.code(&mut browser, "openid offline_access").await;
        wire.cut_the_next_commit();
        assert_honest(&party.exchange(&code).await);
        assert_eq!(party.exchange(&code).await.error(), "invalid_grant");
        assert_eq!(
            passgate::store::verify::verify(&app.state.db).await.unwrap(),
            Vec::<String>::new()
        );
    });
}
