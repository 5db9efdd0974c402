//! The parameters of a request, read according to the operation table.

use atlas_migration_sdk::{Operation, ParameterKind, ParameterLocation};
use hyper::StatusCode;
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
}

/// The values by name. A parameter that is absent from the request has its default, if there is one.
#[derive(Debug, Default)]
pub(crate) struct Parameters {
    values: Vec<(&'static str, Value)>,
}

impl Parameters {
    /// Reads the ids in the path.
    pub(crate) fn from_path(route: &Route, path: &str) -> Result<Self, ErrorResponse> {
        let mut values = Vec::new();
        for parameter in
            route.operation.parameters.iter().filter(|one| one.location == ParameterLocation::Path)
        {
            let found = route.variables.iter().find(|(name, _)| name == parameter.name);
            match found {
                Some((_, value)) if is_id(value) => values.push((parameter.name, Value::Text(value.clone()))),
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
            let text = request.query(parameter.name);
            let value = read(parameter.kind, text.as_deref())
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
            Value::Boolean(_) | Value::Integer(_) => None,
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
            Value::Boolean(_) | Value::Text(_) => None,
        }
    }
}

/// Returns the value or its default. The error describes the expected value.
fn read(kind: ParameterKind, text: Option<&str>) -> Result<Option<Value>, String> {
    match (kind, text) {
        (ParameterKind::Boolean { default, .. }, None) => Ok(default.map(Value::Boolean)),
        (ParameterKind::Boolean { .. }, Some("true")) => Ok(Some(Value::Boolean(true))),
        (ParameterKind::Boolean { .. }, Some("false")) => Ok(Some(Value::Boolean(false))),
        (ParameterKind::Boolean { .. }, Some(_)) => Err("true or false".to_owned()),
        (ParameterKind::Integer { default, .. }, None) => Ok(default.map(Value::Integer)),
        (ParameterKind::Integer { minimum, maximum, .. }, Some(text)) => {
            let (minimum, maximum) = (minimum.unwrap_or(i64::MIN), maximum.unwrap_or(i64::MAX));
            let number = match text.parse::<i64>() {
                Ok(number) => Some(number),
                Err(error) => assumptions::outside_64_bits(error.kind()),
            };
            let number = number.filter(|number| (minimum..=maximum).contains(number));
            number
                .map(|number| Some(Value::Integer(number)))
                .ok_or(format!("a number from {minimum} to {maximum}"))
        }
        (ParameterKind::Id(_), Some(text)) if !is_id(text) => Err("24 lower-case hex digits".to_owned()),
        (_, text) => Ok(text.map(|text| Value::Text(text.to_owned()))),
    }
}

fn invalid_path(path: &str) -> ErrorResponse {
    let detail = format!("Could not parse the path parameters of {path}.");
    ApiError::new(StatusCode::BAD_REQUEST, "PATH_PARAM_PARSE_ERROR", detail).parameters([json!(path)]).into()
}
