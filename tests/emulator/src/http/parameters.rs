//! The parameters of a request, read according to the operation table.

use atlas_migration_sdk::{Operation, ParameterKind, ParameterLocation};
use hyper::StatusCode;
use percent_encoding::percent_decode_str;
use serde_json::json;

use super::{ErrorResponse, Request, Route};
use crate::assumptions;
use crate::values::{ApiError, is_id};

/// A valid value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Text(String),
    Boolean(bool),
    Integer(i64),
    List(Vec<Value>),
}

/// The values by name. A parameter that is absent from the request has its default, if there is one.
#[derive(Debug, Default)]
pub(crate) struct Parameters {
    values: Vec<(&'static str, Value)>,
}

impl Parameters {
    /// Reads the variables of the path.
    pub(crate) fn from_path(route: &Route, path: &str) -> Result<Self, ErrorResponse> {
        let mut values = Vec::new();
        for parameter in
            route.operation.parameters.iter().filter(|one| one.location == ParameterLocation::Path)
        {
            let found = route.variables.iter().find(|(name, _)| name == parameter.name);
            let text = found.and_then(|(_, text)| percent_decode_str(text).decode_utf8().ok());
            match text.map(|text| single(parameter.kind, &text)) {
                Some(Ok(value)) => values.push((parameter.name, value)),
                _ => return Err(invalid_path(path)),
            }
        }
        Ok(Self { values })
    }

    /// Adds the parameters of the query. Those that the operation does not have are ignored.
    pub(crate) fn read_query(
        &mut self,
        operation: &Operation,
        request: &Request,
    ) -> Result<(), ErrorResponse> {
        for parameter in operation.parameters.iter().filter(|one| one.location == ParameterLocation::Query) {
            let value = read(parameter.kind, &request.query_values(parameter.name))
                .map_err(|expected| assumptions::invalid_query_parameter(parameter.name, &expected))?;
            self.values.extend(value.map(|value| (parameter.name, value)));
        }
        Ok(())
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.values.iter().find(|(parameter, _)| *parameter == name).map(|(_, value)| value)
    }

    /// The text of this parameter, if it is present.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            Value::Text(text) => Some(text),
            Value::Boolean(_) | Value::Integer(_) | Value::List(_) => None,
        }
    }

    /// The boolean of this parameter; false if it is absent and has no default.
    pub(crate) fn boolean(&self, name: &str) -> bool {
        self.get(name) == Some(&Value::Boolean(true))
    }

    /// The number of this parameter, if it is present or has a default.
    pub(crate) fn integer(&self, name: &str) -> Option<i64> {
        match self.get(name)? {
            Value::Integer(number) => Some(*number),
            Value::Boolean(_) | Value::Text(_) | Value::List(_) => None,
        }
    }
}

/// Returns the value or its default. Of several values, the first one counts, except for an array. The error describes
/// the expected value.
fn read(kind: ParameterKind, texts: &[String]) -> Result<Option<Value>, String> {
    let default = match kind {
        ParameterKind::Array { items, .. } => {
            let values = texts.iter().map(|text| single(*items, text)).collect::<Result<Vec<_>, _>>()?;
            return Ok((!values.is_empty()).then_some(Value::List(values)));
        }
        ParameterKind::Boolean { default, .. } => default.map(Value::Boolean),
        ParameterKind::Integer { default, .. } => default.map(Value::Integer),
        _ => None,
    };
    texts.first().map_or(Ok(default), |text| single(kind, text).map(Some))
}

/// Reads one value. The error describes the expected one.
fn single(kind: ParameterKind, text: &str) -> Result<Value, String> {
    let valid = match kind {
        ParameterKind::Boolean { .. } => {
            return text.parse().map(Value::Boolean).map_err(|_| "true or false".to_owned());
        }
        ParameterKind::Integer { minimum, maximum, .. } => {
            let (minimum, maximum) = (minimum.unwrap_or(i64::MIN), maximum.unwrap_or(i64::MAX));
            let number = match text.parse::<i64>() {
                Ok(number) => Some(number),
                Err(error) => assumptions::outside_64_bits(error.kind()),
            };
            let number = number.filter(|number| (minimum..=maximum).contains(number));
            return number.map(Value::Integer).ok_or(format!("a number from {minimum} to {maximum}"));
        }
        ParameterKind::Number if text.parse::<f64>().is_err() => Err("a number".to_owned()),
        ParameterKind::Id(_) if !is_id(text) => Err("24 lower-case hex digits".to_owned()),
        ParameterKind::Text(_) if text.is_empty() => Err("a text".to_owned()),
        ParameterKind::Enum { values, .. } if !values.contains(&text) => {
            Err(format!("one of {}", values.join(", ")))
        }
        _ => Ok(()),
    };
    valid.map(|()| Value::Text(text.to_owned()))
}

fn invalid_path(path: &str) -> ErrorResponse {
    let detail = format!("Could not parse the path parameters of {path}.");
    ApiError::new(StatusCode::BAD_REQUEST, "PATH_PARAM_PARSE_ERROR", detail).parameters([json!(path)]).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_the_table_describes_them() {
        let text = |text: &str| Value::Text(text.to_owned());
        for (kind, value, expected) in [
            (ParameterKind::Id("OrgId"), "32b6e34b3d91647abb20e7b8", Ok(text("32b6e34b3d91647abb20e7b8"))),
            (ParameterKind::Id("OrgId"), "a", Err("24 lower-case hex digits")),
            (ParameterKind::Text("Name"), "a:b", Ok(text("a:b"))),
            (ParameterKind::Text("Name"), "", Err("a text")),
            (ParameterKind::Number, "1.5", Ok(text("1.5"))),
            (ParameterKind::Number, "one", Err("a number")),
            (ParameterKind::String, "", Ok(text(""))),
        ] {
            assert_eq!(single(kind, value), expected.map_err(str::to_owned), "{kind:?} {value}");
        }
    }
}
