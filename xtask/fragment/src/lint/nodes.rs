//! Every node of a document that has a role, as a flat list, so that a check may look at it from anywhere.
//!
//! The walk follows the table of shapes and nothing else: no reference, and no node of the wrong shape.

use std::collections::HashMap;

use serde_json::Value;

use super::shape::{Role, Shape};
use crate::Document;
use crate::openapi::{MAX_REFERENCE_CHAIN, component_of};
use crate::pointer::Path;

/// Tells the nodes of one document apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NodeId(usize);

/// A node that has a role.
#[derive(Debug)]
pub struct Node<'a> {
    /// No other node of the document has the same.
    pub id: NodeId,
    /// What the node is.
    pub role: Role,
    /// What stands there.
    pub value: &'a Value,
    /// Its JSON pointer.
    pub path: Path<'a>,
    /// The key of the node around it by which this one is reached: `properties`, `items`, `get`.
    pub via: &'static str,
    /// Its own key where it is one of many: the name of a property, a path, a status.
    pub name: &'a str,
    /// The component that contains it, as section and name.
    pub component: Option<(&'a str, &'a str)>,
    /// Whether it is that component itself.
    pub is_component: bool,
    parent: Option<NodeId>,
    children: Vec<NodeId>,
}

impl<'a> Node<'a> {
    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&'a Value> {
        self.value.get(key)
    }

    /// The text of a key.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&'a str> {
        self.get(key).and_then(Value::as_str)
    }

    /// Whether a key holds `true`.
    #[must_use]
    pub fn flag(&self, key: &str) -> bool {
        self.get(key) == Some(&Value::Bool(true))
    }

    /// The target of its `$ref`, where it is one.
    #[must_use]
    pub fn reference(&self) -> Option<&'a Value> {
        self.role.section().and_then(|_| self.get("$ref"))
    }

    /// The path of one of its keys.
    #[must_use]
    pub fn at(&self, key: &'a str) -> Path<'a> {
        self.path.member(key)
    }
}

/// The list, and the ways between its entries.
#[derive(Debug)]
pub struct Nodes<'a> {
    all: Vec<Node<'a>>,
    /// By section and name.
    components: HashMap<(&'a str, &'a str), NodeId>,
}

impl<'a> Nodes<'a> {
    pub(super) fn of(document: &'a Document) -> Self {
        let root = Node {
            id: NodeId(0),
            role: Role::Root,
            value: &document.value,
            path: Path::root(),
            via: "",
            name: "",
            parent: None,
            children: Vec::new(),
            component: None,
            is_component: false,
        };
        let mut nodes = Self { all: vec![root], components: HashMap::new() };
        // The list is its own queue: what is appended is visited in its turn.
        let mut next = 0;
        while next < nodes.all.len() {
            nodes.visit(NodeId(next));
            next += 1;
        }
        nodes
    }

    fn visit(&mut self, id: NodeId) {
        let node = self.node(id);
        if node.reference().is_some() {
            return;
        }
        let (role, value) = (node.role, node.value);
        for field in role.fields().unwrap_or_default() {
            let Some(value) = value.get(field.key) else { continue };
            let path = self.node(id).path.member(field.key);
            match (field.shape, value) {
                (Shape::One(role) | Shape::FlagOr(role), Value::Object(_)) => {
                    self.add(id, field.key, "", role, value, path);
                }
                (Shape::Items(role), Value::Array(items)) => {
                    for (position, item) in items.iter().enumerate() {
                        self.add(id, field.key, "", role, item, path.item(position));
                    }
                }
                (Shape::Members(role), Value::Object(members)) => {
                    for (name, member) in members {
                        self.add(id, field.key, name, role, member, path.member(name.as_str()));
                    }
                }
                _ => {}
            }
        }
    }

    fn add(
        &mut self,
        parent: NodeId,
        via: &'static str,
        name: &'a str,
        role: Role,
        value: &'a Value,
        path: Path<'a>,
    ) {
        let id = NodeId(self.all.len());
        let around = &mut self.all[parent.0];
        around.children.push(id);
        let is_component = around.role == Role::Components;
        let component = if is_component { Some((via, name)) } else { around.component };
        if is_component {
            self.components.insert((via, name), id);
        }
        let (parent, children) = (Some(parent), Vec::new());
        self.all.push(Node { id, role, value, path, via, name, parent, children, component, is_component });
    }

    /// The node of this id, which this list gave out.
    fn node(&self, id: NodeId) -> &Node<'a> {
        &self.all[id.0]
    }

    /// The document itself.
    #[must_use]
    pub fn root(&self) -> &Node<'a> {
        self.node(NodeId(0))
    }

    /// Every node, from the root down.
    pub fn iter(&self) -> impl Iterator<Item = &Node<'a>> {
        self.all.iter()
    }

    /// Every node of this role.
    pub fn of_role(&self, role: Role) -> impl Iterator<Item = &Node<'a>> {
        self.all.iter().filter(move |node| node.role == role)
    }

    /// The node around this one; none around the root.
    #[must_use]
    pub fn parent(&self, node: &Node<'a>) -> Option<&Node<'a>> {
        node.parent.map(|id| self.node(id))
    }

    /// The nodes that are reached by this key.
    pub fn children(&self, node: &Node<'a>, via: &str) -> impl Iterator<Item = &Node<'a>> {
        node.children.iter().map(|id| self.node(*id)).filter(move |child| child.via == via)
    }

    /// All nodes right within it.
    pub fn inside(&self, node: &Node<'a>) -> impl Iterator<Item = &Node<'a>> {
        node.children.iter().map(|id| self.node(*id))
    }

    /// The one node that is reached by this key.
    #[must_use]
    pub fn child(&self, node: &Node<'a>, via: &str) -> Option<&Node<'a>> {
        self.children(node, via).next()
    }

    /// The component of this section and name.
    #[must_use]
    pub fn component(&self, section: &str, name: &str) -> Option<&Node<'a>> {
        self.components.get(&(section, name)).map(|id| self.node(*id))
    }

    /// Every component.
    pub fn components(&self) -> impl Iterator<Item = &Node<'a>> {
        self.all.iter().filter(|node| node.is_component)
    }

    /// Where a reference leads, one step.
    #[must_use]
    pub fn target(&self, node: &Node<'a>) -> Option<&Node<'a>> {
        let (section, name) = component_of(node.reference()?.as_str()?)?;
        self.component(section, name)
    }

    /// The node itself or what its reference leads to in the end, if anything.
    #[must_use]
    pub fn resolve<'s>(&'s self, node: &'s Node<'a>) -> Option<&'s Node<'a>> {
        let mut node = node;
        for _ in 0..=MAX_REFERENCE_CHAIN {
            if node.reference().is_none() {
                return Some(node);
            }
            node = self.target(node)?;
        }
        None
    }

    /// As `resolve`, and through an `allOf` of one schema, which only adds `nullable` or a description.
    #[must_use]
    pub fn see_through<'s>(&'s self, node: &'s Node<'a>) -> Option<&'s Node<'a>> {
        let mut node = self.resolve(node)?;
        for _ in 0..=MAX_REFERENCE_CHAIN {
            let mut members = self.children(node, "allOf");
            match (members.next(), members.next()) {
                (Some(only), None) => node = self.resolve(only)?,
                _ => return Some(node),
            }
        }
        None
    }
}
