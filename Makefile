# make help lists what can be made.

PREFIX ?= /usr/local
MODEL  ?= fixtures/digits-keras3/digits.h5

# What Swift needs to compile and link, then the C libraries. Names that Debian 12 and 13 have, and Ubuntu
# 22.04 and 24.04, or provide under others; g++ brings the libraries of the compiler of each.
PACKAGES ?= binutils ca-certificates g++ git libc6-dev libcurl4 libncurses6 \
  libsqlite3-0 libxml2 zlib1g-dev \
  pkg-config libopenblas-dev liblapacke-dev libhdf5-dev libzip-dev

SOURCES = Sources Tests Package.swift
PRODUCT ?= tiny-diagnose
PROGRAM = .build/release/tiny-diagnose
PACKAGING = Sources/python/packaging
PYTHON ?= python3

.PHONY: help demo test sanitize build lint install uninstall wheel deb dist packages clean

help:  ## List what can be made
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' Makefile | expand -t 10

demo: build  ## Build, then diagnose a network that ships with the sources
	$(PROGRAM) $(MODEL)

# Optimized: unoptimized, the tests take ten times as long. Every index and sum is checked all the
# same. The import check holds each module to the modules that Package.swift names for it.
OPTIMIZED = -c release -Xswiftc -enable-testing --scratch-path .build/tests
test: packages  ## Build and run all tests
	swift build $(OPTIMIZED) --build-tests --explicit-target-dependency-import-check error
	swift test $(OPTIMIZED) --skip-build --parallel
	@TINY_DIAGNOSE=$(CURDIR)/.build/tests/release/tiny-diagnose Tests/PythonTests/run $(PYTHON)

# Leaks are left out: all are the libraries' at exit.
SANITIZE = swift test -c release -Xswiftc -enable-testing --parallel
sanitize: packages  ## Run all tests under AddressSanitizer, then under ThreadSanitizer
	ASAN_OPTIONS=detect_leaks=0 \
	  $(SANITIZE) --sanitize=address -Xswiftc -use-ld=lld --scratch-path .build/address
	TSAN_OPTIONS=suppressions=$(CURDIR)/Tests/thread-sanitizer.txt \
	  $(SANITIZE) --sanitize=thread --scratch-path .build/thread

# With Swift's library inside: it starts a few milliseconds sooner, and needs no Swift to run. Other
# linkers than lld warn of functions in that library that nobody calls.
build: packages  ## Build the program, optimized
	swift build -c release --static-swift-stdlib -Xswiftc -use-ld=lld --product $(PRODUCT)

lint:  ## Check the layout of the sources
	@swift format --version >/dev/null 2>&1 || \
	  { echo "error: swift format: not found; it comes with Swift 6.2 or newer from swift.org" >&2; exit 1; }
	swift format lint --strict --recursive $(SOURCES)

install: build  ## Install the program, its manual pages and completions into PREFIX
	$(PACKAGING)/install.sh $(PROGRAM) $(DESTDIR)$(PREFIX)

uninstall:  ## Remove what was installed
	$(PACKAGING)/uninstall.sh $(DESTDIR)$(PREFIX)

# The program in it needs no library but the C and C++ ones; .build/static keeps what it is made from.
wheel: packages  ## Make the Python package that carries the program, in .build/dist
	$(PACKAGING)/wheel.sh .build/static .build/dist

deb: build  ## Make a package for this release of Debian or Ubuntu, in .build/dist
	$(PACKAGING)/deb.sh $(PROGRAM) .build/dist

dist: wheel  ## Make the wheel, a tarball and a Debian package of the static program
	$(PACKAGING)/deb.sh .build/static/tiny-diagnose .build/dist .build/static
	$(PACKAGING)/archive.sh .build/static .build/dist

clean:  ## Remove everything that was built
	rm -rf .build

# Asks dpkg first, so that nothing is fetched when everything is there.
packages:
	@command -v swift >/dev/null || \
	  { echo "error: swift: not found; it comes with Swift 6.2 or newer from swift.org" >&2; exit 1; }
	@command -v dpkg >/dev/null || exit 0; \
	present=$$(dpkg-query --show --showformat '$${db:Status-Status} $${Package}, $${Provides}\n' | \
	  sed -n 's/^installed //p' | tr , '\n' | sed 's/(.*//; s/^ *//; s/[: ].*$$//'); \
	missing=; for package in $(PACKAGES); do \
	  printf '%s\n' "$$present" | grep -qxF "$$package" || missing="$$missing $$package"; \
	done; \
	test -z "$$missing" && exit 0; \
	if [ "$$(id -u)" = 0 ]; then root=; \
	elif command -v sudo >/dev/null; then root=sudo; \
	else \
	  echo "error: these packages are missing, and installing them needs root:$$missing" >&2; \
	  echo "  apt-get install --no-install-recommends$$missing" >&2; exit 1; \
	fi; \
	echo "installing$$missing"; \
	$$root apt-get update -q && \
	  $$root env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $$missing || \
	  { echo "error: apt-get cannot install them; where there is a network, and as root:" >&2; \
	    echo "  apt-get install --no-install-recommends$$missing" >&2; exit 1; }
