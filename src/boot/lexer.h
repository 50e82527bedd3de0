#ifndef BOOT_LEXER_H
#define BOOT_LEXER_H
#include "boot/lex.h"

/*
 * Cut a shell script, n bytes which must stay, into tokens.  It reads POSIX shell and what bash adds, reports no syntax errors, takes
 * any bytes, and needs time linear in their number.  Nothing is executed.  End with lex_free().
 */
void lexer_read(struct lex *, const char *text, size_t n);

#endif
