"""What can be done with sittings, outcomes and minutes: one file per verb."""
