/* Stands in, in every Criterion program, for the start of libgit2, with which Criterion shows how
 * two values of its newer assertions differ; there are none of these here. libgit2 would read the
 * machine's certificates before each test, which takes longer than most tests do. */

int git_libgit2_init(void);
int git_libgit2_shutdown(void);

int git_libgit2_init(void) {
  return 1;
}

int git_libgit2_shutdown(void) {
  return 0;
}
