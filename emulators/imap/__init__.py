"""An IMAP server that shows what the mail server emulator kept for one address."""
