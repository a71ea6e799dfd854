"""The choice of the records that are kept, and of those that test."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from .changes import LINE
from .conversion import ANSWER, GROUP, QUESTION
from .libraries import pl
from .values import SEPARATOR

if TYPE_CHECKING:
    from ..options import PreparationSettings
    from .changes import Changes
    from .libraries import DataFrame, Series

TRAIN: Final = 1
TEST: Final = 2
_PART: Final = "part"
_CONFLICTING: Final = ("classification", "regression", "embedding")


def select(
    keys: DataFrame, task_type: str, strata: DataFrame, settings: PreparationSettings, changes: Changes
) -> Series:
    """Return for each record whether it is dropped (0), for training or for testing.

    :param keys: Lines and hashes of the records.
    :param strata: The stratum of each answer; empty if the split is not stratified.
    """
    kept = pl.Series([True]).new_from_index(0, keys.height)
    if not settings.keep_duplicates:
        repeated = ~keys.select(pl.struct(QUESTION, ANSWER).is_first_distinct()).to_series()
        changes.add_rows("dropped", "duplicates, apart from case and white space", keys, repeated)
        kept &= ~repeated
    if task_type in _CONFLICTING:
        conflicting = kept & keys.select(pl.col(ANSWER).n_unique().over(QUESTION) > 1).to_series()
        message = "the same text has different answers"
        changes.add_rows("dropped" if settings.drop_conflicts else "found", message, keys, conflicting)
        if settings.drop_conflicts:
            kept &= ~conflicting
    part: Series = kept.cast(pl.UInt8)
    if not settings.test_size or not kept.any():
        return part
    is_test = _chosen(keys.filter(kept), strata, settings)
    part.scatter(kept.arg_true(), part.filter(kept) + is_test.cast(pl.UInt8))
    return part


def _chosen(keys: DataFrame, strata: DataFrame, settings: PreparationSettings) -> Series:
    """Return which records test: of each stratum the same share, and of each group all or none."""
    group = QUESTION if GROUP not in keys.columns else GROUP
    if group == GROUP:
        keys = keys.with_columns(_joined_groups(keys).alias(GROUP))
    if strata.height:
        keys = keys.join(strata, on=ANSWER, how="left", maintain_order="left")
    else:
        keys = keys.with_columns(pl.lit(0, pl.UInt32).alias("stratum"))
    mask = int.from_bytes(blake2b(str(settings.seed).encode(), digest_size=8).digest(), "little")
    order = pl.col(group) ^ pl.lit(mask, pl.UInt64)
    groups = keys.group_by(group).agg(pl.col("stratum").min(), pl.len().alias("size")).sort(order)
    goal = (pl.col("size").sum().over("stratum") * settings.test_size).round()
    middle = pl.col("size").cum_sum().over("stratum") - pl.col("size") / 2
    chosen = groups.filter(middle < goal)
    return keys[group].is_in(chosen[group].implode())


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


def leakage(keys: DataFrame, part: Series) -> int:
    """Return the number of texts that are on both sides."""
    train = keys[QUESTION].filter(part == TRAIN).unique()
    return int(keys[QUESTION].filter(part == TEST).unique().is_in(train.implode()).sum())


KEYS: Final = (LINE, QUESTION, ANSWER)
