"""Which instances do two schemas accept? Validates with openapi-schema-validator, which is built on jsonschema.

Reads one JSON object per line: {"base": document, "revision": document}, both with `components.schemas.S`. Writes one line
for each: {"request": [from, to], "response": [from, to]}, where `from` is an instance that only the base accepts and `to`
one that only the revision accepts, in this part of a message; null if none was found. `only_by_overlap` means that the
instance is none if `oneOf` is read as `anyOf`: an alternative became valid or invalid in addition to another.

The instances are made from the keywords of both schemas: values at and beside each bound, each value of an enum, objects
with and without each property.
"""

import json
import sys

from openapi_schema_validator import OAS30ReadValidator, OAS30Validator, OAS30WriteValidator, oas30_format_checker

MAX_DEPTH = 4
MAX_INNER = 8
MAX_INSTANCES = 60
TEXTS = ["a", "ab", "b", "abc", "ca", "z", "d"]
FORMATTED = ["2024-02-29", "2024-02-29T12:00:00Z", "0b6f3a52-3f0e-4f6a-9f5e-0c8f6a1f2b3c"]
OTHERS = [None, True, "a", 1, 1.5, [], {}]


def unique(values):
    seen = {}
    for value in values:
        seen.setdefault(json.dumps(value, sort_keys=True), value)
    return list(seen.values())


class Samples:
    """Instances that are interesting for a schema."""

    def __init__(self, document):
        self.document = document
        self.known = {}

    def resolve(self, schema):
        while "$ref" in schema:
            node = self.document
            for token in schema["$ref"].split("/")[1:]:
                token = token.replace("~1", "/").replace("~0", "~")
                node = node[int(token)] if isinstance(node, list) else node[token]
            schema = node
        return schema

    def of(self, schema, depth=0):
        schema = self.resolve(schema)
        if depth > MAX_DEPTH:
            return [None, "a", 1]
        key = (id(schema), depth == 0)
        if key not in self.known:
            found = unique(self.raw(schema, depth))
            found = spread(found, MAX_INSTANCES) if depth == 0 else self.some(schema, found)
            # With the schema, because the id of a schema that no longer exists may be used again.
            self.known[key] = (schema, found)
        return self.known[key][1]

    def some(self, schema, found):
        """Some valid instances, then some others: the first is used where another member is of interest."""
        found = spread(found, 3 * MAX_INNER)
        is_valid = [*map(acceptance(OAS30Validator, self.document, schema), found)]
        valid = [value for value, accepted in zip(found, is_valid) if accepted]
        others = [value for value, accepted in zip(found, is_valid) if not accepted]
        return spread(valid, MAX_INNER) + spread(others, MAX_INNER) or [None]

    def raw(self, schema, depth):
        found = list(schema.get("enum", []))
        kind = schema.get("type")
        if kind == "string" or any(key in schema for key in ("maxLength", "minLength", "pattern")):
            lengths = [schema[key] + step for key in ("minLength", "maxLength") if key in schema for step in (0, -1, 1)]
            found += [("a" * length + end)[1:] for length in lengths if length > 0 for end in "ab"] + ["", *TEXTS[:3]]
            if "pattern" in schema:
                found += TEXTS
            if "format" in schema:
                found += FORMATTED
        if kind in ("integer", "number") or any(key in schema for key in ("maximum", "minimum", "multipleOf")):
            bounds = [schema[key] for key in ("minimum", "maximum") if key in schema]
            numbers = [bound + step for bound in bounds for step in (0, 1, -1)]
            numbers += [schema["multipleOf"] * 2, schema["multipleOf"] * 2 + 1] if "multipleOf" in schema else []
            # The validator takes no number with a fraction for an integer, not even with the fraction 0.
            found += [int(number) if number == int(number) else number for number in numbers]
            found += [1, 6, 2.5, 2**31, 2**63]
        if kind == "array" or any(key in schema for key in ("items", "maxItems", "minItems", "uniqueItems")):
            items = self.of(schema.get("items", {}), depth + 1)
            lengths = [schema[key] + step for key in ("minItems", "maxItems") if key in schema for step in (0, -1, 1)]
            found += [[item] for item in items] + [[], items[:2], [items[0]] * 2]
            for length in lengths:
                found += [items[:1] * length, [items[index % len(items)] for index in range(length)]]
        objects = ("properties", "required", "additionalProperties", "maxProperties", "minProperties")
        if kind == "object" or any(key in schema for key in objects):
            found += self.objects(schema, depth)
        for keyword in ("oneOf", "anyOf", "allOf"):
            parts = [self.of(part, depth + 1) for part in schema.get(keyword, [])]
            found += [value for part in parts for value in part]
            if keyword == "allOf":
                parts.append([value for value in found if isinstance(value, dict)])
                found += merged(parts)
        if "not" in schema:
            found += self.of(schema["not"], depth + 1)
        return found + OTHERS

    def objects(self, schema, depth):
        properties = schema.get("properties", {})
        values = {name: self.of(inner, depth + 1) for name, inner in properties.items()}
        for name in schema.get("required", []):
            values.setdefault(name, ["a", 1])
        full = {name: inner[0] for name, inner in values.items()}
        found = [full]
        for name, inner in values.items():
            found += [{**full, name: value} for value in inner]
            found.append({other: value for other, value in full.items() if other != name})
            found += [{name: value} for value in inner[:3]]
        extra = schema.get("additionalProperties", {})
        extra = self.of(extra, depth + 1) if isinstance(extra, dict) else ["a"]
        found += [{**full, "extra": value} for value in extra[:4]]
        for key in ("minProperties", "maxProperties"):
            for size in [schema[key] + step for step in (0, -1, 1)] if key in schema else []:
                names = list(full) + [f"extra{number}" for number in range(6)]
                found.append({name: full.get(name, "a") for name in names[: max(size, 0)]})
        return found


