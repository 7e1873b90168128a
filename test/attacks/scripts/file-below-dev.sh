. "$ATTACKS/lib.sh"
undo 'rm -f /dev/falco-attack'
echo attack >/dev/falco-attack
