. "$ATTACKS/lib.sh"
as nginx later 6 open /etc/shadow -- -g 'daemon off;'
