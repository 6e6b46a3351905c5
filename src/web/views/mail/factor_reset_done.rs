//! The second factors are gone.

use super::sheet::{Desk, Sheet};

pub(super) fn write(desk: &Desk<'_>) -> Sheet {
    Sheet::new(
        desk.say("mail.factors_gone_subject"),
        desk.t.get("mail.factors_gone_title"),
        desk.say("mail.factors_gone_lead"),
    )
    .unless_you(desk)
}
