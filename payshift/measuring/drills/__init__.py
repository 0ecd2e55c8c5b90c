"""What people get while a part of the installation is away, frozen or slow, and after it has come back."""
