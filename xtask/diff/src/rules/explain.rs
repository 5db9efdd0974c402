//! A rule in words, for `--explain`.

use super::{Half, Pair, Says, pairs};

/// The ids of all rules, in the order of the table.
#[must_use]
pub fn ids() -> Vec<String> {
    sides().flat_map(|(_, half, _)| half.says.iter().map(|says| half.rule(says.direction))).collect()
}

/// What a rule says, why, and an example; nothing where there is no such rule.
#[must_use]
pub fn explain(id: &str) -> Option<String> {
    let (pair, half, backwards) = sides().find(|(_, half, _)| rule(half, id).is_some())?;
    let says = rule(half, id)?;
    let (base, revision) = match backwards {
        false => (pair.example.base, pair.example.revision),
        true => (pair.example.revision, pair.example.base),
    };
    let mut text = format!(
        "{id}: {}\n  level     {}\n  because   {}\n  example   {:?}\n    before  {}\n    after   {}\n",
        half.title,
        says.level.name(),
        says.reason,
        pair.example.holder,
        base.replace('\n', ", "),
        revision.replace('\n', ", "),
    );
    if let Some(other) = pair.second.as_ref().filter(|_| !backwards).or(backwards.then_some(&pair.first)) {
        let ids: Vec<String> = other.says.iter().map(|says| other.rule(says.direction)).collect();
        text += &format!("  undone by {}\n", ids.join(", "));
    }
    if let Some(waiver) = pair.waiver {
        text += &format!("  no mirror {waiver}\n");
    }
    Some(text)
}

fn rule<'a>(half: &'a Half, id: &str) -> Option<&'a Says> {
    half.says.iter().find(|says| half.rule(says.direction) == id)
}

/// Every change, with its pair, and whether it is the second of it.
fn sides() -> impl Iterator<Item = (&'static Pair, &'static Half, bool)> {
    pairs().flat_map(|pair| {
        let second = pair.second.as_ref().map(|half| (pair, half, true));
        [Some((pair, &pair.first, false)), second].into_iter().flatten()
    })
}
