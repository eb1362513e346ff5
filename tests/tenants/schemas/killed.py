"""Run by test_provisioning in a process of its own: makes one school, and kills itself at one step.

`python -m tests.tenants.schemas.killed UAI STEP before|after`; an empty STEP lets it end.
"""

import dataclasses
import os
import signal
import sys

import django


def main(uai: str, key: str, moment: str) -> None:
    django.setup()

    from tenants.establishments.models import Establishment
    from tenants.schemas import provisioning

    def deadly(step: provisioning.Step) -> provisioning.Step:
        def run(establishment: Establishment, plan: object) -> None:
            if moment == "after":
                step.run(establishment, plan)
            os.kill(os.getpid(), signal.SIGKILL)

        return dataclasses.replace(step, run=run)

    steps = [deadly(step) if step.key == key else step for step in provisioning.steps()]
    provisioning.steps = lambda: steps
    provisioning.provision(Establishment.objects.get(uai=uai), actor=None)


if __name__ == "__main__":
    main(*sys.argv[1:])
