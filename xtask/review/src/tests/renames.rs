//! Renames and moves in the project's fragment are found as such, and not as a removal and an addition.

use std::fs;

use atlas_codegen::paths;
use openapi_diff::{Change as C, Level, compare};
use openapi_fragment::Document;

/// Replaces texts in the fragment, and expects these edits: change, node, detail and level.
#[track_caller]
fn finds(replacements: &[(&str, &str)], expected: &[(C, &str, &str, Level)]) {
    let text = fs::read_to_string(paths::root().join(paths::FRAGMENT)).expect("the fragment");
    let mut edited = text.clone();
    for (from, to) in replacements {
        assert!(edited.contains(from), "the fragment has no {from}");
        edited = edited.replace(from, to);
    }
    let load = |text: &str| Document::load("fragment", text.as_bytes()).expect("it loads");
    let diff = compare(&load(&text), &load(&edited));
    let found: Vec<_> = diff
        .edits
        .iter()
        .map(|edit| (edit.change, edit.node.name.as_str(), edit.detail.as_str(), edit.level()))
        .collect();
    assert_eq!(found, expected);
    assert!(diff.unclassified.is_empty(), "{:#?}", diff.unclassified);
}

#[test]
fn operation_id() {
    finds(
        &[("operationId: getGroupLiveMigration\n", "operationId: readGroupLiveMigration\n")],
        &[(
            C::OperationIdChanged,
            "getGroupLiveMigration",
            "operationId: getGroupLiveMigration → readGroupLiveMigration",
            Level::None,
        )],
    );
}

#[test]
fn component() {
    finds(
        &[("MigrationStatus:", "State:"), ("schemas/MigrationStatus'", "schemas/State'")],
        &[(C::ComponentRenamed, "State", "MigrationStatus → State", Level::None)],
    );
}

#[test]
fn component_that_changed_too() {
    finds(
        &[
            ("    MigrationSource:", "    Source:"),
            ("schemas/MigrationSource'", "schemas/Source'"),
            (
                "required: [clusterName, groupId, managedAuthentication, ssl]",
                "required: [clusterName, groupId, managedAuthentication]",
            ),
        ],
        &[
            (C::ComponentRenamed, "Source", "MigrationSource → Source", Level::None),
            (C::BecameOptional, "Source", "ssl: no longer required", Level::Additive),
        ],
    );
}

/// Too little of the component stays to match it by its contents; it is matched by the references to it.
#[test]
fn component_that_changed_almost_completely() {
    finds(
        &[
            ("    Link:\n", "    Reference:\n"),
            ("schemas/Link'", "schemas/Reference'"),
            (
                "        href:\n          description: The URL of the resource.\n          type: string\n",
                "        url: {type: string}\n",
            ),
        ],
        &[
            (C::ComponentRenamed, "Reference", "Link → Reference", Level::None),
            (C::PropertyRenamed, "Reference", "href → url", Level::Breaking),
            (C::ProseChanged, "Reference", "url: description removed", Level::None),
        ],
    );
}

#[test]
fn property() {
    finds(
        &[("        lagTimeSeconds:", "        lagSeconds:")],
        &[(C::PropertyRenamed, "Migration", "lagTimeSeconds → lagSeconds", Level::Breaking)],
    );
}

#[test]
fn parameter() {
    finds(
        &[("        - name: name\n", "        - name: prefix\n")],
        &[(C::ParameterRenamed, "listOrgs", "prefix: name: name → prefix", Level::Breaking)],
    );
}

#[test]
fn inline_and_reference() {
    finds(
        &[(
            "hostnameSchemaType: {$ref: '#/components/schemas/HostnameSchemaType'}",
            "hostnameSchemaType: {type: string, enum: [PUBLIC, PRIVATE_LINK, VPC_PEERING]}",
        )],
        &[(
            C::ReferenceInlined,
            "MigrationDestination",
            "hostnameSchemaType: HostnameSchemaType → inline",
            Level::None,
        )],
    );
}

