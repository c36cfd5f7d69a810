"""Answers of Python's Jinja for the templates in python-semantics.jsonl.

Each line there is {"template", "expected"}; expected is null where Python raises. Running this script renders every template
again, in the environment that transformers uses, and rewrites the file. Made with Python 3.11.7 and Jinja2 3.1.6.
"""
import datetime
import json
import pathlib

import jinja2
import jinja2.ext
from jinja2.sandbox import ImmutableSandboxedEnvironment

FILE = pathlib.Path(__file__).with_name("python-semantics.jsonl")
CONTEXT = json.loads(pathlib.Path(__file__).with_name("python-semantics-context.json").read_text(encoding="utf-8"))
NOW = datetime.datetime(2025, 1, 20, 12, 0, 0)


class Generation(jinja2.ext.Extension):
    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("_render"), [], [], body).set_lineno(line)

    def _render(self, caller):
        return caller()


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


def tojson(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


environment = ImmutableSandboxedEnvironment(
    trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols])
environment.filters["tojson"] = tojson
environment.globals["raise_exception"] = raise_exception
environment.globals["strftime_now"] = NOW.strftime


def render(template):
    try:
        return environment.from_string(template).render(**CONTEXT)
    except Exception:
        return None


if __name__ == "__main__":
    templates = [json.loads(line)["template"] for line in FILE.read_text(encoding="utf-8").split("\n") if line]
    FILE.write_text("".join(
        json.dumps({"template": t, "expected": render(t)}, ensure_ascii=False) + "\n" for t in templates), encoding="utf-8", newline="\n")
