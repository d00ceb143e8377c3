"""Plotly figures from plain tables, one module a page; nothing here computes a number that a page shows."""
