//! Mail and text messages that have not left.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Call, Nothing, Operation, Page, Refused, Route};
use crate::flow::{mails, texts};
use crate::model::permission::{Permission, Resource};
use crate::store::outbox_mails::MailRow;
use crate::store::outbox_texts::TextRow;

/// A mail that has not left. What it says is not shown: it may be a secret.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Mail {
    /// Its id.
    pub id: Uuid,
    /// Where to.
    pub recipient: String,
    /// What it is about.
    pub subject: String,
    /// How often it was tried.
    pub tries: i64,
    /// When it was promised.
    pub created_at: DateTime<Utc>,
    /// When it is tried next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_try_at: Option<DateTime<Utc>>,
    /// Since when it will not leave: refused by the other side, or tried too often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_at: Option<DateTime<Utc>>,
    /// What the other side said last.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub error: String,
}

impl From<MailRow> for Mail {
    fn from(mail: MailRow) -> Self {
        Self {
            id: mail.id,
            recipient: mail.recipient,
            subject: mail.subject,
            tries: mail.attempts,
            created_at: mail.created_at,
            next_try_at: mail.failed_at.is_none().then_some(mail.due_at),
            failed_at: mail.failed_at,
            error: mail.last_error,
        }
    }
}

/// Which messages.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ListMessages)]
pub struct Listing {
    /// Only what will not leave.
    #[serde(default)]
    pub failed: bool,
}

/// See [`Operation::SUMMARY`].
pub struct List;

impl Operation for List {
    const ID: &'static str = "listMail";
    const SUMMARY: &'static str = "Lists mail that has not left, oldest first; a thousand at most.";
    const PERMISSION: Permission = Permission::read(Resource::Outbox);
    const ROUTE: Route = Route::get("/outbox/mail");
    type Input = Listing;
    type Output = Page<Mail>;

    async fn run(call: Call<'_>, input: Listing) -> Result<Self::Output, Refused> {
        let which = if input.failed {
            mails::Which::Failed
        } else {
            mails::Which::All
        };
        let found = mails::list(call.state, which).await?;
        Ok(Page {
            items: found.into_iter().map(Mail::from).collect(),
            next: None,
        })
    }
}

/// A text message that has not left. What it says is not shown: it is a secret.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = TextMessage)]
pub struct Text {
    /// Its id.
    pub id: Uuid,
    /// The number that it is for.
    pub recipient: String,
    /// How often it was tried.
    pub tries: i64,
    /// When it was promised.
    pub created_at: DateTime<Utc>,
    /// When it is tried next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_try_at: Option<DateTime<Utc>>,
    /// Since when it will not leave: refused by the provider, or its code is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_at: Option<DateTime<Utc>>,
    /// What the provider said last.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub error: String,
}

impl From<TextRow> for Text {
    fn from(text: TextRow) -> Self {
        Self {
            id: text.id,
            recipient: text.recipient,
            tries: text.attempts,
            created_at: text.created_at,
            next_try_at: text.failed_at.is_none().then_some(text.due_at),
            failed_at: text.failed_at,
            error: text.last_error,
        }
    }
}

/// See [`Operation::SUMMARY`].
pub struct ListTexts;

impl Operation for ListTexts {
    const ID: &'static str = "listTexts";
    const SUMMARY: &'static str = "Lists text messages that have not left, oldest first; a thousand at most.";
    const PERMISSION: Permission = Permission::read(Resource::Outbox);
    const ROUTE: Route = Route::get("/outbox/texts");
    type Input = Listing;
    type Output = Page<Text>;

    async fn run(call: Call<'_>, input: Listing) -> Result<Self::Output, Refused> {
        let found = texts::list(call.state, input.failed).await?;
        Ok(Page {
            items: found.into_iter().map(Text::from).collect(),
            next: None,
        })
    }
}

/// Which mail.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WhichMail)]
pub struct Which {
    /// Its id.
    pub mail_id: Uuid,
}

/// See [`Operation::SUMMARY`].
pub struct Retry;

impl Operation for Retry {
    const ID: &'static str = "retryMail";
    const SUMMARY: &'static str = "Tries a mail anew, as if it had just been promised.";
    const PERMISSION: Permission = Permission::write(Resource::Outbox);
    const ROUTE: Route = Route::act("/outbox/mail/{mail_id}/retry");
    type Input = Which;
    type Output = Nothing;

    async fn run(call: Call<'_>, input: Which) -> Result<Nothing, Refused> {
        match mails::retry(call.state, input.mail_id).await? {
            true => Ok(Nothing {}),
            false => Err(Refused::unknown("mail")),
        }
    }
}

/// How many.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
pub struct Retried {
    /// Mails that are tried anew.
    pub retried: u64,
}

/// See [`Operation::SUMMARY`].
pub struct RetryFailed;

impl Operation for RetryFailed {
    const ID: &'static str = "retryFailedMail";
    const SUMMARY: &'static str = "Tries every mail anew that failed.";
    const PERMISSION: Permission = Permission::write(Resource::Outbox);
    const ROUTE: Route = Route::post("/outbox/mail/retry-failed");
    type Input = Nothing;
    type Output = Retried;

    async fn run(call: Call<'_>, _: Nothing) -> Result<Retried, Refused> {
        let retried = mails::retry_failed(call.state).await?;
        Ok(Retried { retried })
    }
}

/// A mail to see whether mail leaves.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TestMail)]
pub struct Test {
    /// Where to.
    pub address: String,
    /// In which language, as `en` or `zh-Hans`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// What came of it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = TestedMail)]
pub struct Tested {
    /// Whether it left.
    pub sent: bool,
    /// What the mail server said, or why it was not reached.
    pub said: String,
}

/// See [`Operation::SUMMARY`].
pub struct SendTest;

impl Operation for SendTest {
    const ID: &'static str = "sendTestMail";
    const SUMMARY: &'static str = "Sends a mail at once and says what the mail server said.";
    const PERMISSION: Permission = Permission::write(Resource::Outbox);
    const ROUTE: Route = Route::post("/outbox/test-mail");
    type Input = Test;
    type Output = Tested;

    async fn run(call: Call<'_>, input: Test) -> Result<Tested, Refused> {
        let language = input.language.as_deref().unwrap_or_default();
        match mails::test(call.state, &input.address, language).await {
            Ok(said) => Ok(Tested { sent: true, said }),
            Err(mails::TestError::Address) => Err(Refused::value("address", mails::TestError::Address.to_string())),
            Err(mails::TestError::Refused(refusal)) => Ok(Tested {
                sent: false,
                said: refusal.to_string(),
            }),
        }
    }
}
