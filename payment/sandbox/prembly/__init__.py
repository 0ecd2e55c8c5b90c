"""The provider of identity checks, as docs.prembly.com has it."""
