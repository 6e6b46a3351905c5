use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;

/// A server that gives the same bytes to everybody and counts who came.
async fn server(answer: impl Into<Vec<u8>>) -> (u16, Arc<AtomicUsize>) {
    let answer = answer.into();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let visits = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&visits);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut request = [0; 4096];
                let _ = stream.read(&mut request).await;
                let _ = stream.write_all(&answer).await;
            });
        }
    });
    (port, visits)
}

fn list(text: &str) -> Vec<String> {
    vec![text.to_owned()]
}

/// A client that may reach one host of this machine without TLS.
fn open(host: &str, port: u16) -> Http {
    let entry = list(&format!("{host}:{port}"));
    Http::new(Exceptions::read(&entry, &entry, &[]).unwrap())
}

/// A client for which a name has addresses, with a count of how often it was asked.
fn resolving(exceptions: Exceptions, answers: &'static [&'static [&'static str]]) -> (Http, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let lookup: guard::Lookup = Arc::new(move |_| {
        let turn = count.fetch_add(1, Ordering::SeqCst).min(answers.len() - 1);
        let addresses = answers[turn]
            .iter()
            .map(|text| (text.parse::<std::net::IpAddr>().unwrap(), 0).into());
        let addresses = addresses.collect();
        Box::pin(async move { Ok(addresses) })
    });
    (Http::with_lookup(exceptions, lookup), asked)
}

const HELLO: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 5\r\n\r\nhello";

#[tokio::test]
async fn an_answer_comes_back_whole() {
    let (port, _) = server(HELLO).await;
    let answer = open("127.0.0.1", port)
        .send(Request::get(format!("http://127.0.0.1:{port}/x")))
        .await
        .unwrap();
    assert_eq!((answer.status, answer.media_type.as_str()), (200, "text/plain"));
    assert!(answer.is_success() && answer.body == b"hello");
}

#[tokio::test]
async fn ss_06_only_https_on_its_port_without_a_name() {
    let http = Http::new(Exceptions::default());
    for bad in [
        "",
        "a.example",
        "//a.example/",
        "http://a.example/",
        "file:///etc/passwd",
        "gopher://a.example/",
        "ftp://a.example/",
        "unix:/run/x.sock",
        "jar:https://a.example!/x",
        "data:text/plain,x",
        "https://user@a.example/",
        "https://user:word@a.example/",
        "https://:word@a.example/",
        "https://a.example:25/",
        "https://a.example:80/",
        "https://a.example:6379/",
        "https://a.example:11211/",
        "https://a.example:8443/",
        "https://[fe80::1%25eth0]/",
    ] {
        assert!(matches!(http.check(bad), Err(HttpError::Forbidden(_))), "{bad:?}");
    }
    for good in ["https://a.example", "https://a.example:443/x?y", "HTTPS://A.example/"] {
        assert_eq!(http.check(good), Ok(()), "{good}");
    }
}

#[tokio::test]
async fn ss_02_hosts_that_are_addresses_in_any_spelling() {
    let http = Http::new(Exceptions::default());
    for bad in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "017700000001",
        "0177.0.0.1",
        "0x7f.0.0.1",
        "0x7f000001",
        "127.0.0.1.",
        "１２７.0.0.1",
        "169.254.169.254",
        "0xa9fea9fe",
        "100.100.100.200",
        "10.0.0.1",
        "0",
        "0.0.0.0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::ffff:169.254.169.254]",
        "[0:0:0:0:0:ffff:a9fe:a9fe]",
        "[64:ff9b::127.0.0.1]",
        "[2002:7f00:1::]",
        "[2001:0:4136:e378::1]",
        "[fd00::1]",
        "[fe80::1]",
        "255.255.255.255",
        "224.0.0.1",
    ] {
        let sent = http.send(Request::get(format!("https://{bad}/"))).await;
        assert_eq!(sent, Err(HttpError::Forbidden("it is not public")), "{bad}");
    }
}

#[tokio::test]
async fn ss_03_a_name_with_one_private_address_is_refused() {
    const ANSWERS: [&[&[&str]]; 5] = [
        &[&["127.0.0.1"]],
        &[&["1.1.1.1", "10.0.0.1"]],
        &[&["2606:4700::1111", "::ffff:127.0.0.1"]],
        &[&["fd00::1", "1.1.1.1"]],
        &[&["169.254.169.254"]],
    ];
    for answers in ANSWERS {
        let (http, asked) = resolving(Exceptions::default(), answers);
        let sent = http.send(Request::get("https://metadata.example/")).await;
        assert_eq!(sent, Err(HttpError::Forbidden("it is not public")), "{answers:?}");
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }
    // What the system says of its own name.
    let http = Http::new(Exceptions::default());
    let sent = http.send(Request::get("https://localhost/")).await;
    assert_eq!(sent, Err(HttpError::Forbidden("it is not public")));
}

