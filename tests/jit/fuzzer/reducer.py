"""Makes a program that shows a difference small: takes statements and parts of them away while the difference stays."""
import ast
import copy
import time


def blocks(tree):
    """(node, field) of each list of statements."""
    for node in ast.walk(tree):
        for field in ("body", "orelse", "finalbody", "handlers", "cases"):
            items = getattr(node, field, None)
            if isinstance(items, list) and items:
                yield node, field


def unparsed(tree):
    """The source, or None if it is not a program any more."""
    try:
        text = ast.unparse(ast.fix_missing_locations(tree)) + "\n"
        compile(text, "program.py", "exec")
        return text
    except (SyntaxError, ValueError, TypeError, AttributeError, RecursionError):
        return None


def size(text):
    return len(text)


class Reducer:
    def __init__(self, is_interesting, seconds):
        self.is_interesting = is_interesting
        self.deadline = time.monotonic() + seconds

    def late(self):
        return time.monotonic() > self.deadline

    def reduce(self, source):
        tree = ast.parse(source)
        text = unparsed(tree)
        if text is None or not self.is_interesting(text):
            return source   # depends on how lines are laid out
        before = None
        while before != text and not self.late():
            before = text
            for step in (self.drop_statements, self.unwrap_statements, self.simplify_expressions):
                tree = step(tree)
            text = unparsed(tree)
        return text

    def attempt(self, tree, change):
        """The changed tree if the difference stays, else None. change(copy) -> False: not possible."""
        candidate = copy.deepcopy(tree)
        if change(candidate) is False:
            return None
        text = unparsed(candidate)
        if text is None or text == unparsed(tree) or not self.is_interesting(text):
            return None
        return candidate

    def drop_statements(self, tree):
        """Halves of blocks, then quarters, ... then single statements; the last blocks first."""
        index = len(list(blocks(tree))) - 1
        while index >= 0 and not self.late():
            places = list(blocks(tree))
            if index >= len(places):
                index = len(places) - 1
            node, field = places[index]
            chunk = length = len(getattr(node, field))
            while chunk >= 1 and not self.late():
                start = length - chunk
                while start > -chunk and not self.late():
                    first, end = max(start, 0), start + chunk

                    def change(candidate):
                        place, name = list(blocks(candidate))[index]
                        items = getattr(place, name)
                        if all(isinstance(item, ast.Pass) for item in items[first:end]):
                            return False
                        del items[first:end]
                        if not items and name == "body" and not isinstance(place, ast.Module):
                            items.append(ast.Pass())
                    smaller = self.attempt(tree, change)
                    if smaller is not None:
                        tree = smaller
                        places = list(blocks(tree))
                        if index >= len(places):
                            break
                        length = len(getattr(*places[index]))
                    start -= chunk
                chunk //= 2
            index -= 1
        return tree

    def unwrap_statements(self, tree):
        """A compound statement becomes its body."""
        count = sum(1 for _ in blocks(tree))
        for index in reversed(range(count)):
            places = list(blocks(tree))
            if index >= len(places) or self.late():
                continue
            for at in range(len(getattr(*places[index])) - 1, -1, -1):
                def change(candidate):
                    items = getattr(*list(blocks(candidate))[index])
                    if at >= len(items) or isinstance(items[at], (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                        return False
                    inner = getattr(items[at], "body", None)
                    if not isinstance(inner, list):
                        return False
                    items[at:at + 1] = inner
                smaller = self.attempt(tree, change)
                if smaller is not None:
                    tree = smaller
        return tree

    def simplify_expressions(self, tree):
        """An expression becomes one of its parts, or 0; a call, display or parameter list loses items."""
        index = 0
        while not self.late():
            nodes = [n for n in ast.walk(tree) if isinstance(n, (ast.expr, ast.arguments))]
            if index >= len(nodes):
                break
            for make in self.replacements(nodes[index]):
                def change(candidate):
                    target = [n for n in ast.walk(candidate) if isinstance(n, (ast.expr, ast.arguments))][index]
                    return make(candidate, target)
                smaller = self.attempt(tree, change)
                if smaller is not None:
                    tree = smaller
                    break
            else:
                index += 1
        return tree

    @staticmethod
    def replacements(node):
        def replace(tree, old, new):
            for parent in ast.walk(tree):
                for field, value in ast.iter_fields(parent):
                    if value is old:
                        setattr(parent, field, new)
                        return True
                    if isinstance(value, list) and any(item is old for item in value):
                        value[[item is old for item in value].index(True)] = new
                        return True
            return False

        if isinstance(node, ast.arguments):
            for n in range(len(node.defaults)):
                yield lambda tree, target: target.defaults.pop(0) and None
            for field in ("vararg", "kwarg"):
                if getattr(node, field):
                    yield lambda tree, target, field=field: setattr(target, field, None)
            if node.kwonlyargs:
                yield lambda tree, target: (target.kwonlyargs.pop(), target.kw_defaults.pop()) and None
            return
        if isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del)):
            return
        if not isinstance(node, (ast.Constant, ast.Name)):
            yield lambda tree, target: replace(tree, target, ast.Constant(0))
            parts = [n for n, child in enumerate(ast.iter_child_nodes(node)) if isinstance(child, ast.expr)]
            for n in parts:
                yield lambda tree, target, n=n: replace(tree, target, list(ast.iter_child_nodes(target))[n])
        for field in ("elts", "args", "keywords", "values"):
            items = getattr(node, field, None)
            if isinstance(items, list) and len(items) > (field == "values"):
                for n in range(len(items)):
                    yield lambda tree, target, field=field, n=n: getattr(target, field).pop(n) and None
