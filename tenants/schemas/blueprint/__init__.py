"""What an app's part of a school looks like, captured once from a template that Django migrated."""
