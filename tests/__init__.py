"""Tests mirror the floors."""
