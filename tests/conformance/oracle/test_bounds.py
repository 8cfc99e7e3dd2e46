"""Error bounds: what torch computes in a short format, forwards and backwards, stays within them."""

from __future__ import annotations

import ast

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rankproof.conformance.oracle import Oracle
from rankproof.conformance.specification.errors import FormulaError
from tests.conformance.oracle.losses import case, loss, rounded

torch = pytest.importorskip("torch")

HALF = 0.5  # of the budget, that is two bounds: what a right implementation may use

_LEAVES = st.sampled_from(["x[0]", "x[1]", "x[2]", "0.5", "3", "0.1", "y[0]"])


def _grow(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(children, children)
    return st.one_of(
        pair.map(lambda p: f"({p[0]} + {p[1]})"),
        pair.map(lambda p: f"({p[0]} - {p[1]})"),
        pair.map(lambda p: f"({p[0]} * {p[1]})"),
        pair.map(lambda p: f"({p[0]} / (2 + sigmoid({p[1]})))"),
        pair.map(lambda p: f"logsumexp({p[0]}, {p[1]})"),
        pair.map(lambda p: f"norm({p[0]}, 1 + ({p[1]})**2)"),
        pair.map(lambda p: f"max({p[0]}, {p[1]})"),
        children.map(lambda c: f"sigmoid({c})"),
        children.map(lambda c: f"softplus({c})"),
        children.map(lambda c: f"erf({c})"),
        children.map(lambda c: f"exp(-abs({c}))"),
        children.map(lambda c: f"log(1 + ({c})**2)"),
        children.map(lambda c: f"log2(1.5 + sigmoid({c}))"),
        children.map(lambda c: f"log1p(sigmoid({c}))"),
        children.map(lambda c: f"sqrt(0.5 + ({c})**2)"),
    )


EXPRESSIONS = st.recursive(_LEAVES, _grow, max_leaves=8)
SCORES = st.lists(st.integers(-300, 300).map(lambda i: i / 100), min_size=3, max_size=3)


def in_torch(node: ast.expr, x: list[object], y: list[object], dtype: object) -> object:
    """The expression as a user would write it in torch."""

    def number(value: object) -> object:
        return torch.as_tensor(value, dtype=dtype)

    def value(part: ast.expr) -> object:
        return in_torch(part, x, y, dtype)

    match node:
        case ast.Constant():
            return number(node.value)
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=index)):
            return (x if name == "x" else y)[index]
        case ast.UnaryOp():
            return -value(node.operand)
        case ast.BinOp(op=ast.Add()):
            return value(node.left) + value(node.right)
        case ast.BinOp(op=ast.Sub()):
            return value(node.left) - value(node.right)
        case ast.BinOp(op=ast.Mult()):
            return value(node.left) * value(node.right)
        case ast.BinOp(op=ast.Div()):
            return value(node.left) / value(node.right)
        case ast.BinOp(op=ast.Pow()):
            return value(node.left) ** node.right.value
        case ast.Call(func=ast.Name(id=name)):
            arguments = [value(argument) for argument in node.args]
            return _FUNCTIONS[name](*arguments)
    raise AssertionError(ast.dump(node))


_FUNCTIONS = {
    "sigmoid": torch.sigmoid,
    "softplus": lambda a: torch.logaddexp(a, torch.zeros_like(a)),
    "erf": torch.erf,
    "exp": torch.exp,
    "log": torch.log,
    "log2": torch.log2,
    "log1p": torch.log1p,
    "sqrt": torch.sqrt,
    "abs": torch.abs,
    "max": torch.maximum,
    "logsumexp": lambda *a: torch.logsumexp(torch.stack(a), 0),
    "norm": lambda *a: torch.linalg.vector_norm(torch.stack(a)),
}


@pytest.mark.parametrize("dtype", ["float32", "float64", "bfloat16"])
@settings(max_examples=150, deadline=None)
@given(text=EXPRESSIONS, scores=SCORES, label=st.integers(0, 3))
def test_cover_what_torch_computes(dtype: str, text: str, scores: list[float], label: int) -> None:
    format_ = getattr(torch, dtype)
    x = torch.tensor(scores, dtype=format_, requires_grad=True)
    y = torch.tensor([label, 0, 0], dtype=format_)
    exact = x.detach().double().numpy()
    given_case = case(exact, y.double().numpy(), dtype=dtype)
    try:
        told = Oracle().answer(loss(text), given_case)
    except FormulaError:
        assume(False)
    value = in_torch(ast.parse(text, mode="eval").body, list(x), list(y), format_)
    (value + 0 * x.sum()).backward()
    got = x.grad.double().numpy()

    verdict = told.judge_value(np.asarray(value.detach().double()))
    assert not verdict.judged or verdict.share <= HALF, (text, verdict)
    verdict = told.judge_gradient({"x": got})
    assert not verdict.judged or verdict.share <= HALF, (text, verdict)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("offset", [-2000.0, 8192.0])
