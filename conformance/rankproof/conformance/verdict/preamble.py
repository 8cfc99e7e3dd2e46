"""What the snippets of a report have in common, so that it is shown and pasted once: imports, functions, loading."""

from __future__ import annotations

import ast
from collections.abc import Iterable

# A statement about nothing but these loads the subject; what comes after the first other statement is the call.
_LOADERS = frozenset({"sys", "os", "importlib", "specification", "subject_module"})
_DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef)


def split(snippet: str) -> tuple[tuple[str, ...], str]:
    """The leading statements that only prepare, each as source, and the rest; all is the rest where it is no Python."""
    try:
        statements = ast.parse(snippet).body
    except (SyntaxError, ValueError):
        return (), snippet
    lines = snippet.splitlines()
    prepared: list[str] = []
    end = 0
    for statement in statements:
        if not _prepares(statement):
            break
        end = statement.end_lineno or statement.lineno
        prepared.append("\n".join(lines[statement.lineno - 1 : end]))
    return tuple(prepared), "\n".join(lines[end:]).strip("\n")


def _prepares(statement: ast.stmt) -> bool:
    if isinstance(statement, _DEFINITIONS):
        return True
    names = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
    return bool(names) and names <= _LOADERS


def shared(snippets: Iterable[str]) -> str:
    """The preparing statements of all the snippets, each once, in the order in which they are needed."""
    prepared = dict.fromkeys(statement for snippet in snippets for statement in split(snippet)[0])
    text = ""
    for statement in prepared:
        block = "\n" in statement
        text += f"\n{statement}\n\n" if block else f"{statement}\n"
    return text.strip("\n").replace("\n\n\n", "\n\n")
