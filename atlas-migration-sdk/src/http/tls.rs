//! The TLS back end of the library's own HTTP client: which one a feature selects, and which authorities it trusts.

use reqwest::ClientBuilder;

use super::BaseUrl;
use crate::error::{Error, Result};

/// Prepares the client for the base URL. Each of the root certificates is a bundle in PEM.
#[cfg(any(feature = "rustls", feature = "ring", feature = "native-tls"))]
pub(crate) fn with_tls(
    builder: ClientBuilder,
    base_url: &BaseUrl,
    root_certificates: &[Vec<u8>],
) -> Result<ClientBuilder> {
    if !base_url.is_https() && root_certificates.is_empty() {
        // The client never uses TLS. Loading the authorities of the system would take time, and fail where there are none.
        return back_end::without_authorities(builder);
    }
    back_end::select(builder, root_certificates)
}

/// Fails where the client would need TLS, because no back end is compiled.
///
/// Another crate may have enabled one in reqwest. It is not used: whether it is there can change with any update.
#[cfg(not(any(feature = "rustls", feature = "ring", feature = "native-tls")))]
pub(crate) fn with_tls(
    builder: ClientBuilder,
    base_url: &BaseUrl,
    root_certificates: &[Vec<u8>],
) -> Result<ClientBuilder> {
    if base_url.is_https() || !root_certificates.is_empty() {
        return Err(Error::configuration(
            "https needs a TLS back end: enable the feature `rustls`, `ring` or `native-tls` of atlas-migration-sdk, or \
             pass a client that has one to `ClientBuilder::http_client`",
        ));
    }
    Ok(builder)
}

// The back end is selected explicitly: reqwest's own choice depends on what other crates enable in it.

/// TLS by reqwest: the system's library, or rustls with the cryptography of aws-lc-rs.
#[cfg(any(feature = "native-tls", all(feature = "rustls", not(feature = "ring"))))]
mod back_end {
    use super::*;

    pub(super) fn without_authorities(builder: ClientBuilder) -> Result<ClientBuilder> {
        Ok(back_end(builder).tls_certs_only([]))
    }

    fn back_end(builder: ClientBuilder) -> ClientBuilder {
        #[cfg(feature = "native-tls")]
        return builder.tls_backend_native();
        #[cfg(not(feature = "native-tls"))]
        builder.tls_backend_rustls()
    }

    pub(super) fn select(builder: ClientBuilder, root_certificates: &[Vec<u8>]) -> Result<ClientBuilder> {
        let mut builder = back_end(builder);
        for pem in root_certificates {
            let certificates = reqwest::Certificate::from_pem_bundle(pem)
                .map_err(|error| not_pem().with_source(error.without_url()))?;
            if certificates.is_empty() {
                return Err(no_certificate());
            }
            builder = certificates.into_iter().fold(builder, ClientBuilder::add_root_certificate);
        }
        Ok(builder)
    }
}

/// TLS by rustls with the cryptography of ring, otherwise configured as reqwest configures it: the authorities that the
/// system trusts, TLS 1.2 and 1.3, HTTP/2 before HTTP/1.1.
///
/// reqwest can be given another cryptography only for the whole process, which a library must not decide.
#[cfg(all(feature = "ring", not(feature = "native-tls")))]
mod back_end {
    use std::sync::Arc;

    use rustls::ClientConfig;
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject as _;
    use rustls_platform_verifier::Verifier;

    use super::*;

    pub(super) fn without_authorities(builder: ClientBuilder) -> Result<ClientBuilder> {
        let versions = tls_versions(Arc::new(rustls::crypto::ring::default_provider()))?;
        let authorities = rustls::RootCertStore::empty();
        let configuration = versions.with_root_certificates(authorities).with_no_client_auth();
        Ok(builder.tls_backend_preconfigured(configuration))
    }

    fn tls_versions(
        provider: Arc<rustls::crypto::CryptoProvider>,
    ) -> Result<rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier>> {
        ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::configuration("ring supports no version of TLS").with_source(error))
    }

    pub(super) fn select(builder: ClientBuilder, root_certificates: &[Vec<u8>]) -> Result<ClientBuilder> {
        Ok(builder.tls_backend_preconfigured(configuration(root_certificates)?))
    }

    pub(super) fn configuration(root_certificates: &[Vec<u8>]) -> Result<ClientConfig> {
        let mut roots = Vec::new();
        for pem in root_certificates {
            let before = roots.len();
            for certificate in CertificateDer::pem_slice_iter(pem) {
                roots.push(certificate.map_err(|error| not_pem().with_source(error))?);
            }
            if roots.len() == before {
                return Err(no_certificate());
            }
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = if roots.is_empty() {
            Verifier::new(Arc::clone(&provider))
        } else {
            Verifier::new_with_extra_roots(roots, Arc::clone(&provider))
        };
        let verifier = verifier.map_err(|error| {
            Error::configuration(
                "the root certificates of the system or those that were added cannot be used",
            )
            .with_source(error)
        })?;
        let mut configuration = tls_versions(provider)?
            .dangerous() // The name of the method for any verifier that is not rustls's own.
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        configuration.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(configuration)
    }
}

#[cfg(any(feature = "rustls", feature = "ring", feature = "native-tls"))]
fn not_pem() -> Error {
    Error::configuration("the root certificates are not PEM")
}

#[cfg(any(feature = "rustls", feature = "ring", feature = "native-tls"))]
fn no_certificate() -> Error {
    Error::configuration("the root certificates contain no certificate: they must be PEM")
}

#[cfg(all(test, feature = "ring", not(feature = "native-tls")))]
mod tests {
    use rustls::crypto::{CryptoProvider, ring};

    #[test]
    fn ring_is_the_cryptography_of_the_client_and_not_of_the_process() {
        let configuration = super::back_end::configuration(&[]).unwrap();
        let names = |provider: &CryptoProvider| {
            provider.kx_groups.iter().map(|group| group.name()).collect::<Vec<_>>()
        };
        assert_eq!(names(configuration.crypto_provider()), names(&ring::default_provider()));
        assert_eq!(configuration.alpn_protocols, [&b"h2"[..], b"http/1.1"]);
        assert!(CryptoProvider::get_default().is_none());
    }
}
