"""Joins the networks of two fits: what is drawn matters as much as the weights, so several fits are averaged."""

from dataclasses import replace

from functions.enhance.analysis.networks import Network, Networks


def joined(kept: Networks, added: Networks) -> Networks:
    """Return the networks of both, which see the same features, normalised as those of `kept`."""
    scale = kept.deviations / added.deviations
    shift = (kept.means - added.means) / added.deviations

    def rescaled(member: Network) -> Network:
        weights, biases = member.hidden_weights, member.hidden_biases
        return replace(member, hidden_weights=weights * scale[:, None], hidden_biases=biases + shift @ weights)

    return replace(kept, members=(*kept.members, *map(rescaled, added.members)))
