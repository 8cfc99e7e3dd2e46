"""The classes of defect that people have met in ranking losses, each with where it was met."""

from __future__ import annotations

from dataclasses import dataclass

_GITHUB = "https://github.com"


@dataclass(frozen=True)
class Defect:
    """A class of defect; ``source`` is a report of it, or the file that has it."""

    number: int
    title: str
    source: str


_CLASSES = (
    (1, "NaN gradient from the square root of 0", f"{_GITHUB}/pytorch/pytorch/issues/37154"),
    (2, "mean over nothing is NaN", f"{_GITHUB}/huggingface/sentence-transformers/issues/4032"),
    (3, "a result detached from the graph", f"{_GITHUB}/liorshk/facenet_pytorch/issues/6"),
    (4, "padding inside a normaliser", f"{_GITHUB}/huggingface/sentence-transformers/pull/3827"),
    (5, "mean over something else than the units", f"{_GITHUB}/tensorflow/ranking/issues/359"),
    (6, "finite mask sentinel", f"{_GITHUB}/keras-team/keras-rs/issues/205"),
    (7, "NaN in the padding leaks", f"{_GITHUB}/pytorch/pytorch/issues/156212"),
    (8, "exponential overflows", f"{_GITHUB}/pytorch/pytorch/issues/77529"),
    (9, "log(sigmoid) underflows", f"{_GITHUB}/deepspeedai/DeepSpeedExamples/issues/501"),
    (10, "WARP's walk: log of 0, positives tried, no cap, wrong row", f"{_GITHUB}/lyst/lightfm/pull/265"),
    (11, "negatives drawn from another law", f"{_GITHUB}/benfred/implicit/issues/255"),
    (12, "shapes that differ broadcast silently", f"{_GITHUB}/pykeen/pykeen/issues/1127"),
    (13, "rank, discount or count off by one", f"{_GITHUB}/OpenAgentHQ/openagent-eval/issues/223"),
    (14, "exponential gain overflows or is cut", f"{_GITHUB}/lightgbm-org/LightGBM/issues/4078"),
    (15, "the order of the input or chance decides ties", f"{_GITHUB}/Lightning-AI/torchmetrics/issues/2031"),
    (16, "labels ignored, or the input presumed sorted", f"{_GITHUB}/wildltr/ptranking/issues/4"),
    (17, "sign flipped", f"{_GITHUB}/tensorflow/ranking/issues/23"),
    (18, "invalid input accepted", f"{_GITHUB}/pytorch/pytorch/issues/99410"),
    (19, "integer labels raise or change the value", f"{_GITHUB}/karlhigley/ranking-metrics-torch/pull/2"),
    (20, "a constant that the precision cannot hold", f"{_GITHUB}/NVIDIA/apex/issues/1052"),
    (21, "a second derivative that is silently wrong", f"{_GITHUB}/pytorch/pytorch/issues/106789"),
    (22, "an input modified in place, or a result dropped", f"{_GITHUB}/NVIDIA-NeMo/Automodel/issues/3917"),
    (23, "numbers that decide what torch.compile or vmap has to know", f"{_GITHUB}/pytorch/pytorch/issues/160757"),
    (24, "a tensor made on the default device", f"{_GITHUB}/pytorch/torchrec/issues/1569"),
    (25, "memory grows with the square of the list", f"{_GITHUB}/tensorflow/ranking/issues/209"),
    (26, "an argsort thought differentiable", f"{_GITHUB}/teddykoker/torchsort/issues/81"),
    (27, "labels gathered with a batched index", f"{_GITHUB}/google-research/mseb/pull/550"),
    (28, "an epsilon as stability", f"{_GITHUB}/allegro/allRank/blob/master/allrank/models/losses/approxNDCG.py"),
    (29, "truncation ignored or applied to the wrong list", f"{_GITHUB}/karlhigley/ranking-metrics-torch/issues/1"),
    (30, "upstream gradient ignored in a hand-written backward", f"{_GITHUB}/SeanNaren/warp-ctc/pull/170"),
    (31, "a parameter accepted and not used", f"{_GITHUB}/taylover-pei/SSDG-CVPR2020/issues/2"),
    (32, "scores or gradients squashed on their way", f"{_GITHUB}/hunglc007/tensorflow-yolov4-tflite/issues/157"),
    (33, "the lists of a batch mixed up", f"{_GITHUB}/perone/euclidesdb/issues/2"),
    (34, "results that differ from run to run", f"{_GITHUB}/mit-han-lab/torchsparse/issues/65"),
    (35, "state kept from an earlier call", f"{_GITHUB}/nicodjimenez/lstm/pull/35"),
    (36, "a result of another dtype than the scores", f"{_GITHUB}/tensorflow/tensorflow/pull/44643"),
)
DEFECTS = {number: Defect(number, title, source) for number, title, source in _CLASSES}

# Classes that no loss can have yet, each with what would have it.
PENDING: dict[int, str] = {}
