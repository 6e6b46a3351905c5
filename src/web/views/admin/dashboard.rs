//! The first page: how things are.

use std::fmt::Write as _;

use askama::Template;
use chrono::{DateTime, Utc};

use super::AdminFrame;
use crate::flow::admin::statistics::{Day, System};
use crate::web::views::Page;

/// GET [`crate::web::views::paths::ADMIN`].
#[derive(Debug, Template)]
#[template(path = "admin/dashboard.html")]
pub struct AdminDashboard<'a> {
    /// Frame and CSRF token.
    pub page: Page<'a>,
    /// The frame of the console.
    pub frame: AdminFrame,
    /// The last days, oldest first; none for who must not see them.
    pub days: Vec<Day>,
    /// One for each figure.
    pub charts: Vec<Chart>,
    /// The state of the installation.
    pub health: Option<Health>,
    /// The moment.
    pub now: DateTime<Utc>,
}

/// A figure over days, as a line.
#[derive(Debug, Clone)]
pub struct Chart {
    /// What it counts, as a key.
    pub label: &'static str,
    /// The figure that stands above it.
    pub headline: i64,
    /// What that is, as a key.
    pub what: &'static str,
    values: Vec<i64>,
}

const WIDTH: usize = 320;
const HEIGHT: i64 = 92;

impl Chart {
    /// Of things that are counted: the headline is their sum.
    pub fn of_events(label: &'static str, values: Vec<i64>) -> Self {
        Self {
            label,
            headline: values.iter().sum(),
            what: "admin_dashboard.in_30_days",
            values,
        }
    }

    /// Of something that is at a time: the headline is how it stands.
    pub fn of_level(label: &'static str, values: Vec<i64>) -> Self {
        Self {
            label,
            headline: values.last().copied().unwrap_or_default(),
            what: "admin_dashboard.today",
            values,
        }
    }

    /// The most of a day.
    pub fn most(&self) -> i64 {
        self.values.iter().copied().max().unwrap_or_default()
    }

    /// The points of the line.
    pub fn line(&self) -> String {
        let mut points = String::new();
        for at in 0..self.values.len() {
            let (x, y) = self.point(at);
            let _ = write!(points, "{}{x},{y}", if at == 0 { "" } else { " " });
        }
        points
    }

    /// The points of what lies under it.
    pub fn area(&self) -> String {
        let bottom = HEIGHT + 2;
        format!("0,{bottom} {} {WIDTH},{bottom}", self.line())
    }

    /// Where the line ends.
    pub fn end(&self) -> (usize, i64) {
        self.point(self.values.len().saturating_sub(1))
    }

    fn point(&self, at: usize) -> (usize, i64) {
        let steps = self.values.len().saturating_sub(1).max(1);
        let value = self.values.get(at).copied().unwrap_or_default();
        // The highest point is just below the upper edge, nothing is at the lower one.
        (at * WIDTH / steps, HEIGHT - value * (HEIGHT - 4) / self.most().max(1))
    }
}

/// The state of the installation, judged.
#[derive(Debug, Clone)]
pub struct Health {
    /// As it was told.
    pub system: System,
}

/// Days after which a key is told to be old.
const OLD_KEY_DAYS: i64 = 180;

impl Health {
    /// Whether mail leaves. Addresses that refuse it are no fault of the installation.
    pub fn mail_is_well(&self) -> bool {
        self.system.mails_late == 0 && self.system.mails_given_up == 0
    }

    /// Mails that did not leave.
    pub fn mails_failed(&self) -> u64 {
        let failed = self.system.mails_late + self.system.mails_given_up;
        u64::try_from(failed).unwrap_or_default()
    }

    /// Whether a key signs for too long.
    pub fn is_old(&self, since: &DateTime<Utc>, now: &DateTime<Utc>) -> bool {
        (*now - *since).num_days() > OLD_KEY_DAYS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_in_its_box() {
        let chart = Chart::of_events("x", vec![0, 10, 5]);
        assert_eq!(chart.headline, 15);
        assert_eq!(chart.line(), "0,92 160,4 320,48");
        assert_eq!(chart.end(), (320, 48));
        assert_eq!(chart.area(), "0,94 0,92 160,4 320,48 320,94");
    }

    #[test]
    fn nothing_at_all_is_a_flat_line() {
        assert_eq!(Chart::of_level("x", vec![0, 0]).line(), "0,92 320,92");
        assert_eq!(Chart::of_level("x", vec![]).line(), "");
        assert_eq!(Chart::of_level("x", vec![3]).end(), (0, 4));
    }
}
