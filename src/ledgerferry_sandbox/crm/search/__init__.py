"""Searching a module (F68): by criteria, e-mail, phone or word, in an index that lags behind the records."""
