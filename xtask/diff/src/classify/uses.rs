//! The operations that an edit reaches, and the verdicts of the rules for them.

use std::sync::Arc;

use super::{Context, Scope, Walker};
use crate::rules::{self, Change};
use crate::{Direction, Finding, Level, MessagePart, Reach, ReachedOperation, Sides};
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

    fn component_reach(&self, section: Section, old: &str, new: &str, context: &Context<'a>) -> Vec<Reach> {
        let Sides { base, revision } = self.comparison.reaches;
        let mut found = Vec::new();
        // An operation that moved has its new address.
        let moved = |usage: &Reach| Reach { operation: self.moved_to(&usage.operation), ..usage.clone() };
        let before: Vec<Reach> = base.component(section, old).iter().map(moved).collect();
        let after = revision.component(section, new);
        // An operation that uses the component in only one document has an edit where it began or ceased to use it.
        let in_both = |usage: &&Reach, others: &[Reach]| others.iter().any(|other| is_same_use(usage, other));
        let kept = after.iter().filter(|usage| in_both(usage, &before));
        for usage in kept.chain(before.iter().filter(|usage| in_both(usage, after))) {
            found.push(Reach {
                // The use determines the direction, because it may be in a callback.
                direction: if usage.direction == Direction::Call {
                    context.direction
                } else {
                    usage.direction
                },
                part: context.part.unwrap_or(usage.part),
                whole: usage.whole && context.whole,
                version: context.version.clone().or_else(|| usage.version.clone()),
                operation: Arc::clone(&usage.operation),
            });
        }
        found
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

/// Whether both are the same use of a component, possibly in another position within the message.
fn is_same_use(first: &Reach, second: &Reach) -> bool {
    is_same_operation(&first.operation, &second.operation)
        && (first.direction, first.part, &first.version) == (second.direction, second.part, &second.version)
}

/// Whether both are the same operation. It may have another id or other path variables in the base and the revision.
fn is_same_operation(first: &ReachedOperation, second: &ReachedOperation) -> bool {
    first.method == second.method && without_variables(&first.path) == without_variables(&second.path)
}

/// Why the removal of a deprecated part has a lower level.
const DEPRECATED: &str = "The deprecation warned its users, but some may still depend on it.";

pub(super) fn findings(change: Change, context: &Context<'_>, reach: &[Reach]) -> Vec<Finding> {
    let Some(rule) = rules::rule_of(change) else { return Vec::new() };
    let effects = rule.effects.iter().filter(|effect| {
        effect.direction == Direction::Call || reach.iter().any(|usage| usage.direction == effect.direction)
    });
    effects
        .map(|effect| {
            let not_sent = match effect.direction {
                Direction::Call => false,
                Direction::Request => context.not_sent[0],
                Direction::Response => context.not_sent[1],
            };
            let all = |has: fn(&ReachedOperation) -> bool| {
                let is_affected = |usage: &&Reach| {
                    effect.direction == Direction::Call || usage.direction == effect.direction
                };
                !reach.is_empty() && reach.iter().filter(is_affected).all(|usage| has(&usage.operation))
            };
            let unstable = all(|operation| operation.is_unstable);
            let deprecated = context.deprecated || all(|operation| operation.is_deprecated);
            let (level, because) = match effect.level {
                Level::None => (Level::None, None),
                _ if not_sent => (Level::None, Some("The property is not sent in this direction.")),
                _ if unstable => (Level::None, Some("An unstable operation promises no compatibility.")),
                Level::Breaking if rule.is_removal && deprecated => (Level::Risky, Some(DEPRECATED)),
                level => (level, None),
            };
            Finding { rule: rule.id_in(effect.direction), direction: effect.direction, level, because }
        })
        .collect()
}
