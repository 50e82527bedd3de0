#include "svc/userenv.h"

#include <fcntl.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "os/file.h"
#include "svc/envfile.h"

void
userenv_language(struct vec *env)
{
	static const char *const files[] = { "/etc/locale.conf", "/etc/default/locale" };

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct vec read = VEC_INIT;
		struct buf text = BUF_INIT;

		if (file_read(AT_FDCWD, files[i], 0, ENVFILE_MAX, &text, NULL) == 0 && text.s &&
		    envfile_parse(&read, text.s, text.len) == 0)
			for (size_t k = 0; k < read.n; k++)
				if (str_starts(read.v[k], "LANG=") || str_starts(read.v[k], "LC_") ||
				    str_starts(read.v[k], "LANGUAGE="))
					vec_putenv(env, read.v[k]);
		vec_free(&read);
		buf_free(&text);
	}
	if (!vec_getenv(env, "LANG", 4))
		vec_putenv(env, "LANG=C.UTF-8");
}

enum { NOBODY = 65534 };

static bool
lets_somebody_in(const char *shell)
{
	const char *name = strrchr(shell, '/');

	return shell[0] == '/' && strcmp(name, "/nologin") != 0 && strcmp(name, "/false") != 0 && strcmp(name, "/true") != 0;
}

void
userenv_user(struct vec *env, const struct cred *cred, bool dynamic)
{
	if (cred->user) {
		vec_setenv(env, "LOGNAME", cred->user);
		vec_setenv(env, "USER", cred->user);
	}
	if (dynamic || cred->uid == NOBODY)
		return;
	if (cred->home && cred->home[0] == '/' && cred->home[strspn(cred->home, "/")])
		vec_setenv(env, "HOME", cred->home);
	if (cred->shell && lets_somebody_in(cred->shell))
		vec_setenv(env, "SHELL", cred->shell);
}
