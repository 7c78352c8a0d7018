"""The Outlook engine against the Graph emulator, in one process and on a clock that the test moves."""
