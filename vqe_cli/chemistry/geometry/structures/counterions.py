"""Acids, bases and solvents in the salts, solvates and co-crystals of drugs."""

from __future__ import annotations

from functools import cache
from typing import Any

INORGANIC = """
    O N Cl Br I F S OO OS(=O)(=O)O OS(=O)O OS(=O)(O)=S O=[N+]([O-])O O=NO OP(=O)(O)O
    OP(=O)(O)OP(=O)(O)O OP(=O)(O)OP(=O)(O)OP(=O)(O)O OP=O OP(O)=O OB(O)O OB(O)OB(O)O OCl
    OCl(=O)(=O)=O OCl(=O)=O OBr(=O)=O OI(=O)=O OI(=O)(=O)=O F[B-](F)(F)F F[P-](F)(F)(F)(F)F
    F[Sb-](F)(F)(F)(F)F F[As-](F)(F)(F)(F)F F[Si-2](F)(F)(F)(F)F [N-]=[N+]=N N=[N+]=[N-]
    OS(=O)(=O)OO NS(=O)(=O)O O=[Mn](=O)(=O)O O=[Cr](=O)(O)O O=[Mo](=O)(O)O O=[W](=O)(O)O
    O=[Si](O)O O[Si](O)(O)O O=[Se](O)O FP(=O)(O)O II [I-](I)I Cl[Zn-2](Cl)(Cl)Cl
    Cl[Fe-](Cl)(Cl)Cl Cl[Fe](Cl)(Cl)Cl Cl[Al-](Cl)(Cl)Cl Cl[Cd-2](Cl)(Cl)Cl Cl[I]Cl
"""
"""Inorganic acids in protonated form; single atoms need not be listed."""

SMALL = """
    CO CCO CCCO CC(C)O CCCCO CCC(C)O CC(C)CO CC(C)(C)O OCCO CC(O)CO OCCCO OCC(O)CO COCCO CC(C)=O
    CCC(C)=O CC(C)CC(C)=O CC#N CS(C)=O CN(C)C=O CC(=O)N(C)C CN1CCCC1=O C1CCOC1 CC1CCCO1
    C1COCCO1 CCOCC COC(C)(C)C CCOC(C)=O COC(C)=O CC(C)OC(C)=O CCOC=O Cc1ccccc1 c1ccccc1
    Cc1ccccc1C Cc1cccc(C)c1 Cc1ccc(C)cc1 COc1ccccc1 Clc1ccccc1 CCCCC CCCCCC CCCCCCC C1CCCCC1
    ClC(Cl)Cl ClCCl ClCCCl ClC(Cl)(Cl)Cl O=C=O C[N+](=O)[O-] FC(F)(F)CO
    C=O OC=O CC(=O)O CCC(=O)O CCCC(=O)O CC(C)C(=O)O OC(=O)O OC(=O)C(=O)O OC(=O)C(F)(F)F
    OC(=O)CCl OC(=O)C(Cl)Cl OC(=O)C(Cl)(Cl)Cl CS(=O)(=O)O CCS(=O)(=O)O OS(=O)(=O)C(F)(F)F
    OCCS(=O)(=O)O COS(=O)(=O)O CCOS(=O)(=O)O N#CS SC#N N=C=S C#N OC#N
    FC(F)(F)S(=O)(=O)[N-]S(=O)(=O)C(F)(F)F FC(F)(F)S(=O)(=O)NS(=O)(=O)C(F)(F)F
"""
"""Solvents, and acids so small that they are always the counter-ion."""

