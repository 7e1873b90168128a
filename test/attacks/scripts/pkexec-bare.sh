. "$ATTACKS/lib.sh"
ln -s "$PROGRAM" "$WORK/pkexec"
"$PROGRAM" exec-bare "$WORK/pkexec"
