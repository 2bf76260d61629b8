"""The flows that combine slot, proof and session."""
