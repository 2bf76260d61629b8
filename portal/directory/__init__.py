"""The establishments and professionals that may look people up, and who acts for whom."""
