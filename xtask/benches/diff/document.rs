//! A generated document that resembles the published one, whose license does not allow a copy in this project. It has
//! the same size, about the same number of operations and schemas with as many nodes, and the same features: several
//! dated versions, shared errors, references, inheritance, discriminators, enums, and long descriptions nearly
//! everywhere.

mod schemas;

use serde_json::{Map, Value, json};

pub(crate) const RESOURCES: usize = ADJECTIVES.len() * NOUNS.len();
pub(crate) const OPERATIONS: usize = RESOURCES * 5;

/// The seed of the texts.
const SEED: u64 = 0x5eed_0001;

const ADJECTIVES: [&str; 9] =
    ["Archived", "Regional", "Shared", "Dedicated", "Scheduled", "Custom", "Private", "Federated", "Legacy"];
const NOUNS: [&str; 12] = [
    "Cluster",
    "SnapshotPolicy",
    "AlertConfiguration",
    "SearchIndex",
    "NetworkPeer",
    "StreamProcessor",
    "ServiceAccount",
    "DatabaseUser",
    "AuditTrail",
    "MaintenanceWindow",
    "OnlineArchive",
    "BillingInvoice",
];
const WORDS: &str = "the a each of this for that which when value name time project cluster resource request response \
    organization server may must not only after before between in with number text list setting unique limits \
    identifies returns replaces applies determines whether human-readable label twenty-four hexadecimal digits";
/// The error responses of every operation.
const ERRORS: [(&str, &str); 5] = [
    ("401", "unauthorized"),
    ("403", "forbidden"),
    ("404", "notFound"),
    ("429", "tooManyRequests"),
    ("500", "internalServerError"),
];
const VERSIONS: [&str; 2] =
    ["application/vnd.atlas.2023-01-01+json", "application/vnd.atlas.2024-05-30+json"];

/// The generator of Knuth's MMIX.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// A number below the end. The high bits of the generator are the random ones.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % end
    }

    /// A sentence of about this many words.
    fn prose(&mut self, words: usize) -> String {
        let all: Vec<&str> = WORDS.split_whitespace().collect();
        let count = words / 2 + self.below(words) + 1;
        let text: Vec<&str> = (0..count).map(|_| all[self.below(all.len())]).collect();
        text.join(" ") + "."
    }
}

/// The name of a resource.
pub(crate) fn resource(index: usize) -> String {
    format!("{}{}", ADJECTIVES[index / NOUNS.len()], NOUNS[index % NOUNS.len()])
}

/// The path of the collection of a resource.
pub(crate) fn collection(resource: &str) -> String {
    format!("/api/atlas/v2/groups/{{groupId}}/{}{}s", resource[..1].to_lowercase(), &resource[1..])
}

pub(crate) fn document() -> Value {
    let mut random = Random(SEED);
    let (mut paths, mut schemas) = (Map::new(), schemas::shared());
    for index in 0..RESOURCES {
        let is_first = index % NOUNS.len() == 0;
        let [resource, before] = [index, index - usize::from(!is_first)].map(resource);
        let path = collection(&resource);
        let operation =
            |random: &mut Random, verb, body, response| operation(random, verb, &resource, body, response);
        let (page, request) = (format!("Paginated{resource}"), format!("{resource}Request"));
        let all = json!({
            "get": operation(&mut random, "list", None, Some(("200", &page))),
            "post": operation(&mut random, "create", Some(&request), Some(("201", &resource))),
        });
        let one = json!({
            "get": operation(&mut random, "get", None, Some(("200", &resource))),
            "patch": operation(&mut random, "update", Some(&request), Some(("200", &resource))),
            "delete": operation(&mut random, "delete", None, None),
        });
        paths.insert(format!("{path}/{{id}}"), one);
        paths.insert(path, all);
        schemas::add(&mut random, &resource, &before, &mut schemas);
    }
    json!({
        "openapi": "3.0.1",
        "info": {"title": "Everything", "version": "2.0", "description": random.prose(60)},
        "servers": [{"url": "https://cloud.mongodb.com"}],
        "security": [{"ServiceAccounts": []}, {"DigestAuth": []}],
        "tags": NOUNS.map(|name| json!({"name": name, "description": random.prose(30)})),
        "paths": paths,
        "components": {
            "parameters": parameters(),
            "responses": responses(),
            "schemas": schemas,
            "securitySchemes": {
                "DigestAuth": {"type": "http", "scheme": "digest"},
                "ServiceAccounts": {"type": "http", "scheme": "bearer"},
            },
        },
    })
}

/// An operation with the schema of its body, and the status and the schema of its response.
fn operation(
    random: &mut Random,
    verb: &str,
    resource: &str,
    body: Option<&str>,
    response: Option<(&str, &str)>,
) -> Value {
    let mut operation = json!({
        "operationId": format!("{verb}Group{resource}"),
        "summary": random.prose(8),
        "description": random.prose(55),
        "tags": [resource],
        "x-xgen-owner-team": "apix",
        "parameters": [
            parameter_reference("groupId"),
            parameter_reference("envelope"),
            parameter_reference("pretty"),
            {
                "name": "view",
                "in": "query",
                "description": random.prose(20),
                "schema": {"type": "string", "enum": ["ALL", "BRIEF"], "default": "ALL"},
            },
        ],
        "responses": {"204": {"description": "Done."}},
        "x-codeSamples": [{"lang": "cURL", "label": "Service Accounts", "source": random.prose(40)}],
    });
    if let Some(schema) = body {
        let content = content(&[&format!("{schema}20230101"), schema]);
        operation["requestBody"] =
            json!({"required": true, "description": random.prose(20), "content": content});
    }
    if let Some((status, schema)) = response {
        let content = content(&[schema, schema]);
        operation["responses"] = json!({status: {"description": random.prose(8), "content": content}});
    }
    for (status, name) in ERRORS {
        operation["responses"][status] = json!({"$ref": format!("#/components/responses/{name}")});
    }
    operation
}

/// The content with a schema for each version.
fn content(schemas: &[&str; 2]) -> Value {
    let [old, new] = schemas.map(schemas::reference);
    json!({
        VERSIONS[0]: {"schema": old, "x-xgen-version": "2023-01-01", "x-sunset": "2027-07-01"},
        VERSIONS[1]: {"schema": new, "x-xgen-version": "2024-05-30"},
    })
}

fn parameter_reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/parameters/{name}")})
}

fn parameters() -> Value {
    let flag =
        |name: &str| json!({"name": name, "in": "query", "schema": {"type": "boolean", "default": false}});
    let id = json!({"type": "string", "pattern": schemas::ID, "minLength": 24, "maxLength": 24});
    json!({
        "groupId": {"name": "groupId", "in": "path", "required": true, "schema": id},
        "envelope": flag("envelope"),
        "pretty": flag("pretty"),
    })
}

fn responses() -> Value {
    let content = json!({"application/json": {"schema": schemas::reference("ApiError")}});
    let responses = ERRORS.map(|(status, name)| {
        let response = json!({"description": format!("The error {status}."), "content": content});
        (name.to_owned(), response)
    });
    Value::Object(responses.into_iter().collect())
}
