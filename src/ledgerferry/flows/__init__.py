"""The flows: each use of the ferry as one walk of observe, plan, apply, settle."""
