. "$ATTACKS/lib.sh"
timeout 1 ssh -o BatchMode=yes -o ConnectTimeout=1 192.0.2.1 2>/dev/null || true
