"""Where people are reached, with what names them left out."""


def masked(endpoint: str) -> str:
    """Return an address, a phone number or a URL, fit for a screen that others see; ARNs name no person."""
    if endpoint.startswith("arn:"):
        return endpoint
    if "://" in endpoint:
        return f"{endpoint.partition('://')[0]}://{endpoint.split('/')[2].rpartition('@')[2]}/…"
    name, at, domain = endpoint.rpartition("@")
    return f"{name[:1]}…@{domain}" if at else f"…{endpoint[-2:]}"
