//! Lists what is left to do after an import, in the order in which it works, with the files.

use atlas_codegen::lower::walk::elements;
use atlas_codegen::paths;
use heck::ToSnakeCase as _;
use openapi_fragment::Document;
use serde_json::Value;

use crate::Import;
use crate::draft::TODO;
use crate::names;

/// The handle of the wrapper that gets the method.
struct Handle {
    name: &'static str,
    file: &'static str,
    /// The parameter of the generated function that is the handle's id.
    id: Option<&'static str>,
}

const HANDLES: [(&str, Handle); 2] = [
    ("groupId", Handle { name: "Project", file: "api/project.rs", id: Some("group_id") }),
    ("orgId", Handle { name: "Org", file: "api/org.rs", id: Some("org_id") }),
];
const CLIENT: Handle = Handle { name: "Client", file: "client/mod.rs", id: None };

impl Import {
    /// What is left to do, as numbered steps. `fragment` is the fragment with the operation, which passes lint.
    #[must_use]
    pub fn steps(&self, fragment: &Document) -> String {
        let signature = Signature::read(fragment, &self.id);
        let steps = [
            self.answers(),
            self.kinds_of_ids(),
            Some(self.method(signature.as_ref())),
            Some(format!("cargo xtask codegen: writes {} and {}", paths::GENERATED, paths::README)),
            Some(format!(
                "tests/emulator/src/handlers/operations/: a handler for `{}`, and its line in HANDLERS of mod.rs",
                self.id
            )),
            Some("tests/end-to-end/tests/end_to_end/: a test of the method against the emulator".to_owned()),
            Some(format!(
                "{}: a line on the new method; cargo xtask diff reports the version that {} needs",
                paths::CHANGELOG,
                paths::MANIFEST
            )),
        ];
        let mut text = String::new();
        for note in &self.notes {
            text += &format!("note: {note}\n");
        }
        text += &format!("left to do for `{}`:\n", self.id);
        for (number, step) in steps.into_iter().flatten().enumerate() {
            let step = step.replace('\n', "\n     ");
            text += &format!("  {}. {step}\n", number + 1);
        }
        text
    }

    /// The texts to write.
    fn answers(&self) -> Option<String> {
        let yaml = self.yaml();
        let of_key = |key: &str| yaml.lines().filter(|line| line.trim() == format!("{key}: {TODO}")).count();
        let all = yaml.lines().filter(|line| line.ends_with(&format!(": {TODO}"))).count();
        let mut lines = vec![format!("{}: answer each of the {all} `{TODO}`, in your own words", self.file)];
        let tag = elements(&self.addition.operation.value(), "tags")
            .next()
            .and_then(Value::as_str)
            .map(names::camel);
        let command = format!("{} {}", tag.unwrap_or_default(), self.short_name());
        for (key, help) in [
            ("x-atlas-cli", format!("the command of the Atlas CLI; any operation has `atlas api {command}`")),
            ("x-idempotent", "`true` if a repeat after a lost response has no further effect; else `false`; a comment gives the reason".to_owned()),
            ("x-after-lost-response", "how to find out what a request did whose response was lost".to_owned()),
        ] {
            if of_key(key) > 0 {
                lines.push(format!("{key}: {help}"));
            }
        }
        (all > 0).then(|| lines.join("\n  "))
    }

    fn kinds_of_ids(&self) -> Option<String> {
        let names: Vec<String> = self.ids.iter().map(|(name, _)| format!("`{name}`")).collect();
        let new = format!(
            "{}: check the new kinds of ids, which become types of the SDK: {}",
            self.file,
            names.join(", ")
        );
        (!names.is_empty()).then_some(new)
    }

    fn short_name(&self) -> String {
        let operation = self.addition.operation.value();
        operation["x-short-name"].as_str().unwrap_or(&self.id).to_owned()
    }

