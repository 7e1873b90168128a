. "$ATTACKS/lib.sh"
# Only within one file system can a file be moved in one step.
from=/falco-attack-$$ to=/etc/falco-attack-moved
undo "rm -f $from $to"
echo '# attack' >"$from"
mv "$from" "$to"
