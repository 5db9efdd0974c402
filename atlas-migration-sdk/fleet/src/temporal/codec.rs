//! The encryption of what the server of Temporal stores: plans with the names of clusters and hosts, what Atlas reported,
//! and the texts of failures. None of it is a secret, but it is confidential.
//!
//! - AES-256-GCM by `ring`, which TLS brings into the program anyway: no other implementation is compiled in. Each payload
//!   has a random nonce of 96 bits, which is safe for 2³² payloads of a key; a migration has about a hundred.
//! - A payload is encrypted as a whole, with its metadata. The form is that of the encryption samples of Temporal's SDKs
//!   (`binary/encrypted`, `encryption-key-id`, the nonce before the ciphertext), so that a codec server made from one of
//!   them shows the payloads in the web interface.
//! - The texts of failures are moved into an encrypted payload too. What stays readable are the names of workflows,
//!   activities, task queues and failure types, times, and the ids of workflows, which contain the names of fleets and
//!   migrations and the migration hosts.
//! - Without a key, payloads are readable. Readable payloads are accepted with a key too, so that a fleet can be started
//!   without a key and get one later. Encryption hides; who may write is the matter of Temporal's access control.

mod keys;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use prost::Message as _;
use ring::aead::{Aad, NONCE_LEN, Nonce};
use ring::rand::{SecureRandom as _, SystemRandom};
use temporalio_common::data_converters::{
    DataConverter, DefaultFailureConverter, PayloadCodec, PayloadConversionError, PayloadConverter,
    SerializationContextData,
};
use temporalio_common::protos::temporal::api::common::v1::Payload;

pub(crate) use keys::{Keys, create_key_file};

const ENCODING: &str = "encoding";
const ENCRYPTED: &[u8] = b"binary/encrypted";
const KEY_ID: &str = "encryption-key-id";

/// Converts what crosses the server, with these keys.
pub(crate) fn data_converter(keys: Keys) -> DataConverter {
    // Texts of failures are part of the messages, and are encrypted only if they are moved into payloads.
    let failures = DefaultFailureConverter::new(!keys.is_empty());
    DataConverter::new(PayloadConverter::default(), failures, Codec { keys: Arc::new(keys) })
}

/// Encrypts with the first key, and decrypts with all.
#[derive(Clone, Debug)]
struct Codec {
    keys: Arc<Keys>,
}

impl PayloadCodec for Codec {
    fn encode(
        &self,
        _context: &SerializationContextData,
        payloads: Vec<Payload>,
    ) -> BoxFuture<'static, Result<Vec<Payload>, PayloadConversionError>> {
        let result = payloads.into_iter().map(|payload| encrypt(&self.keys, payload)).collect();
        std::future::ready(result).boxed()
    }

    fn decode(
        &self,
        _context: &SerializationContextData,
        payloads: Vec<Payload>,
    ) -> BoxFuture<'static, Result<Vec<Payload>, PayloadConversionError>> {
        let result = payloads.into_iter().map(|payload| decrypt(&self.keys, payload)).collect();
        std::future::ready(result).boxed()
    }
}

fn encrypt(keys: &Keys, payload: Payload) -> Result<Payload, PayloadConversionError> {
    let Some((id, key)) = keys.first() else { return Ok(payload) };
    let mut nonce = [0; NONCE_LEN];
    SystemRandom::new().fill(&mut nonce).map_err(|_| failed("the system has no random numbers"))?;
    let mut text = payload.encode_to_vec();
    let nonce_of_key = Nonce::assume_unique_for_key(nonce);
    key.seal_in_place_append_tag(nonce_of_key, Aad::empty(), &mut text)
        .map_err(|_| failed("a payload is too large to be encrypted"))?;
    let metadata = [(ENCODING, ENCRYPTED.to_vec()), (KEY_ID, id.to_string().into_bytes())];
    Ok(Payload {
        metadata: metadata.map(|(name, value)| (name.to_owned(), value)).into(),
        data: [&nonce[..], &text].concat(),
        ..Payload::default()
    })
}

fn decrypt(keys: &Keys, payload: Payload) -> Result<Payload, PayloadConversionError> {
    if payload.metadata.get(ENCODING).is_none_or(|encoding| encoding != ENCRYPTED) {
        return Ok(payload);
    }
    let id = payload.metadata.get(KEY_ID).map(|id| String::from_utf8_lossy(id)).unwrap_or_default();
    let Some(key) = keys.find(&id) else {
        let found = match keys.ids().map(|id| id.to_string()).collect::<Vec<_>>().join(", ") {
            none if none.is_empty() => "this process has no key".to_owned(),
            ids => format!("this process has only {ids}"),
        };
        return Err(failed(&format!(
            "a payload was encrypted with the key {}, and {found}: add that key to the key file (--key-file, \
             ATLAS_FLEET_KEY_FILE, or `key_file` in the section `codec` of the fleet file)",
            id.escape_debug()
        )));
    };
    let damaged = || failed(&format!("a payload that was encrypted with the key {id} was changed since"));
    let (nonce, text) = payload.data.split_at_checked(NONCE_LEN).ok_or_else(damaged)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| damaged())?;
    let mut text = text.to_vec();
    let decrypted = key.open_in_place(nonce, Aad::empty(), &mut text).map_err(|_| damaged())?;
    Payload::decode(&*decrypted).map_err(|_| damaged())
}

fn failed(message: &str) -> PayloadConversionError {
    PayloadConversionError::EncodingError(message.into())
}
