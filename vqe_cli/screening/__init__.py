"""Campaigns: many candidates, supervised one by one, every result kept.

```
candidates ─▶ Candidate ─audit─▶ Audited ─plan─▶ Task ─executor─▶ child ─spool─▶ store ─▶ export
```
"""
