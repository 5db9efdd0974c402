//! The store of access tokens, with its failures on the standard error: the library only logs them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use atlas_migration_sdk::{
    BoxFuture, FileTokenStore, StoredToken, TokenKey, TokenStore, TokenStoreError, TokenStoreLock,
};

/// A store that writes its first failure to the standard error.
#[derive(Clone, Debug)]
pub(super) struct Reported {
    store: FileTokenStore,
    has_reported: Arc<AtomicBool>,
}

impl Reported {
    pub(super) fn new(store: FileTokenStore) -> Self {
        Self { store, has_reported: Arc::default() }
    }

    fn report<T: 'static>(
        &self,
        access: BoxFuture<Result<T, TokenStoreError>>,
    ) -> BoxFuture<Result<T, TokenStoreError>> {
        let has_reported = Arc::clone(&self.has_reported);
        Box::pin(async move {
            let result = access.await;
            if let Err(error) = &result
                && !has_reported.swap(true, Ordering::Relaxed)
            {
                crate::output::note!("warning: access token store: {error}");
            }
            result
        })
    }
}

impl TokenStore for Reported {
    fn load(&self, key: &TokenKey) -> BoxFuture<Result<Option<StoredToken>, TokenStoreError>> {
        self.report(self.store.load(key))
    }

    fn save(&self, key: &TokenKey, token: StoredToken) -> BoxFuture<Result<(), TokenStoreError>> {
        self.report(self.store.save(key, token))
    }

    fn remove(&self, key: &TokenKey) -> BoxFuture<Result<(), TokenStoreError>> {
        self.report(self.store.remove(key))
    }

    fn lock(&self, key: &TokenKey) -> BoxFuture<Result<TokenStoreLock, TokenStoreError>> {
        self.report(self.store.lock(key))
    }
}
