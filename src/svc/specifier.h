#ifndef SVC_SPECIFIER_H
#define SVC_SPECIFIER_H
/*
 * The %-specifiers of systemd.unit(5), version 252, as its system manager resolves them (so %u is root).
 */
struct specifier {
	const char *name;	/* NAME or NAME@INSTANCE, without ".service" */
	const char *file;	/* what the text was read from: %y, %Y */
	const char *root;	/* where os-release and machine-id are looked for; NULL: / */
};

/*
 * The text with each %X replaced; % before what is no letter or digit stays, as does a trailing one.  The caller frees it.
 * NULL when that cannot be done, with the reason in *why, which the caller frees.
 */
char *specifier_expand(const struct specifier *, const char *text, char **why);
/* Undo unit-name escaping: '-' to '/', \xHH to its byte.  NULL with errno EINVAL; the caller frees it. */
char *specifier_unescape(const char *s);

#endif
