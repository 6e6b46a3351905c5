//! The first page: how things are.

use actix_web::HttpResponse;

use super::console::{Answer, Console, shown};
use crate::flow::admin::Nothing;
use crate::flow::admin::statistics::{self, Asked, Day};
use crate::web::context::Ctx;
use crate::web::views::{AdminDashboard, AdminSection, Chart, Health};

/// Shows the page. Whoever administers anything may open it, and sees of it what they may see.
pub async fn get(ctx: Ctx) -> HttpResponse {
    shown(ctx, show).await
}

async fn show(console: &Console) -> Answer {
    let days = match console.may::<statistics::Show>() {
        true => console.operate::<statistics::Show>(Asked::default()).await?.days,
        false => Vec::new(),
    };
    let health = match console.may::<statistics::ShowSystem>() {
        true => Some(Health {
            system: console.operate::<statistics::ShowSystem>(Nothing {}).await?,
        }),
        false => None,
    };
    console.draw(&AdminDashboard {
        page: console.page(),
        frame: console.frame(AdminSection::Dashboard),
        charts: charts(&days),
        days,
        health,
        now: console.now(),
    })
}

fn charts(days: &[Day]) -> Vec<Chart> {
    if days.is_empty() {
        return Vec::new();
    }
    let values = |figure: fn(&Day) -> i64| days.iter().map(figure).collect();
    vec![
        Chart::of_events("admin_dashboard.sign_ups", values(|day| day.sign_ups)),
        Chart::of_events("admin_dashboard.sign_ins", values(|day| day.sign_ins)),
        Chart::of_events("admin_dashboard.failures", values(|day| day.sign_in_failures)),
        Chart::of_level("admin_dashboard.sessions", values(|day| day.sessions)),
    ]
}
