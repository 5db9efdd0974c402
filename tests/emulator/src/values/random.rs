//! Random values in the server's formats: nonces, tokens, ids. The ids of [`super::fixtures`] are fixed.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// `N` random bytes.
fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if let Err(error) = getrandom::fill(&mut bytes) {
        // A system without random numbers is broken, and the emulator cannot make a single nonce on it.
        panic!("the operating system provides no random bytes: {error}");
    }
    bytes
}

/// A digest nonce: 32 characters of base64.
pub(crate) fn nonce() -> String {
    STANDARD.encode(bytes::<24>())
}

/// 43 characters that are valid in a header, a form and a URL.
pub(crate) fn token() -> String {
    URL_SAFE_NO_PAD.encode(bytes::<32>())
}

/// An id: 24 lower-case hex digits.
pub(crate) fn id() -> String {
    bytes::<12>().iter().map(|byte| format!("{byte:02x}")).collect()
}
