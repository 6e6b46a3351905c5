//! Whose certificates are believed: those that the system trusts (where an administrator can add their own), or the bundled
//! ones of Mozilla where the system has none, as in an image with nothing but this program.

use std::sync::Arc;

use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};

/// The client's side of TLS 1.2 and 1.3.
///
/// # Errors
/// The library has no cipher suites for these versions: a fault of the build.
pub(in crate::outbound) fn config() -> Result<ClientConfig, rustls::Error> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    Ok(builder
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}
