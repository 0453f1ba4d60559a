"""How fast, how alike and how steadily workbooks are read, beside openpyxl."""
