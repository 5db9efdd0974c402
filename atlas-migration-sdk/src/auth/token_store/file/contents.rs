//! The contents of a token's file: JSON with times in whole seconds since 1970.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use secrecy::zeroize::Zeroizing;
use serde::{Deserialize, Serialize};

use crate::auth::token_store::StoredToken;
use crate::values::secret::Secret;

/// The version of the format. A file of another version is not used, but replaced.
const VERSION: u32 = 1;
/// More than what surrounds the token.
const SURROUNDING: usize = 256;

/// Without `Debug`, because it contains a secret.
#[derive(Serialize, Deserialize)]
struct Contents {
    version: u32,
    access_token: Secret,
    issued_at: u64,
    expires_at: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    previous_rejected_at: Option<u64>,
}

/// The token in a file; `None` if the file is cut off, or not one of this version.
pub(super) fn parse(text: &[u8]) -> Option<StoredToken> {
    let contents: Contents = serde_json::from_slice(text).ok()?;
    if contents.version != VERSION || contents.access_token.expose_secret().is_empty() {
        return None;
    }
    let previous_rejected_at = match contents.previous_rejected_at {
        Some(seconds) => Some(time(seconds)?),
        None => None,
    };
    Some(StoredToken {
        token: contents.access_token,
        issued_at: time(contents.issued_at)?,
        expires_at: time(contents.expires_at)?,
        previous_rejected_at,
    })
}

pub(super) fn write(token: &StoredToken) -> serde_json::Result<Zeroizing<Vec<u8>>> {
    let contents = Contents {
        version: VERSION,
        access_token: token.token.clone(),
        issued_at: seconds(token.issued_at),
        expires_at: seconds(token.expires_at),
        previous_rejected_at: token.previous_rejected_at.map(seconds),
    };
    // Twice the token, because every quotation mark in it becomes two characters. Growing would leave a copy behind.
    let capacity = 2 * token.token.expose_secret().len() + SURROUNDING;
    let mut text = Zeroizing::new(Vec::with_capacity(capacity));
    serde_json::to_writer(&mut *text, &contents)?;
    Ok(text)
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// `None` for a time that the system cannot represent.
fn time(seconds: u64) -> Option<SystemTime> {
    UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}
