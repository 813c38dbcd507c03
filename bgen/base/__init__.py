"""Sources, spans and diagnostics: what every other part of the compiler stands on."""
