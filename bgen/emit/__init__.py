"""Model -> plan -> templates -> the emitted files."""
