"""The file of a learned model: its arrays, and a README with a program that reads them."""

import json
from typing import Any

from .vectorizers import COUNTS, PARTS, WORDS

_README = """\
This is a small model that the Emissary emulator trained: {what}. No language model is in it.

model.npz has its arrays. They can be read without this package, with numpy and scikit-learn:

{program}"""

_LOAD = """\
import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer

with np.load("model.npz", allow_pickle=False) as file:
    model = dict(file)
"""
_VECTORIZER = f"""\
words = HashingVectorizer(**{WORDS!r}).build_analyzer()
parts = HashingVectorizer(**{PARTS!r}).build_analyzer()
"""
_JOINED = "vectorizer = HashingVectorizer(analyzer=lambda text: words(text) + parts(text), n_features=%s)\n"
_LINEAR = """\
scores = vectorizer.transform(["Arrived broken."])[:, model["columns"]] @ model["weights"] + model["intercepts"]
"""
_CLASSIFIER = """\
probs = 1 / (1 + np.exp(-scores[0]))
print(dict(zip(model["labels"].tolist(), (probs / probs.sum() if model["exclusive"] else probs).tolist())))
"""
_REGRESSOR = """\
print(scores[0, 0] * model["scale"] + model["mean"])
"""
_EMBEDDER = """\
vectors = vectorizer.transform(["Arrived broken."]) @ model["weights"]
print((vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).tolist()[0])
"""
_PROMPTS = f"""\
from scipy.sparse import csr_matrix

vectorizer = HashingVectorizer(**{COUNTS!r})
prompts = csr_matrix((model["values"], model["columns"], model["rows"]), (len(model["ends"]), {COUNTS["n_features"]}))
nearest = (vectorizer.transform(["Arrived broken."]) @ prompts.T).toarray().argmax()
start, end = [0, *model["ends"]][nearest : nearest + 2]
print(model["completions"].tobytes()[start:end].decode())
"""

_SIZED = _VECTORIZER + _JOINED % 'int(model["size"])'
_READMES = {
    "classification": ("a linear classifier of hashed n-grams", _SIZED + _LINEAR + _CLASSIFIER),
    "regression": ("a linear regression on hashed n-grams", _SIZED + _LINEAR + _REGRESSOR),
    "embedding": ("a linear map of hashed n-grams", _VECTORIZER + _JOINED % 'len(model["weights"])' + _EMBEDDER),
    "text-generation": ("training prompts, of which the nearest one answers", _PROMPTS),
}


def files(task: str, config: dict[str, Any], content: bytes) -> dict[str, bytes]:
    """Return the files of an archive by their names.

    :param config: What the model was made by.
    :param content: Its arrays.
    """
    what, program = _READMES[task]
    readme = _README.format(what=what, program=_LOAD + program)
    return {"README.txt": readme.encode(), "config.json": json.dumps(config).encode(), "model.npz": content}