def spread(values, limit):
    """At most this many values, from the whole list."""
    if len(values) <= limit:
        return values
    return [values[index * len(values) // limit] for index in range(limit)]


def merged(parts):
    """Objects that take their members from several parts."""
    parts = [[value for value in part if isinstance(value, dict)] for part in parts]
    found = []
    for number in range(MAX_INNER * 2):
        value = {}
        for position, part in enumerate(parts):
            if part:
                value.update(part[(number * (position + 1)) % len(part)])
        found.append(value)
    return found


def applied(document, schemas, instance):
    """The schemas with everything that they refer to, and with those parts that accept the instance."""
    found, pending = [], list(schemas)
    while pending:
        schema = Samples(document).resolve(pending.pop())
        found.append(schema)
        pending += schema.get("allOf", [])
        alternatives = [*schema.get("oneOf", []), *schema.get("anyOf", [])]
        pending += [part for part in alternatives if acceptance(OAS30Validator, document, part)(instance)]
    return found


def declared(document, part, schemas, instance):
    """The instance without the members that no schema declares for this part of a message."""
    schemas = applied(document, schemas, instance)
    if isinstance(instance, list):
        items = [schema["items"] for schema in schemas if "items" in schema]
        return [declared(document, part, items, item) for item in instance]
    if not isinstance(instance, dict):
        return instance
    found = {}
    for name, value in instance.items():
        inner = [schema["properties"][name] for schema in schemas if name in schema.get("properties", {})]
        others = [schema.get("additionalProperties") for schema in schemas]
        inner = inner or [schema for schema in others if isinstance(schema, dict)]
        absent = "readOnly" if part == "request" else "writeOnly"
        if any(schema.get(absent) for schema in applied(document, inner, value)):
            continue
        if inner or any(name in schema.get("required", []) for schema in schemas):
            found[name] = declared(document, part, inner, value)
    return found


def as_union(node):
    """The document with `anyOf` instead of `oneOf`."""
    if isinstance(node, dict):
        return {"anyOf" if key == "oneOf" else key: as_union(value) for key, value in node.items()}
    return [as_union(item) for item in node] if isinstance(node, list) else node


def without_ignored(node):
    """The document without what OpenAPI 3.0 ignores beside a reference, which the validator does not ignore."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            return {"$ref": node["$ref"]}
        return {key: without_ignored(value) for key, value in node.items()}
    return [without_ignored(item) for item in node] if isinstance(node, list) else node


ROOT = {"$ref": "#/components/schemas/S"}


def acceptance(kind, document, schema=ROOT):
    schema = {"allOf": [schema], "components": document["components"]}
    return kind(schema, format_checker=oas30_format_checker).is_valid


def judge(base, revision):
    documents = [base, revision]
    instances = unique([*Samples(base).of(ROOT), *Samples(revision).of(ROOT)])
    text = json.dumps(documents)
    has_marks = "readOnly" in text or "writeOnly" in text
    kinds = [OAS30WriteValidator, OAS30ReadValidator] if has_marks else [OAS30Validator] * 2
    # Without marks, both parts accept the same instances, and validating takes most of the time.
    accepted = {
        kind: [[accept(instance) for instance in instances] for accept in (acceptance(kind, it) for it in documents)]
        for kind in set(kinds)
    }
    return {
        part: [witness(part, kind, documents, side, instances, accepted[kind]) for side in (0, 1)]
        for part, kind in zip(("request", "response"), kinds)
    }


def witness(part, kind, documents, side, instances, accepted):
    """An instance that only the document of this side accepts."""
    # The contract is about declared members: a client sends no others, and ignores others.
    known = documents[side if part == "request" else 1 - side]
    by_overlap = None
    for instance, own, other in zip(instances, accepted[side], accepted[1 - side]):
        if own and not other:
            instance = declared(known, part, [ROOT], instance)
            if is_accepted_only(kind, documents, side, instance):
                if is_accepted_only(kind, [as_union(document) for document in documents], side, instance):
                    return {"instance": instance, "only_by_overlap": False}
                by_overlap = {"instance": instance, "only_by_overlap": True}
    return by_overlap


def is_accepted_only(kind, documents, side, instance):
    own, other = (acceptance(kind, documents[at])(instance) for at in (side, 1 - side))
    return own and not other


def main():
    for line in sys.stdin:
        case = json.loads(line)
        print(json.dumps(judge(*(without_ignored(case[side]) for side in ("base", "revision")))), flush=True)


if __name__ == "__main__":
    main()
