. "$ATTACKS/lib.sh"
mkdir "$WORK/mount"
undo "umount $WORK/mount"
mount -t tmpfs tmpfs "$WORK/mount"
