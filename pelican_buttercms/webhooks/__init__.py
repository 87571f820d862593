"""What follows from a webhook? Its event, and the relay that turns it into a build."""
