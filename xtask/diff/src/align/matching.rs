//! Matching by keys: only nodes with the same key are compared, so that long lists take little longer than short ones.

use std::collections::HashMap;
use std::hash::Hash;

use super::Slot;
use crate::Side;

/// Matches each slot with the first removed node that has the same key and fits. A node without a key fits nothing.
pub(super) fn take<T: Copy, K: Eq + Hash>(
    slots: &mut [Slot<T>],
    removed: &mut Vec<T>,
    key: impl Fn(T, Side) -> Option<K>,
    fits: impl Fn(T, T) -> bool,
) {
    let mut by_key = by_key(removed, |old| key(old, Side::Base));
    let mut taken = vec![false; removed.len()];
    for slot in slots.iter_mut().filter(|slot| slot.base.is_none()) {
        let Some(new) = slot.revision else { continue };
        let Some(known) = key(new, Side::Revision).and_then(|key| by_key.get_mut(&key)) else { continue };
        if let Some(position) = known.iter().position(|index| fits(removed[*index], new)) {
            let index = known.remove(position);
            slot.base = Some(removed[index]);
            taken[index] = true;
        }
    }
    let mut taken = taken.into_iter();
    removed.retain(|_| !taken.next().unwrap_or_default());
}

/// Matches a slot and a removed node if each is the only candidate for the other: it has the same key and fits.
pub(super) fn pair<T: Copy, K: Eq + Hash>(
    slots: &mut [Slot<T>],
    removed: &mut Vec<T>,
    key: impl Fn(T, Side) -> Option<K>,
    fits: impl Fn(T, T) -> bool,
) {
    let by_key = by_key(removed, |old| key(old, Side::Base));
    // For each removed node: the number of slots that fit, and the last of them.
    let mut fitting = vec![(0, 0); removed.len()];
    let mut unique = Vec::new();
    for (position, slot) in slots.iter().enumerate().filter(|(_, slot)| slot.base.is_none()) {
        let Some(new) = slot.revision else { continue };
        let known = key(new, Side::Revision).and_then(|key| by_key.get(&key)).into_iter().flatten();
        let mut candidates = 0;
        for index in known.copied().filter(|index| fits(removed[*index], new)) {
            candidates += 1;
            fitting[index] = (fitting[index].0 + 1, position);
        }
        if candidates == 1 {
            unique.push(position);
        }
    }
    let mut fitting = fitting.into_iter();
    removed.retain(|old| match fitting.next() {
        Some((1, position)) if unique.binary_search(&position).is_ok() => {
            slots[position].base = Some(*old);
            false
        }
        _ => true,
    });
}

/// The key of a node that may fit any other.
#[expect(clippy::unnecessary_wraps, reason = "other keys are optional")]
pub(super) fn any<T>(_: T, _: Side) -> Option<()> {
    Some(())
}

/// The indices of the nodes with each key.
fn by_key<T: Copy, K: Eq + Hash>(nodes: &[T], key: impl Fn(T) -> Option<K>) -> HashMap<K, Vec<usize>> {
    let mut found: HashMap<K, Vec<usize>> = HashMap::new();
    for (index, node) in nodes.iter().enumerate() {
        if let Some(key) = key(*node) {
            found.entry(key).or_default().push(index);
        }
    }
    found
}
