"""Text -> syntax tree -> canonical text."""
