. "$ATTACKS/lib.sh"
grep -r 'BEGIN RSA PRIVATE KEY' "$WORK" || true
