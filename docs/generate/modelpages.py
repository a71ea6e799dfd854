"""The pages of the models: ``docs/models``."""

import enum
import inspect
from functools import cached_property
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel as PydanticModel

from emissary_client_sdk import utils
from emissary_client_sdk.types.basemodel import BaseModel

from .catalog import DATA_FILES, UNIONS, VALUES, older_names, page_names, type_hints
from .markdown import page, table
from .source import attribute_docs, docstring
from .typenames import cell

_SIGN = {True: ":heavy_check_mark:", False: ":heavy_minus_sign:"}
_CHANGES = ("Change", "Changed", "Added")
_FIELDS = ("Field", "Type", "Required", "Description")


def model_pages() -> dict[str, str]:
    """Return the pages, by their paths below ``docs/models``."""
    pages = {f"{name.lower()}.md": _page(name) for name in page_names()}
    pages |= {f"utils/{name.lower()}.md": _utility(name) for name in ("BackoffStrategy", "RetryConfig")}
    return {"README.md": _index(), **pages}


def _index() -> str:
    groups: dict[str, list[str]] = {
        "Request bodies": [],
        "Responses": [],
        "Data files": [],
        "Changes": [],
        "Values": [],
    }
    for name in page_names():
        groups[_group(name)].append(f"* [{name}]({name.lower()}.md) - {_summary(name)}")
    retries = [
        f"* [{name}](utils/{name.lower()}.md) - {docstring(getattr(utils, name)).summary}"
        for name in ("RetryConfig", "BackoffStrategy")
    ]
    intro = """The types in `emissary_client_sdk.models`; those of data files are in `emissary_client_sdk`, and those of
retries in `emissary_client_sdk.utils`."""
    blocks = [part for title, lines in groups.items() for part in (f"## {title}", "\n".join(lines))]
    return page("# Models", intro, *blocks, "## Retries", "\n".join(retries))


def _group(name: str) -> str:
    value = VALUES[name]
    if inspect.isclass(value) and issubclass(value, PydanticModel):
        return "Request bodies" if any(base.__name__ == "RequestModel" for base in value.__mro__) else "Responses"
    return "Data files" if name in DATA_FILES else "Changes" if name.endswith(_CHANGES) else "Values"


def _summary(name: str) -> str:
    value = VALUES[name]
    return docstring(value).summary if inspect.isclass(value) else UNIONS.get(name, "A union of types.")


def _page(name: str) -> str:
    value = VALUES[name]
    if not inspect.isclass(value):
        return _union_page(name, value)
    doc = docstring(value)
    blocks = [f"# {name}", doc.summary, doc.description, _other_names(value)]
    if issubclass(value, enum.Enum):
        blocks += [
            "An unknown value is kept; its `is_known` is false. Members equal their plain strings.",
            "## Values",
            table(("Name", "Value"), ([f"`{member.name}`", f"`{member.value}`"] for member in value)),
        ]
    else:
        blocks += ["## Fields", table(_FIELDS, _fields(value))]
    return page(*blocks, *_members(value))


def _other_names(cls: type[Any]) -> str:
    names = [f"`{name}`" for name in older_names(cls)]
    if f"{cls.__name__}TypedDict" in VALUES:
        return f"The same as a TypedDict: `{cls.__name__}TypedDict`."
    return f"Names of release 0.4: {', '.join(names)}." if names else ""


def _union_page(name: str, value: Any) -> str:
    union = get_args(value)[0] if get_origin(value) is Annotated else value
    members = [member for member in get_args(union) if member not in (Any, type(None))]
    rows = [[cell(member, ""), docstring(member).summary if member.__name__ in VALUES else ""] for member in members]
    return page(f"# {name}", _summary(name), "## Types", table(("Type", "Description"), rows))


def _fields(cls: type[Any]) -> list[list[str]]:
    docs = attribute_docs(cls)
    hints = type_hints(cls)
    typed_dict = VALUES.get(f"{cls.__name__}TypedDict")
    if typed_dict is not None:  # it names the types that a validator of the model checks
        hints |= {name: kind for name, kind in type_hints(typed_dict).items() if hints.get(name) is Any}
    if issubclass(cls, PydanticModel):
        required = {name: info.is_required() for name, info in cls.model_fields.items()}
    else:
        required = dict.fromkeys(cls.__annotations__, True)
    return [
        [f"`{name}`", cell(hints[name], ""), _SIGN[needed], docs.get(name, "")] for name, needed in required.items()
    ]


def _members(cls: type[Any]) -> list[str]:
    """Return the sections of the properties and of the methods, if there are any."""
    properties: list[list[str]] = []
    methods: list[list[str]] = []
    for name in dict.fromkeys(name for base in cls.__mro__ if _is_ours(base) for name in vars(base)):
        value = inspect.getattr_static(cls, name)
        if name.startswith("_") or not (doc := docstring(value)).summary:
            continue
        if isinstance(value, property | cached_property) or type(value).__name__ == "DatetimeOf":
            properties.append([f"`{name}`", _property_type(value), doc.summary])
        elif inspect.isfunction(value) and value.__module__.startswith("emissary_client_sdk."):  # others are pydantic's
            methods.append([f"`{name}{_signature(value)}`", doc.summary])
    blocks = ["## Properties", table(("Property", "Type", "Description"), properties)] if properties else []
    return [*blocks, *(["## Methods", table(("Method", "Description"), methods)] if methods else [])]


def _is_ours(cls: type[Any]) -> bool:
    return cls.__module__.startswith("emissary_client_sdk.") and cls is not BaseModel


def _property_type(value: Any) -> str:
    function = getattr(value, "fget", None) or getattr(value, "func", None)
    if function is None:
        return "*Optional[datetime]*"
    return cell(type_hints(function).get("return"), "")


def _signature(function: Any) -> str:
    _, *parameters = inspect.signature(function).parameters.values()
    shown = (parameter.replace(annotation=inspect.Parameter.empty) for parameter in parameters)
    return str(inspect.Signature(list(shown)))


def _utility(name: str) -> str:
    cls: Any = getattr(utils, name)
    doc = docstring(cls)
    hints = type_hints(cls)
    rows = [
        [f"`{key}`", cell(hints[key], "../"), _SIGN[parameter.default is parameter.empty], doc.parameters[key]]
        for key, parameter in inspect.signature(cls).parameters.items()
    ]
    links = "[Errors and retries](../../errors.md#default-retries) has the rules."
    return page(f"# {name}", doc.summary, doc.description, "## Fields", table(_FIELDS, rows), links)
