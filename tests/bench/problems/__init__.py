"""One file a kind of problem, which holds PROBLEMS; nothing else names it."""
