. "$ATTACKS/lib.sh"
as nc connect 127.0.0.1 1 -- -e /bin/sh 127.0.0.1 1
