"""Custom fields, and the values that records carry in them."""

from ledgerferry_sandbox.books.wire import Text, Wire
from ledgerferry_sandbox.exchange import Row

MODULES = ("contacts", "invoices", "customerpayments", "creditnotes", "items")


class CustomField(Wire):
    """A field that a person added to a module; `unique` rejects a repeated value."""

    customfield_id: str
    module: str
    api_name: str
    label: str
    data_type: str = "string"
    index: int = 1
    unique: bool = False


class CustomInput(Wire):
    """A value as a caller gives it: the field by its id, api name or label."""

    customfield_id: Text = ""
    api_name: Text = ""
    label: Text = ""
    value: Text = ""

    def names(self, field: CustomField) -> bool:
        """Whether this value is meant for that field."""
        given = self.customfield_id or self.api_name or self.label
        return given in {field.customfield_id, field.api_name, field.label}


class CustomValue(CustomInput):
    """A value as a record carries it."""

    index: int = 1
    data_type: str = "string"


Values = tuple[CustomValue, ...]


def spread(values: Values) -> Row:
    """The values again as `cf_` keys, as detail and list rows carry them."""
    return {value.api_name: value.value for value in values}


def keys(values: Values) -> list[str]:
    """What a table indexes of the values."""
    return [f"{value.api_name}={value.value}" for value in values if value.value]


def merged(fields: list[CustomField], held: Values, given: tuple[CustomInput, ...]) -> Values:
    """The values after a write: given ones replace held ones, an empty one removes, unknown ones vanish."""
    by_name = {value.api_name: value for value in held}
    for value in given:
        for field in fields:
            if value.names(field):
                by_name[field.api_name] = CustomValue(
                    customfield_id=field.customfield_id,
                    api_name=field.api_name,
                    label=field.label,
                    value=value.value,
                    index=field.index,
                    data_type=field.data_type,
                )
    return tuple(value for value in by_name.values() if value.value)
