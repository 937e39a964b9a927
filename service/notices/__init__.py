"""What people and other systems are told about the way of a meeting: in the app, by e-mail, by webhook.

Never more than title, step and address: a notice leaves the service by ways that a draft must not take.
"""
