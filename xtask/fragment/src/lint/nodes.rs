//! All nodes of a document that have a role, as a flat list with links between them.
//!
//! The traversal follows only the table of shapes. It does not follow references, and it skips nodes of a wrong shape.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::shape::{Shape, fields};
use crate::Document;
use crate::openapi::Role;
use crate::openapi::{MAX_REFERENCE_CHAIN, component_of};
use crate::pointer::Path;

/// Identifies a node within one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NodeId(usize);

/// A node that has a role.
#[derive(Debug)]
pub struct Node<'a> {
    /// The id, unique within the document.
    pub id: NodeId,
    /// The role of the node in OpenAPI.
    pub role: Role,
    /// The JSON value.
    pub value: &'a Value,
    /// The JSON pointer.
    pub path: Path<'a>,
    /// The key of the parent that contains this node: `properties`, `items`, `get`.
    pub via: &'static str,
    /// The node's own key in a map of nodes: the name of a property, a path, a status. Otherwise empty.
    pub name: &'a str,
    /// The section and the name of the component that contains the node.
    pub component: Option<(&'a str, &'a str)>,
    /// Whether the node is that component itself.
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

    /// The value of a key, if it is a string.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&'a str> {
        self.get(key).and_then(Value::as_str)
    }

    /// Whether the value of a key is `true`.
    #[must_use]
    pub fn flag(&self, key: &str) -> bool {
        self.get(key) == Some(&Value::Bool(true))
    }

    /// The target of its `$ref`, if the node is a reference.
    #[must_use]
    pub fn reference(&self) -> Option<&'a Value> {
        self.role.section().and_then(|_| self.get("$ref"))
    }

    /// The path of a key of this node.
    #[must_use]
    pub fn at(&self, key: &'a str) -> Path<'a> {
        self.path.member(key)
    }
}

/// All nodes of a document, with the links between them.
#[derive(Debug)]
pub struct Nodes<'a> {
    all: Vec<Node<'a>>,
    /// The components by section and name.
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
        // The list also serves as the queue: appended nodes are visited later.
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
        for field in fields(role).unwrap_or_default() {
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
        let parent_node = &mut self.all[parent.0];
        parent_node.children.push(id);
        let is_component = parent_node.role == Role::Components;
        let component = if is_component { Some((via, name)) } else { parent_node.component };
        if is_component {
            self.components.insert((via, name), id);
        }
        let (parent, children) = (Some(parent), Vec::new());
        self.all.push(Node { id, role, value, path, via, name, parent, children, component, is_component });
    }

    /// The node with this id, which must come from this list.
    fn node(&self, id: NodeId) -> &Node<'a> {
        &self.all[id.0]
    }

    /// The root of the document.
    #[must_use]
    pub fn root(&self) -> &Node<'a> {
        self.node(NodeId(0))
    }

    /// All nodes, starting with the root.
    pub fn iter(&self) -> impl Iterator<Item = &Node<'a>> {
        self.all.iter()
    }

    /// All nodes of this role.
    pub fn of_role(&self, role: Role) -> impl Iterator<Item = &Node<'a>> {
        self.all.iter().filter(move |node| node.role == role)
    }

    /// The parent of the node; `None` for the root.
    #[must_use]
    pub fn parent(&self, node: &Node<'a>) -> Option<&Node<'a>> {
        node.parent.map(|id| self.node(id))
    }

    /// The children of the node below this key.
    pub fn children(&self, node: &Node<'a>, via: &str) -> impl Iterator<Item = &Node<'a>> {
        node.children.iter().map(|id| self.node(*id)).filter(move |child| child.via == via)
    }

    /// All children of the node.
    pub fn all_children(&self, node: &Node<'a>) -> impl Iterator<Item = &Node<'a>> {
        node.children.iter().map(|id| self.node(*id))
    }

    /// The first child of the node below this key.
    #[must_use]
    pub fn child(&self, node: &Node<'a>, via: &str) -> Option<&Node<'a>> {
        self.children(node, via).next()
    }

    /// The component with this section and name.
    #[must_use]
    pub fn component(&self, section: &str, name: &str) -> Option<&Node<'a>> {
        self.components.get(&(section, name)).map(|id| self.node(*id))
    }

    /// All components.
    pub fn components(&self) -> impl Iterator<Item = &Node<'a>> {
        self.all.iter().filter(|node| node.is_component)
    }

    /// The nodes that are reachable from the nodes of this role, through references too.
    #[must_use]
    pub fn reached_from(&self, role: Role) -> HashSet<NodeId> {
        let mut reached = HashSet::new();
        let mut next: Vec<_> = self.of_role(role).collect();
        while let Some(node) = next.pop() {
            if reached.insert(node.id) {
                next.extend(self.all_children(node));
                next.extend(self.target(node));
            }
        }
        reached
    }

    /// The direct target of a reference.
    #[must_use]
    pub fn target(&self, node: &Node<'a>) -> Option<&Node<'a>> {
        let (section, name) = component_of(node.reference()?.as_str()?)?;
        self.component(section, name)
    }

    /// Follows references. Returns the node itself if it is not a reference, `None` if there is no target.
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

    /// Like [`resolve`](Self::resolve), and also follows an `allOf` with one schema, which only adds `nullable` or a
    /// description.
    #[must_use]
    pub fn resolve_wrapper<'s>(&'s self, node: &'s Node<'a>) -> Option<&'s Node<'a>> {
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
