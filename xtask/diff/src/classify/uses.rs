//! The operations that an edit reaches, and the verdicts of the rules for them.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use super::context::Excluded;
use super::{Context, Scope, Walker};
use crate::http::ranges_of_media_type;
use crate::rules::{self, Change};
use crate::{Direction, Finding, Level, MessagePart, NodeKind, Reach, ReachedOperation, Sides};
use openapi_fragment::openapi::{Section, without_variables};

impl<'a> Walker<'_, 'a> {
    pub(super) fn reach(&self, context: &Context<'a>) -> Vec<Reach> {
        let mut reach = match &context.scope {
            Scope::Document => return Vec::new(),
            Scope::Operations(operations) => operations
                .iter()
                .map(|operation| Reach {
                    operation: Arc::clone(operation),
                    direction: context.direction,
                    part: context.part.unwrap_or(MessagePart::Operation),
                    whole: context.whole,
                    version: context.version.clone(),
                })
                .collect(),
            Scope::Component(section, old, new) => self.component_reach(*section, old, new, context),
        };
        reach.sort();
        reach.dedup_by(|second, first| is_same_use(first, second) && first.whole == second.whole);
        reach
    }

    fn component_reach(
        &self,
        section: Section,
        old: &'a str,
        new: &'a str,
        context: &Context<'a>,
    ) -> Vec<Reach> {
        let uses = self.comparison.uses.of(section, new, || self.uses_in_both(section, old, new));
        let uses = uses.iter().map(|usage| Reach {
            // The use determines the direction, because it may be in a callback.
            direction: if usage.direction == Direction::Call { context.direction } else { usage.direction },
            part: context.part.unwrap_or(usage.part),
            whole: usage.whole && context.whole,
            version: context.version.clone().or_else(|| usage.version.clone()),
            operation: Arc::clone(&usage.operation),
        });
        uses.collect()
    }

    /// The uses of a component by operations that use it in both documents. An operation that uses it in only one document
    /// has an edit where it began or ceased to use it.
    fn uses_in_both(&self, section: Section, old: &str, new: &str) -> Vec<Reach> {
        let Sides { base, revision } = self.comparison.reaches;
        // An operation that moved has its new address.
        let moved = |usage: &Reach| Reach { operation: self.moved_to(&usage.operation), ..usage.clone() };
        let before: Vec<Reach> = base.component(section, old).iter().map(moved).collect();
        let after = revision.component(section, new);
        let [old, new] = [before.as_slice(), after].map(UseKeys::of);
        let mut uses: Vec<Reach> = after.iter().filter(|usage| old.contain(usage)).cloned().collect();
        uses.extend(before.iter().filter(|usage| new.contain(usage)).cloned());
        uses.sort();
        uses.dedup_by(|second, first| is_same_use(first, second) && first.whole == second.whole);
        uses
    }

    /// The operation of the revision for an operation of the base that moved.
    fn moved_to(&self, operation: &Arc<ReachedOperation>) -> Arc<ReachedOperation> {
        if self.comparison.renames.moves.is_empty() {
            return Arc::clone(operation);
        }
        let method = operation.method.to_lowercase();
        let to = self.comparison.renames.moves.destination(&operation.path, &method);
        to.and_then(|to| self.comparison.reaches.revision.operation(to))
            .unwrap_or_else(|| Arc::clone(operation))
    }
}

/// The uses of the components that were determined so far.
#[derive(Default)]
pub(super) struct ComponentUses(RefCell<HashMap<Section, ByName>>);

type ByName = HashMap<String, Rc<[Reach]>>;

impl ComponentUses {
    fn of(&self, section: Section, name: &str, find: impl FnOnce() -> Vec<Reach>) -> Rc<[Reach]> {
        if let Some(known) = self.0.borrow().get(&section).and_then(|known| known.get(name)) {
            return Rc::clone(known);
        }
        let uses: Rc<[Reach]> = find().into();
        self.0.borrow_mut().entry(section).or_default().insert(name.to_owned(), Rc::clone(&uses));
        uses
    }
}

/// What identifies a use of a component. The operation may have another id or other path variables in the base and the
/// revision, and the component may be in another position within the message.
type UseKey<'a> = (&'a str, Cow<'a, str>, Direction, MessagePart, Option<String>);

