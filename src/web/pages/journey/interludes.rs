//! What may stand between the proofs and the session: another password, terms, an account that was to go.

use actix_web::HttpResponse;

use super::super::forms::password_problem;
use super::drawing::Wrong;
use super::drawn::Drawn;
use crate::flow::journey::Problem;
use crate::model::journey::JourneyKind;
use crate::settings::Accounts;
use crate::web::views::{AcceptTerms, KeepAccount, NewPassword, PasswordReason, Terms};

impl Drawn<'_> {
    pub(super) fn new_password(&self) -> HttpResponse {
        let settings = &self.drawing.ctx.state.settings;
        let problem = match self.wrong {
            Some(Wrong::Problem(Problem::Password(problem))) => Some(password_problem(*problem, " ", settings)),
            _ => None,
        };
        self.render(&NewPassword {
            page: self.page(),
            way: self.way,
            reason: match self.stand.journey.kind {
                JourneyKind::Recover => PasswordReason::Forgotten,
                JourneyKind::SignIn | JourneyKind::SignUp | JourneyKind::Enrol => PasswordReason::Demanded,
            },
            account: self.account(),
            min_length: settings.password_min_length() as u64,
            problem,
            form: self.form_problem(),
        })
    }

    pub(super) fn accept_terms(&self) -> HttpResponse {
        let accounts = &self.drawing.ctx.state.settings.accounts;
        self.render(&AcceptTerms {
            page: self.page(),
            way: self.way,
            terms: terms(accounts, false),
            changed: self
                .stand
                .account
                .as_ref()
                .is_some_and(|account| account.terms_version.is_some()),
            problem: self.form_problem(),
        })
    }

    pub(super) fn keep_account(&self) -> HttpResponse {
        let until = self.stand.account.as_ref().and_then(|account| account.delete_at);
        self.render(&KeepAccount {
            page: self.page(),
            way: self.way,
            account: self.account(),
            until: until.unwrap_or_default(),
        })
    }
}

/// The terms of the settings, as pages show them.
pub fn terms(accounts: &Accounts, accepted: bool) -> Terms<'_> {
    let link = |uri: &'_ String| (!uri.is_empty()).then_some(());
    Terms {
        version: &accounts.terms_version,
        terms_uri: link(&accounts.terms_uri).map(|()| accounts.terms_uri.as_str()),
        privacy_uri: link(&accounts.privacy_uri).map(|()| accounts.privacy_uri.as_str()),
        accepted,
    }
}
