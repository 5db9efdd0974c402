//! The README shows the code that is compiled and run here.

#[test]
fn readme_shows_the_example() {
    let (_, example) = include_str!("readme_example.rs").split_once("\n\n").unwrap();
    let readme = include_str!("../README.md");
    assert!(readme.contains(example), "copy tests/readme_example.rs into the README");
}
