. "$ATTACKS/lib.sh"
as nginx spawn id -- -g 'daemon off;' >/dev/null
