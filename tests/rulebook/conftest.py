"""How property tests run under `make mutants`: a counterexample is enough, it need not be made small first."""

from hypothesis import Phase, settings

settings.register_profile("mutants", phases=(Phase.explicit, Phase.generate), database=None, derandomize=True)
