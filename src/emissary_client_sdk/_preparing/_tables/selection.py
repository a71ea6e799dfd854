"""The choice of the records that are kept, and of those that test."""

from __future__ import annotations

from hashlib import blake2b
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from .changes import LINE
from .conversion import ANSWER, GROUP, QUESTION
from .libraries import pl
from .values import SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..options import PreparationSettings
    from .changes import Changes
    from .libraries import DataFrame, Series

TRAIN: Final = 1
TEST: Final = 2
KEYS: Final = (LINE, QUESTION, ANSWER)
_CONFLICTING: Final = ("classification", "regression", "embedding")
_INDEX: Final = "index"
_ORDER: Final = "order"
_STRATUM: Final = "stratum"
_PART: Final = 1 << 18
"""Records that are grouped at a time, because grouping takes ten times the memory of the hashes."""


def select(
    frames: list[DataFrame], task_type: str, strata: DataFrame, settings: PreparationSettings, changes: Changes
) -> tuple[Series, int]:
    """Return for each record whether it is dropped (0), for training or for testing, and the texts on both sides.

    :param frames: Lines and hashes of the records. The list is emptied, because they take more memory than the rest.
    :param strata: The stratum of each answer; empty if the split is not stratified.
    """
    keys = pl.concat(frames)
    frames.clear()
    is_new, is_conflict, first = _repetitions(keys)
    kept = is_new | settings.keep_duplicates
    changes.add_rows("dropped", "duplicates, apart from case and white space", keys, ~kept)
    if task_type in _CONFLICTING:
        is_conflict &= kept
        message = "the same text has different answers"
        changes.add_rows("dropped" if settings.drop_conflicts else "found", message, keys, is_conflict)
        if settings.drop_conflicts:
            kept &= ~is_conflict
    part: Series = kept.cast(pl.UInt8)
    if settings.test_size and kept.any():
        leader = _leaders(keys, kept) if GROUP in keys.columns else first.filter(kept)
        answers = keys[ANSWER]
        del keys
        is_test = _choose(_records(leader, answers, strata, settings.seed), settings.test_size)
        part.scatter(kept.arg_true(), is_test.cast(pl.UInt8) + TRAIN)
    return part, _leakage(first, part)


