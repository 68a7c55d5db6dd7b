"""The API of the page: routes that check a request and call the operations of functions/operate; they decide nothing.

Its routers serve behind any resolver of Powertools: the page's server includes them, and so can a Lambda.
"""
