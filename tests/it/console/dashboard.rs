//! Figures of each day.

use passgate::flow::statistics;

use super::*;

/// Moves on to noon: far from where one day becomes the next.
fn noon(app: &TestApp) {
    let now = app.state.clock.now();
    let seconds = now.timestamp().rem_euclid(86_400);
    app.advance(u64::try_from((43_200 - seconds).rem_euclid(86_400)).unwrap());
}

on_every_engine! {
async fn a_day_is_counted_and_written_down(database) {
    let app = TestApp::on(&database.url);
    noon(&app);
    account(&app, GRACE, "user").await;
    let mut grace = signed_in(&app, GRACE).await;
    let mut wrong = app.browser();
    let page = wrong.get("/sign-in").await;
    wrong.sign_in_on(&page, GRACE, "not hers").await;
    let figures = |days: &[statistics::Day]| days.iter().map(|day| (day.sign_ups, day.sign_ins, day.sign_in_failures)).collect::<Vec<_>>();
    // Today is counted for whoever asks.
    assert_eq!(figures(&statistics::days(&app.state, 2).await.unwrap()), [(0, 0, 0), (1, 1, 1)]);
    assert_eq!(statistics::days(&app.state, 1).await.unwrap()[0].sessions, 1);
    // Earlier days are known when they were written down.
    statistics::gather(&app.state).await.unwrap();
    assert_eq!(grace.get("/account").await.status, 200);
    app.advance(2 * 86_400);
    assert_eq!(figures(&statistics::days(&app.state, 4).await.unwrap()), [(0, 0, 0), (1, 1, 1), (0, 0, 0), (0, 0, 0)]);
    // Twice is not more, and they outlive what they were counted from.
    statistics::gather(&app.state).await.unwrap();
    statistics::gather(&app.state).await.unwrap();
    assert_eq!(figures(&statistics::days(&app.state, 3).await.unwrap()), [(1, 1, 1), (0, 0, 0), (0, 0, 0)]);
}

async fn a_month_that_nobody_wrote_down_is_counted_afterwards(database) {
    let app = TestApp::on(&database.url);
    noon(&app);
    account(&app, GRACE, "user").await;
    app.advance(29 * 86_400);
    statistics::gather(&app.state).await.unwrap();
    let days = statistics::days(&app.state, 30).await.unwrap();
    assert_eq!(days.iter().map(|day| day.sign_ups).sum::<i64>(), 1);
    assert_eq!((days.len(), days[0].sign_ups), (30, 1));
}

async fn the_first_page_shows_what_its_reader_may_see(database) {
    let app = TestApp::on(&database.url);
    let mut root = root(&app).await;
    let page = root.get("/admin").await;
    assert_eq!(page.status, 200);
    assert!(page.has("svg.chart[role=img][aria-label] polyline") && page.has("details table") && page.has(".health"), "{}", page.body);
    assert!(page.text().contains(env!("CARGO_PKG_VERSION")));
    let mut reader = holder(&app, "reader", &["users:read"]).await;
    let page = reader.get("/admin").await;
    assert_eq!(page.status, 200);
    assert!(!page.has("svg.chart") && !page.has(".health"), "{}", page.body);
}
}
