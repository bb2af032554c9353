"""From fermions to qubits: operators, symmetries and circuits of excitations."""
