"""Subjects are named by ``[LOSS/]NAME[@DTYPES]=TARGET`` or by a target alone."""

from __future__ import annotations

import pytest

from rankproof.conformance.subjects.named import NamedTarget, parse_dtypes, parse_named_target
from rankproof.conformance.subjects.subject import SubjectError


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("mine=pkg.mod:loss", NamedTarget("mine", "pkg.mod:loss")),
        ("my-own_1.2+x=dir/file.py:loss", NamedTarget("my-own_1.2+x", "dir/file.py:loss")),
        ("warp/mine=pkg:loss", NamedTarget("mine", "pkg:loss", "warp")),
        ("mine@float64=pkg:loss", NamedTarget("mine", "pkg:loss", None, ("float64",))),
        (
            "approx_ndcg/mine@float64,bfloat16=pkg:loss",
            NamedTarget("mine", "pkg:loss", "approx_ndcg", ("float64", "bfloat16")),
        ),
        ("pkg.mod:loss", NamedTarget("pkg.mod:loss", "pkg.mod:loss")),
        ("/home/me/my file.py:loss", NamedTarget("/home/me/my file.py:loss", "/home/me/my file.py:loss")),
    ],
)
def test_what_an_option_names(text, named):
    assert parse_named_target(text) == named


def test_the_losss_id_is_filled_in():
    named = parse_named_target("loop=rankproof.implementations.loop.{loss}:{loss}")

    assert named.target_for("warp") == "rankproof.implementations.loop.warp:warp"


def test_a_path_with_an_equals_sign_after_the_name_is_kept():
    assert parse_named_target("mine=a=b/file.py:loss").target == "a=b/file.py:loss"


@pytest.mark.parametrize(
    ("text", "judged"),
    [
        ("mine=pkg:loss", {("warp", "float64"), ("warp", "float16"), ("approx_ndcg", "float64")}),
        ("warp/mine=pkg:loss", {("warp", "float64"), ("warp", "float16")}),
        ("mine@float64=pkg:loss", {("warp", "float64"), ("approx_ndcg", "float64")}),
        ("warp/mine@float16=pkg:loss", {("warp", "float16")}),
    ],
)
def test_a_subject_is_judged_where_it_applies(text, judged):
    named = parse_named_target(text)
    every = {("warp", "float64"), ("warp", "float16"), ("approx_ndcg", "float64")}

    assert {(loss, dtype) for loss, dtype in every if named.applies(loss, dtype)} == judged


@pytest.mark.parametrize("text", ["", "loss", "mine=", "pkg.loss"])
def test_what_names_nothing_is_refused_with_the_forms_that_do(text):
    with pytest.raises(SubjectError, match=r"cannot read the subject .*expected module:attribute.*TARGET"):
        parse_named_target(text)


def test_dtypes_are_separated_by_commas_and_blanks_are_dropped():
    assert parse_dtypes("float64, float16,") == ("float64", "float16")


@pytest.mark.parametrize(
    ("text", "told"), [("float8", "unknown dtype float8"), ("", "unknown dtype ''"), ("float64,half", "half")]
)
def test_an_unknown_dtype_is_told_with_the_known_ones(text, told):
    with pytest.raises(SubjectError, match=rf"{told}.*expected some of .*float64.*bfloat16"):
        parse_dtypes(text)


def test_the_dtypes_of_a_subject_are_checked_too():
    with pytest.raises(SubjectError, match="unknown dtype float128"):
        parse_named_target("mine@float128=pkg:loss")
