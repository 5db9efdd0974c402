//! Credentials that cannot be valid, such as those with the line break of the file that they were read from.
//!
//! A server would reject them as wrong, which does not show what to correct. The reasons contain no part of a value.

use std::fmt;

use super::Parts;

/// How Atlas begins the ids and the secrets of service accounts.
const CLIENT_ID_PREFIX: &str = "mdb_sa_id_";
const CLIENT_SECRET_PREFIX: &str = "mdb_sa_sk_";

/// Why a part of the credentials cannot be valid.
pub(crate) struct Problem {
    /// The part, such as "client id".
    part: &'static str,
    /// Whether it is the part that identifies the credentials, and not their secret.
    pub(crate) is_id: bool,
    /// What is wrong with the part, as the rest of a sentence about it.
    pub(crate) reason: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {} {}", self.part, self.reason)
    }
}

/// The first part that cannot be valid.
pub(super) fn problem(parts: &Parts) -> Option<Problem> {
    let id = |part, reason| Problem { part, is_id: true, reason };
    let secret = |part, reason| Problem { part, is_id: false, reason };
    match parts {
        Parts::ServiceAccount { client_id, client_secret } => {
            let client_secret = client_secret.expose_secret();
            let of_id = in_text(client_id).or_else(|| in_client_id(client_id)).or_else(|| in_user(client_id));
            of_id.map(|reason| id("client id of the service account", reason)).or_else(|| {
                let reason = in_text(client_secret).or_else(|| in_client_secret(client_secret));
                reason.map(|reason| secret("client secret of the service account", reason))
            })
        }
        Parts::ApiKey { public_key, private_key } => {
            let of_id =
                in_text(public_key).or_else(|| in_public_key(public_key)).or_else(|| in_user(public_key));
            of_id.map(|reason| id("public key of the API key", reason)).or_else(|| {
                in_text(private_key.expose_secret())
                    .map(|reason| secret("private key of the API key", reason))
            })
        }
        Parts::AccessToken(token) => {
            let token = token.expose_secret();
            let reason = in_text(token).or_else(|| in_access_token(token));
            reason.map(|reason| secret("access token", reason))
        }
    }
}

/// Whether a client id or public key may be a secret in the wrong place, and so is not shown.
pub(crate) fn looks_like_a_secret(id: &str) -> bool {
    id.len() >= 20 && !id.starts_with(CLIENT_ID_PREFIX)
}

/// What no part of any credentials contains: it comes from a file, a shell or the clipboard.
fn in_text(text: &str) -> Option<String> {
    let mut chars = text.chars();
    let (Some(first), last) = (chars.next(), text.chars().next_back()) else {
        return Some("is empty".to_owned());
    };
    if let Some((index, (offset, found))) =
        text.char_indices().enumerate().find(|(_, (_, c))| is_invisible(*c))
    {
        let what = name(found);
        return Some(if index == 0 {
            format!("begins with {what}: remove it")
        } else if text[offset..].chars().all(is_invisible) {
            format!("ends with {what}: remove it")
        } else {
            format!("contains {what} at character {}: remove it", index + 1)
        });
    }
    let ends = [Some(first), last];
    let at = |is: fn(char) -> bool| ends.map(|end| end.is_some_and(is));
    match (at(char::is_whitespace), at(is_quotation_mark)) {
        ([true, _], _) => Some("begins with a space: remove it".to_owned()),
        ([_, true], _) => Some("ends with a space: remove it".to_owned()),
        (_, [true, true]) => Some("is enclosed in quotation marks: remove them".to_owned()),
        (_, [true, false]) => Some("begins with a quotation mark: remove it".to_owned()),
        (_, [false, true]) => Some("ends with a quotation mark: remove it".to_owned()),
        (_, [false, false]) => None,
    }
}

/// RFC 7617 section 2 and RFC 7616 section 3.4.2: the colon ends the user name.
fn in_user(text: &str) -> Option<String> {
    text.contains(':').then(|| "contains a colon, which no user name of HTTP can contain".to_owned())
}

