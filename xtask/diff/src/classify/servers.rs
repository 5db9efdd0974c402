//! The servers of an operation.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::super::delta::{DeltaId, Kind};
use super::{Change, Context, Sides, Walker, brief};
use openapi_fragment::openapi::{is_prose, variables, without_variables};

impl<'a> Walker<'_, 'a> {
    pub(super) fn servers(&mut self, id: DeltaId, context: &Context<'a>) {
        if self.delta(id).kind != Kind::Inner {
            self.other_servers(id, context);
            return;
        }
        for child in self.children(id) {
            let delta = self.delta(child);
            let url = brief(delta.value().get("url"));
            let Sides { base: old, revision: new } = self.both(child, "url");
            let templates = delta.values().map(|server| server.and_then(Template::of));
            let (change, detail) = match delta.kind {
                Kind::Added => (Change::ServerAdded, format!("+ server {url}")),
                Kind::Removed => (Change::ServerRemoved, format!("− server {url}")),
                _ if templates.base == templates.revision && old != new => {
                    self.claim(child);
                    continue;
                }
                _ if templates.base == templates.revision => {
                    (Change::ProseChanged, format!("server {url}: description changed"))
                }
                _ if old != new => {
                    (Change::ServersReplaced, format!("server {} → {}", brief(old), brief(new)))
                }
                _ => (Change::ServerChanged, format!("server {url}: variables changed")),
            };
            self.edit(change, child, context, detail);
        }
    }

    /// Compares a list of servers with the default, which is the server of the document itself.
    fn other_servers(&mut self, id: DeltaId, context: &Context<'a>) {
        let Sides { base: before, revision: after } = self.delta(id).values().map(urls);
        let change = match (before.is_subset(&after), after.is_subset(&before)) {
            (true, _) => Change::ServerAdded,
            (false, true) => Change::ServerRemoved,
            (false, false) => Change::ServersReplaced,
        };
        let text = |urls: &BTreeSet<&str>| urls.iter().copied().map(shown).collect::<Vec<_>>().join(", ");
        self.edit(change, id, context, format!("servers: {} → {}", text(&before), text(&after)));
    }
}

/// The URL of a server and the variables in it, without their names.
#[derive(PartialEq)]
struct Template<'a> {
    url: Cow<'a, str>,
    /// For each variable of the URL: its first position among them, and its declaration without prose.
    variables: Vec<(Option<usize>, Map<String, Value>)>,
}

impl<'a> Template<'a> {
    fn of(server: &'a Value) -> Option<Self> {
        let url = server.get("url")?.as_str()?;
        let declarations = variables(url).map(|name| {
            let declaration = server.get("variables").and_then(|all| all.get(name)?.as_object());
            let members = declaration.into_iter().flatten().filter(|(key, _)| !is_prose(key));
            let members = members.map(|(key, value)| (key.clone(), value.clone())).collect();
            (variables(url).position(|other| other == name), members)
        });
        Some(Self { url: without_variables(url), variables: declarations.collect() })
    }
}

fn urls(servers: Option<&Value>) -> BTreeSet<&str> {
    match servers.and_then(Value::as_array) {
        None => BTreeSet::from([""]),
        Some(servers) => servers.iter().filter_map(|server| server.get("url")?.as_str()).collect(),
    }
}

/// The URL of a server; the effective form of the server `/` is an empty text.
fn shown(url: &str) -> &str {
    if url.is_empty() { "/" } else { url }
}
