//! Small documents with random schemas, parameters, security and servers.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};

use openapi_fragment::openapi::METHODS;

type Member = (&'static str, BoxedStrategy<Option<Value>>);

/// A member that half of the objects have.
fn maybe(key: &'static str, value: impl Strategy<Value = Value> + 'static) -> Member {
    (key, prop::option::of(value).boxed())
}

/// A member that one in ten objects has.
fn rarely(key: &'static str, value: impl Strategy<Value = Value> + 'static) -> Member {
    (key, prop::option::weighted(0.1, value).boxed())
}

fn always(key: &'static str, value: impl Strategy<Value = Value> + 'static) -> Member {
    (key, value.prop_map(Some).boxed())
}

fn constant(key: &'static str, value: Value) -> Member {
    always(key, Just(value))
}

fn object(members: Vec<Member>) -> impl Strategy<Value = Value> {
    let (keys, values): (Vec<_>, Vec<_>) = members.into_iter().unzip();
    values.prop_map(move |values| {
        let members = keys.iter().zip(values).filter_map(|(key, value)| Some(((*key).to_owned(), value?)));
        Value::Object(members.collect())
    })
}

fn number(range: std::ops::Range<i64>) -> impl Strategy<Value = Value> {
    range.prop_map(|number| json!(number))
}

fn one_of(values: &[Value]) -> impl Strategy<Value = Value> + use<> {
    select(values.to_vec())
}

fn some_of(values: &'static [&'static str]) -> impl Strategy<Value = Value> {
    subsequence(values, 1..=values.len()).prop_map(|values| json!(values))
}

fn list_of(
    item: impl Strategy<Value = Value>,
    sizes: std::ops::RangeInclusive<usize>,
) -> impl Strategy<Value = Value> {
    prop::collection::vec(item, sizes).prop_map(Value::Array)
}

fn scalar() -> impl Strategy<Value = Value> {
    let text = object(vec![
        constant("type", json!("string")),
        rarely("minLength", number(0..4)),
        maybe("maxLength", number(4..9)),
        rarely("pattern", one_of(&[json!("^a"), json!("b$")])),
        rarely("format", one_of(&[json!("date"), json!("uuid"), json!("password")])),
        rarely("enum", some_of(&["a", "b", "c"])),
        rarely("default", one_of(&[json!("a"), json!("b")])),
        rarely("nullable", Just(json!(true))),
    ]);
    let number = object(vec![
        always("type", one_of(&[json!("integer"), json!("integer"), json!("number")])),
        maybe("minimum", number(0..4)),
        maybe("maximum", number(4..9)),
        rarely("exclusiveMaximum", one_of(&[json!(true), json!(false)])),
        rarely("multipleOf", number(1..4)),
        rarely("format", one_of(&[json!("int32"), json!("int64")])),
        rarely("default", number(4..5)),
        rarely("enum", one_of(&[json!([1, 2]), json!([2, 3.5])])),
        rarely("nullable", Just(json!(true))),
    ]);
    prop_oneof![3 => text, 3 => number, 1 => Just(json!({"type": "boolean"})), 1 => Just(json!({}))]
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// A schema that refers to some of these components.
pub(in crate::tests) fn schema(components: &'static [&'static str]) -> BoxedStrategy<Value> {
    let references: Vec<Value> = components.iter().map(|name| reference(name)).collect();
    let leaf = if references.is_empty() {
        scalar().boxed()
    } else {
        prop_oneof![2 => scalar(), 1 => select(references)].boxed()
    };
    leaf.prop_recursive(3, 12, 3, |inner| {
        let array = object(vec![
            constant("type", json!("array")),
            always("items", inner.clone()),
            maybe("maxItems", number(3..6)),
            rarely("minItems", number(0..3)),
            rarely("uniqueItems", Just(json!(true))),
        ]);
        let parts = |sizes| list_of(inner.clone(), sizes);
        prop_oneof![
            4 => properties(inner.clone(), &["a", "b", "c"]),
            1 => array,
            1 => object(vec![always("oneOf", parts(1..=3))]),
            1 => object(vec![always("anyOf", parts(1..=3))]),
            2 => all_of(inner.clone()),
            1 => object(vec![always("not", inner.clone())]),
        ]
    })
    .boxed()
}

