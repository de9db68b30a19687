"""What people read: rows that events bring up to date and that can be dropped and rebuilt."""
