################################################################################
#
# initwright
#
################################################################################

INITWRIGHT_VERSION = 0.1.0
# the tree that this file is in; what was built there for another machine stays there
INITWRIGHT_SITE = $(BR2_EXTERNAL_INITWRIGHT_PATH)/../..
INITWRIGHT_SITE_METHOD = local
INITWRIGHT_OVERRIDE_SRCDIR_RSYNC_EXCLUSIONS = --exclude=/build
INITWRIGHT_LICENSE = ISC
INITWRIGHT_LICENSE_FILES = LICENSE

INITWRIGHT_APPLETS = $(call qstrip,$(BR2_PACKAGE_INITWRIGHT_APPLETS))

# a compiler that is newer than the release may know new warnings
INITWRIGHT_OPTS = \
	CC="$(TARGET_CC)" \
	MUSL_CC="$(TARGET_CC)" \
	CFLAGS="$(TARGET_CFLAGS)" \
	LDFLAGS="$(TARGET_LDFLAGS)" \
	PREFIX=/usr \
	WARN=-Wall \
	$(if $(INITWRIGHT_APPLETS),APPLETS="$(INITWRIGHT_APPLETS)")

ifeq ($(BR2_STATIC_LIBS),y)
INITWRIGHT_OPTS += BUILD=static
INITWRIGHT_TARGET = static
else
INITWRIGHT_TARGET = all
endif

ifeq ($(BR2_PACKAGE_INITWRIGHT_RC),y)
INITWRIGHT_INSTALL = install-libs FAMILY=busybox
# they replace busybox's skeleton of the same name
INITWRIGHT_DEPENDENCIES += busybox
else
INITWRIGHT_INSTALL = install
endif

define INITWRIGHT_BUILD_CMDS
	$(TARGET_MAKE_ENV) $(MAKE) -C $(@D) $(INITWRIGHT_OPTS) $(INITWRIGHT_TARGET)
endef

define INITWRIGHT_INSTALL_TARGET_CMDS
	$(TARGET_MAKE_ENV) $(MAKE) -C $(@D) $(INITWRIGHT_OPTS) \
		DESTDIR="$(TARGET_DIR)" $(INITWRIGHT_INSTALL)
endef

$(eval $(generic-package))
