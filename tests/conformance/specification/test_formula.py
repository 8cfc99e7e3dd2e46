"""The formula language is a closed subset of Python's expressions, and refuses the rest with its column."""

from __future__ import annotations

import ast
import time

import pytest

from rankproof.conformance.specification import FormulaError
from rankproof.conformance.specification.formula import parse


def refusal(text: str) -> str:
    with pytest.raises(FormulaError) as caught:
        parse(text)
    return str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "max(0, margin - target[i] * (input1[i] - input2[i]))",
        "sum(2**gain[i] - 1 for i in items for j in items if i != j if k is None)",
        "first((j for j in items if a[j] == b), default=-1)",
        "sorted([x for x in items], reverse=True)[1:k]",
        "0 < a <= b and not c or d is not None",
        "-x if gain == 'linear' else x // 2 % 3",
        "1e-3 + .5 + 2. + 10 + 9223372036854775807",
    ],
)
def test_the_language_is_read(text: str) -> None:
    assert ast.dump(parse(text)) == ast.dump(ast.parse(text, mode="eval").body)


def test_line_breaks_of_folded_yaml_are_spaces() -> None:
    assert ast.dump(parse("  a\n+\tb \n")) == ast.dump(parse("a + b"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the expression is empty"),
        ("max(0, margin", "not an expression: '(' was never closed (column 4 of `max(0, margin`)"),
        ("a + lambda: 1", "not an expression: invalid syntax (column 5 of `a + lambda: 1`)"),
        (
            "a + (lambda: 1)",
            "a lambda is not in the language (column 6 of `a + (lambda: 1)`); write a definition with arguments",
        ),
        ("scores.sum", "an attribute (a dot) is not in the language (column 1 of `scores.sum`); names are plain"),
        ("(x := 1)", "an assignment is not in the language (column 2 of `(x := 1)`); write a definition"),
        ("f'{x}'", "an f-string is not in the language (column 1 of `f'{x}'`); a text is only compared with a choice"),
        ("max(*a)", "a starred argument is not in the language (column 5 of `max(*a)`); write the arguments out"),
        ("max(**a)", "arguments from a mapping (**) are not in the language (column 5 of `max(**a)`)"),
        ("a[i, j]", "a tuple is not in the language (column 3 of `a[i, j]`); index one axis at a time, as a[i][j]"),
        ("a[::2]", "a slice with a step is not in the language (column 3 of `a[::2]`)"),
        ("sum([a, b])", "a list is not in the language (column 5 of `sum([a, b])`); write a comprehension"),
        (
            "{a for a in b}",
            "a set comprehension is not in the language (column 1 of `{a for a in b}`); write it in square brackets",
        ),
        ("x in y", "the comparison 'in' is not in the language (column 1 of `x in y`); write any(x == y for y in ...)"),
        ("a & b", "the operator & is not in the language (column 1 of `a & b`); write 'and'"),
        ("2 ^ b", "the operator ^ is not in the language (column 1 of `2 ^ b`); write ** for a power"),
        ("(await x)", "the construct Await is not in the language (column 2 of `(await x)`)"),
        (
            "sum(i async for i in n)",
            "an asynchronous comprehension is not in the language (column 17 of `sum(i async for i in n)`)",
        ),
        (
            "sum(i for i, j in n)",
            "a comprehension has one variable: for i in ... (column 11 of `sum(i for i, j in n)`)",
        ),
        ("a[0](1)", "only the plain name of a function or definition can be called (column 1 of `a[0](1)`)"),
        ("a is b", "'is' compares with None only, as in k is None (column 1 of `a is b`)"),
        (
            "(i for i in n)",
            "a comprehension in parentheses stands only inside a call (column 1 of `(i for i in n)`); as sum(...)",
        ),
        (
            "exp(i for i in n)",
            "exp does not take a comprehension (column 4 of `exp(i for i in n)`); expected one of "
            "sum, prod, max, min, any, all, count, first, sorted, argsort, logsumexp, norm",
        ),
        (
            "summ(i for i in n)",
            "summ does not take a comprehension (column 5 of `summ(i for i in n)`); did you mean 'sum'?",
        ),
        (
            "max((i for i in n), 2)",
            "max takes either one comprehension or values (column 5 of `max((i for i in n), 2)`)",
        ),
        ("1j", "a value of type complex is not in the language (column 1 of `1j`)"),
        ("b'a'", "a value of type bytes is not in the language (column 1 of `b'a'`)"),
        ("...", "a value of type ellipsis is not in the language (column 1 of `...`)"),
        ("u'a'", "a text that can be no choice (column 1 of `u'a'`); a choice is made of a-z, 0-9 and _"),
        ("'a b'", "a text that can be no choice (column 1 of `'a b'`); a choice is made of a-z, 0-9 and _"),
        ("0x10", "a number is written as 12, 0.5 or 1e-3 (column 1 of `0x10`)"),
        ("1_000", "a number is written as 12, 0.5 or 1e-3 (column 1 of `1_000`)"),
        (
            "9223372036854775808",
            "an integer of more than 63 bits (column 1 of `9223372036854775808`); write a power, as 2**70",
        ),
        ("1e400", "a decimal that float64 cannot hold as it is written (column 1 of `1e400`); write a quotient"),
        (
            "0.12345678901234567891",
            "a decimal that float64 cannot hold as it is written "
            "(column 1 of `0.12345678901234567891`); write a quotient",
        ),
        ("a # b", "the character '#' is not in the language (column 3 of `a # b`)"),
        ("a\\b", "the character '\\\\' is not in the language (column 2 of `a\\b`)"),
        ("é", "the character 'é' is not in the language (column 1 of `é`)"),
        ("\uff41", "the character '\uff41' is not in the language (column 1 of `\uff41`)"),
        ("a\0b", "the character '\\x00' is not in the language (column 2 of `a\\x00b`)"),
    ],
)
def test_everything_else_is_refused_with_its_column(text: str, message: str) -> None:
    assert refusal(text) == message


