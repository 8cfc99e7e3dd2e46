"""A printed formula parses to the same tree, with no parentheses that it does not need."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rankproof.conformance.specification import builtin_ids, load_builtin, to_text
from rankproof.conformance.specification.formula import parse


@pytest.mark.parametrize(
    "text",
    [
        "max(0, margin - target[i] * (input1[i] - input2[i]))",
        "a - (b - c) - d + (e + f)",
        "a / (b / c) * d // e % f",
        "-a**-b**c",
        "(-a)**(b + 1)",
        "(a**b)**c",
        "-(a + b)",
        "not (a and b) or c and not d",
        "(a or b) and c",
        "a and (b and c)",
        "(a < b) == c",
        "a < b <= c",
        "k is None or k is not None",
        '1 if gain == "linear" else 2 if b else 3',
        "(1 if a else 2) + 3",
        "(1 if a else 2) if b else 4",
        "1 if (2 if a else b) else 3",
        "sum(2**x - 1 for x in gains if x > 0 if k is None)",
        "first((j for j in items if a(j)), default=-1)",
        "sorted([x for x in gains], reverse=True)[1:k]",
        "gains[:2] + gains[1:] + a[i][j]",
        "sum((1 if a else 2) for i in (b or c) if (1 if a else d))",
        "0.5 + 1e-05 + 1e+16 + True",
    ],
)
def test_what_is_minimal_already_stays_as_it_is(text: str) -> None:
    expected = text.replace("sum((1 if a else 2) for i in (b or c)", "sum(1 if a else 2 for i in b or c")

    assert to_text(parse(text)) == expected


@pytest.mark.parametrize("loss", builtin_ids())
def test_every_built_in_expression_survives_printing(loss: str) -> None:
    spec = load_builtin(loss)
    bodies = [each.body for each in spec.definitions.values()]
    bodies += [spec.formula.value, *(each.value for each in spec.gradient.values())]

    for body in bodies:
        assert ast.dump(parse(to_text(body.node))) == ast.dump(body.node)


def _expressions() -> st.SearchStrategy[str]:
    """Texts of the language, every operand in parentheses."""
    leaves = st.sampled_from(["a", "b", "i", "1", "0.5", "None", "True", '"linear"'])

    def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        binary = st.sampled_from(["+", "-", "*", "/", "//", "%", "**", "and", "or", "<", "==", "!=", ">="])
        chain = st.tuples(inner, binary, inner, binary, inner)
        return st.one_of(
            st.tuples(inner, binary, inner).map(lambda t: f"({t[0]}) {t[1]} ({t[2]})"),
            chain.map(lambda t: f"({t[0]}) {t[1]} ({t[2]}) {t[3]} ({t[4]})"),
            st.tuples(st.sampled_from(["-", "+", "not "]), inner).map(lambda t: f"{t[0]}({t[1]})"),
            st.tuples(inner, inner, inner).map(lambda t: f"({t[0]}) if ({t[1]}) else ({t[2]})"),
            st.tuples(inner, inner).map(lambda t: f"({t[0]})[({t[1]})]"),
            st.tuples(inner, inner, inner).map(lambda t: f"({t[0]})[({t[1]}):({t[2]})]"),
            st.tuples(inner, inner, inner).map(lambda t: f"sum(({t[0]}) for i in ({t[1]}) if ({t[2]}))"),
            st.tuples(inner, inner).map(lambda t: f"[({t[0]}) for i in ({t[1]}) for j in items]"),
            st.tuples(inner, inner).map(lambda t: f"first(({t[0]} for i in ({t[1]})), default=({t[1]}))"),
            st.tuples(inner, inner).map(lambda t: f"max(({t[0]}), ({t[1]}))"),
            inner.map(lambda t: f"({t}) is not None"),
        )

    return st.recursive(leaves, grow, max_leaves=12)


@settings(max_examples=300, deadline=None, database=None, derandomize=True)
@given(_expressions())
def test_any_expression_survives_printing(text: str) -> None:
    tree = parse(text)

    assert ast.dump(parse(to_text(tree))) == ast.dump(tree)


def test_a_foreign_node_is_not_printed() -> None:
    with pytest.raises(TypeError, match="Lambda is not in the formula language"):
        to_text(ast.parse("lambda: 1", mode="eval").body)
