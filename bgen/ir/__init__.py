"""The intermediate representation: a typed model, apart from how it is written or emitted."""
