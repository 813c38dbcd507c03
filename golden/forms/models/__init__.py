"""Models in plain NumPyro.

Each is run by its name:

    python -m <this folder>.radon fit DATA -o RUN
    python -m <this folder>.eight_schools fit DATA -o RUN
"""

# bgen -O1 source generic body 8c3371b921509b89
