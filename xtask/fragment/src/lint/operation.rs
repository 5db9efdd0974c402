//! An operation with what belongs to it, gathered from the path around it and through references.

use super::shape::Role;
use super::walk::{Site, Sites};

/// An operation of the fragment.
pub(super) struct Operation<'s, 'a> {
    pub(super) site: &'s Site<'a>,
    /// The path template.
    pub(super) path: &'a str,
    /// Its own parameters and those of the path, the latter first.
    pub(super) parameters: Vec<Part<'s, 'a>>,
    pub(super) body: Option<Part<'s, 'a>>,
    pub(super) replies: Vec<Part<'s, 'a>>,
}

/// A part of an operation: where it is listed, and what it is after references.
#[derive(Clone, Copy)]
pub(super) struct Part<'s, 'a> {
    pub(super) listed: &'s Site<'a>,
    pub(super) is: &'s Site<'a>,
}

impl<'s, 'a> Operation<'s, 'a> {
    pub(super) fn all(sites: &'s Sites<'a>) -> Vec<Self> {
        sites.of_role(Role::Operation).map(|site| Self::of(site, sites)).collect()
    }

    fn of(site: &'s Site<'a>, sites: &'s Sites<'a>) -> Self {
        let around = sites.parent(site);
        let shared = around.into_iter().flat_map(|path| parts(sites, path, "parameters"));
        Self {
            site,
            path: around.map_or("", |path| path.name),
            parameters: shared.chain(parts(sites, site, "parameters")).collect(),
            body: parts(sites, site, "requestBody").next(),
            replies: parts(sites, site, "responses").collect(),
        }
    }

    /// The replies with a status of 2xx.
    pub(super) fn successes(&self) -> impl Iterator<Item = Part<'s, 'a>> {
        self.replies.iter().copied().filter(|reply| reply.listed.name.starts_with('2'))
    }
}

/// The parts that are listed under this key; one that leads nowhere is a problem of its own, and left out.
pub(super) fn parts<'s, 'a>(
    sites: &'s Sites<'a>,
    site: &'s Site<'a>,
    via: &'static str,
) -> impl Iterator<Item = Part<'s, 'a>> {
    sites.children(site, via).filter_map(|listed| Some(Part { listed, is: sites.resolve(listed)? }))
}
