//! Reads operations from small documents.

use super::*;
use openapi_fragment::Document;

const FRAGMENT: &str = r"
paths:
  /orgs/{orgId}/things/{thingId}/{number}:stop:
    parameters:
      - {name: number, in: path, required: true, schema: {type: integer}}
      - {name: thingId, in: path, required: true, schema: {$ref: '#/components/schemas/ThingName'}}
      - {name: orgId, in: path, required: true, schema: {$ref: '#/components/schemas/OrgId'}}
    put:
      operationId: putThing
      x-go-sdk-name: PutThing
      x-atlas-cli: atlas things put
      x-idempotent: true
      x-after-lost-response: Read the thing.
      summary: Put a thing
      parameters:
        - {$ref: '#/components/parameters/Pretty'}
        - {name: states, in: query, schema: {type: array, items: {$ref: '#/components/schemas/State'}}}
        - {name: factor, in: query, schema: {type: number}}
        - {name: size, in: query, schema: {type: integer, maximum: 5, default: 2}}
      requestBody:
        content:
          application/vnd.atlas.2024-05-30+json: {schema: {type: string}}
          application/vnd.atlas.2023-01-01+json: {x-sunset: '2027-07-01', schema: {type: string}}
      responses:
        '200': {description: Kept., x-empty-versions: ['2023-01-01']}
        '404': {$ref: '#/components/responses/NotFound'}
        '201': {description: Made., x-empty-versions: ['2024-05-30']}
        default: {description: Else.}
components:
  parameters:
    Pretty: {name: pretty, in: query, schema: {type: boolean}}
  schemas:
    OrgId: {x-rust-type: OrgId, type: string, pattern: '^[a-f0-9]{24}$'}
    ThingName: {x-rust-type: ThingName, type: string}
    State: {type: string, enum: [NEW, OLD]}
";

fn table(fragment: &str) -> Result<Vec<OperationRow>, Missing> {
    read(&Document::load("test", fragment.as_bytes()).unwrap().value)
}

#[test]
fn a_row_contains_the_data_of_the_fragment() {
    let [row] = &table(FRAGMENT).unwrap()[..] else { panic!("one operation") };
    let names: Vec<&str> = row.parameters.iter().map(|parameter| &*parameter.name).collect();
    assert_eq!(names, ["orgId", "thingId", "number", "pretty", "states", "factor", "size"]);
    let kinds = row.parameters.iter().map(|parameter| format!("{:?}", parameter.kind)).collect::<Vec<_>>();
    assert_eq!(
        kinds,
        [
            "Id(\"OrgId\")",
            "Text(\"ThingName\")",
            "Integer { minimum: None, maximum: None, default: None }",
            "Boolean { default: None }",
            "Array(Enum([\"NEW\", \"OLD\"]))",
            "Number",
            "Integer { minimum: None, maximum: Some(5), default: Some(2) }",
        ]
    );
    assert_eq!(row.success, [200, 201]);
    assert_eq!(row.errors, [404]);
    assert!(!row.has_response_body && row.idempotent);
    assert_eq!(row.after_lost_response.as_deref(), Some("Read the thing."));
    let versions = |versions: &[Version]| -> Vec<String> {
        versions.iter().map(|version| format!("{} {:?}", version.media_type, version.sunset)).collect()
    };
    assert_eq!(
        versions(&row.request_versions),
        [
            "application/vnd.atlas.2023-01-01+json Some(Date(2027, 7, 1))",
            "application/vnd.atlas.2024-05-30+json None",
        ]
    );
    assert_eq!(versions(&row.response_versions).len(), 2);
}

#[test]
fn secrets_are_found_by_their_format() {
    for (property, found) in [
        ("{type: string, format: password}", true),
        ("{$ref: '#/components/schemas/Key'}", true),
        ("{allOf: [{$ref: '#/components/schemas/Key'}], nullable: true}", true),
        ("{type: array, items: {type: string, format: password}}", true),
        ("{type: array, items: {$ref: '#/components/schemas/Keys'}}", true),
        ("{type: object, additionalProperties: {$ref: '#/components/schemas/Key'}}", true),
        ("{$ref: '#/components/schemas/OldKey'}", true),
        ("{type: string}", false),
        ("{type: object, additionalProperties: true}", false),
        ("{$ref: '#/components/schemas/Loop'}", false),
        ("{$ref: '#/components/schemas/Nowhere'}", false),
        // The properties of an object have names of their own.
        ("{$ref: '#/components/schemas/Inner'}", false),
    ] {
        let fragment = format!(
            "components:
  schemas:
    Key: {{type: string, format: password}}
    OldKey: {{description: Old., allOf: [{{$ref: '#/components/schemas/Key'}}]}}
    Keys: {{type: array, items: {{$ref: '#/components/schemas/Key'}}}}
    Loop: {{type: array, items: {{$ref: '#/components/schemas/Loop'}}}}
    Inner: {{type: object, properties: {{pin: {{type: string, format: password}}}}}}
    Thing: {{allOf: [{{$ref: '#/components/schemas/Inner'}}, {{properties: {{asked: {property}}}}}]}}
"
        );
        let names = secret_names(&Document::load("test", fragment.as_bytes()).unwrap().value);
        let expected: &[&str] = if found { &["asked", "pin"] } else { &["pin"] };
        assert!(names.iter().eq(expected), "{property}: {names:?}");
    }
}

#[test]
fn missing_keys_are_reported() {
    for (from, what) in [
        ("x-go-sdk-name: PutThing", "`x-go-sdk-name`"),
        ("x-idempotent: true", "`x-idempotent`"),
        ("summary: Put a thing", "`summary`"),
    ] {
        let missing = table(&FRAGMENT.replace(from, "x-no: 1")).unwrap_err();
        assert_eq!(missing.what, what);
        assert_eq!(missing.pointer, "/paths/~1orgs~1{orgId}~1things~1{thingId}~1{number}:stop/put");
    }
    let missing = table(&FRAGMENT.replace("x-empty-versions", "x-no")).unwrap_err();
    assert_eq!(missing.what, "a version of the response");
}
