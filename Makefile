# initwright: one Makefile, no recursion, no configure.  `make help` lists the targets.
VERSION = 0.1.0
PREFIX = /usr
LIBEXEC = $(PREFIX)/lib/initwright
MANDIR = $(PREFIX)/share/man
DESTDIR =

# APPLETS: the commands to build in; a static launcher alone is APPLETS=start-stop-daemon
ALL_APPLETS = $(sort $(basename $(notdir $(wildcard src/cmd/*.c))))
APPLETS = $(ALL_APPLETS)
# what a small machine runs, APPLETS='$(EMBEDDED)': its boot and its services; scripts are written, checked and ordered elsewhere
EMBEDDED = pidcheck rc service start-stop-daemon svrun
# DIALECT: what start-stop-daemon speaks unless told otherwise: dpkg, openrc or busybox
DIALECT = dpkg
# LINKS: the names that `make install` also links into $(PREFIX)/sbin; all: those that are not in ASIDE
LINKS =
# ASIDE: the names that others have too: their pages are in section 8initwright
ASIDE =
# ARCH: another architecture for `make static`, of ARCHES; Debian's gcc-TRIPLET compiles, musl-dev:ARCH is installed or below MUSL_ROOT
ARCH =
ARCHES = i386 armhf armel arm64 mipsel
MUSL_ROOT = build/musl
# FAMILY: whose function libraries `make install-libs` puts where scripts look for them: debian, redhat, suse, oe or busybox
FAMILY = debian

CC = gcc
MUSL_CC = musl-gcc
LIBS =

WARN = -Wall -Wextra -Wpedantic -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wvla -Wdate-time -Werror
COMMON = -std=c11 -D_GNU_SOURCE -DVERSION='"$(VERSION)"' -DDIALECT='"$(DIALECT)"' -DLIBEXEC='"$(LIBEXEC)"' -Isrc $(WARN) \
	-ffile-prefix-map=$(CURDIR)=. -ffunction-sections -fdata-sections
HARDEN = -O2 -g -fPIE -fstack-protector-strong -fstack-clash-protection -D_FORTIFY_SOURCE=2
HARDEN_LD = -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--gc-sections -Wl,--build-id=sha1
# -static-pie with musl-gcc makes a dynamic binary.  At a fixed address constant tables of pointers need no relocation: they lie with the code, where
# nobody writes, and of .data and .bss little is left: there is nothing for RELRO to protect, and a start touches fewer pages
STATIC = $(SMALL) -fno-pie -fno-asynchronous-unwind-tables -fno-unwind-tables -fno-ident -fstack-protector-strong -idirafter build/muslinc
SMALL = -Os
STATIC_LD = -static -no-pie -Wl,-z,noseparate-code -Wl,-z,norelro -Wl,-z,noexecstack -Wl,--gc-sections -Wl,--build-id=none -s
# and those of these that a compiler and its C library know: calls in the way of printf(3) without registers for floating point, of which there is none here;
# no more room between tables than they need; the stack protector's word where fewer bytes reach it
WISHED = -mgeneral-regs-only -mskip-rax-setup -malign-data=abi -mstack-protector-guard=global
known = $(shell mkdir -p build; for f in $(WISHED); do \
	echo 'int main(void) { return 0; }' | $(1) -static -fstack-protector-all -Werror $$f -x c -o build/probe - 2>/dev/null && echo $$f; done; rm -f build/probe)
MACHINE = $(eval MACHINE := $$(call known,$(MUSL_CC)))$(MACHINE)
SAN = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

LIB_SRC = $(wildcard src/base/*.c src/os/*.c src/svc/*.c src/boot/*.c src/gen/*.c)
# COLD: commands that may take a third of a millisecond more to begin: what is constant in them and in COLD_PARTS, which no other command
# has, is deflated in a static program.  Empty: nothing is, for a linker that is not GNU's
COLD = bootchart chkconfig initgen initlint initorder insserv install_initd invoke-rc.d update-rc.d
COLD_PARTS = base/calendar base/linediff os/room svc/provision svc/unitfile $(patsubst src/%.c,%,$(filter-out src/gen/parts.c,$(wildcard src/gen/*.c))) \
	$(addprefix boot/,chart depend deploy explain journal lex lex_cursor lexer trial verify xinetd) $(patsubst src/%.c,%,$(wildcard src/boot/lint*.c))
TOP_SRC = src/main.c src/applet.c src/applets.c
CMD_SRC = $(addprefix src/cmd/,$(addsuffix .c,$(APPLETS)))
ALL_SRC = $(LIB_SRC) $(TOP_SRC) $(CMD_SRC)
objs = $(patsubst src/%.c,build/$(1)/%.o,$(2))

DYN_BIN = build/bin/initwright
STATIC_BIN = build/static$(ARCH:%=-%)/bin/initwright
ASAN_BIN = build/asan/bin/initwright

.PHONY: all static cross asan harness debs musl-devs machine-debs unit-tests install install-completion install-libs check check-fast check-systems check-packages bench lint \
	dist dist-static clean help FORCE
.DELETE_ON_ERROR:
.SUFFIXES:

all: $(DYN_BIN) build/bin/exampled
static: $(STATIC_BIN)
cross: $(ARCHES:%=build/static-%/bin/initwright)
asan: $(ASAN_BIN)

# `make -j clean all` means: first the one, then the other
ifneq ($(filter clean,$(MAKECMDGOALS)),)
.NOTPARALLEL:
endif

help:
	@echo 'all            the commands, hardened, in build/bin (the default)'
	@echo 'static         the same, static with musl, in build/static/bin'
	@echo '               APPLETS='\''$$(EMBEDDED)'\'' for what a small machine runs'
	@echo '               ARCH=armhf for another machine; "make cross" for all of: $(ARCHES)'
	@echo 'asan           the same, under the address and undefined-behaviour sanitizers, in build/asan/bin'
	@echo 'install        to $$(DESTDIR)$$(LIBEXEC), and LINKS="service ..." to $$(DESTDIR)$$(PREFIX)/sbin'
	@echo 'install-completion  for bash, zsh and fish: for LINKS where the shells look, for the others below $$(LIBEXEC)'
	@echo 'install-libs   the function libraries of FAMILY (debian redhat suse oe busybox) where its scripts look for them'
	@echo 'check          every test: units, commands in three builds, real daemons, lint'
	@echo 'check-fast     unit tests and lint'
	@echo 'check-systems  the long tests: whole systems, packages, an old kernel'
	@echo 'check-packages real packages in a Debian sysvinit root, with our installers and with its own'
	@echo 'lint           the house rules'
	@echo 'debs           fetch the real daemons for check, as root on Debian'
	@echo 'bench          what commands cost'
	@echo 'musl-devs      fetch musl for ARCHES, as root on Debian'
	@echo 'dist           a source archive in build/'
	@echo 'dist-static    an archive of the static build (ARCH) in build/, to be unpacked in /'
	@echo 'clean          remove build/'
	@echo 'variables: CC MUSL_CC CFLAGS LDFLAGS PREFIX DESTDIR APPLETS LINKS FAMILY ARCH VERSION V=1'

# --- the list of commands, rewritten only when it changes ---
symbols = $(subst -,_,$(subst .,_,$(1)))
build/gen/applets.def: FORCE
	@mkdir -p build/gen
	@printf 'X(%s)\n' $(call symbols,$(sort $(APPLETS))) > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

build/muslinc:
	@mkdir -p $@
	@for d in linux asm-generic; do ln -sfn /usr/include/$$d $@/$$d; done
	@ln -sfn /usr/include/$(shell $(CC) -dumpmachine)/asm $@/asm

# --- objects: one rule a build; V=1 shows the whole commands ---
Q = $(if $(V),,@echo '  $(1) $@';)
build/dyn/%.o: src/%.c Makefile | build/gen/applets.def
	@mkdir -p $(@D)
	$(call Q,CC)$(CC) $(COMMON) $(HARDEN) -Ibuild/gen $(CFLAGS) -MMD -MP -c -o $@ $<
build/static/obj/%.o: src/%.c Makefile | build/gen/applets.def build/muslinc
	@mkdir -p $(@D)
	$(call Q,CC)$(MUSL_CC) $(COMMON) $(STATIC) $(MACHINE) -Ibuild/gen $(CFLAGS) -MMD -MP -c -o $@ $<
build/asan/obj/%.o: src/%.c Makefile | build/gen/applets.def
	@mkdir -p $(@D)
	$(call Q,CC)$(CC) $(COMMON) $(SAN) -Ibuild/gen $(CFLAGS) -MMD -MP -c -o $@ $<
build/dyn/applets.o build/static/obj/applets.o build/asan/obj/applets.o: build/gen/applets.def

# shell that goes into scripts we generate: the parts of all files, "#: PART" made "#: FILE PART", compressed, as numbers
build/gen/gen/parts.inc: $(sort $(wildcard src/gen/*.sh)) Makefile
	@mkdir -p $(@D)
	@for f in $(filter %.sh,$^); do n=$${f##*/}; sed -n "s/^#: /&$${n%.sh} /; /^#: /,\$$p" $$f; done | gzip -9n | od -An -v -tu1 | sed 's/ *\([0-9]\)  */\1, /g; s/$$/,/' > $@
build/dyn/gen/parts.o build/static/obj/gen/parts.o build/asan/obj/gen/parts.o: build/gen/gen/parts.inc
-include $(wildcard build/dyn/*.d build/dyn/*/*.d build/static/obj/*.d build/static/obj/*/*.d build/asan/obj/*.d build/asan/obj/*/*.d build/tests/*/*.d)

# what the program can be called: the commands and their other names, read from the source, for it may be one for another machine
ALIASES_OF = sed -n '/^static const char \*const \(names\)*\(aliases\)*\[\] = {/{s/.*{//; s/NULL.*//; s/[",]//g; p;}'
NAMES = $(APPLETS) $(shell $(ALIASES_OF) $(CMD_SRC))
LINKED = $(if $(filter all,$(LINKS)),$(filter-out $(ASIDE),$(NAMES)) initwright,$(LINKS))
# a link per command; names that are no longer commands go away
define link-names
	@for n in $(NAMES); do ln -sfn initwright $(@D)/$$n; done
	@for l in $(@D)/*; do case " $(NAMES) " in *" $${l##*/} "*) ;; *) [ ! -L "$$l" ] || rm -f "$$l" ;; esac; done
endef
$(DYN_BIN): $(call objs,dyn,$(ALL_SRC) src/cold_none.c)
	@mkdir -p $(@D)
	$(call Q,LD)$(CC) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(LIBS)
	$(link-names)
# what a launcher runs comes first, with what it needs of the C library, and lies together: a start touches a page less for each sixteen
NEAR_SRC = $(TOP_SRC) src/cold_none.c src/cmd/start-stop-daemon.c $(wildcard src/base/*.c src/svc/launch*.c src/svc/match*.c) \
	$(patsubst %,src/os/%.c,clock cred fd file lock proc procref session sig) $(patsubst %,src/svc/%.c,child pidfile schedule)
NEAR = $(NEAR_SRC:src/%.c=%.o)
# then what runs a command or a service by what a unit says
NEXT_SRC = $(patsubst %,src/os/%.c,caps keyring rlimit userfile users) src/cmd/privdrop.c src/cmd/setuidgid.c \
	$(patsubst %,src/svc/%.c,cglimit confine context drop dropunit envfile sandbox service specifier unit unitconfine unitkeys unitsched unitset unitvalue words)
NEXT = $(NEXT_SRC:src/%.c=%.o)
near = $(filter $(addprefix %/,$(NEAR)),$(1)) -lc $(filter $(addprefix %/,$(NEXT)),$(1)) \
	$(filter-out $(addprefix %/,$(NEAR) $(NEXT)),$(1))
# all else, and what a launcher does once, is as small as the compiler makes it, a little slower; gcc knows -Oz from 12 on
SMALLEST = $(eval SMALLEST := $$(shell $(if $(ARCH),$(gnu_$(ARCH))-gcc,$(MUSL_CC)) -Oz -E -x c /dev/null >/dev/null 2>&1 && echo -Oz || echo -Os) \
	-fno-jump-tables -fno-optimize-sibling-calls -fno-thread-jumps -fno-caller-saves -fno-tree-dominator-opts)$(SMALLEST)
ONCE_SRC = src/main.c src/applet.c src/cmd/start-stop-daemon.c $(patsubst %,src/svc/launch_%.c,dialect io plan value) src/svc/schedule.c src/base/opt.c
FAR = $(patsubst src/%.c,obj/%.o,$(filter-out $(filter-out $(ONCE_SRC),$(NEAR_SRC)),$(ALL_SRC)))
$(FAR:%=build/static/%) $(foreach a,$(ARCHES),$(FAR:%=build/static-$(a)/%)): SMALL = $(SMALLEST)
# its texts lie with its tables, not among all other commands'
build/static/obj/svc/launch_dialect.o: STATIC += -fno-merge-constants
# whether anything is cold, and what goes before the command that links then
COLD_SRC = $(if $(filter $(COLD),$(APPLETS)),src/cold.c,src/cold_none.c)
link-cold = $(if $(filter src/cold.c,$(COLD_SRC)),src/cold.sh $@ $(1)/cold '$(COLD:%=cmd/%) $(COLD_PARTS)')
# build/only: for a build with fewer APPLETS that is to stand beside the whole one
build/static/bin/initwright build/only/initwright: $(call objs,static/obj,$(ALL_SRC) $(COLD_SRC)) src/cold.sh
	@mkdir -p $(@D)
	$(call Q,LD)$(call link-cold,build/static) $(MUSL_CC) $(STATIC_LD) $(LDFLAGS) -o $@ $(call near,$(filter %.o,$^))
	$(link-names)

# --- static builds for other machines: a cross compiler of Debian's, told by musl's specs to know nothing of glibc ---
gnu_i386 = i686-linux-gnu
musl_i386 = i386-linux-musl
gnu_armhf = arm-linux-gnueabihf
musl_armhf = arm-linux-musleabihf
gnu_armel = arm-linux-gnueabi
musl_armel = arm-linux-musleabi
gnu_arm64 = aarch64-linux-gnu
musl_arm64 = aarch64-linux-musl
gnu_mipsel = mipsel-linux-gnu
musl_mipsel = mipsel-linux-musl
# where musl-dev is: MUSL_ROOT, or nothing if it is installed
musl_root = $(if $(wildcard /usr/lib/$(musl_$(1))/libc.a),,$(MUSL_ROOT))
cross_cc = $(gnu_$(1))-gcc -specs build/cross/$(1)/musl.specs
define cross-rules
build/cross/$(1)/musl.specs:
	@mkdir -p $$(@D)/include
	@for d in linux asm asm-generic; do ln -sfn /usr/$(gnu_$(1))/include/$$$$d $$(@D)/include/$$$$d; done
	@sed 's,/usr/,$(call musl_root,$(1))&,g' $(call musl_root,$(1))/usr/lib/$(musl_$(1))/musl-gcc.specs >$$@
build/static-$(1)/obj/%.o: src/%.c Makefile | build/gen/applets.def build/cross/$(1)/musl.specs
	@mkdir -p $$(@D)
	$$(call Q,CC)$(cross_cc) $$(COMMON) $$(STATIC:build/muslinc=build/cross/$(1)/include) $$(machine_$(1)) -Ibuild/gen $$(CFLAGS) -MMD -MP -c -o $$@ $$<
machine_$(1) = $$(eval machine_$(1) := $$$$(call known,$(cross_cc)))$$(machine_$(1))
build/static-$(1)/obj/applets.o: build/gen/applets.def
build/static-$(1)/obj/gen/parts.o: build/gen/gen/parts.inc
build/static-$(1)/bin/initwright: $$(call objs,static-$(1)/obj,$$(ALL_SRC) $$(COLD_SRC)) src/cold.sh
	@mkdir -p $$(@D)
	$$(call Q,LD)$$(call link-cold,build/static-$(1)) $(cross_cc) $$(STATIC_LD) $$(LDFLAGS) -o $$@ $$(call near,$$(filter %.o,$$^))
	$$(link-names)
endef
$(foreach a,$(ARCHES),$(eval $(call cross-rules,$(a))))
-include $(wildcard build/static-*/obj/*.d build/static-*/obj/*/*.d)
$(ASAN_BIN): $(call objs,asan/obj,$(ALL_SRC) src/cold_none.c) tests/harness/asan_options.c
	@mkdir -p $(@D)
	$(call Q,LD)$(CC) $(SAN) $(LDFLAGS) -o $@ $^ $(LIBS)
	$(link-names)
build/bin/exampled: init.d/exampled.c Makefile
	@mkdir -p $(@D)
	$(call Q,CC)$(CC) -std=c11 -D_GNU_SOURCE $(WARN) $(HARDEN) $(HARDEN_LD) -ffile-prefix-map=$(CURDIR)=. -o $@ $<

# --- unit tests: tests/LAYER/MODULE.c is one program, linked with every module under the sanitizers ---
UNIT_SRC = $(wildcard tests/base/*.c tests/os/*.c tests/svc/*.c tests/boot/*.c tests/gen/*.c)
UNIT_BIN = $(patsubst tests/%.c,build/tests/%,$(UNIT_SRC))
LIB_ASAN = $(call objs,asan/obj,$(LIB_SRC))
build/tests/%: tests/%.c $(LIB_ASAN)
	@mkdir -p $(@D)
	$(call Q,CC)$(CC) $(COMMON) $(SAN) -MMD -MP -Itests -o $@ $< $(LIB_ASAN) $(LIBS) -lcmocka
unit-tests: $(UNIT_BIN)

# --- what tests stand on: tests/harness, and the commands in three builds ---
HARNESS = build/harness/throwaway build/harness/syslogd build/harness/oldkernel build/harness/heir build/harness/talker
HARNESS_CC = $(CC) -std=c11 -D_GNU_SOURCE $(WARN) -O2 -g
build/harness/throwaway: tests/harness/throwaway.c tests/harness/mounts.c tests/harness/mounts.h Makefile
	@mkdir -p $(@D)
	$(call Q,CC)$(HARNESS_CC) -o $@ $(filter %.c,$^)
build/harness/%: tests/harness/%.c Makefile
	@mkdir -p $(@D)
	$(call Q,CC)$(HARNESS_CC) -o $@ $<
harness: $(HARNESS)

# real daemons for tests/cmd/daemons.bats; they are installed in throw-away roots only
DEBS = redis-server nginx-light cron memcached dnsmasq openssh-server
musl-devs: harness
	@tests/harness/packages --arch "$(ARCHES)" build/musl-devs musl-dev
	@mkdir -p $(MUSL_ROOT)
	@for d in build/musl-devs/*.deb; do dpkg-deb -x "$$d" $(MUSL_ROOT) || exit 1; done
debs: harness
	@tests/harness/packages build/debs $(DEBS) || [ "$$CI" != true ]

LINT = $(sort $(wildcard tests/lint/*.sh))
BATS = $(sort $(wildcard tests/base/*.bats tests/os/*.bats tests/svc/*.bats tests/boot/*.bats tests/gen/*.bats \
	tests/cmd/*.bats tests/lib/*.bats tests/harness/*.bats tests/build/*.bats))
# what one test file may take, in seconds
TEST_LIMIT = 600
RUN = tests/run -t $(TEST_LIMIT)
check: all static asan unit-tests harness debs
	$(RUN) -v 'dyn asan static' $(UNIT_BIN) $(BATS) $(LINT) tests/conformance/check
check-fast: all unit-tests harness
	$(RUN) $(UNIT_BIN) $(LINT)
CORPUS_DEBS = $(shell sed '/^\#/d' tests/systems/corpus.packages)
INITD_DEBS = $(shell sed '/^\#/d' tests/systems/initd.packages)
SYSTEM_DEBS = sysvinit-core sysv-rc initscripts insserv startpar sysvinit-utils
FETCH_SYSTEM = tests/harness/packages --only build/debs-sysvinit $(SYSTEM_DEBS) || [ "$$CI" != true ]
MAKE_DAEMON_ROOT = tests/harness/daemon-root build/daemon-root || [ "$$CI" != true ]
MAKE_ORACLE_ROOT = [ -e build/oracle-root ] || { rm -rf build/oracle-root.new && tests/oracle/oracle root build/oracle-root.new >build/oracle-root.log 2>&1 && \
	mv build/oracle-root.new build/oracle-root; } || [ "$$CI" != true ]
# the machines of tests/systems/qemu.bats: busybox and a kernel each, and our static build, where there is a compiler for it
machine-debs: harness
	@tests/harness/packages --arch amd64 build/debs-qemu-amd64 busybox-static @linux-image-cloud-amd64 || [ "$$CI" != true ]
	@tests/harness/packages --arch armhf build/debs-qemu-armhf busybox-static @linux-image-armmp || [ "$$CI" != true ]
	@tests/harness/packages --arch arm64 build/debs-qemu-arm64 busybox-static @linux-image-arm64 || [ "$$CI" != true ]
	@tests/harness/packages --arch mipsel build/debs-qemu-mipsel busybox-static @linux-image-4kc-malta || [ "$$CI" != true ]
	@$(foreach a,armhf arm64 mipsel,! command -v $(gnu_$(a))-gcc >/dev/null || { [ -e $(MUSL_ROOT)/usr/lib/$(musl_$(a)) ] || $(MAKE) musl-devs; $(MAKE) static ARCH=$(a); } || exit 1;)
# what is run without each system call that is newer than Linux 3.10, one after the other
MAIN_COMMANDS = start-stop-daemon svrun privdrop rc pidcheck service update-rc.d
check-systems: all static harness machine-debs
	@$(FETCH_SYSTEM)
	@tests/harness/packages --only build/debs-corpus $(CORPUS_DEBS) || [ "$$CI" != true ]
	@tests/harness/packages build/debs-initd $(INITD_DEBS) || [ "$$CI" != true ]
	@$(MAKE_DAEMON_ROOT)
	@$(MAKE_ORACLE_ROOT)
	tests/run -t 1800 -v 'dyn static' $(sort $(wildcard tests/systems/*.bats))
	$(RUN) -v 'old denied' $(sort $(wildcard tests/cmd/*.bats))
	$(RUN) -v "$$(build/harness/oldkernel -l | sed 's/	.*//; s/^/without-/')" $(MAIN_COMMANDS:%=tests/cmd/%.bats)
check-packages: all harness
	tests/systems/debian-packages
	tests/systems/debian-scripts
lint: all harness
	$(RUN) $(LINT)

# what commands cost, side by side with the least that they could and with the installed peers; each script prints a table
BENCH = $(patsubst tests/bench/%.c,build/bench/%,$(wildcard tests/bench/*.c))
build/bench/timer: tests/bench/timer.c Makefile
	@mkdir -p $(@D)
	$(call Q,CC)$(HARNESS_CC) -o $@ $<
build/bench/true-static: tests/bench/true-static.c Makefile
	@mkdir -p $(@D)
	$(call Q,CC)$(CC) -O2 -static -s -o $@ $<
build/bench/limit-drop build/bench/spawn: tests/bench/limit-drop.h
build/bench/spawn: tests/bench/spawn.c $(call objs,static/obj,$(LIB_SRC)) Makefile
	@mkdir -p $(@D)
	$(call Q,CC)$(MUSL_CC) $(COMMON) $(STATIC) -o $@ $(filter-out Makefile %.h,$^) $(STATIC_LD)
build/bench/%: tests/bench/%.c Makefile | build/muslinc
	@mkdir -p $(@D)
	$(call Q,CC)$(MUSL_CC) -std=c11 -D_GNU_SOURCE $(WARN) -Os -idirafter build/muslinc -static -s -o $@ $<
# what the dynamic loader and the C library take
build/bench/limit-pass-dyn: tests/bench/limit-pass.c Makefile
	@mkdir -p $(@D)
	$(call Q,CC)$(CC) -std=c11 -D_GNU_SOURCE $(WARN) $(HARDEN) $(HARDEN_LD) -o $@ $<
# the peers come first: within a throw-away root nothing can be fetched
bench: all static harness $(BENCH) build/bench/limit-pass-dyn
	@tests/harness/packages --only build/debs-links insserv init-system-helpers || [ "$$CI" != true ]
	@$(FETCH_SYSTEM)
	@$(MAKE_DAEMON_ROOT)
	@for b in $(sort $(wildcard tests/bench/*.sh)); do build/harness/throwaway $$b || exit 1; done

# what the time in archives is
EPOCH = $(or $(SOURCE_DATE_EPOCH),$(shell git log -1 --format=%ct))
# the archive depends on the commit and on nothing else: sorted, owned by root, all times the commit's
DIST = initwright-$(VERSION)
dist:
	@mkdir -p build
	git -c core.quotePath=off ls-files -z | LC_ALL=C sort -z | tar --null -T - --transform 's,^,$(DIST)/,S' \
		--owner=0 --group=0 --numeric-owner --mode=go=rX,u+rw,a-s --mtime=@$(EPOCH) \
		--format=ustar -cf build/$(DIST).tar
	gzip -9nf build/$(DIST).tar
	@echo build/$(DIST).tar.gz
# the program, its names and the shell libraries; small machines read no manuals
DIST_STATIC = $(DIST)-static-$(or $(ARCH),$(shell uname -m))
dist-static: $(STATIC_BIN)
	rm -rf build/$(DIST_STATIC)
	$(MAKE) -s install BUILD=static DESTDIR=build/$(DIST_STATIC)
	rm -rf build/$(DIST_STATIC)$(MANDIR)
	install -D -m 644 LICENSE build/$(DIST_STATIC)$(LIBEXEC)/LICENSE
	tar -C build/$(DIST_STATIC) --sort=name --owner=0 --group=0 --numeric-owner --mode=go=rX,u+rw,a-s \
		--mtime=@$(EPOCH) --format=ustar -czf build/$(DIST_STATIC).tar.gz .$(LIBEXEC)
	rm -rf build/$(DIST_STATIC)
	@echo build/$(DIST_STATIC).tar.gz

# BUILD=static installs the musl build: its commands start three to four times faster, but know no users beyond /etc/passwd and /etc/group
BUILD = dyn
INSTALL_BIN = $(if $(filter static,$(BUILD)),$(STATIC_BIN),$(DYN_BIN))
install: $(INSTALL_BIN)
	install -d $(DESTDIR)$(LIBEXEC) $(DESTDIR)$(MANDIR)/man5 $(DESTDIR)$(MANDIR)/man7 $(DESTDIR)$(MANDIR)/man8
	install -m 755 $(INSTALL_BIN) $(DESTDIR)$(LIBEXEC)/initwright
	set -e; for n in $(NAMES); do ln -sfn initwright $(DESTDIR)$(LIBEXEC)/$$n; done
	install -m 644 $(wildcard $(APPLETS:%=src/cmd/%.8)) $(DESTDIR)$(MANDIR)/man8/
	install -m 644 src/initwright.5 $(DESTDIR)$(MANDIR)/man5/
	install -m 644 src/initwright.7 $(DESTDIR)$(MANDIR)/man7/
	set -e; cd $(DESTDIR)$(MANDIR)/man8; for n in $(filter $(APPLETS),$(ASIDE)); do mv $$n.8 $$n.8initwright; done; \
		for n in $(APPLETS); do page=$$n.8; [ -e $$page ] || page=$$n.8initwright; for a in $$($(ALIASES_OF) $(CURDIR)/src/cmd/$$n.c); do \
		case ' $(ASIDE) ' in *" $$a "*) ln -sfn $$page $$a.8initwright ;; *) ln -sfn $$page $$a.8 ;; esac; done; done
	[ -z '$(LINKED)' ] || install -d $(DESTDIR)$(PREFIX)/sbin
	set -e; for n in $(LINKED); do ln -sfn $(LIBEXEC)/initwright $(DESTDIR)$(PREFIX)/sbin/$$n; done
	set -e; for f in $(SHELL_LIBS); do install -d $(DESTDIR)$(LIBEXEC)/$${f%/*}; \
		sed 's,/usr/lib/initwright,$(LIBEXEC),g' $$f >$(DESTDIR)$(LIBEXEC)/$$f; \
		[ ! -x $$f ] || chmod 755 $(DESTDIR)$(LIBEXEC)/$$f; done

# a file for each name, as each shell loads it; this runs the program.  bash-completion has some names itself, and takes NAME.bash if it
# has not; completion of what is not on the PATH is not in the way of that of others
COMPLETE = $(CURDIR)/$(INSTALL_BIN) --completion
THEIRS = chkconfig invoke-rc.d update-rc.d
install-completion: $(INSTALL_BIN)
	set -e; for n in $(NAMES); do \
		case ' $(LINKED) ' in \
		*" $$n "*) to=$(DESTDIR)$(PREFIX)/share bash=bash-completion/completions zsh=zsh/vendor-completions fish=fish/vendor_completions.d; \
			case ' $(THEIRS) ' in *" $$n "*) file=$$n.bash ;; *) file=$$n ;; esac ;; \
		*) to=$(DESTDIR)$(LIBEXEC)/completion bash=bash zsh=zsh fish=fish file=$$n ;; \
		esac; \
		install -d $$to/$$bash $$to/$$zsh $$to/$$fish; \
		$(COMPLETE) bash | grep " $$n$$" >$$to/$$bash/$$file; \
		$(COMPLETE) zsh | sed -n "s/^compdef \('.*'\) $$n$$/#compdef $$n\neval \1/p" >$$to/$$zsh/_$$n; \
		$(COMPLETE) fish | grep "^complete -c $$n " >$$to/$$fish/$$n.fish; \
	done

# the function libraries: each says itself where the commands are
SHELL_LIBS = $(wildcard lib/*/*)
PLACES_debian = lsb/init-functions:/lib/lsb/init-functions init/vars.sh:/lib/init/vars.sh init/init-d-script:/lib/init/init-d-script
PLACES_redhat = rhel/functions:/etc/rc.d/init.d/functions
PLACES_suse = suse/rc.status:/etc/rc.status
PLACES_oe = oe/functions:/etc/init.d/functions
PLACES_busybox = busybox/rcS:/etc/init.d/rcS busybox/rcK:/etc/init.d/rcK
install-libs: install
	set -e; for p in $(foreach f,$(FAMILY),$(PLACES_$(f))); do to=$(DESTDIR)$${p#*:}; \
		install -d "$${to%/*}"; ln -sfn $(LIBEXEC)/lib/$${p%%:*} "$$to"; done

clean:
	rm -rf build
FORCE:
