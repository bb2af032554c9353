"""Types of arrays; shapes are told where they are used."""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
ComplexArray = npt.NDArray[np.complex128]

Vector = FloatArray
"""Parameters and the like, with one dimension."""
