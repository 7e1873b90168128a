. "$ATTACKS/lib.sh"
unshare --uts sh -c 'echo; sleep 5' >"$WORK/ready" &
undo "kill $! 2>/dev/null"
while [ ! -s "$WORK/ready" ]; do sleep 0.02; done
nsenter -t $! -u true