    /// The method of the wrapper.
    fn method(&self, signature: Option<&Signature>) -> String {
        let path = &self.addition.path;
        let handle = HANDLES.iter().find(|(variable, _)| path.contains(&format!("{{{variable}}}")));
        let handle = handle.map_or(&CLIENT, |(_, handle)| handle);
        let mut lines = vec![format!(
            "{}/{}: a method of `{}`, such as this one; give it a shorter name if there is one",
            paths::SDK_SOURCES,
            handle.file,
            handle.name
        )];
        let operation = self.addition.operation.value();
        let role =
            operation["x-required-role"].as_str().map(|role| format!("; role {role}")).unwrap_or_default();
        lines.push("/// TODO".to_owned());
        lines.push("///".to_owned());
        lines.push(format!("/// Atlas operation `{}`{role}.", self.id));
        let mut aliases = vec![self.id.as_str()];
        for key in ["x-short-name", "x-go-sdk-name"] {
            aliases.extend(operation[key].as_str());
        }
        lines.extend(aliases.iter().map(|alias| format!("#[doc(alias = \"{alias}\")]")));
        let name = self.short_name().to_snake_case();
        let function = self.id.to_snake_case();
        lines.extend(match signature {
            Some(signature) if signature.is_paged() => signature.pages(&name, &function, handle.id),
            Some(signature) => signature.request(&name, &function, handle.id),
            None => vec![format!("pub fn {name}(&self) -> Request<…>")],
        });
        lines.join("\n")
    }
}

/// The signature of the generated function.
struct Signature {
    arguments: Vec<(String, String)>,
    result: String,
}

impl Signature {
    /// Whether the operation returns one page of a list.
    fn is_paged(&self) -> bool {
        ["page_num", "items_per_page"]
            .iter()
            .all(|name| self.arguments.iter().any(|(other, _)| other == name))
    }

    /// A method that returns all pages.
    fn pages(&self, method: &str, function: &str, id: Option<&str>) -> Vec<String> {
        let values = self.arguments.iter().map(|(name, kind)| match &**name {
            "page_num" => "page.number",
            "items_per_page" => "page.size",
            name if id == Some(name) => "&id",
            _ if kind.starts_with("Option<") => "None",
            name => name,
        });
        let values = values.collect::<Vec<_>>().join(", ");
        let id = id.filter(|id| self.arguments.iter().any(|(name, _)| name == id));
        let closure = if id.is_some() { "move |page|" } else { "|page|" };
        let mut lines = vec![format!("pub fn {method}(&self) -> Pages<{}> {{", self.result)];
        lines.extend(id.map(|_| "    let id = self.id;".to_owned()));
        lines.push(format!("    Pages::new(&self.shared, {closure} requests::{function}({values}))"));
        lines.push("}".to_owned());
        lines
    }

    /// A method that sends one request.
    fn request(&self, method: &str, function: &str, id: Option<&str>) -> Vec<String> {
        let (mut own, mut passed) = (String::new(), Vec::new());
        for (name, kind) in &self.arguments {
            if id == Some(name) {
                passed.push("&self.id");
            } else {
                own += &format!(", {name}: {kind}");
                passed.push(name);
            }
        }
        let passed = passed.join(", ");
        vec![
            format!("pub fn {method}(&self{own}) -> Request<{}> {{", self.result),
            format!("    Request::prepared(&self.shared, requests::{function}({passed}), Ok)"),
            "}".to_owned(),
        ]
    }

    /// Generates the function; `None` if the document does not generate.
    fn read(fragment: &Document, operation: &str) -> Option<Self> {
        let requests = atlas_codegen::generate(fragment).ok()?.requests;
        let start = format!("pub fn {}<'a>(", operation.to_snake_case());
        let other_start = format!("pub fn {}(", operation.to_snake_case());
        let (_, rest) = requests.split_once(&start).or_else(|| requests.split_once(&other_start))?;
        let (arguments, rest) = rest.split_once(") -> crate::call::PreparedRequest<")?;
        let (result, _) = rest.split_once("> {")?;
        let short = |text: &str| {
            text.trim()
                .replace("&'a ", "&")
                .replace("crate::generated::ids::", "")
                .replace("models::", "")
                .replace("crate::", "")
        };
        let arguments = arguments.split(",\n").flat_map(|line| line.split(", ")).filter_map(|argument| {
            let (name, kind) = argument.trim().trim_end_matches(',').split_once(": ")?;
            Some((name.to_owned(), short(kind)))
        });
        Some(Self { arguments: arguments.collect(), result: short(result) })
    }
}
