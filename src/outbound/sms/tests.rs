use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;
use crate::model::secret::Secret;
use crate::outbound::http::Exceptions;

/// A provider that answers with a status and keeps what it was sent.
async fn provider(status: u16) -> (Http, String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let received = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&received);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = Vec::new();
            loop {
                let mut part = [0; 4096];
                let read = stream.read(&mut part).await.unwrap();
                request.extend_from_slice(&part[..read]);
                let text = String::from_utf8_lossy(&request).into_owned();
                let length = text
                    .to_lowercase()
                    .split("content-length: ")
                    .nth(1)
                    .and_then(|rest| rest.split("\r\n").next().unwrap().parse::<usize>().ok());
                let body = text.split_once("\r\n\r\n").map(|(_, body)| body.len());
                if read == 0 || body.is_some() && body >= length {
                    kept.lock().unwrap().push(text);
                    break;
                }
            }
            let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 2\r\n\r\n{{}}");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    let entry = vec![format!("127.0.0.1:{port}")];
    let http = Http::new(Exceptions::read(&entry, &entry, &[]).unwrap());
    (http, format!("http://127.0.0.1:{port}"), received)
}

const TEXT: Text<'_> = Text {
    id: "0190f5fe-0000-7000-8000-000000000001",
    to: "+442079460018",
    body: "Passgate: 123456 & more",
    at: chrono::DateTime::UNIX_EPOCH,
};

#[tokio::test]
async fn the_hook_is_sent_json_with_a_signature() {
    let (http, base, received) = provider(204).await;
    let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".into());
    let hook = Provider::Hook(Box::new(Hook::new(format!("{base}/texts"), &secret).unwrap()));
    assert_eq!(hook.deliver(&http, TEXT).await, Ok(()));
    let request = received.lock().unwrap().pop().unwrap();
    assert!(request.starts_with("POST /texts HTTP/1.1\r\n"), "{request}");
    for header in [
        "content-type: application/json",
        "webhook-id: 0190f5fe-0000-7000-8000-000000000001",
        "webhook-timestamp: 0",
        "webhook-signature: v1,",
    ] {
        assert!(request.contains(header), "{header}: {request}");
    }
    let body: serde_json::Value = serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!(body, serde_json::json!({ "to": TEXT.to, "text": TEXT.body }));
}

#[tokio::test]
async fn twilio_is_sent_a_form_with_the_account() {
    for (sender, field) in [
        ("+15005550006", "From=%2B15005550006"),
        (
            "MG00000000000000000000000000000000",
            "MessagingServiceSid=MG00000000000000000000000000000000",
        ),
    ] {
        let (http, base, received) = provider(201).await;
        let twilio = Provider::Twilio(Twilio::new(&base, "AC1", &Secret::new("token".into()), sender.into()));
        assert_eq!(twilio.deliver(&http, TEXT).await, Ok(()));
        let request = received.lock().unwrap().pop().unwrap();
        assert!(
            request.starts_with("POST /2010-04-01/Accounts/AC1/Messages.json HTTP/1.1\r\n"),
            "{request}"
        );
        assert!(request.contains("authorization: Basic QUMxOnRva2Vu\r\n"), "{request}");
        let body = request.split_once("\r\n\r\n").unwrap().1;
        assert_eq!(
            body,
            format!("To=%2B442079460018&{field}&Body=Passgate%3A+123456+%26+more")
        );
    }
    let usual = Twilio::new("", "AC1", &Secret::new("token".into()), String::new());
    assert!(format!("{usual:?}").contains("https://api.twilio.com/2010-04-01/Accounts/AC1/"));
}

#[tokio::test]
async fn what_a_provider_says_decides_whether_it_is_tried_again() {
    let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".into());
    for (status, for_good) in [
        (400, true),
        (422, true),
        (401, false),
        (429, false),
        (500, false),
        (302, false),
    ] {
        let (http, base, _) = provider(status).await;
        let hook = Provider::Hook(Box::new(Hook::new(base, &secret).unwrap()));
        let refusal = hook.deliver(&http, TEXT).await.unwrap_err();
        assert_eq!(matches!(refusal, Refusal::ForGood(_)), for_good, "{status}");
        assert!(!refusal.to_string().contains("+44") && !refusal.to_string().contains("123456"));
    }
    // An address that is not public and not excepted is never called.
    let http = Http::new(Exceptions::default());
    let hook = Provider::Hook(Box::new(Hook::new("https://127.0.0.1/".into(), &secret).unwrap()));
    assert!(matches!(hook.deliver(&http, TEXT).await, Err(Refusal::ForNow(_))));
}

#[tokio::test]
async fn captured_texts_lie_in_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let capture = Capture::new(folder.path().join("sms"));
    assert!(capture.list().is_empty());
    let http = Http::new(Exceptions::default());
    Provider::Capture(capture.clone()).deliver(&http, TEXT).await.unwrap();
    let texts = capture.list();
    assert_eq!(texts.len(), 1);
    assert_eq!((texts[0].to.as_str(), texts[0].text.as_str()), (TEXT.to, TEXT.body));
}
