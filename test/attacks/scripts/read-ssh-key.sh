. "$ATTACKS/lib.sh"
mkdir "$WORK/.ssh"
echo nothing >"$WORK/.ssh/id_rsa"
cat "$WORK/.ssh/id_rsa" >/dev/null
