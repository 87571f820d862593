"""What build runners share through object storage: content-addressed, the pointer last."""
