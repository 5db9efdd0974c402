//! A store in memory, for the clients of one process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{StoredToken, TokenKey, TokenStore, TokenStoreError, TokenStoreLock};
use crate::values::clock::BoxFuture;

/// Keeps access tokens in memory. Clones share them.
///
/// For several clients of one process that use the same service account, for instance with different time limits. The
/// clones of a client share its token without a store.
///
/// ```
/// use atlas_migration_sdk::{Client, Credentials, MemoryTokenStore};
/// use std::time::Duration;
///
/// let tokens = MemoryTokenStore::default();
/// let credentials = Credentials::service_account("mdb_sa_id_…", "mdb_sa_sk_…");
/// let builder = || Client::builder().credentials(credentials.clone()).token_store(tokens.clone());
/// let (patient, fast) = (builder().build()?, builder().operation_timeout(Duration::from_secs(5)).build()?);
/// # Ok::<(), atlas_migration_sdk::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct MemoryTokenStore {
    accounts: Arc<Mutex<HashMap<TokenKey, Account>>>,
}

#[derive(Debug, Default)]
struct Account {
    token: Option<StoredToken>,
    lock: Arc<tokio::sync::Mutex<()>>,
}

impl MemoryTokenStore {
    // Nothing panics while the lock is held.
    fn accounts(&self) -> MutexGuard<'_, HashMap<TokenKey, Account>> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, key: &TokenKey, token: Option<StoredToken>) -> BoxFuture<Result<(), TokenStoreError>> {
        self.accounts().entry(key.clone()).or_default().token = token;
        Box::pin(std::future::ready(Ok(())))
    }
}

impl TokenStore for MemoryTokenStore {
    fn load(&self, key: &TokenKey) -> BoxFuture<Result<Option<StoredToken>, TokenStoreError>> {
        let token = self.accounts().get(key).and_then(|account| account.token.clone());
        Box::pin(std::future::ready(Ok(token)))
    }

    fn save(&self, key: &TokenKey, token: StoredToken) -> BoxFuture<Result<(), TokenStoreError>> {
        self.set(key, Some(token))
    }

    fn remove(&self, key: &TokenKey) -> BoxFuture<Result<(), TokenStoreError>> {
        self.set(key, None)
    }

    fn lock(&self, key: &TokenKey) -> BoxFuture<Result<TokenStoreLock, TokenStoreError>> {
        let lock = Arc::clone(&self.accounts().entry(key.clone()).or_default().lock);
        Box::pin(async { Ok(TokenStoreLock::new(lock.lock_owned().await)) })
    }
}
