"""What is not published: told apart under preview, and kept out of everything else."""
