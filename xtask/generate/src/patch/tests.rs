//! The output of the patches for a small document. Each patch must fail if progenitor's output changes.

use serde_json::Value;

use super::{Trees, UnexpectedOutput, patch};
use crate::{generator, lower};
use openapi_fragment::Document;

/// Two operations with all constructs that the patches match.
const FRAGMENT: &str = r"
openapi: 3.0.3
info: {title: Things, version: '1'}
paths:
  /orgs/{orgId}/things:
    parameters:
      - {name: orgId, in: path, required: true, schema: {$ref: '#/components/schemas/OrgId'}}
    post:
      operationId: createThing
      parameters:
        - {name: state, in: query, schema: {$ref: '#/components/schemas/ThingState'}}
        - {name: parts, in: query, schema: {type: array, items: {$ref: '#/components/schemas/ThingState'}}}
        - {name: texts, in: query, schema: {type: array, items: {type: string}}}
        - {name: factor, in: query, schema: {type: number}}
        - {name: before, in: query, schema: {default: NEW, allOf: [{$ref: '#/components/schemas/ThingState'}]}}
      requestBody:
        content: {application/json: {schema: {$ref: '#/components/schemas/NewThing'}}}
      responses:
        '200':
          description: A thing.
          content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}
        '404':
          description: None.
          content: {application/json: {schema: {$ref: '#/components/schemas/Fault'}}}
    delete:
      operationId: deleteThings
      responses:
        '204': {description: Gone.}
  /things/{name}/{number}:stop:
    post:
      operationId: stopThing
      parameters:
        - {name: name, in: path, required: true, schema: {$ref: '#/components/schemas/ThingName'}}
        - {name: number, in: path, required: true, schema: {type: integer, minimum: 1}}
      responses:
        '204': {description: Stopped.}
components:
  schemas:
    OrgId: {x-rust-type: OrgId, type: string, pattern: '^[a-f0-9]{24}$'}
    ThingName: {x-rust-type: ThingName, type: string}
    ThingState: {description: The state., type: string, enum: [NEW, IN_USE, 3D]}
    privateNote: {type: string, format: password}
    NewThing:
      type: object
      required: [parts]
      properties:
        parts: {type: array, items: {$ref: '#/components/schemas/Part'}}
        password: {type: string, format: password}
        note: {$ref: '#/components/schemas/privateNote'}
        labels: {$ref: '#/components/schemas/Labels'}
    Labels: {type: object, additionalProperties: {type: string}}
    Part: {type: object, properties: {name: {type: string}, partOf: {$ref: '#/components/schemas/Part'}}}
    Thing:
      type: object
      properties:
        state: {$ref: '#/components/schemas/ThingState'}
        parts: {type: array, items: {$ref: '#/components/schemas/Part'}}
        whole: {$ref: '#/components/schemas/Thing'}
        partOf: {$ref: '#/components/schemas/Part'}
        copies: {$ref: '#/components/schemas/ThingPage'}
        names: {$ref: '#/components/schemas/NamePage'}
    Fault: {type: object, properties: {fooBar: {type: string}}}
    ThingPage:
      type: object
      required: [results]
      properties:
        results: {type: array, items: {$ref: '#/components/schemas/Thing'}}
        totalCount: {type: integer}
        links: {type: array, items: {$ref: '#/components/schemas/Link'}}
    Link: {type: object, properties: {rel: {type: string}}}
    NamePage:
      type: object
      required: [results, totalCount]
      properties:
        results: {type: array, items: {type: string}}
        totalCount: {type: integer, format: int32}
";

fn lowered() -> Value {
    lower::lower(&Document::load("test", FRAGMENT.as_bytes()).unwrap().value)
}

/// The generated files as text. `edit` changes the output of progenitor before it is patched.
fn files(edit: impl Fn(String) -> String) -> Result<[String; 2], UnexpectedOutput> {
    let lowered = lowered();
    let tokens = edit(generator::tokens(&lowered).unwrap().to_string());
    patch(tokens.parse().unwrap(), &lowered)
        .map(|Trees { models, requests }| [models, requests].map(|file| prettyplease::unparse(&file)))
}

fn models() -> String {
    let [models, _] = files(|tokens| tokens).unwrap();
    models
}

fn requests() -> String {
    let [_, requests] = files(|tokens| tokens).unwrap();
    requests
}

/// The text of the item that starts with this line, including its attributes.
fn item<'a>(file: &'a str, start: &str) -> &'a str {
    let at = file.find(start).unwrap_or_else(|| panic!("no `{start}` in:\n{file}"));
    let begin = file[..at].rfind("\n}\n").map_or(0, |end| end + 3);
    let end = file[at..].find("\n}\n").map_or(file.len(), |end| at + end);
    &file[begin..end]
}

