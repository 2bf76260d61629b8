"""The reference third-party-payment portal: no security code beyond calls to the public API of hardening."""
