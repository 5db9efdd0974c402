//! The description of a rule, for a command line or a website.

use super::{Effect, Level, Rule, RulePair, pairs};

/// The ids of all rules, in the order of the table.
#[must_use]
pub fn ids() -> Vec<String> {
    entries().flat_map(|entry| entry.rule.ids()).collect()
}

/// A rule's title, level, reason and example; `None` where no rule has this id.
#[must_use]
pub fn explain(id: &str) -> Option<String> {
    let (entry, effect) = entries().find_map(|entry| Some((entry, entry.effect(id)?)))?;
    let Entry { pair, rule, is_second } = entry;
    let (base, revision) = match is_second {
        false => (pair.example.base, pair.example.revision),
        true => (pair.example.revision, pair.example.base),
    };
    let mut text = format!(
        "{id}: {}\n  level     {}\n  because   {}\n  example   {:?}\n    before  {}\n    after   {}\n",
        rule.title,
        effect.level.name(),
        effect.reason,
        pair.example.holder,
        base.replace('\n', ", "),
        revision.replace('\n', ", "),
    );
    if rule.is_removal && effect.level == Level::Breaking {
        text += "  except    risky where the part is deprecated\n";
    }
    let reverse = if is_second { Some(&pair.first) } else { pair.second.as_ref() };
    if let Some(reverse) = reverse {
        let ids: Vec<String> = reverse.ids().collect();
        text += &format!("  reverse   {}\n", ids.join(", "));
    }
    if let Some(reason) = pair.asymmetry {
        text += &format!("  note      {reason}\n");
    }
    Some(text)
}

/// A rule with the pair that it belongs to.
#[derive(Clone, Copy)]
struct Entry {
    pair: &'static RulePair,
    rule: &'static Rule,
    /// Whether the rule is the second of the pair, so that its example runs from revision to base.
    is_second: bool,
}

impl Entry {
    fn effect(self, id: &str) -> Option<&'static Effect> {
        self.rule.effects.iter().find(|effect| self.rule.id_in(effect.direction) == id)
    }
}

fn entries() -> impl Iterator<Item = Entry> {
    pairs().flat_map(|pair| {
        let first = Entry { pair, rule: &pair.first, is_second: false };
        let second = pair.second.as_ref().map(|rule| Entry { pair, rule, is_second: true });
        [Some(first), second].into_iter().flatten()
    })
}
