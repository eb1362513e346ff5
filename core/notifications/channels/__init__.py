"""The channels that leave the application: e-mail, web push, text messages."""
