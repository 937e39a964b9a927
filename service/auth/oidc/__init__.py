"""Sign-in at an identity provider with OpenID Connect: authorization code flow with PKCE, state and nonce.

``provider`` speaks to it, ``id_token`` judges what it says, ``flow`` remembers who was sent there, ``roles`` reads which
group holds which role, ``people`` finds the account.
"""