/// Parts with different properties, or in some cases with the same ones.
fn all_of(inner: BoxedStrategy<Value>) -> impl Strategy<Value = Value> {
    let part = |names| properties(inner.clone(), names).boxed();
    let parts = (part(&["a", "b"]), part(&["c", "d"]), part(&["a", "d"]), inner.clone(), 0..8);
    let parts = parts.prop_map(|(one, two, three, other, number)| match number {
        0 => json!([one]),
        1 => json!([other]),
        2 => json!([one, two, three]),
        3 => json!([one, other]),
        _ => json!([one, two]),
    });
    object(vec![
        rarely("type", Just(json!("object"))),
        always("allOf", parts),
        rarely("required", some_of(&["a", "c"])),
        rarely("properties", inner.prop_map(|schema| json!({ "e": schema }))),
    ])
}

fn properties(inner: BoxedStrategy<Value>, names: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let members = prop::collection::vec((any::<bool>(), any::<bool>(), property(inner.clone())), names.len());
    let optional = object(vec![
        rarely("additionalProperties", prop_oneof![Just(json!(false)), inner]),
        rarely("minProperties", number(0..2)),
        rarely("maxProperties", number(3..5)),
        rarely("nullable", Just(json!(true))),
    ]);
    (members, optional, prop::option::weighted(0.1, select(&["a", "z"][..]))).prop_map(
        |(members, optional, other)| {
            let declared = names.iter().zip(members).filter(|(_, (is_declared, ..))| *is_declared);
            let (mut properties, mut required) = (Map::new(), Vec::new());
            for (name, (_, is_required, schema)) in declared {
                properties.insert((*name).to_owned(), schema);
                required.extend(is_required.then_some(*name));
            }
            required.extend(other.filter(|name| !required.contains(name)));
            let mut schema = json!({"type": "object", "properties": properties});
            if !required.is_empty() {
                schema["required"] = json!(required);
            }
            let members = schema.as_object_mut().into_iter();
            members.for_each(|members| members.extend(optional.as_object().cloned().unwrap_or_default()));
            schema
        },
    )
}

fn property(inner: BoxedStrategy<Value>) -> impl Strategy<Value = Value> {
    let mark = prop::option::weighted(0.1, select(&["readOnly", "writeOnly", "deprecated"][..]));
    (inner, mark).prop_map(|(mut schema, mark)| {
        let members = schema.as_object_mut().filter(|members| !members.contains_key("$ref"));
        if let (Some(members), Some(mark)) = (members, mark) {
            members.insert(mark.to_owned(), json!(true));
        }
        schema
    })
}

fn parameter(name: &'static str, location: &'static str) -> impl Strategy<Value = Value> {
    object(vec![
        constant("name", json!(name)),
        constant("in", json!(location)),
        maybe("required", Just(json!(true))),
        rarely("deprecated", Just(json!(true))),
        rarely("explode", one_of(&[json!(true), json!(false)])),
        always("schema", scalar()),
    ])
}

fn parameters() -> impl Strategy<Value = Value> {
    let shared = json!({"$ref": "#/components/parameters/Shared"});
    let all = vec![
        parameter("q", "query").boxed(),
        parameter("X-Trace", "header").boxed(),
        parameter("c", "cookie").boxed(),
        Just(shared).boxed(),
    ];
    (all, subsequence(vec![0usize, 1, 2, 3], 0..=3))
        .prop_map(|(all, chosen)| chosen.into_iter().map(|index| all[index].clone()).collect())
}

fn content(components: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let media = object(vec![always("schema", schema(components))]);
    let names = ["application/json", "application/vnd.test.2024-01-01+json", "a/b; charset=utf-8; v=\"1 2\""];
    (media, select(names.to_vec())).prop_map(|(media, name)| json!({ name: media }))
}