fn in_client_id(text: &str) -> Option<String> {
    text.starts_with(CLIENT_SECRET_PREFIX).then(|| {
        format!("begins with {CLIENT_SECRET_PREFIX}, as client secrets do: check whether id and secret are swapped")
    })
}

fn in_client_secret(text: &str) -> Option<String> {
    text.starts_with(CLIENT_ID_PREFIX).then(|| {
        format!("begins with {CLIENT_ID_PREFIX}, as client ids do: check whether id and secret are swapped")
    })
}

fn in_public_key(text: &str) -> Option<String> {
    if is_uuid(text) {
        return Some(
            "has the form of a private key: check whether public and private key are swapped".to_owned(),
        );
    }
    of_service_account(text)
}

fn in_access_token(text: &str) -> Option<String> {
    if text.get(.."Bearer ".len()).is_some_and(|start| start.eq_ignore_ascii_case("Bearer ")) {
        return Some("begins with `Bearer `, which the client adds: remove it".to_owned());
    }
    let other = text.chars().position(|c| !c.is_ascii_graphic());
    other
        .map(|index| {
            format!("contains a character that no access token contains, at character {}", index + 1)
        })
        .or_else(|| of_service_account(text))
}

/// The id or the secret of a service account, given as something else.
fn of_service_account(text: &str) -> Option<String> {
    let prefix =
        [CLIENT_ID_PREFIX, CLIENT_SECRET_PREFIX].into_iter().find(|prefix| text.starts_with(prefix))?;
    Some(format!(
        "begins with {prefix}: it belongs to a service account, which needs a client id and a client secret"
    ))
}

/// 32 hex digits in the groups of a UUID, the form of private keys.
fn is_uuid(text: &str) -> bool {
    let groups =
        text.split('-').map(|group| (group.len(), group.bytes().all(|digit| digit.is_ascii_hexdigit())));
    groups.eq([8, 4, 4, 4, 12].map(|length| (length, true)))
}

