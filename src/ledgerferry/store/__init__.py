"""The store: every SQL statement of the ferry, on SQLite or Postgres, behind typed rows."""