fn operation(id: &'static str, has_body: bool) -> impl Strategy<Value = Value> {
    const ALL: &[&str] = &["A", "B", "C"];
    let header = object(vec![maybe("required", Just(json!(true))), always("schema", scalar())]);
    let success = object(vec![
        constant("description", json!("Done.")),
        always("content", content(ALL)),
        maybe("headers", header.prop_map(|header| json!({ "X-Rate": header }))),
    ]);
    let body = object(vec![maybe("required", Just(json!(true))), always("content", content(ALL))]);
    let mut members = vec![
        constant("operationId", json!(id)),
        maybe("parameters", parameters()),
        always("responses", (success, select(&["404", "4XX", "default"][..])).prop_map(|(success, error)| {
            json!({"200": success, error: {"$ref": "#/components/responses/Failed"}})
        })),
        rarely("deprecated", Just(json!(true))),
        rarely("security", requirements()),
        rarely("servers", Just(json!([{"url": "https://own.test/v1"}]))),
        rarely("callbacks", content(ALL).prop_map(|content| {
            let call = json!({"post": {"requestBody": {"content": content}, "responses": {"204": {"description": "Done."}}}});
            json!({"done": {"{$request.query.q}": call}})
        })),
    ];
    if has_body {
        members.push(maybe("requestBody", body));
    }
    object(members)
}

fn requirements() -> impl Strategy<Value = Value> {
    let requirement =
        one_of(&[json!({"Basic": []}), json!({"Key": []}), json!({"Basic": [], "Key": []}), json!({})]);
    list_of(requirement, 0..=2)
}

/// A document with three operations on two paths.
pub(super) fn document() -> impl Strategy<Value = Value> {
    let id = json!({"name": "id", "in": "path", "required": true, "schema": {"type": "string"}});
    let shared = parameters().prop_map(move |list| {
        let own = list.as_array().cloned().unwrap_or_default();
        Value::Array([id.clone()].into_iter().chain(own).collect())
    });
    let one = object(vec![
        always("parameters", shared),
        always("get", operation("getOne", false)),
        maybe("put", operation("putOne", true)),
        rarely("servers", Just(json!([{"url": "https://path.test"}]))),
    ]);
    let many = object(vec![maybe("parameters", parameters()), always("post", operation("addOne", true))]);
    let components =
        (schema(&["B", "C"]), schema(&["C"]), schema(&[]), parameter("page", "query"), content(&["A"]));
    let components = components.prop_map(|(a, b, c, shared, content)| {
        json!({
            "securitySchemes": {
                "Basic": {"type": "http", "scheme": "basic"}, "Key": {"type": "apiKey", "in": "header", "name": "X-Key"},
            },
            "parameters": {"Shared": shared},
            "responses": {"Failed": {"description": "It failed.", "content": content}},
            "schemas": {"A": a, "B": b, "C": c},
        })
    });
    let paths = (one, prop::option::of(many)).prop_map(|(one, many)| {
        let mut paths = json!({ "/things/{id}": one });
        if let Some(many) = many {
            paths["/things"] = many;
        }
        paths
    });
    let document = object(vec![
        constant("openapi", json!("3.0.3")),
        constant("info", json!({"title": "T", "version": "1"})),
        maybe("security", requirements()),
        maybe("servers", Just(json!([{"url": "https://a.test/v1"}]))),
        always("paths", paths),
        always("components", components),
    ]);
    // In some documents, all operations have the same security.
    (document, prop::option::weighted(0.2, requirements())).prop_map(|(mut document, security)| {
        let items = document["paths"].as_object_mut().into_iter().flat_map(|paths| paths.values_mut());
        let operations = items
            .filter_map(Value::as_object_mut)
            .flat_map(|item| item.iter_mut().filter(|(method, _)| METHODS.contains(&method.as_str())));
        if let Some(security) = security {
            operations.for_each(|(_, operation)| operation["security"] = security.clone());
        }
        document
    })
}
