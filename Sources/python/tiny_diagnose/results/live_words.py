"""Sentences of the program on files, as they are meant of live models and of arrays."""

from __future__ import annotations

import re

from ..exchange.samples import FILE

# The datasets of the file that arrays go over in, by what the caller gave.
_GIVEN = {
    "x": "x", "y": "y", "groups": "groups", "sample_weight": "sample_weight",
    "validation/inputs": "validation x", "validation/targets": "validation y",
    "validation/sample_weight": "validation sample_weight",
}  # fmt: skip
_DATASET = re.compile(rf"(?<![\w/.:])/({'|'.join(sorted(_GIVEN, key=len, reverse=True))})(?![\w/])")
# Advice that names datasets, where arrays were given.
_ADVICE = (
    (r"sample_weights=… names (?:it|them); ", ""),
    (r"groups=… names (?:it|them); ", ""),
    (
        r"name other(?:s| weights)(?: with sample_weights=…)?, or let all samples count alike"
        r"(?: with sample_weights='none')?",
        "give other weights, or leave sample_weight out",
    ),
)
_OF_MODELS = (
    # A weight of a chain, `/model_weights/NAME/NAME/kernel`.
    (r"/model_weights/([^\s:]+)/\1/(\w+)", r"layer \1, \2"),
    (
        r"the training diverged or the file is damaged: save the model at an earlier epoch",
        "the training diverged: take the model of an earlier epoch",
    ),
    (r"\bThe(\s+)file(\s+)names\b", r"The\1model\2names"),
    (r"Nothing(\s+)was(\s+)written\.", r"A copy\1is\2given back."),
)


def of_samples(text: str) -> str:
    """A text or message on samples that were given as arrays."""
    text = re.sub(rf"(?:{re.escape(FILE)}|x, y): (?=/)", "", text)
    text = _DATASET.sub(lambda match: _GIVEN[match[1]], text)
    for pattern, words in _ADVICE:
        text = re.sub(pattern, words, text)
    return text


def of_models(text: str) -> str:
    """A text or message on a live model."""
    for pattern, words in _OF_MODELS:
        text = re.sub(pattern, words, text)
    return text
