//! What the patches make of a small document, and that each notices when it no longer fits.

use serde_json::Value;

use super::{Trees, UnexpectedOutput, patch};
use crate::{generator, lower};
use openapi_fragment::Document;

/// Two operations with all that the patches look for.
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
components:
  schemas:
    OrgId: {type: string}
    ThingState: {description: The state., type: string, enum: [NEW, IN_USE, 3D]}
    privateNote: {type: string, format: password}
    NewThing:
      type: object
      required: [parts]
      properties:
        parts: {type: array, items: {$ref: '#/components/schemas/Part'}}
        password: {type: string, format: password}
        note: {$ref: '#/components/schemas/privateNote'}
    Part: {type: object, properties: {name: {type: string}, partOf: {$ref: '#/components/schemas/Part'}}}
    Thing:
      type: object
      properties:
        state: {$ref: '#/components/schemas/ThingState'}
        parts: {type: array, items: {$ref: '#/components/schemas/Part'}}
        whole: {$ref: '#/components/schemas/Thing'}
        partOf: {$ref: '#/components/schemas/Part'}
    Fault: {type: object, properties: {fooBar: {type: string}}}
";

fn lowered() -> Value {
    lower::lower(&Document::load("test", FRAGMENT.as_bytes()).unwrap().value)
}

/// The generated files as text; `edit` changes what progenitor wrote before the patches see it.
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

/// The text of the item that begins with this line, with the attributes before it.
fn item<'a>(file: &'a str, start: &str) -> &'a str {
    let at = file.find(start).unwrap_or_else(|| panic!("no `{start}` in:\n{file}"));
    let begin = file[..at].rfind("\n}\n").map_or(0, |end| end + 3);
    let end = file[at..].find("\n}\n").map_or(file.len(), |end| at + end);
    &file[begin..end]
}

#[test]
fn only_what_a_caller_never_builds_is_non_exhaustive() {
    let models = models();
    for (name, expected) in [("NewThing", false), ("Part", false), ("Thing", true), ("Fault", true)] {
        let item = item(&models, &format!("pub struct {name} {{"));
        assert_eq!(item.contains("#[non_exhaustive]"), expected, "{item}");
        assert!(
            item.contains(r#"#[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]"#),
            "{item}"
        );
    }
}

#[test]
fn null_reads_as_empty_where_an_array_is_optional() {
    let models = models();
    assert!(item(&models, "pub struct Thing {").contains("null_as_default"));
    assert!(!item(&models, "pub struct NewThing {").contains("null_as_default"));
}

#[test]
fn what_leads_back_to_itself_is_an_option_that_is_left_out() {
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
    // Also where the schema is not called as its type would be.
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
fn enums_are_open_and_found_from_everywhere() {
    let (models, requests) = (models(), requests());
    let item = item(&models, "pub enum ThingState {");
    for variant in ["New,", "InUse,", "V3d,", "Unknown(::std::string::String),"] {
        assert!(item.contains(variant), "{item}");
    }
    assert!(models.contains("pub state: ::std::option::Option<ThingState>"), "{models}");
    assert!(requests.contains("state: Option<&'a models::ThingState>"), "{requests}");
}

#[test]
fn what_the_wrapper_does_better_goes() {
    let files = files(|tokens| tokens).unwrap().concat();
    for gone in [
        "header_map",
        "api-version",
        "ACCEPT",
        "fn new(",
        "prelude",
        "ConversionError",
        "ByteStream",
        "regress",
    ] {
        assert!(!files.contains(gone), "{gone} in:\n{files}");
    }
}

#[test]
fn functions_build_and_do_not_send() {
    let requests = requests();
    for (start, reply, made_by, operation) in [
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
        assert!([reply, made_by, operation].iter().all(|part| item.contains(part)), "{item}");
        assert!(item.contains("/orgs/{}/things\", org_id"), "{item}");
        assert!(item.contains("crate::call::RequestParts::new(path)"), "{item}");
    }
    assert!(item(&requests, "pub fn create_thing").contains(".json(&body)"), "{requests}");
    for gone in [
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
        assert!(!requests.contains(gone), "{gone} in:\n{requests}");
    }
}

/// progenitor writes `from` differently one day; a patch must notice.
#[track_caller]
fn notices(from: &str, to: &str, expected: &str) {
    let edit = |tokens: String| {
        assert!(tokens.contains(from), "progenitor does not write `{from}`:\n{tokens}");
        tokens.replace(from, to)
    };
    let Err(UnexpectedOutput(message)) = files(edit) else {
        panic!("nobody noticed that `{from}` became `{to}`")
    };
    assert!(message.contains(expected), "{message}");
}

#[test]
fn patches_notice_that_progenitor_changed() {
    notices("\"api-version\"", "\"version\"", "`create_thing` sets a header of its own");
    notices(":: ACCEPT", ":: ACCEPT_", "`accept`");
    notices("fn new (", "fn build (", "`Client::new`");
    notices("pub (crate) client :", "pub (crate) http :", "the client has the fields baseurl, http");
    notices("/things\" , self . baseurl", "/things\" , self . base", "makes its URL in another way");
    notices("self . client . post (", "self . client . request (", "builds its request in another way");
    notices(". json (", ". form (", "builds its request in another way");
    notices("mod prelude", "mod common", "`prelude`");
    notices("ClientInfo < () > for", "ClientFacts < () > for", "`ClientInfo`");
    notices("self . pre (", "self . before (", "`create_thing` ends in another way");
    notices("result ? ;", "result . unwrap () ;", "`create_thing` ends in another way");
    notices("200 ..= 299", "200 ..= 298", "`create_thing` ends in another way");
    notices("ResponseValue :: empty", "ResponseValue :: none", "`delete_things` ends in another way");
    notices(". build () ?", ". build () . unwrap ()", "builds no `request`");
    notices("Error < () >", "Error < types :: Fault >", "does not return a `ResponseValue`");
    notices("encode_path (& org_id", "encode_path (org_id", "ids in paths: expected 2, found 0");
    notices("serde (default ,", "serde (", "optional arrays");
    notices("pub mod types", "pub mod models", "mod types");
    notices("pub struct Fault", "pub struct Mistake", "Mistake");
    notices("pub struct Fault", "pub enum E { A } pub struct Fault", "closed enum");
    notices("pub use progenitor_client", "pub type A = u8 ; use x", "import of something else");
}
