//! A store that fails.

use std::sync::{Arc, Mutex};

use atlas_migration_sdk::{
    BoxFuture, ErrorKind, StoredToken, TokenKey, TokenStore, TokenStoreError, TokenStoreLock,
};

use super::{Clients, call, emulator, revocations};
use crate::common::token_requests;

/// A store of which every access fails, except the lock if `locks`.
#[derive(Clone, Debug, Default)]
struct FailingStore {
    locks: bool,
    accesses: Arc<Mutex<Vec<&'static str>>>,
}

impl FailingStore {
    fn fail<T: Send + 'static>(&self, access: &'static str) -> BoxFuture<Result<T, TokenStoreError>> {
        self.accesses.lock().unwrap().push(access);
        Box::pin(async { Err("the disk is on fire".into()) })
    }
}

impl TokenStore for FailingStore {
    fn load(&self, _: &TokenKey) -> BoxFuture<Result<Option<StoredToken>, TokenStoreError>> {
        self.fail("load")
    }

    fn save(&self, _: &TokenKey, _: StoredToken) -> BoxFuture<Result<(), TokenStoreError>> {
        self.fail("save")
    }

    fn remove(&self, _: &TokenKey) -> BoxFuture<Result<(), TokenStoreError>> {
        self.fail("remove")
    }

    fn lock(&self, _: &TokenKey) -> BoxFuture<Result<TokenStoreLock, TokenStoreError>> {
        if self.locks { Box::pin(async { Ok(TokenStoreLock::new(())) }) } else { self.fail("lock") }
    }
}

#[tokio::test]
async fn a_store_that_fails_does_not_fail_a_call() {
    for (locks, accesses) in [(false, &["load", "lock"][..]), (true, &["load", "load", "save"])] {
        let emulator = emulator().await;
        let store = FailingStore { locks, ..FailingStore::default() };
        let client = Clients::new(&emulator, store.clone()).client();
        call(&emulator, &client).await.unwrap();
        call(&emulator, &client).await.unwrap();
        assert_eq!((token_requests(&emulator), &*store.accesses.lock().unwrap()), (1, &accesses.to_vec()));
        // Its own token is revoked; that of the store may remain.
        let error = client.revoke().await.unwrap_err();
        assert_eq!((error.kind(), revocations(&emulator)), (ErrorKind::TokenStore, 1));
        assert!(error.to_string().contains("the disk is on fire"), "{error}");
    }
}
