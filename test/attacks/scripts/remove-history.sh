. "$ATTACKS/lib.sh"
echo id >"$WORK/.bash_history"
rm "$WORK/.bash_history"
