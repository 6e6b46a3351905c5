//! What a letter says, before it is drawn.

use super::plain;
use crate::model::letter::{Asked, Proof};
use crate::web::account::device;
use crate::web::i18n::{Phrase, Translator};
use crate::web::views::paths;

/// What every letter is written with.
pub(super) struct Desk<'a> {
    /// The words.
    pub(super) t: Translator,
    /// What the service is called.
    pub(super) brand: &'a str,
    /// Where its pages are.
    pub(super) issuer: &'a str,
}

impl Desk<'_> {
    /// A sentence in which `{brand}` is the service.
    pub(super) fn say(&self, key: &'static str) -> Phrase {
        self.t.say(key).with("brand", self.brand)
    }

    /// "10 minutes", "24 hours", "7 days".
    fn time(&self, seconds: u64) -> String {
        let (hour, day) = (3600, 86_400);
        if seconds >= 2 * day && seconds.is_multiple_of(day) {
            self.t.count("mail.days", seconds / day).to_string()
        } else if seconds >= hour && seconds.is_multiple_of(hour) {
            self.t.count("mail.hours", seconds / hour).to_string()
        } else {
            self.t.count("time.minutes", (seconds / 60).max(1)).to_string()
        }
    }
}

/// A link with its name.
pub(super) struct Action {
    pub(super) label: &'static str,
    pub(super) link: String,
}

/// A letter in parts, in the order in which they are read.
pub(super) struct Sheet {
    pub(super) subject: String,
    pub(super) title: &'static str,
    pub(super) lead: String,
    /// Never in the subject: that is shown on locked screens.
    pub(super) code: Option<String>,
    pub(super) action: Option<Action>,
    pub(super) expiry: Option<String>,
    /// Who asked: name and value.
    pub(super) facts: Vec<(&'static str, String)>,
    pub(super) closing: Vec<String>,
    /// What to do if it was somebody else.
    pub(super) alarm: Option<Action>,
}

impl Sheet {
    /// The words that every letter has.
    pub(super) fn new(subject: Phrase, title: &'static str, lead: Phrase) -> Self {
        Self {
            subject: subject.to_string(),
            title,
            lead: lead.to_string(),
            code: None,
            action: None,
            expiry: None,
            facts: Vec::new(),
            closing: Vec::new(),
            alarm: None,
        }
    }

    /// The one thing to do.
    pub(super) fn action(mut self, label: &'static str, link: &str) -> Self {
        self.action = plain::link(link).map(|link| Action { label, link });
        self
    }

    /// The same with how long the link works.
    pub(super) fn link(mut self, desk: &Desk<'_>, label: &'static str, link: &str, valid_for: u64) -> Self {
        self.expiry = Some(
            desk.say("mail.link_expiry")
                .with("time", desk.time(valid_for))
                .to_string(),
        );
        self.action(label, link)
    }

    /// A code and how long it works.
    pub(super) fn code(mut self, desk: &Desk<'_>, code: &str, valid_for: u64) -> Self {
        self.code = plain::code(code);
        self.expiry = Some(
            desk.say("mail.code_expiry")
                .with("time", desk.time(valid_for))
                .to_string(),
        );
        self.close(desk.say("mail.keep_code"))
    }

    /// A code and a link that do the same.
    pub(super) fn proof(mut self, desk: &Desk<'_>, label: &'static str, proof: &Proof) -> Self {
        self = self.code(desk, &proof.code, proof.valid_for).action(label, &proof.link);
        self.expiry = Some(
            desk.say("mail.both_expiry")
                .with("time", desk.time(proof.valid_for))
                .to_string(),
        );
        self
    }

    /// Who asked for it: device, address and time.
    pub(super) fn asked(mut self, desk: &Desk<'_>, asked: &Asked) -> Self {
        let t = desk.t;
        let device = match device::describe(&asked.user_agent) {
            unknown if unknown.is_empty() => t.get("account.unknown_device").to_owned(),
            known => known,
        };
        let facts = [
            (t.get("mail.device"), device),
            (t.get("mail.address"), plain::address(&asked.address)),
            (t.get("mail.time"), t.exact(asked.at)),
        ];
        self.facts
            .extend(facts.into_iter().filter(|(_, value)| !value.is_empty()));
        self
    }

    /// Last words.
    pub(super) fn close(mut self, words: Phrase) -> Self {
        self.closing.push(words.to_string());
        self
    }

    /// A link for whom it was not.
    pub(super) fn alarm(mut self, label: &'static str, link: &str) -> Self {
        self.alarm = plain::link(link).map(|link| Action { label, link });
        self
    }

    /// Words and a link for whoever did not do what the letter tells of: a new password throws everybody else out.
    pub(super) fn unless_you(self, desk: &Desk<'_>) -> Self {
        let link = format!("{}{}", desk.issuer, paths::FORGOT_PASSWORD);
        self.close(desk.say("mail.unless_you"))
            .alarm(desk.t.get("mail.secure"), &link)
    }
}
