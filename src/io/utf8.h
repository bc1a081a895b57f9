/* io/utf8.h - is it UTF-8? */
#ifndef IO_UTF8_H
#define IO_UTF8_H
#include <stddef.h>

/* Bytes (1-4) of the well-formed character that bytes begins with, 0 when there is none in the first length bytes. */
int utf8_character(const char *bytes, size_t length);
/* Bytes from the start that are well-formed; length when all are. */
size_t utf8_valid(const char *bytes, size_t length);
#endif
