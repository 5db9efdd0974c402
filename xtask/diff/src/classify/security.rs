//! Security requirements.

use serde_json::Value;

use super::super::delta::{DeltaId, Kind};
use super::{Change, Context, Walker};

impl<'a> Walker<'_, 'a> {
    pub(super) fn requirements(&mut self, id: DeltaId, context: &Context<'a>) {
        let delta = self.delta(id);
        let names = |value: &Value| {
            let keys: Vec<&str> =
                value.as_object().into_iter().flat_map(|keys| keys.keys().map(String::as_str)).collect();
            keys.join(" and ")
        };
        if delta.kind != Kind::Inner {
            let (change, sign) = match delta.kind {
                Kind::Added => (Change::SecurityIntroduced, '+'),
                _ => (Change::SecurityDropped, '−'),
            };
            let all: Vec<String> = delta.value().as_array().into_iter().flatten().map(names).collect();
            self.edit(change, id, context, format!("{sign} security {}", all.join(", ")));
            return;
        }
        for child in self.children(id) {
            let delta = self.delta(child);
            let name = names(delta.value());
            match delta.kind {
                Kind::Added => self.edit(Change::SecurityAdded, child, context, format!("+ security {name}")),
                Kind::Removed => {
                    self.edit(Change::SecurityRemoved, child, context, format!("− security {name}"))
                }
                _ => {
                    for scopes in self.children(child) {
                        let what = format!("scope of {}", self.delta(scopes).key());
                        self.set(scopes, context, [Change::ScopeAdded, Change::ScopeRemoved], &what);
                    }
                    continue;
                }
            };
        }
    }
}
