"""COQL, the query language of CRM (F69): read into a tree, checked against the fields, and run.

The limits are those of the v8 page "Query API - Limitations"; texts and details of errors are those of its
examples.
"""
