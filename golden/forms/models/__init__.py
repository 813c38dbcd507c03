"""Models in plain NumPyro.

    python -m <this folder>.radon fit DATA -o RUN
    python -m <this folder>.eight_schools fit DATA -o RUN
"""

# bgen -O0 source generic body 0b2d0a096957c7f8
