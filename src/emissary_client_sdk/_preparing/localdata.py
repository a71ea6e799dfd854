"""The methods of ``datasets`` that work on files of this machine. They send nothing."""

import os
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Literal

from typing_extensions import Unpack

from .._call.call import Resource
from .._call.commands import Compute, Flow
from .._call.options import NoOptions
from .._call.twins import twins
from .._datafiles.check import check_dataset
from .._datafiles.datasetfile import DatasetFile
from .._datafiles.report import DatasetReport
from ..models._literals import TaskTypeOrStr
from .prepare import prepare_dataset
from .report import PreparedDataset


class LocalData(Resource):
    """Checks and prepares data files."""

    def _check(
        self,
        file: DatasetFile,
        task_type: TaskTypeOrStr | None = None,
        *,
        against: DatasetFile | None = None,
        **_: Unpack[NoOptions],
    ) -> Flow[DatasetReport]:
        """Check a data file without sending it, like ``check_dataset``.

        :param file: The data, as in ``upload``.
        :param task_type: Task to check the records for, such as ``"classification"``. Default: detected.
        :param against: Another data file, such as the test file of a training file. Prompts in both are reported.
        :returns: The report, with errors, warnings and counts.
        :raises FileNotFoundError: The path does not exist.
        :raises ValueError: The task is unknown.
        """
        report: DatasetReport = yield Compute(partial(check_dataset, file, task_type, against=against))
        return report

    check, check_async = twins(_check)

    def _prepare(
        self,
        file: DatasetFile,
        task_type: TaskTypeOrStr | None = None,
        *,
        columns: Mapping[str, str | Sequence[str]] | None = None,
        test_size: float = 0.2,
        group_by: str | None = None,
        seed: int = 0,
        output: str | os.PathLike[str] | None = None,
        duplicates: Literal["drop", "keep"] = "drop",
        conflicts: Literal["keep", "drop"] = "keep",
        encoding: str | None = None,
        sheet: str | None = None,
        overwrite: bool = False,
        **_: Unpack[NoOptions],
    ) -> Flow[PreparedDataset]:
        """Convert data into a training file and a test file, like ``prepare_dataset``. Nothing is sent.

        :param file: The data: a table or records of any usual layout.
        :param task_type: Task of the records, such as ``"classification"``. Default: detected.
        :param columns: The columns to use, by their role. Default: guessed from their names.
        :param test_size: Share of the records for the test file; 0 for no test file.
        :param group_by: A column; records with the same value are not divided between the files.
        :param seed: Another seed results in another split.
        :param output: Beginning of the names of the files. Default: the path of the file without its extension.
        :param duplicates: Whether to drop or to keep records that differ only by case and white space.
        :param conflicts: Whether to keep or to drop records with the same text and different labels.
        :param encoding: Encoding of a text file. Default: detected.
        :param sheet: Name of the sheet of a workbook. Default: the first one.
        :param overwrite: Whether to replace existing files.
        :returns: The paths of the files, and the report.
        :raises FileExistsError: A file to write exists.
        :raises ImportError: The extra ``data`` is not installed.
        :raises ValueError: A column is unknown or cannot be guessed, or no record can be used.
        """
        prepare = partial(
            prepare_dataset,
            file,
            task_type,
            columns=columns,
            test_size=test_size,
            group_by=group_by,
            seed=seed,
            output=output,
            duplicates=duplicates,
            conflicts=conflicts,
            encoding=encoding,
            sheet=sheet,
            overwrite=overwrite,
        )
        prepared: PreparedDataset = yield Compute(prepare)
        return prepared

    prepare, prepare_async = twins(_prepare)
