//! What a client needs to know once the emulator accepts requests, for a shell and as JSON.

use std::fs;
use std::io;
use std::path::PathBuf;

use atlas_emulator::Emulator;
use serde::Serialize;

/// Addresses, ids and credentials. The names of the fields are those of the JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Ready<'e> {
    base_url: &'e str,
    org_id: &'e str,
    project_id: &'e str,
    service_account: ServiceAccount<'e>,
    api_key: ApiKey<'e>,
    source_manager: SourceManager<'e>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ServiceAccount<'e> {
    client_id: &'e str,
    client_secret: &'e str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ApiKey<'e> {
    public_key: &'e str,
    private_key: &'e str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SourceManager<'e> {
    base_url: &'e str,
    org_id: &'e str,
    project_id: &'e str,
    cluster: &'e str,
    migration_host: &'e str,
    api_key: ApiKey<'e>,
}

impl<'e> Ready<'e> {
    pub(crate) fn of(emulator: &'e Emulator) -> Self {
        let (client_id, client_secret) = emulator.service_account();
        let api_key = |(public_key, private_key)| ApiKey { public_key, private_key };
        Self {
            base_url: emulator.base_url(),
            org_id: emulator.org_id(),
            project_id: emulator.project_id(),
            service_account: ServiceAccount { client_id, client_secret },
            api_key: api_key(emulator.api_key()),
            source_manager: SourceManager {
                base_url: emulator.source_manager_url(),
                org_id: emulator.source_org_id(),
                project_id: emulator.source_project_id(),
                cluster: emulator.source_cluster(),
                migration_host: emulator.migration_host(),
                api_key: api_key(emulator.source_manager_api_key()),
            },
        }
    }

    /// One line of JSON.
    pub(crate) fn json(&self) -> String {
        // Strings in structs cannot fail.
        let json = serde_json::to_string(self).unwrap_or_else(|error| unreachable!("{error}"));
        json + "\n"
    }

    /// The variables to paste into a shell. One kind of credential is commented out, because a client may reject two.
    pub(crate) fn shell(&self) -> String {
        let Self { base_url, org_id, project_id, service_account, api_key, source_manager } = self;
        let ServiceAccount { client_id, client_secret } = service_account;
        let ApiKey { public_key, private_key } = api_key;
        let SourceManager { base_url: source_url, org_id: source_org_id, api_key: source_key, .. } =
            source_manager;
        let ApiKey { public_key: source_public_key, private_key: source_private_key } = source_key;
        format!(
        "# The Atlas emulator listens on {base_url}; Ctrl-C stops it. Paste into a shell:
export MONGODB_ATLAS_BASE_URL={base_url}
export MONGODB_ATLAS_ORG_ID={org_id}
export MONGODB_ATLAS_PROJECT_ID={project_id}
# Cloud Manager, the source, with its own API key (MONGODB_ATLAS_OPS_MANAGER_URL is something else: a URL of Atlas).
export SOURCE_MANAGER_URL={source_url}
export SOURCE_MANAGER_ORG_ID={source_org_id}
export SOURCE_MANAGER_PUBLIC_API_KEY={source_public_key}
export SOURCE_MANAGER_PRIVATE_API_KEY={source_private_key}
# A service account:
export MONGODB_ATLAS_CLIENT_ID={client_id}
export MONGODB_ATLAS_CLIENT_SECRET={client_secret}
# Or an API key instead:
# export MONGODB_ATLAS_PUBLIC_API_KEY={public_key}
# export MONGODB_ATLAS_PRIVATE_API_KEY={private_key}
# Or a first request with curl:
# curl --user '{public_key}:{private_key}' --digest -X POST \\
#   {base_url}/api/atlas/v2/orgs/{org_id}/liveMigrations/linkTokens \\
#   -H 'Accept: application/vnd.atlas.2024-11-13+json' -d '{{\"accessListIps\":[\"203.0.113.7\"]}}'
"
    )
    }
}

/// A file that exists as long as the emulator accepts requests.
pub(crate) struct ReadyFile(PathBuf);

impl ReadyFile {
    /// Removes the file of an earlier run, so that it is not taken for this one's.
    pub(crate) fn new(path: PathBuf) -> Result<Self, String> {
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(cannot("remove", &path, &error)),
            _ => Ok(Self(path)),
        }
    }

    /// Writes the JSON. Another program sees the whole file or none.
    pub(crate) fn write(&self, ready: &Ready<'_>) -> Result<(), String> {
        let mut unfinished = self.0.clone().into_os_string();
        unfinished.push(".tmp");
        let written = fs::write(&unfinished, ready.json()).and_then(|()| fs::rename(&unfinished, &self.0));
        written.map_err(|error| cannot("write", &self.0, &error))
    }
}

impl Drop for ReadyFile {
    fn drop(&mut self) {
        // It may have been removed already.
        let _ = fs::remove_file(&self.0);
    }
}

fn cannot(action: &str, path: &std::path::Path, error: &io::Error) -> String {
    format!("cannot {action} {}: {error}; choose another --ready-file", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_of_an_earlier_run_is_removed_before_the_emulator_starts() {
        let path = std::env::temp_dir().join(format!("atlas-emulator-ready-{}.json", std::process::id()));
        fs::write(&path, "{}").unwrap();
        let file = ReadyFile::new(path.clone()).unwrap();
        assert!(!path.exists());
        drop(file);
    }

    #[tokio::test]
    async fn shell_exports_one_kind_of_credential() {
        let emulator = Emulator::start().await.unwrap();
        let text = Ready::of(&emulator).shell();
        let exports: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("export ")).collect();
        let names: Vec<_> = exports.iter().map(|export| export.split('=').next().unwrap()).collect();
        assert_eq!(
            names,
            [
                "MONGODB_ATLAS_BASE_URL",
                "MONGODB_ATLAS_ORG_ID",
                "MONGODB_ATLAS_PROJECT_ID",
                "SOURCE_MANAGER_URL",
                "SOURCE_MANAGER_ORG_ID",
                "SOURCE_MANAGER_PUBLIC_API_KEY",
                "SOURCE_MANAGER_PRIVATE_API_KEY",
                "MONGODB_ATLAS_CLIENT_ID",
                "MONGODB_ATLAS_CLIENT_SECRET"
            ]
        );
        assert!(text.lines().all(|line| line.starts_with('#') || line.starts_with("export ")));
    }
}
