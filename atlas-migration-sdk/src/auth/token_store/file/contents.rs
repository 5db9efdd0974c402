//! The contents of a token's file, in JSON.

use std::time::SystemTime;

use secrecy::zeroize::Zeroizing;
use serde::{Deserialize, Serialize};

use crate::auth::token_store::StoredToken;
use crate::values::secret::Secret;
use crate::values::timestamp::Timestamp;

/// The version of the format. A file of another version is not used, but replaced.
const VERSION: u32 = 1;
/// More than what surrounds the token.
const SURROUNDING: usize = 256;

/// Without `Debug`, because it contains a secret.
#[derive(Serialize, Deserialize)]
struct Contents {
    version: u32,
    access_token: Secret,
    issued_at: Timestamp,
    expires_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    previous_rejected_at: Option<Timestamp>,
}

/// The token in a file; `None` if the file is cut off, or not one of this version.
pub(super) fn parse(text: &[u8]) -> Option<StoredToken> {
    let contents: Contents = serde_json::from_slice(text).ok()?;
    if contents.version != VERSION || contents.access_token.expose_secret().is_empty() {
        return None;
    }
    Some(StoredToken {
        token: contents.access_token,
        issued_at: contents.issued_at.into(),
        expires_at: contents.expires_at.into(),
        previous_rejected_at: contents.previous_rejected_at.map(SystemTime::from),
    })
}

pub(super) fn write(token: &StoredToken) -> serde_json::Result<Zeroizing<Vec<u8>>> {
    let contents = Contents {
        version: VERSION,
        access_token: token.token.clone(),
        issued_at: token.issued_at.into(),
        expires_at: token.expires_at.into(),
        previous_rejected_at: token.previous_rejected_at.map(Timestamp::from),
    };
    // Twice the token, because every quotation mark in it becomes two characters. Growing would leave a copy behind.
    let capacity = 2 * token.token.expose_secret().len() + SURROUNDING;
    let mut text = Zeroizing::new(Vec::with_capacity(capacity));
    serde_json::to_writer(&mut *text, &contents)?;
    Ok(text)
}
