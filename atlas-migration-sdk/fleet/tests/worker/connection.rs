//! The connection to Temporal: TLS, client certificates, and what is refused.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use crate::support::program::Machine;
use crate::support::server::TemporalServer;

/// A certificate authority, and what it has issued in PEM.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: rcgen::Certificate,
}

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).unwrap();
        Self { issuer: Issuer::new(params, key), certificate }
    }

    /// A certificate for this name, and its key.
    fn issue(&self, name: &str) -> (rcgen::Certificate, KeyPair) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([name.to_owned()]).unwrap();
        (params.signed_by(&key, &self.issuer).unwrap(), key)
    }

    /// A proxy with TLS for `localhost` in front of this address, which requires client certificates of this authority if
    /// `mutual`. Returns its port.
    async fn proxy(&self, address: String, mutual: bool) -> u16 {
        let (certificate, key) = self.issue("localhost");
        let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(Arc::clone(&provider));
        let config = config.with_safe_default_protocol_versions().unwrap();
        let config = if mutual {
            let mut roots = RootCertStore::empty();
            roots.add(self.certificate.der().clone()).unwrap();
            let verifier =
                WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
            config.with_client_cert_verifier(verifier)
        } else {
            config.with_no_client_auth()
        };
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let mut config = config.with_single_cert(vec![certificate.der().clone()], key).unwrap();
        config.alpn_protocols = vec![b"h2".to_vec()];
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (acceptor, address) = (acceptor.clone(), address.clone());
                tokio::spawn(async move {
                    // A client that does not trust the certificate disconnects here.
                    let Ok(mut client) = acceptor.accept(client).await else { return };
                    let Ok(mut server) = TcpStream::connect(address).await else { return };
                    let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
                });
            }
        });
        port
    }
}

/// Only workflows, so that no credentials of Atlas are needed.
const WORKER: [&str; 5] = ["worker", "--listen", "127.0.0.1:0", "--only", "workflows"];

#[tokio::test(flavor = "multi_thread")]
async fn tls_with_a_private_authority() {
    let Some(server) = TemporalServer::start() else { return };
    let authority = Authority::new();
    let port = authority.proxy(server.address(), false).await;
    let mut machine = Machine::offline();
    machine.set("TEMPORAL_ADDRESS", &format!("localhost:{port}")).set("TEMPORAL_TLS", "true");
    let untrusted = machine.run(&WORKER);
    assert_eq!(untrusted.status, 8, "{}", untrusted.stderr);
    assert!(untrusted.stderr.contains("UnknownIssuer"), "{}", untrusted.stderr);

    let ca = machine.write("ca.pem", &authority.certificate.pem());
    machine.set("TEMPORAL_TLS_SERVER_CA_CERT_PATH", ca.to_str().unwrap());
    machine.set("TEMPORAL_API_KEY", "planted-key");
    let worker = machine.start_worker(&["--only", "workflows"]);
    assert!(!worker.log().contains("planted-key"), "{}", worker.log());
    drop(worker);

    // The certificate is not for this name.
    machine.set("TEMPORAL_ADDRESS", &format!("127.0.0.1:{port}"));
    let other = machine.run(&WORKER);
    assert_eq!(other.status, 8, "{}", other.stderr);
    assert!(!other.stderr.contains("planted-key"), "{}", other.stderr);
    machine.set("TEMPORAL_TLS_SERVER_NAME", "localhost");
    machine.start_worker(&["--only", "workflows"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn mutual_tls() {
    let Some(server) = TemporalServer::start() else { return };
    let authority = Authority::new();
    let port = authority.proxy(server.address(), true).await;
    let mut machine = Machine::offline();
    let ca = machine.write("ca.pem", &authority.certificate.pem());
    machine.set("TEMPORAL_ADDRESS", &format!("localhost:{port}")).set("TEMPORAL_TLS", "true");
    machine.set("TEMPORAL_TLS_SERVER_CA_CERT_PATH", ca.to_str().unwrap());
    let without = machine.run(&WORKER);
    assert_eq!(without.status, 8, "{}", without.stderr);

    let (certificate, key) = authority.issue("worker");
    let certificate = machine.write("worker.pem", &certificate.pem());
    let key = machine.write("worker.key", &key.serialize_pem());
    machine.set("TEMPORAL_TLS_CLIENT_CERT_PATH", certificate.to_str().unwrap());
    machine.set("TEMPORAL_TLS_CLIENT_KEY_PATH", key.to_str().unwrap());
    machine.start_worker(&["--only", "workflows"]);
}

#[test]
fn a_namespace_that_does_not_exist_is_named() {
    let Some(server) = TemporalServer::start() else { return };
    let mut machine = Machine::offline();
    machine.set("TEMPORAL_ADDRESS", &server.address()).set("TEMPORAL_NAMESPACE", "atlas");
    let run = machine.run(&WORKER);
    assert_eq!(run.status, 5, "{}", run.stderr);
    let advice = "no namespace \"atlas\": create it (`temporal operator namespace create --namespace atlas`)";
    assert!(run.stderr.contains(advice), "{}", run.stderr);
}

#[test]
fn what_cannot_be_connected_to_is_an_error_with_advice() {
    // A port on which nothing listens.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for (address, variables, status, advice) in [
        (format!("127.0.0.1:{port}"), &[][..], 8, "TEMPORAL_ADDRESS"),
        ("temporal.invalid:7233".to_owned(), &[], 2, "--allow-plaintext"),
        ("temporal.invalid:7233".to_owned(), &[("ATLAS_FLEET_ALLOW_PLAINTEXT", "1")], 8, "temporal.invalid"),
        (
            "http://temporal.invalid:7233".to_owned(),
            &[("ATLAS_FLEET_ALLOW_PLAINTEXT", "1"), ("TEMPORAL_API_KEY", "planted-key")],
            2,
            "without TLS",
        ),
        ("localhost:1".to_owned(), &[("TEMPORAL_PROFILE", "absent")], 2, "\"absent\""),
        ("localhost:1".to_owned(), &[("ATLAS_FLEET_KEY_FILE", "absent.key")], 2, "absent.key"),
    ] {
        let mut machine = Machine::offline();
        machine.set("TEMPORAL_ADDRESS", &address);
        for (name, value) in variables {
            machine.set(name, value);
        }
        let run = machine.run(&WORKER);
        assert_eq!(run.status, status, "{address}: {}", run.stderr);
        assert!(
            run.stderr.contains(advice) && !run.stderr.contains("planted-key"),
            "{address}: {}",
            run.stderr
        );
    }
}
