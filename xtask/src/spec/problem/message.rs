//! What is wrong, in words. What to do about it is in `mend.rs`.

use std::fmt;

use super::{Inlined, Named, ProblemKind};

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { bytes, limit } => write!(f, "the file has {bytes} bytes, more than {limit}"),
            Self::NotUtf8 => f.write_str("not UTF-8 from here on"),
            Self::Syntax { message } => write!(f, "not YAML: {message}"),
            Self::EmptyFile => f.write_str("the file holds no document"),
            Self::SecondDocument => f.write_str("a second document begins"),
            Self::TooDeep { limit } => write!(f, "nested deeper than {limit} levels"),
            Self::TooManyNodes { limit } => write!(f, "more than {limit} nodes, aliases replaced"),
            Self::DuplicateKey { key } => write!(f, "the key `{key}` stands twice"),
            Self::KeyNotText { key } => write!(f, "the key `{key}` is not a text"),
            Self::KeyNotScalar => f.write_str("a key that is not a plain text"),
            Self::MergeKey => f.write_str("`<<` is not part of YAML 1.2"),
            Self::Tag { tag } => write!(f, "the tag `{tag}`: tags are not read here"),
            Self::AliasInsideItself => f.write_str("an alias within the node that its anchor names"),
            // Without the number: it may stand in the place of a secret.
            Self::NumberOutOfRange { .. } => f.write_str("a number that 64 bits cannot hold"),

            Self::NotOpenApi30 { found } => write!(f, "OpenAPI `{found}`, not 3.0"),
            Self::MissingKey { key } => write!(f, "`{key}` is missing or empty"),
            Self::UnknownKey { key, .. } => write!(f, "`{key}` is not read here"),
            Self::WrongType { expected, found } => write!(f, "{found}, where {expected} is due"),
            Self::NotAStatus { found } => write!(f, "`{found}` is not an HTTP status from 200 to 599"),

            Self::RefNotLocal { target } => write!(f, "`{target}` does not lead to a component of this file"),
            Self::RefToWrongSection { target, expected } => {
                write!(f, "`{target}` is not one of components/{expected}")
            }
            Self::RefNowhere { target } => write!(f, "`{target}` leads nowhere"),
            Self::RefWithSiblings { siblings } => {
                write!(f, "{} beside a `$ref` has no effect", list(siblings))
            }
            Self::RefEndless { target } => write!(f, "`{target}` leads in a circle, or on and on"),
            Self::InheritanceCycle { names } => {
                write!(f, "schemas made of each other: {}", names.join(" → "))
            }
            Self::Unused { name } => write!(f, "nothing uses `{name}`"),
            Self::ReplacementWithoutSchema { name } => {
                write!(f, "a replacement is configured for the schema `{name}`, which does not exist")
            }

            Self::BadName { what: Named::EnumValue, name } => {
                write!(f, "the value `{name}` gives no variant a name of its own")
            }
            Self::BadName { what, name } => write!(f, "`{name}` is no name for {}", what.word()),
            Self::NamesCollide { what, name, other, renamed } => {
                write!(f, "the {} `{name}` and `{other}` both become `{renamed}`", what.words())
            }
            Self::ReservedName { what, name } => {
                let of_its_own = match what {
                    Named::Operation => "a function",
                    Named::Component => "a type",
                    Named::Property | Named::Parameter => "a variable",
                    Named::EnumValue => "a variant",
                };
                write!(f, "generated code has {of_its_own} of its own that `{name}` would become")
            }
            Self::IdBesideUnderscoreId => f.write_str("`_id` and `id` in one object"),

            Self::NotFoundUnder { alias, method, place } => {
                write!(f, "the documentation does not find `{method}` ({place}) under `{alias}`")
            }
            Self::NotExposed { operation } => write!(f, "the wrapper has no method for `{operation}`"),
            Self::UndefinedTag { name } => write!(f, "the list of tags has no `{name}`"),
            Self::TagTwice { name } => write!(f, "the tag `{name}` stands twice"),
            Self::MalformedPath { reason } => write!(f, "not a path: {reason}"),
            Self::SamePath { other } => write!(f, "the same path as `{other}`"),
            Self::VariableWithoutParameter { variable } => {
                write!(f, "no parameter describes `{{{variable}}}` of the path")
            }
            Self::ParameterWithoutVariable { name } => write!(f, "the path has no `{{{name}}}`"),
            Self::ParameterTwice { name } => write!(f, "the parameter `{name}` stands twice"),
            Self::PathParameterOptional { name } => {
                write!(f, "the path parameter `{name}` is not `required: true`")
            }
            Self::PathParameterNotId { name } => {
                write!(f, "the path parameter `{name}` does not have the type of a validated id")
            }
            Self::ParameterPlace { found } => write!(f, "a parameter in `{found}`"),
            Self::ParameterEncoding { key } => write!(f, "a parameter with `{key}`"),
            Self::ParameterNullable { name } => write!(f, "the parameter `{name}` may be null"),
            Self::SecretInAddress { name } => write!(f, "`{name}` would show a secret in the address"),
            Self::ParameterSchema { found } => write!(f, "a query parameter of the type {found}"),

            Self::MediaTypeWithoutSchema { media_type } => write!(f, "`{media_type}` has no schema"),
            Self::BadMediaType { found } => {
                write!(f, "the media type `{found}` is neither JSON nor a version of it")
            }
            Self::NoSuccess => f.write_str("no response is a success"),
            Self::UnlikeSuccesses { other } => write!(f, "this success is of another type than `{other}`"),
            Self::ReplyWithoutVersion => f.write_str("this success belongs to no version"),
            Self::EmptyVersionsBesideContent => f.write_str("`x-empty-versions` on a reply that has a body"),
            Self::RequestVersionWithoutReply { version } => {
                write!(f, "no success has the version {version} of this request")
            }
            Self::BadDate { found } => write!(f, "`{found}` is not a day of the calendar"),
            Self::SunsetBeforeVersion { sunset, version } => {
                write!(f, "the version {version} ends on {sunset}, before it begins")
            }
            Self::UnlikeSunsets { version, sunset, other, part } => {
                let end = |sunset: &Option<String>| match sunset {
                    Some(day) => format!("ends on {day}"),
                    None => "has no end".to_owned(),
                };
                write!(f, "here the version {version} {}, and in {part} it {}", end(sunset), end(other))
            }
            Self::ReadOnlyInRequest { name } => write!(f, "`{name}` is read-only, and a request carries it"),

            Self::Inline { what } => write!(f, "{} without a name", what.words()),
            Self::OneOf => f.write_str("a `oneOf` would become an enum that fails on what the server adds"),
            Self::Merge => f.write_str("an `allOf` of several schemas, which may have no value in common"),
            Self::AnyOf => f.write_str("`anyOf` has no type in Rust"),
            Self::BadType { found } => write!(f, "there is no type `{found}`"),
            Self::KeyWithoutEffect { key, of } => write!(f, "`{key}` says nothing about the type {of}"),
            Self::RequiredWithoutProperty { name } => {
                write!(f, "`{name}` is required and not among the properties")
            }
            Self::EmptyEnum => f.write_str("an `enum` without values"),
            Self::EnumNotTexts => f.write_str("an `enum` that is not of texts"),
            Self::BadPattern { message } => write!(f, "not a regular expression: {message}"),
            Self::NothingFits { least, most } => write!(f, "`{least}` is above `{most}`: nothing fits"),
            Self::DoesNotFit { key, reason } => write!(f, "the {key} does not fit its schema: {reason}"),
            Self::SecretWithoutFormat { name } => {
                write!(f, "`{name}` sounds like a secret, and its schema does not say so")
            }
            Self::SecretValue { key } => write!(f, "the {key} holds a value for a secret"),

            Self::UndefinedSecurity { name } => write!(f, "no security scheme is called `{name}`"),
            Self::UnknownSecurityScheme { found } => write!(f, "the client cannot do `{found}`"),
            Self::InsecureUrl { url } => write!(f, "`{url}` is not an https address"),
        }
    }
}

impl Named {
    fn word(self) -> &'static str {
        match self {
            Self::Operation => "an operation",
            Self::Component => "a component",
            Self::Property => "a property",
            Self::Parameter => "a parameter",
            Self::EnumValue => "a variant",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Operation => "operations",
            Self::Component => "schemas",
            Self::Property => "properties",
            Self::Parameter => "parameters",
            Self::EnumValue => "values",
        }
    }
}

impl Inlined {
    fn words(self) -> &'static str {
        match self {
            Self::Object => "an object",
            Self::Enum => "an enumeration",
        }
    }
}

fn list(names: &[String]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}
