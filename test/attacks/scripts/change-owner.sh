. "$ATTACKS/lib.sh"
harmless /usr/bin
chown 1 /usr/bin/env
