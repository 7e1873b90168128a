. "$ATTACKS/lib.sh"
echo >"$WORK/.bashrc"
cat "$WORK/.bashrc" >/dev/null
