. "$ATTACKS/lib.sh"
: >"$WORK/libnss_attack.so.2"
as sudo open "$WORK/libnss_attack.so.2" r -- id
