"""Types of arrays, whose shapes are documented where they are used, and files of arrays."""

import io

import numpy as np
import numpy.typing as npt
from numpy.lib.npyio import NpzFile

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
ComplexArray = npt.NDArray[np.complex128]

Vector = FloatArray
"""An array with one dimension, such as parameters."""


ZIP = b"PK"
"""Beginning of a zip archive."""


def array_archive(content: bytes) -> NpzFile:
    """The arrays in a file of NumPy's format npz, none of which can hold Python objects.

    Args:
        content: The content of the file.

    Raises:
        ValueError: The content is no such file.
    """
    if not content.startswith(ZIP):  # which NumPy would take for a pickled object
        raise ValueError("it is no file in NumPy's format npz")
    found = np.load(io.BytesIO(content), allow_pickle=False)
    assert isinstance(found, NpzFile)
    return found
