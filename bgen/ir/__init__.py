"""The intermediate representation: a typed model, independent of how it was written or is emitted."""