#[test]
fn structs_are_non_exhaustive() {
    let models = models();
    // In a request, in both, in a response, in an error, and a newtype.
    for name in ["NewThing {", "Part {", "Thing {", "Fault {", "Labels("] {
        let item = item(&models, &format!("pub struct {name}"));
        assert!(item.contains("#[non_exhaustive]"), "{item}");
        assert!(
            item.contains(r#"#[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]"#),
            "{item}"
        );
    }
}

#[test]
fn newtypes_do_not_convert_into_their_content() {
    let models = models();
    assert!(!models.contains("From<Labels>"), "{models}");
    assert!(models.contains("for Labels {"), "{models}");
}

#[test]
fn the_conversion_from_a_newtype_that_is_a_content_stays() {
    let file: syn::File = syn::parse_quote! {
        pub struct Outer(pub Inner);
        pub struct Inner(pub ::std::string::String);
        impl ::std::convert::From<Outer> for Inner {}
        impl ::std::convert::From<Inner> for Outer {}
        impl ::std::convert::From<Inner> for ::std::string::String {}
    };
    let mut items = file.items;
    super::models::remove_conversions(&mut items).unwrap();
    let left = quote::quote!(#(#items)*).to_string();
    assert_eq!(items.len(), 3, "{left}");
    assert!(left.contains("From < Inner > for Outer"), "{left}");
}

#[test]
fn null_deserializes_as_empty_for_optional_arrays() {
    let models = models();
    assert!(item(&models, "pub struct Thing {").contains("null_as_default"));
    assert!(!item(&models, "pub struct NewThing {").contains("null_as_default"));
}

#[test]
fn pages_give_access_to_their_items() {
    let models = models();
    for (page, item_type, total, has_next) in [
        ("ThingPage", "Thing", "self.total_count.and_then(|count|", "Some(\"next\")"),
        ("NamePage", "::std::string::String", "u64::try_from(self.total_count).ok()", "None"),
    ] {
        let block = item(&models, &format!("impl crate::values::page::Page for {page} {{"));
        for part in [&format!("type Item = {item_type};"), total, has_next] {
            assert!(block.contains(part), "no `{part}` in {block}");
        }
        assert!(models.contains(&format!("impl crate::values::page::Sealed for {page} {{}}")), "{models}");
    }
    assert_eq!(models.matches("page::Page for").count(), 2, "{models}");
}

#[test]
fn recursive_fields_are_options_that_are_not_serialized() {
    let models = models();
    for (name, field) in [("Part", "part_of"), ("Thing", "whole")] {
        let item = item(&models, &format!("pub struct {name} {{"));
        assert!(
            item.contains(&format!("pub {field}: ::std::option::Option<::std::boxed::Box<{name}>>")),
            "{item}"
        );
        let before = &item[..item.find(&format!("pub {field}:")).unwrap()];
        let attribute = &before[before.rfind("#[serde").unwrap()..];
        assert!(attribute.contains("skip_serializing_if") && !attribute.contains("default"), "{item}");
    }
}

#[test]
fn secrets_are_never_strings() {
    let models = models();
    let item = item(&models, "pub struct NewThing {");
    assert!(item.contains("pub password: ::std::option::Option<crate::Secret>"), "{item}");
    // Also if the names of schema and type differ.
    assert!(item.contains("pub note: ::std::option::Option<crate::Secret>"), "{item}");
    assert!(!models.contains("struct PrivateNote"), "{models}");
}

#[test]
fn every_field_is_documented() {
    let models = models();
    let item = item(&models, "pub struct Fault {");
    assert!(item.contains("/// `Fault`"), "{item}");
    assert!(item.contains("/// The property `fooBar` of `Fault`."), "{item}");
}

#[test]
fn enums_are_open_and_have_valid_paths() {
    let (models, requests) = (models(), requests());
    let item = item(&models, "pub enum ThingState {");
    for variant in ["New,", "InUse,", "V3d,", "Unknown(::std::string::String),"] {
        assert!(item.contains(variant), "{item}");
    }
    assert!(models.contains("pub state: ::std::option::Option<ThingState>"), "{models}");
    assert!(requests.contains("state: Option<&'a models::ThingState>"), "{requests}");
}

#[test]
fn unused_parts_are_removed() {
    let files = files(|tokens| tokens).unwrap().concat();
    for removed in [
        "header_map",
        "api-version",
        "ACCEPT",
        "fn new(",
        "prelude",
        "ConversionError",
        "ByteStream",
        "regress",
    ] {
        assert!(!files.contains(removed), "{removed} in:\n{files}");
    }
}

#[test]
fn functions_prepare_requests() {
    let requests = requests();
    for (start, return_type, constructor, operation) in [
        (
            "pub fn create_thing",
            "PreparedRequest<models::Thing>",
            "PreparedRequest::returning_json(",
            "operations::CREATE_THING,",
        ),
        (
            "pub fn delete_things",
            "PreparedRequest<()>",
            "PreparedRequest::returning_nothing(",
            "operations::DELETE_THINGS,",
        ),
    ] {
        let item = item(&requests, start);
        assert!([return_type, constructor, operation].iter().all(|part| item.contains(part)), "{item}");
        assert!(item.contains("/orgs/{}/things\", org_id"), "{item}");
        assert!(item.contains("crate::call::RequestParts::new(path)"), "{item}");
    }
    assert!(item(&requests, "pub fn create_thing").contains(".json(&body)"), "{requests}");
    for removed in [
        "impl Client",
        "struct Client",
        "&'a self",
        "baseurl",
        "build()",
        "async",
        "await",
        "ClientHooks",
        "ClientInfo",
        "encode_path",
        "ResponseValue",
    ] {
        assert!(!requests.contains(removed), "{removed} in:\n{requests}");
    }
}

#[test]
fn path_variables_are_encoded_as_their_types_need() {
    let requests = requests();
    let item = item(&requests, "pub fn stop_thing");
    assert!(item.contains("name: &'a crate::generated::ids::ThingName"), "{item}");
    assert!(item.contains("number: i64"), "{item}");
    assert!(item.contains("format!(\"/things/{}/{}:stop\", name.in_path(), number)"), "{item}");
}

#[test]
fn arrays_are_parameters_of_the_query() {
    let requests = requests();
    let item = item(&requests, "pub fn create_thing");
    for parameter in [
        "parts: Option<&'a ::std::vec::Vec<models::ThingState>>",
        "texts: Option<&'a ::std::vec::Vec<::std::string::String>>",
        "factor: Option<f64>",
        "before: Option<&'a models::ThingState>",
    ] {
        assert!(item.contains(parameter), "{item}");
    }
}

/// Replaces `from` in the output of progenitor, and expects an error.
#[track_caller]
fn assert_mismatch(from: &str, to: &str, expected: &str) {
    let edit = |tokens: String| {
        assert!(tokens.contains(from), "the output of progenitor does not contain `{from}`:\n{tokens}");
        tokens.replace(from, to)
    };
    let Err(UnexpectedOutput(message)) = files(edit) else {
        panic!("no patch failed although `{from}` became `{to}`")
    };
    assert!(message.contains(expected), "{message}");
}

#[test]
fn patches_fail_if_the_output_of_progenitor_changes() {
    assert_mismatch("\"api-version\"", "\"version\"", "`create_thing` sets another header");
    assert_mismatch(":: ACCEPT", ":: ACCEPT_", "`accept`");
    assert_mismatch("fn new (", "fn build (", "`Client::new`");
    assert_mismatch("pub (crate) client :", "pub (crate) http :", "the client has the fields baseurl, http");
    assert_mismatch("/things\" , self . baseurl", "/things\" , self . base", "builds its URL differently");
    assert_mismatch("self . client . post (", "self . client . request (", "builds its request differently");
    assert_mismatch(". json (", ". form (", "builds its request differently");
    assert_mismatch("mod prelude", "mod common", "`prelude`");
    assert_mismatch("ClientInfo < () > for", "ClientFacts < () > for", "`ClientInfo`");
    assert_mismatch("self . pre (", "self . before (", "`create_thing` ends differently");
    assert_mismatch("result ? ;", "result . unwrap () ;", "`create_thing` ends differently");
    assert_mismatch("200 ..= 299", "200 ..= 298", "`create_thing` ends differently");
    assert_mismatch("ResponseValue :: empty", "ResponseValue :: none", "`delete_things` ends differently");
    assert_mismatch(". build () ?", ". build () . unwrap ()", "has no variable `request`");
    assert_mismatch("Error < () >", "Error < types :: Fault >", "does not return a `ResponseValue`");
    assert_mismatch(
        "encode_path (& org_id",
        "encode_path (org_id",
        "variables in paths: expected 4, found 2",
    );
    assert_mismatch("serde (default ,", "serde (", "optional arrays");
    assert_mismatch("pub results :", "pub items :", "pages of lists: expected 2, found 0");
    assert_mismatch("pub mod types", "pub mod models", "mod types");
    assert_mismatch("pub struct Fault", "pub struct Mistake", "Mistake");
    assert_mismatch("From < Labels > for", "Into < Labels > for", "conversions of newtypes");
    assert_mismatch("pub struct Fault", "pub enum E { A } pub struct Fault", "closed enum");
    assert_mismatch("pub use progenitor_client", "pub type A = u8 ; use x", "unexpected import");
}
