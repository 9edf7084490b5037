# What scripts need of Debian. To be sourced.

# Installs packages where that can be done: `install WHO PACKAGE …`, where WHO is the script that needs them.
install() (
    who=$1
    shift
    if ! command -v apt-get >/dev/null || [ "$(id -u)" -ne 0 ]; then
        echo "$who: it needs these, and only root on Debian can be given them here: $*" >&2
        exit 1
    fi
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        # Debian starts a service as it installs it; this forbids that. Whoever needs one starts its own, on free ports.
        trap 'rm -f "$policy"' EXIT
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
    fi
    apt-get update
    DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "$@" </dev/null
)
