"""Looking after the store: is it whole, what is no longer needed, and how is it repaired?"""