def test_cover_weights_out_of_the_rounded_logarithm_of_a_certified_sum(dtype: str, offset: float) -> None:
    x = torch.tensor([offset, offset, offset - 1], dtype=getattr(torch, dtype), requires_grad=True)
    total = torch.logsumexp(x, 0)
    total.backward()
    told = Oracle().answer(
        loss("logsumexp(x[i] for i in n)"), case(x.detach().double().numpy(), dtype=dtype, certified=True)
    )

    assert told.judge_value(np.asarray(total.detach().double())).share <= HALF
    assert told.judge_gradient({"x": x.grad.double().numpy()}).share <= HALF
    assert told.judge_gradient({"x": x.grad.double().numpy() * (1 + 1e-2)}).share > 1


@pytest.mark.parametrize("order", ["forwards", "backwards", "pairwise"])
def test_cover_sums_in_any_order(order: str) -> None:
    rng = np.random.default_rng(3)
    x = rounded(rng.normal(size=64) * 1000, "float32")
    terms = (x * x).astype(np.float32)
    if order == "pairwise":
        got = float(np.sum(terms))
    else:
        got = float(np.cumsum(terms if order == "forwards" else terms[::-1])[-1])

    told = Oracle().answer(loss("sum(x[i]**2 for i in n)"), case(x, dtype="float32"))

    assert 0 < told.judge_value(np.asarray(got)).share <= HALF


@pytest.mark.parametrize(
    "text", ["sum(x[i] * y[i] for i in n)", "sum((x[i] - x[j])**2 for i in n for j in n if i < j)"]
)
def test_tell_a_relative_error_of_a_thousandth(text: str) -> None:
    x = np.array([1.25, -0.75, 2.5])
    told = Oracle().answer(loss(text), case(x, [1, 2, 3], dtype="bfloat16"))
    fine = Oracle().answer(loss(text), case(x, [1, 2, 3], dtype="float32"))

    assert told.judge_value(told.value * 1.001).share < 1
    assert fine.judge_value(told.value * 1.001).share > 100


def test_are_zero_for_exact_sums_in_a_certified_case() -> None:
    spec = loss("max(0, sum(x[i] for i in n) - 1)")
    x = [0.5, 2.0, -1.5]

    told = Oracle().answer(spec, case(x, certified=True))
    loose = Oracle().answer(spec, case(x))

    assert told.judge_value(np.asarray(0.0)).budget < 1e-300 < loose.judge_value(np.asarray(0.0)).budget


def test_absolute_errors_of_saturated_sigmoids_are_no_fault() -> None:
    spec = loss("log(sigmoid(x[0]) + 1e-3)")
    x = np.float32(-40.0)
    got = np.log(1 / (1 + np.exp(-x)) + np.float32(1e-3))

    told = Oracle().answer(spec, case([x], dtype="float32"))

    assert told.judge_value(np.asarray(got, dtype=np.float64)).share <= HALF


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("log(x[0] - x[1] + 1e-9)", "log"),
        ("1 / (x[0] - x[1] + 1e-9)", "divisor"),
        ("sqrt(x[0] - x[1] + 1e-9)", "sqrt"),
        ("exp(1e9 * (x[0] - x[1]))", "exponent"),
        ("sqrt(x[0] - x[1] - 1e-9)", "negative"),
    ],
)
def test_that_say_nothing_are_not_judged(formula: str, said: str) -> None:
    x = [1000.0, 1000.0, 0.0]
    told = Oracle().answer(loss(formula), case(x, dtype="float32"))

    value, gradient = told.judge_value(told.value), told.judge_gradient({"x": np.ones(3)})

    assert not value.judged
    assert said in value.reason
    assert not gradient.judged


def test_of_a_norm_at_zero_cover_the_value_but_not_the_gradient() -> None:
    told = Oracle().answer(loss("norm(x[0], x[1])"), case([0.0, 0.0], certified=True))

    gradient = told.judge_gradient({"x": np.array([0.6, 0.8])})

    assert told.judge_value(np.asarray(0.0)).share == 0
    assert told.judge_value(np.asarray(1e-9)).share > 1
    assert not gradient.judged
    assert "norm at 0" in gradient.reason
    assert told.at_kink


def test_do_not_excuse_nan_where_they_say_nothing() -> None:
    told = Oracle().answer(loss("log(x[0] - x[1] + 1e-9)"), case([1e3, 1e3], dtype="float32"))

    assert told.judge_value(np.asarray(np.nan)).share == np.inf
    assert told.judge_gradient({"x": np.array([np.nan, 0])}).share == np.inf
