"""What a few clients can do to everybody else: each way of holding threads or the queue, against running processes."""
