. "$ATTACKS/lib.sh"
/bin/wget -q -O /dev/null http://127.0.0.1:1/ || true
