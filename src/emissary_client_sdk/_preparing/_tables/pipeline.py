"""The steps of a preparation: read and convert, select, write."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from itertools import accumulate, chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from ..report import PreparationReport, PreparedDataset
from .changes import Changes
from .columns import plan_of
from .conversion import GROUP, Converter, hashed
from .libraries import pl
from .parallel import parallel
from .reading import open_table
from .records import first_of
from .selection import KEYS, TEST, TRAIN, select, strata_of
from .values import SEPARATOR
from .writing import RecordWriter, write_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ..._datafiles.labels import LabelKind
    from ..options import PreparationSettings
    from .columns import ColumnPlan
    from .libraries import DataFrame, Series
    from .reading import TableSource


def prepare_tables(file: Any, settings: PreparationSettings, output: Path, *, overwrite: bool) -> PreparedDataset:
    """Prepare data as ``prepare_dataset`` does."""
    train = output.with_name(f"{output.name}.train.jsonl")
    test = output.with_name(f"{output.name}.test.jsonl") if settings.test_size else None
    targets = [path for path in (train, test) if path is not None]
    _refuse_existing(targets, overwrite=overwrite)
    changes = Changes()
    with TemporaryDirectory(prefix=f".{output.name}-", dir=output.parent) as directory:
        run = _Preparation(settings, changes, Path(directory))
        with open_table(file, settings, changes) as source:
            run.read(source)
        report = run.select_and_write()
        _refuse_existing(targets, overwrite=overwrite)
        for path, part in zip(targets, (TRAIN, TEST), strict=False):
            run.path_of(part).replace(path)
    return PreparedDataset(train, test, report)


def _refuse_existing(paths: list[Path], *, overwrite: bool) -> None:
    for path in paths:
        if path.exists() and not overwrite:
            raise FileExistsError(f"output: {path} exists; pass overwrite=True (--overwrite) to replace it")


class _Preparation:
    """One preparation, with the converted records in a folder."""

    def __init__(self, settings: PreparationSettings, changes: Changes, directory: Path) -> None:
        self._settings = settings
        self._changes = changes
        self._directory = directory
        self._keys: list[DataFrame] = []
        self._answers: Counter[str] = Counter()

    def path_of(self, part: int) -> Path:
        """Return the path to which the records for training or testing are written."""
        return self._directory / ("train.jsonl" if part == TRAIN else "test.jsonl")

    def _stored(self, number: int) -> Path:
        return self._directory / f"{number}.arrow"

    def read(self, source: TableSource) -> None:
        """Convert all rows, and store those that can be used."""
        first = first_of(source.frames)
        if not first:
            raise ValueError(f"{source.file_name} has no records{self._reasons()}")
        self._source = source
        self._plan: ColumnPlan = plan_of(first[0], self._settings)
        self._converter = Converter(self._plan, self._settings, self._changes, source.class_names)
        self._keys.extend(parallel(self._store, enumerate(self._converted(chain(first, source.frames)))))
        if not self._keys:
            raise ValueError(f"{source.file_name} has no record that can be used{self._reasons()}")

    def _reasons(self) -> str:
        return "".join(f"; {change}" for change in self._changes.listed()[:3])

    def _converted(self, frames: Iterable[DataFrame]) -> Iterator[DataFrame]:
        for frame in frames:
            found = self._converter.convert(frame)
            self._answers.update(_label_counts(found))
            if found.height:
                yield found

    def _store(self, numbered: tuple[int, DataFrame]) -> DataFrame:
        """Write converted rows to a file, and return their keys."""
        number, frame = numbered
        found = hashed(frame)
        keys = [*KEYS, *([GROUP] if GROUP in found.columns else [])]
        found.drop(keys).write_ipc_stream(self._stored(number))
        return found.select(keys)

    def select_and_write(self) -> PreparationReport:
        """Write the records for training and testing, and return the report."""
        heights = [keys.height for keys in self._keys]
        counts = self._counts_by_label(self._answers)
        hashes = pl.Series("labels", list(self._answers), dtype=pl.String).hash()
        strata = strata_of(self._answers, counts, hashes) if counts else pl.DataFrame()
        task = self._plan.task_type
        part, leakage = select(self._keys, task, strata, self._settings, self._changes)
        writer = RecordWriter(self._plan, list(self._converter.labels), self._changes)
        scale = writer.scale_of(map(self._stored, range(len(heights)))) if task == "embedding" else 1
        found = self._write(part, heights, lambda records: writer.lines(records, scale))
        train, test = (self._counts_by_label(found[side]) for side in (TRAIN, TEST))
        labels = {label: (train.get(label, 0), test.get(label, 0)) for label in self._converter.labels}
        return PreparationReport(
            file_name=self._source.file_name,
            format=self._source.format,
            task_type=task,
            label_kind=self._label_kind(),
            columns=self._plan.columns,
            is_guessed=self._plan.is_guessed,
            records=self._converter.records,
            train_records=int((part == TRAIN).sum()),
            test_records=int((part == TEST).sum()),
            labels=labels,
            leakage=leakage,
            changes=self._changes.listed(),
        )

    def _write(
        self, part: Series, heights: list[int], lines_of: Callable[[DataFrame], DataFrame]
    ) -> dict[int, Counter[str]]:
        """Write the records of each side, and return how many have which labels."""
        sides = [TRAIN, TEST] if self._settings.test_size else [TRAIN]
        found: dict[int, Counter[str]] = {TRAIN: Counter(), TEST: Counter()}

        def texts(numbered: tuple[int, int]) -> list[tuple[dict[str, int], DataFrame]]:
            number, offset = numbered
            frame = pl.read_ipc_stream(self._stored(number))
            chosen = [frame.filter(part.slice(offset, frame.height) == side) for side in sides]
            return [(_label_counts(records), lines_of(records)) for records in chosen]

        with ExitStack() as stack:
            files = [stack.enter_context(self.path_of(side).open("wb")) for side in sides]
            for number, written in enumerate(parallel(texts, enumerate(accumulate(heights[:-1], initial=0)))):
                for side, file, (labels, lines) in zip(sides, files, written, strict=True):
                    found[side].update(labels)
                    write_lines(lines, file)
                self._stored(number).unlink()
        return found

    def _label_kind(self) -> LabelKind | None:
        if self._plan.task_type != "classification":
            return None
        if len(self._converter.labels) == 1:
            return "binary"
        is_single = all(joined and SEPARATOR not in joined for joined in self._answers)
        return "multiclass" if is_single else "multilabel"

    def _counts_by_label(self, answers: Counter[str]) -> dict[str, int]:
        counts: dict[str, int] = dict.fromkeys(self._converter.labels, 0)
        for joined, count in answers.items():
            for label in filter(None, joined.split(SEPARATOR)):
                counts[label] += count
        return counts


def _label_counts(records: DataFrame) -> dict[str, int]:
    return dict(records["labels"].value_counts().iter_rows()) if "labels" in records.columns else {}
