# A template engine: text with {{ values | filters }}, {% for %}, {% if %}, {% block %} compiled to Python source and run.
import functools
import html
import re
import textwrap

PIECES = re.compile(r"(\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\})", re.DOTALL)
FILTERS = {"upper": str.upper, "title": str.title, "length": len, "join": lambda items, glue=", ": glue.join(map(str, items)),
           "default": lambda value, other="": value if value not in (None, "") else other, "money": "{:,.2f}".format,
           "truncate": lambda text, width=10: textwrap.shorten(text, int(width), placeholder="..."), "safe": lambda text: Safe(text),
           "sort": sorted, "first": lambda items: items[0], "reverse": lambda items: items[::-1]}


class Safe(str):
    def __html__(self):
        return self


class TemplateError(Exception):
    pass


def escape(value):
    return value.__html__() if hasattr(value, "__html__") else html.escape(str(value))


class Writer:
    def __init__(self):
        self.lines, self.depth = [], 1

    def line(self, text):
        self.lines.append("    " * self.depth + text)


class Template:
    blocks_of_parent = None

    def __init__(self, source, loader=None):
        self.loader = loader or {}
        self.parent, self.blocks, self.stack = None, {}, []
        self.writer = writer = Writer()
        for piece in PIECES.split(source):
            if piece.startswith("{{"):
                writer.line(f"out(escape({self.value(piece[2:-2])}))")
            elif piece.startswith("{%"):
                self.tag(piece[2:-2].split())
            elif piece and not piece.startswith("{#"):
                self.writer.line(f"out({piece!r})")
            writer = self.writer
        if self.stack:
            raise TemplateError(f"unclosed {self.stack[-1][0]}")
        self.render_body = self.compile(self.writer)

    def compile(self, writer):
        source = "\n".join(["def render(context, out, blocks, escape, filters, lookup):", "    pass", *writer.lines])
        namespace = {}
        exec(compile(source, "<template>", "exec"), namespace)
        return namespace["render"]

    def value(self, text):
        expression, *filters = text.strip().split("|")
        result = self.path(expression.strip())
        for name in map(str.strip, filters):
            name, _, argument = name.partition(":")
            if name not in FILTERS:
                raise TemplateError(f"no filter {name!r}")
            result = f"filters[{name!r}]({result}{', ' + argument if argument else ''})"
        return result

    def path(self, text):
        if re.fullmatch(r"-?\d+(\.\d+)?|'[^']*'|\"[^\"]*\"", text):
            return text
        if not re.fullmatch(r"\w+(\.\w+)*", text):
            raise TemplateError(f"bad expression {text!r}")
        head, *rest = text.split(".")
        return functools.reduce(lambda made, name: f"lookup({made}, {name!r})", rest, f"context.get({head!r})")

    def tag(self, words):
        writer = self.writer
        match words:
            case ["if", *negations, value] if set(negations) <= {"not"}:
                writer.line(f"if {'not ' * len(negations)}{self.value(value)}:")
            case ["elif", value]:
                writer.depth -= 1
                writer.line(f"elif {self.value(value)}:")
            case ["else"]:
                writer.depth -= 1
                writer.line("else:")
            case ["for", name, "in", value]:
                writer.line(f"for index, item in enumerate({self.value(value)}, 1):")
                writer.line(f"    context = {{**context, {name!r}: item, 'index': index}}")
            case ["block", name]:
                writer.line(f"blocks[{name!r}](context, out)")
                self.stack.append(("block", name, writer))
                self.writer = Writer()
                return
            case ["extends", name]:
                self.parent = self.loader[name.strip("'\"")]
                return
            case ["end" | "endif" | "endfor" | "endblock" as end] if self.stack:
                kind, name, outer = self.stack.pop()
                if end not in ("end", "end" + kind):
                    raise TemplateError(f"{end} ends {kind}")
                if kind == "block":
                    self.blocks[name] = self.compile(self.writer)
                    self.writer = outer
                else:
                    writer.depth -= 1
                return
            case _:
                raise TemplateError(f"bad tag {' '.join(words)!r}")
        if words[0] in ("if", "for"):
            self.stack.append((words[0], None, writer))
        writer.depth += 1
        writer.line("pass")

    def render(self, **context):
        pieces, chain = [], self
        blocks, templates = {}, [self]
        while templates[-1].parent:
            templates.append(templates[-1].parent)
        for template in reversed(templates):
            for name, body in template.blocks.items():
                blocks[name] = lambda context, out, body=body: body(context, out, blocks, escape, FILTERS, lookup)
        templates[-1].render_body(context, pieces.append, blocks, escape, FILTERS, lookup)
        return "".join(pieces)


def lookup(value, name):
    try:
        return value[int(name) if name.isdigit() else name]
    except (TypeError, KeyError, IndexError):
        found = getattr(value, name, None)
        return found() if callable(found) else found


loader = {"base": Template("<html>{% block title %}Untitled{% endblock %}<body>{% block body %}nothing{% endblock %}</body></html>")}
loader["page"] = Template("{% extends 'base' %}{% block body %}<h1>{{ heading|title }}</h1>{% for item in items %}\n  {{ index }}. {{ item.name|upper }}"
                          "{% if item.price %}: {{ item.price|money }}{% elif item.free %} (free){% else %} ?{% end %}{% endfor %}{# none #}\n{% endblock %}", loader)
items = [{"name": "tea & cake", "price": 1234.5}, {"name": "<water>", "free": True}, {"name": "air"}]
print(loader["page"].render(heading="the menu", items=items))
print(loader["base"].render())
print(Template("{{ a.b.0 }} {{ a.c|default:'none' }} {{ n|join:'-' }} {{ n.0 }} {{ text|truncate:12 }} {{ markup }} {{ markup|safe }} {{ n|sort|reverse|first }}").render(
    a={"b": [1, 2]}, n=[3, 1, 2], text="a rather long sentence", markup="<b>"))
print(Template("{% if not x %}no{% else %}yes{% endif %}{% for x in xs %}[{% for y in x %}{{ y }}{{ index }}{% endfor %}]{% endfor %}").render(x=0, xs=[[1, 2], "ab", ()]))
for bad in ("{{ a b }}", "{% if x %}", "{% endif %}", "{% for x y %}", "{{ a|nope }}", "{% for x in y %}{% endif %}", "{% while x %}"):
    try:
        Template(bad)
    except TemplateError as error:
        print(repr(bad), "->", error)
