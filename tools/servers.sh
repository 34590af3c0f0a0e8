#!/bin/sh
# The servers that pip cannot bring: installed where we may, named in one line where we may not.
missing=""
command -v mosquitto >/dev/null 2>&1 || [ -x /usr/sbin/mosquitto ] || missing="$missing mosquitto"
command -v influxd >/dev/null 2>&1 || missing="$missing influxdb"
command -v chromium-headless-shell >/dev/null 2>&1 || missing="$missing chromium-headless-shell"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ]; then as=""; elif sudo -n true 2>/dev/null; then as="sudo -n"; else
    echo "Not installed:$missing. The tests that need them are skipped; as root: apt-get install$missing"
    exit 0
fi
command -v apt-get >/dev/null 2>&1 || { echo "Not installed:$missing (no apt-get here); their tests are skipped"; exit 0; }
runs() { systemctl is-active --quiet "$1" 2>/dev/null || service "$1" status >/dev/null 2>&1; }
new=""
for unit in mosquitto influxdb; do
    case "$missing" in *$unit*) runs $unit || new="$new $unit" ;; esac
done
export DEBIAN_FRONTEND=noninteractive
wait="-o DPkg::Lock::Timeout=300" # a fresh machine often upgrades itself just then
$as apt-get $wait update -qq && $as apt-get $wait install -y -qq --no-install-recommends $missing >/dev/null ||
    echo "Could not install:$missing. Their tests are skipped."
# Debian starts what it installs; the tests start their own on free ports. What ran before goes on.
for unit in $new; do $as systemctl stop $unit 2>/dev/null; $as service $unit stop >/dev/null 2>&1; done
exit 0
