/* A program that ends at once: what is started when the start alone is measured. */
int
main(void)
{
	return 0;
}
