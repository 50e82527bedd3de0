SUMMARY = "Service toolkit for SysV init and busybox systems"
DESCRIPTION = "Starts, watches, explains and stops services where there is no systemd, and makes init scripts of unit files. \
One program with many commands."
SECTION = "base"
LICENSE = "ISC"
LIC_FILES_CHKSUM = "file://LICENSE;md5=eaf142b5c4d1674ce745b0be6bd76644"

# the archive that `make dist` makes, where it makes it: in build/ of the tree that this layer is in
FILESEXTRAPATHS:prepend := "${THISDIR}/../../../../build:"
SRC_URI = "file://${BP}.tar.gz"

inherit update-alternatives

# the commands to build in: all of them unless it is said otherwise
INITWRIGHT_APPLETS ?= ""

EXTRA_OEMAKE = "'CC=${CC}' 'CFLAGS=${CFLAGS}' 'LDFLAGS=${LDFLAGS}' 'PREFIX=${prefix}' 'MANDIR=${mandir}' 'WARN=-Wall' \
    ${@"'APPLETS=" + d.getVar('INITWRIGHT_APPLETS') + "'" if d.getVar('INITWRIGHT_APPLETS') else ''}"

do_compile() {
    oe_runmake all
}

do_install() {
    oe_runmake install DESTDIR=${D}
}

FILES:${PN} += "${prefix}/lib/initwright"

# others have these names too, and ours wins; without this package theirs is back
ALTERNATIVE_PRIORITY = "200"
ALTERNATIVE:${PN} = "start-stop-daemon functions"
ALTERNATIVE_LINK_NAME[start-stop-daemon] = "${base_sbindir}/start-stop-daemon"
ALTERNATIVE_TARGET[start-stop-daemon] = "${prefix}/lib/initwright/start-stop-daemon"
ALTERNATIVE_LINK_NAME[functions] = "${sysconfdir}/init.d/functions"
ALTERNATIVE_TARGET[functions] = "${prefix}/lib/initwright/lib/oe/functions"
