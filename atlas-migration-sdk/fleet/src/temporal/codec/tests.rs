//! The codec: what is encrypted comes back, and nothing else does.

use proptest::prelude::*;

use super::*;

const FIRST: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const SECOND: &str = "f0f1f2f3f4f5f6f7f8f9fafbfcfdfefff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";

fn keys(text: &str) -> Keys {
    Keys::parse(text).unwrap()
}

fn message(result: Result<Payload, PayloadConversionError>) -> String {
    match result {
        Err(PayloadConversionError::EncodingError(error)) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

fn payloads() -> impl Strategy<Value = Payload> {
    let metadata =
        prop::collection::hash_map("[a-z/-]{1,20}", prop::collection::vec(any::<u8>(), 0..30), 0..4);
    (metadata, prop::collection::vec(any::<u8>(), 0..300))
        .prop_map(|(metadata, data)| Payload { metadata, data, ..Payload::default() })
        .prop_filter("it is not encrypted", |payload| !payload.metadata.contains_key(ENCODING))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// With its metadata. Nothing of it is readable, and no two encryptions are equal.
    #[test]
    fn an_encrypted_payload_comes_back(payload in payloads()) {
        let keys = keys(FIRST);
        let encrypted = encrypt(&keys, payload.clone()).unwrap();
        prop_assert_eq!(&encrypted.metadata[ENCODING], ENCRYPTED);
        prop_assert_eq!(encrypted.metadata.len(), 2);
        if payload.data.len() > 8 {
            prop_assert!(!encrypted.data.windows(payload.data.len()).any(|part| part == payload.data));
        }
        prop_assert_ne!(&encrypted, &encrypt(&keys, payload.clone()).unwrap());
        prop_assert_eq!(decrypt(&keys, encrypted).unwrap(), payload);
    }

    /// Any changed byte, of the nonce, the text or the tag, and any cut.
    #[test]
    fn a_changed_payload_is_an_error(payload in payloads(), place in any::<prop::sample::Index>(), bit in 0..8u8) {
        let keys = keys(FIRST);
        let encrypted = encrypt(&keys, payload).unwrap();
        let place = place.index(encrypted.data.len());
        let mut changed = encrypted.clone();
        changed.data[place] ^= 1 << bit;
        prop_assert!(message(decrypt(&keys, changed)).contains("was changed since"));
        let mut cut = encrypted;
        cut.data.truncate(place);
        prop_assert!(message(decrypt(&keys, cut)).contains("was changed since"));
    }

    #[test]
    fn a_readable_payload_stays_as_it_is(payload in payloads()) {
        prop_assert_eq!(decrypt(&keys(FIRST), payload.clone()).unwrap(), payload.clone());
        prop_assert_eq!(encrypt(&Keys::default(), payload.clone()).unwrap(), payload);
    }

    /// Hex digits, comments, empty lines and anything else: a key file or an error, and never a panic.
    #[test]
    fn any_text_is_a_key_file_or_an_error(text in "([0-9a-f]{64}\n|#.*\n|\\PC*\n){0,4}") {
        let _ = Keys::parse(&text);
    }
}

/// The nonce of another payload decrypts nothing.
#[test]
fn another_nonce_is_an_error() {
    let keys = keys(FIRST);
    let [mut one, other] = [b"one", b"two"]
        .map(|data| encrypt(&keys, Payload { data: data.to_vec(), ..Payload::default() }).unwrap());
    one.data[..NONCE_LEN].copy_from_slice(&other.data[..NONCE_LEN]);
    assert!(message(decrypt(&keys, one)).contains("was changed since"));
}

/// The id of the key is in the error, and no key.
#[test]
fn another_key_is_an_error_that_names_the_keys() {
    let first = keys(FIRST);
    let encrypted = encrypt(&first, Payload { data: b"text".to_vec(), ..Payload::default() }).unwrap();
    let id = first.first().unwrap().0.to_string();
    for (others, found) in [
        (keys(SECOND), format!("only {}", keys(SECOND).first().unwrap().0)),
        (Keys::default(), "no key".to_owned()),
    ] {
        let message = message(decrypt(&others, encrypted.clone()));
        assert!(message.contains(&id) && message.contains(&found), "{message}");
        assert!(message.contains("ATLAS_FLEET_KEY_FILE"), "{message}");
        assert!(!message.contains(FIRST) && !message.contains(SECOND), "{message}");
    }
}

#[test]
fn the_first_key_encrypts_and_all_decrypt() {
    let both = keys(&format!("# new\n{SECOND}\n\n{FIRST}\n"));
    let payload = Payload { data: b"text".to_vec(), ..Payload::default() };
    let old = encrypt(&keys(FIRST), payload.clone()).unwrap();
    assert_eq!(decrypt(&both, old).unwrap(), payload);
    let new = encrypt(&both, payload.clone()).unwrap();
    assert_eq!(decrypt(&keys(SECOND), new).unwrap(), payload);
}

/// A payload that the encryption sample of another SDK could have made: the nonce, then the ciphertext with its tag, of
/// the serialized payload.
#[test]
fn the_form_is_that_of_the_samples() {
    use ring::aead::{AES_256_GCM, LessSafeKey, UnboundKey};
    let bytes: Vec<u8> = (0..32).collect();
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &bytes).unwrap());
    let payload = Payload {
        metadata: [("encoding".to_owned(), b"json/plain".to_vec())].into(),
        data: b"{}".to_vec(),
        ..Payload::default()
    };
    let mut text = payload.encode_to_vec();
    let nonce = [7; NONCE_LEN];
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut text).unwrap();
    let keys = keys(FIRST);
    let id = keys.first().unwrap().0.to_string();
    // The first digits of the SHA-256 digest of the bytes 0 to 31, by another program.
    assert_eq!(id, "630dcd2966c43366");
    let metadata = [
        ("encoding".to_owned(), b"binary/encrypted".to_vec()),
        ("encryption-key-id".to_owned(), id.into_bytes()),
    ];
    let encrypted =
        Payload { metadata: metadata.into(), data: [&nonce[..], &text].concat(), ..Payload::default() };
    assert_eq!(decrypt(&keys, encrypted).unwrap(), payload);
}

#[test]
fn what_is_no_key_file_is_an_error_without_its_content() {
    for (text, problem) in [
        ("", "no key"),
        ("# only a comment\n", "no key"),
        ("0001\n", "line 1 is not a key: a key has 64 hex digits"),
        (&format!("{FIRST}\n{}", FIRST.replace('0', "g")), "line 2 is not a key"),
        (&format!("{FIRST}\n{FIRST}"), "line 2 repeats a key"),
    ] {
        let error = Keys::parse(text).unwrap_err();
        assert!(error.contains(problem), "{error}");
        assert!(!error.contains("0001") && !error.contains("ggg"), "{error}");
    }
    assert!(!format!("{:?}", keys(FIRST)).contains(FIRST));
}

#[cfg(unix)]
#[test]
fn a_key_file_that_others_may_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fleet.key");
    let id = create_key_file(&path).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(Keys::read(&path).unwrap().ids().collect::<Vec<_>>(), [id]);
    assert!(create_key_file(&path).unwrap_err().to_string().contains("exists already"));
    for mode in [0o604, 0o640, 0o660, 0o644] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let error = Keys::read(&path).unwrap_err().to_string();
        assert!(error.contains("other users may read it") && error.contains("chmod 600"), "{error}");
    }
    let error = Keys::read(&folder.path().join("absent")).unwrap_err().to_string();
    assert!(error.contains("cannot be read") && error.contains("absent"), "{error}");
}
