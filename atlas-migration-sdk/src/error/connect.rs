//! Why a connection could not be established or used, if that is known.
//!
//! The TLS back ends and the operating system report it only in the sources of reqwest's error. The back ends have no
//! common type, and a custom client may use another version of them, so that their texts are compared.

use std::error::Error;
use std::{io, iter};

use super::redacted;

/// The cause of a failure of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// The TLS back end rejected the certificate, for this reason.
    Certificate(String),
    /// The response to the TLS handshake is not TLS.
    NoTls,
    /// The response is not HTTP.
    NoHttp,
    /// The proxy responded with 407 to the request for a tunnel.
    ProxyCredentials,
    /// The proxy responded with another status that is no success.
    ProxyRefused,
    /// The process, or the system, has no file descriptor left.
    FileDescriptors,
    Other,
}

impl Cause {
    pub(super) fn of(error: &(dyn Error + 'static)) -> Self {
        iter::successors(Some(error), |&error| error.source())
            .find_map(Self::of_source)
            .unwrap_or(Self::Other)
    }

    fn of_source(source: &(dyn Error + 'static)) -> Option<Self> {
        let os_error = source.downcast_ref::<io::Error>().and_then(io::Error::raw_os_error);
        if os_error.is_some_and(|code| TOO_MANY_OPEN_FILES.contains(&code)) {
            return Some(Self::FileDescriptors);
        }
        let text = source.to_string();
        let lower = text.to_lowercase();
        // An alert is about the certificate that the client did not send.
        if lower.contains("certificate") && !lower.contains("alert") {
            return Some(Self::Certificate(redacted(&text, &[])));
        }
        let by_text = TEXTS.iter().find(|(part, _)| lower.contains(part));
        by_text.map(|(_, cause)| cause.clone())
    }
}

/// `EMFILE` and `ENFILE`, which have these numbers on Linux, macOS and the BSDs.
#[cfg(not(windows))]
const TOO_MANY_OPEN_FILES: [i32; 2] = [24, 23];
/// `WSAEMFILE`, and `WSAENOBUFS`, which is what a process without free ports gets.
#[cfg(windows)]
const TOO_MANY_OPEN_FILES: [i32; 2] = [10024, 10055];

/// Parts of the texts of rustls and OpenSSL for a response in plain HTTP, and of hyper for one in TLS and for proxies.
const TEXTS: [(&str, Cause); 6] = [
    ("invalidcontenttype", Cause::NoTls),
    ("wrong version number", Cause::NoTls),
    ("packet length too long", Cause::NoTls),
    ("invalid http version parsed", Cause::NoHttp),
    ("tunnel error: proxy authorization required", Cause::ProxyCredentials),
    ("tunnel error: unsuccessful", Cause::ProxyRefused),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_cause(inner: impl Into<Box<dyn Error + Send + Sync>>, expected: Cause) {
        // Nested as the TLS back ends and hyper nest them.
        let nested = io::Error::other(io::Error::new(io::ErrorKind::InvalidData, inner));
        assert_eq!(Cause::of(&nested), expected);
    }

    #[test]
    fn the_texts_of_the_tls_back_ends() {
        for text in [
            // rustls
            "invalid peer certificate: UnknownIssuer",
            "invalid peer certificate: Expired",
            "peer sent no certificates",
            // OpenSSL
            "error:0A000086:SSL routines:tls_post_process_server_certificate:certificate verify failed:ssl/statem/\
             statem_clnt.c:1890: (self-signed certificate in certificate chain)",
            // macOS and Windows
            "The certificate was not trusted.",
            "A certificate chain processed, but terminated in a root certificate which is not trusted by the trust \
             provider. (os error -2146762487)",
        ] {
            assert_cause(text, Cause::Certificate(text.to_owned()));
        }
        for text in [
            "received corrupt message of type InvalidContentType",
            "error:0A00010B:SSL routines:ssl3_get_record:wrong version number:ssl/record/ssl3_record.c:350:",
            "error:0A0000C6:SSL routines:tls_get_more_records:packet length too long:ssl/record/methods/tls_common.c:662:",
        ] {
            assert_cause(text, Cause::NoTls);
        }
        for text in [
            "received fatal alert: CertificateRequired",
            "error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:ssl/record/rec_layer_s3.c:1605:",
            "unexpected EOF during handshake",
            "connection refused",
        ] {
            assert_cause(text, Cause::Other);
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_errors_of_the_operating_system() {
        for (code, expected) in
            [(24, Cause::FileDescriptors), (23, Cause::FileDescriptors), (111, Cause::Other)]
        {
            assert_eq!(Cause::of(&io::Error::from_raw_os_error(code)), expected);
        }
    }
}
