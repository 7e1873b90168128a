. "$ATTACKS/lib.sh"
as nginx spawn sh -c : -- -g 'daemon off;'
