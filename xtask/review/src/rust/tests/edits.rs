//! Single edits of the fragment, each with its expected bump.

use crate::rust::verdict::Bump::{self, Major, Minor, None};

/// One edit: texts of the fragment with their replacements. Every occurrence is replaced.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) bump: Bump,
    pub(super) edit: &'static [(&'static str, &'static str)],
}

impl Case {
    /// Applies the edit to the fragment. The error names the text that the fragment does not contain.
    pub(super) fn apply(&self, fragment: &str) -> Result<String, String> {
        self.edit.iter().try_fold(fragment.to_owned(), |text, (from, to)| {
            replace(&text, from, to)
                .ok_or_else(|| format!("{}: the fragment does not contain {from:?}", self.name))
        })
    }
}

/// Replaces every occurrence of `from`. If `from` contains `[...]`, this stands for the shortest text between the two
/// parts, and only the first occurrence is replaced. Returns `None` if there is no occurrence.
pub(super) fn replace(text: &str, from: &str, to: &str) -> Option<String> {
    if let Some((begin, end)) = from.split_once("[...]") {
        let begins = text.find(begin)?;
        let ends = begins + begin.len() + text[begins + begin.len()..].find(end)? + end.len();
        return Some(format!("{}{to}{}", &text[..begins], &text[ends..]));
    }
    text.contains(from).then(|| text.replace(from, to))
}

const fn case(name: &'static str, bump: Bump, edit: &'static [(&'static str, &'static str)]) -> Case {
    Case { name, bump, edit }
}

const MIGRATION_PROPERTIES: &str = "        _id: {$ref: '#/components/schemas/MigrationId'}\n";
const STARTED_AT: &str = "        _id: {$ref: '#/components/schemas/MigrationId'}
        startedAt: {description: Its start., type: string}\n";
const SOURCE_AND_DESTINATION: &str = "      required: [destination, migrationHosts, source]
      properties:\n";
const READ_PARAMETERS: &str = "can be cut over.
      parameters:\n";

