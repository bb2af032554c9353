"""Campaigns: many candidates, each computed in a supervised process, every result kept.

```
candidates ─▶ Candidate ─validate─▶ ValidatedCandidate ─plan─▶ PlannedCase ─▶ store
store ─▶ Task ─executor─▶ child ─spool─▶ store ─▶ export
```
"""
