//! Mail that has not left, and settings.

use chrono::TimeDelta;

use super::*;
use crate::flow::admin::outbox::{Mail, Tested, Text};
use crate::flow::admin::settings::Setting;

/// Adds them.
pub fn all(lang: Lang, add: Add<'_>) {
    let mail = |failed: bool| Mail {
        id: Uuid::from_u128(4),
        recipient: "grace@example.com".to_owned(),
        subject: HOSTILE.to_owned(),
        tries: if failed { 9 } else { 1 },
        created_at: now() - TimeDelta::hours(3),
        next_try_at: (!failed).then(now),
        failed_at: failed.then(now),
        error: HOSTILE.to_owned(),
    };
    let text = |failed: bool| Text {
        id: Uuid::from_u128(5),
        recipient: HOSTILE.to_owned(),
        tries: 2,
        created_at: now() - TimeDelta::hours(3),
        next_try_at: (!failed).then(now),
        failed_at: failed.then(now),
        error: HOSTILE.to_owned(),
    };
    let tested = |sent| Tested {
        sent,
        said: HOSTILE.to_owned(),
    };
    for (name, mails, tested) in [
        ("admin-outbox", vec![mail(true), mail(false)], Some(tested(false))),
        ("admin-outbox-none", vec![], Some(tested(true))),
        ("admin-outbox-untested", vec![], None),
    ] {
        add(
            name,
            &AdminOutbox {
                page: page(lang),
                frame: frame(AdminSection::Outbox),
                failed: mails.is_empty(),
                texts: if mails.is_empty() {
                    vec![]
                } else {
                    vec![text(true), text(false)]
                },
                mails,
                address: HOSTILE.to_owned(),
                tested,
                now: now(),
            },
        );
    }
    let settings = crate::settings::Settings::load(None, std::iter::empty()).unwrap();
    let mut shown: Vec<Setting> = settings.told.iter().take(14).map(Setting::from).collect();
    for setting in shown.iter_mut().take(1) {
        (setting.value, setting.place) = (None, Some(HOSTILE.to_owned()));
    }
    add(
        "admin-settings",
        &AdminSettings {
            page: page(lang),
            frame: looking(AdminSection::Settings),
            groups: vec![
                SettingGroup {
                    name: String::new(),
                    settings: shown.split_off(7),
                },
                SettingGroup {
                    name: "database".to_owned(),
                    settings: shown,
                },
            ],
        },
    );
}