#[rustfmt::skip]
pub(super) const EDITS: &[Case] = &[
    // ---- operations --------------------------------------------------------------------------------------------
    case("operation id renamed", Major, &[("operationId: getGroupLiveMigration\n", "operationId: readGroupLiveMigration\n")]),
    case("path renamed", None, &[("  /api/atlas/v2/orgs:\n", "  /api/atlas/v2/organizations:\n")]),
    case("HTTP method changed", None, &[("    put:\n", "    post:\n")]),
    case("short name changed", None, &[("x-short-name: cutoverMigration", "x-short-name: cutOver")]),
    case("role changed", None, &[("x-required-role: Organization Member", "x-required-role: Organization Owner")]),
    case("no longer idempotent", None, &[("x-atlas-cli: atlas liveMigrations describe\n      x-required-role: Organization Member\n      x-idempotent: true", "x-atlas-cli: atlas liveMigrations describe\n      x-required-role: Organization Member\n      x-idempotent: false")]),
    case("summary changed", None, &[("summary: Read a migration", "summary: Look at a migration")]),
    case("operation removed", Major, &[("    delete:\n      operationId: deleteOrg[...]\n\n", "\n")]),
    case("operation added", Minor, &[("    delete:\n      operationId: deleteOrg", ADDED_GET)]),
    case("another status of success", None, &[("        '202':\n", "        '200':\n")]),
    case("an error is no longer listed", None, &[("        '406': {$ref: '#/components/responses/NotAcceptable'}\n        '409'", "        '409'")]),
    case("newest version changed", None, &[("2024-05-30", "2025-02-19")]),
    case("sunset moved", None, &[("x-sunset: '2027-07-01'", "x-sunset: '2028-07-01'")]),
    case("response is one item instead of a list", None, &[("                type: array\n                items: {$ref: '#/components/schemas/AvailableProject'}\n", "                $ref: '#/components/schemas/AvailableProject'\n")]),
    // ---- parameters --------------------------------------------------------------------------------------------
    case("query parameter added", None, &[(READ_PARAMETERS, "can be cut over.
      parameters:
        - {name: detailed, in: query, description: More., schema: {type: boolean}}\n")]),
    case("query parameter removed", None, &[("        - name: name\n[...]schema: {type: string}\n", "")]),
    case("query parameter for the format removed", None, &[("be cut over.\n      parameters:\n        - $ref: '#/components/parameters/Envelope'\n        - $ref: '#/components/parameters/Pretty'\n", "be cut over.\n      parameters:\n        - $ref: '#/components/parameters/Envelope'\n")]),
    case("query parameter renamed within its position", None, &[("name: pageNum\n", "name: pageNumber\n")]),
    case("query parameters renamed so that two swap positions", None, &[("name: pageNum\n", "name: index\n"), ("name: itemsPerPage\n", "name: size\n")]),
    case("variable of a path renamed", None, &[("{orgId}", "{organizationId}"), ("      name: orgId\n", "      name: organizationId\n")]),
    case("query parameter renamed past another", None, &[("name: includeCount\n", "name: withCount\n")]),
    case("query parameter required", None, &[("      name: pageNum\n      in: query\n", "      name: pageNum\n      in: query\n      required: true\n")]),
    case("query parameter of another type", None, &[("schema: {type: integer, minimum: 1, default: 1}", "schema: {type: string}")]),
    case("larger maximum", None, &[("maximum: 500", "maximum: 1000")]),
    // ---- responses ---------------------------------------------------------------------------------------------
    case("optional response field added", Minor, &[(MIGRATION_PROPERTIES, STARTED_AT)]),
    case("required response field added", Minor, &[("      required: [deployments, migrationHosts, name, projectId]\n      properties:\n", "      required: [deployments, migrationHosts, name, projectId, region]\n      properties:\n        region: {description: Its region., type: string}\n")]),
    case("response field of a new schema added", Minor, &[(MIGRATION_PROPERTIES, "        _id: {$ref: '#/components/schemas/MigrationId'}\n        details: {$ref: '#/components/schemas/MigrationDetails'}\n"), ("    MigrationStatus:\n", "    MigrationDetails:\n      description: More.\n      type: object\n      properties:\n        note: {description: A note., type: string}\n    MigrationStatus:\n")]),
    case("response field removed", Major, &[(LAG, "")]),
    case("response field renamed", Major, &[("        lagTimeSeconds:\n", "        lagSeconds:\n")]),
    case("response field renamed within its Rust name", None, &[("mongoDBVersion", "mongoDbVersion")]),
    case("response field narrower", Major, &[("only before the cutover.\n          type: integer\n          format: int64", "only before the cutover.\n          type: integer\n          format: int32")]),
    case("response field without its format", Major, &[("The number of shards.\n          type: integer\n          format: int32", "The number of shards.\n          type: integer")]),
    case("response field newly required", Major, &[("      description: One page of organizations.\n      type: object\n      required: [results]", "      description: One page of organizations.\n      type: object\n      required: [results, totalCount]")]),
    case("response list newly required", None, &[("      description: One page of organizations.\n      type: object\n      required: [results]", "      description: One page of organizations.\n      type: object\n      required: [results, links]")]),
    case("response list no longer required", None, &[("required: [deployments, migrationHosts, name, projectId]", "required: [deployments, name, projectId]")]),
    case("response field no longer required", Major, &[("      description: An Atlas organization.\n      type: object\n      required: [name]\n", "      description: An Atlas organization.\n      type: object\n")]),
    case("response type loses its default", Major, &[("      description: A related resource.\n      type: object\n", "      description: A related resource.\n      type: object\n      required: [href]\n")]),
    case("optional field nullable", None, &[("after this has become true.\n          type: boolean", "after this has become true.\n          type: boolean\n          nullable: true")]),
    case("nullable field not nullable", None, &[("if the validation failed.\n          type: string\n          nullable: true", "if the validation failed.\n          type: string")]),
    case("optional list nullable", Major, &[("Links to the other pages.\n          type: array", "Links to the other pages.\n          type: array\n          nullable: true")]),
    case("required field nullable", Major, &[("          description: The name of the organization.\n          type: string", "          description: The name of the organization.\n          type: string\n          nullable: true")]),
    case("pattern of a response field", None, &[("{1,64}$'", "{1,128}$'")]),
    case("error body gains a field", None, &[("        errorCode:\n          description: A stable code", "        traceId: {description: For support., type: string}\n        errorCode:\n          description: A stable code")]),
    // ---- requests ----------------------------------------------------------------------------------------------
    case("optional request field added", None, &[(SOURCE_AND_DESTINATION, "      required: [destination, migrationHosts, source]
      properties:
        note: {description: A note., type: string}\n")]),
    case("required request field added", None, &[(SOURCE_AND_DESTINATION, "      required: [destination, migrationHosts, note, source]
      properties:
        note: {description: A note., type: string}\n")]),
    case("request may have other fields", None, &[("      description: How to shard the collections on the destination.\n      type: object\n      additionalProperties: false\n", "      description: How to shard the collections on the destination.\n      type: object\n")]),
    case("request field optional", None, &[("required: [clusterName, groupId, hostnameSchemaType]", "required: [clusterName, groupId]")]),
    case("request that the wrapper builds gains a field", None, &[("        accessListIps:\n", "        note: {description: A note., type: string}\n        accessListIps:\n")]),
    case("list of a request required", None, &[("      description: The settings of a new link-token.\n      type: object\n", "      description: The settings of a new link-token.\n      type: object\n      required: [accessListIps]\n")]),
    case("request refers to a type of responses", None, &[("        shardCollection: {$ref: '#/components/schemas/ShardKey'}\n", "        shardCollection: {$ref: '#/components/schemas/ShardKey'}\n        link: {$ref: '#/components/schemas/Link'}\n")]),
    case("text becomes a secret", None, &[("The name of the SCRAM user.\n          type: string\n          nullable: true\n          example: migrator\n", "The name of the SCRAM user.\n          type: string\n          format: password\n          nullable: true\n")]),
    case("another default", None, &[("          type: boolean\n          default: false\n        sharding", "          type: boolean\n          default: true\n        sharding")]),
    case("more items allowed", None, &[("          maxItems: 1\n", "          maxItems: 2\n")]),
    case("values of a map are another type", None, &[("additionalProperties: {$ref: '#/components/schemas/ShardKeyOrder'}", "additionalProperties: {type: string}"), (ORDER, "")]),
    // ---- enums and components ----------------------------------------------------------------------------------
    case("enum value of a request added", None, &[("enum: [PUBLIC, PRIVATE_LINK,", "enum: [PUBLIC, PEERED, PRIVATE_LINK,")]),
    case("enum value added that the wrapper matches", Minor, &[("enum: [NEW, WORKING,", "enum: [NEW, PAUSED, WORKING,")]),
    case("enum value removed", Major, &[("enum: [NEW, WORKING, FAILED, COMPLETE, EXPIRED]", "enum: [NEW, WORKING, FAILED, COMPLETE]")]),
    case("enum value renamed within its Rust name", None, &[("enum: [PUBLIC, PRIVATE_LINK,", "enum: [PUBLIC, PRIVATE-LINK,")]),
    case("enum values in another order", None, &[("enum: [PENDING, SUCCESS, FAILED]", "enum: [FAILED, PENDING, SUCCESS]")]),
    case("enum becomes any text", Major, &[("      description: The state of a validation job.\n      type: string\n      enum: [PENDING, SUCCESS, FAILED]\n", "      description: The state of a validation job.\n      type: string\n")]),
    case("re-exported component renamed", Major, &[("    Migration:\n", "    MigrationJob:\n"), ("schemas/Migration'", "schemas/MigrationJob'")]),
    case("hidden component renamed", None, &[("LinkTokenResponse", "LinkTokenAnswer")]),
    case("component that the wrapper names renamed", None, &[("LinkTokenRequest", "LinkTokenQuestion")]),
    case("pattern of an id", None, &[("description: An Atlas organization.\n      type: string\n      pattern: '^[a-f0-9]{24}$'", "description: An Atlas organization.\n      type: string\n      pattern: '^([a-f0-9]{24})$'")]),
    case("description of an id", None, &[("description: An Atlas organization.\n      type: string", "description: An organization in Atlas.\n      type: string")]),
    case("description changed", None, &[("description: A live migration.\n      type: object", "description: A migration that runs.\n      type: object")]),
    case("published name changed", None, &[("x-published-name: LiveImportValidation", "x-published-name: LiveValidation")]),
    case("noun of an id", None, &[("title: organization id", "title: id of an organization")]),
    case("id of another form", Major, &[("description: A deployment in Cloud Manager or Ops Manager.\n      type: string\n      pattern: '^[a-f0-9]{24}$'", "description: A deployment in Cloud Manager or Ops Manager.\n      type: string\n      maxLength: 30\n      pattern: '^[a-f0-9]{24,32}$'")]),
    case("kind of id removed", Major, &[("        clusterId: {$ref: '#/components/schemas/ClusterId'}\n", "        clusterId: {description: Its id., type: string}\n"), ("    ClusterId:\n[...]example: 5f9ad6b7e1c2a3041d0e9b12\n", "")]),
    case("kind of id renamed", Major, &[("    MigrationId:\n      x-rust-type: MigrationId\n", "    JobId:\n      x-rust-type: JobId\n"), ("schemas/MigrationId'", "schemas/JobId'")]),
    case("kind of id added", Minor, &[(MIGRATION_PROPERTIES, "        _id: {$ref: '#/components/schemas/MigrationId'}\n        hostId: {$ref: '#/components/schemas/HostId'}\n"), ("    MigrationStatus:\n", "    HostId:\n      x-rust-type: HostId\n      title: host id\n      description: A host.\n      type: string\n      pattern: '^[a-f0-9]{24}$'\n    MigrationStatus:\n")]),
];

const LAG: &str = "        lagTimeSeconds:
          description: The lag of the destination behind the source in seconds, only before the cutover.
          type: integer
          format: int64
          nullable: true\n";

const ORDER: &str = "    ShardKeyOrder:
      x-rust-type: crate::ShardKeyOrder
      description: Ascending (1), descending (-1) or hashed.
      oneOf:
        - {type: integer, enum: [1, -1]}
        - {type: string, enum: [hashed]}\n";

const ADDED_GET: &str = "    get:
      operationId: getOrgLiveMigrationLink
      x-short-name: getLink
      x-go-sdk-name: GetLink
      x-atlas-cli: atlas api cloudMigrationService getLink
      x-required-role: Organization Owner
      x-idempotent: true
      tags: [Cloud Migration Service]
      summary: Read the link
      description: Reads the link.
      responses:
        '200':
          description: The link.
          content:
            application/vnd.atlas.2023-01-01+json:
              schema: {$ref: '#/components/schemas/Link'}
        '401': {$ref: '#/components/responses/Unauthorized'}
        '429': {$ref: '#/components/responses/TooManyRequests'}
    delete:
      operationId: deleteOrg";
