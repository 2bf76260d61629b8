"""The demonstration: made-up people, a cast of professionals, and the command that runs it all."""
