. "$ATTACKS/lib.sh"
: >"$WORK/.hidden"
