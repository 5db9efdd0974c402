//! The model types of responses, generated from the OpenAPI fragment.
//!
//! Structs are `#[non_exhaustive]`, because Atlas may add fields. Enums are open: a value that this version of the crate
//! does not know is kept. All types serialize and deserialize with the names of the API, and implement `JsonSchema` with
//! the feature `schemars`. For tests, deserialize a struct from the JSON of the API.
//!
//! Request bodies have no models: a [`MigrationPlan`](crate::MigrationPlan) describes a migration, and the other
//! methods take their values as arguments.

pub use crate::generated::models::{
    AvailableDeployment, AvailableProject, FieldViolation, Link, Migration, MigrationStatus, Organization,
    OrganizationPage, ProjectDetails, ProjectPage, RegionUsageRestrictions, ResourceTag, Validation,
    ValidationStatus,
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_use_the_names_of_the_api() {
        let json = r#"{"_id":"6296fb4c7c7aa997cf94e9a8","lagTimeSeconds":7,"migrationHosts":["h"],"readyForCutover":true,"status":"PAUSED"}"#;
        let migration: Migration = serde_json::from_str(json).unwrap();
        assert_eq!(migration.status, Some(MigrationStatus::from("PAUSED")));
        assert!(!migration.status.as_ref().unwrap().is_known());
        assert_eq!(
            serde_json::to_value(&migration).unwrap(),
            serde_json::from_str::<serde_json::Value>(json).unwrap()
        );
    }

    #[cfg(feature = "schemars")]
    #[test]
    fn models_have_json_schemas() {
        type Types = (Migration, crate::LinkToken, crate::ShardKeyOrder);
        let schema = serde_json::to_string(&schemars::schema_for!(Types)).unwrap();
        for part in ["\"lagTimeSeconds\"", "\"format\":\"password\"", "\"hashed\"", "^[a-f0-9]{24}$"] {
            assert!(schema.contains(part), "{part} is not in {schema}");
        }
        assert!(!schema.contains("\"lag_time_seconds\""), "{schema}");
    }
}
