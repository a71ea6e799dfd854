"""What several folders of tests share: servers that follow a script, and one way to make a call in several modes."""
