"""Campaigns: many candidates, supervised one by one, every result kept.

```
candidates ─▶ Candidate ─validate─▶ ValidatedCandidate ─plan─▶ PlannedCase ─▶ store
store ─▶ Task ─executor─▶ child ─spool─▶ store ─▶ export
```
"""
