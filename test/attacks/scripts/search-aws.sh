. "$ATTACKS/lib.sh"
grep -r aws_secret_access_key "$WORK" || true
