//! The data that exists when the emulator starts. It is fixed, so that the variables exported in a shell stay valid
//! after a restart. The secrets give access to an emulator on the same machine only.

use serde_json::{Value, json};

use super::{ApiKey, ServiceAccount};

/// The first organization.
pub(crate) const ORG_ID: &str = "64b1f0a2c3d4e5f60718293a";
/// The project.
pub(crate) const PROJECT_ID: &str = "64b1f0a2c3d4e5f60718293b";
/// The name of the project.
pub(crate) const PROJECT_NAME: &str = "Project-0";
/// The organization in Cloud Manager.
pub(crate) const SOURCE_ORG_ID: &str = "5f9ad6b7e1c2a3041d0e9b10";
/// The project in Cloud Manager that can be migrated.
pub(crate) const SOURCE_PROJECT_ID: &str = "5f9ad6b7e1c2a3041d0e9b11";
/// The cluster of the source project.
pub(crate) const SOURCE_CLUSTER: &str = "orders";
/// The host that runs the migrations of the source project.
pub(crate) const MIGRATION_HOST: &str = "migration-host.example.com";

pub(crate) fn service_account() -> ServiceAccount {
    ServiceAccount {
        id: "mdb_sa_id_64b1f0a2c3d4e5f60718293c".to_owned(),
        secret: "mdb_sa_sk_emulator-secret-000000000000000000".to_owned(),
    }
}

pub(crate) fn api_key() -> ApiKey {
    ApiKey { public: "emulator".to_owned(), private: "00000000-0000-4000-8000-0000656d756c".to_owned() }
}

/// The API key of Cloud Manager.
pub(crate) fn source_manager_api_key() -> ApiKey {
    ApiKey { public: "cloud-manager".to_owned(), private: "00000000-0000-4000-8000-636c6f75646d".to_owned() }
}

/// The id of the organization with this index. The first is [`ORG_ID`].
pub(crate) fn org_id(index: usize) -> String {
    if index == 0 { ORG_ID.to_owned() } else { format!("64b1f0a2c3d4e5f7{index:08x}") }
}

/// The name of the organization with this index.
pub(crate) fn org_name(index: usize) -> String {
    if index == 0 { "Emulated-Organization".to_owned() } else { format!("Organization-{index}") }
}

/// The source projects that are available to a linked organization.
pub(crate) fn available_projects() -> Vec<Value> {
    vec![json!({
        "deployments": [{
            "agentVersion": "108.0.12.8846-1",
            "clusterId": "5f9ad6b7e1c2a3041d0e9b12",
            "dbSizeBytes": 3_221_225_472_u64,
            "featureCompatibilityVersion": "7.0",
            "managed": true,
            "mongoDBVersion": "7.0.14",
            "name": SOURCE_CLUSTER,
            "oplogSizeMB": 990,
            "sharded": false,
            "tlsEnabled": true,
        }],
        "migrationHosts": [MIGRATION_HOST],
        "name": "Shop",
        "projectId": SOURCE_PROJECT_ID,
    })]
}
