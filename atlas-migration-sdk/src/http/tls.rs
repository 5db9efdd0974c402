//! The TLS back end of the library's own HTTP client: which one a feature selects, and which authorities it trusts.

use reqwest::ClientBuilder;

use super::BaseUrl;
use crate::error::{Error, Result};

/// Prepares the client for the base URL. Each of the root certificates is a bundle in PEM.
#[cfg(any(feature = "rustls", feature = "native-tls"))]
pub(crate) fn with_tls(
    builder: ClientBuilder,
    _base_url: &BaseUrl,
    root_certificates: &[Vec<u8>],
) -> Result<ClientBuilder> {
    let mut builder = select_back_end(builder);
    for pem in root_certificates {
        let certificates = reqwest::Certificate::from_pem_bundle(pem).map_err(|error| {
            Error::configuration("the root certificates are not PEM").with_source(error.without_url())
        })?;
        if certificates.is_empty() {
            return Err(Error::configuration("the root certificates hold no certificate: they must be PEM"));
        }
        builder = certificates.into_iter().fold(builder, ClientBuilder::add_root_certificate);
    }
    Ok(builder)
}

/// Fails where the client would need TLS, because no back end is compiled.
///
/// Another crate may have enabled one in reqwest. It is not used: whether it is there can change with any update.
#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
pub(crate) fn with_tls(
    builder: ClientBuilder,
    base_url: &BaseUrl,
    root_certificates: &[Vec<u8>],
) -> Result<ClientBuilder> {
    if base_url.is_https() || !root_certificates.is_empty() {
        return Err(Error::configuration(
            "https needs a TLS back end: enable the feature `rustls` or `native-tls` of atlas-migration-sdk, or pass \
             a client that has one to `ClientBuilder::http_client`",
        ));
    }
    Ok(builder)
}

// The back end is selected explicitly: reqwest's own choice depends on what other crates enable in it.

#[cfg(feature = "native-tls")]
fn select_back_end(builder: ClientBuilder) -> ClientBuilder {
    builder.tls_backend_native()
}

#[cfg(all(feature = "rustls", not(feature = "native-tls")))]
fn select_back_end(builder: ClientBuilder) -> ClientBuilder {
    builder.tls_backend_rustls()
}
