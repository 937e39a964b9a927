"""引渡し: where packages may go, what was sent where and when, and what people do about it. Sending is workers/."""
