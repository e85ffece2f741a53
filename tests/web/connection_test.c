#include "web/connection.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>

static struct connection_table *table;
static const struct config config = {.connections_per_address = 2};

static void begin(void) {
  table = connection_table_new(&config);
  cr_assert_not_null(table);
}

static void end(void) {
  connection_table_free(table);
}

TestSuite(connection, .init = begin, .fini = end);

static struct sockaddr_in6 from6(const char *text) {
  struct sockaddr_in6 address = {.sin6_family = AF_INET6};
  cr_assert_eq(inet_pton(AF_INET6, text, &address.sin6_addr), 1);
  return address;
}

static bool welcome(const char *text) {
  struct sockaddr_in6 address = from6(text);
  return connection_welcome(table, (const struct sockaddr *)&address);
}

static struct connection_entry *come(const char *text) {
  struct sockaddr_in6 address = from6(text);
  struct connection_entry *entry = connection_open(table, -1, (const struct sockaddr *)&address);
  cr_assert_not_null(entry);
  return entry;
}

Test(connection, counts_a_household_of_ipv6_as_one) {
  struct connection_entry *first = come("2001:db8:1:2::1");
  (void)come("2001:db8:1:2:ffff::2");
  cr_expect_not(welcome("2001:db8:1:2::3"));
  cr_expect(welcome("2001:db8:1:3::1"), "the neighbours");
  connection_close(table, first);
  cr_expect(welcome("2001:db8:1:2::3"));
}

Test(connection, counts_addresses_of_ipv4_apart) {
  (void)come("::ffff:192.0.2.1");
  (void)come("::ffff:192.0.2.1");
  cr_expect_not(welcome("::ffff:192.0.2.1"));
  cr_expect(welcome("::ffff:192.0.2.2"));
}
