"""What people do with messages. Import from the file that does it."""
