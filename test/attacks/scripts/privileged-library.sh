. "$ATTACKS/lib.sh"
# su is made to load a module of PAM that is none.
harmless /etc
: >"$WORK/attack.so"
echo "auth sufficient $WORK/attack.so" >/etc/pam.d/su
su root -c true </dev/null 2>/dev/null || true
