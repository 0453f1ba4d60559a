"""Zoho Books as a target: declaration, api and mapping, with the ladder of guards and the calculator."""

from ledgerferry.systems.books.declaration import BooksSettings, Charges, base_url
from ledgerferry.systems.books.library import BooksLibrary
from ledgerferry.systems.books.target import Books
from ledgerferry.systems.books.trial import Capabilities

__all__ = ["Books", "BooksLibrary", "BooksSettings", "Capabilities", "Charges", "base_url"]
