//! The mails people get: one file per letter, each a [`Sheet`] of words, drawn by one frame as HTML and as text.
//!
//! Names are left out of them on purpose: whoever signs up somebody else's address could put words of their own into that
//! mail. What a stranger can choose at all (a browser's own name, an address that is added) comes in through [`plain`].
//!
//! To add a letter: a variant of [`Message`] with its data, a file here, its line in [`sheet_of`], a sample in [`samples`],
//! its sentences in each catalogue. `/dev/letters` shows it then.

mod account_deleted;
mod account_deletion_scheduled;
mod already_registered;
mod confirm_new_email;
mod email_added;
mod email_removed;
mod email_taken;
mod factor_added;
mod factor_removed;
mod factor_reset_done;
mod factor_reset_requested;
mod frame;
mod invitation;
mod new_device;
mod password_changed;
mod plain;
mod primary_email_changed;
mod recovery_code_used;
mod reset_password;
mod samples;
mod second_factor_code;
mod sheet;
mod sign_in_code;
mod sign_up_code;
mod test_letter;
#[cfg(test)]
mod tests;
mod verify_email;

pub use samples::samples;

use sheet::{Desk, Sheet};

use crate::model::letter::{Letter, Message};
use crate::settings::Settings;
use crate::web::i18n::{Lang, Translator};

/// Writes a mail in the language of a BCP 47 tag, with the name and the colours of the settings.
pub fn write_letter(settings: &Settings, message: &Message, locale: &str) -> Letter {
    let desk = Desk {
        t: Translator::new(Lang::from_tag(locale).unwrap_or(Lang::En)),
        brand: &settings.branding.name,
        issuer: settings.issuer(),
    };
    frame::draw(&desk, &frame::Theme::of(&settings.branding), sheet_of(&desk, message))
}

fn sheet_of(desk: &Desk<'_>, message: &Message) -> Sheet {
    match message {
        Message::VerifyEmail { link, valid_for } => verify_email::write(desk, link, *valid_for),
        Message::SignUpCode(proof, asked) => sign_up_code::write(desk, proof, asked),
        Message::AlreadyRegistered { link, asked } => already_registered::write(desk, link, asked),
        Message::SignInCode(proof, asked) => sign_in_code::write(desk, proof, asked),
        Message::SecondFactorCode { code, valid_for, asked } => {
            second_factor_code::write(desk, code, *valid_for, asked)
        }
        Message::ResetPassword(proof, asked) => reset_password::write(desk, proof, asked),
        Message::PasswordChanged(asked) => password_changed::write(desk, asked),
        Message::ConfirmNewEmail(proof, asked) => confirm_new_email::write(desk, proof, asked),
        Message::EmailTaken(asked) => email_taken::write(desk, asked),
        Message::EmailAdded { email, asked } => email_added::write(desk, email, asked),
        Message::EmailRemoved { email, asked } => email_removed::write(desk, email, asked),
        Message::PrimaryEmailChanged { email, asked } => primary_email_changed::write(desk, email, asked),
        Message::FactorAdded(factor, asked) => factor_added::write(desk, *factor, asked),
        Message::FactorRemoved(factor, asked) => factor_removed::write(desk, *factor, asked),
        Message::RecoveryCodeUsed { left, asked } => recovery_code_used::write(desk, *left, asked),
        Message::FactorResetRequested {
            effective_at,
            cancel_link,
            asked,
        } => factor_reset_requested::write(desk, *effective_at, cancel_link, asked),
        Message::FactorResetDone => factor_reset_done::write(desk),
        Message::NewDevice { asked, link } => new_device::write(desk, asked, link),
        Message::Invitation { link, valid_for } => invitation::write(desk, link, *valid_for),
        Message::AccountDeletionScheduled { at, link } => account_deletion_scheduled::write(desk, *at, link),
        Message::AccountDeleted => account_deleted::write(desk),
        Message::Test => test_letter::write(desk),
    }
}
