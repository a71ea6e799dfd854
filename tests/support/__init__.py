"""What the tests share: servers that do as they are told, and one way to make a call in several ways."""
