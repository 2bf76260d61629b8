"""How dates are written on the screens, by language."""
