#ifndef BASE_VEC_H
#define BASE_VEC_H
#include <stdbool.h>
#include <stddef.h>
/*
 * A list of owned strings, v[n] is always NULL once anything was added: it can be an argv or an envp.
 * Start with `struct vec x = VEC_INIT;`, end with vec_free().
 */
struct vec {
	char **v;	/* owned, as is each string */
	size_t n;	/* strings */
	size_t cap;	/* slots allocated */
};
#define VEC_INIT { NULL, 0, 0 }

/* Append a copy. */
void vec_add(struct vec *, const char *s);
/* Append the string itself: the list owns it now. */
void vec_take(struct vec *, char *s);
/* Append a copy of each string of a NULL-terminated array; NULL adds nothing. */
void vec_addv(struct vec *, char *const *v);
/* Is the very string in the list? */
bool vec_has(const struct vec *, const char *s);
/* The list as a NULL-terminated array, never NULL; the list keeps it. */
char **vec_argv(struct vec *);
/* Environment use: set NAME=VALUE, replacing what NAME had. */
void vec_setenv(struct vec *, const char *name, const char *value);
/* Environment use: as vec_setenv, from one "NAME=VALUE". */
void vec_putenv(struct vec *, const char *assignment);
/* Environment use: the value of the name of n bytes, or NULL. */
const char *vec_getenv(const struct vec *, const char *name, size_t n);
/* Environment use: remove NAME, if there. */
void vec_unsetenv(struct vec *, const char *name);
/* Environment use: of several assignments to one NAME only the last stays, at the place of the first.  O(n log n). */
void vec_uniqenv(struct vec *);
/* Empty it, free the strings, keep the slots. */
void vec_clear(struct vec *);
void vec_free(struct vec *);

#endif
