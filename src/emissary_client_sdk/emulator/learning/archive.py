"""The file of a checkpoint's model: the arrays of a learned one, and a README with a program that reads them."""

import gzip
import io
import json
import random
import tarfile

from .vectorizers import COUNTS, PARTS, WORDS

_WEIGHTS = 64 * 1024  # bytes
_MADE_UP = "This is not a model. The Emissary emulator made this file up, so that downloads can be tried.\n"
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


def checkpoint_archive(job_id: str, number: int, task: str, learned: bytes | None) -> bytes:
    """Return a tar archive with a learned model, or in the place of a model; the same for the same checkpoint.

    :param learned: The arrays of the model; None if it is made up.
    """
    config: dict[str, object] = {"training_job_id": job_id, "checkpoint": number}
    if learned is None:
        readme, config["made_up"] = _MADE_UP, True
        weights = random.Random(f"{job_id}/{number}").randbytes(_WEIGHTS)  # noqa: S311  # repeatable, not secret
        model = {"model.safetensors": weights}
    else:
        what, program = _READMES[task]
        readme, config["task_type"] = _README.format(what=what, program=_LOAD + program), task
        model = {"model.npz": learned}
    texts = {"README.txt": readme.encode(), "config.json": json.dumps(config).encode()}
    file = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=file, mode="wb", mtime=0) as compressed,
        tarfile.open(fileobj=compressed, mode="w") as tar,
    ):
        for name, content in {**texts, **model}.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return file.getvalue()
