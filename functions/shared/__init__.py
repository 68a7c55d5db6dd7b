"""Only what two rooms use: errors, contracts, the ledger, images, storage, AWS clients."""
