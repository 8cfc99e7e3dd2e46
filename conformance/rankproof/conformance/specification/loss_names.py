"""What losses are called elsewhere: in papers, and in the libraries that the spec files cite."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rankproof.conformance.specification.suggest import closest

# By the name in lower case without blanks, hyphens and underscores, and without "loss" at its end.
OTHER_NAMES: Mapping[str, str] = {
    "averageprecision": "approx_map",
    "smoothap": "approx_map",
    "map": "approx_map",
    "meanaverageprecision": "approx_map",
    "mrr": "approx_mrr",
    "meanreciprocalrank": "approx_mrr",
    "reciprocalrank": "approx_mrr",
    "ndcg": "approx_ndcg",
    "smoothndcg": "approx_ndcg",
    "recall": "approx_recall",
    "recallatk": "approx_recall",
    "smoothrecall": "approx_recall",
    "bayesianpersonalizedranking": "bpr",
    "lambdamart": "lambda_loss",
    "lambdarank": "lambda_loss",
    "lambda": "lambda_loss",
    "ndcgloss1": "lambda_loss",
    "ndcgloss2": "lambda_loss",
    "ndcgloss2++": "lambda_loss",
    "plistmle": "list_mle",
    "positionawarelistmle": "list_mle",
    "listwisesoftmax": "list_net",
    "softmax": "list_net",
    "softmaxcrossentropy": "list_net",
    "hinge": "pairwise_hinge",
    "pairwiserankinghinge": "pairwise_hinge",
    "ranksvm": "pairwise_hinge",
    "rankingsvm": "pairwise_hinge",
    "logistic": "pairwise_logistic",
    "ranknet": "pairwise_logistic",
    "pl": "plackett_luce",
    "placketluce": "plackett_luce",
    "softranking": "soft_rank",
    "softsort": "soft_rank",
    "margin": "margin_ranking",
    "rankingmargin": "margin_ranking",
    "triplet": "triplet_margin",
    "wsabie": "warp",
    "weightedapproximaterankpairwise": "warp",
}


def loss_hint(name: str, known: Sequence[str]) -> str:
    """``; did you mean 'pairwise_logistic'? The losses are ...``: by another name of a loss, else by the spelling."""
    listed = f"the losses are {', '.join(known)}"
    meant = _meant(name, known)
    return f"; did you mean {meant!r}? {listed.capitalize()}" if meant else f"; {listed}"


def _meant(name: str, known: Sequence[str]) -> str | None:
    if len(name) > 60:
        return None
    names = {_plain(each): each for each in known}
    names |= {other: loss for other, loss in OTHER_NAMES.items() if loss in known}
    plain = _plain(name)
    if plain in names:
        return names[plain]
    spelling = closest(name, known)
    if spelling:
        return spelling
    other = closest(plain, names)
    return names[other] if other else None


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]", "", name.lower()).removesuffix("loss")
