. "$ATTACKS/lib.sh"
mkdir "$WORK/.ssh"
echo nothing >"$WORK/.ssh/authorized_keys"
