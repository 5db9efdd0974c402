//! The modules of a crate and what each of them uses of the others.

use std::collections::BTreeMap;
use std::path::Path;

use super::tokens::{Token, tokens};

/// More re-exports than this lead in a circle.
const MOST_RE_EXPORTS: usize = 16;

/// The files of a crate as modules.
pub(crate) struct Modules {
    /// By the path of the module, which is empty for the root.
    files: BTreeMap<Vec<String>, File>,
}

#[derive(Default)]
struct File {
    name: String,
    /// What a `use` declaration gives a name to.
    imports: BTreeMap<String, Vec<String>>,
    /// The paths that the file names, each with its line.
    paths: Vec<(usize, Vec<String>)>,
}

/// A path in one module that leads to another one.
pub(crate) struct Dependency {
    pub(crate) file: String,
    pub(crate) line: usize,
    /// As it is written, without groups.
    pub(crate) path: String,
    pub(crate) from: String,
    pub(crate) to: String,
}

impl Modules {
    /// Reads every file below the folder that holds `lib.rs`.
    pub(crate) fn read(folder: &Path) -> Self {
        let (mut files, mut folders) = (Vec::new(), vec![folder.to_owned()]);
        while let Some(next) = folders.pop() {
            for entry in std::fs::read_dir(next).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    let name = path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
                    files.push((name, std::fs::read_to_string(&path).unwrap()));
                }
            }
        }
        Self::of(files)
    }

    /// The modules of these files, each with its path from the folder of `lib.rs`.
    pub(crate) fn of(files: impl IntoIterator<Item = (String, String)>) -> Self {
        let files = files.into_iter().map(|(name, text)| {
            let steps = name.trim_end_matches(".rs").split('/').map(str::to_owned);
            let module: Vec<String> = steps.filter(|step| step != "mod" && step != "lib").collect();
            let file = read_file(name, &module, &text);
            (module, file)
        });
        Self { files: files.collect() }
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = String> {
        self.files.keys().map(|module| module.join("::"))
    }

    pub(crate) fn dependencies(&self) -> impl Iterator<Item = Dependency> {
        self.files.iter().flat_map(move |(module, file)| {
            file.paths.iter().filter_map(move |(line, path)| {
                let to = self.target(module, path)?;
                Some(Dependency {
                    file: file.name.clone(),
                    line: *line,
                    path: path.join("::"),
                    from: module.join("::"),
                    to: to.join("::"),
                })
            })
        })
    }

    /// The module that defines what this path names; none where it leads out of the crate.
    fn target(&self, module: &[String], path: &[String]) -> Option<Vec<String>> {
        let (mut module, mut path) = (module.to_vec(), path.to_vec());
        for _ in 0..MOST_RE_EXPORTS {
            let relative = match path.first()?.as_str() {
                "crate" => {
                    module.clear();
                    path.remove(0);
                    false
                }
                "self" => {
                    path.remove(0);
                    false
                }
                _ => true,
            };
            while path.first().is_some_and(|step| step == "super") {
                module.pop();
                path.remove(0);
            }
            if relative && !self.files.contains_key(&child(&module, path.first()?)) {
                return None;
            }
            while let Some(step) = path.first()
                && self.files.contains_key(&child(&module, step))
            {
                module.push(path.remove(0));
            }
            let Some(step) = path.first() else { return Some(module) };
            match self.files.get(&module).and_then(|file| file.imports.get(step)) {
                Some(target) => path.splice(..1, target.iter().cloned()).for_each(drop),
                None => return Some(module),
            }
            if !matches!(path[0].as_str(), "crate" | "self" | "super")
                && !self.files.contains_key(&child(&module, &path[0]))
            {
                // An import from another crate.
                return Some(module);
            }
        }
        panic!("{path:?} in {module:?} leads in a circle");
    }
}

fn child(module: &[String], name: &str) -> Vec<String> {
    [module, &[name.to_owned()]].concat()
}

