//! Checks security: supported schemes, requirements that refer to a scheme, and https URLs.

use super::keys::{missing_key, wrong_type};
use super::nodes::Node;
use super::shape::Shape;
use super::{Context, Report};
use crate::Rule;
use crate::openapi::Role;

static UNDEFINED_SECURITY: Rule = Rule {
    id: "undefined-security",
    message: "the security scheme `{name}` does not exist",
    help: "correct the name, or add the scheme to components/securitySchemes",
};

static UNSUPPORTED_SECURITY: Rule = Rule {
    id: "unsupported-security",
    message: "the client does not support `{found}`",
    help: "write `type: oauth2` with client credentials, or `type: http` with `scheme: digest` or `bearer`",
};

static INSECURE_URL: Rule = Rule {
    id: "insecure-url",
    message: "`{url}` is not an https URL",
    help: "write a URL that starts with https://",
};

pub(super) fn check(context: &Context<'_, '_>, report: &mut Report<'_>) {
    for node in context.nodes.of_role(Role::Requirement) {
        for (name, scopes) in node.value.as_object().into_iter().flatten() {
            if !Shape::Texts.matches(scopes) {
                wrong_type(Shape::Texts.name(), scopes, &node.at(name), report);
            }
            if context.nodes.component("securitySchemes", name).is_none() {
                report.add(&node.at(name), UNDEFINED_SECURITY.violation(&[("name", name)]));
            }
        }
    }
    for node in context.nodes.of_role(Role::SecurityScheme) {
        check_scheme(node, report);
    }
    for node in context.nodes.of_role(Role::Flow) {
        check_https(node, "tokenUrl", report);
    }
    for node in context.nodes.of_role(Role::Server) {
        check_https(node, "url", report);
    }
}

fn check_scheme(node: &Node<'_>, report: &mut Report<'_>) {
    match (node.text("type"), node.text("scheme")) {
        (Some("oauth2"), _) if node.get("flows").is_none() => {
            report.add(&node.path, missing_key("flows"));
        }
        (Some("http"), None) if node.get("scheme").is_none() => {
            report.add(&node.path, missing_key("scheme"));
        }
        (Some("oauth2"), _) | (Some("http"), None | Some("digest" | "bearer")) | (None, _) => {}
        (Some("http"), Some(found)) => report_unsupported(node, "scheme", found, report),
        (Some(found), _) => report_unsupported(node, "type", found, report),
    }
}

fn report_unsupported(node: &Node<'_>, key: &'static str, found: &str, report: &mut Report<'_>) {
    report.add(&node.path.member(key), UNSUPPORTED_SECURITY.violation(&[("found", &found)]));
}

fn check_https(node: &Node<'_>, key: &'static str, report: &mut Report<'_>) {
    // A host must follow: `https:///` has none.
    let insecure = |url: &&str| {
        url.strip_prefix("https://")
            .is_none_or(|rest| !rest.starts_with(|first: char| first.is_ascii_alphanumeric()))
    };
    if let Some(url) = node.text(key).filter(insecure) {
        report.add(&node.path.member(key), INSECURE_URL.violation(&[("url", &url)]));
    }
}
