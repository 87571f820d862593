"""What has to be written, and what stands against it? Compared field by field; nothing is sent."""
