. "$ATTACKS/lib.sh"
echo id >"$WORK/.bash_history"
: >"$WORK/.bash_history"