fn read_file(name: String, module: &[String], text: &str) -> File {
    let tokens = tokens(text);
    let mut file = File { name, ..File::default() };
    // The braces that are open; for an inline module, true.
    let mut braces = Vec::new();
    let mut at = 0;
    while let Some((line, token)) = tokens.get(at) {
        let inline = braces.iter().filter(|is_module| **is_module).count();
        match token {
            Token::Name(word) if word == "use" => {
                let mut tree = UseTree { tokens: &tokens, at: at + 1, found: Vec::new() };
                tree.read(&[]);
                at = tree.at;
                for (line, path, name) in tree.found {
                    let path = outside(module, inline, path);
                    if inline == 0 {
                        file.imports.insert(name, path.clone());
                    }
                    file.paths.push((line, path));
                }
                continue;
            }
            Token::Name(word) if ["crate", "super", "self"].contains(&word.as_str()) => {
                let (path, next) = path_at(&tokens, at);
                if path.len() > 1 {
                    file.paths.push((*line, outside(module, inline, path)));
                }
                at = next;
                continue;
            }
            Token::Sign('{') => {
                let is_module = at >= 2 && matches!(&tokens[at - 2].1, Token::Name(word) if word == "mod");
                braces.push(is_module);
            }
            Token::Sign('}') => _ = braces.pop(),
            _ => {}
        }
        at += 1;
    }
    file
}

/// Converts a path inside of this many inline modules to a path in the file's own module.
fn outside(module: &[String], inline: usize, path: Vec<String>) -> Vec<String> {
    if inline == 0 || path.first().is_none_or(|first| first == "crate") {
        return path;
    }
    let supers = path.iter().take_while(|step| *step == "super").count();
    if supers < inline {
        // Within the file.
        return ["crate".to_owned()].into_iter().chain(module.iter().cloned()).collect();
    }
    let rest = path.into_iter().skip(inline);
    let path: Vec<String> = ["self".to_owned()].into_iter().chain(rest).collect();
    path
}

/// The path that begins at this token, and the index behind it.
fn path_at(tokens: &[(usize, Token)], mut at: usize) -> (Vec<String>, usize) {
    let mut path = Vec::new();
    while let Some((_, Token::Name(word))) = tokens.get(at) {
        path.push(word.clone());
        at += 1;
        match tokens.get(at) {
            Some((_, Token::PathSeparator)) => at += 1,
            _ => break,
        }
    }
    (path, at)
}

/// Reads the tree of a `use` declaration.
struct UseTree<'a> {
    tokens: &'a [(usize, Token)],
    at: usize,
    /// The line, the path and the name of each import.
    found: Vec<(usize, Vec<String>, String)>,
}

impl UseTree<'_> {
    fn read(&mut self, prefix: &[String]) {
        let mut path = prefix.to_vec();
        while let Some((line, token)) = self.tokens.get(self.at) {
            self.at += 1;
            match token {
                Token::Name(word) if word == "as" => {
                    if let Some((_, Token::Name(name))) = self.tokens.get(self.at)
                        && let Some(last) = self.found.last_mut()
                    {
                        last.2.clone_from(name);
                    }
                    self.at += 1;
                }
                Token::Name(word) => {
                    path.push(word.clone());
                    if !matches!(self.tokens.get(self.at), Some((_, Token::PathSeparator))) {
                        self.add(*line, path.clone());
                        path.truncate(prefix.len());
                    }
                }
                Token::Sign('*') => {
                    self.add(*line, path.clone());
                    path.truncate(prefix.len());
                }
                Token::Sign('{') => {
                    self.read(&path);
                    path.truncate(prefix.len());
                }
                Token::Sign('}' | ';') => return,
                Token::PathSeparator | Token::Sign(_) => {}
            }
        }
    }

    fn add(&mut self, line: usize, mut path: Vec<String>) {
        // `a::{self}` is `a`.
        if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        let name = path.last().cloned().unwrap_or_default();
        self.found.push((line, path, name));
    }
}
