"""DIIS with error vectors that depend on one another."""

from __future__ import annotations

import numpy as np
import pytest

from vqe_cli.chemistry.scf.extrapolation import extrapolation, least_squares

pytestmark = pytest.mark.quick


def equations_of(errors: np.ndarray) -> np.ndarray:
    found = np.ones((len(errors) + 1,) * 2)
    found[0, 0] = 0.0
    found[1:, 1:] = errors @ errors.T
    return found


@pytest.mark.parametrize("length", [1e-7, 1.0, 1e10])
def test_equal_errors_share_the_weight(length: float) -> None:
    """By hand: of weights with the sum one, equal ones are shortest."""
    weights = least_squares(equations_of(np.array([[length, 0.0]] * 2)))
    assert weights == pytest.approx([0.5, 0.5])


def test_errors_that_cancel_have_no_error_left() -> None:
    """By hand: (2, 0) and (-1, 0) cancel with the weights 1/3 and 2/3, and (0, 1) is not needed."""
    errors = np.array([[2.0, 0.0], [-1.0, 0.0], [0.0, 1.0]])
    assert least_squares(equations_of(errors)) == pytest.approx([1 / 3, 2 / 3, 0.0])


def test_a_singular_matrix_does_not_end_diis() -> None:
    """By hand: the weights −1, −1 and 3 leave the first component, which all errors share."""
    errors = 1e3 * np.array([[3.0, 3.0], [3.0, 3.0], [3.0, 2.0]])
    diis = extrapolation()()
    for error, fock in zip(errors, ([1.0], [3.0], [5.0]), strict=True):
        diis.push_err_vec(error)
        diis.push_vec(np.array(fock))
    diis._H = equations_of(errors)
    with pytest.raises((AttributeError, np.linalg.LinAlgError)):  # PySCF's own class
        super(type(diis), diis).extrapolate()
    assert diis.extrapolate() == pytest.approx([-1.0 - 3.0 + 3.0 * 5.0])


def test_errors_of_zero_are_left_to_pyscf() -> None:
    """By hand: without any error, equal weights are shortest."""
    errors = np.zeros((2, 3))
    diis = extrapolation()()
    for error, fock in zip(errors, ([1.0], [4.0]), strict=True):
        diis.push_err_vec(error)
        diis.push_vec(np.array(fock))
    diis._H = equations_of(errors)
    assert diis.extrapolate() == pytest.approx([2.5])
