"""Replies that come by e-mail, at signed addresses; off until the installation and the school both want it."""
