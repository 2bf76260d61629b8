"""The logins of the portal: who may sign in, before anything is said about what he may see."""