fn key(usage: &Reach) -> UseKey<'_> {
    let Reach { operation, direction, part, version, .. } = usage;
    let version = version.as_deref().map(str::to_owned);
    (&operation.method, without_variables(&operation.path), *direction, *part, version)
}

/// The same use with the ranges that cover its media type.
fn keys_of_ranges(usage: &Reach) -> impl Iterator<Item = UseKey<'_>> {
    let ranges = usage.version.as_deref().map(ranges_of_media_type).unwrap_or_default();
    let (method, path, direction, part, _) = key(usage);
    ranges.into_iter().map(move |range| (method, path.clone(), direction, part, Some(range)))
}

/// The uses of a component in one document.
struct UseKeys<'a> {
    exact: HashSet<UseKey<'a>>,
    of_ranges: HashSet<UseKey<'a>>,
}

impl<'a> UseKeys<'a> {
    fn of(uses: &'a [Reach]) -> Self {
        let (exact, of_ranges) = (uses.iter().map(key), uses.iter().flat_map(keys_of_ranges));
        Self { exact: exact.collect(), of_ranges: of_ranges.collect() }
    }

    /// Whether they contain a use of the other document, or one whose media type covers it or is covered by it.
    fn contain(&self, usage: &Reach) -> bool {
        let key = key(usage);
        self.exact.contains(&key)
            || self.of_ranges.contains(&key)
            || keys_of_ranges(usage).any(|range| self.exact.contains(&range))
    }
}

fn is_same_use(first: &Reach, second: &Reach) -> bool {
    first.operation.method == second.operation.method && key(first) == key(second)
}

/// Why the removal of a deprecated part has a lower level.
const DEPRECATED: &str = "The deprecation warned its users, but some may still depend on it.";

/// Why an edit that would otherwise be harmless is not.
const EXCLUDED: &str =
    "A schema excludes it with `not`, so fewer valid values become more, and more become fewer.";

pub(super) fn findings(change: Change, context: &Context<'_>, reach: &[Reach]) -> Vec<Finding> {
    let Some(rule) = rules::rule_of(change) else { return Vec::new() };
    let has_effect = rule.effects.iter().any(|effect| effect.level != Level::None);
    let within_not = rules::rule_of(Change::NotChanged).filter(|_| has_effect);
    let rule_in = |direction| match context.excluded(direction) {
        Excluded::Always => within_not.unwrap_or(rule),
        Excluded::Never | Excluded::Sometimes => rule,
    };
    let effects =
        [Direction::Call, Direction::Request, Direction::Response].into_iter().flat_map(|direction| {
            let rule = rule_in(direction);
            let effects = rule.effects.iter().filter(move |effect| effect.direction == direction);
            effects.map(move |effect| (rule, effect))
        });
    let effects = effects.filter(|(_, effect)| {
        effect.direction == Direction::Call || reach.iter().any(|usage| usage.direction == effect.direction)
    });
    effects
        .map(|(rule, effect)| {
            let all = |has: fn(&ReachedOperation) -> bool| {
                let is_affected = |usage: &&Reach| {
                    effect.direction == Direction::Call || usage.direction == effect.direction
                };
                !reach.is_empty() && reach.iter().filter(is_affected).all(|usage| has(&usage.operation))
            };
            let unstable = all(|operation| operation.is_unstable);
            let deprecated = context.deprecated || all(|operation| operation.is_deprecated);
            let unused = reach.is_empty() && context.node.kind == NodeKind::SecurityScheme;
            let (level, because) = match effect.level {
                Level::None => (Level::None, None),
                _ if unused => (Level::None, Some("No operation requires the scheme.")),
                _ if context.is_not_sent(effect.direction) => {
                    (Level::None, Some("The property is not sent in this direction."))
                }
                _ if unstable => (Level::None, Some("An unstable operation promises no compatibility.")),
                Level::Breaking if rule.is_removal && deprecated => (Level::Risky, Some(DEPRECATED)),
                Level::Additive if context.excluded(effect.direction) == Excluded::Sometimes => {
                    (Level::Risky, Some(EXCLUDED))
                }
                level => (level, None),
            };
            Finding { rule: rule.id_in(effect.direction), direction: effect.direction, level, because }
        })
        .collect()
}
