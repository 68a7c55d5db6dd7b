"""Only what two or more functions use: errors, contracts, state names, the ledger, images, storage, AWS clients."""
