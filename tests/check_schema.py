#!/usr/bin/env python3
"""Check JSON reports against the published schema."""

import argparse
import json
import sys

try:
    import jsonschema
except ImportError:
    print("check_schema: skipped, python3-jsonschema is not installed")
    sys.exit(77)


def refuse_constant(name):
    """NaN and the infinities are not JSON."""
    raise ValueError(f"{name} is not JSON")


def refuse_duplicates(pairs):
    """A key that comes twice hides the first value."""
    keys = [key for key, _ in pairs]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise ValueError(f"the same key twice: {', '.join(twice)}")
    return dict(pairs)


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file, parse_constant=refuse_constant,
                         object_pairs_hook=refuse_duplicates)


def problems(path, validator):
    """What is wrong with one report, a line each."""
    try:
        report = load(path)
    except (OSError, ValueError) as error:
        return [f"{path}: {error}"]
    return [f"{path}: {error.json_path}: {error.message}"
            for error in validator.iter_errors(report)]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schema", required=True)
    parser.add_argument("report", nargs="+")
    args = parser.parse_args()

    schema = load(args.schema)
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    validator = kind(schema, format_checker=jsonschema.FormatChecker())
    found = [problem for path in args.report
             for problem in problems(path, validator)]
    for problem in found:
        print(problem, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
