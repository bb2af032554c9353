"""A short form of the fuzz against PySCF alone."""

import pytest
from fuzz_truth import asked

from tests.families import slow


@pytest.mark.parametrize("seed", [slow(2), 9])
def test_nothing_differs_silently(seed):
    findings = asked(seed, 4)
    assert findings
    assert not [one for one in findings if one.kind in ("SILENT", "BROKEN")]
