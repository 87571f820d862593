"""What do the words of drafts mean to this account? Learnt from its content, and checked."""
