# Accounts: an administrator makes, changes and removes users.
set -e
groupadd builders
useradd --create-home --shell /bin/bash --groups builders carol
echo 'carol:Correct-horse-7' | chpasswd
usermod --append --groups users --comment 'Carol Example' carol
chage --maxdays 90 carol
passwd --quiet --lock carol
passwd --quiet --unlock carol
passwd --status carol
printf 'Correct-horse-8\nCorrect-horse-8\n' | passwd --quiet carol
gpasswd --delete carol users
su - carol -c 'id; ls -la; echo hello >note; cat note'
if command -v sudo >/dev/null; then
  sudo -u carol id
  sudo --list --other-user=carol || true
fi
getent passwd carol
userdel --remove carol
groupdel builders
pwck --read-only --quiet || true
