"""Accounts, sessions, tokens, rights, and what protects the browser."""

from service.auth.rights import Action, Principal, Role, Scope, require, require_role

__all__ = ["Action", "Principal", "Role", "Scope", "require", "require_role"]
