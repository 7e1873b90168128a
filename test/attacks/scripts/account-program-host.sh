. "$ATTACKS/lib.sh"
useradd --help >/dev/null
