"""Importing: what counties have in spreadsheets, recorded through the same decisions that people take."""
