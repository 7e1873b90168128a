. "$ATTACKS/lib.sh"
/bin/nc 127.0.0.1 1 -e /bin/true || true
