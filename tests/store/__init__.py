"""Tests of the store, on SQLite and where one answers on Postgres."""
