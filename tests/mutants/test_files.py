"""What is mutated exists, every mutant compiles and has a key of its own."""

from __future__ import annotations

import ast

import pytest

from tests.mutants.files import FILES, Mutated


@pytest.mark.parametrize("file", FILES, ids=[file.path for file in FILES])
def test_mutants_of_a_file_compile_under_keys_of_their_own(file: Mutated) -> None:
    for mutant in file.mutants:
        ast.parse(mutant.source)
        ast.parse(mutant.watched)

    keys = [mutant.key for mutant in file.mutants]
    assert len(set(keys)) == len(keys) > 10
