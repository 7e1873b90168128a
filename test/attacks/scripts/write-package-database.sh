. "$ATTACKS/lib.sh"
if [ -d /var/lib/rpm ]; then folder=/var/lib/rpm; else folder=/var/lib/dpkg; fi
harmless "$folder"
echo attack >"$folder/falco-attack"
