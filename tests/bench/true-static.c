/* What a small static program is with the usual C library: 700 KB that do nothing.  Built with the compiler's own library, not with musl. */
int
main(void)
{
	return 0;
}
