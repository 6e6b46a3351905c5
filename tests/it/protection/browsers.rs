//! BF-03: the owner of an account gets in, however hard somebody else tries. BF-07, MF-03: one counter for each thing that can
//! be guessed.

use passgate::flow::factors::{self, Answer};
use passgate::flow::users::{self, Change};
use passgate::model::audit::Origin;
use passgate::model::permission::Authority;

use super::{ADDRESS, guess, is_in, known_browser, try_with};
use crate::harness::app::{PASSWORD, TestApp};
use crate::harness::database::on_every_engine;

on_every_engine! {
async fn bf_03_a_browser_that_the_account_knows_does_not_wait_for_strangers(database) {
    let app = TestApp::on(&database.url);
    app.user(ADDRESS).await;
    let mut home = known_browser(&app).await;
    for _ in 0..8 {
        guess(&app, ADDRESS).await;
    }
    assert_eq!(guess(&app, ADDRESS).await.status, 429);
    // With the right password too: strangers wait.
    assert_eq!(try_with(&mut app.browser(), ADDRESS, PASSWORD).await.status, 429);
    let page = try_with(&mut home, ADDRESS, PASSWORD).await;
    assert!(is_in(&page), "{}", page.status);
    // That the owner got in does not let strangers go on.
    assert_eq!(guess(&app, ADDRESS).await.status, 429);
}

async fn bf_03_a_known_browser_is_no_way_around_the_limit(database) {
    let app = TestApp::on(&database.url);
    app.user(ADDRESS).await;
    let mut home = known_browser(&app).await;
    for _ in 0..5 {
        assert_eq!(try_with(&mut home, ADDRESS, "wrong password").await.status, 401);
    }
    assert_eq!(try_with(&mut home, ADDRESS, "wrong password").await.status, 429);
    // Its failures are its own: from elsewhere the right password is looked at.
    assert!(is_in(&try_with(&mut app.browser(), ADDRESS, PASSWORD).await));
    // A cookie that the account does not know is a stranger's, and so is a known one at another account.
    app.user("eve@example.com").await;
    for n in 0..5 {
        assert_eq!(guess(&app, "eve@example.com").await.status, 401, "{n}");
    }
    assert_eq!(try_with(&mut home, "eve@example.com", PASSWORD).await.status, 429);
}

async fn bf_01_a_hundred_guesses_a_day_are_all_that_strangers_have_for_all_names_together(database) {
    let app = TestApp::on(&database.url);
    let sub = app.user(ADDRESS).await;
    let (mut looked_at, mut passed) = (0, 0);
    let names = give_names(&app, &sub).await;
    // One name after another, each as fast as it may be.
    while passed < 86_400 {
        let mut waits = Vec::new();
        for name in &names {
            let page = guess(&app, name).await;
            match page.status.as_u16() {
                401 => looked_at += 1,
                429 => waits.push(page.headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap()),
                other => panic!("{other}"),
            }
        }
        if waits.len() == names.len() {
            let wait = waits.into_iter().min().unwrap();
            passed += wait;
            app.advance(wait);
        }
    }
    // Three names without the account's own counter would be three hundred.
    assert!((90..=190).contains(&looked_at), "{looked_at}");
}

async fn mf_03_guesses_at_a_second_factor_are_counted_over_all_journeys(database) {
    let app = TestApp::on(&database.url);
    let sub = app.user(ADDRESS).await;
    let user_id = uuid::Uuid::parse_str(&sub).unwrap();
    let wrong = wrong_recovery_codes(&app, user_id, 12).await;
    assert_eq!(wrong.iter().filter(|refusal| **refusal == factors::Refusal::Wrong).count(), 5);
    assert!(wrong.iter().skip(5).all(|refusal| matches!(refusal, factors::Refusal::Wait(_))), "{wrong:?}");
    // The password is another counter.
    assert!(is_in(&try_with(&mut app.browser(), ADDRESS, PASSWORD).await));
}

async fn a_reset_counter_begins_anew_after_the_account_was_signed_in_to(database) {
    let app = TestApp::on(&database.url);
    app.user(ADDRESS).await;
    users::change(&app.state, ADDRESS, Change::Enable, &Authority::all(), &Origin::command_line()).await.unwrap();
    for _ in 0..4 {
        assert_eq!(guess(&app, ADDRESS).await.status, 401);
    }
    assert!(is_in(&try_with(&mut app.browser(), ADDRESS, PASSWORD).await));
    for _ in 0..5 {
        assert_eq!(guess(&app, ADDRESS).await.status, 401);
    }
}
}

/// Gives an account two more addresses.
async fn give_names(app: &TestApp, sub: &str) -> Vec<String> {
    let id = uuid::Uuid::parse_str(sub).unwrap();
    let names = ["ada@second.example", "ada@third.example"];
    let now = app.clock.now();
    app.state
        .db
        .write((), move |tx, ()| {
            Box::pin(async move {
                for name in names {
                    let email = passgate::identity::email::parse(name).unwrap();
                    passgate::store::email_addresses::insert(tx, id, &email, now).await?;
                }
                Ok(())
            })
        })
        .await
        .unwrap();
    [ADDRESS].into_iter().chain(names).map(str::to_owned).collect()
}

/// Wrong recovery codes, each in a journey of its own.
async fn wrong_recovery_codes(app: &TestApp, user_id: uuid::Uuid, count: usize) -> Vec<factors::Refusal> {
    use passgate::flow::{Device, Visitor, journey};
    use passgate::model::journey::{JourneyFacts, JourneyKind};
    let account = app
        .state
        .db
        .read((), move |tx, ()| Box::pin(passgate::store::accounts::find(tx, user_id)))
        .await
        .unwrap()
        .unwrap();
    let visitor = Visitor {
        replaced: None,
        device: Device::default(),
        origin: Origin::default(),
    };
    let mut refusals = Vec::new();
    for _ in 0..count {
        let facts = JourneyFacts {
            user_id: Some(user_id),
            ..JourneyFacts::default()
        };
        let journey = journey::begin(&app.state, JourneyKind::SignIn, facts);
        let context = factors::Context {
            state: &app.state,
            journey: &journey,
            account: Some(&account),
            visitor: &visitor,
            locale: "en",
        };
        let answer = Answer {
            code: passgate::model::secret::Secret::new("AAAAA-BBBBB".to_owned()),
            ..Answer::default()
        };
        match factors::find("recovery_code")
            .unwrap()
            .check(context, &answer)
            .await
            .unwrap()
        {
            factors::Check::Wrong(refusal) => refusals.push(refusal),
            factors::Check::Right(_) => panic!("a guess was right"),
        }
    }
    refusals
}
