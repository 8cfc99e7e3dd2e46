"""Every mistake in a waiver file is named with its line."""

from __future__ import annotations

import pytest

from rankproof.conformance.verdict.waiver_file import WaiverError, load, refuse_unknown_losses, refuse_unmatched
from rankproof.conformance.verdict.waivers import Waiver

GOOD = """# accepted
- subject: torch
  loss: margin_ranking
  clause: edge.nan_score
  reason: clamp hides it
  link: https://example.org/1
"""


@pytest.fixture
def written(tmp_path):
    """Writes a waiver file."""

    def write(text: str):
        path = tmp_path / "waivers.yaml"
        path.write_text(text)
        return path

    return write


def test_a_waiver_is_read_with_its_place(written):
    path = written(GOOD + "  device: cuda\n")

    assert load(path) == (
        Waiver(
            subject="torch",
            loss="margin_ranking",
            clause="edge.nan_score",
            reason="clamp hides it",
            link="https://example.org/1",
            location=f"{path}:2",
            device="cuda",
        ),
    )


def test_an_empty_list_is_no_waiver(written):
    assert load(written("[]\n")) == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "1: expected a list of waivers"),
        ("subject: torch\n", "1: expected a list of waivers"),
        ("- torch\n", "1: expected a mapping with subject"),
        ("- subject: [\n", "1: not YAML"),
        ("- subject: torch\n  loss: [\n", "2: not YAML"),
        ("- subject: \x07\n", " not YAML: unacceptable character"),
        ("[" * 10_000, " not YAML"),
        (GOOD.replace("  reason: clamp hides it\n", ""), "2: reason missing"),
        (GOOD.replace("clamp hides it", ""), "5: reason has no text"),
        (GOOD.replace("https://example.org/1", "see chat"), "6: link is 'see chat'"),
        (GOOD + "  dtypes: float32\n", "7: unknown key dtypes: did you mean dtype?"),
        (GOOD + "  loss: warp\n", "7: loss is given twice"),
    ],
)
def test_a_mistake_is_named_with_its_line(written, text, message):
    with pytest.raises(WaiverError) as caught:
        load(written(text))

    assert f"waivers.yaml:{message}" in str(caught.value)


def test_all_mistakes_are_named_at_once(written):
    text = GOOD.replace("clamp hides it", "") + "- subject: loop\n"

    with pytest.raises(WaiverError) as caught:
        load(written(text))

    assert len(caught.value.problems) == 2


def test_a_missing_file_says_so(tmp_path):
    with pytest.raises(WaiverError, match="cannot be read"):
        load(tmp_path / "none.yaml")


def test_a_clause_that_the_loss_does_not_have_is_refused_with_its_line(written):
    waivers = load(written(GOOD))

    refuse_unmatched(waivers, "margin_ranking", ["torch"], ["value", "edge.nan_score"])
    with pytest.raises(WaiverError, match=r"waivers\.yaml:2: no clause of margin_ranking matches 'edge\.nan_score'"):
        refuse_unmatched(waivers, "margin_ranking", ["torch"], ["value"])
    with pytest.raises(WaiverError, match=r"did you mean 'edge\.nan_scores'\?"):
        refuse_unmatched(waivers, "margin_ranking", ["torch"], ["value", "edge.nan_scores"])


@pytest.mark.parametrize(("loss", "subject"), [("warp", "torch"), ("margin_ranking", "loop")])
def test_waivers_of_other_losses_and_subjects_are_not_asked_about(written, loss, subject):
    refuse_unmatched(load(written(GOOD)), loss, [subject], ["value"])


def test_a_loss_that_there_is_not_is_refused_with_its_line(written):
    waivers = load(written(GOOD))

    refuse_unknown_losses(waivers, ["torch"], ["warp", "margin_ranking"])
    refuse_unknown_losses(waivers, ["loop"], ["warp"])
    with pytest.raises(WaiverError, match=r"waivers\.yaml:2: no loss is called 'margin_ranking'; expected one of warp"):
        refuse_unknown_losses(waivers, ["torch"], ["warp"])
    with pytest.raises(WaiverError, match=r"did you mean 'margin_ranks'\?"):
        refuse_unknown_losses(waivers, ["torch"], ["warp", "margin_ranks"])


def test_a_pattern_matches_as_long_as_one_clause_does(written):
    waivers = load(written(GOOD.replace("edge.nan_score", "edge.*")))

    refuse_unmatched(waivers, "margin_ranking", ["torch"], ["value", "edge.nan"])
    with pytest.raises(WaiverError, match=r"'edge\.\*'; expected a pattern for some of value"):
        refuse_unmatched(waivers, "margin_ranking", ["torch"], ["value"])
