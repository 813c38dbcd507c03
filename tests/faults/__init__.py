"""What goes wrong outside of bgen: full disks, interrupts, kills, files that somebody damaged, many
compilations at once. The suite takes a few of each; ``python -m tests.faults`` takes many."""