def test_a_long_expression_is_quoted_near_the_column() -> None:
    message = refusal("aaaa" * 30 + " + b.c + " + "dddd" * 30)
    quoted = message.split("`")[1]

    assert "(column 124 of" in message
    assert " + b.c + " in quoted
    assert (quoted[:4], quoted[-4:], len(quoted)) == ("...a", "d...", 66)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x" * 20_001, "has 20001 characters, expected at most 20000"),
        ("(" * 9_999 + "1" + ")" * 9_999, "nested"),
        ("-" * 19_000 + "1", "nested"),
        ("not " * 4_000 + "1", "nested"),
        ("a" + "[0]" * 4_000, "nested"),
        ("a" + ".b" * 9_000, "nested"),
        ("+".join(["1"] * 9_000), "nested"),
        ("+".join(["1"] * 61), "nested more than 60 levels deep"),
        ("sum(" * 60 + "1" + ")" * 60, "nested more than 60 levels deep"),
        ("max(" + ",".join(["1"] * 4_000) + ")", "more than 4000 parts"),
        ("9" * 10_000, "not an expression"),
    ],
    ids=["text", "brackets", "signs", "nots", "indices", "dots", "sum", "levels", "calls", "parts", "digits"],
)
def test_hostile_expressions_are_refused_quickly(text: str, message: str) -> None:
    begin = time.process_time()

    assert message in refusal(text)
    assert time.process_time() - begin < 5


def test_nothing_is_evaluated() -> None:
    tree = parse("__import__(os)")

    assert isinstance(tree, ast.Call)


def test_a_decimal_whose_exponent_is_beyond_all_decimals_is_refused():
    with pytest.raises(FormulaError, match="a decimal that float64 cannot hold as it is written"):
        parse("1.5e-" + 40 * "9")
