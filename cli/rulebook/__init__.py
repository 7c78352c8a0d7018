"""`permanence rulebook`: packs looked at, checked and tried out, with no service and no database."""