LARGER = """
    OC(=O)c1ccccc1 OC(=O)c1ccccc1O OC(=O)c1ccc(O)cc1 OC(=O)c1cc(O)ccc1O OC(=O)c1ccc(N)cc1
    CC(=O)Nc1ccc(cc1)C(=O)O OC(=O)C(O)C(O)C(=O)O OC(=O)CC(O)(CC(=O)O)C(=O)O OC(=O)CCC(=O)O
    OC(=O)C=CC(=O)O OC(=O)CC(O)C(=O)O OC(=O)CC(=O)O OC(=O)CCCC(=O)O OC(=O)CCCCC(=O)O
    OC(=O)CCCCCCC(=O)O OC(=O)CCCCCCCCC(=O)O CC(O)C(=O)O OCC(=O)O OC(C(=O)O)c1ccccc1
    OCC(O)C(O)C(O)C(O)C(=O)O OCC(O)C(O)C(O)C(O)C(O)C(=O)O OC1OC(C(=O)O)C(O)C(O)C1O
    O=CC(O)C(O)C(O)C(O)C(=O)O OCC1OC(OC(C(O)CO)C(O)C(O)C(=O)O)C(O)C(O)C1O
    OCC(O)C1OC(=O)C(O)=C1O OC(=O)C(O)C(O)C(O)C(O)C(=O)O OS(=O)(=O)c1ccccc1
    Cc1ccc(cc1)S(=O)(=O)O OS(=O)(=O)c1ccc2ccccc2c1 OS(=O)(=O)c1cccc2ccccc12
    OS(=O)(=O)c1cccc2c(cccc12)S(=O)(=O)O OS(=O)(=O)CCS(=O)(=O)O Clc1ccc(cc1)S(=O)(=O)O
    OS(=O)(=O)c1cccc(c1)[N+](=O)[O-] CC(C)(N)CO CC(N)(CO)CO
    CC1(C)C2CCC1(CS(=O)(=O)O)C(=O)C2 OS(=O)(=O)NC1CCCCC1
    Oc1c(Cc2c(O)c(cc3ccccc23)C(=O)O)c2ccccc2cc1C(=O)O OC(=O)c1ccc2ccccc2c1O
    OC(=O)c1cc2ccccc2cc1O OC(=O)CNC(=O)c1ccccc1 OC(=O)c1cccnc1 OC(=O)c1ccncc1
    OC(=O)c1cc(=O)[nH]c(=O)[nH]1 OC(=O)C1CCC(=O)N1 NC(CC(=O)O)C(=O)O NC(CCC(=O)O)C(=O)O
    CC(=O)NCC(=O)O CC(=O)CCC(=O)O OC(=O)C(=O)CCC(=O)O CC(=O)C(=O)O OC(=O)CCc1ccccc1
    OC(=O)C=Cc1ccccc1 OC(=O)Cc1ccccc1 OC(=O)COc1ccccc1 CC1(C(=O)O)CCC(C(=O)O)C1(C)C
    CCCCCC(=O)O CCCCCCCC(=O)O CCCCCCCCCC(=O)O CCCCCCCCCCCC(=O)O CCCCCCCCCCCCCC(=O)O
    CCCCCCCCCCCCCCCC(=O)O CCCCCCCCCCCCCCCCCC(=O)O CCCCCCCCC=CCCCCCCCC(=O)O
    C=CCCCCCCCCC(=O)O CCCCCCCCCCCCOS(=O)(=O)O O=C1NS(=O)(=O)c2ccccc12 CC1=CC(=O)NS(=O)(=O)O1
    Cn1c2nc(Cl)[nH]c2c(=O)n(C)c1=O OC(=O)c1ccccc1C(=O)c1ccc(O)cc1 OC(=O)c1ccccc1C(=O)O
    O=C(OC(C(=O)O)C(OC(=O)c1ccccc1)C(=O)O)c1ccccc1
    Cc1ccc(cc1)C(=O)OC(C(=O)O)C(OC(=O)c1ccc(C)cc1)C(=O)O
    OCC(O)COP(=O)(O)O Oc1c(cc(cc1[N+](=O)[O-])[N+](=O)[O-])[N+](=O)[O-]
    CC(C)(C)C(=O)O OC(=O)CCCc1ccccc1 OS(=O)(=O)c1ccc(O)cc1 OC(=O)c1cc(O)c(O)c(O)c1
    [B-](c1ccccc1)(c1ccccc1)(c1ccccc1)c1ccccc1
    CNCC(O)C(O)C(O)C(O)CO CCNCC(O)C(O)C(O)C(O)CO NC(CO)(CO)CO C[N+](C)(C)CCO NCCO OCCNCCO
    OCCN(CCO)CCO NCCN CN CNC CN(C)C CCN CCNCC CCN(CC)CC CCN(C(C)C)C(C)C CC(C)N CC(C)(C)N
    C1CCC(CC1)NC1CCCCC1 NC1CCCCC1 c1ccc(CNCCNCc2ccccc2)cc1 c1ccc(CNCCc2ccccc2)cc1
    NCCCCC(N)C(=O)O NC(=N)NCCCC(N)C(=O)O NCCCC(N)C(=O)O NC(Cc1c[nH]cn1)C(=O)O NCC(=O)O
    OC(=O)C1CCCN1 C[N+](C)(C)CC(=O)[O-] CC(N)C(=O)O CN(C)CC(=O)O CN(C)CCO CCN(CC)CCO
    OCCN1CCCC1 C1CNCCN1 CN1CCNCC1 C1COCCN1 C1CCNCC1 C1CCNC1 c1c[nH]cn1 c1ccncc1 NCc1ccccc1
    CCCC[N+](CCCC)(CCCC)CCCC C[N+](C)(C)C CC[N+](CC)(CC)CC NC(N)=O NC(N)=N NC(=O)c1cccnc1
    NC(=O)c1ccncc1 c1cc(ccn1)-c1ccncc1 OCC(O)C(O)C(O)C(O)CO OCC1OC(O)C(O)C(O)C1O
    OCC(O)C(O)CO OCC(O)C(O)C(O)CO NC(CC(N)=O)C(=O)O NC(CCC(N)=O)C(=O)O CC(C)C(N)C(=O)O
    CC(C)CC(N)C(=O)O NC(CO)C(=O)O NC(Cc1ccccc1)C(=O)O C1CCC2=NCCCN2CC1 Cn1cc[n+](C)c1
"""
"""Acids, bases and co-formers that are sometimes drugs themselves."""


@cache
def small() -> frozenset[str]:
    """Keys (see `key_of`) of molecules that are never the parent of a salt or solvate."""
    return _keys(INORGANIC) | _keys(SMALL)


@cache
def larger() -> frozenset[str]:
    """Keys of molecules that are the parent only beside those of `small`."""
    return _keys(LARGER)


def key_of(fragment: Any) -> str:
    """A fragment's canonical SMILES without protonation, isotopes and stereochemistry.

    Args:
        fragment: The RDKit molecule of the fragment.
    """
    from rdkit import Chem
    from rdkit.Chem.MolStandardize.rdMolStandardize import Uncharger

    plain = Chem.Mol(fragment)
    for atom in plain.GetAtoms():
        atom.SetIsotope(0)
        atom.SetAtomMapNum(0)
    plain = Uncharger().uncharge(Chem.RemoveHs(plain))
    return str(Chem.MolToSmiles(plain, isomericSmiles=False))


def _keys(listed: str) -> frozenset[str]:
    from rdkit import Chem

    return frozenset(key_of(Chem.MolFromSmiles(smiles)) for smiles in listed.split())
