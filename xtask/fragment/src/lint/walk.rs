//! Every node of a fragment that has a role, as a flat list: the rules look at it from wherever they like.
//!
//! The walk follows the table of shapes and nothing else: no reference, and no node of the wrong shape.

use std::collections::HashMap;

use serde_json::Value;

use super::shape::{Role, Shape};
use crate::spec::Document;
use crate::spec::pointer::Path;

/// How many `$ref`s may stand in a row before something else has to come.
pub(super) const LONGEST_CHAIN: usize = 16;

/// A node that has a role.
pub(super) struct Site<'a> {
    /// Its place in the list.
    pub(super) index: usize,
    pub(super) role: Role,
    pub(super) node: &'a Value,
    pub(super) path: Path<'a>,
    /// The key of the node around it by which this one is reached: `properties`, `items`, `get`.
    pub(super) via: &'static str,
    /// Its own key where it is one of many: the name of a property, a path, a status.
    pub(super) name: &'a str,
    pub(super) parent: Option<usize>,
    pub(super) children: Vec<usize>,
    /// The component within which it stands, as section and name.
    pub(super) component: Option<(&'a str, &'a str)>,
    /// Whether it is that component itself.
    pub(super) is_component: bool,
}

impl<'a> Site<'a> {
    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&'a Value> {
        self.node.get(key)
    }

    /// The text of a key.
    pub(super) fn text(&self, key: &str) -> Option<&'a str> {
        self.get(key).and_then(Value::as_str)
    }

    /// The target of its `$ref`, where it is one.
    pub(super) fn reference(&self) -> Option<&'a Value> {
        self.role.section().and_then(|_| self.get("$ref"))
    }

    /// The path of one of its keys.
    pub(super) fn at(&self, key: &'a str) -> Path<'a> {
        self.path.member(key)
    }
}

/// The list, and the ways between its entries.
pub(super) struct Sites<'a> {
    all: Vec<Site<'a>>,
    /// By section and name.
    components: HashMap<(&'a str, &'a str), usize>,
}

impl<'a> Sites<'a> {
    pub(super) fn of(document: &'a Document) -> Self {
        let root = Site {
            index: 0,
            role: Role::Root,
            node: &document.value,
            path: Path::root(),
            via: "",
            name: "",
            parent: None,
            children: Vec::new(),
            component: None,
            is_component: false,
        };
        let mut sites = Self { all: vec![root], components: HashMap::new() };
        // The list is its own queue: what is appended is visited in its turn.
        let mut next = 0;
        while next < sites.all.len() {
            sites.visit(next);
            next += 1;
        }
        sites
    }

    fn visit(&mut self, index: usize) {
        let site = &self.all[index];
        if site.reference().is_some() {
            return;
        }
        let (role, node) = (site.role, site.node);
        for field in role.fields().unwrap_or_default() {
            let Some(value) = node.get(field.key) else { continue };
            let path = self.all[index].path.member(field.key);
            match (field.shape, value) {
                (Shape::One(role) | Shape::FlagOr(role), Value::Object(_)) => {
                    self.add(index, field.key, "", role, value, path);
                }
                (Shape::Items(role), Value::Array(items)) => {
                    for (position, item) in items.iter().enumerate() {
                        self.add(index, field.key, "", role, item, path.item(position));
                    }
                }
                (Shape::Members(role), Value::Object(members)) => {
                    for (name, member) in members {
                        self.add(index, field.key, name, role, member, path.member(name.as_str()));
                    }
                }
                _ => {}
            }
        }
    }

    fn add(
        &mut self,
        parent: usize,
        via: &'static str,
        name: &'a str,
        role: Role,
        node: &'a Value,
        path: Path<'a>,
    ) {
        let index = self.all.len();
        let around = &mut self.all[parent];
        around.children.push(index);
        let is_component = around.role == Role::Components;
        let component = if is_component { Some((via, name)) } else { around.component };
        if is_component {
            self.components.insert((via, name), index);
        }
        let (parent, children) = (Some(parent), Vec::new());
        self.all.push(Site { index, role, node, path, via, name, parent, children, component, is_component });
    }

    pub(super) fn root(&self) -> &Site<'a> {
        &self.all[0]
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Site<'a>> {
        self.all.iter()
    }

    pub(super) fn of_role(&self, role: Role) -> impl Iterator<Item = &Site<'a>> {
        self.all.iter().filter(move |site| site.role == role)
    }

    pub(super) fn parent(&self, site: &Site<'a>) -> Option<&Site<'a>> {
        site.parent.map(|index| &self.all[index])
    }

    /// The nodes that are reached by this key.
    pub(super) fn children(&self, site: &Site<'a>, via: &str) -> impl Iterator<Item = &Site<'a>> {
        site.children.iter().map(|index| &self.all[*index]).filter(move |child| child.via == via)
    }

    /// All nodes right within it.
    pub(super) fn inside(&self, site: &Site<'a>) -> impl Iterator<Item = &Site<'a>> {
        site.children.iter().map(|index| &self.all[*index])
    }

    /// The one node that is reached by this key.
    pub(super) fn child(&self, site: &Site<'a>, via: &str) -> Option<&Site<'a>> {
        self.children(site, via).next()
    }

    pub(super) fn component(&self, section: &str, name: &str) -> Option<&Site<'a>> {
        self.components.get(&(section, name)).map(|index| &self.all[*index])
    }

    pub(super) fn components(&self) -> impl Iterator<Item = &Site<'a>> {
        self.all.iter().filter(|site| site.is_component)
    }

    /// Where a reference leads, one step.
    pub(super) fn target(&self, site: &Site<'a>) -> Option<&Site<'a>> {
        let (section, name) = component_of(site.reference()?.as_str()?)?;
        self.component(section, name)
    }

    /// The node itself or what its reference leads to in the end, if anything.
    pub(super) fn resolve<'s>(&'s self, site: &'s Site<'a>) -> Option<&'s Site<'a>> {
        let mut site = site;
        for _ in 0..=LONGEST_CHAIN {
            if site.reference().is_none() {
                return Some(site);
            }
            site = self.target(site)?;
        }
        None
    }

    /// As `resolve`, and through an `allOf` of one schema, which only adds `nullable` or a description.
    pub(super) fn see_through<'s>(&'s self, site: &'s Site<'a>) -> Option<&'s Site<'a>> {
        let mut site = self.resolve(site)?;
        for _ in 0..=LONGEST_CHAIN {
            let mut members = self.children(site, "allOf");
            match (members.next(), members.next()) {
                (Some(only), None) => site = self.resolve(only)?,
                _ => return Some(site),
            }
        }
        None
    }
}

/// The section and name of `#/components/<section>/<name>`.
pub(super) fn component_of(target: &str) -> Option<(&str, &str)> {
    let (section, name) = target.strip_prefix("#/components/")?.split_once('/')?;
    (!section.is_empty() && !name.is_empty() && !name.contains('/')).then_some((section, name))
}
