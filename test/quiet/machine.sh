#!/bin/sh
# Turns this process, the first of its process and mount namespaces, into the first of a copy of the host whose changes
# are thrown away: all is written to memory. Network, devices and control groups are the host's.
#   machine.sh FOLDER COMMAND…
set -e
folder=$1
shift
mount -t tmpfs quiet "$folder"
mkdir "$folder/upper" "$folder/work" "$folder/root"
mount -t overlay quiet -o "lowerdir=/,upperdir=$folder/upper,workdir=$folder/work" "$folder/root"
cd "$folder/root"
mount -t proc proc proc
mount --rbind /sys sys
mount --rbind /dev dev
mount -t tmpfs quiet run
mount -t tmpfs quiet srv
mkdir -p run/lock run/sshd run/old
pivot_root . run/old
cd /
umount -l run/old
"$@"
