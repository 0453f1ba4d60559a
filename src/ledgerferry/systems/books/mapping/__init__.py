"""Rows of Books to contents and back: beside ``api``, the only place that knows its field names."""
