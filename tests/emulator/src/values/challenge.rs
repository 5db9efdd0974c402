//! The challenges that the emulator can send: Atlas's own, and those that a gateway or another server may send instead.

use std::fmt::Write as _;

/// A hash algorithm of digest authentication.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DigestAlgorithm {
    /// `MD5`, which Atlas uses.
    Md5,
    /// `SHA-256`.
    Sha256,
    /// An algorithm with another name. The emulator offers it and accepts no credentials with it: a client must skip
    /// the challenge.
    Other(String),
}

impl DigestAlgorithm {
    /// The name in a header.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha256 => "SHA-256",
            Self::Other(name) => name,
        }
    }
}

/// The challenge of one `WWW-Authenticate` header.
///
/// ```
/// use atlas_emulator::{Challenge, Emulator};
///
/// // Two challenges, the weaker one first, with a parameter that Atlas does not send.
/// let md5 = Challenge::md5().parameter("charset", "UTF-8");
/// let builder = Emulator::builder().challenges([md5, Challenge::sha256()]);
/// ```
#[derive(Clone, Debug)]
pub struct Challenge(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Digest(Digest),
    OtherScheme(String),
}

#[derive(Clone, Debug)]
pub(crate) struct Digest {
    pub(crate) algorithm: DigestAlgorithm,
    /// Whether the challenge names its algorithm; without a name it is MD5.
    names_algorithm: bool,
    /// The value of `qop`; `None` as in RFC 2069.
    pub(crate) qop: Option<String>,
    leading_parameters: Vec<(String, String)>,
    trailing_parameters: Vec<(String, String)>,
}

impl Challenge {
    /// The challenge of Atlas: MD5 with `qop="auth"`.
    #[must_use]
    pub fn md5() -> Self {
        Self::digest(DigestAlgorithm::Md5)
    }

    /// SHA-256 with `qop="auth"`.
    #[must_use]
    pub fn sha256() -> Self {
        Self::digest(DigestAlgorithm::Sha256)
    }

    /// This algorithm with `qop="auth"`.
    #[must_use]
    pub fn digest(algorithm: DigestAlgorithm) -> Self {
        let qop = Some("auth".to_owned());
        Self(Kind::Digest(Digest {
            algorithm,
            names_algorithm: true,
            qop,
            leading_parameters: Vec::new(),
            trailing_parameters: Vec::new(),
        }))
    }

    /// A challenge of another scheme, sent unchanged, for instance `Negotiate`. The emulator accepts no credentials
    /// for it.
    #[must_use]
    pub fn other_scheme(text: impl Into<String>) -> Self {
        Self(Kind::OtherScheme(text.into()))
    }

    /// Omits `qop`. The emulator then expects credentials without `qop`.
    #[must_use]
    pub fn without_qop(self) -> Self {
        self.map(|digest| digest.qop = None)
    }

    /// Sets `qop`, for instance to `auth,auth-int`. The emulator expects credentials with `auth`.
    #[must_use]
    pub fn qop(self, qop: impl Into<String>) -> Self {
        self.map(|digest| digest.qop = Some(qop.into()))
    }

    /// Omits the name of the algorithm, which means MD5 by the standard.
    #[must_use]
    pub fn without_algorithm_name(self) -> Self {
        self.map(|digest| digest.names_algorithm = false)
    }

    /// Adds a quoted parameter after the standard ones.
    #[must_use]
    pub fn parameter(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.map(|digest| digest.trailing_parameters.push((name.into(), value.into())))
    }

    /// Adds a quoted parameter before the standard ones.
    #[must_use]
    pub fn leading_parameter(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.map(|digest| digest.leading_parameters.push((name.into(), value.into())))
    }

    fn map(mut self, change: impl FnOnce(&mut Digest)) -> Self {
        if let Kind::Digest(digest) = &mut self.0 {
            change(digest);
        }
        self
    }

    /// The parts of a digest challenge; `None` for another scheme.
    pub(crate) fn as_digest(&self) -> Option<&Digest> {
        match &self.0 {
            Kind::Digest(digest) => Some(digest),
            Kind::OtherScheme(_) => None,
        }
    }

    /// The value of the header.
    pub(crate) fn render(&self, realm: &str, nonce: &str, stale: bool) -> String {
        let digest = match &self.0 {
            Kind::Digest(digest) => digest,
            Kind::OtherScheme(text) => return text.clone(),
        };
        let mut text = String::from("Digest ");
        for (name, value) in &digest.leading_parameters {
            // Writing to a String cannot fail; the same holds below.
            let _ = write!(text, "{name}={}, ", quoted(value));
        }
        let _ = write!(text, r#"realm={}, domain="", nonce="{nonce}""#, quoted(realm));
        if digest.names_algorithm {
            let _ = write!(text, ", algorithm={}", digest.algorithm.name());
        }
        if let Some(qop) = &digest.qop {
            let _ = write!(text, ", qop={}", quoted(qop));
        }
        let _ = write!(text, ", stale={stale}");
        for (name, value) in &digest.trailing_parameters {
            let _ = write!(text, ", {name}={}", quoted(value));
        }
        text
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', r"\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(challenge: Challenge, expected: &str) {
        assert_eq!(challenge.render("r", "n", false), expected);
    }

    #[test]
    fn renders_header_values() {
        // The first is a recorded header of Atlas, with its realm and nonce shortened.
        check(
            Challenge::md5(),
            r#"Digest realm="r", domain="", nonce="n", algorithm=MD5, qop="auth", stale=false"#,
        );
        check(
            Challenge::sha256().without_qop().leading_parameter("charset", "UTF-8").parameter("a", "\"\\"),
            r#"Digest charset="UTF-8", realm="r", domain="", nonce="n", algorithm=SHA-256, stale=false, a="\"\\""#,
        );
        check(
            Challenge::md5().without_algorithm_name().qop("auth,auth-int"),
            r#"Digest realm="r", domain="", nonce="n", qop="auth,auth-int", stale=false"#,
        );
        check(Challenge::other_scheme("Negotiate").without_qop(), "Negotiate");
    }
}
