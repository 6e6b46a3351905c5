//! An invitation to make an account. Who invites is not told: names of strangers stand in no mail.

use super::sheet::{Desk, Sheet};

pub(super) fn write(desk: &Desk<'_>, link: &str, valid_for: u64) -> Sheet {
    Sheet::new(
        desk.say("mail.invitation_subject"),
        desk.t.get("mail.invitation_title"),
        desk.say("mail.invitation_lead"),
    )
    .link(desk, desk.t.get("mail.invitation_button"), link, valid_for)
    .close(desk.say("mail.invitation_not_expected"))
}
