"""Tests of `.ci/release`: `python3 -m unittest discover --start-directory .ci`. Nothing is built or sent."""

import importlib.machinery
import importlib.util
import shutil
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace

LOADER = importlib.machinery.SourceFileLoader("release", str(Path(__file__).parent / "release"))
release = importlib.util.module_from_spec(importlib.util.spec_from_loader("release", LOADER))
LOADER.exec_module(release)

CHANGELOG = """# Changelog

## [Unreleased]

## [1.2.0] - 2026-02-03

### Added

- A thing.

## [1.1.0] - 2025-01-01

- An older thing.

[1.2.0]: compare
"""


class ReleaseTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def package(self, name="library", version="1.2.0", changelog=CHANGELOG, dependencies=(), publish=None):
        folder = self.root / name
        folder.mkdir()
        if changelog is not None:
            (folder / "CHANGELOG.md").write_text(changelog, encoding="utf-8")
        return {
            "id": name,
            "name": name,
            "version": version,
            "publish": publish,
            "manifest_path": str(folder / "Cargo.toml"),
            "dependencies": [{"name": dependency, "kind": kind} for dependency, kind in dependencies],
        }

    def assert_rejected(self, packages, tag, message):
        with self.assertRaises(release.ReleaseError) as caught:
            release.check(packages, tag)
        self.assertIn(message, str(caught.exception))

    def test_notes_are_the_section_of_the_version(self):
        notes = release.check([self.package(), self.package("tool", changelog=None)], "v1.2.0")
        self.assertEqual(notes, "# library 1.2.0\n\n### Added\n\n- A thing.\n")

    def test_tag_version_and_changelog_must_agree(self):
        package = self.package()
        self.assert_rejected([package], "v1.1.0", "expected v1.2.0")
        self.assert_rejected([package], "1.2.0", "expected v1.2.0")
        self.assert_rejected([package | {"version": "1.3.0"}], "v1.3.0", "no heading `## [1.3.0]")
        # A dot in a version is a dot: 1.1.0 is not 1x1x0, and a version is not found in a longer one.
        self.assert_rejected([package | {"version": "1.2"}], "v1.2", "no heading `## [1.2]")
        self.assert_rejected([self.package("tool", changelog=None)], "v1.2.0", "none of the packages")

    def test_one_package_that_differs_is_enough(self):
        behind = self.package("tool", version="1.1.0")
        self.assert_rejected([self.package(), behind], "v1.2.0", "the version of tool is 1.1.0")

    def test_a_version_without_date_or_text_is_not_released(self):
        undated = CHANGELOG.replace(" - 2026-02-03", "")
        self.assert_rejected([self.package("undated", changelog=undated)], "v1.2.0", "no heading")
        empty = CHANGELOG.replace("### Added\n\n- A thing.\n\n", "")
        self.assert_rejected([self.package("empty", changelog=empty)], "v1.2.0", "is empty")

    def test_dependencies_are_published_first(self):
        packages = [
            self.package("a", dependencies=[("b", None), ("serde", None), ("c", "dev")]),
            self.package("b", dependencies=[("c", "build")]),
            self.package("c"),
            self.package("private", publish=[]),
            self.package("foreign"),
        ]
        metadata = {"packages": packages, "workspace_members": ["a", "b", "c", "private"]}
        order = [package["name"] for package in release.published_packages(metadata)]
        self.assertEqual(order, ["c", "b", "a"])

    def test_publishing_continues_after_what_is_published_and_stops_at_an_error(self):
        answers = {
            "a": SimpleNamespace(returncode=101, stderr="error: crate a@1.2.0 already exists on the index"),
            "b": SimpleNamespace(returncode=0, stderr=""),
            "c": SimpleNamespace(returncode=101, stderr="error: crate a@1.2.0 already exists"),
            "d": SimpleNamespace(returncode=0, stderr=""),
        }
        commands = []

        def run(command):
            commands.append(command)
            return answers[command[-1]]

        packages = [self.package(name) for name in answers]
        with self.assertRaises(release.ReleaseError) as caught:
            release.publish(packages, run)
        self.assertIn("could not publish c", str(caught.exception))
        self.assertEqual([command[-1] for command in commands], ["a", "b", "c"])
        self.assertEqual(commands[0], ["cargo", "publish", "--locked", "--package", "a"])

    def test_an_archive_holds_the_binary_its_readme_and_the_licenses(self):
        package = self.package("tool")
        (self.root / "tool" / "README.md").write_text("# tool\n", encoding="utf-8")
        names = ["LICENSE-APACHE", "LICENSE-MIT", "README.md"]
        for binary, target, kind in [
            ("tool", "x86_64-unknown-linux-gnu", "tar.gz"),
            ("tool.exe", "x86_64-pc-windows-msvc", "zip"),
        ]:
            built = self.root / "built" / binary
            built.parent.mkdir(exist_ok=True)
            built.write_bytes(b"program")
            path = release.archive(package, built, target, self.root / "archives")
            self.assertEqual(path.name, f"tool-1.2.0-{target}.{kind}")
            unpacked = self.root / kind
            shutil.unpack_archive(path, unpacked)
            files = sorted(file.name for file in (unpacked / f"tool-1.2.0-{target}").iterdir())
            self.assertEqual(files, sorted([*names, binary]))
            checksum = path.with_name(path.name + ".sha256").read_text(encoding="utf-8")
            self.assertEqual(checksum, f"{release.hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n")


if __name__ == "__main__":
    unittest.main()
