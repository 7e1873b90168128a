. "$ATTACKS/lib.sh"
/bin/nc -w 1 127.0.0.1 1 || true
