"""The pages of classes, groups, services, and what they are made of."""
