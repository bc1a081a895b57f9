# The front door. Everything is built by Meson into build/; these are the commands a person needs.
#   make        build build/didymium          make test      every test; the last line counts them
#   make run    set up, build, first screen   make install   PREFIX=/usr/local DESTDIR=
#   make bench  the benchmarks                make format, lint, sanitize, clean
# make run SCENARIO=scenarios/world-baseline.yaml DRAWS=0 runs another scenario, or without futures. Without DRAWS it asks
# for 10,000 of them on a terminal, where they can be watched, and for 64 where its output goes elsewhere. Ctrl-C ends with
# those that are done, the next make run goes on from there.
# SETUP goes to Meson when build/ is made: make SETUP=-Dwerror=true

PREFIX ?= /usr/local
SCENARIO ?= scenarios/floor-package-uncertain.yaml
DRAWS ?=
SETUP ?=

.PHONY: all run test install bench format lint sanitize clean
all: build/build.ninja
	@ninja -C build --quiet > build/ninja.log 2>&1 || { cat build/ninja.log; exit 1; }
	@grep -v 'no work to do' build/ninja.log || true

# The screen is kept in the folder of the run: it is solved again when the program, the data, a deal or a scenario has
# changed since, and goes on where it was stopped or DRAWS asks for more. On a terminal the figures come first, and the
# ranges into the same rows as futures are solved.
run: all
	@draws=$(DRAWS); \
	[ -n "$$draws" ] || { [ -t 1 ] && draws=10000 || draws=64; }; \
	[ "$$draws" = 0 ] && draws= || draws="--draws $$draws"; \
	build/didymium run $(SCENARIO) $$draws --if-changed

test: build/build.ninja
	@scripts/run-tests build

# System packages are looked at when there is no stamp yet or their list has changed.
build/.packages: scripts/install-dependencies
	@scripts/install-dependencies
	@mkdir -p build && touch $@

build/build.ninja: | build/.packages
	@meson setup build --prefix $(PREFIX) $(SETUP) > build/setup.log || { cat build/setup.log; exit 1; }

install: all
	@meson introspect build --buildoptions | grep -q '"name": "prefix", "value": "$(PREFIX)"' || \
	  meson configure build --prefix $(PREFIX)
	@DESTDIR=$(DESTDIR) meson install -C build --quiet

bench: all
	@OMP_NUM_THREADS=1 meson test -C build --benchmark --verbose

format:
	@git ls-files '*.c' '*.h' | xargs clang-format -i

lint: all
	@git ls-files 'src/*.c' | xargs clang-tidy -p build --quiet

# Address and undefined-behaviour sanitizers over every test.
sanitize: build/.packages
	@test -f build-sanitize/build.ninja || \
	  meson setup build-sanitize -Db_sanitize=address,undefined -Db_lundef=false -Dbench=false > /dev/null
	@scripts/run-tests build-sanitize

clean:
	rm -rf build build-sanitize
