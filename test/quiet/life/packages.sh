# Packages: installed, installed again, upgraded, removed; a vendor's, and those of Debian.
set -e
cd /srv/packages
dpkg --install ./quiet-demo_1.0.deb
quiet-demo
dpkg --install ./quiet-demo_1.1.deb
quiet-demo
dpkg --verify quiet-demo
dpkg --purge quiet-demo
if ! apt-get -q update; then
  echo 'packages of Debian are out of reach' >&2
  exit 75
fi
apt-get -q -y install --no-install-recommends cron openssh-server nginx-light </dev/null
apt-get -q -y install --reinstall coreutils passwd login </dev/null
apt-get -q -y install --only-upgrade tzdata ca-certificates libc-bin </dev/null
apt-get -q -y purge nginx-light </dev/null
apt-get -q -y autoremove --purge </dev/null
apt-get -q clean
