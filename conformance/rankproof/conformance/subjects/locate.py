"""Finding what is under test by ``pkg.mod:attr`` or ``path/to/file.py:attr``, with errors made for reading."""

from __future__ import annotations

import difflib
import hashlib
import importlib
import importlib.util
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from rankproof.conformance.subjects.quiet import quiet
from rankproof.conformance.subjects.subject import SubjectError
from rankproof.conformance.visible import kind_of

EXPECTED = 'expected "package.module:attribute" or "path/to/file.py:attribute"'


def locate(target: str) -> Any:
    """The callable that ``target`` names: ``pkg.mod:attr`` or ``path/to/file.py:attr``.

    What the import prints is swallowed. The directory of a file, or the current one for a module, is
    searched first while importing and stays at the end of ``sys.path``, for imports made later.

    Raises:
        SubjectError: no colon, no such file or module, an import that raises, no such attribute, not callable.
    """
    module = located_module(target)
    found = _attribute(module, target.rpartition(":")[2], target)
    if not callable(found):
        raise SubjectError(
            f"{target} is {kind_of(found)}, expected a function, a class or a callable object; name the loss itself"
        )
    return found


def located_module(target: str) -> ModuleType:
    """The module in which ``target`` is looked up."""
    place, attribute = split_target(target)
    if is_file(place):
        path = Path(place).expanduser().resolve()
        if not path.is_file():
            raise SubjectError(f"{target}: there is no file {path}; {EXPECTED}")
        return _imported(lambda: _load_file(path), path.parent, place)
    if not all(part.isidentifier() for part in place.split(".")) or not attribute:
        raise SubjectError(f'"{target}" names no module and attribute; {EXPECTED}')
    return _imported(lambda: importlib.import_module(place), Path.cwd(), place)


def split_target(target: str) -> tuple[str, str]:
    """Module or file, and attribute."""
    place, colon, attribute = target.rpartition(":")
    if not colon or not place:
        raise SubjectError(f'"{target}" has no colon between module and attribute; {EXPECTED}')
    return place, attribute


def is_file(place: str) -> bool:
    """Whether the part before the colon is a file rather than a dotted module."""
    return place.endswith(".py") or "/" in place or os.sep in place


def file_module_name(path: Path) -> str:
    """The name under which a file is kept in ``sys.modules``, so that it is run once."""
    return f"rankproof_subject_{path.stem}_{hashlib.sha256(str(path).encode()).hexdigest()[:8]}"


def _load_file(path: Path) -> ModuleType:
    name = file_module_name(path)
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise SubjectError(f"{path} is no Python file; {EXPECTED}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _imported(load: Callable[[], ModuleType], directory: Path, place: str) -> ModuleType:
    try:
        with quiet(), _searched_first(str(directory)):
            return load()
    except SubjectError:
        raise
    except SyntaxError as error:
        line = f"{Path(error.filename or place).name}, line {error.lineno}: {(error.text or '').strip()}"
        raise SubjectError(f"cannot import {place}: {type(error).__name__}: {error.msg} ({line})") from None
    except ModuleNotFoundError as error:
        if error.name and (place == error.name or place.startswith(error.name + ".")):
            raise SubjectError(
                f"there is no module {error.name} (looked in {directory} and in the installed packages); "
                "install it, change to its directory, or give the path of a file"
            ) from None
        raise SubjectError(_import_failure(error, place)) from None
    except (Exception, SystemExit) as error:
        raise SubjectError(_import_failure(error, place)) from None


def _import_failure(error: BaseException, place: str) -> str:
    frames = [f for f in traceback.extract_tb(error.__traceback__) if not f.filename.startswith("<frozen")]
    own = [f for f in frames if f.filename not in (__file__, importlib.__file__)]
    line = f" ({Path(own[-1].filename).name}, line {own[-1].lineno}: {own[-1].line})" if own else ""
    return f"cannot import {place}: {type(error).__name__}: {error}{line}"


@contextmanager
def _searched_first(directory: str) -> Iterator[None]:
    known = directory in sys.path or (directory == os.getcwd() and "" in sys.path)
    sys.path.insert(0, directory)
    try:
        yield
    finally:
        sys.path.remove(directory)
        if not known:
            sys.path.append(directory)


def _attribute(module: ModuleType, dotted: str, target: str) -> Any:
    found: Any = module
    for name in dotted.split("."):
        if not hasattr(found, name):
            raise SubjectError(f"{target}: {_nothing_named(name, found)}")
        found = getattr(found, name)
    return found


def _nothing_named(name: str, owner: Any) -> str:
    public = [known for known in dir(owner) if not known.startswith("_") and callable(getattr(owner, known, None))]
    close = difflib.get_close_matches(name, public, n=3)
    place = getattr(owner, "__file__", None) or getattr(owner, "__name__", repr(owner))
    if close:
        return f'{place} has no attribute "{name}"; did you mean {", ".join(close)}?'
    return f'{place} has no attribute "{name}"; it has {", ".join(public[:12]) or "nothing callable"}'
