//! The schemas: twelve for each resource, and those that all resources share. The settings of each resource refer to
//! those of the previous one, and back through their events. So most operations reach about thirty schemas, some of
//! them in cycles.

use serde_json::{Map, Value, json};

use super::Random;

/// The pattern of an id.
pub(super) const ID: &str = "^([a-f0-9]{24})$";

const PROVIDERS: [&str; 3] = ["Aws", "Azure", "Gcp"];

pub(super) fn reference(schema: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{schema}")})
}

/// The schemas that every response may refer to.
pub(super) fn shared() -> Map<String, Value> {
    let text = json!({"type": "string"});
    let shared = json!({
        "ApiError": {
            "type": "object",
            "required": ["error"],
            "properties": {
                "error": {"type": "integer", "format": "int32"},
                "errorCode": text,
                "detail": text,
                "reason": text,
                "parameters": {"type": "array", "items": {"type": "object"}},
                "badRequestDetail": reference("BadRequestDetail"),
            },
        },
        "BadRequestDetail": {
            "type": "object",
            "properties": {"fields": {"type": "array", "items": reference("FieldViolation")}},
        },
        "FieldViolation": {
            "type": "object",
            "required": ["description", "field"],
            "properties": {"description": text, "field": text},
        },
        "Link": {"type": "object", "properties": {"href": text, "rel": text}},
    });
    match shared {
        Value::Object(schemas) => schemas,
        _ => Map::new(),
    }
}

/// Adds the schemas of a resource. `before` is the previous resource.
pub(super) fn add(random: &mut Random, resource: &str, before: &str, schemas: &mut Map<String, Value>) {
    let mut put = |name: String, schema: Value| schemas.insert(name, schema);
    let [status, provider, settings, event] =
        ["Status", "Provider", "Settings", "Event"].map(|suffix| format!("{resource}{suffix}"));
    let mut view = properties(random, resource, 9);
    view.insert("status".to_owned(), reference(&status));
    view.insert("provider".to_owned(), reference(&provider));
    put(resource.to_owned(), object(random, view));
    for suffix in ["Request20230101", "Request"] {
        let mut properties = properties(random, resource, 2);
        properties.insert("provider".to_owned(), reference(&provider));
        properties.insert("settings".to_owned(), reference(&settings));
        put(format!("{resource}{suffix}"), object(random, properties));
    }
    put(format!("Paginated{resource}"), page(random, resource));
    let mut properties = properties(random, resource, 4);
    properties.insert("defaults".to_owned(), reference(&format!("{before}Settings")));
    properties.insert("events".to_owned(), json!({"type": "array", "items": reference(&event)}));
    put(settings.clone(), object(random, properties));
    put(
        status,
        json!({"type": "string", "description": random.prose(15), "enum": ["IDLE", "WORKING", "FAILED"]}),
    );
    let properties = json!({
        "created": {"type": "string", "format": "date-time", "description": random.prose(12)},
        "settings": reference(&settings),
    });
    put(event, json!({"type": "object", "description": random.prose(15), "properties": properties}));
    add_providers(random, resource, &mut put);
}

/// Adds a union with its base and its variants.
fn add_providers(random: &mut Random, resource: &str, put: &mut impl FnMut(String, Value) -> Option<Value>) {
    let variant = |provider: &str| format!("{provider}{resource}Provider");
    let mapping = PROVIDERS.map(|provider| {
        (provider.to_uppercase(), format!("#/components/schemas/{}", variant(provider)).into())
    });
    put(
        format!("{resource}Provider"),
        json!({
            "type": "object",
            "description": random.prose(15),
            "oneOf": PROVIDERS.map(|provider| reference(&variant(provider))),
            "discriminator": {"propertyName": "kind", "mapping": Map::from_iter(mapping)},
        }),
    );
    let base = json!({
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"type": "string", "description": random.prose(12)}},
    });
    put(format!("{resource}ProviderBase"), base);
    for provider in PROVIDERS {
        let own = json!({
            "type": "object",
            "properties": {
                "region": {
                    "type": "string",
                    "description": random.prose(15),
                    "enum": ["EAST_1", "EAST_2", "WEST_1", "WEST_2", "CENTRAL", "NORTH", "SOUTH"],
                },
                "size": {"type": "integer", "format": "int32", "description": random.prose(15)},
            },
        });
        let all = json!([reference(&format!("{resource}ProviderBase")), own]);
        put(variant(provider), json!({"description": random.prose(12), "allOf": all}));
    }
}

fn object(random: &mut Random, properties: Map<String, Value>) -> Value {
    let required = ["name", "comment"];
    json!({
        "type": "object",
        "description": random.prose(15),
        "required": required,
        "properties": properties,
    })
}

fn page(random: &mut Random, resource: &str) -> Value {
    let (links, results) = (random.prose(15), random.prose(15));
    json!({
        "type": "object",
        "description": random.prose(15),
        "properties": {
            "links": {"type": "array", "description": links, "items": reference("Link")},
            "results": {"type": "array", "description": results, "items": reference(resource)},
            "totalCount": {
                "type": "integer",
                "format": "int32",
                "description": random.prose(15),
                "minimum": 0,
                "readOnly": true,
            },
        },
    })
}

/// The properties that most objects have, and `more` properties that differ only in their names and texts.
fn properties(random: &mut Random, resource: &str, more: usize) -> Map<String, Value> {
    let mut text = |words: usize| random.prose(words);
    let mut properties = Map::new();
    let all = json!({
        "id": {"type": "string", "description": text(15), "pattern": ID, "example": "32b6e34b3d91647abb20e7b8", "readOnly": true},
        "name": {"type": "string", "description": text(15), "minLength": 1, "maxLength": 64, "pattern": "^[a-zA-Z0-9][a-zA-Z0-9-]*$"},
        "comment": {"type": "string", "description": text(15), "nullable": true},
        "lagTimeSeconds": {"type": "integer", "format": "int64", "description": text(15), "minimum": 0},
        "tags": {"type": "array", "description": text(15), "uniqueItems": true, "items": {"type": "string", "maxLength": 255}},
        "created": {"type": "string", "format": "date-time", "description": text(15), "readOnly": true},
    });
    if let Value::Object(all) = all {
        properties.extend(all);
    }
    for index in 0..more {
        let property = match index % 3 {
            0 => json!({"type": "boolean", "description": text(15), "default": false}),
            1 => {
                json!({"type": "string", "description": text(15), "enum": ["LOW", "HIGH", "NONE"], "default": "LOW"})
            }
            _ => {
                json!({"type": "object", "description": text(15), "additionalProperties": {"type": "string"}})
            }
        };
        properties.insert(format!("{}Option{index}", resource.to_lowercase()), property);
    }
    properties
}