/// The new component is not an edit of its own, however many references to it there are.
#[test]
fn extracted_to_a_new_component() {
    const NAME: &str = "          description: The project's name.
          type: string
          minLength: 1
          maxLength: 64\n";
    const BEFORE: &str = "    AvailableProject:\n";
    finds(
        &[
            (NAME, "          $ref: '#/components/schemas/ProjectName'\n"),
            (BEFORE, "    ProjectName: {type: string, minLength: 1, maxLength: 64}\n    AvailableProject:\n"),
        ],
        &[(C::ReferenceExtracted, "AvailableProject", "name: inline → ProjectName", Level::None)],
    );
    finds(
        &[
            (
                "          type: string\n          minLength: 1\n          example: orders\n        groupId",
                "          $ref: '#/components/schemas/ClusterName'\n        groupId",
            ),
            (
                "          type: string\n          minLength: 1\n          example: destination\n        groupId",
                "          $ref: '#/components/schemas/ClusterName'\n        groupId",
            ),
            (BEFORE, "    ClusterName: {type: string, minLength: 1}\n    AvailableProject:\n"),
        ],
        &[(
            C::ReferenceExtracted,
            "MigrationSource",
            "clusterName: inline → ClusterName, and 1 more reference",
            Level::None,
        )],
    );
}

#[test]
fn reference_to_another() {
    finds(
        &[(
            "sourceGroupId: {$ref: '#/components/schemas/SourceProjectId'}",
            "sourceGroupId: {$ref: '#/components/schemas/HostnameSchemaType'}",
        )],
        &[(
            C::ReferenceChanged,
            "Validation",
            "sourceGroupId: SourceProjectId → HostnameSchemaType",
            Level::Breaking,
        )],
    );
}

#[test]
fn variable_of_a_path() {
    finds(
        &[("{validationId}", "{jobId}"), ("      name: validationId\n", "      name: jobId\n")],
        &[(C::PathVariableRenamed, "ValidationId", "name: validationId → jobId", Level::None)],
    );
}

#[test]
fn one_property_of_every_error_is_one_edit() {
    finds(
        &[("        errorCode:\n", "        traceId: {type: string}\n        errorCode:\n")],
        &[(C::PropertyAdded, "ApiError", "+ traceId: string, optional", Level::Additive)],
    );
}

/// The fragment has the value once, under an anchor, and two schemas use it.
#[test]
fn a_value_that_an_alias_repeats_is_one_edit() {
    finds(
        &[("          maxItems: 1\n", "          maxItems: 3\n")],
        &[(
            C::MaxItemsRaised,
            "MigrationRequest",
            "migrationHosts: maxItems: 1 → 3, also through an alias in schema MigrationRequest20230101",
            Level::Additive,
        )],
    );
    finds(
        &[(
            "The source, the destination and the migration host.\n        required: true",
            "What to migrate.\n        required: false",
        )],
        &[
            (
                C::ProseChanged,
                "createGroupLiveMigration",
                "description changed, also through an alias in operation validateGroupLiveMigrations",
                Level::None,
            ),
            (
                C::BodyBecameOptional,
                "createGroupLiveMigration",
                "body: no longer required, also through an alias in operation validateGroupLiveMigrations",
                Level::Additive,
            ),
        ],
    );
}

#[test]
fn a_response_with_another_status() {
    finds(
        &[("        '202':\n", "        '200':\n")],
        &[(C::SuccessChanged, "cutoverGroupLiveMigration", "response 202 → 200", Level::Breaking)],
    );
    finds(
        &[(
            "PATH_PARAM_PARSE_ERROR on every path.\n        '400': {$ref: '#/components/responses/BadRequest'}",
            "PATH_PARAM_PARSE_ERROR on every path.\n        '415': {$ref: '#/components/responses/BadRequest'}",
        )],
        &[(C::ErrorStatusChanged, "getGroupLiveMigration", "response 400 → 415", Level::Additive)],
    );
}

/// In the fragment one component declares the variable of two paths.
#[test]
fn a_variable_that_a_component_declares() {
    finds(
        &[("{orgId}", "{organizationId}"), ("      name: orgId\n", "      name: organizationId\n")],
        &[(C::PathVariableRenamed, "OrgId", "name: orgId → organizationId", Level::None)],
    );
}

#[test]
fn operations_of_the_fragment() {
    finds(
        &[("  /api/atlas/v2/orgs:\n", "  /api/atlas/v2/organizations:\n")],
        &[(C::OperationMoved, "/api/atlas/v2/organizations", "was /api/atlas/v2/orgs", Level::Breaking)],
    );
    finds(
        &[("    put:\n", "    post:\n")],
        &[(C::OperationMoved, "cutoverGroupLiveMigration", "PUT → POST", Level::Breaking)],
    );
}
