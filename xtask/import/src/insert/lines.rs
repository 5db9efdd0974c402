//! The lines of new nodes.

use crate::operation::Addition;
use crate::yaml::Mapping;

pub(crate) fn tag(name: &str) -> Mapping {
    Mapping::default().set("name", name).set("description", crate::draft::TODO)
}

pub(crate) fn path_lines(addition: &Addition, indent: usize) -> Vec<String> {
    let mut item = Mapping::default();
    if !addition.path_parameters.is_empty() {
        item = item.set("parameters", addition.path_parameters.clone());
    }
    item = item.set(&addition.method, addition.operation.clone());
    Mapping::default().set(&addition.path, item).lines(indent)
}

pub(super) fn method_lines(addition: &Addition, indent: usize) -> Vec<String> {
    Mapping::default().set(&addition.method, addition.operation.clone()).lines(indent)
}

pub(crate) fn component_lines(new: &[(String, Mapping)], indent: usize) -> Vec<String> {
    new.iter()
        .flat_map(|(name, mapping)| Mapping::default().set(name, mapping.clone()).lines(indent))
        .collect()
}

/// The lines of an item of a list.
pub(crate) fn item(mapping: &Mapping, indent: usize) -> Vec<String> {
    let lines = mapping.lines(indent + 2).into_iter().enumerate();
    lines
        .map(
            |(index, line)| {
                if index == 0 { format!("{}- {}", " ".repeat(indent), line.trim_start()) } else { line }
            },
        )
        .collect()
}
