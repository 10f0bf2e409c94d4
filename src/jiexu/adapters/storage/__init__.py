"""Where sealed attachments lie: behind the port `Store`."""
