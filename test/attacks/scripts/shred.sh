. "$ATTACKS/lib.sh"
echo secret >"$WORK/secret"
shred "$WORK/secret"
