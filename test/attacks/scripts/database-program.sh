. "$ATTACKS/lib.sh"
as mysqld spawn id -- --datadir=/var/lib/mysql >/dev/null
