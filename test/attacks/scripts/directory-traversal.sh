. "$ATTACKS/lib.sh"
as nginx open /usr/share/doc/../../../etc/passwd -- -g 'daemon off;'
