# The steps that kernelspec/start and Tests/run share. Each prints one line; one that fails says what to do.

martlet_log=$(mktemp "${TMPDIR:-/tmp}/martlet-setup.XXXXXX")
trap 'rm -f "$martlet_log"' EXIT

# step WHAT ADVICE COMMAND...: runs a command quietly and prints one line; when it fails, its last lines and the advice.
step() {
    local what=$1 advice=$2 begun=$SECONDS
    shift 2
    [ ! -t 1 ] || printf '  … %s' "$what"
    if "$@" >"$martlet_log" 2>&1 </dev/null; then
        [ ! -t 1 ] || printf '\r\033[K'
        printf '  ✓ %s (%d s)\n' "$what" $((SECONDS - begun))
    else
        [ ! -t 1 ] || printf '\r\033[K'
        printf '  ✗ %s\n' "$what"
        tail -n 30 "$martlet_log" | sed 's/^/      /'
        printf '    %s\n' "$advice"
        exit 1
    fi
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# system_packages NAME...: installs the Debian packages that are missing.
system_packages() {
    local missing=() name
    for name in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
    done
    if [ ${#missing[@]} -eq 0 ]; then
        printf '  ✓ system packages\n'
    elif ! command -v apt-get >/dev/null; then
        printf '  ✗ system packages\n    Install what Debian calls %s, then run this again.\n' "${missing[*]}"
        exit 1
    else
        step "system packages: ${missing[*]}" "Install them by hand: apt-get install ${missing[*]}" \
            install_packages "${missing[@]}"
    fi
}

install_packages() {
    export DEBIAN_FRONTEND=noninteractive
    as_root apt-get update && as_root apt-get install -y --no-install-recommends "$@"
}

# toolchain: checks that Swift 6.2 or newer is there, and that it compiles, links and runs a program.
toolchain() {
    local version
    if ! command -v swiftc >/dev/null; then
        printf '  ✗ Swift toolchain\n    Install Swift 6.2 or newer (swift.org/install) and put its usr/bin on PATH.\n'
        exit 1
    fi
    # A toolchain that was only unpacked lacks libraries and headers of the system.
    compiles >/dev/null 2>&1 || system_packages g++ libcurl4-openssl-dev libedit-dev libncurses-dev libsqlite3-dev \
        libxml2-dev tzdata zlib1g-dev
    version=$(swiftc --version 2>/dev/null | sed -n 's/.*Swift version \([0-9.]*\).*/\1/p' | head -n 1) || true
    case $version in
        [1-5].* | 6.[01] | 6.[01].*)
            printf '  ✗ Swift toolchain %s\n    Martlet needs Swift 6.2 or newer: swift.org/install\n' "$version"
            exit 1 ;;
    esac
    step "Swift toolchain $version" "It must compile and run a program: see swift.org/install for what it needs." compiles
}

compiles() {
    local folder result=0
    folder=$(mktemp -d "${TMPDIR:-/tmp}/martlet-setup.XXXXXX")
    printf 'import Foundation\nprint(Data([1, 2]).count)\n' >"$folder/program.swift"
    swiftc "$folder/program.swift" -o "$folder/program" && "$folder/program" || result=$?
    rm -rf "$folder"
    return $result
}

# python_environment DIR REQUIREMENT...: a virtual environment that has the named Python packages.
python_environment() {
    local directory=$1 wanted name
    shift
    wanted=$(printf '%s\n' "$@"; for name in "$@"; do [ ! -f "$name" ] || cat "$name"; done)
    [ "$(cat "$directory/wanted" 2>/dev/null)" != "$wanted" ] || return 0
    python3 -m venv "$directory" && "$directory/bin/pip" install --quiet --disable-pip-version-check "$@" &&
        printf '%s\n' "$wanted" >"$directory/wanted"
}
