"""The generated modules and pages are current, and agree with the page that users of earlier releases know."""

import pytest

from docs.generate.__main__ import ROOT
from docs.generate.markdown import table
from docs.generate.modelcode import modules
from docs.generate.pages import pages, stale
from docs.generate.resourcepages import resources
from docs.generate.source import docstring


def test_everything_is_current() -> None:
    """``python -m docs.generate`` changes nothing."""
    generated = modules() | pages()
    changed = [
        path for path, text in generated.items() if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    assert [str(path.relative_to(ROOT)) for path in [*changed, *stale()]] == []


def test_every_method_has_a_section_with_an_example() -> None:
    """The overview lists the methods, and each section calls its method."""
    for resource in resources():
        for name in resource.methods:
            page = pages()[ROOT / "docs" / "sdks" / resource.page]
            section = page.split(f"\n## {name}\n")[1].split("\n## ")[0]
            assert f"* [{name}](#{name}) - " in page
            assert f"client.{resource.attribute}.{name}(" in section
            assert {"### Example Usage", "### Parameters", "### Errors"} <= set(section.splitlines())


def test_aliases_are_mentioned_only() -> None:
    """``get`` has no section of its own."""
    page = pages()[ROOT / "docs" / "sdks" / "trainingjobs" / "README.md"]
    assert "Alias: `get`" in page
    assert "## get" not in page


def test_docstring_fields() -> None:
    """Sphinx fields become Markdown; unknown ones are an error."""
    parsed = docstring("Do it.\n\nWith ``care``.\n\n:param a: The\n    value.\n:returns: It.\n:raises ValueError: Bad.")
    assert (parsed.summary, parsed.description, parsed.returns) == ("Do it.", "With `care`.", "It.")
    assert (parsed.parameters, parsed.raises) == ({"a": "The value."}, {"ValueError": "Bad."})
    with pytest.raises(ValueError, match="unknown field :yields:"):
        docstring("Do it.\n\n:yields: It.")


def test_table() -> None:
    """Columns are aligned, and an empty last column is left out."""
    assert table(("A", "B"), [("long", "")]) == "| A    |\n| ---- |\n| long |"
    assert table(("A", "B"), [("x|y", "z")]) == "| A    | B |\n| ---- | - |\n| x\\|y | z |"
