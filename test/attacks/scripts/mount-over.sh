. "$ATTACKS/lib.sh"
in_own_mounts
echo attack >"$WORK/passwd"
mount --bind "$WORK/passwd" /etc/passwd
