"""Zoho's own SDK as its users take it: classes by their names, bodies filled by their setters."""

from importlib import import_module
from pathlib import Path
from typing import Any

PLACE = "zohocrmsdk.src.com.zoho"
REASON = "Zoho's SDK is not here: pip install zohocrmsdk8_0"


def named(name: str) -> Any:
    """A class of the SDK, such as `crm.api.record.Record`."""
    package, _, own = name.rpartition(".")
    return getattr(import_module(f"{PLACE}.{package}"), own)


def built(name: str, /, **values: Any) -> Any:
    """An instance of a class of `crm.api`, each value given to its setter."""
    made = named(f"crm.api.{name}")()
    for key, value in values.items():
        getattr(made, f"set_{key}")(value)
    return made


def operations(name: str, *about: Any) -> Any:
    """The operations of an area, such as `record.Record` of `Accounts`."""
    return named(f"crm.api.{name}Operations")(*about)


def asking(name: str, /, **values: Any) -> Any:
    """The query of an operation, such as `record.GetRecords`."""
    return _filled(named("crm.api.parameter_map.ParameterMap")(), f"{name}Param", values)


def heading(name: str, /, **values: Any) -> Any:
    """The headers of an operation, such as `record.GetRecords`."""
    return _filled(named("crm.api.header_map.HeaderMap")(), f"{name}Header", values)


def _filled(filling: Any, name: str, values: dict[str, Any]) -> Any:
    kind = _operation_class(name)
    for key, value in values.items():
        filling.add(getattr(kind, key), value)
    return filling


def _operation_class(name: str) -> Any:
    package, _, own = name.rpartition(".")
    return getattr(import_module(f"{PLACE}.crm.api.{package}.{package}_operations"), own)


def choice(value: str) -> Any:
    """A value that the SDK holds to be one of a few."""
    return named("crm.api.util.Choice")(value)


def stream(path: Path) -> Any:
    """A file to send."""
    return named("crm.api.util.StreamWrapper")(file_path=str(path))


def kind(value: Any) -> str:
    """The area and class that the SDK read an answer into, such as `record.APIException`."""
    own = type(value)
    return f"{'.'.join(own.__module__.split('.')[-2:-1])}.{own.__name__}"


def plain(value: Any) -> Any:
    """What a choice holds; any other value as it is."""
    return value.get_value() if isinstance(value, named("crm.api.util.Choice")) else value


def told(answer: Any) -> tuple[int, Any]:
    """Status and typed object of an answer. The SDK gives nothing at all for one that it cannot read."""
    assert answer is not None, "the SDK could not read the answer: see its log"
    return answer.get_status_code(), answer.get_object()


def refusal(value: Any) -> tuple[str, str, Any]:
    """Code, message and details of an error that the SDK has typed."""
    assert type(value).__name__ == "APIException", kind(value)
    assert plain(value.get_status()) == "error"
    return plain(value.get_code()), plain(value.get_message()), value.get_details()
