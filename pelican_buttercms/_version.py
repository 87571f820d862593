"""The package's version; here, so that a layer below the plugin can name it."""

__version__ = "0.1.0"
