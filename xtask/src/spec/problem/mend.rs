//! What to do about a problem: one sentence for whoever edits the fragment.

use std::borrow::Cow;

use super::{Named, ProblemKind};

impl ProblemKind {
    /// What to do about it.
    pub(crate) fn mend(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::TooLarge { .. } => "take out what no operation needs",
            Self::NotUtf8 => "save the file as UTF-8",
            Self::Syntax { .. } => "correct the YAML; the fault may stand a line earlier",
            Self::EmptyFile => "write the fragment, or restore it from version control",
            Self::SecondDocument => "keep one document: take out `---` and what does not belong",
            Self::TooDeep { .. } => "give the inner schemas names of their own in components",
            Self::TooManyNodes { .. } => "use `$ref` in place of aliases",
            Self::DuplicateKey { .. } => "take one of the two out",
            Self::KeyNotText { key } => return format!("quote it: '{key}'").into(),
            Self::KeyNotScalar => "write the key as a text",
            Self::MergeKey => "write the members out, or give the whole node an alias or a `$ref`",
            Self::Tag { .. } => "take the tag out; quote a value that shall be a text",
            Self::AliasInsideItself => "use `$ref` for a type that contains itself",
            Self::NumberOutOfRange { .. } => "use a number of 64 bits, or quote it if it is a text",

            Self::NotOpenApi30 { .. } => "write `openapi: 3.0.3`; the generator reads no other version",
            Self::MissingKey { key } => return format!("write `{key}`: {}", purpose(key)).into(),
            Self::UnknownKey { known, .. } => {
                return format!("correct its spelling or take it out; read here: {}", known.join(", "))
                    .into();
            }
            Self::WrongType { expected, .. } => return format!("write {expected}").into(),
            Self::NotAStatus { .. } => "list each status the server sends, as a quoted number: '201'",

            Self::RefNotLocal { .. } => "write `#/components/<section>/<name>`, and the target in this file",
            Self::RefToWrongSection { expected, .. } => {
                return format!("refer to a component below `#/components/{expected}/`").into();
            }
            Self::RefNowhere { .. } => "correct the name, or add the component",
            Self::RefWithSiblings { siblings } if siblings.iter().any(|key| key == "nullable") => {
                "write `nullable: true` and `allOf: [{$ref: …}]`"
            }
            Self::RefWithSiblings { .. } => "take them out, or put them on the component",
            Self::RefEndless { .. } => "let one of the components hold a schema in place of a `$ref`",
            Self::InheritanceCycle { .. } => {
                "write the properties out in one of them; only a property or an item may lead back"
            }
            Self::Unused { .. } => "take it out, or refer to it where it belongs",
            Self::ReplacementWithoutSchema { .. } => {
                "correct the name in xtask/src/codegen.rs, or add the schema"
            }

            Self::BadName { what: Named::EnumValue, .. }
            | Self::NamesCollide { what: Named::EnumValue, .. }
            | Self::BadName { what: Named::Property, .. } => {
                "replace the schema by a hand-written type: the names are the server's"
            }
            Self::BadName { what: Named::Parameter, .. }
            | Self::ReservedName { what: Named::Property | Named::Parameter | Named::EnumValue, .. } => {
                "it cannot be generated: leave it out, or write this operation by hand"
            }
            Self::ReservedName { what: Named::Operation, .. } => {
                "write the published name as `x-short-name`, and another one as `operationId`"
            }
            Self::ReservedName { what: Named::Component, .. } => {
                "give it another name, and write the published one as `x-published-name`"
            }
            Self::BadName { .. } => "begin with a letter and go on with letters, digits, `_`, `-` and `.`",
            Self::NamesCollide { what: Named::Property | Named::Parameter, .. } => {
                "keep the one that the server reads"
            }
            Self::NamesCollide { what: Named::Operation | Named::Component, .. } => {
                "give one of them another name"
            }
            Self::IdBesideUnderscoreId => "keep the one that the server sends: both become the field `id`",

            Self::NotExposed { operation } => return format!(
                "write a `pub fn` with `#[doc(alias = \"{operation}\")]` in atlas-migration-sdk/src, on the \
                 handle whose id the path names (api/org.rs, api/project.rs), or in client/mod.rs where it names none"
            )
            .into(),
            Self::NotFoundUnder { alias, method, place } => {
                return format!("write `#[doc(alias = \"{alias}\")]` above `fn {method}` at {place}").into();
            }
            Self::UndefinedTag { .. } => "correct the name, or add the tag to `tags` of the document",
            Self::TagTwice { .. } => "take one of the two out",
            Self::MalformedPath { .. } => "write a path such as /api/atlas/v2/orgs/{orgId}/linkTokens",
            Self::SamePath { .. } => "put the operations of both below one of them",
            Self::VariableWithoutParameter { .. } => "add a parameter of this name with `in: path`",
            Self::ParameterWithoutVariable { .. } => "correct the name, or take the parameter out",
            Self::ParameterTwice { .. } => "take one out; those of the path count for each of its operations",
            Self::PathParameterOptional { .. } => "add `required: true`",
            Self::PathParameterNotId { .. } => {
                "write `schema: {$ref: '#/components/schemas/…'}` with an id, and for a new kind of id add it to \
                 atlas-migration-sdk/src/ids.rs and to xtask/src/codegen.rs"
            }
            Self::ParameterPlace { .. } => {
                "write `in: path` or `in: query`; headers are the transport's matter"
            }
            Self::ParameterEncoding { .. } => "take it out, and give the parameter a plain schema",
            Self::ParameterNullable { .. } => {
                "take `nullable` out: an address has no null, it leaves a parameter out"
            }
            Self::SecretInAddress { .. } => {
                "send it in the body: addresses end in logs; if it is no secret, give it a clearer name, or teach lint \
                 the name"
            }
            Self::ParameterSchema { .. } => {
                "write `type: string`, `integer` or `boolean` without `enum`, or refer to an id"
            }

            Self::MediaTypeWithoutSchema { .. } => "add `schema`",
            Self::BadMediaType { .. } => "write application/vnd.atlas.<date>+json or application/json",
            Self::NoSuccess => "add the status with which the server says that it worked",
            Self::UnlikeSuccesses { .. } => {
                "let each success have the same schema for the same version, or none of them a body"
            }
            Self::ReplyWithoutVersion => {
                "name a body's media type application/vnd.atlas.<date>+json; without a body, list the dates in \
                 `x-empty-versions`"
            }
            Self::EmptyVersionsBesideContent => "take one of the two out",
            Self::RequestVersionWithoutReply { .. } => "add the version to the success, or take it out here",
            Self::BadDate { .. } => "write YYYY-MM-DD, for instance 2024-05-30",
            Self::SunsetBeforeVersion { .. } => "correct one of the two dates",
            Self::UnlikeSunsets { .. } => {
                "write the same `x-sunset` in both: a version of an operation ends as a whole"
            }
            Self::ReadOnlyInRequest { .. } => {
                "give the request a schema of its own without it: the server refuses what may not be written"
            }

            Self::Inline { .. } => "move it to components/schemas, and refer to it",
            Self::OneOf => {
                "write one object with optional properties, or give the component a type written by hand, in \
                 xtask/src/codegen.rs and in the SDK"
            }
            Self::Merge => "write one object with the properties of all of them",
            Self::AnyOf => "write one object with optional properties",
            Self::BadType { .. } => "write string, integer, number, boolean, array or object",
            Self::KeyWithoutEffect { .. } => "take it out, or correct the type",
            Self::RequiredWithoutProperty { .. } => "correct the name, or add the property",
            Self::EmptyEnum => "list the values, or take `enum` out",
            Self::EnumNotTexts => {
                "write texts with `type: string`, or replace the schema by a hand-written type"
            }
            Self::BadPattern { .. } => "write a short regular expression of ECMAScript",
            Self::NothingFits { .. } => "correct one of the two",
            Self::DoesNotFit { .. } => "correct the value or the schema",
            Self::SecretWithoutFormat { .. } => {
                "add `format: password`, so that it is kept out of logs; if it is none, give it a clearer name"
            }
            Self::SecretValue { .. } => {
                "take the value out: what stands here ends in documentation and logs; if it is in use, revoke it"
            }

            Self::UndefinedSecurity { .. } => "correct the name, or add it to components/securitySchemes",
            Self::UnknownSecurityScheme { .. } => {
                "write `type: oauth2` with client credentials, or `type: http` with `scheme: digest` or `bearer`"
            }
            Self::InsecureUrl { .. } => "write an address that begins with https://",
        })
    }
}

/// What a needed key is for.
fn purpose(key: &str) -> &'static str {
    match key {
        "operationId" => "the published name of the operation",
        "summary" => "one line on what the operation does",
        "description" => "what a user reads in the documentation",
        "x-idempotent" => "whether a repeat after a lost reply does no more than the first request did",
        "x-go-sdk-name" => "the method of the Go SDK, by which people find it",
        "x-atlas-cli" => "the command of the Atlas CLI, by which people find it",
        "responses" => "what the server answers with",
        "content" => "the media types and their schemas",
        "schema" | "items" | "type" => "what the value is",
        "oneOf" | "allOf" => "the schemas that it is made of, or take it out",
        "x-required-role" => "the role that the caller needs, or take it out where any will do",
        _ => "the document is not complete without it",
    }
}
