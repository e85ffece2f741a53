# Hjemsvar. The two commands are `make run` and `make test`; `make help` lists
# the rest. README.md says what they need and do.

BUILD   ?= build
PREFIX  ?= /usr/local
DESTDIR ?=
# release, test (ASan + UBSan), valgrind (plain, -O1), lint (release, apart) or fuzz (clang)
VARIANT ?= release

# ---- what is built, and where

ifeq ($(VARIANT),release)
  OUT := $(BUILD)
else
  OUT := $(BUILD)/$(VARIANT)
  WERROR ?= 1
endif

LIBRARY  := $(OUT)/libhjemsvar.a
PROGRAMS := $(OUT)/hjemsvar-server $(OUT)/hjemsvar
PRESS    := $(OUT)/hjemsvar-press

LIBRARY_OBJECTS := $(patsubst %.c,$(OUT)/obj/%.o,$(sort $(wildcard server/*/*.c)))
SERVER_OBJECTS  := $(patsubst %.c,$(OUT)/obj/%.o,$(wildcard server/main.c))
TOOLS_OBJECTS   := $(patsubst %.c,$(OUT)/obj/%.o,$(sort $(wildcard tools/*.c)))
PRESS_OBJECTS   := $(patsubst %.c,$(OUT)/obj/%.o,$(sort $(wildcard press/*.c)))

# Hashes of passwords are dear on purpose, but not to the end-to-end tests.
ifeq ($(VARIANT),test)
  SERVER_OBJECTS += $(OUT)/obj/tests/e2e/password_cost.o
endif

# The simulator of answers, and what measures the linkage with it.
SIMULATE_OBJECTS := $(patsubst %.c,$(OUT)/obj/%.o,bench/chance.c $(sort $(wildcard bench/simulate*.c)))
LINKAGE_OBJECTS  := $(patsubst %.c,$(OUT)/obj/%.o,$(sort $(wildcard bench/linkage*.c))) \
                    $(filter-out %_main.o,$(SIMULATE_OBJECTS))

# One Criterion program for each folder of tests/ that holds a *_test.c.
ROOMS  := $(sort $(patsubst tests/%/,%,$(dir $(wildcard tests/*/*_test.c))))
SUITES := $(addprefix $(OUT)/tests/,$(ROOMS))
TEST_OBJECTS := $(patsubst %.c,$(OUT)/obj/%.o,$(wildcard $(addprefix tests/,$(addsuffix /*.c,$(ROOMS)))))

# Fuzz targets, driven by corpora.c (make test), or by libFuzzer (make fuzz).
FUZZ_TARGETS := $(sort $(patsubst tests/fuzz/%_fuzz.c,%,$(wildcard tests/fuzz/*_fuzz.c)))
FUZZERS      := $(addprefix $(OUT)/fuzz/,$(FUZZ_TARGETS))
FUZZ_SHARED  := fuzz rows scene
ifneq ($(VARIANT),fuzz)
  FUZZ_SHARED += corpora starve
endif
FUZZ_OBJECTS := $(patsubst %,$(OUT)/obj/tests/fuzz/%.o,$(FUZZ_SHARED))

# Faults that the tests must find: tests/planted.sh.
PLANTED := $(patsubst tests/planted/%.c,$(OUT)/planted/%,$(wildcard tests/planted/*.c))

# ---- flags

PACKAGES := libmicrohttpd libpq libqrencode jansson libsodium libutf8proc libpcre2-8 zlib libbrotlienc libpng liboath libzip libxml-2.0
# What sets paper and draws is in hjemsvar-press alone, and in tests that look at drawings.
PRESS_PACKAGES := pangocairo librsvg-2.0

# Asked once, and only when something is compiled: pkg-config itself may still
# have to be installed when `make run` begins.
ask = $(or $(shell pkg-config $(1)),$(error pkg-config $(1) failed; hint: run deploy/packages.sh build))
PACKAGE_CFLAGS = $(eval PACKAGE_CFLAGS := $$(call ask,--cflags $(PACKAGES)))$(PACKAGE_CFLAGS)
PACKAGE_LIBS   = $(eval PACKAGE_LIBS := $$(call ask,--libs $(PACKAGES)))$(PACKAGE_LIBS)
PRESS_CFLAGS   = $(eval PRESS_CFLAGS := $$(call ask,--cflags $(PRESS_PACKAGES)))$(PRESS_CFLAGS)
PRESS_LIBS     = $(eval PRESS_LIBS := $$(call ask,--libs $(PRESS_PACKAGES)))$(PRESS_LIBS)

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
            -Wwrite-strings -Wformat=2 -Wswitch-enum -Wvla
ifeq ($(WERROR),1)
  WARNINGS += -Werror
endif

HARDENING := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fPIE
ifeq ($(shell uname -m),x86_64)
  HARDENING += -fcf-protection
endif

release_cflags   := -O2 -g $(HARDENING)
release_ldflags  := -pie -Wl,-z,relro,-z,now
lint_cflags      := $(release_cflags)
lint_ldflags     := $(release_ldflags)
# At a fixed place, for each of some thousand processes would else mend 140,000 addresses at its start.
test_cflags      := -O1 -g1 -fno-pie -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
test_ldflags     := -no-pie -fsanitize=address,undefined
valgrind_cflags  := -O1 -g
valgrind_ldflags :=
fuzz_cflags      := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all
fuzz_ldflags     := -fsanitize=address,undefined,fuzzer

CPPFLAGS_ALL = -Iserver -D_GNU_SOURCE $(PACKAGE_CFLAGS) $(CPPFLAGS)
CFLAGS_ALL   = -std=gnu17 -pthread $(WARNINGS) $($(VARIANT)_cflags) $(CFLAGS)
# A program loads the libraries that it uses: each test is a program that begins anew.
LDFLAGS_ALL  = -pthread -Wl,--as-needed $($(VARIANT)_ldflags) $(LDFLAGS)
LDLIBS_ALL   = $(PACKAGE_LIBS) -lcsv -lcrack -lreadstat -lxlsxwriter -lm $(LDLIBS)

# The sanitizers make compiling dear, and the tests themselves need be neither fast nor defined; but
# for the one that tries every table, and for the faults that are there to be found.
$(BUILD)/test/obj/tests/%.o: test_cflags += -O0 -fno-sanitize=undefined
$(BUILD)/test/obj/tests/planted/%.o: test_cflags += -fsanitize=undefined
$(BUILD)/test/obj/tests/survey/attack.o: test_cflags += -O2

# ---- the commands

# The scripts call make again; what was set for this one holds for that one too.
export BUILD ROOM ONLY CC CPPFLAGS CFLAGS LDFLAGS LDLIBS

.PHONY: all programs suites simulator run test valgrind lint bench attack linkage phone pictures format install deb clean help print-flags print-rooms planted faults fuzz fuzzers print-fuzzers

all: programs

programs: $(PROGRAMS) $(PRESS) $(LIBRARY)

suites: $(SUITES) $(PRESS)

simulator: $(OUT)/simulate $(OUT)/measure-linkage

planted: $(PLANTED)

fuzzers: $(FUZZERS)

run:
	@deploy/run.sh

test:
	@tests/run.sh

valgrind:
	@tests/run.sh --valgrind

lint:
	@tests/lint.sh

fuzz:
	@tests/fuzz.sh

bench:
	@deploy/packages.sh build run bench
	@$(MAKE) --no-print-directory all
	@bench/run.sh $(PARTS)

attack:
	@deploy/packages.sh build run attack
	@bench/attack.sh

linkage:
	@deploy/packages.sh build run
	@bench/linkage.sh

phone:
	@bench/phone.sh

pictures:
	@bench/pictures.sh

faults:
	@VARIANT=$(VARIANT) bench/faults.sh "$(SEED)" "$(SECONDS)"

format:
	clang-format -i $(wildcard server/*.[ch] server/*/*.[ch] press/*.[ch] tools/*.[ch] tests/*/*.[ch] bench/*.[ch])

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/hjemsvar
	install -m 0755 $(PROGRAMS) $(DESTDIR)$(PREFIX)/bin
	install -D -m 0755 -t $(DESTDIR)$(PREFIX)/libexec $(PRESS)
	cp -R templates migrations $(DESTDIR)$(PREFIX)/share/hjemsvar
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/hjemsvar/docs docs/openapi.json docs/questionnaire.schema.json docs/translation.schema.json
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/hjemsvar/docs/examples docs/examples/*.json
ifneq ($(PREFIX),/usr)
	@echo 'The programs look in /usr/share/hjemsvar; set HJEMSVAR_SHARE_DIR=$(PREFIX)/share/hjemsvar for them.'
endif

deb:
	@deploy/packages.sh build package
	@deploy/deb.sh $(BUILD)

clean:
	rm -rf $(BUILD)

help:
	@echo 'make            builds hjemsvar-server, hjemsvar and hjemsvar-press in $(BUILD)'
	@echo 'make run        installs what is missing, builds, starts a private PostgreSQL and the server'
	@echo 'make test       builds with ASan and UBSan and runs every test; ROOM=survey runs one room,'
	@echo '                ONLY=answer/* one suite of it (for ROOM=e2e: the files that begin so)'
	@echo 'make lint       format, clang-tidy, cppcheck, -Werror, the rule who may call whom'
	@echo 'make valgrind   the tests in C under valgrind (ROOM and ONLY as above)'
	@echo 'make fuzz       libFuzzer on each target of tests/fuzz for FUZZ_SECONDS (60); ONLY=mask one target'
	@echo 'make bench      docs/benchmarks.md: against nginx and pgbench, growth, memory, start, a day of a survey'
	@echo '                (half an hour, 20 GiB); PARTS="page day" measures these anew, PARTS=--quick tries the scripts'
	@echo 'make attack     slowhttptest, sqlmap, wapiti and 10,000 wrong codes against a private server (long)'
	@echo 'make linkage    how well repeats are found, on simulated answers: docs/linkage-figures.md'
	@echo 'make phone      what a parent waits for, on a phone: bytes, Lighthouse, slow network (Node 20)'
	@echo 'make pictures   docs/pictures/'
	@echo 'make faults     what kills, frozen databases and full disks cost: docs/faults.md (as root);'
	@echo '                SEED=number gives the same faults again, SECONDS=number as many more at random'
	@echo 'make format     clang-format on every source'
	@echo 'make install    DESTDIR and PREFIX (now $(PREFIX)) as usual'
	@echo 'make deb        a Debian package in $(BUILD)/'
	@echo 'make clean      removes $(BUILD)/; the data in var/ stays'

# The flags a source of the server is compiled with, for tests/lint.sh.
print-flags:
	@echo -std=gnu17 $(CPPFLAGS_ALL) $(PRESS_CFLAGS) $(filter-out -Werror,$(WARNINGS))

print-rooms:
	@echo $(ROOMS)

print-fuzzers:
	@echo $(FUZZ_TARGETS)

# ---- the rules

$(OUT)/hjemsvar-server: $(SERVER_OBJECTS) $(LIBRARY)
$(OUT)/hjemsvar: $(TOOLS_OBJECTS) $(LIBRARY)
$(PROGRAMS):
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LDLIBS_ALL)

$(OUT)/obj/press/%.o $(OUT)/obj/tests/output/%.o: CPPFLAGS_ALL += $(PRESS_CFLAGS)
$(PRESS) $(OUT)/tests/output: LDLIBS_ALL += $(PRESS_LIBS)
$(PRESS): $(PRESS_OBJECTS) $(LIBRARY)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LDLIBS_ALL)

# A seed gives the same answers on a machine that could multiply and add in one.
$(OUT)/obj/bench/%.o: CFLAGS_ALL += -ffp-contract=off

$(OUT)/simulate: $(SIMULATE_OBJECTS) $(LIBRARY)
$(OUT)/measure-linkage: $(LINKAGE_OBJECTS) $(LIBRARY)
$(OUT)/simulate $(OUT)/measure-linkage:
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LDLIBS_ALL)

# Made anew each time, so that a source that is gone leaves nothing in it.
$(LIBRARY): $(LIBRARY_OBJECTS)
	@mkdir -p $(@D)
	@rm -f $@
	$(AR) rcs $@ $^

$(OUT)/obj/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(PLANTED): $(OUT)/planted/%: $(OUT)/obj/tests/planted/%.o $(OUT)/obj/tests/criterion/libgit2.o
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ -lcriterion

# Jansson's reader fails as a whole, or not at all: tests/fuzz/starve.c.
$(BUILD)/test/fuzz/%: LDFLAGS_ALL += -Wl,--wrap=json_loads,--wrap=json_loadb

$(FUZZERS): $(OUT)/fuzz/%: $(OUT)/obj/tests/fuzz/%_fuzz.o $(FUZZ_OBJECTS) $(LIBRARY)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LDLIBS_ALL)

.SECONDEXPANSION:
$(SUITES): $(OUT)/tests/%: $$(patsubst $$(percent).c,$(OUT)/obj/$$(percent).o,$$(wildcard tests/$$*/*.c)) $(OUT)/obj/tests/criterion/libgit2.o $(LIBRARY)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ -lcriterion $(LDLIBS_ALL)
percent := %

-include $(patsubst %.o,%.d,$(LIBRARY_OBJECTS) $(SERVER_OBJECTS) $(TOOLS_OBJECTS) $(PRESS_OBJECTS) $(TEST_OBJECTS) $(LINKAGE_OBJECTS) $(SIMULATE_OBJECTS) $(FUZZ_OBJECTS) $(patsubst %,$(OUT)/obj/tests/fuzz/%_fuzz.o,$(FUZZ_TARGETS)))
