"""Log in by Pro Santé Connect: include ``hardening.integrations.pro_sante_connect.urls``."""
