"""Formulas: read, printed and read again, and evaluated where they are constants."""

from __future__ import annotations

import ast

from hypothesis import strategies as st

from rankproof.conformance.specification import FormulaError
from rankproof.conformance.specification.formula import parse
from rankproof.conformance.specification.language import FUNCTIONS
from rankproof.conformance.specification.mathematics import to_cases
from rankproof.conformance.specification.printer import to_text
from tests.fuzz.hostile import FORMULAS, encoded, repeated, soup
from tests.fuzz.target import Target, Unclear, require_clear

NAMES = ("scores", "relevance", "margin", "items", "i", "j", "gap", "k")
OPERATORS = (
    " + ",
    " - ",
    " * ",
    " / ",
    " // ",
    " % ",
    " ** ",
    " == ",
    " != ",
    " < ",
    " <= ",
    " > ",
    " >= ",
    " and ",
    " or ",
    " is ",
)


def read_formula(data: bytes) -> bool:
    """A formula that is read means the same when it is printed and read again."""
    text = data.decode("utf-8", "surrogateescape")
    try:
        node = parse(text)
    except FormulaError as error:
        require_clear(str(error))
        return False
    to_cases(node)
    printed = to_text(node)
    if ast.dump(parse(printed)) != ast.dump(node):
        raise Unclear(f"{text[:200]!r} is printed as {printed[:200]!r}, which is another formula")
    return True


def formulas() -> st.SearchStrategy[str]:
    """Formulas of the language's own grammar, and hostile ones."""
    leaves = st.one_of(
        st.sampled_from((*NAMES, "0", "1", "2", "0.5", "1e-3", "scores[i]", "relevance[i]", "gap(i)", "None", "True")),
        st.integers(0, 2**70).map(str),
        st.floats(min_value=0, allow_infinity=False).map(repr),
        st.sampled_from(FORMULAS),
    )

    def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        name = st.sampled_from(NAMES)
        return st.one_of(
            st.builds("({}{}{})".format, inner, st.sampled_from(OPERATORS), inner),
            st.builds("{}({})".format, st.sampled_from((*FUNCTIONS, *NAMES)), inner),
            st.builds("{}({} for {} in {} if {})".format, st.sampled_from(tuple(FUNCTIONS)), inner, name, name, inner),
            st.builds("({} if {} else {})".format, inner, inner, inner),
            st.builds("{}[{}]".format, name, inner),
            st.builds("{}[{}:{}]".format, name, inner, inner),
            st.builds("[{} for {} in {}]".format, inner, name, inner),
            st.builds("sum({} for {} in range({}))".format, inner, name, inner),
            st.builds("{}{}".format, st.sampled_from(("-", "not ", "+", "~")), inner),
            st.builds("first(({} for {} in {}), default={})".format, inner, name, name, inner),
        )

    return st.recursive(leaves, larger, max_leaves=12)


def _inputs() -> st.SearchStrategy[bytes]:
    tokens = (
        *NAMES,
        *OPERATORS,
        *FUNCTIONS,
        *"()[]{},.:;=!@#$%^&*'\"\\",
        "for",
        "in",
        "if",
        "else",
        "lambda",
        "0",
        "1e5",
    )
    return encoded(
        st.one_of(
            formulas(),
            soup(tokens, ("", " ")),
            repeated(st.sampled_from((*FORMULAS, *tokens))),
            st.text(max_size=60),
            st.builds("{0}{1}{2}".format, formulas(), st.characters(), formulas()),
        )
    )


FORMULA = Target(
    "formula",
    read_formula,
    _inputs,
    lambda: [formula.encode("utf-8", "surrogatepass") for formula in FORMULAS],
    share=34,
    words=(*NAMES, *OPERATORS, *FUNCTIONS, " for i in items", " if ", " else "),
)
