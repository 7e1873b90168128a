. "$ATTACKS/lib.sh"
as mysqld connect 192.0.2.1 80 -- --datadir=/var/lib/mysql
