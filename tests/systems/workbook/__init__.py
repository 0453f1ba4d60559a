"""Tests of the workbook source, on workbooks that each test makes."""