def _parts(frame: DataFrame, column: str) -> Iterator[DataFrame]:
    """Yield parts of a frame in the order of a column, equal values of which are in one part, with row numbers."""
    bits = max((frame.height // _PART).bit_length(), 1)
    number = _in_slices(frame[column], lambda values: (values // (1 << (64 - bits))).cast(pl.UInt16))
    for index in range(1 << bits):
        chosen = number == index
        yield frame.filter(chosen).with_columns(chosen.arg_true().alias(_INDEX))


def _repetitions(keys: DataFrame) -> tuple[Series, Series, Series]:
    """Return of each record whether it is new, whether it contradicts another, and the first one with its text."""
    is_new = pl.ones(keys.height, pl.Boolean, eager=True)
    is_conflict = pl.zeros(keys.height, pl.Boolean, eager=True)
    first = pl.int_range(keys.height, dtype=pl.UInt32, eager=True)
    answer = pl.col(ANSWER)
    for part in _parts(keys, QUESTION):
        rows = part.filter(pl.col(QUESTION).is_duplicated())
        number = rows[_INDEX]
        is_new.scatter(number, rows.select(pl.struct(QUESTION, ANSWER).is_first_distinct()).to_series())
        differs = answer.min().over(QUESTION) != answer.max().over(QUESTION)
        is_conflict.scatter(number, rows.select(differs).to_series())
        first.scatter(number, rows.select(pl.col(_INDEX).min().over(QUESTION)).to_series())
    return is_new, is_conflict, first


def _in_slices(series: Series, compute: Callable[[Series], Series]) -> Series:
    """Compute values in slices, so that intermediate results are small."""
    return pl.concat([compute(part.to_series()) for part in series.to_frame().iter_slices(_PART)])


def _records(leader: Series, answers: Series, strata: DataFrame, seed: int) -> DataFrame:
    """Return place and stratum of records: those of their leaders, the first records with their text or group.

    The place depends on the seed and the number of the leader alone, so that it is the same everywhere.
    """

    def stratum(rows: Series) -> Series:
        if not strata.height:
            return pl.zeros(rows.len(), pl.UInt32, eager=True)
        return answers.gather(rows).replace_strict(strata[ANSWER], strata[_STRATUM], return_dtype=pl.UInt32)

    order = _in_slices(leader, lambda rows: _shuffled(rows, seed))
    return pl.DataFrame([order.alias(_ORDER), _in_slices(leader, stratum).alias(_STRATUM)])


def _choose(records: DataFrame, test_size: float) -> Series:
    """Return which records test: of each stratum the same share, and of the records in one place all or none."""
    left = {number: round(count * test_size) for number, count in records[_STRATUM].value_counts().iter_rows()}
    last = dict.fromkeys(left, 0)  # in the order
    for part in takewhile(lambda _: max(left.values()) > 0, _parts(records, _ORDER)):
        groups = part.group_by(_ORDER).agg(pl.col(_STRATUM).first(), pl.len().alias("size")).sort(_ORDER)
        middle = pl.col("size").cum_sum().over(_STRATUM) - pl.col("size") / 2
        chosen = groups.filter(middle < pl.col(_STRATUM).replace_strict(left))
        last.update(chosen.group_by(_STRATUM).agg(pl.col(_ORDER).max()).iter_rows())
        for number, count in part[_STRATUM].value_counts().iter_rows():
            left[number] -= count
    return records.select(pl.col(_ORDER) <= pl.col(_STRATUM).replace_strict(last, return_dtype=pl.UInt64)).to_series()


def _shuffled(numbers: Series, seed: int) -> Series:
    """Return a random number for each number, the same for the same seed: by the generator splitmix64."""
    start = int.from_bytes(blake2b(str(seed).encode(), digest_size=8).digest(), "little")
    mixed = pl.first().cast(pl.UInt64) * pl.lit(0x9E3779B97F4A7C15, pl.UInt64) + pl.lit(start, pl.UInt64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ mixed // (1 << shift)) * pl.lit(factor, pl.UInt64)
    return numbers.to_frame().select(mixed ^ mixed // (1 << 31)).to_series()


def _leaders(keys: DataFrame, kept: Series) -> Series:
    """Return the first record of the group of each record that is kept."""
    groups = _joined_groups(keys.filter(kept)).to_frame()
    first = pl.zeros(groups.height, pl.UInt32, eager=True)
    for part in _parts(groups, GROUP):
        first.scatter(part[_INDEX], part.select(pl.col(_INDEX).min().over(GROUP)).to_series())
    return kept.arg_true().gather(first)


def _joined_groups(keys: DataFrame) -> Series:
    """Return the groups, those with a text in common joined, because no text may stand on both sides."""
    groups = keys[GROUP].zip_with(keys[GROUP].is_not_null(), keys[QUESTION])
    frame = pl.DataFrame([groups, keys[QUESTION]]).unique()
    shared = frame.filter(pl.len().over(QUESTION) > 1).sort(QUESTION, GROUP)
    parents: dict[int, int] = {}

    def root(group: int) -> int:
        while group in parents:
            group = parents[group]
        return group

    for (_question,), found in shared.group_by(QUESTION, maintain_order=True):
        first, *others = map(root, found[GROUP])
        for other in map(root, others):
            if other != root(first):
                parents[other] = root(first)
    joined: Series = groups.replace({group: root(group) for group in parents}) if parents else groups
    return joined


def _leakage(first: Series, part: Series) -> int:
    """Return the number of texts that are on both sides.

    :param first: The first record with the same text.
    """
    train, test = (
        pl.zeros(first.len(), pl.Boolean, eager=True).scatter(first.filter(part == side).sort(), True)
        for side in (TRAIN, TEST)
    )
    return int((train & test).sum())


def strata_of(answers: dict[str, int], counts: dict[str, int], hashes: Series) -> DataFrame:
    """Return the stratum of each answer: the rarest of its labels.

    :param answers: Number of records of each combination of labels.
    :param counts: Number of records of each label.
    :param hashes: The hash of each combination.
    """
    numbers = {label: number for number, label in enumerate(counts, 1)}
    rarest = [
        min((label for label in joined.split(SEPARATOR) if label), key=counts.__getitem__, default="")
        for joined in answers
    ]
    return pl.DataFrame(
        [hashes.alias(ANSWER), pl.Series("stratum", [numbers.get(label, 0) for label in rarest], dtype=pl.UInt32)]
    )
