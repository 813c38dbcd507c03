"""Flags of XLA's compiler that the tests start it with.

Compiling is most of the time of the suite. Where XLA still has its older emitters, which compile
a quarter faster, they are used; the newest versions are tested with their own. (A flag that XLA
does not know ends the process.)
"""

from __future__ import annotations

from importlib.metadata import version

#: Chains run side by side on devices of their own, a thread each, as in emitted files.
DEVICES = "--xla_force_host_platform_device_count=2 --xla_cpu_multi_thread_eigen=false"
_JAXLIB = tuple(map(int, version("jaxlib").split(".")[:2]))
OLDER_EMITTERS = "--xla_cpu_use_fusion_emitters=false" if (0, 8) <= _JAXLIB < (0, 11) else ""
