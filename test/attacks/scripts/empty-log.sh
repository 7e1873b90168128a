. "$ATTACKS/lib.sh"
harmless /var/log
echo line >/var/log/falco-attack.log
: >/var/log/falco-attack.log
