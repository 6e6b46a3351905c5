//! From a letter to the message that leaves (RFC 5322).

use lettre::Message;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};

use super::{Envelope, Refusal};

/// Builds a mail to exactly one recipient. lettre encodes every header, so that none can be smuggled in.
///
/// # Errors
/// [`Refusal::ForGood`] where the sender or the recipient is no address.
pub(super) fn build(from: &str, envelope: Envelope<'_>) -> Result<Message, Refusal> {
    let refuse = |error: &str| Refusal::ForGood(format!("the mail cannot be built: {error}"));
    let sender: Mailbox = from.parse().map_err(|_| refuse("the sender is no address"))?;
    let recipient: Mailbox = envelope
        .to
        .parse()
        .map(|address| Mailbox::new(None, address))
        .map_err(|_| refuse("the recipient is no address"))?;
    let message_id = format!("<{}@{}>", envelope.id, sender.email.domain());
    let letter = envelope.letter;
    let message = Message::builder()
        .from(sender)
        .to(recipient)
        .date(std::time::SystemTime::from(envelope.at))
        .message_id(Some(message_id))
        .subject(one_line(&letter.subject))
        // RFC 3834: nobody is away for a machine.
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ))
        .multipart(MultiPart::alternative_plain_html(
            lines(&letter.text),
            lines(&letter.html),
        ))
        .map_err(|error| refuse(&error.to_string()))?;
    match message.envelope().to() {
        [_] => Ok(message),
        _ => Err(refuse("there is not one recipient")),
    }
}

/// A body without what ends a line or a text elsewhere (RFC 5322 section 2.3).
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "")
}

/// A subject on one line, of a length that may stand on one (RFC 5322 section 2.1.1).
fn one_line(text: &str) -> String {
    let words = text
        .split(|c: char| c.is_control() || c.is_whitespace())
        .filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::model::letter::Letter;

    const FROM: &str = "Passgate <no-reply@id.example>";

    fn built(to: &str, subject: &str, body: &str) -> Result<String, Refusal> {
        let letter = Letter {
            subject: subject.into(),
            text: body.into(),
            html: format!("<p>{body}</p>"),
        };
        let envelope = Envelope {
            id: "00000000-0000-0000-0000-000000000000",
            to,
            letter: &letter,
            at: DateTime::UNIX_EPOCH,
        };
        build(FROM, envelope).map(|message| String::from_utf8(message.formatted()).unwrap())
    }

    #[test]
    fn xs_05_no_header_can_be_smuggled_in() {
        for subject in [
            "Hello\r\nBcc: evil@x.test",
            "Hello\nBcc: evil@x.test",
            "Hello\rBcc: evil@x.test",
            "你好\r\nBcc: evil@x.test\r\n\r\n<b>",
            "=?utf-8?q?x=0D=0ABcc:_evil@x.test?=",
        ] {
            let mail = built("a@x.test", subject, "a").unwrap();
            let (head, _) = mail.split_once("\r\n\r\n").unwrap();
            let names: Vec<_> = head
                .split("\r\n")
                .filter(|line| !line.starts_with([' ', '\t']))
                .map(|line| line.split(':').next().unwrap().to_lowercase())
                .collect();
            let known = [
                "from",
                "to",
                "date",
                "message-id",
                "subject",
                "auto-submitted",
                "mime-version",
                "content-type",
            ];
            assert!(names.iter().all(|name| known.contains(&name.as_str())), "{head}");
            assert_eq!(names.len(), known.len(), "{head}");
            assert!(!head.replace("\r\n", "").contains(['\r', '\n']), "{head:?}");
        }
    }

    #[test]
    fn xs_05_one_recipient_is_one() {
        for bad in [
            "a@x.test, b@x.test",
            "a@x.test\r\nBcc: b@x.test",
            "Ada <a@x.test>, <b@x.test>",
            "<a@x.test>\n.\n",
            "",
            "nobody",
        ] {
            assert!(matches!(built(bad, "x", "x"), Err(Refusal::ForGood(_))), "{bad:?}");
        }
        let mail = built("a@x.test", "x", "x").unwrap();
        assert!(mail.contains("\r\nTo: a@x.test\r\n"), "{mail}");
        assert!(mail.contains("\r\nMessage-ID: <00000000-0000-0000-0000-000000000000@id.example>\r\n"));
    }

    #[test]
    fn xs_05_long_lines_and_lone_dots_are_encoded() {
        let long = "x".repeat(5000);
        for body in [long.as_str(), "a\r\n.\r\nRCPT TO:<b@x.test>", "a\n.\nb", "a\rb\0c"] {
            let mail = built("a@x.test", &long, body).unwrap();
            for line in mail.split("\r\n") {
                assert!(line.len() <= 998 && !line.contains(['\r', '\n']), "{line:?}");
            }
        }
    }
}
