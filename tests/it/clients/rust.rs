//! The `openidconnect` crate, written against the published standard, signs people in.

use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, IssuerUrl, Nonce, OAuth2TokenResponse as _,
    PkceCodeChallenge, RedirectUrl, Scope, TokenResponse as _,
};

use super::server::Server;
use crate::harness::app::{PASSWORD, http};
use crate::harness::relying_party::{REDIRECT_URI, header};

/// Discovery, sign-in, exchange, verification, userinfo, refresh: what an application does with the crate.
async fn signs_in(more: &[&str], alg: &str) {
    let server = Server::start();
    let sub = server.ada();
    let client = server.client("app", REDIRECT_URI, more);
    let http = http();
    let issuer = IssuerUrl::new(server.issuer.clone()).unwrap();
    let metadata = CoreProviderMetadata::discover_async(issuer, &http).await.unwrap();
    let secret = client["client_secret"]
        .as_str()
        .map(|secret| ClientSecret::new(secret.to_owned()));
    let party = CoreClient::from_provider_metadata(metadata, ClientId::new("app".to_owned()), secret)
        .set_redirect_uri(RedirectUrl::new(REDIRECT_URI.to_owned()).unwrap());

    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (address, state, nonce) = party
        .authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            CsrfToken::new_random,
            Nonce::new_random,
        )
        .add_scopes(["profile", "email", "offline_access"].map(|scope| Scope::new(scope.to_owned())))
        .set_pkce_challenge(challenge)
        .url();
    let mut browser = server.browser();
    let page = browser.get(address.as_str()).await;
    let page = browser.sign_in_on(&page, "ada@example.com", PASSWORD).await;
    let page = browser.decide(&page, "allow").await;
    assert_eq!(
        page.parameter("state").as_ref(),
        Some(state.secret()),
        "{}",
        page.text()
    );

    let code = AuthorizationCode::new(page.parameter("code").unwrap());
    let exchange = party.exchange_code(code).unwrap().set_pkce_verifier(verifier);
    let tokens: CoreTokenResponse = exchange.request_async(&http).await.unwrap();
    let id_token = tokens.id_token().unwrap();
    assert_eq!(header(&id_token.to_string())["alg"], alg);
    // The crate takes RS256 only unless it is told what the client was registered for.
    let verifier = party.id_token_verifier();
    let signed_with = id_token.signing_alg().unwrap();
    let verifier = verifier.set_allowed_algs([signed_with.clone()]);
    let claims = id_token.claims(&verifier, &nonce).unwrap();
    assert_eq!(claims.subject().as_str(), sub);
    let hash = AccessTokenHash::from_token(
        tokens.access_token(),
        signed_with,
        id_token.signing_key(&verifier).unwrap(),
    );
    assert_eq!(claims.access_token_hash(), Some(&hash.unwrap()));
    assert!(id_token.claims(&verifier, &Nonce::new("another".to_owned())).is_err());

    let question = party
        .user_info(tokens.access_token().to_owned(), Some(claims.subject().clone()))
        .unwrap();
    let person: CoreUserInfoClaims = question.request_async(&http).await.unwrap();
    assert_eq!(person.email().unwrap().as_str(), "ada@example.com");
    assert_eq!(person.name().unwrap().get(None).unwrap().as_str(), "Ada Lovelace");

    let refresh_token = tokens.refresh_token().unwrap();
    let request = party.exchange_refresh_token(refresh_token).unwrap();
    let renewed: CoreTokenResponse = request.request_async(&http).await.unwrap();
    // A refreshed ID token answers no request, so it has no nonce.
    let no_nonce = |nonce: Option<&Nonce>| nonce.map_or(Ok(()), |_| Err("an unasked nonce".to_owned()));
    assert_eq!(
        renewed
            .id_token()
            .unwrap()
            .claims(&verifier, no_nonce)
            .unwrap()
            .subject()
            .as_str(),
        sub
    );
    assert_ne!(renewed.refresh_token().unwrap().secret(), refresh_token.secret());
    assert_eq!(
        client.get("client_secret").is_some(),
        !more.contains(&"--public"),
        "{client}"
    );
}

#[actix_web::test]
async fn openidconnect_crate_confidential_client_rs256() {
    signs_in(&[], "RS256").await;
}

#[actix_web::test]
async fn openidconnect_crate_public_client_rs256() {
    signs_in(&["--public"], "RS256").await;
}

#[actix_web::test]
async fn openidconnect_crate_confidential_client_es256() {
    signs_in(&["--signing-alg", "ES256"], "ES256").await;
}

#[actix_web::test]
async fn openidconnect_crate_public_client_eddsa() {
    signs_in(&["--public", "--signing-alg", "EdDSA"], "EdDSA").await;
}

#[actix_web::test]
async fn openidconnect_crate_confidential_client_ps256() {
    signs_in(&["--signing-alg", "PS256"], "PS256").await;
}
