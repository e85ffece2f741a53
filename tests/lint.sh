#!/bin/bash
# lint.sh: make lint. Format, forbidden calls, no questionnaire in C, who may call
# whom, -Werror of the release flags, cppcheck, clang-tidy, the shell scripts. Runs
# them all and says at the end which found something.
set -euo pipefail
cd "$(dirname "$0")/.."
unset MAKEFLAGS MFLAGS MAKELEVEL
build=$(realpath -m "${BUILD:-build}")

deploy/packages.sh build lint

mapfile -t sources < <(find server press tools -name '*.c' | sort)
mapfile -t headers < <(find server press tools -name '*.h' | sort)
mapfile -t formatted < <(find server press tools tests bench -name node_modules -prune -o -name '*.[ch]' -print | sort)
mapfile -t scripts < <(find .ci deploy tests bench -name node_modules -prune -o \( -name '*.sh' -o -path .ci/run \) -print 2>/dev/null | sort)
failures=()

# check NAME COMMAND…
check() {
  local name=$1 from=$SECONDS
  shift
  if "$@"; then
    echo "lint: $name: ok ($((SECONDS - from)) s)"
  else
    echo "lint: $name: FAILED"
    failures+=("$name")
  fi
}

format() {
  clang-format --dry-run -Werror "${formatted[@]}"
}

# Calls that cannot bound what they write, that hide an error, or that keep
# state between threads.
forbidden() {
  local calls='strcpy|stpcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|atoll|atof|alloca|system|popen|rand|srand|tmpnam|mktemp|gmtime|localtime|asctime|ctime|setlocale'
  ! grep -nE "(^|[^A-Za-z0-9_.>])($calls)[[:space:]]*\(" "${sources[@]}" "${headers[@]}"
}

# All questionnaires are data: none of Bilag 8's questions is known by name, not even in a
# comment.
question_ids() {
  ! grep -rnE '\<q([1-9]|10)(_[a-z0-9]+)?\>' server press tools
}

compile() {
  make -s VARIANT=lint "BUILD=$build" "-j$(nproc)" all
}

# Without the system's headers cppcheck takes bsearch for an int, and glibc's
# NULL has the size of a pointer; the compiler sees to both.
static_analysis() {
  cppcheck --quiet --std=c11 --language=c -Iserver "-j$(nproc)" --error-exitcode=1 --inline-suppr \
    --enable=warning,performance,portability --suppress=missingInclude \
    --suppress=unknownMacro --suppress=CastIntegerToAddressAtReturn --suppress=varFuncNullUB \
    "${sources[@]}"
}

# Four files a process, so that two processors stay busy to the end.
tidy() {
  local flags
  flags=$(make -s print-flags)
  export flags
  # shellcheck disable=SC2016 # the inner shell's own dollars
  printf '%s\0' "${sources[@]}" | xargs -0 -n 4 -P "$(nproc)" \
    sh -c 'exec clang-tidy --quiet "$@" -- $flags 2>/dev/null' sh
}

check 'who may call whom' tests/layers.sh
check 'shell scripts' shellcheck "${scripts[@]}"
if [ ${#sources[@]} -gt 0 ]; then
  check 'forbidden calls' forbidden
  check 'no questionnaire in C' question_ids
  check format format
  check 'release build with -Werror' compile
  check cppcheck static_analysis
  check clang-tidy tidy
fi

if [ ${#failures[@]} -gt 0 ]; then
  (IFS=,; echo "lint: failed: ${failures[*]}")
  exit 1
fi
echo 'lint: ok'