#[tokio::test]
async fn ss_04_a_name_is_asked_for_once_and_its_answer_is_where_the_connection_goes() {
    // At the second question the name would be the machine itself. There is no second question: the address of the first,
    // where nobody is, is the one that is tried.
    let (port, visits) = server(HELLO).await;
    let entry = list(&format!("rebinding.example:{port}"));
    let exceptions = Exceptions::read(&entry, &entry, &[]).unwrap();
    let (http, asked) = resolving(exceptions, &[&["127.0.0.2"], &["127.0.0.1"]]);
    let sent = http
        .send(Request::get(format!("http://rebinding.example:{port}/")))
        .await;
    assert_eq!(sent, Err(HttpError::NoAnswer));
    assert_eq!((asked.load(Ordering::SeqCst), visits.load(Ordering::SeqCst)), (1, 0));
    // And the other way round the first answer is the one that counts as well.
    let entry = list(&format!("steady.example:{port}"));
    let exceptions = Exceptions::read(&entry, &entry, &[]).unwrap();
    let (http, asked) = resolving(exceptions, &[&["127.0.0.1"], &["127.0.0.2"]]);
    let sent = http.send(Request::get(format!("http://steady.example:{port}/"))).await;
    assert!(sent.unwrap().is_success());
    assert_eq!((asked.load(Ordering::SeqCst), visits.load(Ordering::SeqCst)), (1, 1));
}

#[tokio::test]
async fn an_exception_for_one_host_is_none_for_another_or_for_what_it_redirects_to() {
    let (inner, visits) = server(HELLO).await;
    let (outer, _) = server(format!(
        "HTTP/1.1 302 Found\r\nlocation: http://localhost:{inner}/\r\ncontent-length: 0\r\n\r\n"
    ))
    .await;
    let http = open("127.0.0.1", outer);
    let answer = http
        .send(Request::get(format!("http://127.0.0.1:{outer}/")))
        .await
        .unwrap();
    assert_eq!(answer.status, 302);
    assert!(!answer.is_success());
    assert_eq!(visits.load(Ordering::SeqCst), 0, "nobody follows");
    let other_port = http.send(Request::get(format!("http://127.0.0.1:{inner}/"))).await;
    assert_eq!(other_port, Err(HttpError::Forbidden("its port is not 443")));
    let other_host = http.send(Request::get(format!("http://localhost:{outer}/"))).await;
    assert_eq!(other_host, Err(HttpError::Forbidden("it is not https")));
}

#[tokio::test]
async fn ss_07_an_answer_has_an_end() {
    let large = |length: usize, declared: bool| {
        let length_header = if declared {
            format!("content-length: {length}\r\n")
        } else {
            "connection: close\r\n".to_owned()
        };
        format!("HTTP/1.1 200 OK\r\n{length_header}\r\n{}", "x".repeat(length))
    };
    for (answer, expected) in [
        (large(MOST_BYTES, true), Ok(MOST_BYTES)),
        (large(MOST_BYTES + 1, true), Err(HttpError::TooLarge)),
        (large(MOST_BYTES + 1, false), Err(HttpError::TooLarge)),
        (
            "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\nxx".to_owned(),
            Err(HttpError::TooLarge),
        ),
        ("SSH-2.0-OpenSSH\r\n".to_owned(), Err(HttpError::NoAnswer)),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nxx".to_owned(),
            Err(HttpError::NoAnswer),
        ),
    ] {
        let (port, _) = server(answer).await;
        let sent = open("127.0.0.1", port)
            .send(Request::get(format!("http://127.0.0.1:{port}/")))
            .await;
        assert_eq!(sent.map(|answer| answer.body.len()), expected);
    }
}

#[tokio::test]
async fn ss_07_who_never_answers_is_not_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let request = Request::get(format!("http://127.0.0.1:{port}/")).within(Duration::from_millis(50));
    assert_eq!(open("127.0.0.1", port).send(request).await, Err(HttpError::TooSlow));
    // And nobody can ask for more patience than there is.
    let request = Request::get("https://a.example/").within(Duration::from_secs(60));
    assert_eq!(request.patience, PATIENCE);
}

#[tokio::test]
async fn ss_07_a_certificate_of_nobody_and_a_server_without_tls_are_no_answer() {
    let (port, visits) = server(HELLO).await;
    let entry = list(&format!("127.0.0.1:{port}"));
    let http = Http::new(Exceptions::read(&entry, &[], &[]).unwrap());
    let sent = http.send(Request::get(format!("https://127.0.0.1:{port}/"))).await;
    assert_eq!(sent, Err(HttpError::NoAnswer));
    assert_eq!(visits.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn ss_08_what_is_said_of_a_failure_names_no_address() {
    let http = Http::new(Exceptions::default());
    let refused = http.send(Request::get("https://127.0.0.1/")).await.unwrap_err();
    let free = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let lost = open("127.0.0.1", free)
        .send(Request::get(format!("http://127.0.0.1:{free}/")))
        .await
        .unwrap_err();
    for error in [refused, lost] {
        assert!(
            !error.to_string().contains("127") && !error.to_string().contains("refused"),
            "{error}"
        );
    }
}
