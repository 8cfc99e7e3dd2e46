"""Naming a subject: what is found, and what each mistake is answered with."""

from __future__ import annotations

import math
import sys

import pytest

from rankproof.conformance.subjects.locate import locate
from rankproof.conformance.subjects.subject import SubjectError


def refusal(target):
    with pytest.raises(SubjectError) as caught:
        locate(str(target))
    return str(caught.value)


@pytest.fixture
def written(tmp_path):
    """A file of the given source."""

    def write(source, name="my_loss.py"):
        path = tmp_path / name
        path.write_text(source)
        return path

    return write


def test_attribute_of_a_module():
    assert locate("math:hypot") is math.hypot


def test_attribute_of_an_attribute():
    assert locate("collections:OrderedDict.fromkeys")([1]) == {1: None}


def test_attribute_of_a_file(written):
    path = written("def loss(a):\n    return a + 1\n")

    assert locate(f"{path}:loss")(1) == 2


def test_a_file_is_run_once(written):
    path = written("class Loss: ...\n")

    assert locate(f"{path}:Loss") is locate(f"{path}:Loss")


def test_a_file_may_import_its_neighbour(written):
    written("margin = 7\n", "neighbour_of_my_loss.py")
    path = written("from neighbour_of_my_loss import margin\ndef loss(): return margin\n")

    assert locate(f"{path}:loss")() == 7


def test_a_dataclass_in_a_file_finds_its_module(written):
    path = written(
        "from __future__ import annotations\nfrom dataclasses import dataclass\n"
        "@dataclass\nclass Loss:\n    margin: float = 1.0\n"
    )

    assert locate(f"{path}:Loss")().margin == 1.0


def test_a_module_in_the_current_directory(written, tmp_path, monkeypatch):
    written("def loss(): return 5\n", "module_in_current_directory.py")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if entry])

    assert locate("module_in_current_directory:loss")() == 5


def test_what_the_import_prints_is_swallowed(written, capfd):
    path = written("print('hello')\ndef loss(): ...\n")
    locate(f"{path}:loss")

    assert capfd.readouterr().out == ""


def test_no_colon():
    assert '"math.hypot" has no colon' in refusal("math.hypot")


def test_what_cannot_be_called_is_told_by_its_type(written):
    path = written("margin = 3\n")

    assert refusal(f"{path}:margin").startswith(f"{path}:margin is an int, expected a function, a class or a callable")


def test_no_such_file(tmp_path):
    assert f"there is no file {tmp_path}/absent.py" in refusal(tmp_path / "absent.py:loss")


def test_no_such_module():
    assert refusal("no_such_module_here:loss").startswith("there is no module no_such_module_here")


def test_no_such_submodule():
    assert refusal("json.no_such_module_here:loss").startswith("there is no module json.no_such_module_here")


def test_an_import_inside_the_module_that_fails_shows_its_line(written):
    path = written("import math\nimport no_such_dependency\n")

    message = refusal(f"{path}:loss")

    assert "ModuleNotFoundError: No module named 'no_such_dependency'" in message
    assert message.endswith("(my_loss.py, line 2: import no_such_dependency)")
    assert "Traceback" not in message


def test_an_import_that_raises_shows_the_innermost_line(written):
    path = written("def check():\n    raise RuntimeError('no luck')\n\ncheck()\n")

    assert refusal(f"{path}:loss").endswith("RuntimeError: no luck (my_loss.py, line 2: raise RuntimeError('no luck'))")


def test_an_import_that_exits(written):
    assert "SystemExit: 2 (my_loss.py, line 1" in refusal(f"{written('raise SystemExit(2)')}:loss")


def test_a_failed_import_is_tried_again(written):
    path = written("raise RuntimeError('no luck')\n")
    refusal(f"{path}:loss")
    path.write_text("def loss(): return 3\n# longer, so that no cache is taken for it\n")

    assert locate(f"{path}:loss")() == 3


def test_a_syntax_error_shows_its_line(written):
    path = written("import math\ndef loss(:\n    pass\n")

    message = refusal(f"{path}:loss")

    assert "SyntaxError: invalid syntax" in message
    assert message.endswith("(my_loss.py, line 2: def loss(:)")


def test_a_misspelt_attribute_is_put_right():
    assert 'no attribute "hypott"; did you mean hypot' in refusal("math:hypott")


def test_an_attribute_unlike_any_lists_what_there_is(written):
    path = written("def one(): ...\ndef other(): ...\n")

    assert 'has no attribute "zzzz"; it has one, other' in refusal(f"{path}:zzzz")


def test_not_callable():
    assert "math:pi is a float, expected a function" in refusal("math:pi")
