"""A loss held to its specification from a test."""

import re
from pathlib import Path

import pytest

from rankproof.conformance.request import RequestError
from rankproof.conformance.subjects.subject import SubjectError
from rankproof.conformance.testing import assert_conforms
from rankproof.conformance.verdict.waiver_file import WaiverError

pytest.importorskip("torch")

WRONG = f"{Path(__file__).parent / 'data' / 'wrong_hinge.py'}:wrong"
QUICK = {"clauses": ["value", "shift"], "dtypes": ["float64"], "cases": 3}


def test_a_right_loss_passes():
    assert assert_conforms("torch.nn:MarginRankingLoss", "margin_ranking", **QUICK) is None


def test_a_wrong_loss_fails_with_the_report_of_what_diverges():
    with pytest.raises(AssertionError) as told:
        assert_conforms(WRONG, "pairwise_hinge", **QUICK)

    assert re.search(r"diverges +value", str(told.value))
    assert "called as wrong" in str(told.value)
    assert "in the clauses asked (value, shift)" in str(told.value)


def test_a_loss_of_which_nothing_could_be_judged_does_not_pass():
    quick = {**QUICK, "clauses": ["padding"]}
    with pytest.raises(AssertionError, match="takes no argument named mask"):
        assert_conforms("torch.nn:MultiMarginLoss", "pairwise_hinge", **quick)


def test_a_waiver_is_taken(tmp_path):
    waivers = tmp_path / "waivers.yaml"
    waivers.write_text(
        f"- {{subject: '{WRONG}', loss: pairwise_hinge, clause: value, reason: known, link: 'https://example.org'}}\n"
    )

    assert assert_conforms(WRONG, "pairwise_hinge", waivers=waivers, **QUICK) is None


@pytest.mark.parametrize(
    ("arguments", "options", "error", "words"),
    [
        ((), {}, RequestError, "say what the target is to conform to: loss or spec, and only one of them"),
        (("warp",), {"spec": "warp.yaml"}, RequestError, "loss or spec"),
        (("warp",), {"level": "best"}, RequestError, "level: got 'best', expected one of correct, robust"),
        (("warp",), {"cases": 0}, RequestError, "cases: got 0"),
        (("warp",), {"dtypes": ["float8"]}, SubjectError, "unknown dtype float8"),
        (("warp",), {"clauses": ["valeu"]}, RequestError, "did you mean 'value'"),
        (("warp",), {"waivers": "/nowhere.yaml"}, WaiverError, "/nowhere.yaml: cannot be read"),
    ],
)
def test_what_does_not_fit_is_told(arguments, options, error, words):
    with pytest.raises(error, match=re.escape(words)):
        assert_conforms("torch.nn:MarginRankingLoss", *arguments, **options)
