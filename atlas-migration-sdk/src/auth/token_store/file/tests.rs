use std::time::{Duration, UNIX_EPOCH};

use proptest::prelude::*;

use super::*;
use crate::values::secret::Secret;

fn at(seconds: u64) -> std::time::SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_token_is_read_as_it_was_written(
        text in "\\PC{1,40}|[\"\\\\x]{1,40}",
        issued in 0..1u64 << 37,
        lifetime in 0..1u64 << 20,
        rejected in proptest::option::of(0..1u64 << 37),
    ) {
        let mut token = StoredToken::new(Secret::new(text.as_str()), at(issued), at(issued + lifetime));
        token.previous_rejected_at = rejected.map(at);
        let written = contents::write(&token).unwrap();
        prop_assert_eq!(contents::parse(&written), Some(token));
        for end in 0..written.len() {
            prop_assert!(contents::parse(&written[..end]).is_none());
        }
    }

    #[test]
    fn no_contents_panic(text in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(contents::parse(&text).is_none());
    }

    #[test]
    fn no_values_panic(
        version in 0..3u32,
        issued in "[0-9]{1,30}|\"[0-9]{4,5}-[01][0-9]-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,20})?Z\"",
        expires in "-?[0-9]{1,30}|\"[-0-9TZ:.]{0,30}\"",
        token in "[x]{0,2}|4711",
    ) {
        let text = format!(
            r#"{{"version":{version},"access_token":"{token}","issued_at":{issued},"expires_at":{expires}}}"#
        );
        contents::parse(text.as_bytes());
    }
}

#[test]
fn a_name_depends_on_the_server_and_on_the_service_account() {
    let name = |base_url, client_id| name(&TokenKey::new(base_url, client_id));
    let names =
        [name("https://a", "b"), name("https://b", "b"), name("https://a", "c"), name("https://ab", "")];
    for (index, one) in names.iter().enumerate() {
        assert!(one.len() == 32 && names[index + 1..].iter().all(|other| other != one), "{names:?}");
    }
}
