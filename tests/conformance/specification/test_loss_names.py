"""A loss is suggested by the name that it has in papers and libraries."""

from __future__ import annotations

import pytest

from rankproof.conformance.specification import builtin_ids, load_builtin
from rankproof.conformance.specification.loss_names import OTHER_NAMES, loss_hint

KNOWN = builtin_ids()


def meant(name):
    hint = loss_hint(name, KNOWN)
    return hint.split("'")[1] if "did you mean" in hint else None


@pytest.mark.parametrize(
    ("name", "loss"),
    [
        ("ranknet", "pairwise_logistic"),
        ("RankNetLoss", "pairwise_logistic"),
        ("lambdarank", "lambda_loss"),
        ("listmle", "list_mle"),
        ("p-listmle", "list_mle"),
        ("ListNetLoss", "list_net"),
        ("bpr-loss", "bpr"),
        ("triplet", "triplet_margin"),
        ("TripletMarginLoss", "triplet_margin"),
        ("ndcg", "approx_ndcg"),
        ("map", "approx_map"),
        ("mrr", "approx_mrr"),
        ("wrap", "warp"),
        ("margin_rankin", "margin_ranking"),
        ("rank_net", "pairwise_logistic"),
    ],
)
def test_a_name_leads_to_the_loss(name, loss):
    assert meant(name) == loss


@pytest.mark.parametrize("loss", KNOWN)
def test_a_title_of_one_word_leads_to_its_loss(loss):
    title = load_builtin(loss).title

    assert " " in title or meant(title) == loss


@pytest.mark.parametrize("name", ["", "zzzzzz", "x" * 10_000])
def test_a_name_of_nothing_leads_nowhere_and_the_losses_are_listed(name):
    assert loss_hint(name, KNOWN) == f"; the losses are {', '.join(KNOWN)}"


def test_every_loss_is_listed_beside_the_one_that_was_meant():
    assert loss_hint("ranknet", KNOWN).endswith(f"? The losses are {', '.join(KNOWN)}")


def test_the_table_leads_to_losses_that_exist():
    assert set(OTHER_NAMES.values()) <= set(KNOWN)
    assert not set(OTHER_NAMES) & set(KNOWN)
