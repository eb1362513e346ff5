"""Pages of accounts: `passage` between hosts and at the door, `account` for what one manages."""
