//! The picture.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat};
use reqwest::Response;

use super::*;
use crate::harness::database::on_every_engine;

fn png(side: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::new_rgb8(side, side)
        .write_to(&mut bytes, ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

/// Sends a file as a browser does.
async fn upload(app: &TestApp, browser: &mut Browser, csrf: &str, file: &[u8]) -> Response {
    let boundary = "----form-of-a-test";
    let mut body = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n--{boundary}\r\n\
         Content-Disposition: form-data; name=\"picture\"; filename=\"../../x.svg\"\r\nContent-Type: image/svg+xml\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(file);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    let cookies: Vec<_> = browser
        .cookies
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let request = app.http.post(app.url("/account/profile/picture"));
    browser
        .headers
        .iter()
        .fold(request, |request, (name, value)| request.header(name, value))
        .header("cookie", cookies.join("; "))
        .header("content-type", format!("multipart/form-data; boundary={boundary}"))
        .body(body)
        .send()
        .await
        .unwrap()
}

on_every_engine! {
async fn a_picture_is_drawn_anew_and_named_by_its_content(database) {
    let app = TestApp::on(&database.url);
    let sub = app.user(ADA).await;
    let mut ada = app.browser();
    ada.sign_in(ADA).await;
    let csrf = ada.get("/account").await.form().fields["csrf"].clone();
    let answer = upload(&app, &mut ada, &csrf, &png(600)).await;
    assert_eq!(answer.status(), 303, "{:?}", answer.text().await);
    let address = stored(&app, &sub).await.claims.get_str("picture").unwrap().to_owned();
    assert!(address.starts_with(&format!("{}/pictures/{sub}/", app.issuer)), "{address}");
    let picture = app.http.get(&address).send().await.unwrap();
    assert_eq!(picture.status(), 200);
    let headers = picture.headers().clone();
    assert_eq!(headers["content-type"], "image/jpeg");
    assert!(headers["cache-control"].to_str().unwrap().contains("immutable"));
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert!(headers["content-security-policy"].to_str().unwrap().contains("sandbox"));
    let drawn = image::load_from_memory(&picture.bytes().await.unwrap()).unwrap();
    assert_eq!((drawn.width(), drawn.height()), (256, 256));
    assert!(ada.get("/account").await.has("img.avatar"));

    // Only under its own name.
    for other in ["", "x", &"0".repeat(64)] {
        let url = app.url(&format!("/pictures/{sub}/{other}"));
        assert_eq!(app.http.get(url).send().await.unwrap().status(), 404, "{other}");
    }
    send(&mut ada, "/account/profile/picture/remove", &[]).await;
    assert_eq!(app.http.get(&address).send().await.unwrap().status(), 404);
    assert!(stored(&app, &sub).await.claims.get("picture").is_none());
}

async fn cs_02_xs_03_what_is_no_picture_or_no_form_of_ours_is_refused(database) {
    let app = TestApp::on(&database.url);
    let mut ada = newcomer(&app, ADA).await;
    let csrf = ada.get("/account").await.form().fields["csrf"].clone();
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'></svg>";
    let whole = png(64);
    let large = vec![0x89; 1024 * 1024 + 1];
    for (file, status) in [
        (&svg[..], 400), (b"", 400), (b"<html><script>alert(1)</script>", 400), (&whole[..30], 400), (&large[..], 413),
    ] {
        let answer = upload(&app, &mut ada, &csrf, file).await;
        assert_eq!(answer.status(), status, "{} bytes", file.len());
    }
    assert_eq!(upload(&app, &mut ada, "x", &whole).await.status(), 403);
    let mut stranger = app.browser();
    assert_eq!(upload(&app, &mut stranger, &csrf, &whole).await.status(), 403);
    for header in [("origin", "https://evil.test"), ("origin", "null"), ("sec-fetch-site", "cross-site")] {
        let mut foreign = ada.clone();
        foreign.headers.push((header.0.into(), header.1.into()));
        assert_eq!(upload(&app, &mut foreign, &csrf, &whole).await.status(), 403, "{header:?}");
    }
    assert_eq!(number(&database.db, "SELECT COUNT(*) FROM pictures").await, 0);
}
}
