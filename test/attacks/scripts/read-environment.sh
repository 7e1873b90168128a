. "$ATTACKS/lib.sh"
cat /proc/$$/environ >/dev/null