/// Control characters, and others that are not visible: those without a width, and those that only change the
/// direction of the text.
fn is_invisible(c: char) -> bool {
    let invisible = '\u{200b}'..='\u{200f}';
    c.is_control()
        || invisible.contains(&c)
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Quotation marks of shells and of typography.
pub(in crate::values) fn is_quotation_mark(c: char) -> bool {
    matches!(c, '"' | '\'' | '`' | '\u{2018}'..='\u{201f}')
}

fn name(c: char) -> String {
    match c {
        '\n' | '\r' | '\u{2028}' | '\u{2029}' => "a line break".to_owned(),
        '\t' => "a tab".to_owned(),
        '\u{feff}' => "a byte order mark (U+FEFF)".to_owned(),
        c if c.is_control() => format!("the control character U+{:04X}", u32::from(c)),
        c => format!("the invisible character U+{:04X}", u32::from(c)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::credentials::Credentials;

    /// Each kind of credentials with this text as one of its parts, and the name of that part.
    fn each_part(text: &str) -> [(Credentials, &'static str); 5] {
        [
            (Credentials::service_account(text, "x"), "the client id of the service account"),
            (Credentials::service_account("x", text), "the client secret of the service account"),
            (Credentials::api_key(text, "x"), "the public key of the API key"),
            (Credentials::api_key("x", text), "the private key of the API key"),
            (Credentials::access_token(text), "the access token"),
        ]
    }

    #[test]
    fn what_files_shells_and_clipboards_add_is_a_problem_of_every_part() {
        for (text, reason) in [
            ("", "is empty"),
            ("planted\n", "ends with a line break"),
            ("planted\r\n", "ends with a line break"),
            ("planted\n\n", "ends with a line break"),
            ("\nplanted", "begins with a line break"),
            ("plan\nted", "contains a line break at character 5"),
            ("planted\u{2028}", "ends with a line break"),
            ("planted\t", "ends with a tab"),
            ("planted\0", "ends with the control character U+0000"),
            ("plan\u{7f}ted", "contains the control character U+007F at character 5"),
            ("planted\u{85}", "ends with the control character U+0085"),
            ("\u{feff}planted", "begins with a byte order mark"),
            ("plan\u{200b}ted", "contains the invisible character U+200B at character 5"),
            ("\u{202d}planted\u{202c}", "begins with the invisible character U+202D"),
            ("plan\u{2068}ted", "contains the invisible character U+2068"),
            (" planted", "begins with a space"),
            ("planted ", "ends with a space"),
            ("planted\u{a0}", "ends with a space"),
            (" ", "begins with a space"),
            ("\"planted\"", "is enclosed in quotation marks"),
            ("'planted'", "is enclosed in quotation marks"),
            ("“planted”", "is enclosed in quotation marks"),
            ("'planted", "begins with a quotation mark"),
            ("planted\"", "ends with a quotation mark"),
        ] {
            for (credentials, part) in each_part(text) {
                let problem = credentials.problem().map(|problem| problem.to_string()).unwrap_or_default();
                assert!(problem.starts_with(&format!("{part} {reason}")), "{text:?}: {problem}");
                assert!(!problem.contains("plan"), "{problem}");
            }
        }
    }

    #[test]
    fn parts_in_the_wrong_place_are_a_problem() {
        const UUID: &str = "b3b0a6f1-1234-4abc-8def-0123456789ab";
        for (credentials, expected) in [
            (
                Credentials::service_account("mdb_sa_sk_planted", "mdb_sa_id_planted"),
                "the client id of the service account begins with mdb_sa_sk_",
            ),
            (
                Credentials::service_account("mdb_sa_id_planted", "mdb_sa_id_planted"),
                "the client secret of the service account begins with mdb_sa_id_",
            ),
            (
                Credentials::service_account("plan:ted", "planted"),
                "the client id of the service account contains a colon",
            ),
            (
                Credentials::api_key(UUID, "abcdefgh"),
                "the public key of the API key has the form of a private key",
            ),
            (Credentials::api_key("plan:ted", UUID), "the public key of the API key contains a colon"),
            (
                Credentials::api_key("mdb_sa_id_planted", "mdb_sa_sk_planted"),
                "it belongs to a service account",
            ),
            (Credentials::access_token("mdb_sa_sk_planted"), "it belongs to a service account"),
            (Credentials::access_token("bearer planted"), "the access token begins with `Bearer `"),
            (Credentials::access_token("plan ted"), "no access token contains, at character 5"),
            (Credentials::access_token("plan\u{e9}ted"), "no access token contains, at character 5"),
        ] {
            let problem = credentials.problem().map(|problem| problem.to_string()).unwrap_or_default();
            assert!(problem.contains(expected), "{problem}");
            assert!(!problem.contains("planted") && !problem.contains("b3b0"), "{problem}");
        }
    }

    #[test]
    fn unusual_credentials_are_accepted() {
        for (credentials, _) in
            ["x", "a=b+c/d~e.f_g-h", "it's\"here", "(x)"].iter().flat_map(|text| each_part(text))
        {
            assert!(credentials.problem().is_none());
        }
        for credentials in [
            Credentials::service_account("mdb_sa_id_64b1f0a2c3d4e5f60718293c", "mdb_sa_sk_x:y z"),
            Credentials::api_key("someone@example.com", "b3b0a6f1-1234-4abc-8def-0123456789ab"),
            Credentials::access_token("eyJhbGciOiJub25lIn0.e30."),
        ] {
            assert!(credentials.problem().is_none());
        }
    }

    #[test]
    fn ids_of_atlas_do_not_look_like_secrets() {
        for (id, expected) in [
            ("mdb_sa_id_64b1f0a2c3d4e5f60718293c", false),
            ("abcdefgh", false),
            ("mdb_sa_sk_64b1f0a2c3d4e5f60718293c", true),
            ("b3b0a6f1-1234-4abc-8def-0123456789ab", true),
        ] {
            assert_eq!(looks_like_a_secret(id), expected, "{id}");
        }
    }
}
