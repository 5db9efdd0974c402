//! The servers of the document, a path or an operation.
//!
//! The list of a path or an operation replaces the inherited one, so it may remove servers as well as add them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::delta::{DeltaId, Kind};
use super::{Change, Context, Sides, Walker, brief, document_context};

impl<'a> Walker<'_, 'a> {
    /// `around` contains the lists of the path, for the servers of an operation.
    pub(super) fn servers(&mut self, id: DeltaId, around: Sides<Option<&'a Value>>, context: &Context<'a>) {
        if self.delta(id).kind != Kind::Inner {
            self.own_servers(id, around, context);
            return;
        }
        for child in self.children(id) {
            let delta = self.delta(child);
            let url = brief(delta.value().get("url"));
            let Sides { base: old, revision: new } = self.both(child, "url");
            let variables = self.both(child, "variables");
            let (change, detail) = match delta.kind {
                Kind::Added => (Change::ServerAdded, format!("+ server {url}")),
                Kind::Removed => (Change::ServerRemoved, format!("− server {url}")),
                Kind::Order => (Change::OrderChanged, "servers order changed".to_owned()),
                _ if old != new => {
                    (Change::ServersReplaced, format!("server {} → {}", brief(old), brief(new)))
                }
                _ if variables.base == variables.revision => {
                    (Change::ProseChanged, format!("server {url}: description changed"))
                }
                _ => (Change::ServerChanged, format!("server {url}: variables changed")),
            };
            self.edit(change, child, context, detail);
        }
    }

    /// Compares a list that only one document has with the inherited list of the other.
    fn own_servers(&mut self, id: DeltaId, around: Sides<Option<&'a Value>>, context: &Context<'a>) {
        let delta = self.delta(id);
        let is_root = context.node == document_context().node;
        let Sides { base: before, revision: after } = Sides::of(|side| {
            let of_document = self.comparison.document(side).value.get("servers");
            let outer = around.get(side).or(of_document).filter(|_| !is_root);
            urls(delta.values().get(side).or(outer))
        });
        let (lost, gained) = (!before.is_subset(&after), !after.is_subset(&before));
        let change = match (lost, gained) {
            (false, false) => Change::ServersMoved,
            (false, true) => Change::ServerAdded,
            (true, false) => Change::ServerRemoved,
            (true, true) => Change::ServersReplaced,
        };
        let text = |urls: &BTreeSet<&str>| match urls.len() {
            0 => "none".to_owned(),
            _ => urls.iter().copied().collect::<Vec<_>>().join(", "),
        };
        let detail = match change {
            Change::ServersMoved => format!("servers declared at another level: {}", text(&after)),
            _ => format!("servers: {} → {}", text(&before), text(&after)),
        };
        self.edit(change, id, context, detail);
    }
}

fn urls(servers: Option<&Value>) -> BTreeSet<&str> {
    let servers = servers.and_then(Value::as_array).into_iter().flatten();
    servers.filter_map(|server| server.get("url")?.as_str()).collect()
}
