//! One run finds what is wrong in every respect, and lists it in the order of the file.

use super::*;
use crate::spec::problem::Named;

/// A document with one fault for each of the rules, whose marks stand in another order than the rules.
fn one_of_each() -> Case {
    let text = |text: &str| text.to_owned();
    changes(
        [
            ("  /things:", "  «/things/:"),
            ("tags: [Things]", "tags: [«Thinks]"),
            ("summary: List things", "«summary: ' '"),
            ("- name: kind\n          in: query", "- name: kind\n          «in: header"),
            ("x-sunset: '2027-07-01'", "«x-sunset: '2027-06-31'"),
            ("scheme: digest", "«scheme: basic"),
            ("default: 5", "«default: 10"),
            ("        application/json:", "        «application/xml:"),
            ("required: [name]", "required: [name, «nmae]"),
            ("description: Its name.\n", "description: Its name.\n          «readOnly: true\n"),
            (
                "parent: {$ref: '#/components/schemas/ThingId'}",
                "parent: {«$ref: '#/components/schemas/Thin'}",
            ),
            ("        password:\n", "        «apiKey: {description: A, type: string}\n        password:\n"),
            ("          format: password\n", "          format: password\n          «example: hunter2\n"),
            ("        things:\n", "        base: {$ref: '#/components/schemas/Base'}\n        things:\n"),
            (
                "    State:",
                "    Base: {description: A, allOf: [{«$ref: '#/components/schemas/Base'}]}\n    «Lost: {description: A, type: \
                 string}\n    State:",
            ),
            ("enum: [NEW, AS_IS]", "enum: [NEW, «<]"),
        ],
        [
            ProblemKind::MalformedPath { reason: "a segment is empty" },
            ProblemKind::UndefinedTag { name: text("Thinks") },
            ProblemKind::MissingKey { key: "summary" },
            ProblemKind::ParameterPlace { found: text("header") },
            ProblemKind::BadDate { found: text("2027-06-31") },
            ProblemKind::UnknownSecurityScheme { found: text("basic") },
            ProblemKind::DoesNotFit { key: "default", reason: text("above `maximum`") },
            ProblemKind::BadMediaType { found: text("application/xml") },
            ProblemKind::RequiredWithoutProperty { name: text("nmae") },
            ProblemKind::ReadOnlyInRequest { name: text("name") },
            ProblemKind::RefNowhere { target: text("#/components/schemas/Thin") },
            ProblemKind::SecretWithoutFormat { name: text("apiKey") },
            ProblemKind::SecretValue { key: "example" },
            ProblemKind::InheritanceCycle { names: vec![text("Base"), text("Base")] },
            ProblemKind::Unused { name: text("Lost") },
            ProblemKind::BadName { what: Named::EnumValue, name: text("<") },
        ],
    )
}

#[test]
fn one_run_finds_a_fault_of_each_rule_in_the_order_of_the_file() {
    let case = one_of_each();
    assert_eq!(case.found(), case.expected);
    assert!(case.expected.is_sorted_by_key(|(position, _)| position));
}

/// So that a new rule gets its fault here.
#[test]
fn each_rule_finds_its_fault() {
    let document = Document::load("spec.yaml", &one_of_each().text).unwrap();
    let exposed = Exposed::of_text("src/things.rs", WRAPPER);
    let known = Known { id_types: &["ThingId"], replacements: &["Order"], exposed: Some(&exposed) };
    let sites = Sites::of(&document);
    let operations = Operation::all(&sites);
    let facts = Facts { known: &known, sites: &sites, operations: &operations };
    for (index, rule) in RULES.iter().enumerate() {
        let mut report = Report { document: &document, problems: Vec::new() };
        rule(&facts, &mut report);
        let found: Vec<_> = report.problems.iter().map(|problem| &problem.kind).collect();
        assert_eq!(found.len(), 1, "rule {index} finds {found:?}");
    }
}
