//! Sets of values: enums, tags, scopes and versions.

use std::collections::HashSet;

use serde_json::Value;

use super::super::delta::{DeltaId, Kind};
use super::{Change, Context, Walker, brief_beside, with_trail};

/// The maximum number of values in the detail of an edit.
const MAX_VALUES: usize = 10;

impl<'a> Walker<'_, 'a> {
    /// A set of values: one edit for all values that were added, and one for all that were removed.
    pub(super) fn set(&mut self, id: DeltaId, context: &Context<'a>, changes: [Change; 2], what: &str) {
        let delta = self.delta(id);
        if delta.kind != Kind::Inner {
            let (change, sign) = match delta.kind {
                Kind::Removed => (changes[1], '−'),
                _ => (changes[0], '+'),
            };
            let values: Vec<&Value> = delta.value().as_array().into_iter().flatten().collect();
            self.edit(change, id, context, with_trail(context, values_in_words(sign, what, &values, &[])));
            return;
        }
        for (kind, change, sign) in [(Kind::Added, changes[0], '+'), (Kind::Removed, changes[1], '−')] {
            let children: Vec<DeltaId> =
                self.children(id).filter(|child| self.delta(*child).kind == kind).collect();
            let other = if kind == Kind::Added { delta.before() } else { delta.after() };
            let known: HashSet<&Value> = other.and_then(Value::as_array).into_iter().flatten().collect();
            let is_known = |child: &DeltaId| known.contains(self.delta(*child).value());
            let (repeated, changed): (Vec<DeltaId>, Vec<DeltaId>) = children.into_iter().partition(is_known);
            repeated.into_iter().for_each(|child| self.claim(child));
            self.values(id, &changed, change, sign, what, context);
        }
    }

    /// One edit for several values of a set.
    pub(super) fn values(
        &mut self,
        set: DeltaId,
        children: &[DeltaId],
        change: Change,
        sign: char,
        what: &str,
        context: &Context<'a>,
    ) {
        let values: Vec<&Value> = children.iter().map(|child| self.delta(*child).value()).collect();
        let other = if sign == '+' { self.delta(set).before() } else { self.delta(set).after() };
        let other = other.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let detail = with_trail(context, values_in_words(sign, what, &values, other));
        match children {
            [] => {}
            [only] => {
                self.edit(change, *only, context, detail);
            }
            several => {
                let edit = self.edit_claiming(change, set, several, context, detail);
                let list = Some(values.into_iter().cloned().collect());
                let edit = &mut self.edits[edit];
                (edit.before, edit.after) = if sign == '+' { (None, list) } else { (list, None) };
            }
        }
    }
}

/// `+ value a`, `+ values a, b and c`, or the first of many values and the number of the others. `other` are the values of
/// the other document.
fn values_in_words(sign: char, what: &str, values: &[&Value], other: &[Value]) -> String {
    let shown = values.iter().take(MAX_VALUES).map(|value| brief_beside(Some(value), other));
    let shown: Vec<String> = shown.collect();
    let plural = if values.len() == 1 { "" } else { "s" };
    let words = match (&shown[..], values.len() - shown.len()) {
        ([], _) => "none".to_owned(),
        ([only], 0) => only.clone(),
        ([first @ .., last], 0) => format!("{} and {last}", first.join(", ")),
        (shown, more) => format!("{} and {more} more", shown.join(", ")),
    };
    format!("{sign} {what}{plural} {words}")
}
