. "$ATTACKS/lib.sh"
harmless /var/log
echo line >/var/log/falco-attack.log
rm /var/log/falco-attack.log
